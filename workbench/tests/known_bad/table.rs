//! The table: for each node the verdict by Maelstrom's rules, and what the results report besides.

use std::io::Write;

use workbench::checker::Finding;
use workbench::checker::Verdict::{self, Invalid, Unknown, Valid};
use workbench::cluster::tasks::Program;
use workbench::command::judge::{judge_again, write_record};
use workbench::console::Console;
use workbench::options::Options;
use workbench::record::store::Store;
use workbench::simulation::shrink::{FailureKind, shrink};
use workbench::simulation::{JudgedRun, judge_run};

use self::Outcome::{Always, InMost, NoVerdict};
use crate::known_bad::broadcast::{self, *};
use crate::known_bad::counters::{self, *};
use crate::known_bad::echo::{self, *};
use crate::known_bad::ids::{self, *};
use crate::known_bad::protocol::*;

const SEEDS: u64 = 20;

// What results tell, by name.
pub const INCOMPLETE: Finding = Finding::INCOMPLETE;
pub const LOST: Finding = Finding::LOST;
const DUPLICATED_IDS: Finding = Finding("duplicated-ids");
const FAILURES: Finding = Finding::FAILURES;
const INVALID_OUTPUT: Finding = Finding::INVALID_OUTPUT;
const MALFORMED_REPLIES: Finding = Finding::MALFORMED_REPLIES;
const MISSED_TARGETS: Finding = Finding::MISSED_TARGETS;
const NEVER_OK: Finding = Finding::NEVER_OK;
const ODD_READS: Finding = Finding::ODD_READS;
const UNEXPECTED_REPLIES: Finding = Finding::UNEXPECTED_REPLIES;
const WRONG_ECHOES: Finding = Finding("wrong-echoes");
const WRONG_SUMS: Finding = Finding("wrong-sums");

const BROADCAST: &str = "-w broadcast --node-count 5 --time-limit 20 --rate 10";
const BROADCAST_TOTAL: &str =
    "-w broadcast --node-count 5 --time-limit 20 --rate 10 --availability total";
const PARTITIONED: &str =
    "-w broadcast --node-count 5 --time-limit 20 --rate 10 --nemesis partition";
const STRICT: &str = "-w broadcast --node-count 5 --time-limit 20 --rate 10 --strict";
/// Among so many nodes, few have the values that the last read finds.
const LARGE: &str = "-w broadcast --node-count 25 --time-limit 5 --rate 10";
/// A correct node that sends to every peer, and what it cannot keep.
const FEW_MESSAGES: &str =
    "-w broadcast --node-count 5 --time-limit 20 --rate 10 --max-msgs-per-op 10";
const SOON_STABLE: &str =
    "-w broadcast --node-count 5 --time-limit 20 --rate 10 --latency 100 --max-latency 90";
const TARGETS_WITHIN_REACH: &str = "-w broadcast --node-count 5 --time-limit 20 --rate 10 --latency 100 \
     --max-msgs-per-op 30 --max-median-latency 200 --max-latency 200";
const IDS: &str = "-w unique-ids --node-count 3 --time-limit 10 --rate 100";
const ECHO: &str = "-w echo --node-count 1 --time-limit 10";
const ECHO_HALF: &str = "-w echo --node-count 1 --time-limit 10 --availability 1/2";
const ECHO_TOTAL: &str = "-w echo --node-count 1 --time-limit 10 --availability total";

const COUNTER: &str = "-w g-counter --node-count 3 --rate 100 --time-limit 20 --nemesis partition";
const COUNTER_LATE: &str = "-w g-counter --node-count 3 --rate 10 --time-limit 10 --latency 300";
const UP_AND_DOWN: &str = "-w pn-counter --node-count 3 --rate 50 --time-limit 10 --nemesis partition \
     --nemesis-interval 4";

/// A node, and what is to be said of it.
struct Row {
    name: &'static str,
    flags: &'static str,
    program: Program,
    outcome: Outcome,
    /// What the results tell of a run that comes out so.
    findings: &'static [Finding],
}

enum Outcome {
    /// Whatever the seed.
    Always(Verdict),
    /// With at least this many of the 20 seeds: it depends on chance.
    InMost(Verdict, u64),
    /// Whatever the seed, an error that says this.
    NoVerdict(&'static str),
}

fn broadcast<F: Flaw>() -> Program {
    Program::of::<broadcast::Server<F>>()
}

fn ids<R: Recipe>() -> Program {
    Program::of::<ids::Server<R>>()
}

fn gossip<G: Gossip>() -> Program {
    Program::of::<Gossiper<G>>()
}

fn at_service<S: counters::Store>() -> Program {
    Program::of::<AtService<S>>()
}

fn echo<M: Manner>() -> Program {
    Program::of::<echo::Server<M>>()
}

#[rustfmt::skip]
fn invalid() -> Vec<Row> {
    vec![
        row("forwards nothing", BROADCAST, broadcast::<ForwardsNothing>(), Always(Invalid), &[LOST, INCOMPLETE]),
        // Valid if the last to be read is n0 or n1: all tell n0, and n0 tells n1.
        row("forwards only to the first peer", LARGE, broadcast::<ForwardsToTheFirstPeerOnly>(), InMost(Invalid, 16), &[LOST, INCOMPLETE]),
        // Valid if all partitions leave a way round, or the node that lacks a value is not the last to be read.
        row("sends without retry through a partition", PARTITIONED, broadcast::<NeverRetries>(), InMost(Invalid, 11), &[LOST, INCOMPLETE]),
        row("retries once", PARTITIONED, broadcast::<RetriesOnce>(), InMost(Invalid, 11), &[LOST, INCOMPLETE]),
        row(DROPS_THE_TENTH, BROADCAST, broadcast::<DropsEveryTenthValue>(), Always(Invalid), &[LOST, INCOMPLETE]),
        row("forgets values on topology", BROADCAST, broadcast::<ForgetsOnTopology>(), Always(Invalid), &[LOST, INCOMPLETE]),
        row("loses values on read", BROADCAST, broadcast::<LosesValuesOnRead>(), Always(Invalid), &[LOST, INCOMPLETE]),
        row("refuses every read", BROADCAST, broadcast::<RefusesEveryRead>(), Always(Invalid), &[NEVER_OK, FAILURES]),
        row("ids from a counter without the node's name", IDS, ids::<CounterWithoutTheName>(), Always(Invalid), &[DUPLICATED_IDS]),
        row("ids from the clock's seconds", IDS, ids::<NameAndSeconds>(), Always(Invalid), &[DUPLICATED_IDS]),
        row("echo with a changed payload", ECHO, echo::<ChangesThePayload>(), Always(Invalid), &[WRONG_ECHOES]),
        // Each such reply leaves its operation open, so not one is ok.
        row("every reply lacks a field", ECHO, echo::<LeavesOutAField>(), Always(Invalid), &[NEVER_OK, MALFORMED_REPLIES]),
        row("answers every read with null", BROADCAST, changes::<broadcast::Server<Flawless>>("read_ok", null_for_every_list), Always(Invalid), &[LOST, INCOMPLETE]),
        row("returns strings for numbers", BROADCAST, changes::<broadcast::Server<Flawless>>("read_ok", strings_for_numbers), Always(Invalid), &[LOST, INCOMPLETE, ODD_READS]),
        row("returns an object for the list", BROADCAST, changes::<broadcast::Server<Flawless>>("read_ok", an_object_for_the_list), Always(Invalid), &[NEVER_OK, MALFORMED_REPLIES]),
        // The client has timed out, or the run is over. A late reply is not held against a node.
        row("answers too late", ECHO, answers_late::<echo::Server<Faithful>>(6000), Always(Invalid), &[NEVER_OK, FAILURES]),
        row("sends more messages than its target allows", FEW_MESSAGES, broadcast::<Flawless>(), Always(Invalid), &[MISSED_TARGETS]),
        row("is slower than its target allows", SOON_STABLE, broadcast::<Flawless>(), Always(Invalid), &[MISSED_TARGETS]),
        // Valid if no add is made while the network is cut, or all of them are of nothing.
        row("tells each add once", COUNTER, gossip::<TellsOnce>(), InMost(Invalid, 14), &[WRONG_SUMS]),
        row("counts an add again that comes again", COUNTER_LATE, gossip::<TellsTwice>(), Always(Invalid), &[WRONG_SUMS]),
        row("forgets what others have added", COUNTER, gossip::<Forgets>(), Always(Invalid), &[WRONG_SUMS]),
        row("keeps the greatest total, though totals fall", UP_AND_DOWN, gossip::<KeepsTheGreatest>(), Always(Invalid), &[WRONG_SUMS]),
        row("counts one too many", UP_AND_DOWN, gossip::<OneTooMany>(), Always(Invalid), &[WRONG_SUMS]),
        row("reads, adds and writes", COUNTER, at_service::<ReadsThenWrites>(), Always(Invalid), &[WRONG_SUMS]),
        row("reads a past sum", COUNTER, at_service::<ReadsThePast>(), InMost(Invalid, 4), &[WRONG_SUMS]),
        row("answers every third request with an error, where all must succeed", ECHO_TOTAL, echo::<FailsEveryThirdTime>(), Always(Invalid), &[FAILURES]),
    ]
}

#[rustfmt::skip]
fn valid_yet() -> Vec<Row> {
    vec![
        row("replies twice", ECHO, replies_twice::<echo::Server<Faithful>>(), Always(Valid), &[UNEXPECTED_REPLIES]),
        row("answers every third request with an error", ECHO, echo::<FailsEveryThirdTime>(), Always(Valid), &[FAILURES]),
        // Invalid if that node is the last to be read: see last_read.rs.
        row("never delivers to one node, but the last read hides it", BROADCAST, broadcast::<NeverDeliversToOneNode>(), InMost(Valid, 11), &[INCOMPLETE]),
        row("the same, where that counts", STRICT, broadcast::<NeverDeliversToOneNode>(), InMost(Invalid, 11), &[INCOMPLETE]),
        row("replies to requests that were never sent", BROADCAST, replies_to_unsent_requests::<broadcast::Server<Flawless>>(), Always(Valid), &[UNEXPECTED_REPLIES]),
        row("repeats values in a read", PARTITIONED, broadcast::<RepeatsValues>(), Always(Valid), &[ODD_READS]),
        row("returns a value that was never broadcast", BROADCAST, changes::<broadcast::Server<Flawless>>("read_ok", a_value_of_its_own), Always(Valid), &[ODD_READS]),
        row("answers with errors without a code", ECHO, changes::<echo::Server<Faithful>>("echo_ok", an_error_without_a_code), Always(Valid), &[FAILURES]),
        row("answers with errors whose code is a string", ECHO, changes::<echo::Server<Faithful>>("echo_ok", an_error_with_a_string_as_its_code), Always(Valid), &[FAILURES]),
        row("prints an invalid line", IDS, sends_to_an_invalid_name::<ids::Server<EveryTypeOfId>>(), Always(Valid), &[INVALID_OUTPUT]),
    ]
}

#[rustfmt::skip]
fn without_verdict() -> Vec<Row> {
    vec![
        row("never answers init", ECHO, never_answers(), NoVerdict("n0 did not answer with init_ok within 10 s"), &[]),
        row("refuses the topology", BROADCAST, broadcast::<RefusesTheTopology>(), NoVerdict("did not answer with topology_ok: it sent error"), &[]),
        row("exits in the middle", BROADCAST, exits_after::<broadcast::Server<Flawless>>(5_000), NoVerdict("n0 ended by itself, 5.000 s into the run"), &[]),
        row("exits after its last answer", BROADCAST, exits_after::<broadcast::Server<Flawless>>(30_050), NoVerdict("n0 ended by itself, 30.050 s into the run, after the last operation"), &[]),
    ]
}

#[rustfmt::skip]
fn odd() -> Vec<Row> {
    vec![
        row("nothing odd about it", PARTITIONED, broadcast::<Flawless>(), Always(Valid), &[]),
        row("meets its targets", TARGETS_WITHIN_REACH, broadcast::<Flawless>(), Always(Valid), &[]),
        row("reads backwards", PARTITIONED, broadcast::<ReadsBackwards>(), Always(Valid), &[]),
        row("null for an empty list", BROADCAST_TOTAL, changes::<broadcast::Server<Flawless>>("read_ok", null_for_the_empty_list), Always(Valid), &[]),
        row("ids beyond 64 bits", IDS, ids::<WideNumbers>(), Always(Valid), &[]),
        row("message ids beyond 64 bits", ECHO_TOTAL, changes::<echo::Server<Faithful>>("echo_ok", a_message_id_beyond_64_bits), Always(Valid), &[]),
        row("ids of any type and of mixed types", IDS, ids::<EveryTypeOfId>(), Always(Valid), &[]),
        row("answers just in time", BROADCAST, answers_late::<broadcast::Server<Flawless>>(4900), Always(Valid), &[]),
        row("answers every third request with an error, where half must succeed", ECHO_HALF, echo::<FailsEveryThirdTime>(), Always(Valid), &[FAILURES]),
        // Nothing is asked before the final reads, and those find nothing that could be stable.
        row("is asked for no echo", "-w echo --rate 0", echo::<ChangesThePayload>(), Always(Valid), &[]),
        row("is asked for no id", "-w unique-ids --rate 0", ids::<CounterWithoutTheName>(), Always(Valid), &[]),
        row("is told no value", "-w broadcast --rate 0", broadcast::<ForwardsNothing>(), Always(Unknown), &[]),
        row("counts by telling all it knows", COUNTER, gossip::<TellsAll>(), Always(Valid), &[]),
        row("counts up and down", UP_AND_DOWN, gossip::<TellsAll>(), Always(Valid), &[]),
        row("counts at lin-kv", COUNTER, at_service::<Linearizable>(), Always(Valid), &[]),
        row("counts at seq-kv, and writes before it reads", COUNTER, at_service::<ReadsThePresent>(), Always(Valid), &[]),
        row("is told nothing to add", "-w g-counter --rate 0 --node-count 3", gossip::<TellsAll>(), Always(Valid), &[]),
        row("echoes just in time", ECHO_TOTAL, answers_late::<echo::Server<Faithful>>(4900), Always(Valid), &[]),
    ]
}

fn row(
    name: &'static str,
    flags: &'static str,
    program: Program,
    outcome: Outcome,
    findings: &'static [Finding],
) -> Row {
    Row { name, flags, program, outcome, findings }
}

#[test]
fn nodes_that_break_a_rule_are_invalid_and_the_results_say_why() {
    check(&invalid());
}

/// How many operations the smallest run of a node may have. One that drops every tenth value needs ten.
const FEW_OPERATIONS: usize = 3;
const DROPS_THE_TENTH: &str = "acknowledges before storing, drops every tenth value";

#[test]
fn every_invalid_run_shrinks_to_a_few_operations() {
    for Row { name, flags, program, .. } in invalid() {
        let options: Options = flags.parse().unwrap();
        let is_invalid = |&seed: &u64| {
            let judged = judge_run(program.clone(), &options, seed);
            judged.is_ok_and(|judged| judged.results.verdict == Invalid)
        };
        let seed = (1..=SEEDS).find(is_invalid).expect("a seed that fails");
        let shrunk = shrink(&program, &options, seed, |_, _| true).unwrap();
        let operations = shrunk.case.operations().len();
        let (size, runs, failure) = (shrunk.case.size(), shrunk.runs, shrunk.failure);
        let most = if name == DROPS_THE_TENTH { 10 } else { FEW_OPERATIONS };
        assert!(operations <= most, "{name}: {failure}: {size} after {runs} runs");
        assert!(!shrunk.is_cut_short, "{name}: {runs} runs");

        let options = shrunk.options(&options, seed).unwrap();
        let judged = judge_run(program, &options, shrunk.case.seed).unwrap();
        assert_eq!(FailureKind::of(&judged.results), Some(failure), "{name}");
    }
}

#[test]
fn flaws_that_the_rules_permit_are_reported() {
    check(&valid_yet());
}

#[test]
fn runs_that_cannot_continue_have_no_verdict() {
    check(&without_verdict());
}

#[test]
fn unusual_but_correct_nodes_are_valid() {
    check(&odd());
}

/// Asserts that, from its files, the run is judged as it was.
fn assert_is_judged_again(judged: &JudgedRun) {
    let root = tempfile::tempdir().unwrap();
    let store = Store::create(root.path(), "run").unwrap();
    store.write("journal.jsonl", |file| file.write_all(judged.journal.as_bytes())).unwrap();
    write_record(&store, &judged.info, &judged.recording.history).unwrap();
    let (results, text) = judge_again(store.path(), &Console::quiet()).unwrap();
    assert_eq!(results, judged.results);
    let path = store.path().to_str().unwrap();
    let text = anstream::adapter::strip_str(&text).to_string();
    assert_eq!(text.replace(path, "store/latest"), judged.printed());
}

/// Runs every row with every seed, and reports all rows with another outcome than theirs.
fn check(rows: &[Row]) {
    let wrong: Vec<String> = rows.iter().filter_map(|row| row.check().err()).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

impl Row {
    fn check(&self) -> Result<(), String> {
        let options: Options = self.flags.parse().map_err(|error| format!("{error}"))?;
        let mut as_said = 0;
        let mut others = String::new();
        for seed in 0..SEEDS {
            let came_out = match judge_run(self.program.clone(), &options, seed) {
                Ok(judged) => {
                    // One run of each is enough: that is about files, not about nodes.
                    if seed == 0 {
                        assert_is_judged_again(&judged);
                    }
                    Ok((judged.results.verdict, judged.results.findings()))
                }
                Err(error) => Err(error.to_string()),
            };
            if self.is_as_said(&came_out) {
                as_said += 1;
            } else {
                others += &format!("  seed {seed}: {came_out:?}\n");
            }
        }
        let least = if let InMost(_, least) = self.outcome { least } else { SEEDS };
        if as_said >= least {
            return Ok(());
        }
        let Row { name, flags, .. } = self;
        Err(format!("{name} ({flags}): {as_said} of {SEEDS} as the table says, but\n{others}"))
    }

    fn is_as_said(&self, came_out: &Result<(Verdict, Vec<Finding>), String>) -> bool {
        match (&self.outcome, came_out) {
            (Always(verdict) | InMost(verdict, _), Ok((came_out, findings))) => {
                verdict == came_out && findings == self.findings
            }
            (NoVerdict(words), Err(error)) => error.contains(words),
            _ => false,
        }
    }
}
