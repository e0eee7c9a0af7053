//! What can go wrong, and what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a command failed or a run has no verdict. Its text is for people.
#[derive(Debug)]
pub enum Error {
    /// A node failed: it did not start, did not answer `init`, exited, …
    Node {
        /// The node's name.
        node: String,
        /// What happened, as in "exited with status 1, 3.2 s into the run".
        what: String,
        /// Its last lines, by stream.
        recent_output: Vec<(&'static str, Vec<String>)>,
    },
    /// The operating system refused something: a file, a folder, a process.
    System {
        /// What was attempted, as in "write store/latest".
        doing: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The nodes sent more messages than any reasonable run has.
    Storm {
        /// How many, as in "more than 100500 at one moment, and no end in sight".
        what: String,
        /// Some of the messages, a line each.
        messages: Vec<String>,
    },
    /// A simulated node blocks the thread.
    Stalled {
        /// Which, if it is known.
        node: Option<String>,
        /// How many seconds there was no progress.
        seconds: u64,
        /// The last delivered messages, a line each.
        messages: Vec<String>,
    },
    /// The request cannot be satisfied: why, and what to do instead.
    Asked(String),
    /// Ctrl-C, or another signal to end.
    Interrupted,
}

impl Error {
    /// Makes an error about a file or folder, as in `Error::path("write", path)`.
    pub fn path(verb: &str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let doing = format!("{verb} {}", path.into().display());
        move |source| Error::System { doing, source }
    }

    /// The exit status: 255 without a verdict and 254 for wrong arguments, as under Maelstrom; 130 for
    /// Ctrl-C, as in shells.
    pub fn exit_status(&self) -> u8 {
        match self {
            Error::Interrupted => 130,
            Error::Asked(_) => 254,
            Error::Node { .. }
            | Error::System { .. }
            | Error::Storm { .. }
            | Error::Stalled { .. } => 255,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Interrupted => f.write_str("interrupted"),
            Error::Asked(why) => f.write_str(why),
            Error::System { doing, source } => write!(f, "could not {doing}: {source}"),
            Error::Storm { what, messages } => {
                write!(f, "a storm of messages: {what}\n\nSome of the messages in flight:")?;
                messages.iter().try_for_each(|message| write!(f, "\n  {message}"))?;
                f.write_str("\n\nDoes a node forward what it has seen before?")
            }
            Error::Stalled { node, seconds, messages } => {
                let who = node
                    .as_ref()
                    .map_or("a task of some node".into(), |node| format!("a handler of {node}"));
                write!(
                    f,
                    "nothing has happened for {seconds} s: {who} is blocking the thread\n\n\
                    It neither returns nor awaits. The last messages delivered:"
                )?;
                messages.iter().try_for_each(|message| write!(f, "\n  {message}"))
            }
            Error::Node { node, what, recent_output } => {
                write!(f, "{node} {what}")?;
                recent_output.iter().try_for_each(|(stream, lines)| write_lines(f, stream, lines))
            }
        }
    }
}

fn write_lines(f: &mut fmt::Formatter<'_>, stream: &str, lines: &[String]) -> fmt::Result {
    if lines.is_empty() {
        return write!(f, "\n\nIt wrote no line to {stream}.");
    }
    write!(f, "\n\nThe last it wrote to {stream}:")?;
    lines.iter().try_for_each(|line| write!(f, "\n  {line}"))
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::System { source, .. } => Some(source),
            _ => None,
        }
    }
}
