//! What a node says on stdout: messages, and what is none.

use std::pin::Pin;
use std::task::{Context, Poll};

use common::{Lines, Message, excerpt, excerpt_of};
use serde_json::value::{RawValue, to_raw_value};
use tokio::io::{AsyncRead, ReadBuf};

use super::NodeEvent;
use super::channel::Sender;
use super::recent_lines::RecentLines;
use crate::fields::{Fields, in_words, string};

/// Hears what node number `node` says on stdout, line by line, until it ends or nobody listens to
/// the `events`: each line is a message, a fault, or a fault and the message that was made of it.
/// The last lines are kept in `recent_lines`, and what has no newline yet.
pub async fn read_stdout(
    node: usize,
    stdout: impl AsyncRead + Unpin,
    recent_lines: RecentLines,
    events: Sender,
) {
    let mut lines = Lines::new(Watched { stream: stdout, recent_lines: recent_lines.clone() });
    while let Ok(Some((line, length))) = lines.next().await {
        let text = excerpt_of(line, length);
        recent_lines.push(text.clone());
        let (message, reason) = if line.len() == length {
            read(line)
        } else {
            (None, Some(format!("it is {length} bytes long, too long for a message")))
        };
        let fault = reason.map(|reason| NodeEvent::InvalidLine { node, reason, line: text });
        let message = message.map(|message| (NodeEvent::Message { node, message }, length));
        for (event, bytes) in fault.map(|fault| (fault, 0)).into_iter().chain(message) {
            if !events.send(event, bytes).await {
                return;
            }
        }
    }
}

/// Reads a line, as far as the first JSON value on it goes, as Maelstrom does. Gives the message that
/// it is, and what is wrong with it, in a sentence: there is at least one of the two.
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

/// The message that a JSON value is, and which field of it was given twice, if one was. Of such a
/// field, the last value counts. A message has certain fields and no others (Maelstrom protocol,
/// Messages).
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
    let backlogged = |why| format!("it is not JSON: {why}");
    let mut fields = Fields::read(value.get()).map_err(backlogged)?;
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
    let body_fields = Fields::read(body.get()).map_err(backlogged)?;
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

/// A stream of which a tail keeps what has no newline yet.
struct Watched<R> {
    stream: R,
    recent_lines: RecentLines,
}

impl<R: AsyncRead + Unpin> AsyncRead for Watched<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let start = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            self.recent_lines.watch(&buffer.filled()[start..]);
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn only_messages_are_messages() {
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
    fn of_what_is_said_twice_the_first_message_and_the_last_field_count() {
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
