//! Nodes that try to inject markup into the page: whatever they send stays text.

use scraper::{Html, Selector};
use serde_json::json;

use crate::page::stored::{Stored, count, text};

/// What ends a script, what ends a text, and what runs.
pub const ATTACKS: [&str; 7] = [
    "</script><img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<!-- <script>",
    "]]></svg></style></pre></details>",
    "\" onmouseover=\"alert(1)\" x='",
    "a\u{2028}b\u{202e}c\u{0}d\u{1b}[2Je\rf\u{9b}g",
    "{{ 7 * 7 }}&lt;b&gt;",
];

/// The same page without anything hostile in it.
fn innocent(workload: &str) -> Html {
    let mut stored = Stored::new();
    fill(&mut stored, workload, &["a", "b", "c", "d", "e", "f", "g"]);
    Html::parse_document(&stored.page())
}

/// Puts the words wherever a node can put text.
fn fill(stored: &mut Stored, workload: &str, words: &[&str]) {
    let mut log = vec![];
    for word in words {
        match workload {
            "echo" => {
                stored.operation(word, &format!("{word}!"), None);
                stored.operation(word, word, Some(json!(["crash", word])));
            }
            _ => (0..2).for_each(|_| {
                stored.event(0, "invoke", "generate", json!(null), "n0", false);
                stored.event(0, "ok", "generate", json!(word), "n0", false);
            }),
        }
        stored.message(&json!({"type": word, (*word): word}));
        log.extend_from_slice(word.replace(['\r', '\n'], " ").as_bytes());
        log.extend_from_slice(b"\xff\xfe\n");
    }
    let all = words.concat();
    let f = if workload == "echo" { "echo" } else { "generate" };
    stored.event(100, "invoke", f, json!(null), "n1", false);
    stored.event(101, "info", f, json!(null), "n1", false);
    stored.history.last_mut().expect("an event")["error"] =
        json!(["malformed-reply", all, all, all]);
    stored.logs = vec![("n0", log)];
    stored.run["reproduce"] = all.as_str().into();
    stored.run["workload"] = workload.into();
    stored.run["outcome"] = "invalid".into();
    let lines = |node: &str| json!([{"node": node, "count": 1, "first": [{"time": 0, "reason": all, "line": all}]}]);
    stored.run["invalid-output"] = lines("n0");
    stored.run["unexpected-replies"] = lines("n1");
}

/// The names of all elements, in their order, and of all attributes.
fn structure(page: &Html) -> Vec<String> {
    let every = Selector::parse("*").unwrap();
    let names = page.select(&every).map(|element| {
        let element = element.value();
        let attributes: Vec<&str> = element.attrs().map(|(name, _)| name).collect();
        format!("{} {attributes:?}", element.name())
    });
    names.collect()
}

#[test]
fn text_from_nodes_never_becomes_markup() {
    for workload in ["echo", "unique-ids"] {
        let mut stored = Stored::new();
        fill(&mut stored, workload, &ATTACKS);
        let text = stored.page();
        let page = Html::parse_document(&text);
        assert_eq!(structure(&page), structure(&innocent(workload)), "no element was added");
        assert_eq!(count(&page, "img"), 0);
        assert!(text.contains("&#60;img src=x onerror=alert(1)&#62;"), "it is shown as text");
        // The messages that the replay and the diagram show are JSON, as it was sent: the end of each
        // line is the workbench's, and characters that JSON does not allow are escaped.
        for character in ['\0', '\u{1b}', '\r'] {
            assert!(!text.contains(character), "{character:?} is shown by its code");
        }
        for section in ["#verdict", "#why", "#numbers", "#history", "#logs"] {
            let words = crate::page::stored::text(&page, section);
            for character in ['\u{9b}', '\u{202e}', '\u{2028}'] {
                assert!(
                    !words.contains(character),
                    "{section}: {character:?} is shown by its code"
                );
            }
        }
    }
}

#[test]
fn protocol_violations_are_listed_with_the_section_that_shows_them() {
    let mut stored = Stored::new();
    fill(&mut stored, "echo", &["plain"]);
    let points = text(&Html::parse_document(&stored.page()), ".points");
    for point in [
        "Some replies did not fit the workload: see Protocol violations",
        "Some lines on stdout were not valid messages: see Protocol violations",
        "Clients got replies that no request was waiting for: see Protocol violations",
    ] {
        assert!(points.contains(point), "{points}");
    }
}

#[test]
fn the_page_is_well_formed() {
    let mut stored = Stored::new();
    fill(&mut stored, "echo", &ATTACKS);
    let page = Html::parse_document(&stored.page());
    assert!(page.errors.is_empty(), "{:?}", page.errors);
}

#[test]
fn the_content_security_policy_allows_only_the_pages_own_script() {
    let page = Html::parse_document(&Stored::new().page());
    let policy = Selector::parse("meta[http-equiv=Content-Security-Policy]").unwrap();
    let policy = page.select(&policy).next().and_then(|meta| meta.attr("content")).unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("script-src 'unsafe-inline'"), "{policy}");
}

#[test]
fn the_history_data_can_be_read_back() {
    let mut stored = Stored::new();
    fill(&mut stored, "echo", &ATTACKS);
    let page = Html::parse_document(&stored.page());
    let rows: Vec<Vec<serde_json::Value>> =
        serde_json::from_str(&text(&page, "#history-data")).unwrap();
    assert_eq!(rows.len(), 2 * ATTACKS.len() + 1);
    assert_eq!(rows[0][7], "\"</script><img src=x onerror=alert(1)>\"", "what was asked");
    assert_eq!(rows[1][8], "error 13: </script><img src=x onerror=alert(1)>");
}

#[test]
fn a_megabyte_of_text_is_truncated() {
    let megabyte = "x".repeat(1_000_000);
    let mut stored = Stored::new();
    fill(&mut stored, "echo", &[&megabyte]);
    let text = stored.page();
    // The command that reproduces the run is the reader's own, and whole.
    assert!(text.len() < 1_300_000, "{}", text.len());
    let page = Html::parse_document(&text);
    let note = crate::page::stored::text(&page, "#history .note");
    assert!(note.contains("4 long texts cut to 600 characters."), "{note}");
    let log = crate::page::stored::text(&page, "#logs details .note");
    assert_eq!(
        log,
        "Left out here: the first 984 kB or so; what is beyond 400 characters of 1 line."
    );
}
