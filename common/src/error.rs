//! The protocol's errors: a code for programs, a text for people.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

/// The result of a fallible operation, by default with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error as the protocol defines it (Maelstrom protocol, Errors).
///
/// It serialises to the body of an error reply, `{"type":"error","code":…,"text":…}`, and
/// deserialises from one; a missing text becomes an empty one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Error {
    /// The kind of error.
    pub code: ErrorCode,
    /// What happened, for people.
    #[serde(default)]
    pub text: String,
}

/// The kinds of error (Maelstrom protocol, Errors), each a number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub enum ErrorCode {
    /// 0: no reply arrived in time. The request may still take effect.
    Timeout,
    /// 1: there is no node of that name.
    NodeNotFound,
    /// 10: the node does not support this type of request.
    NotSupported,
    /// 11: the node cannot handle the request now; a retry may succeed.
    TemporarilyUnavailable,
    /// 12: the request's fields do not fit its type.
    MalformedRequest,
    /// 13: the node failed unexpectedly. The request may have taken effect.
    Crash,
    /// 14: the request was aborted, and definitely did not take effect.
    Abort,
    /// 20: the key does not exist.
    KeyDoesNotExist,
    /// 21: the key already exists.
    KeyAlreadyExists,
    /// 22: a precondition of the request, such as the `from` of a compare-and-set, did not hold.
    PreconditionFailed,
    /// 30: the transaction conflicts with another one.
    TxnConflict,
    /// Any other number. Those from 1000 up are reserved for a server's own errors.
    Other(u32),
}

/// Every code that has a name.
const NAMED: [ErrorCode; 11] = [
    ErrorCode::Timeout,
    ErrorCode::NodeNotFound,
    ErrorCode::NotSupported,
    ErrorCode::TemporarilyUnavailable,
    ErrorCode::MalformedRequest,
    ErrorCode::Crash,
    ErrorCode::Abort,
    ErrorCode::KeyDoesNotExist,
    ErrorCode::KeyAlreadyExists,
    ErrorCode::PreconditionFailed,
    ErrorCode::TxnConflict,
];

impl Error {
    /// An error of this kind, with a text for people.
    pub fn new(code: ErrorCode, text: impl Into<String>) -> Error {
        Error { code, text: text.into() }
    }
}

impl ErrorCode {
    /// Whether the request definitely did not take effect.
    ///
    /// False for a timeout, a crash, and every code that the protocol does not define.
    pub fn is_definite(self) -> bool {
        !matches!(self, ErrorCode::Timeout | ErrorCode::Crash | ErrorCode::Other(_))
    }

    /// The protocol's name for it, such as `node-not-found`, or `None` if it defines no such code.
    pub fn name(self) -> Option<&'static str> {
        self.number_and_name().1
    }

    fn number_and_name(self) -> (u32, Option<&'static str>) {
        let (number, name) = match self {
            ErrorCode::Timeout => (0, "timeout"),
            ErrorCode::NodeNotFound => (1, "node-not-found"),
            ErrorCode::NotSupported => (10, "not-supported"),
            ErrorCode::TemporarilyUnavailable => (11, "temporarily-unavailable"),
            ErrorCode::MalformedRequest => (12, "malformed-request"),
            ErrorCode::Crash => (13, "crash"),
            ErrorCode::Abort => (14, "abort"),
            ErrorCode::KeyDoesNotExist => (20, "key-does-not-exist"),
            ErrorCode::KeyAlreadyExists => (21, "key-already-exists"),
            ErrorCode::PreconditionFailed => (22, "precondition-failed"),
            ErrorCode::TxnConflict => (30, "txn-conflict"),
            ErrorCode::Other(number) => return (number, None),
        };
        (number, Some(name))
    }
}

impl From<u32> for ErrorCode {
    fn from(number: u32) -> ErrorCode {
        let named = NAMED.into_iter().find(|code| u32::from(*code) == number);
        named.unwrap_or(ErrorCode::Other(number))
    }
}

impl From<ErrorCode> for u32 {
    fn from(code: ErrorCode) -> u32 {
        code.number_and_name().0
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let (number, name) = self.number_and_name();
        write!(formatter, "{} (error {number})", name.unwrap_or("the server's own"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.text)
    }
}

impl std::error::Error for Error {}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("Error", 3)?;
        body.serialize_field("type", "error")?;
        body.serialize_field("code", &self.code)?;
        body.serialize_field("text", &self.text)?;
        body.end()
    }
}
