//! Whether a run kept its promises.

use serde::{Deserialize, Serialize};

use crate::record::edn::Edn;

/// The outcome of a check, from the best to the worst. In JSON, its [name](Verdict::name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing wrong was found.
    Valid,
    /// There was too little to judge by.
    Unknown,
    /// A promise was broken.
    Invalid,
}

impl Verdict {
    /// The verdict of a check that either holds or does not.
    pub fn from_bool(valid: bool) -> Verdict {
        if valid { Verdict::Valid } else { Verdict::Invalid }
    }

    /// A word for it: `valid`, `unknown` or `invalid`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Unknown => "unknown",
            Verdict::Invalid => "invalid",
        }
    }

    /// The worst of `verdicts`; [`Verdict::Valid`] if there is none (Jepsen's `merge-valid`).
    pub fn merge(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
        verdicts.into_iter().max().unwrap_or(Verdict::Valid)
    }

    /// The last line of a run, in Maelstrom's words.
    pub fn last_line(self) -> &'static str {
        match self {
            Verdict::Valid => "Everything looks good! ヽ(‘ー`)ノ",
            Verdict::Unknown => "Errors occurred during analysis, but no anomalies found. ಠ~ಠ",
            Verdict::Invalid => "Analysis invalid! (ﾉಥ益ಥ）ﾉ ┻━┻",
        }
    }

    /// The exit status of a run, as Maelstrom's.
    pub fn exit_status(self) -> u8 {
        match self {
            Verdict::Valid => 0,
            Verdict::Invalid => 1,
            Verdict::Unknown => 2,
        }
    }
}

impl From<Verdict> for Edn {
    fn from(verdict: Verdict) -> Edn {
        match verdict {
            Verdict::Valid => Edn::Bool(true),
            Verdict::Invalid => Edn::Bool(false),
            Verdict::Unknown => Edn::keyword("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Invalid, Unknown, Valid};
    use super::*;

    #[test]
    fn invalid_beats_unknown_beats_valid() {
        assert_eq!(Verdict::merge([]), Valid);
        assert_eq!(Verdict::merge([Valid, Valid]), Valid);
        assert_eq!(Verdict::merge([Valid, Unknown, Valid]), Unknown);
        assert_eq!(Verdict::merge([Unknown, Invalid, Valid]), Invalid);
    }

    #[test]
    fn the_exit_status_is_maelstroms() {
        let statuses = [Valid, Invalid, Unknown].map(Verdict::exit_status);
        assert_eq!(statuses, [0, 1, 2]);
    }
}
