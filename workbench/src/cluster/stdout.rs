//! The stdout of a node: messages, and lines that are not valid messages.

use common::{Lines, Message, excerpt, excerpt_of};
use serde_json::value::{RawValue, to_raw_value};
use tokio::io::AsyncRead;

use super::NodeEvent;
use super::channel::Sender;
use super::inspected::Inspected;
use super::recent_lines::RecentLines;
use crate::fields::{Fields, in_words, string};

/// Reads the stdout of node number `node` line by line, until it ends or the receiver of `events` is
/// closed. Each line is a message, an invalid line, or an invalid line from which a message could be
/// read. `recent_lines` keeps the last lines, and what has no newline yet.
pub async fn read_stdout(
    node: usize,
    stdout: impl AsyncRead + Unpin,
    recent_lines: RecentLines,
    events: Sender,
) {
    let watched = recent_lines.clone();
    let mut lines = Lines::new(Inspected::new(stdout, move |bytes| watched.watch(bytes)));
    while let Ok(Some((line, length))) = lines.next().await {
        let text = excerpt_of(line, length);
        recent_lines.push(text.clone());
        let (message, reason) = if line.len() == length {
            read(line)
        } else {
            (None, Some(format!("it is {length} bytes long, too long for a message")))
        };
        let invalid = reason.map(|reason| NodeEvent::InvalidLine { node, reason, line: text });
        let message = message.map(|message| (NodeEvent::Message { node, message }, length));
        for (event, bytes) in invalid.map(|invalid| (invalid, 0)).into_iter().chain(message) {
            if !events.send(event, bytes).await {
                return;
            }
        }
    }
}

/// Reads a line up to the end of its first JSON value, as Maelstrom does. Gives the message, what is wrong
/// with the line, or both.
fn read(line: &[u8]) -> (Option<Message>, Option<String>) {
    match first_value(line).and_then(|(value, rest)| Ok((message(value)?, rest))) {
        Err(reason) => (None, Some(reason)),
        Ok(((message, repeated), rest)) => {
            let more = (!rest.trim_ascii().is_empty())
                .then(|| "more follows on the line, and is ignored".to_owned());
            (Some(message), more.or(repeated))
        }
    }
}

/// The first JSON value on a line, and what comes after it.
fn first_value(line: &[u8]) -> Result<(&RawValue, &[u8]), String> {
    let mut values = serde_json::Deserializer::from_slice(line).into_iter::<&RawValue>();
    match values.next() {
        None => Err("the line is empty".into()),
        Some(Err(error)) => Err(format!("it is not JSON: {}", in_words(&error))),
        Some(Ok(value)) => Ok((value, &line[values.byte_offset()..])),
    }
}

/// Reads a message from a JSON value. Also names a field that is given twice, if there is one: its last
/// value counts. Other fields than those of the protocol are errors (Maelstrom protocol, Messages).
fn message(value: &RawValue) -> Result<(Message, Option<String>), String> {
    let kind = match value.get().as_bytes()[0] {
        b'{' => None,
        b'[' => Some("a list"),
        b'"' => Some("a string"),
        b't' | b'f' => Some("a boolean"),
        b'n' => Some("null"),
        _ => Some("a number"),
    };
    if let Some(kind) = kind {
        return Err(format!("it is {kind}, and a message is a JSON object"));
    }
    let not_json = |why| format!("it is not JSON: {why}");
    let mut fields = Fields::read(value.get()).map_err(not_json)?;
    let repeated = fields.repeated().map(|name| given_twice(name, "the message"));
    let mut name = |name: &str| {
        let value = fields.take(name).ok_or_else(|| format!("its \"{name}\" is missing"))?;
        string(value).ok_or_else(|| format!("its \"{name}\" is not a string"))
    };
    let (src, dest) = (name("src")?.into_owned(), name("dest")?.into_owned());
    let body = fields.take("body").ok_or("its \"body\" is missing")?;
    fields.take("id");
    if let Some((name, _)) = fields.iter().next() {
        return Err(format!("a message has no field \"{}\"", excerpt(name)));
    }
    if !body.get().starts_with('{') {
        return Err("its body is not a JSON object".into());
    }
    let body_fields = Fields::read(body.get()).map_err(not_json)?;
    let (body, repeated) = match body_fields.repeated() {
        None => (body.to_owned(), repeated),
        Some(name) => {
            let body = to_raw_value(&body_fields).map_err(|error| error.to_string())?;
            (body, Some(given_twice(name, "its body")))
        }
    };
    Ok((Message { src, dest, body }, repeated))
}

fn given_twice(name: &str, of: &str) -> String {
    format!("{of} has \"{}\" twice: the last one counts", excerpt(name))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_line_that_is_not_a_message_has_a_reason() {
        let message = r#"{"id":7,"src":"n0","dest":"n1","body":{"type":"x"}}"#;
        for line in [message, &format!("  {message}\r"), &message.replace('7', "null")] {
            let (message, reason) = read(line.as_bytes());
            assert!(message.is_some() && reason.is_none(), "{line}: {reason:?}");
        }
        for (line, expected) in [
            ("hello", "it is not JSON: expected a value, at column 1"),
            ("", "the line is empty"),
            ("  ", "the line is empty"),
            ("{", "it is not JSON: it ends in the middle of an object, at column 1"),
            ("42", "it is a number, and a message is a JSON object"),
            ("-1.5", "it is a number, and a message is a JSON object"),
            ("null", "it is null, and a message is a JSON object"),
            ("true", "it is a boolean, and a message is a JSON object"),
            ("\"text\"", "it is a string, and a message is a JSON object"),
            (r#"[0,"n0","n1",{"type":"x"}]"#, "it is a list, and a message is a JSON object"),
            (r#"{"src":"n0","body":{}}"#, "its \"dest\" is missing"),
            (r#"{"src":"n0","dest":null,"body":{}}"#, "its \"dest\" is not a string"),
            (r#"{"src":"n0","dest":"n1","body":7}"#, "its body is not a JSON object"),
            (r#"{"src":"n0","dest":"n1","body":{},"to":"n2"}"#, "a message has no field \"to\""),
        ] {
            let (message, reason) = read(line.as_bytes());
            assert!(message.is_none(), "{line}");
            assert_eq!(reason.as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn the_first_message_of_a_line_and_the_last_value_of_a_field_count() {
        let message = r#"{"src":"n0","dest":"n1","body":{"type":"x"}}"#;
        let more = "more follows on the line, and is ignored";
        let in_message = "the message has \"src\" twice: the last one counts";
        let in_body = "its body has \"type\" twice: the last one counts";
        for (line, expected) in [
            (format!("{message} and so on"), more),
            (message.repeat(2), more),
            (message.replace("{\"src", "{\"src\":\"n7\",\"src"), in_message),
            (message.replace("{\"type", "{\"type\":1,\"type"), in_body),
        ] {
            let (read, reason) = read(line.as_bytes());
            assert_eq!(reason.as_deref(), Some(expected), "{line}");
            let read = read.map(|read| serde_json::to_string(&read).unwrap());
            assert_eq!(read.as_deref(), Some(message), "{line}");
        }
    }
}
