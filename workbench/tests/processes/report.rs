//! The page of a run whose node writes what it likes.

use crate::bench::{Bench, RUN_AS_NODE};

crate::tests![a_hostile_node_cannot_break_the_page, a_report_that_fails_leaves_the_verdict,];

/// It answers `init`, writes bytes that are not UTF-8 and text that is markup, and ends.
const HOSTILE: &str = r#"
    read line
    echo '{"src":"n0","dest":"c0","body":{"type":"init_ok","in_reply_to":1}}'
    printf '\377\376 \033[2J</script><img src=x onerror=alert(1)><!--\n' >&2
    printf '</script><img src=x onerror=alert(1)>\033[2J\n'
    read line
    exit 3
"#;

fn a_hostile_node_cannot_break_the_page() {
    let finished = Bench::of_script(HOSTILE).flags("-w echo --node-count 1").run();
    assert!(!finished.stderr.contains('\u{1b}'), "the terminal is safe:\n{}", finished.stderr);
    let finished =
        finished.fails(255, &["n0 exited with status 3", "its report is ", "report.html"]);
    let page = finished.text("report.html");
    assert!(page.contains("</span> No verdict</span> n0 exited with status 3"), "{page}");
    assert!(page.contains("\\u{1b}[2J&#60;/script&#62;&#60;img src=x"), "{page}");
    assert!(!page.contains("<img") && !page.contains('\u{1b}'), "{page}");
}

/// There is a folder where the page should be.
fn a_report_that_fails_leaves_the_verdict() {
    let script = "mkdir -p \"$STORE/latest/report.html/folder\"; exec \"$NODE\"";
    let bench = Bench::of_script(script).flags("-w echo --node-count 1").with(|command, folder| {
        let node = std::env::current_exe().expect("the path of this program");
        command.env(RUN_AS_NODE, "good").env("NODE", node).env("STORE", folder.join("store"))
    });
    let finished = bench.run().ends(0, &["every reply returned what was sent"]);
    assert!(
        finished.stderr.contains("No report of this run: could not write "),
        "{}",
        finished.stderr
    );
    assert!(!finished.stdout.contains("Report "), "{}", finished.stdout);
}
