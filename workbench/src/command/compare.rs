//! `workbench compare`: what one stage does better or worse than another, with the same flags and seeds.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use clap::Args;
use indicatif::ProgressBar;

use super::exit::{exit, print, usage_error};
use crate::console::{print_stderr, progress_bar};
use crate::error::Error;
use crate::options::{Options, with_seed};
use crate::output::seed_outcome::SeedOutcome;
use crate::simulation::comparison::{ComparedStage, Comparison};

/// Simulates two stages with the same seeds, and prints their results side by side
#[derive(Args)]
pub struct CompareArguments {
    /// How many seeds, beginning with the flag --seed, or with 1
    #[arg(long, value_name = "NUMBER", default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,

    /// The commands to print for reproducing a run of each; the seed is added [default: these programs]
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    reproduce_with: Vec<String>,

    /// A program that simulates a stage: an example of the stage's crate
    from: PathBuf,

    /// A program that simulates the stage to compare it with
    to: PathBuf,

    /// The flags of every run, without --bin
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    flags: Vec<String>,
}

impl CompareArguments {
    /// Runs both programs, one after the other, and prints the comparison. Nothing is stored. The exit
    /// status does not depend on the verdicts.
    pub fn run(&self) -> ExitCode {
        match Options::parse(self.flags.iter().map(String::as_str)) {
            Ok(options) => exit(self.compare(&options).map(|()| 0)),
            Err(error) => usage_error(&error),
        }
    }

    fn compare(&self, options: &Options) -> Result<(), Error> {
        options.check()?;
        options.check_comparison()?;
        let seeds = options.seeds(self.seeds);
        let (first, last) = (seeds.start, seeds.end - 1);
        print_stderr(&format!("{}, seeds {first} to {last}", options.introduction()));
        options.without_effect().iter().for_each(|note| print_stderr(note));

        let count = seeds.end - seeds.start;
        let bar =
            progress_bar(Some(2 * count), "{wide_bar} {pos} of {len} runs, {eta} left, {msg}");
        let stage = |program: &Path| {
            let name = stage_name(program);
            bar.set_message(name.clone());
            let outcomes = self.outcomes(program, &name, count, &bar)?;
            Ok::<_, Error>(ComparedStage { name, outcomes })
        };
        let stages = [stage(&self.from)?, stage(&self.to)?];
        bar.finish_and_clear();
        let [from, to] = [(0, &self.from), (1, &self.to)]
            .map(|(place, program)| move |seed| self.reproduce(place, program, seed));
        print(&format!("\n{}", Comparison::new(stages)?.text([&from, &to])))
    }

    /// How the runs of a stage ended.
    fn outcomes(
        &self,
        program: &Path,
        name: &str,
        count: u64,
        bar: &ProgressBar,
    ) -> Result<Vec<SeedOutcome>, Error> {
        let mut command = Command::new(program);
        command.args(["outcomes", "--seeds", &self.seeds.to_string()]).args(&self.flags);
        let start = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = start.map_err(Error::path("start", program))?;
        let read = read_outcomes(&mut child, program, bar);
        if read.is_err() {
            // It may have ended by itself.
            let _ = child.kill();
        }
        let status = child.wait().map_err(Error::path("wait for", program))?;
        let outcomes = read?;
        match outcomes.len() as u64 {
            complete if complete == count && status.success() => Ok(outcomes),
            judged => Err(Error::Asked(format!(
                "the simulation of {name} ended after {judged} of {count} runs ({status}). What it \
                 printed above, if anything, says why"
            ))),
        }
    }

    /// The command that reproduces the run of a stage with that seed.
    fn reproduce(&self, place: usize, program: &Path, seed: u64) -> String {
        match self.reproduce_with.get(place) {
            Some(command) => format!("{command} SEED={seed}"),
            None => {
                let words = [program.display().to_string(), "test".into()];
                with_seed(words.into_iter().chain(self.flags.iter().cloned()), seed)
            }
        }
    }
}

/// The outcomes that a program prints, a line each.
fn read_outcomes(
    child: &mut Child,
    program: &Path,
    bar: &ProgressBar,
) -> Result<Vec<SeedOutcome>, Error> {
    let mut outcomes = vec![];
    for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        let line = line.map_err(Error::path("read what is printed by", program))?;
        let outcome = serde_json::from_str(&line).map_err(|_| {
            let program = program.display();
            Error::Asked(format!(
                "{program} printed a line that does not say how a run ended: name the example `simulate` \
                 of a stage, built from the same sources as this workbench"
            ))
        })?;
        outcomes.push(outcome);
        bar.inc(1);
    }
    Ok(outcomes)
}

/// The stage that a program simulates: `echo`, if it is called `simulate-echo`.
fn stage_name(program: &Path) -> String {
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    name.strip_prefix("simulate-").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(program: &str, flags: &str) -> CompareArguments {
        CompareArguments {
            seeds: 3,
            reproduce_with: vec![],
            from: program.into(),
            to: program.into(),
            flags: flags.split(' ').map(str::to_owned).collect(),
        }
    }

    fn error(program: &str, flags: &str) -> String {
        let options = flags.parse().unwrap();
        arguments(program, flags).compare(&options).unwrap_err().to_string()
    }

    #[test]
    fn a_program_that_simulates_no_stage_is_named() {
        let flags = "-w echo";
        for (program, reason) in [
            ("/no/such/program", "could not start /no/such/program: "),
            ("/bin/true", "the simulation of true ended after 0 of 3 runs (exit status: 0)"),
            ("/bin/echo", "/bin/echo printed a line that does not say how a run ended"),
        ] {
            let error = error(program, flags);
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn flags_about_files_and_logs_are_refused() {
        for flag in ["--store elsewhere", "--reproduce-with x", "--log-stderr"] {
            let error = error("/bin/true", &format!("-w echo {flag}"));
            assert!(error.contains(flag.split(' ').next().unwrap()), "{error}");
        }
    }

    #[test]
    fn without_a_command_to_type_the_program_itself_reproduces_a_run() {
        let arguments = arguments("examples/simulate-echo", "-w echo --seed 4");
        assert_eq!(
            arguments.reproduce(0, &arguments.from, 7),
            "examples/simulate-echo test -w echo --seed 7"
        );
    }

    #[test]
    fn a_stage_is_called_as_its_example_without_the_prefix() {
        let names = ["target/simulate-echo", "mine"].map(|path| stage_name(Path::new(path)));
        assert_eq!(names, ["echo", "mine"]);
    }
}
