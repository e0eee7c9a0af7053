//! What has to hold for any bytes: used by the tests here and by the fuzz targets in `fuzz/`.

use std::collections::BTreeMap;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use workbench::cluster::NodeEvent;
use workbench::cluster::channel::channel;
use workbench::cluster::recent_lines::RecentLines;
use workbench::cluster::stdout::read_stdout;

/// Whatever the bytes on a node's stdout, every line becomes, in order, a message or an invalid line,
/// or both if a message can be made of it, and the last lines are kept for people.
pub fn stdout(bytes: &[u8]) {
    const LAST: usize = 32;
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    // What comes after the last newline is a line only if there is something.
    lines.pop_if(|last| last.is_empty());

    let recent_lines = RecentLines::default();
    let (sender, mut events) = channel();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let listen = async {
        let mut heard = vec![];
        while let Some(event) = events.recv().await {
            heard.push(event);
        }
        heard
    };
    let ((), heard) = runtime.block_on(async {
        tokio::join!(read_stdout(7, bytes, recent_lines.clone(), sender), listen)
    });
    let mut heard = heard.into_iter();
    for line in &lines {
        let expected = Expected::of(line);
        if expected.is_fault {
            let Some(NodeEvent::InvalidLine { node: 7, reason, line: shown }) = heard.next() else {
                panic!("no fault: {}", String::from_utf8_lossy(line))
            };
            check_shown(&reason);
            check_shown(&shown);
        }
        if let Some(message) = expected.message {
            match heard.next() {
                Some(NodeEvent::Message { node: 7, message: heard }) => message.check(&heard),
                other => panic!("{other:?} and not {}", String::from_utf8_lossy(line)),
            }
        }
    }
    assert!(heard.next().is_none(), "events without a line");
    let kept = recent_lines.lines();
    assert_eq!(kept.len(), lines.len().min(LAST));
    kept.iter().for_each(|line| check_shown(line));
}

type Object<'a> = BTreeMap<String, &'a RawValue>;

/// What a line is, as far as its first JSON value goes; of a name given twice, a map keeps the last.
struct Expected {
    message: Option<Said>,
    is_fault: bool,
}

struct Said {
    src: String,
    dest: String,
    /// The fields, as they were written.
    body: BTreeMap<String, String>,
}

impl Expected {
    fn of(line: &[u8]) -> Expected {
        let mut values = serde_json::Deserializer::from_slice(line).into_iter::<&RawValue>();
        let value = values.next().and_then(Result::ok).map(RawValue::get);
        let rest = &line[values.byte_offset()..];
        let Some((said, is_clean)) = value.and_then(Said::read) else {
            return Expected { message: None, is_fault: true };
        };
        let is_fault = !is_clean || !rest.trim_ascii().is_empty();
        Expected { message: Some(said), is_fault }
    }
}

impl Said {
    /// Reads a message, if it is one. Gives whether it names each of its fields once.
    fn read(text: &str) -> Option<(Said, bool)> {
        let fields: Object = object(text)?;
        let is_known = |name: &String| ["id", "src", "dest", "body"].contains(&name.as_str());
        let string = |name: &str| serde_json::from_str(fields.get(name)?.get()).ok();
        let body_text = fields.get("body")?.get();
        let body = object(body_text)?;
        let is_clean = count(text) == fields.len() && count(body_text) == body.len();
        let body = body.iter().map(|(name, value)| (name.clone(), value.get().to_owned()));
        let said = Said { src: string("src")?, dest: string("dest")?, body: body.collect() };
        fields.keys().all(is_known).then_some((said, is_clean))
    }

    /// It was received as it was sent.
    fn check(&self, heard: &common::Message) {
        assert_eq!((&heard.src, &heard.dest), (&self.src, &self.dest));
        let body = object(heard.body.get()).expect("an object");
        let body: BTreeMap<_, _> =
            body.iter().map(|(name, value)| (name.clone(), value.get().to_owned())).collect();
        assert_eq!(body, self.body);
        assert_eq!(count(heard.body.get()), body.len(), "a field twice");
    }
}

fn object(text: &str) -> Option<Object<'_>> {
    if text.starts_with('{') { serde_json::from_str(text).ok() } else { None }
}

/// How many fields an object names, those given twice among them.
fn count(text: &str) -> usize {
    struct Count;
    impl<'de> Visitor<'de> for Count {
        type Value = usize;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<usize, A::Error> {
            let mut count = 0;
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                count += 1;
            }
            Ok(count)
        }
    }
    serde_json::Deserializer::from_str(text).deserialize_map(Count).expect("an object")
}

/// What is shown to people is short, and does nothing to a terminal.
fn check_shown(line: &str) {
    assert!(line.len() < 3000, "{} bytes: {line}", line.len());
    assert!(!line.contains(char::is_control), "{line:?}");
}
