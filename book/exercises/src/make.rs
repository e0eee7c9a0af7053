//! The commands `make simulate`, `make sweep` and `make compare`, run in this process: what a page
//! tells the reader to type gives the output that the page shows.

use std::io::{self, Write};
use std::str::FromStr;
use std::sync::Arc;

use common::Mutex;
use workbench::Stage;
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::output::run_info::{RunInfo, RunOutcome};
use workbench::record::journal::Journal;
use workbench::report::message_window::{Message, MessageWindow, Window};
use workbench::run::check;
use workbench::simulation::comparison::{ComparedStage, Comparison};
use workbench::simulation::sweep::judge_seed;
use workbench::simulation::tally::Tally;
use workbench::simulation::{JudgedRun, judge_run, simulate_run};
use workbench::time::Time;

/// A command such as `make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c SEED=1`.
#[derive(Debug, Clone, Default)]
pub struct Make {
    goal: String,
    module: String,
    workload: Option<String>,
    own_flags: &'static str,
    flags: Option<String>,
    seed: Option<u64>,
    seeds: Option<u64>,
    from: Option<String>,
}

/// Parses a command. Fails, with the reason, if it is none of these, or sets a variable that they do not
/// take.
impl FromStr for Make {
    type Err = String;

    fn from_str(command: &str) -> Result<Make, String> {
        let wrong = |why: &str| format!("`{command}`: {why}");
        let mut make = Make::default();
        let mut words = words(command).into_iter();
        if words.next().as_deref() != Some("make") {
            return Err(wrong("it does not begin with `make`"));
        }
        make.goal = words.next().unwrap_or_default();
        for word in words {
            let (name, value) = word.split_once('=').ok_or_else(|| wrong(&word))?;
            let number = || value.parse().map_err(|_| wrong("SEED= and SEEDS= take a number"));
            match name {
                "MODULE" => make.module = value.to_owned(),
                "WORKLOAD" => make.workload = Some(value.to_owned()),
                "FLAGS" => make.flags = Some(value.to_owned()),
                "FROM" if make.goal == "compare" => make.from = Some(value.to_owned()),
                "SEED" => make.seed = Some(number()?),
                "SEEDS" => make.seeds = Some(number()?),
                _ => return Err(wrong(&format!("{name}= has no effect"))),
            }
        }
        match (make.goal.as_str(), make.seed, make.seeds) {
            // Without a seed, each run is different.
            ("simulate", Some(_), None) | ("sweep" | "compare", _, Some(_)) => Ok(make),
            _ => Err(wrong(
                "the pages show `simulate` with SEED=, and `sweep` and `compare` with SEEDS=",
            )),
        }
    }
}

impl Make {
    /// The command for a stage whose line in `workbench/challenges.mk` adds these flags to its challenge.
    pub fn with_own_flags(self, own_flags: &'static str) -> Make {
        Make { own_flags, ..self }
    }

    /// The stage that is simulated.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// The stage that it is compared with, if FROM= names one.
    pub fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }

    /// What the command prints on stdout, without the leading empty line and, for a sweep, without the
    /// path at the end; or, if there is no verdict, on stderr.
    ///
    /// It simulates `program` with the flags of the challenge `stage`, unless the command names another
    /// with WORKLOAD=.
    ///
    /// Panics if the flags are wrong: this is for tests.
    pub fn prints(&self, program: &Program, stage: &str) -> String {
        let options = self.options(stage);
        match (self.seed, self.seeds) {
            (Some(seed), None) => match judge_run(program.clone(), &options, seed) {
                Ok(judged) => judged.printed().trim_start_matches('\n').to_owned(),
                Err(error) => format!(
                    "The record is in store/latest; its report is store/latest/report.html\n\n\
                     {error}\n\nNo verdict. The seed was {seed}.\n"
                ),
            },
            (first, seeds) => {
                let first = first.unwrap_or(1);
                let mut tally = Tally::default();
                (first..first + seeds.unwrap_or_default())
                    .for_each(|seed| tally.add(judge_seed(program, &options, seed)));
                tally.summary(|seed| options.reproduce(seed))
            }
        }
    }

    /// What `make compare` prints on stdout, without the empty line before. `from` is the name and the
    /// program of the stage before, `to` is the program of its own module.
    ///
    /// Panics if the flags are wrong: this is for tests.
    pub fn compares(&self, from: (&str, &Program), to: &Program) -> String {
        let workload = self.workload.as_deref().unwrap_or(&self.module);
        let seeds = self.options(workload).seeds(self.seeds.unwrap_or_default());
        let sides = [from, (&self.module, to)].map(|(name, program)| {
            let workload = Some(workload.to_owned());
            let options = Make { module: name.to_owned(), workload, ..self.clone() }.options(name);
            let judge = |seed| judge_seed(program, &options, seed);
            let outcomes = seeds.clone().map(judge).collect();
            (ComparedStage { name: name.to_owned(), outcomes }, options)
        });
        let [(from, from_options), (to, to_options)] = sides;
        let comparison = Comparison::new([from, to]).unwrap_or_else(|error| panic!("{error}"));
        let [from, to] =
            [&from_options, &to_options].map(|options| move |seed| options.reproduce(seed));
        comparison.text([&from, &to])
    }

    /// The run itself. Panics as [`Make::prints`] does, and if there is no verdict.
    pub fn judged(&self, program: &Program, stage: &str) -> JudgedRun {
        let judged = judge_run(program.clone(), &self.options(stage), self.seed.unwrap_or(1));
        judged.unwrap_or_else(|error| panic!("{self:?}: {error}"))
    }

    /// A window of the run for a picture, in milliseconds, even if the run has no verdict. The messages
    /// that set up the cluster are left out: they come before the clock starts.
    ///
    /// Panics as [`Make::prints`] does.
    pub fn scene(&self, program: &Program, stage: &str, from: i64, to: i64) -> MessageWindow {
        let (options, seed) = (self.options(stage), self.seed.unwrap_or(1));
        let written = Written::default();
        let journal = Journal::new(written.clone(), &options.nodes);
        let (recording, outcome) = simulate_run(program.clone(), &options, seed, journal)
            .unwrap_or_else(|error| panic!("{self:?}: {error}"));
        let outcome = match outcome {
            Ok(()) => check(&recording, &options).verdict.into(),
            Err(error) => RunOutcome::NoVerdict(error.to_string()),
        };
        let info = RunInfo::new(&options, seed, &recording, outcome);
        let window = Window { from: Time::from_millis(from), to: Time::from_millis(to) };
        let journal = written.0.lock();
        let mut scene = MessageWindow::read(info, window, usize::MAX, journal.as_slice())
            .unwrap_or_else(|error| panic!("{self:?}: {error}"));
        leave_out_set_up(&mut scene);
        scene
    }

    /// The flags of the workbench, as the Makefile combines them.
    pub fn options(&self, stage: &str) -> Options {
        let workload = self.workload.as_deref().unwrap_or(stage);
        let flags = Stage::named(workload).flags;
        let own = if self.workload.is_none() { self.own_flags } else { "" };
        let more = self.flags.as_deref().unwrap_or_default();
        let options: Result<Options, _> = format!("{flags} {own} {more}").parse();
        let mut options = options.unwrap_or_else(|error| panic!("{self:?}: {error}"));
        options.reproduce_with = Some(self.reproduce());
        options
    }

    /// The command that reproduces a run, without its seed.
    fn reproduce(&self) -> String {
        let mut command = format!("make simulate MODULE={}", self.module);
        if let Some(workload) = self.workload.as_ref().filter(|other| **other != self.module) {
            command += &format!(" WORKLOAD={workload}");
        }
        if let Some(flags) = &self.flags {
            command += &format!(" FLAGS=\"{flags}\"");
        }
        command
    }
}

/// Removes the messages that set up the cluster: they come before the clock starts.
pub fn leave_out_set_up(scene: &mut MessageWindow) {
    let is_set_up = |message: &Message| {
        ["\"type\":\"init", "\"type\":\"topology"]
            .iter()
            .any(|kind| message.body.get().contains(kind))
    };
    scene.messages.retain(|message| !is_set_up(message));
}

/// A journal's text, written by another thread.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The words of a command, split as a shell does, with `"` for quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in command.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            character => words.last_mut().into_iter().for_each(|word| word.push(character)),
        }
    }
    words
}
