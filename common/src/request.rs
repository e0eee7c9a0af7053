//! Reading a request: which types a server knows, and which it only cannot read.

use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeOwned};

use crate::{Error, ErrorCode, Message, Result, excerpt};

/// Reads a message's body as a request of type `T`.
///
/// Fails with [`ErrorCode::NotSupported`] if its `type` is none of `T`'s, and otherwise with
/// [`ErrorCode::MalformedRequest`], in serde's words.
pub fn read<T: DeserializeOwned>(message: &Message) -> Result<T> {
    message.read_body().map_err(|why| {
        let kind = message.header().map(|header| header.kind).unwrap_or_default();
        let known = probe::<T>(&kind);
        let kind = excerpt(&*kind);
        match known {
            Some(known) => {
                let text =
                    format!("unknown type `{kind}`; this node knows `{}`", known.join("`, `"));
                Error::new(ErrorCode::NotSupported, text)
            }
            None => Error::new(ErrorCode::MalformedRequest, format!("`{kind}`: {why}")),
        }
    })
}

/// The types that `T` knows, if `kind` is none of them.
///
/// Serde says only in prose which of the two failed, the type or its fields. So ask again with a
/// body that has nothing but the type, and an error that remembers what was asked.
fn probe<T: DeserializeOwned>(kind: &str) -> Option<&'static [&'static str]> {
    let body = MapDeserializer::<_, Probe>::new(std::iter::once(("type", kind)));
    match T::deserialize(body) {
        Err(Probe::UnknownType(known)) => Some(known),
        Ok(_) | Err(Probe::Fields) => None,
    }
}

/// Why the probe's body could not be read.
#[derive(Debug)]
enum Probe {
    UnknownType(&'static [&'static str]),
    Fields,
}

impl de::Error for Probe {
    fn custom<T: fmt::Display>(_: T) -> Probe {
        Probe::Fields
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Probe {
        Probe::UnknownType(known)
    }
}

impl fmt::Display for Probe {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{self:?}")
    }
}

impl std::error::Error for Probe {}
