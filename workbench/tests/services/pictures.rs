//! How services look in the diagram and the replay of a run.

use serde_json::{Value as Json, json};

use workbench::report::diagram::{busiest_window, diagram};
use workbench::report::message_window::Window;
use workbench::report::replay::trace::trace;
use workbench::simulation::JudgedRun;
use workbench::time::Time;
use workbench::workload::Explanation;

use super::ids::{Linearizable, Sequential};
use super::run;

/// The trace of a whole run.
pub fn trace_of(run: &JudgedRun) -> String {
    trace(&run.scene(Window { from: Time::ZERO, to: run.info.end }))
}

fn window(run: &JudgedRun) -> Window {
    let scene = run.scene(Window { from: Time::ZERO, to: run.info.end });
    busiest_window(&scene, &Explanation::default()).0
}

#[test]
fn a_service_has_a_lifeline_and_its_messages_say_what_they_ask() {
    let run = run::<Sequential>("--rate 5 --latency 20", 1);
    let picture = diagram(&run.scene(window(&run)), &[]);
    // On the left and on the right.
    assert_eq!(picture.matches(">seq-kv</text>").count(), 2);
    assert!(!picture.contains(">lin-kv</text>"), "it has nothing to do with the run");
    for words in ["read &quot;ids&quot;", "error 20", "cas &quot;ids&quot; 0 1", "cas_ok"] {
        assert!(picture.contains(&format!(">{words}</text>")), "{words}: {picture}");
    }
    assert!(picture.contains(">a service's reply</text>"), "{picture}");
    assert!(picture.contains("n0 to seq-kv, message "), "{picture}");
}

#[test]
fn the_diagram_of_a_node_shows_its_services_and_no_other_nodes() {
    let run = run::<Linearizable>("--rate 20 --latency 20", 1);
    let picture = diagram(&run.scene(window(&run)), &[1]);
    assert!(picture.contains(">n1</text>") && picture.contains(">lin-kv</text>"), "{picture}");
    assert!(picture.contains("n1 to lin-kv, message "), "{picture}");
    assert!(!picture.contains(">n0</text>") && !picture.contains("n0 to lin-kv"), "{picture}");
}

#[test]
fn in_a_trace_services_are_numbered_after_the_last_node() {
    let run = run::<Linearizable>("--rate 20", 1);
    let trace: Json = serde_json::from_str(&trace_of(&run)).unwrap();
    assert_eq!(trace["services"], json!(["lin-kv"]));
    let routes = trace["routes"].as_array().unwrap();
    let ends = |route: &Json| (route[0].as_i64().unwrap(), route[1].as_i64().unwrap());
    for way in [(0, 3), (3, 0), (2, 3), (3, 2)] {
        assert!(routes.iter().any(|route| ends(route) == way), "{way:?}: {routes:?}");
    }
}
