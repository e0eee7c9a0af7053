//! The limit of open files, which many nodes may come up against.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the limit of open files to what that many nodes take, if it is lower and may be raised.
pub fn raise_limit_of_files(nodes: usize) {
    // Three pipes, a log and a handle on the process; more for the moment of its start.
    let needed = 8 * nodes as u64 + 64;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < needed) {
        let current = Some(maximum.map_or(needed, |maximum| needed.min(maximum)));
        // If it may not be raised, the nodes that it is too low for cannot be started.
        let _ = setrlimit(Resource::Nofile, Rlimit { current, maximum });
    }
}
