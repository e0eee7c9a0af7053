//! The file of a scenario: read once, then asked for the flags of the run and for what happens in it.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::Scenario;
use super::read::{self, KEYS, Setting};
use super::text::{self, Item, Mistake, kind};
use crate::error::Error;
use crate::text::joined;

/// The flags that may be keys of a scenario. The others either have no effect with a scenario, or are about
/// the files of the run.
pub const FLAGS: [&str; 14] = [
    "workload",
    "node-count",
    "nodes",
    "concurrency",
    "topology",
    "latency",
    "latency-dist",
    "loss",
    "duplicate",
    "availability",
    "strict",
    "max-msgs-per-op",
    "max-median-latency",
    "max-latency",
];

/// The key of the seed, which is a flag, too. Without it, the seed is 1.
pub const SEED: &str = "seed";

/// How long a file may be.
const MAX_BYTES: u64 = 4_000_000;

/// A scenario as it was written. Clones are cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioFile {
    name: Arc<str>,
    text: Arc<str>,
}

impl ScenarioFile {
    /// A scenario with that text. Errors call it by `name`.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> ScenarioFile {
        ScenarioFile { name: name.into(), text: text.into() }
    }

    /// Opens a file.
    ///
    /// Fails if it cannot be read, is longer than 4 MB, or is not text.
    pub fn open(path: &Path) -> Result<ScenarioFile, Error> {
        let failed = || Error::path("read the scenario", path);
        let mut bytes = vec![];
        let mut file = File::open(path).map_err(failed())?.take(MAX_BYTES + 1);
        file.read_to_end(&mut bytes).map_err(failed())?;
        let name = path.display().to_string();
        if bytes.len() as u64 > MAX_BYTES {
            let limit = MAX_BYTES / 1_000_000;
            return Err(Error::Asked(format!(
                "{name} has more than {limit} MB: is it a scenario?"
            )));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(ScenarioFile::new(name, text)),
            Err(_) => Err(Error::Asked(format!("{name} is not a text file: is it a scenario?"))),
        }
    }

    /// The flags of the run that are keys of the file, as on a command line.
    ///
    /// Fails if it is not TOML, has other keys, or if their values cannot be those of flags.
    pub fn flags(&self) -> Result<Vec<String>, Error> {
        self.read_with(|file| {
            let mut flags = vec![];
            for (key, value) in file {
                let name = &**key.get_ref();
                if FLAGS.contains(&name) || name == SEED {
                    flags.extend(flag(name, value)?);
                } else if !KEYS.contains(&name) {
                    return Err(unknown(key.span(), name));
                }
            }
            if !file.contains_key("workload") {
                let what = "a scenario begins with the workload, as in workload = \"broadcast\"";
                return Err(Mistake::new(0..0, what));
            }
            if !file.contains_key(SEED) {
                flags.extend(["--seed".into(), "1".into()]);
            }
            Ok(flags)
        })
    }

    /// The seed of the run, if the file can be read.
    pub fn seed(&self) -> Option<u64> {
        let flags = self.flags().ok()?;
        let flag = flags.iter().position(|flag| flag == "--seed")?;
        flags.get(flag + 1)?.parse().ok()
    }

    /// What happens in the run.
    ///
    /// Fails if the file names nodes, operations or values that the run does not have, if steps are not in
    /// order, and for whatever else is not as it should be. The error names the line.
    pub fn scenario(&self, setting: Setting) -> Result<Scenario, Error> {
        self.read_with(|file| read::read(file, setting))
    }

    fn read_with<T>(&self, read: impl FnOnce(&DeTable) -> Result<T, Mistake>) -> Result<T, Error> {
        let outcome = text::parse(&self.text).and_then(|file| read(&file));
        outcome.map_err(|mistake| Error::Asked(mistake.in_words(&self.name, &self.text)))
    }
}

/// Opens the file of that name, for clap.
impl FromStr for ScenarioFile {
    type Err = Error;

    fn from_str(path: &str) -> Result<ScenarioFile, Error> {
        ScenarioFile::open(Path::new(path))
    }
}

/// The command line with the flags of its scenario, if it has one: after the name of the command, so that
/// flags of the command line take precedence.
///
/// Fails if the scenario cannot be read.
pub fn insert_flags(arguments: impl Iterator<Item = OsString>) -> Result<Vec<OsString>, Error> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let own = arguments.iter().position(|word| word == "--").unwrap_or(arguments.len());
    let path = arguments[..own].iter().enumerate().find_map(|(place, word)| {
        match word.to_str()?.strip_prefix("--scenario")? {
            "" => arguments[..own].get(place + 1).cloned(),
            rest => rest.strip_prefix('=').map(OsString::from),
        }
    });
    if let Some(path) = path {
        let flags = ScenarioFile::open(Path::new(&path))?.flags()?;
        let command = 2.min(arguments.len());
        arguments.splice(command..command, flags.into_iter().map(OsString::from));
    }
    Ok(arguments)
}

/// `--latency 100`, `--strict`: a key of the file as a flag.
fn flag(name: &str, item: &Item) -> Result<Vec<String>, Mistake> {
    let value = match item.get_ref() {
        DeValue::Boolean(true) if name == "strict" => return Ok(vec![format!("--{name}")]),
        DeValue::String(text) if !text.starts_with('-') => text.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Array(list) if name == "nodes" => {
            let names = list.iter().map(|item| {
                let name = item.get_ref().as_str();
                name.ok_or_else(|| Mistake::new(item.span(), "the name of a node is a string"))
            });
            names.collect::<Result<Vec<_>, _>>()?.join(",")
        }
        other => {
            let what = format!("`{name}` takes what --{name} takes, not {}", kind(other));
            return Err(Mistake::new(item.span(), what));
        }
    };
    Ok(vec![format!("--{name}"), value])
}

fn unknown(place: std::ops::Range<usize>, name: &str) -> Mistake {
    let what = match name {
        "rate" | "nemesis" | "nemesis-interval" => format!(
            "`{name}` has no effect: the steps say which operations and partitions there are"
        ),
        "step" => "there is no key `step`: it is `steps`, a list of them".into(),
        "message" => "there is no key `message`: it is `messages`, a list of them".into(),
        name => {
            let all = KEYS.iter().chain([&SEED]).chain(&FLAGS);
            format!("a scenario has no key `{name}`. There are: {}", joined(all, "and"))
        }
    };
    Mistake::new(place, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_a_scenario_come_after_the_command_and_before_other_flags() {
        let folder = std::env::temp_dir().join(format!("scenario-{}", std::process::id()));
        std::fs::write(&folder, "workload = \"echo\"\nlatency = 100\nnodes = [\"a\", \"b\"]")
            .unwrap();
        let path = folder.to_str().unwrap();
        let expanded = |words: &[&str]| {
            let words = words.iter().map(OsString::from);
            let words = insert_flags(words).unwrap();
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
        std::fs::remove_file(&folder).unwrap();
    }
}
