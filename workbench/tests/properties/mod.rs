//! What has to hold for any bytes: used by the tests here and by the fuzz targets in `fuzz/`.

use std::collections::BTreeMap;

use serde_json::Value;
use workbench::cluster::Event;
use workbench::cluster::channel::channel;
use workbench::cluster::stdout::hear;
use workbench::cluster::tail::Tail;

/// Whatever the bytes on a node's stdout, every line is heard, in order, as a message or as a
/// fault, and the last of them are kept for people.
pub fn stdout(bytes: &[u8]) {
    const LAST: usize = 32;
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    // What comes after the last newline is a line only if there is something.
    lines.pop_if(|last| last.is_empty());

    let tail = Tail::default();
    let (sender, mut events) = channel();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let listen = async {
        let mut heard = vec![];
        while let Some(event) = events.recv().await {
            heard.push(event);
        }
        heard
    };
    let ((), heard) =
        runtime.block_on(async { tokio::join!(hear(7, bytes, tail.clone(), sender), listen) });
    assert_eq!(heard.len(), lines.len(), "an event for every line, and no more");

    for (line, event) in lines.iter().zip(heard) {
        match event {
            Event::Message { node: 7, message } => check_message(line, &message),
            Event::Fault { node: 7, reason, line: shown } => {
                check_fault(line);
                check_shown(&reason);
                check_shown(&shown);
            }
            other => panic!("{other:?}"),
        }
    }
    let kept = tail.lines();
    assert_eq!(kept.len(), lines.len().min(LAST));
    kept.iter().for_each(|line| check_shown(line));
}

/// It has the fields of a message and no others, and they were heard as they were said.
fn check_message(line: &[u8], message: &common::Message) {
    let text = String::from_utf8_lossy(line);
    // A body may be nested deeper, or have numbers larger, than a `Value` can hold.
    let Ok(said) = serde_json::from_str::<BTreeMap<String, Value>>(&text) else { return };
    let names: Vec<&str> = said.keys().map(String::as_str).filter(|name| *name != "id").collect();
    assert_eq!(names, ["body", "dest", "src"], "{text}");
    assert_eq!(said["src"], *message.src);
    assert_eq!(said["dest"], *message.dest);
    let body: Value = serde_json::from_str(message.body.get()).expect("JSON");
    assert!(body.is_object() && body == said["body"], "{text}");
}

/// It is no message: common, which is more lenient, does not take it for one either, unless a field
/// is there that no message has, or an `id` twice.
fn check_fault(line: &[u8]) {
    let Ok(message) = common::Message::parse(line) else { return };
    let text = String::from_utf8_lossy(line);
    let plain = serde_json::to_string(&message).expect("JSON");
    let more = text.len() > plain.len();
    assert!(more, "a fault, and yet a message: {text}");
}

/// What is shown to people is short, and does nothing to a terminal.
fn check_shown(line: &str) {
    assert!(line.len() < 3000, "{} bytes: {line}", line.len());
    assert!(!line.contains(char::is_control), "{line:?}");
}
