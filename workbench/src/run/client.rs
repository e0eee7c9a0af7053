//! Clients: each talks to one node, and waits for one reply at a time.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use serde_json::value::RawValue;

/// The clients of a run: `c0`, `c1`, … in the order in which they were opened. `P` is the purpose of a
/// request, which comes back with the reply.
#[derive(Debug)]
pub struct Clients<P> {
    opened: u64,
    open: BTreeMap<u64, Client<P>>,
}

#[derive(Debug)]
struct Client<P> {
    node: usize,
    last_msg_id: u64,
    awaited: Option<(u64, P)>,
    /// Requests that timed out, and may still be answered.
    given_up: BTreeSet<u64>,
}

/// What a reply is to a client.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer<P> {
    /// The reply that it waits for, with the purpose of the request.
    Awaited(P),
    /// Too late, which is not an error: the request has timed out.
    Late,
    /// A second reply to the same request.
    Repeated,
    /// A reply to a request that was never sent.
    Unexpected,
}

/// A request, ready to be sent.
#[derive(Debug)]
pub struct Sending {
    /// The node that it is for.
    pub node: usize,
    /// The message id that its reply will name.
    pub msg_id: u64,
    /// Its body, `msg_id` included.
    pub body: Box<RawValue>,
}

impl<P> Clients<P> {
    /// No clients.
    pub fn new() -> Clients<P> {
        Clients { opened: 0, open: BTreeMap::new() }
    }

    /// Opens a client of that node, and gives its number.
    pub fn open(&mut self, node: usize) -> u64 {
        let number = self.opened;
        self.opened += 1;
        self.open.insert(
            number,
            Client { node, last_msg_id: 0, awaited: None, given_up: BTreeSet::new() },
        );
        number
    }

    /// Closes a client, which no longer waits for a reply.
    pub fn close(&mut self, number: u64) {
        self.open.remove(&number);
    }

    /// Whether there is, or was, a client of that number.
    pub fn exists(&self, number: u64) -> bool {
        number < self.opened
    }

    /// Makes a request from `body`, a JSON object without `msg_id`; none if the client is closed. The
    /// client then waits for the reply to this request only.
    pub fn request(&mut self, number: u64, mut body: Json, purpose: P) -> Option<Sending> {
        let client = self.open.get_mut(&number)?;
        client.last_msg_id += 1;
        let msg_id = client.last_msg_id;
        body["msg_id"] = msg_id.into();
        let body = serde_json::value::to_raw_value(&body).ok()?;
        client.awaited = Some((msg_id, purpose));
        Some(Sending { node: client.node, msg_id, body })
    }

    /// Gives up on a request. Gives its purpose if the client still waits for the reply.
    pub fn give_up(&mut self, number: u64, msg_id: u64) -> Option<P> {
        let client = self.open.get_mut(&number)?;
        let (_, purpose) = client.awaited.take_if(|(awaited, _)| *awaited == msg_id)?;
        client.given_up.insert(msg_id);
        Some(purpose)
    }

    /// Takes the reply to a request.
    pub fn answer(&mut self, number: u64, msg_id: u64) -> Answer<P> {
        let Some(client) = self.open.get_mut(&number) else { return Answer::Late };
        match client.awaited.take_if(|(awaited, _)| *awaited == msg_id) {
            Some((_, purpose)) => Answer::Awaited(purpose),
            None if client.given_up.remove(&msg_id) => Answer::Late,
            None if (1..=client.last_msg_id).contains(&msg_id) => Answer::Repeated,
            None => Answer::Unexpected,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Answer, Clients};

    #[test]
    fn a_reply_is_awaited_once_and_only_by_the_client_that_asked() {
        let mut clients = Clients::new();
        let (c0, c1) = (clients.open(0), clients.open(1));
        let first = clients.request(c0, json!({"type": "read"}), "first").unwrap();
        assert_eq!(first.body.get(), r#"{"msg_id":1,"type":"read"}"#);
        assert_eq!(clients.answer(c0, 9), Answer::Unexpected);
        assert_eq!(clients.answer(c1, 1), Answer::Unexpected, "somebody else asked that");
        assert_eq!(clients.answer(c0, 1), Answer::Awaited("first"));
        assert_eq!(clients.answer(c0, 1), Answer::Repeated);
        assert_eq!(clients.give_up(c0, 1), None, "it has been answered");

        clients.request(c0, json!({"type": "read"}), "second").unwrap();
        assert_eq!(clients.give_up(c0, 2), Some("second"));
        assert_eq!(clients.answer(c0, 2), Answer::Late);
        assert_eq!(clients.answer(c0, 2), Answer::Repeated, "late once, then once too often");

        clients.request(c0, json!({"type": "read"}), "third").unwrap();
        clients.close(c0);
        assert_eq!(clients.answer(c0, 3), Answer::Late, "the client has been replaced");
        assert!(clients.exists(c0) && !clients.exists(2));
    }
}
