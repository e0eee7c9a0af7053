//! What the nodes wrote to stderr: the end of each log.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::names::NodeNames;
use crate::record::store::Store;
use crate::text::{counted, escape_control, prefix};

/// How many lines of a log are shown.
const LINES: usize = 100;

/// How many characters of a line are shown.
const WIDTH: usize = 400;

/// How many bytes of a log are looked at, if there are not too many logs.
const BYTES: u64 = 16 * 1024;

/// How many bytes of all logs together are looked at.
const ALL_BYTES: u64 = 512 * 1024;

/// The nodes' logs.
#[derive(Debug)]
pub struct Logs {
    /// Those of the nodes that wrote something.
    pub logs: Vec<Log>,
    /// How many nodes wrote nothing.
    pub silent: usize,
}

/// The end of a log.
#[derive(Debug)]
pub struct Log {
    /// The node's name.
    pub node: String,
    /// What was cut away, in words; empty if nothing was.
    pub cut: String,
    /// Its last lines.
    pub text: String,
    /// How many lines that is, in words.
    pub lines: String,
}

impl Logs {
    /// Reads the ends of the logs of a run.
    ///
    /// Fails if one cannot be read; a log that is not there is one of a node that wrote nothing.
    pub fn read(store: &Store, nodes: &NodeNames) -> io::Result<Logs> {
        let mut logs = Logs { logs: vec![], silent: 0 };
        let most = BYTES.min(ALL_BYTES / nodes.count() as u64);
        for node in nodes.iter() {
            let path = store.node_logs().join(format!("{node}.log"));
            match File::open(path) {
                Ok(file) => match Log::read(node.to_owned(), file, most)? {
                    Some(log) => logs.logs.push(log),
                    None => logs.silent += 1,
                },
                Err(failure) if failure.kind() == io::ErrorKind::NotFound => logs.silent += 1,
                Err(failure) => return Err(failure),
            }
        }
        Ok(logs)
    }
}

impl Log {
    /// Reads the end of a log, no more than `most` bytes; none if it is empty.
    fn read(node: String, mut file: impl Read + Seek, most: u64) -> io::Result<Option<Log>> {
        let length = file.seek(SeekFrom::End(0))?;
        let skipped = length.saturating_sub(most);
        file.seek(SeekFrom::Start(skipped))?;
        let mut bytes = vec![];
        file.take(most).read_to_end(&mut bytes)?;
        // A log is whatever the node wrote, UTF-8 or not.
        let text = String::from_utf8_lossy(&bytes);
        let mut lines: Vec<&str> = text.lines().collect();
        let mut left_out = vec![];
        if skipped > 0 {
            // The first line that is read may have lost its beginning.
            if lines.len() > 1 {
                lines.remove(0);
            }
            left_out.push(format!("the first {} kB or so", skipped.div_ceil(1000)));
        }
        if lines.len() > LINES {
            let before = counted(lines.len() - LINES, "line");
            left_out.push(format!("{before} before these"));
            lines.drain(..lines.len() - LINES);
        }
        let mut shown = String::new();
        let mut long = 0;
        for line in &lines {
            let (line, more) = prefix(line, WIDTH);
            shown += &escape_control(line);
            if more > 0 {
                long += 1;
                shown += &format!("… and {}", counted(more, "more character"));
            }
            shown.push('\n');
        }
        if long > 0 {
            left_out
                .push(format!("what is beyond {WIDTH} characters of {}", counted(long, "line")));
        }
        let cut = match left_out.as_slice() {
            [] => String::new(),
            left_out => format!("Left out here: {}.", left_out.join("; ")),
        };
        let lines = counted(lines.len(), "line");
        let log = Log { node, cut, text: shown, lines };
        Ok((length > 0).then_some(log))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(bytes: &[u8], most: u64) -> Option<Log> {
        Log::read("n0".into(), Cursor::new(bytes), most).unwrap()
    }

    #[test]
    fn a_log_is_cut_to_its_end_and_says_so() {
        let log = read(b"one\ntwo\n", 100).unwrap();
        assert_eq!((log.text.as_str(), log.cut.as_str()), ("one\ntwo\n", ""));
        assert!(read(b"", 100).is_none());

        let log = read(b"one\ntwo\nthree\n", 8).unwrap();
        assert_eq!(log.text, "three\n");
        assert_eq!(log.cut, "Left out here: the first 1 kB or so.");

        let many: String = (0..150).map(|line| format!("{line}\n")).collect();
        let log = read(many.as_bytes(), 10_000).unwrap();
        assert!(log.text.starts_with("50\n"), "{}", log.text);
        assert_eq!(
            (log.lines.as_str(), log.cut.as_str()),
            ("100 lines", "Left out here: 50 lines before these.")
        );
    }

    #[test]
    fn a_log_may_hold_anything() {
        let log = read(b"\xff\x1b[2J\r\n", 100).unwrap();
        assert_eq!(log.text, "\u{fffd}\\u{1b}[2J\n");
        let log = read(&[b'x'; 5000], 1_000_000).unwrap();
        assert!(log.text.ends_with("… and 4600 more characters\n"), "{}", log.text);
    }
}
