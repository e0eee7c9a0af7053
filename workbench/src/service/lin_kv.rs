//! `lin-kv`: a linearizable store. It has one state, and carries out each request on it, in the order
//! of their arrival.

use super::key_value::{KeyRequest, KeyStore};
use super::{Reply, StateMachine};
use crate::fields::Fields;

/// The store.
#[derive(Debug, Default)]
pub struct LinKv(KeyStore);

impl StateMachine for LinKv {
    fn answer(&mut self, _src: &str, request: &Fields) -> Option<Reply> {
        let request = KeyRequest::read(request)?;
        Some(request.map_or_else(|error| error, |request| self.0.carry_out(request)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "lin-kv: one state, each request on it, in order of arrival."
    #[test]
    fn everyone_reads_what_was_written_last() {
        let mut store = LinKv::default();
        let mut ask = |src, request: &str| {
            let reply = store.answer(src, &Fields::read(request).unwrap());
            serde_json::to_string(&reply).unwrap()
        };
        for value in 0..100 {
            ask("n0", &format!(r#"{{"type":"write","key":"k","value":{value}}}"#));
            for src in ["n0", "n1", "c0"] {
                let read = ask(src, r#"{"type":"read","key":"k"}"#);
                assert_eq!(read, format!(r#"{{"type":"read_ok","value":{value}}}"#));
            }
        }
    }
}
