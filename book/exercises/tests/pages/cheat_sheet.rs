//! The cheat sheet: every command, as `make help` lists them.

use std::path::Path;
use std::process::Command;

use crate::keep;

#[test]
fn the_cheat_sheet_has_every_command() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut make = Command::new("make");
    // `make test` hands its own flags down, and a make within a make names its folder.
    for variable in ["MAKEFLAGS", "MFLAGS", "MAKELEVEL"] {
        make.env_remove(variable);
    }
    let output = make.arg("help").current_dir(root).output().expect("make starts");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    // Not the names of stages: readers have stages of their own.
    let names = ["Stages: ", "Challenges that have no stage"];
    let lines = text.lines().filter(|line| !names.iter().any(|name| line.starts_with(name)));
    let kept: String = lines.map(|line| format!("{line}\n")).collect();
    keep("make-help.txt", &kept.replace("\n\n\n", "\n\n"));
}
