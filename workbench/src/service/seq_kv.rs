//! `seq-kv`: a sequentially consistent store. It answers from the past where it may, to expose nodes that
//! need the latest state.
//!
//! Its states are numbered: 0 is empty, and each change makes the next one. A request is tried in a state
//! picked at random, from the last one that its sender has seen to the newest. A request that changes
//! nothing there is answered from there. Any other is carried out again on the newest state. So each
//! sender sees time move forward, and a sender that writes something new has seen the newest state.

use std::collections::{BTreeMap, VecDeque};

use rand::RngExt;
use rand::rngs::StdRng;

use super::key_value::KeyRequest;
use super::{Reply, StateMachine};
use crate::fields::Fields;
use crate::json_key::JsonValue;
use crate::random;

/// How many states are kept. A sender that is further behind gets one of these: under Maelstrom its
/// pick wraps round to some newer state, and it may then read older values again. No node can rely on
/// that.
const STATES: u64 = 32;

/// The store.
#[derive(Debug)]
pub struct SeqKv {
    /// By key, its values: the number of the state in which it began to hold each, in rising order.
    values: BTreeMap<JsonValue, VecDeque<(u64, JsonValue)>>,
    /// The number of the newest state.
    newest: u64,
    /// By sender, the number of the last state that it has met: 0 at first.
    last_met: BTreeMap<String, u64>,
    rng: StdRng,
}

impl SeqKv {
    /// An empty store, whose choices are drawn from `seed`.
    pub fn new(seed: u64) -> SeqKv {
        SeqKv {
            values: BTreeMap::new(),
            newest: 0,
            last_met: BTreeMap::new(),
            rng: random::generator(seed, "seq-kv"),
        }
    }

    /// The number of the oldest state that is kept.
    fn oldest(&self) -> u64 {
        self.newest.saturating_sub(STATES - 1)
    }

    /// Picks a state for a request from `src`.
    fn pick(&mut self, src: &str) -> u64 {
        let last_met = self.last_met.get(src).copied().unwrap_or_default();
        self.rng.random_range(last_met.max(self.oldest())..=self.newest)
    }

    /// What the key holds in that state.
    fn held(&self, key: &JsonValue, state: u64) -> Option<&JsonValue> {
        let values = self.values.get(key)?;
        values.iter().rev().find(|(since, _)| *since <= state).map(|(_, value)| value)
    }

    /// The key holds that value from the newest state on.
    fn hold(&mut self, key: JsonValue, value: JsonValue) {
        let oldest = self.oldest();
        let values = self.values.entry(key).or_default();
        values.push_back((self.newest, value));
        // The first value is needed until the second one is as old as the oldest state.
        while values.get(1).is_some_and(|(since, _)| *since <= oldest) {
            values.pop_front();
        }
    }

    fn carry_out(&mut self, src: &str, request: KeyRequest) -> Reply {
        let picked = self.pick(src);
        let (reply, change) = request.apply(self.held(&request.key, picked));
        if change.is_none() {
            self.last_met.insert(src.to_owned(), picked);
            return reply;
        }
        let (reply, change) = request.apply(self.held(&request.key, self.newest));
        // A new state, even if this time nothing has changed.
        let change = change.cloned();
        self.newest += 1;
        self.last_met.insert(src.to_owned(), self.newest);
        if let Some(value) = change {
            self.hold(request.key, value);
        }
        reply
    }
}

impl StateMachine for SeqKv {
    fn answer(&mut self, src: &str, request: &Fields) -> Option<Reply> {
        let request = KeyRequest::read(request)?;
        Some(request.map_or_else(|error| error, |request| self.carry_out(src, request)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use common::ErrorCode;

    use super::*;

    const READ: &str = r#"{"type":"read","key":"k"}"#;

    impl SeqKv {
        fn ask(&mut self, src: &str, request: &str) -> Reply {
            self.answer(src, &Fields::read(request).unwrap()).unwrap()
        }

        fn write(&mut self, src: &str, value: u64) {
            let reply = self.ask(src, &format!(r#"{{"type":"write","key":"k","value":{value}}}"#));
            assert_eq!(reply, Reply::WriteOk);
        }

        fn cas(&mut self, src: &str, from: u64, to: u64) -> Reply {
            self.ask(src, &format!(r#"{{"type":"cas","key":"k","from":{from},"to":{to}}}"#))
        }

        /// The value that `src` reads; none if it reads that there is no such key.
        fn read(&mut self, src: &str) -> Option<u64> {
            match self.ask(src, READ) {
                Reply::ReadOk { value } => value.0.as_u64(),
                Reply::Error { code: ErrorCode::KeyDoesNotExist, .. } => None,
                reply => panic!("{reply:?}"),
            }
        }
    }

    /// A store to which `n0` has written 1, 2, 3, …, one after the other.
    fn written(seed: u64, values: u64) -> SeqKv {
        let mut store = SeqKv::new(seed);
        (1..=values).for_each(|value| store.write("n0", value));
        store
    }

    /// "Each request first picks a state, uniformly from [last met, newest]."
    #[test]
    fn a_first_read_comes_from_any_state_alike() {
        let mut counts = BTreeMap::<Option<u64>, u32>::new();
        for seed in 0..4000 {
            *counts.entry(written(seed, 3).read("n1")).or_default() += 1;
        }
        let expected = [None, Some(1), Some(2), Some(3)];
        assert_eq!(counts.keys().copied().collect::<Vec<_>>(), expected);
        assert!(counts.values().all(|count| (900..1100).contains(count)), "{counts:?}");
    }

    /// "That answer is given, and the sender's number becomes the picked one."
    #[test]
    fn no_sender_sees_time_move_backwards() {
        for seed in 0..200 {
            let mut store = SeqKv::new(seed);
            let mut seen = BTreeMap::new();
            for value in 1..200 {
                store.write("n0", value);
                let src = ["n1", "n2", "c0"][value as usize % 3];
                let read = store.read(src);
                let before = seen.insert(src, read).flatten();
                assert!(before <= read, "seed {seed}: {src} reads {before:?}, then {read:?}");
            }
        }
    }

    /// "Reads alone catch up, each halving the lag on average: some ten reads after the last change
    /// reach the newest state."
    #[test]
    fn reads_alone_catch_up() {
        let mut reads = 0;
        for seed in 0..1000 {
            let mut store = written(seed, 31);
            while store.read("n1") != Some(31) {
                reads += 1;
            }
        }
        // Of 32 states, the expected number of reads is the sum of 1/1, 1/2, … 1/31.
        assert!((3800..4300).contains(&reads), "{reads} stale reads of 1000 readers");
    }

    /// "A write of a value that never stood there brings the sender to the newest state: write something
    /// unique, then read = a fresh read (the "barrier")."
    #[test]
    fn a_write_of_something_new_is_a_barrier() {
        for seed in 0..200 {
            let mut store = written(seed, 10);
            store.ask("n1", r#"{"type":"write","key":"n1","value":"unique"}"#);
            assert_eq!(store.read("n1"), Some(10), "seed {seed}");
        }
    }

    /// A `cas` from a value to the same value succeeds in the past.
    #[test]
    fn a_cas_to_the_same_value_is_not_a_barrier() {
        let mut reads = BTreeSet::new();
        for seed in 0..200 {
            let mut store = written(seed, 3);
            if store.cas("n1", 1, 1) == Reply::CasOk {
                assert_eq!(store.newest, 3, "no new state");
                reads.insert(store.read("n1"));
            }
        }
        assert_eq!(reads, [Some(1), Some(2), Some(3)].into());
    }

    /// "A write of an old value may happen in the past, that is vanish: n0 writes 1, then 2; n1 writes
    /// 1, gets write_ok, and everyone reads 2."
    #[test]
    fn a_write_of_an_old_value_may_vanish() {
        let vanished = (0..300).filter(|&seed| {
            let mut store = written(seed, 2);
            store.write("n1", 1);
            let vanished = store.newest == 2;
            assert!(!vanished || store.read("n0") == Some(2), "seed {seed}");
            vanished
        });
        // It does if the pick is the middle one of three states.
        let vanished = vanished.count();
        assert!((75..125).contains(&vanished), "{vanished} of 300");
    }

    /// "It would change something: it is carried out anew on the newest state; that answer counts (it
    /// may be error 22 now)."
    #[test]
    fn a_cas_that_works_in_the_past_is_carried_out_in_the_present() {
        let mut failed_in_the_present = 0;
        for seed in 0..200 {
            let mut store = written(seed, 2);
            match store.cas("n1", 1, 7) {
                Reply::Error { code: ErrorCode::PreconditionFailed, .. } if store.newest == 3 => {
                    failed_in_the_present += 1;
                    assert_eq!(store.read("n1"), Some(2), "the sender has met the newest state");
                }
                Reply::Error { .. } => assert_eq!(store.newest, 2, "it failed in its state"),
                reply => panic!("{reply:?}"),
            }
        }
        assert!((40..95).contains(&failed_in_the_present), "{failed_in_the_present} of 200");
    }

    /// "A new state is added even if this time nothing changed."
    #[test]
    fn a_request_that_changes_nothing_after_all_makes_a_state() {
        // Where `n1` is sent to a state before the newest, its write is a change there.
        let mut newest = BTreeSet::new();
        for seed in 0..100 {
            let mut store = written(seed, 2);
            store.write("n1", 2);
            newest.insert(store.newest);
            assert_eq!(
                store.held(&JsonValue("k".into()), store.newest),
                Some(&JsonValue(2.into()))
            );
        }
        assert_eq!(newest, [2, 3].into());
    }

    /// "It keeps 32 states. A sender at most 31 behind gets exactly the state picked. A bench may pick
    /// from [max(last met, newest - 31), newest]."
    #[test]
    fn a_sender_gets_one_of_the_last_32_states() {
        let mut found = BTreeSet::new();
        for seed in 0..2000 {
            found.insert(written(seed, 100).read("n1"));
        }
        assert_eq!(found, (69..=100).map(Some).collect());
    }

    #[test]
    fn values_that_no_state_needs_are_forgotten() {
        let mut store = written(1, 1000);
        assert!(store.values[&JsonValue("k".into())].len() <= STATES as usize);
        // One that never changed is not.
        store.ask("n0", r#"{"type":"write","key":"old","value":7}"#);
        (1001..1100).for_each(|value| store.write("n0", value));
        let read = store.ask("n1", r#"{"type":"read","key":"old"}"#);
        assert!(matches!(read, Reply::ReadOk { .. }), "{read:?}");
    }

    /// "Per `src` it keeps the number of the last state that this sender met."
    #[test]
    fn what_one_sender_has_met_binds_no_other() {
        let stale = (0..200).filter(|&seed| {
            let mut store = written(seed, 5);
            while store.read("n1") != Some(5) {}
            store.read("n2") != Some(5)
        });
        assert!(stale.count() > 100);
    }
}
