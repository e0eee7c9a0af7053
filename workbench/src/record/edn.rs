//! EDN, the notation of Maelstrom's results, laid out as Maelstrom does.

use std::fmt::{self, Write};

use serde_json::{Number, Value as Json};

/// How far a line may go before it is broken up.
const WIDTH: usize = 70;

/// An EDN value. `Display` writes it on one line, [`Edn::pretty`] on as many as it takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Edn {
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `1.0`: always with a point or an exponent
    Float(f64),
    /// A number of a node's, as it wrote it.
    Number(Number),
    /// `"n1"`
    String(String),
    /// `:valid?`
    Keyword(String),
    /// `(1 2)`
    List(Vec<Edn>),
    /// `[1 2]`
    Vector(Vec<Edn>),
    /// `#{"n1" "n2"}`, in this order
    Set(Vec<Edn>),
    /// `{:a 1, :b 2}`, in this order
    Map(Vec<(Edn, Edn)>),
    /// `#tag{:a 1}`
    Tagged(&'static str, Box<Edn>),
}

impl Edn {
    /// A keyword, named without its colon.
    pub fn keyword(name: &str) -> Edn {
        Edn::Keyword(name.to_owned())
    }

    /// A map with keywords for keys, named without their colons.
    pub fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Edn)>) -> Edn {
        Edn::Map(entries.into_iter().map(|(key, value)| (Edn::keyword(key), value)).collect())
    }

    /// A list of whatever can be EDN.
    pub fn list<T: Into<Edn>>(items: impl IntoIterator<Item = T>) -> Edn {
        Edn::List(items.into_iter().map(Into::into).collect())
    }

    /// The value on as many lines as it takes: what does not fit on one has one element a line.
    pub fn pretty(&self) -> String {
        let mut text = String::new();
        self.lay_out(&mut text, 0);
        text
    }

    /// Writes the value from `column` on.
    fn lay_out(&self, text: &mut String, column: usize) {
        let line = self.to_string();
        if column + line.chars().count() <= WIDTH {
            text.push_str(&line);
            return;
        }
        match self {
            Edn::Tagged(tag, value) => {
                let tag = format!("#{tag}");
                text.push_str(&tag);
                value.lay_out(text, column + tag.chars().count());
            }
            Edn::List(items) => lay_out_items(text, column, items, "(", ')'),
            Edn::Vector(items) => lay_out_items(text, column, items, "[", ']'),
            Edn::Set(items) => lay_out_items(text, column, items, "#{", '}'),
            Edn::Map(entries) => {
                text.push('{');
                for (place, (key, value)) in entries.iter().enumerate() {
                    if place > 0 {
                        text.push(',');
                        break_line(text, column + 1);
                    }
                    let key = format!("{key} ");
                    text.push_str(&key);
                    value.lay_out(text, column + 1 + key.chars().count());
                }
                text.push('}');
            }
            _ => text.push_str(&line),
        }
    }

    /// The same in JSON. Keywords become strings without their colon; a key that is neither keyword
    /// nor string becomes its EDN text; a tag is dropped.
    pub fn to_json(&self) -> Json {
        match self {
            Edn::Nil => Json::Null,
            Edn::Bool(value) => Json::from(*value),
            Edn::Int(value) => Json::from(*value),
            Edn::Float(value) => Json::from(*value),
            Edn::Number(number) => Json::Number(number.clone()),
            Edn::String(text) | Edn::Keyword(text) => Json::from(text.as_str()),
            Edn::List(items) | Edn::Vector(items) | Edn::Set(items) => {
                items.iter().map(Edn::to_json).collect()
            }
            Edn::Map(entries) => {
                entries.iter().map(|(key, value)| (json_key(key), value.to_json())).collect()
            }
            Edn::Tagged(_, value) => value.to_json(),
        }
    }
}

fn json_key(key: &Edn) -> String {
    match key {
        Edn::String(text) | Edn::Keyword(text) => text.clone(),
        other => other.to_string(),
    }
}

fn lay_out_items(text: &mut String, column: usize, items: &[Edn], open: &str, close: char) {
    text.push_str(open);
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            break_line(text, column + open.len());
        }
        item.lay_out(text, column + open.len());
    }
    text.push(close);
}

fn break_line(text: &mut String, column: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', column));
}

impl fmt::Display for Edn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edn::Nil => f.write_str("nil"),
            Edn::Bool(value) => write!(f, "{value}"),
            Edn::Int(value) => write!(f, "{value}"),
            Edn::Float(value) => write!(f, "{value:?}"),
            Edn::Number(number) => write!(f, "{number}"),
            Edn::String(text) => write_string(f, text),
            Edn::Keyword(name) => write!(f, ":{name}"),
            Edn::List(items) => write_items(f, items, "(", ')'),
            Edn::Vector(items) => write_items(f, items, "[", ']'),
            Edn::Set(items) => write_items(f, items, "#{", '}'),
            Edn::Map(entries) => {
                f.write_char('{')?;
                for (place, (key, value)) in entries.iter().enumerate() {
                    let comma = if place > 0 { ", " } else { "" };
                    write!(f, "{comma}{key} {value}")?;
                }
                f.write_char('}')
            }
            Edn::Tagged(tag, value) => write!(f, "#{tag}{value}"),
        }
    }
}

fn write_items(f: &mut fmt::Formatter<'_>, items: &[Edn], open: &str, close: char) -> fmt::Result {
    f.write_str(open)?;
    for (place, item) in items.iter().enumerate() {
        let space = if place > 0 { " " } else { "" };
        write!(f, "{space}{item}")?;
    }
    f.write_char(close)
}

fn write_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control.is_control() => write!(f, "\\u{:04x}", u32::from(control))?,
            plain => f.write_char(plain)?,
        }
    }
    f.write_char('"')
}

impl From<bool> for Edn {
    fn from(value: bool) -> Edn {
        Edn::Bool(value)
    }
}

impl From<u64> for Edn {
    fn from(value: u64) -> Edn {
        Edn::Number(value.into())
    }
}

impl From<i64> for Edn {
    fn from(value: i64) -> Edn {
        Edn::Int(value)
    }
}

impl From<usize> for Edn {
    fn from(value: usize) -> Edn {
        Edn::Number(value.into())
    }
}

/// A 32-bit float, with the few digits that it has: `32.782383`, as Maelstrom prints its own.
impl From<f32> for Edn {
    fn from(value: f32) -> Edn {
        Edn::Float(value.to_string().parse().unwrap_or_else(|_| value.into()))
    }
}

impl From<&str> for Edn {
    fn from(text: &str) -> Edn {
        Edn::String(text.to_owned())
    }
}

/// JSON as it is: an object's keys stay strings, because not every one would do as a keyword.
impl From<&Json> for Edn {
    fn from(value: &Json) -> Edn {
        match value {
            Json::Null => Edn::Nil,
            Json::Bool(value) => Edn::Bool(*value),
            Json::Number(number) => Edn::Number(number.clone()),
            Json::String(text) => Edn::from(text.as_str()),
            Json::Array(items) => Edn::Vector(items.iter().map(Edn::from).collect()),
            Json::Object(entries) => Edn::Map(
                entries
                    .iter()
                    .map(|(key, value)| (Edn::from(key.as_str()), Edn::from(value)))
                    .collect(),
            ),
        }
    }
}
