//! `lin-tso`: timestamps 0, 1, 2, …, one for each request, whoever asks.

use super::{Reply, StateMachine};
use crate::fields::Fields;

/// The next timestamp.
#[derive(Debug, Default)]
pub struct LinTso(u64);

impl StateMachine for LinTso {
    fn answer(&mut self, _src: &str, request: &Fields) -> Option<Reply> {
        request.is("type", "ts").then(|| {
            let ts = self.0;
            self.0 += 1;
            Reply::TsOk { ts }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "N = 0, 1, 2, … one for each request in the run, whoever asks."
    #[test]
    fn timestamps_count_from_0_whoever_asks() {
        let mut timestamps = LinTso::default();
        let request = Fields::read(r#"{"type":"ts"}"#).unwrap();
        for (ts, src) in ["n0", "n1", "n0", "c3"].into_iter().enumerate() {
            let ts = ts as u64;
            assert_eq!(timestamps.answer(src, &request), Some(Reply::TsOk { ts }));
        }
    }
}
