//! `lww-kv`: meant as an eventually consistent store, where the last write wins.
//!
//! It behaves as Maelstrom's does: each request goes to one of two replicas, at random, and these never
//! learn from each other. So whatever was written is found with probability 1/2, for ever. And a `cas`
//! does not create a key, whatever its `create_if_not_exists` says.

use rand::RngExt;
use rand::rngs::StdRng;

use super::key_value::{KeyRequest, KeyStore};
use super::{Reply, StateMachine};
use crate::fields::Fields;
use crate::random;

/// The store.
#[derive(Debug)]
pub struct LwwKv {
    replicas: [KeyStore; 2],
    rng: StdRng,
}

impl LwwKv {
    /// An empty store, whose choices are drawn from `seed`.
    pub fn new(seed: u64) -> LwwKv {
        LwwKv { replicas: Default::default(), rng: random::generator(seed, "lww-kv") }
    }
}

impl StateMachine for LwwKv {
    fn answer(&mut self, _src: &str, request: &Fields) -> Option<Reply> {
        let request = match KeyRequest::read(request)? {
            Ok(request) => request.without_creation(),
            Err(error) => return Some(error),
        };
        let [one, other] = &mut self.replicas;
        let replica = if self.rng.random_bool(0.5) { one } else { other };
        Some(replica.carry_out(request))
    }
}

#[cfg(test)]
mod tests {
    use common::ErrorCode;

    use super::*;

    fn answer(store: &mut LwwKv, request: &str) -> Reply {
        store.answer("n0", &Fields::read(request).unwrap()).unwrap()
    }

    fn is_absent(reply: &Reply) -> bool {
        matches!(reply, Reply::Error { code: ErrorCode::KeyDoesNotExist, .. })
    }

    /// "They never learn from each other: after 200 reads a key written once is still absent at times."
    #[test]
    fn a_key_written_once_is_found_every_other_time_for_ever() {
        let mut store = LwwKv::new(1);
        answer(&mut store, r#"{"type":"write","key":"k","value":1}"#);
        let mut absent = || {
            let reads = (0..1000).map(|_| answer(&mut store, r#"{"type":"read","key":"k"}"#));
            reads.filter(is_absent).count()
        };
        for _ in 0..3 {
            let absent = absent();
            assert!((400..600).contains(&absent), "{absent} of 1000");
        }
    }

    /// "`create_if_not_exists` is ignored (20)."
    #[test]
    fn a_cas_creates_no_key() {
        let mut store = LwwKv::new(1);
        let cas = r#"{"type":"cas","key":"k","from":0,"to":1,"create_if_not_exists":true}"#;
        assert!((0..20).all(|_| is_absent(&answer(&mut store, cas))));
    }
}
