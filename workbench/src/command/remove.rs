//! `workbench remove`: removes a stage of your own from the workspace.

use std::fs;
use std::path::Path;

use clap::Args;

use crate::challenge::{Challenge, challenges_file, read_challenges};
use crate::error::Error;

/// Where removed stages go, in case that was a mistake. `make clean` empties it.
const REMOVED_STAGES: &str = "target/removed";

/// Removes a stage of your own
#[derive(Args)]
pub struct RemoveArguments {
    /// The name of the stage
    name: String,
}

impl RemoveArguments {
    /// Removes the stage from the workspace of the current folder. Says where it is now, in a line.
    ///
    /// Fails, and removes nothing, if there is no such stage or it belongs to the tutorial.
    pub fn run(&self) -> Result<String, Error> {
        self.run_in(Path::new(""))
    }

    fn run_in(&self, root: &Path) -> Result<String, Error> {
        let name = &self.name;
        let challenges = read_challenges(root)?;
        let refuse = |why: &str| Err(Error::Asked(format!("`{name}` is not removed: {why}")));
        match challenges.iter().find(|challenge| challenge.name == *name) {
            None => return refuse("there is no stage of that name"),
            Some(Challenge { began_as: None, .. }) => return refuse("it belongs to the tutorial"),
            Some(Challenge { began_as: Some(_), .. }) => {}
        }
        let copy = challenges.iter().find(|other| other.began_as.as_ref() == Some(name));
        if let Some(copy) = copy {
            let why = format!("`{0}` began as it, so remove {0} first", copy.name);
            return refuse(&why);
        }
        let kept = keep(root, name)?;

        let path = challenges_file(root);
        let text = fs::read_to_string(&path).map_err(Error::path("read", &path))?;
        let is_line =
            |line: &str| line.split_once('=').is_some_and(|(left, _)| left.trim() == name);
        let text: String = text.split_inclusive('\n').filter(|line| !is_line(line)).collect();
        fs::write(&path, text).map_err(Error::path("write", &path))?;
        Ok(match kept {
            Some(kept) => format!("{name} is removed. Until `make clean` it is in {kept}.\n"),
            None => format!("{name} is removed.\n"),
        })
    }
}

/// Moves the stage's folder out of the way, if there is one. Gives its new path.
fn keep(root: &Path, name: &str) -> Result<Option<String>, Error> {
    let folder = root.join(name);
    if !folder.exists() {
        return Ok(None);
    }
    fs::create_dir_all(root.join(REMOVED_STAGES)).map_err(Error::path("create", REMOVED_STAGES))?;
    let names = (1..).map(|number| format!("{REMOVED_STAGES}/{name}-{number}"));
    let mut free = names.filter(|kept| !root.join(kept).exists());
    let kept = free.next().unwrap_or_default();
    fs::rename(&folder, root.join(&kept)).map_err(Error::path("move", &folder))?;
    Ok(Some(kept))
}
