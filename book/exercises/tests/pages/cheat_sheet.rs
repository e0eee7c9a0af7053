//! The cheat sheet: every command, as `make help` lists them.

use std::path::Path;
use std::process::Command;

use crate::keep;

#[test]
fn the_cheat_sheet_has_every_command() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let make = Command::new("make").arg("help").current_dir(root).env_remove("MAKEFLAGS").output();
    let output = make.expect("make starts");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    // Not the names of stages: readers have stages of their own.
    let names = ["Stages: ", "Challenges that have no stage"];
    let lines = text.lines().filter(|line| !names.iter().any(|name| line.starts_with(name)));
    let kept: String = lines.map(|line| format!("{line}\n")).collect();
    keep("make-help.txt", &kept.replace("\n\n\n", "\n\n"));
}
