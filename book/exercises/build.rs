//! Makes a module of each mutation in mutations.toml: the stage's own source with the change applied; and of
//! each pause that the chapter on 3e tries. No code is repeated, and an edit to a stage reaches its mutations
//! or fails here.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use serde::Deserialize;

const MUTATIONS: &str = "mutations.toml";

/// The solution of 3e, the pause in it, and the others to try, in milliseconds.
const BATCHES: &str = "src/solutions/my_broadcast_3e.rs";
const PAUSE: &str = "const PAUSE: Duration = Duration::from_millis(200);";
const PAUSES: [u64; 5] = [50, 100, 200, 400, 800];

/// A change to a stage, and the command that shows its effect.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    /// The folder of the stage.
    stage: String,
    /// What it does, as the book puts it.
    says: String,
    /// The lines to replace, which occur in the stage's `src/lib.rs` exactly once.
    find: String,
    /// The lines that replace them.
    replace: String,
    /// The command that a reader types after the change.
    run: String,
}

fn main() -> ExitCode {
    match generate_mutations().and_then(|()| generate_pauses()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Cargo shows these lines whatever the verbosity.
            why.lines().for_each(|line| eprintln!("{line}"));
            ExitCode::FAILURE
        }
    }
}

fn generate_mutations() -> Result<(), String> {
    println_for_cargo(&format!("rerun-if-changed={MUTATIONS}"));
    let text = read(Path::new(MUTATIONS))?;
    let mutations: BTreeMap<String, Mutation> =
        toml::from_str(&text).map_err(|error| format!("book/exercises/{MUTATIONS}: {error}"))?;
    let mut modules = String::new();
    let mut list = String::new();
    for (name, mutation) in &mutations {
        let module = name.replace('-', "_");
        let source = mutation.source(name)?;
        let Mutation { stage, says, run, .. } = mutation;
        // Writing to a String cannot fail.
        let _ = writeln!(
            modules,
            "#[allow(unused, missing_docs, clippy::all)]\npub mod {module} {{\n{source}}}"
        );
        let _ = writeln!(
            list,
            "Mutation {{ name: {name:?}, stage: {stage:?}, says: {says:?}, run: {run:?}, \
             program: Program::of::<{module}::Server> }},"
        );
    }
    let generated = format!(
        "{modules}\n/// Every mutation, by name.\npub const ALL: &[Mutation] = &[\n{list}];\n"
    );
    write("mutations.rs", &generated)
}

fn generate_pauses() -> Result<(), String> {
    println_for_cargo(&format!("rerun-if-changed={BATCHES}"));
    let source = read(Path::new(BATCHES))?;
    if source.matches(PAUSE).count() != 1 {
        return Err(format!(
            "book/exercises/{BATCHES} does not contain this line once:\n\n{PAUSE}"
        ));
    }
    let mut modules = String::new();
    let mut list = String::new();
    for pause in PAUSES {
        let source = source.replace(PAUSE, &PAUSE.replace("200", &pause.to_string()));
        // Writing to a String cannot fail.
        let _ = writeln!(modules, "#[allow(unused, clippy::all)]\nmod of_{pause} {{\n{source}}}");
        let program = format!("Program::of::<of_{pause}::Server>");
        let _ = writeln!(list, "Paused {{ millis: {pause}, program: {program} }},");
    }
    let list =
        format!("\n/// Every pause, shortest first.\npub const ALL: &[Paused] = &[\n{list}];\n");
    write("pauses.rs", &(modules + &list))
}

/// Writes a file where `include!` finds it.
fn write(name: &str, generated: &str) -> Result<(), String> {
    let out = env::var("OUT_DIR").map_err(|error| format!("OUT_DIR: {error}"))?;
    let path = Path::new(&out).join(name);
    fs::write(&path, generated).map_err(|error| format!("{}: {error}", path.display()))
}

impl Mutation {
    /// The source of the stage with the change applied.
    fn source(&self, name: &str) -> Result<String, String> {
        let Mutation { stage, find, replace, .. } = self;
        let path = Path::new("../..").join(stage).join("src/lib.rs");
        println_for_cargo(&format!("rerun-if-changed={}", path.display()));
        let source = read(&path)?;
        match source.matches(find).count() {
            1 => Ok(source.replacen(find, replace, 1)),
            count => Err(format!(
                "book/exercises/{MUTATIONS}: [{name}] replaces these lines of \
                 {stage}/src/lib.rs, which contains them {count} times instead of once:\n\n{find}\n\
                 If the stage has changed, update the mutation."
            )),
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Cargo reads a build script's stdout.
#[allow(clippy::print_stdout)]
fn println_for_cargo(line: &str) {
    println!("cargo::{line}");
}
