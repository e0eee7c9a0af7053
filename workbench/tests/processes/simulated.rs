//! Simulations as people run them, told to end.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use crate::bench::{Bench, Finished, RUN_AS_NODE, wait_until, workbench};
use crate::files;

crate::tests![
    ctrl_c_ends_a_simulation,
    ctrl_c_ends_a_sweep,
    ctrl_c_ends_the_first_run_of_a_sweep,
    a_sweep_leaves_a_page_and_is_in_the_index,
    flags_without_effect_on_a_simulation_are_refused,
    a_scenario_happens_in_real_and_in_virtual_time,
];

/// Says which stage's simulation this program is to be.
pub const RUN_AS_SIMULATION: &str = "RUN_AS_SIMULATION";

/// A simulation with those arguments.
fn simulation(arguments: &str) -> Bench {
    Bench::of("good").without_program().with(|command, folder| {
        let this = std::env::current_exe().expect("the path of this program");
        *command = Command::new(this);
        command.env(RUN_AS_SIMULATION, "silent").args(arguments.split(' '));
        command.arg("--store").arg(folder.join("store"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped())
    })
}

/// More than any machine gets through while a test waits.
const LONG: &str = "-w echo --node-count 5 --rate 1000 --time-limit 1000000";

/// The paths of what is half-written in `folder` or below.
fn unfinished(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let below = |path: std::path::PathBuf| match path.is_dir() && !path.is_symlink() {
        true => unfinished(&path),
        false => vec![path.display().to_string()],
    };
    entries.flat_map(below).filter(|path| path.ends_with(".part")).collect()
}

fn assert_ended_promptly(finished: &Finished, told: Duration) {
    let took = finished.took.saturating_sub(told);
    assert!(took < Duration::from_secs(4), "it took {took:?} to end");
    assert_eq!(unfinished(&finished.store), [""; 0]);
}

fn ctrl_c_ends_a_simulation() {
    let running = simulation(&format!("test {LONG}")).start();
    let journal = running.latest().join("journal.jsonl.part");
    let has_begun = || fs::metadata(&journal).is_ok_and(|file| file.len() > 0).then_some(());
    wait_until("the first messages", has_begun);
    let told = running.elapsed();
    running.signal(Signal::INT);
    let words = ["The record is in ", "To remove it: rm -r ", "interrupted\n", "No verdict."];
    let finished = running.finish().fails(130, &words);
    assert_ended_promptly(&finished, told);
    assert_eq!(finished.stdout, "", "there is no verdict");
    files::check_history(&finished);
    assert_eq!(finished.json("run.json")["outcome"]["no-verdict"], "interrupted");
}

fn ctrl_c_ends_a_sweep() {
    let running = simulation("sweep -w echo --node-count 1 --seeds 1000000000").start();
    let folder = running.latest().with_file_name("sweep");
    let runs = || Some(fs::read_dir(&folder).ok()?.next()?.ok()?.path().join("runs.jsonl.part"));
    let size = || Some(fs::metadata(runs()?).ok()?.len());
    wait_until("the first runs", || size().filter(|&size| size > 0));
    let told = running.elapsed();
    running.signal(Signal::INT);
    let words = ["\nThat is ", " of 1000000000. To remove them: rm -r ", "interrupted"];
    let finished = running.finish().fails(130, &words);
    assert_ended_promptly(&finished, told);
    assert!(finished.stdout.contains(" valid\n"), "what was judged is told: {}", finished.stdout);
}

fn ctrl_c_ends_the_first_run_of_a_sweep() {
    let mut running = simulation(&format!("sweep {LONG}")).start();
    running.wait_for("seeds 1 to 1000");
    let folder = running.latest().with_file_name("sweep");
    wait_until("the sweep's folder", || folder.exists().then_some(()));
    let told = running.elapsed();
    running.signal(Signal::INT);
    let finished = running.finish().fails(130, &["interrupted"]);
    assert_ended_promptly(&finished, told);
    assert_eq!(finished.stdout, "");
    assert_eq!(fs::read_dir(folder).expect("a folder").count(), 0, "nothing is left");
}

/// The server forwards nothing, so that its values are lost.
fn a_sweep_leaves_a_page_and_is_in_the_index() {
    let arguments = "sweep -w broadcast --node-count 2 --time-limit 2 --rate 10 --strict --seeds 3";
    let sweep = simulation(arguments).run();
    assert_eq!(sweep.code, Some(1), "{}", sweep.stderr);
    let folder = sweep.store.join("sweep/latest");
    let page = || fs::read_to_string(folder.join("report.html")).expect("a page");
    let last = sweep.stdout.lines().last().unwrap_or_default();
    assert!(last.starts_with("Report ") && last.ends_with("sweep/latest/report.html"), "{last}");
    let before = page();
    assert!(before.contains("3 of 3 runs failed") && before.contains("<run-replay"));
    assert!(folder.join("example/report.html").exists(), "the run that is replayed has a page");
    let index = fs::read_to_string(sweep.store.join("index.html")).expect("an index");
    assert!(index.contains("Sweep: broadcast on 2 nodes"), "{index}");
    let output = workbench(&["report".as_ref(), folder.as_os_str()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(page() == before, "a sweep can be redrawn from its folder");
}

fn flags_without_effect_on_a_simulation_are_refused() {
    let strict = "--strict is about the values that clients hand to the cluster: echo has none";
    for (arguments, words) in [
        ("test -w echo --strict", strict),
        ("sweep -w echo --strict --seeds 1", strict),
        ("sweep -w echo --log-stderr --seeds 1", "are for a single run"),
    ] {
        let finished = simulation(arguments).run().fails(254, &[words]);
        assert!(!finished.store.exists(), "{arguments}: nothing has run");
    }
}

/// A value that is lost in a partition of the first two tenths of a second; and a fault of a message that
/// is never sent.
const CUT: &str = "
workload = 'broadcast'
node-count = 2
time-limit = 0.3
final-read = 0.4
steps = [
  { at = 0, partition = 'n0 | n1' },
  { at = 0.1, node = 'n0', op = 'broadcast', value = 0 },
  { at = 0.2, heal = true },
]
messages = [{ from = 'n0', to = 'n1', nth = 9, lost = true }]
";

fn a_scenario_happens_in_real_and_in_virtual_time() {
    for virtual_time in [false, true] {
        let bench = Bench::of("forwards").with(|command, folder| {
            let scenario = folder.join("cut.toml");
            fs::write(&scenario, CUT).expect("a file");
            let mut program = match virtual_time {
                true => Command::new(std::env::current_exe().expect("the path of this program")),
                false => Command::new(env!("CARGO_BIN_EXE_workbench")),
            };
            let variable = if virtual_time { RUN_AS_SIMULATION } else { RUN_AS_NODE };
            program.env(variable, "forwards").arg("test");
            program.arg("--scenario").arg(scenario).arg("--store").arg(folder.join("store"));
            program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            *command = program;
            command
        });
        let finished = if virtual_time { bench.without_program() } else { bench }.run();
        let note = "The scenario names message 9 from n0 to n1, but n0 sent n1 only 1 message\n";
        assert!(finished.stderr.contains(note), "{}", finished.stderr);
        let partition = "Partitions      0.000 s to 0.200 s, one: n0 | n1\n";
        finished.ends(1, &["Values          1: 0 stable (0 of them stale), 1 lost", partition]);
    }
}
