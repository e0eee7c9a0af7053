//! The file of a scenario: read once, then asked for the flags of the run and for what happens in it.

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
pub const FLAGS: [&str; 15] = [
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
    "seed",
];

/// The seed of a scenario that names none.
pub const DEFAULT_SEED: u64 = 1;

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
    /// Fails if it is not TOML or has other keys, or if `check` refuses the words of a flag, for the reason
    /// that it gives. The error names the line.
    pub fn flags(
        &self,
        check: impl Fn(&[String]) -> Result<(), String>,
    ) -> Result<Vec<String>, Error> {
        self.read_with(|file| {
            let mut flags = vec![];
            for (key, value) in file {
                let name = &**key.get_ref();
                if FLAGS.contains(&name) {
                    let words = flag(name, value)?;
                    check(&words).map_err(|what| Mistake::new(value.span(), what))?;
                    flags.extend(words);
                } else if !KEYS.contains(&name) {
                    return Err(unknown(key.span(), name));
                }
            }
            if !file.contains_key("workload") {
                let what = "a scenario begins with the workload, as in workload = \"broadcast\"";
                return Err(Mistake::new(0..0, what));
            }
            if !file.contains_key("seed") {
                flags.extend(["--seed".into(), DEFAULT_SEED.to_string()]);
            }
            Ok(flags)
        })
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
            let all = KEYS.iter().chain(&FLAGS);
            format!("a scenario has no key `{name}`. There are: {}", joined(all, "and"))
        }
    };
    Mistake::new(place, what)
}
