//! What a node says on stdout: messages, and what is none.

use common::{Lines, Message, excerpt, excerpt_of};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use tokio::io::AsyncRead;

use super::Event;
use super::channel::Sender;
use super::tail::Tail;

/// Hears what node number `node` says on stdout, line by line, until it ends or nobody listens to
/// the `events`: each line is a message or a fault. The last lines are kept in `tail`.
pub async fn hear(node: usize, stdout: impl AsyncRead + Unpin, tail: Tail, events: Sender) {
    let mut lines = Lines::new(stdout);
    loop {
        let (event, bytes) = match lines.next().await {
            Ok(Some((line, length))) => {
                let text = excerpt_of(line, length);
                tail.push(text.clone());
                let message = if line.len() == length {
                    parse(line)
                } else {
                    Err(format!("it is {length} bytes long, too long for a message"))
                };
                match message {
                    Ok(message) => (Event::Message { node, message }, length),
                    Err(reason) => (Event::Fault { node, reason, line: text }, 0),
                }
            }
            Ok(None) | Err(_) => break,
        };
        if !events.send(event, bytes).await {
            return;
        }
    }
}

/// A message has these keys and no others (Maelstrom protocol, Messages).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    #[serde(default, rename = "id")]
    _id: IgnoredAny,
    src: String,
    dest: String,
    body: Box<RawValue>,
}

/// Reads a line as a message, or says what is wrong with it.
fn parse(line: &[u8]) -> Result<Message, String> {
    // Serde would also take `[0,"n0","n1",{}]` for a message.
    if line.trim_ascii_start().starts_with(b"[") {
        return Err("it is not a message: it is not a JSON object".into());
    }
    let Envelope { src, dest, body, .. } = serde_json::from_slice(line).map_err(|failure| {
        let what = if failure.is_data() { "a message" } else { "JSON" };
        // The words may quote the line.
        format!("it is not {what}: {}", excerpt(failure.to_string()))
    })?;
    if !body.get().starts_with('{') {
        return Err("its body is not a JSON object".into());
    }
    Ok(Message { src, dest, body })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_messages_are_messages() {
        assert!(parse(br#"{"id":7,"src":"n0","dest":"n1","body":{"type":"x"}}"#).is_ok());
        for (line, reason) in [
            (r#"hello"#, "it is not JSON: expected value at line 1 column 1"),
            (r#""#, "it is not JSON: EOF while parsing a value at line 1 column 0"),
            (
                r#"{"src":"n0","body":{}}"#,
                "it is not a message: missing field `dest` at line 1 column 22",
            ),
            (r#"[0,"n0","n1",{"type":"x"}]"#, "it is not a message: it is not a JSON object"),
            (r#"{"src":"n0","dest":"n1","body":7}"#, "its body is not a JSON object"),
        ] {
            assert_eq!(parse(line.as_bytes()).unwrap_err(), reason);
        }
        let extra = parse(br#"{"src":"n0","dest":"n1","body":{},"to":"n2"}"#).unwrap_err();
        assert!(extra.contains("unknown field `to`"), "{extra}");
    }
}
