//! The challenges: one line for each in `challenges.mk`, which make includes, too.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A line of `challenges.mk`: `broadcast-3c = -w broadcast --node-count 5 …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The name before the `=`; a stage of that name faces this challenge.
    pub name: String,
    /// The flags of `workbench test`, separated by spaces, those of its targets last.
    pub flags: String,
    /// The challenge whose flags these begin with, where the line refers to it, as in
    /// `my-stage = $(broadcast-3c)`. Only stages that `make new` made do. It is the stage that was copied,
    /// unless the stage was begun from scratch.
    pub began_as: Option<String>,
}

/// The path of `challenges.mk` in the workspace `root`.
pub fn challenges_file(root: &Path) -> PathBuf {
    root.join("workbench/challenges.mk")
}

/// Reads the challenges of the workspace in `root`, in their order.
///
/// Fails, with the line's number, for a line that is neither blank, nor a comment, nor
/// `NAME = FLAGS`, nor `NAME = $(NAME OF A LINE ABOVE) MORE FLAGS`, nor `NAME_targets = MORE FLAGS` after
/// the line of that name.
pub fn read_challenges(root: &Path) -> Result<Vec<Challenge>, Error> {
    let path = challenges_file(root);
    let text = fs::read_to_string(&path).map_err(Error::path("read", &path))?;
    parse(&text).map_err(|(line, why)| Error::Asked(format!("{}:{line}: {why}", path.display())))
}

fn parse(text: &str) -> Result<Vec<Challenge>, (usize, String)> {
    let mut challenges: Vec<Challenge> = vec![];
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |why: String| (index + 1, why);
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| wrong(format!("`{line}` is not a challenge: write NAME = FLAGS")))?;
        let (name, value) = (name.trim().to_owned(), value.trim());
        if let Some(name) = name.strip_suffix("_targets") {
            let challenge = challenges.iter_mut().find(|challenge| challenge.name == name);
            let missing = || wrong(format!("no line above is called `{name}`"));
            challenge.ok_or_else(missing)?.flags += &format!(" {value}");
            continue;
        }
        let reference = value.strip_prefix("$(").and_then(|rest| rest.split_once(')'));
        let flags = match reference {
            None => value.to_owned(),
            Some((other, more)) => {
                let challenge = challenges.iter().find(|challenge| challenge.name == other);
                let missing = || wrong(format!("no line above is called `{other}`"));
                challenge.ok_or_else(missing)?.flags.clone() + more
            }
        };
        let began_as = reference.map(|(other, _)| other.to_owned());
        challenges.push(Challenge { name, flags, began_as });
    }
    Ok(challenges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_flags_or_refers_to_a_line_that_has_them() {
        let text = "# Of ours.\n\necho   = -w echo --rate 1\nmy-echo = $(echo)\nyours=$(my-echo)\n";
        let challenge = |name: &str, began_as: Option<&str>| Challenge {
            name: name.to_owned(),
            flags: "-w echo --rate 1".to_owned(),
            began_as: began_as.map(str::to_owned),
        };
        let expected = [
            challenge("echo", None),
            challenge("my-echo", Some("echo")),
            challenge("yours", Some("my-echo")),
        ];
        assert_eq!(parse(text), Ok(expected.to_vec()));
    }

    #[test]
    fn targets_are_added_to_the_flags_also_for_references() {
        let text = "a = -w echo\na_targets = --max-msgs-per-op 2\nmine = $(a)\n";
        let flags = parse(text).unwrap().into_iter().map(|challenge| challenge.flags);
        assert_eq!(flags.collect::<Vec<_>>(), ["-w echo --max-msgs-per-op 2"; 2]);
        let why = "no line above is called `b`".to_owned();
        assert_eq!(parse("b_targets = --max-msgs-per-op 2\nb = -w echo\n"), Err((1, why)));
    }

    #[test]
    fn flags_after_a_reference_are_added() {
        let text = "a = -w echo\na_targets = --max-msgs-per-op 2\nmine = $(a) --latency 5\n";
        let mine = parse(text).unwrap().pop().expect("a challenge");
        assert_eq!(mine.flags, "-w echo --max-msgs-per-op 2 --latency 5");
        assert_eq!(mine.began_as.as_deref(), Some("a"));
    }

    #[test]
    fn an_error_has_the_number_of_its_line() {
        let why = "`-w echo` is not a challenge: write NAME = FLAGS";
        assert_eq!(parse("echo = -w echo\n-w echo\n"), Err((2, why.to_owned())));
        let why = "no line above is called `ehco`";
        assert_eq!(parse("echo = -w echo\n\nmine = $(ehco)\n"), Err((3, why.to_owned())));
    }
}
