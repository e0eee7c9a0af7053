//! A small workspace in a temporary folder, to run make in.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What the Makefile and make itself read: what the caller of these tests set must not reach them.
const VARIABLES: [&str; 14] = [
    "MODULE",
    "WORKLOAD",
    "SEED",
    "FLAGS",
    "BIN",
    "FROM",
    "BENCH",
    "MAELSTROM",
    "CARGO",
    "CARGO_TARGET_DIR",
    "MAKEFLAGS",
    "MFLAGS",
    "MAKELEVEL",
    "GNUMAKEFLAGS",
];

/// A program that writes its arguments, one a line, to the file NAME.args next to it.
pub const RECORDER: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$0.args\"\n";

/// A workspace in a temporary folder, with this repository's Makefile.
pub struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// A workspace without stages and challenges.
    pub fn empty() -> Workspace {
        let folder = TempDir::new().expect("a temporary folder");
        let workspace = Workspace { folder };
        workspace.copy("Makefile");
        workspace.copy("workbench/scripts");
        workspace.write("workbench/challenges.mk", "# The challenges.\n\n");
        workspace
    }

    /// Two stages, and scripts in place of cargo and the workbench.
    pub fn new() -> Workspace {
        let workspace = Workspace::empty();
        workspace.stage("echo", "-w echo --node-count 1");
        workspace.stage("second-stage", "-w broadcast --rate 10");
        workspace.program("bin/cargo", RECORDER);
        workspace.program("target/debug/workbench", RECORDER);
        workspace
    }

    /// Copies a file or a folder of this repository to the same place here.
    pub fn copy(&self, path: &str) {
        let source = repository().join(path);
        if source.is_dir() {
            for entry in fs::read_dir(&source).expect("a folder") {
                let name = entry.expect("an entry").file_name();
                self.copy(&format!("{path}/{}", name.to_str().expect("a plain name")));
            }
        } else {
            let target = self.path(path);
            fs::create_dir_all(target.parent().expect("a folder")).expect("a new folder");
            fs::copy(&source, target).expect("a readable file");
        }
    }

    /// Writes a stage's Cargo.toml, an empty server, and the stage's line among the challenges.
    pub fn stage(&self, name: &str, flags: &str) {
        let manifest =
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        self.write(&format!("{name}/Cargo.toml"), &manifest);
        self.write(&format!("{name}/src/lib.rs"), "//! A server.\n");
        let challenges = self.read("workbench/challenges.mk");
        self.write("workbench/challenges.mk", &format!("{challenges}{name} = {flags}\n"));
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        fs::write(path, text).expect("a writable file");
    }

    /// Writes a file that can be run.
    pub fn program(&self, path: &str, text: &str) {
        self.write(path, text);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.path(path), mode).expect("a file of ours");
    }

    /// Every file and folder here by its path, in order.
    pub fn listing(&self) -> Vec<String> {
        let mut paths = vec![];
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(self.folder.path().join(&folder)).expect("a folder") {
                let entry = entry.expect("an entry");
                let path = folder.join(entry.file_name());
                paths.push(path.to_str().expect("a plain name").to_owned());
                if entry.file_type().expect("a type").is_dir() {
                    folders.push(path);
                }
            }
        }
        paths.sort();
        paths
    }

    /// `make` with these arguments, with bin/ before everything else on the PATH.
    pub fn make(&self, arguments: &[&str]) -> Made {
        self.make_changed(arguments, |command| command)
    }

    /// The same, with a change to the command first.
    pub fn make_changed(
        &self,
        arguments: &[&str],
        change: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Made {
        let mut folders = vec![self.path("bin")];
        folders.extend(search_path());
        let mut command = Command::new("make");
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("PATH", std::env::join_paths(folders).expect("plain names"));
        Made(change(&mut command).output().expect("make starts"))
    }

    /// What the recorder at `path` was called with, by spaces; none if it was not called. Forgets
    /// the call.
    pub fn called(&self, path: &str) -> Option<String> {
        let record = self.path(&format!("{path}.args"));
        let text = fs::read_to_string(&record).ok()?;
        fs::remove_file(record).expect("a file of ours");
        Some(text.trim_end().replace('\n', " "))
    }
}

/// What make printed, and how it ended.
pub struct Made(Output);

impl Made {
    /// What it printed, given that all went well.
    #[track_caller]
    pub fn succeeds(self) -> String {
        let text = self.text();
        assert!(self.0.status.success(), "make failed:\n{text}");
        text
    }

    /// What it printed, given that something went wrong.
    #[track_caller]
    pub fn fails(self) -> String {
        let text = self.text();
        assert_eq!(self.0.status.code(), Some(2), "not as make fails:\n{text}");
        text
    }

    fn text(&self) -> String {
        let Output { stdout, stderr, .. } = &self.0;
        String::from_utf8_lossy(stdout).into_owned() + &String::from_utf8_lossy(stderr)
    }
}

/// This repository's folder.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace's folder")
}

/// The folders in which programs are looked for.
pub fn search_path() -> Vec<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").expect("a PATH")).collect()
}

#[track_caller]
pub fn assert_contains(text: &str, part: &str) {
    assert!(text.contains(part), "no {part:?} in:\n{text}");
}
