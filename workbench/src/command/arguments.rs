//! The command line, and the flags that a scenario adds to it.

use std::ffi::OsString;
use std::path::Path;

use crate::error::Error;
use crate::options::Options;
use crate::plan::scenario::ScenarioFile;

/// The words of the command line. If one of them is `--scenario`, the flags of that file come after the name of
/// the command, so that those of the command line take precedence.
///
/// Fails if the scenario cannot be read.
pub fn arguments(words: impl Iterator<Item = OsString>) -> Result<Vec<OsString>, Error> {
    const AFTER_COMMAND: usize = 2;
    let mut words: Vec<OsString> = words.collect();
    if let Some(path) = scenario(&words) {
        let flags = Options::flags_of_scenario(&ScenarioFile::open(Path::new(&path))?)?;
        let place = AFTER_COMMAND.min(words.len());
        words.splice(place..place, flags.into_iter().map(OsString::from));
    }
    Ok(words)
}

/// The value of `--scenario`. What follows `--` belongs to the node.
fn scenario(words: &[OsString]) -> Option<OsString> {
    let mut own = words.iter().take_while(|word| *word != "--");
    while let Some(word) = own.next() {
        match word.to_str().and_then(|word| word.strip_prefix("--scenario")) {
            Some("") => return own.next().cloned(),
            Some(rest) if rest.starts_with('=') => return Some(rest[1..].into()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_a_scenario_come_after_the_command_and_before_other_flags() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scenario.toml");
        std::fs::write(&path, "workload = \"echo\"\nlatency = 100\nnodes = [\"a\", \"b\"]")
            .unwrap();
        let path = path.to_str().unwrap();
        let expanded = |words: &[&str]| {
            let words = arguments(words.iter().map(OsString::from)).unwrap();
            words.into_iter().map(|word| word.into_string().unwrap()).collect::<Vec<_>>().join(" ")
        };
        let flags = "--latency 100 --nodes a,b --workload echo --seed 1";
        let named = format!("--scenario={path}");
        assert_eq!(
            expanded(&["bench", "test", "--scenario", path, "--bin", "x"]),
            format!("bench test {flags} --scenario {path} --bin x")
        );
        assert_eq!(expanded(&["bench", "test", &named]), format!("bench test {flags} {named}"));
        let of_node = ["bench", "test", "--", "--scenario", "none"];
        assert_eq!(expanded(&of_node), of_node.join(" "));
    }
}
