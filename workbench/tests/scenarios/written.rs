//! A scenario that is written to a file and read again is the same.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use workbench::names::NodeNames;
use workbench::network::faults::MessageFault;
use workbench::network::partition::Partition;
use workbench::options::Options;
use workbench::plan::generator::Assignment;
use workbench::plan::scenario::{Action, Scenario, ScenarioFile, Step};
use workbench::time::Time;

const NODES: usize = 4;

fn operation() -> impl Strategy<Value = Action> {
    let value = prop_oneof![
        any::<String>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        prop::collection::vec(any::<String>(), 0..3).prop_map(Json::from),
        prop::collection::btree_map(any::<String>(), any::<i32>(), 0..3).prop_map(|map| json!(map)),
    ];
    let assignment =
        prop_oneof![(0..NODES).prop_map(Assignment::Node), (0..NODES).prop_map(Assignment::Turn)];
    (assignment, value).prop_map(|(assignment, value)| Action::Operation {
        assignment,
        f: "echo",
        value: Some(value),
    })
}

/// The pairs of a partition; at least one.
fn partition() -> impl Strategy<Value = Vec<(usize, usize)>> {
    let pair = (0..NODES, 1..NODES).prop_map(|(from, more)| (from, (from + more) % NODES));
    prop::collection::vec(pair, 1..8)
}

fn action() -> impl Strategy<Value = Action> {
    let started = partition().prop_map(|pairs| {
        Action::Partition(Partition::blocking(0, &NodeNames::numbered(NODES), pairs))
    });
    prop_oneof![operation(), started, Just(Action::Heal)]
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let steps = prop::collection::vec((0..1_000_000_000_000_i64, action()), 0..12);
    let fault = (any::<bool>(), any::<bool>(), prop::option::of(0..1_000_000_u64));
    let faults = prop::collection::vec(((0..NODES, 0..NODES, 1..9_u64), fault), 0..5);
    (steps, faults, any::<bool>()).prop_map(|(mut steps, faults, is_limited)| {
        steps.sort_by_key(|(at, _)| *at);
        let mut partitions = 0;
        let step = |(at, action)| {
            let action = match action {
                Action::Partition(mut partition) => {
                    partition.number = partitions;
                    partitions += 1;
                    Action::Partition(partition)
                }
                action => action,
            };
            Step { at: Time::from_nanos(at), action }
        };
        let steps = steps.into_iter().map(step).collect();
        let faults = faults.into_iter().map(|((src, dest, nth), (lost, twice, millis))| {
            let latency = millis.filter(|_| !lost).map(Duration::from_millis);
            let is_duplicated = !lost && (twice || latency.is_none());
            (place(src, dest, nth), MessageFault { is_lost: lost, is_duplicated, latency })
        });
        let time_limit = is_limited.then(|| Time::from_nanos(1_000_000_000_001));
        Scenario {
            steps,
            faults: faults.collect(),
            time_limit,
            final_time: None,
            final_order: None,
        }
    })
}

fn place(src: usize, dest: usize, nth: u64) -> workbench::network::faults::MessagePlace {
    use workbench::endpoint::Endpoint::Node;
    workbench::network::faults::MessagePlace { src: Node(src), dest: Node(dest), nth }
}

proptest! {
    #[test]
    fn a_scenario_that_is_written_and_read_is_the_same(scenario in scenario()) {
        let options: Options = "-w echo --node-count 4".parse().unwrap();
        let text = options.render_scenario(&scenario, 1);
        let read = Options::of_scenario(ScenarioFile::new("file", text.as_str()));
        let read = read.unwrap_or_else(|error| panic!("{error}\n\n{text}"));
        prop_assert_eq!(read.scenario().unwrap().unwrap(), scenario);
    }

    #[test]
    fn reading_never_panics(text in "(?s).{0,200}") {
        let _ = Options::of_scenario(ScenarioFile::new("file", text));
    }

    #[test]
    fn a_scenario_with_one_character_changed_is_read_or_refused(place in 0..300_usize, with: char) {
        let text = super::CUT;
        let changed: String = text
            .chars()
            .enumerate()
            .map(|(index, c)| if index == place { with } else { c })
            .collect();
        let _ = Options::of_scenario(ScenarioFile::new("file", changed));
    }
}
