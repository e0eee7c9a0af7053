//! `results.edn` and `results.json`: the same keys as Maelstrom's, in the same order.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use workbench::record::edn::Edn;
use workbench::workload::WorkloadKind::{Broadcast, Echo, UniqueIds};

use crate::checks::examples;
use crate::checks::run::Run;

#[test]
fn results_of_a_valid_broadcast() {
    let results = examples::valid_broadcast().check(Broadcast);
    assert_snapshot!(results.to_edn().pretty());
}

#[test]
fn results_of_an_invalid_broadcast() {
    let results = examples::invalid_broadcast().check(Broadcast);
    assert_snapshot!(results.to_edn().pretty());
}

#[test]
fn results_of_an_invalid_echo() {
    let results = examples::invalid_echo().check(Echo);
    assert_snapshot!(results.to_edn().pretty());
}

#[test]
fn results_of_invalid_unique_ids() {
    let results = examples::invalid_unique_ids().check(UniqueIds);
    assert_snapshot!(results.to_edn().pretty());
}

/// The keys of a map and, in braces, of the maps in it. For a list, those of its first element.
fn keys(edn: &Edn) -> String {
    match edn {
        Edn::Map(entries) => {
            let entries = entries.iter();
            let keys = entries.map(|(key, value)| format!("{key} {} ", keys(value)));
            format!("{{ {} }}", keys.collect::<String>())
        }
        Edn::List(items) | Edn::Vector(items) => items.first().map_or(String::new(), keys),
        Edn::Tagged(_, value) => keys(value),
        _ => String::new(),
    }
}

/// Asserts that results have the keys of every workload, and for these operations and the workload's own
/// check those given.
fn assert_keys(results: &Edn, operations: &[&str], workload: &str) {
    const COUNTS: &str = "{ :valid? :count :ok-count :fail-count :info-count }";
    let by_f: String = operations.iter().map(|f| format!(":{f} {COUNTS} ")).collect();
    let expected = format!(
        "{{ :exceptions {{ :valid? }}
            :stats {{ :valid? :count :ok-count :fail-count :info-count :by-f {{ {by_f} }} }}
            :availability {{ :valid? :ok-fraction }}
            :net {{ :all {{ :send-count :recv-count :msg-count :msgs-per-op }}
                    :clients {{ :send-count :recv-count :msg-count }}
                    :servers {{ :send-count :recv-count :msg-count :msgs-per-op }}
                    :valid? }}
            :workload {{ {workload} }}
            :valid? }}"
    );
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&keys(results)), words(&expected));
}

#[test]
fn echoes_and_ids_have_maelstroms_keys() {
    let results = examples::valid_echo().check(Echo).to_edn();
    assert_keys(&results, &["echo"], ":valid? :errors");
    let results = examples::valid_unique_ids().check(UniqueIds).to_edn();
    let keys =
        ":valid? :attempted-count :acknowledged-count :duplicated-count :duplicated { } :range";
    assert_keys(&results, &["generate"], keys);
}

/// With a lost and a stale value, whose last absence is in the final phase, every key shows.
#[test]
fn a_broadcast_has_maelstroms_keys() {
    let mut run = Run::new();
    for process in 0..2 {
        run.broadcast_ok(0..1, process);
    }
    let reads = [0, 1].map(|process| run.final_read(30_000, process));
    run.found(30_001, reads[0], &[]);
    run.found(30_001, reads[1], &[0]);
    let Edn::Map(mut entries) = run.check(Broadcast).to_edn() else { panic!("results are a map") };
    let before = entries.len();
    entries.retain(|(key, _)| *key != Edn::keyword("incomplete"));
    assert_eq!(entries.len(), before - 1, "that key is ours");
    assert_keys(
        &Edn::Map(entries),
        &["broadcast", "read"],
        ":worst-stale { :element :outcome :stable-latency :lost-latency
                        :known { :index :time :type :process :f :value }
                        :last-absent { :index :time :type :process :f :value :final? } }
         :duplicated-count :valid? :lost-count :lost :stable-count :stale-count :stale
         :never-read-count
         :stable-latencies { 0 0.5 0.95 0.99 1 }
         :attempt-count
         :lost-latencies { 0 0.5 0.95 0.99 1 }
         :never-read
         :duplicated { }",
    );
}

#[test]
fn the_48_ids_given_out_most_often_are_listed() {
    let mut run = Run::new();
    for id in 0..50 {
        // Ids 20 and 30 come twice, the others three times.
        for _ in 0..if id == 20 || id == 30 { 2 } else { 3 } {
            let generate = run.ask(0, 0, "generate", json!(null));
            run.ok(1, generate, json!(id));
        }
    }
    let results = run.check(UniqueIds).to_edn().to_json();
    assert_eq!(results["workload"]["duplicated-count"], json!(50));
    let listed = results["workload"]["duplicated"].as_object().unwrap();
    assert_eq!(listed.len(), 48);
    assert!(!listed.contains_key("20") && !listed.contains_key("30"));
}

#[test]
fn results_are_equal_if_their_output_is() {
    let read = |values: &[usize]| {
        let mut run = Run::new();
        run.broadcast_ok(0..1, 0);
        run.read_ok(2..3, 1, values);
        run.check(Broadcast).workload
    };
    assert_eq!(read(&[0]), read(&[0]));
    assert_ne!(read(&[0]), read(&[]));
    // Maelstrom's keys are the same; one of ours is not.
    assert_eq!(read(&[0]).to_edn(), read(&[0, 0]).to_edn());
    assert_ne!(read(&[0]), read(&[0, 0]));
}

/// As in Maelstrom, a comma or a bracket after the seventieth column breaks nothing.
#[test]
fn what_fits_in_70_columns_stays_on_one_line() {
    let pair = |width: usize| {
        let filling = "x".repeat(width - r#"["" 1]"#.len());
        Edn::Vector(vec![Edn::from(&*filling), Edn::Int(1)])
    };
    assert_eq!(pair(70).pretty(), pair(70).to_string());
    let broken = pair(71).to_string().replace(' ', "\n ");
    assert_eq!(pair(71).pretty(), broken);
    let nested = Edn::List(vec![pair(69), Edn::Nil]);
    assert_eq!(nested.pretty(), format!("({}\n nil)", pair(69)));
}

#[test]
fn json_has_strings_for_keywords() {
    let edn = Edn::map([
        ("valid?", Edn::keyword("unknown")),
        ("latencies", Edn::Map(vec![(Edn::Float(0.5), Edn::Int(3)), (Edn::Int(1), Edn::Nil)])),
        ("rate", Edn::from(32.782_383_f32)),
        ("known", Edn::Tagged("jepsen.history.Op", Box::new(Edn::Vector(vec![])))),
    ]);
    let json = r#"{"valid?":"unknown","latencies":{"0.5":3,"1":null},"rate":32.782383,"known":[]}"#;
    assert_eq!(edn.to_json(), serde_json::from_str::<Json>(json).unwrap());
}

#[test]
fn strings_are_escaped_and_numbers_written_as_maelstrom_does() {
    let values =
        json!(["say \"hi\"\\\n\t\u{1b}", 1, 1.0, -0.5, u64::MAX, null, true, {"a b": [2]}]);
    let expected = "[\"say \\\"hi\\\"\\\\\\n\\t\\u001b\" 1 1.0 -0.5 18446744073709551615 nil true \
                    {\"a b\" [2]}]";
    assert_eq!(Edn::from(&values).to_string(), expected);
    let wide = "1267650600228229401496703205376";
    assert_eq!(Edn::from(&serde_json::from_str::<Json>(wide).unwrap()).to_string(), wide);
    assert_eq!(Edn::from(2.000_224_6_f32).to_string(), "2.0002246");
    assert_eq!(Edn::from(0.0_f32).to_string(), "0.0");
}
