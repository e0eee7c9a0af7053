//! The words of a diagram: what messages are called, and text that XML allows.

use std::fmt;

use common::excerpt;
use serde_json::Value as Json;

use super::selection::{DiagramMessage, Selection};
use crate::output::run_info::RunInfo;
use crate::report::message_window::Fate;
use crate::text::{counted, cut};

/// How many characters a label may have.
const LABEL: usize = 20;

/// Text for XML: what would be markup is escaped, and what XML forbids is left out.
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => Ok(()),
            character if character.is_control() => Ok(()),
            character => write!(f, "{character}"),
        })
    }
}

/// What the picture shows and what it does not, a line each.
pub fn headline(cast: &Selection) -> Vec<String> {
    let (info, window) = (&cast.scene.info, cast.window);
    let mut lines = vec![
        format!("From {} to {}", window.from, window.to),
        format!("{}, seed {}", info.introduction, info.seed),
    ];
    if let Some(subject) = &cast.scene.subject {
        lines.push(format!("Only the messages that tell {}", subject.words));
    }
    let mut missing = vec![];
    if cast.left_out > 0 {
        let (shown, asked) = (cast.messages.len(), cast.scene.window.to);
        let shown = counted(shown, "message");
        missing.push(format!(
            "Only the first {shown}; up to {asked} there are {} more.",
            cast.left_out
        ));
    }
    let hidden = info.nodes.count() - cast.nodes.len();
    if hidden > 0 {
        missing.push(format!("Not shown: {}.", counted(hidden, "more node")));
    }
    if !missing.is_empty() {
        lines.push(missing.join(" "));
    }
    lines
}

/// What a message is called in the picture: its values, of many the first ones or that `value`; or
/// what is echoed, or the id; or its type. A message to a service or from one is called by what it asks
/// or answers.
pub fn label(role: &DiagramMessage, value: Option<usize>) -> String {
    if role.service().is_some() {
        return service_label(role);
    }
    let value = value.filter(|value| role.values.contains(value));
    match (role.values.as_slice(), value) {
        ([], _) => match &role.content {
            Some(content) => cut(content, LABEL),
            None => role.kind.as_deref().unwrap_or_default().chars().take(LABEL).collect(),
        },
        (values @ ([_] | [_, _] | [_, _, _]), _) => {
            values.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
        }
        ([_, others @ ..], Some(value)) => format!("{value} +{}", others.len()),
        ([first, second, rest @ ..], None) => format!("{first} {second} +{}", rest.len()),
    }
}

/// What a service is asked, as in `cas "sum" 3 5`; or what it replies, as in `5` or `error 22`.
fn service_label(role: &DiagramMessage) -> String {
    let body: Json = serde_json::from_str(role.message.body.get()).unwrap_or_default();
    let kind = role.kind.as_deref().unwrap_or_default();
    let names: &[&str] = match kind {
        "read_ok" => &["value"],
        "ts_ok" => &["ts"],
        "error" => &["code"],
        _ => &["key", "value", "from", "to"],
    };
    let fields = names.iter().filter_map(|name| body.get(name)).map(Json::to_string);
    let kind = Some(kind.to_owned()).filter(|kind| !["read_ok", "ts_ok"].contains(&kind.as_str()));
    let words: Vec<String> = kind.into_iter().chain(fields).collect();
    cut(words.join(" "), LABEL)
}

/// All about a message of the run of `info`: what became of it, and what it says.
pub fn title(role: &DiagramMessage, info: &RunInfo) -> String {
    let message = role.message;
    let fate = match message.fate {
        Fate::Delivered(time) => format!("delivered at {time}"),
        Fate::Dropped(time, number) => {
            let sides = info.partitions.iter().find(|partition| partition.number == number);
            let sides = sides.map_or("", |partition| &partition.sides);
            format!("dropped at {time} by the partition {sides}")
        }
        Fate::Lost(time) => format!("lost by the network, noticed at {time}"),
        Fate::UnderWay => "still under way when the run ended".to_owned(),
    };
    let again = if message.duplicate { ", the second copy" } else { "" };
    format!(
        "{} to {}, message {}{again}: sent at {}, {fate}: {}",
        info.nodes.of_endpoint(message.src),
        info.nodes.of_endpoint(message.dest),
        message.id,
        message.sent,
        excerpt(message.body.get()),
    )
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn markup_is_text_and_what_xml_forbids_is_gone() {
        let hostile = "</title><script>alert(\"&\")</script>\u{0}\u{1b}[31m\n\u{ffff}é";
        let expected = "&lt;/title&gt;&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;[31mé";
        assert_eq!(Escaped(hostile).to_string(), expected);
    }
}
