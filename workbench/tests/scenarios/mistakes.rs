//! What is wrong with a scenario is said with the line, and what to write instead.

use std::fmt::Write;

use workbench::options::Options;
use workbench::plan::scenario::ScenarioFile;

/// What is wrong with a scenario of that text.
fn mistake(text: &str) -> String {
    match Options::of_scenario(ScenarioFile::new("cut.toml", text)) {
        Ok(_) => panic!("nothing wrong with:\n{text}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_mistake_is_named_with_its_line() {
    let mut page = String::new();
    for steps in [
        "{ at = 0, node = \"n7\", op = \"read\" }",
        "{ at = 0, node = \"n0\", op = \"write\" }",
        "{ at = 0, node = \"n0\", op = \"broadcast\", value = 100000 }",
        "{ at = 0, node = \"n0\", op = \"read\", value = 1 }",
        "{ at = 0, node = \"n0\", op = \"read\", worker = 1 }",
        "{ at = 0, worker = 3, op = \"read\" }",
        "{ at = 0, op = \"read\" }",
        "{ at = 0, node = \"n0\" }",
        "{ node = \"n0\", op = \"read\" }",
        "{ at = -1, node = \"n0\", op = \"read\" }",
        "{ at = \"1 s\", node = \"n0\", op = \"read\" }",
        "{ at = nan, heal = true }",
        "{ at = 1, heal = false }",
        "{ at = 1, heal = true, node = \"n0\" }",
        "{ at = 1, partition = \"n0 n1 n2\" }",
        "{ at = 1, partition = \"n0 | n1\" }",
        "{ at = 1, partition = \"n0 | n0 n1 n2\" }",
        "{ at = 1, partition = [\"n0 -> n9\"] }",
        "{ at = 1, partition = \"n0 -> \" }",
        "{ at = 1, partition = [] }",
        "{ at = 2, heal = true }, { at = 1, heal = true }",
        "{ at = 1, node = \"n0\", op = \"broadcast\", value = 0 }, \
         { at = 2, node = \"n1\", op = \"broadcast\", value = 0 }",
        "7",
    ] {
        let text = format!("workload = \"broadcast\"\nnode-count = 3\nsteps = [\n  {steps}\n]\n");
        let _ = writeln!(page, "{}\n", mistake(&text));
    }
    for message in [
        "{ from = \"n0\", to = \"n1\", nth = 1 }",
        "{ from = \"n0\", to = \"n1\", nth = 0, lost = true }",
        "{ from = \"n0\", to = \"n1\", nth = 1, lost = true, latency = 3 }",
        "{ from = \"n0\", to = \"c1\", nth = 1, lost = true }",
        "{ from = \"n0\", to = \"n5\", nth = 1, lost = true }",
        "{ from = \"n0\", to = \"n1\", lost = true }",
        "{ from = \"n0\", to = \"n1\", nth = 1, latency = 0.5 }",
        "{ from = \"n0\", to = \"n1\", nth = 1, lost = true }, \
         { from = \"n0\", to = \"n1\", nth = 1, latency = 5 }",
    ] {
        let text =
            format!("workload = \"broadcast\"\nnode-count = 2\nmessages = [\n  {message}\n]\n");
        let _ = writeln!(page, "{}\n", mistake(&text));
    }
    for text in [
        "node-count = 3",
        "workload = \"broadcast\"\nrate = 5",
        "workload = \"broadcast\"\nnodecount = 5",
        "workload = \"broadcast\"\nnode-count = true",
        "workload = \"broadcast\"\n[[step]]\nat = 1",
        "workload = \"broadcast\"\nsteps = 7",
        "workload = \"echo\"\nfinal-read = 7",
        "workload = \"echo\"\nnode-count = 1\nfinal-order = [0]",
        "workload = \"broadcast\"\nnode-count = 2\nfinal-order = [0]",
        "workload = \"broadcast\"\nnode-count = 2\nfinal-order = [0, 2]",
        "workload = \"broadcast\"\ntime-limit = 10\nfinal-read = 7",
        "workload = \"broadcast\"\ntime-limit = 1\nsteps = [{ at = 1, heal = true }]",
        "workload = \"broadcast\"\nsteps = [\n  { at = 1 heal = true }\n]",
        "workload = \"broad",
    ] {
        let _ = writeln!(page, "{}\n", mistake(text));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn a_flag_with_a_wrong_value_is_refused() {
    for setting in ["workload = \"broadcst\"", "node-count = 0", "latency = \"fast\""] {
        let text = format!("{setting}\nworkload = \"broadcast\"");
        let text = if setting.starts_with("workload") { setting.into() } else { text };
        assert!(mistake(&text).contains("invalid value"), "{}", mistake(&text));
    }
}

#[test]
fn what_is_no_scenario_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let opened = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        ScenarioFile::open(&path).unwrap_err().to_string()
    };
    let large = vec![b'#'; 10_000_000];
    assert!(opened("large", &large).ends_with("has more than 4 MB: is it a scenario?"));
    assert!(
        opened("binary", b"\x7fELF\xff\xfe").ends_with("is not a text file: is it a scenario?")
    );
    let missing = ScenarioFile::open(&folder.path().join("missing")).unwrap_err();
    assert!(missing.to_string().starts_with("could not read the scenario "), "{missing}");
    assert!(ScenarioFile::open(folder.path()).is_err());
}
