//! Clients: each talks to one node, and waits for one answer at a time.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::value::RawValue;

/// The clients of a run, `c0`, `c1`, … in the order in which they open. `P` is what a request was
/// for: whoever asks gets it back with the answer.
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
}

/// A request, ready to be sent.
#[derive(Debug)]
pub struct Sending {
    /// The node that it is for.
    pub node: usize,
    /// The message id that its answer will name.
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
        self.open.insert(number, Client { node, last_msg_id: 0, awaited: None });
        number
    }

    /// Closes a client: from now on nobody waits for what it asked.
    pub fn close(&mut self, number: u64) {
        self.open.remove(&number);
    }

    /// Whether there is, or was, a client of that number.
    pub fn exists(&self, number: u64) -> bool {
        number < self.opened
    }

    /// Makes a request out of `body`, a JSON object without `msg_id`; none if the client has been
    /// closed. From now on the client waits for its answer, and no longer for any other.
    pub fn request(&mut self, number: u64, mut body: Json, purpose: P) -> Option<Sending> {
        let client = self.open.get_mut(&number)?;
        client.last_msg_id += 1;
        let msg_id = client.last_msg_id;
        body["msg_id"] = msg_id.into();
        let body = serde_json::value::to_raw_value(&body).ok()?;
        client.awaited = Some((msg_id, purpose));
        Some(Sending { node: client.node, msg_id, body })
    }

    /// Takes an answer, or its absence: what the client asked for with that message id, if it
    /// still waits for the answer. Each answer is taken once.
    pub fn take(&mut self, number: u64, msg_id: u64) -> Option<P> {
        let awaited = &mut self.open.get_mut(&number)?.awaited;
        awaited.take_if(|(awaited, _)| *awaited == msg_id).map(|(_, purpose)| purpose)
    }
}

impl<P> Default for Clients<P> {
    fn default() -> Self {
        Clients::new()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Clients;

    #[test]
    fn an_answer_is_taken_once_and_only_by_who_waits_for_it() {
        let mut clients = Clients::new();
        let (c0, c1) = (clients.open(0), clients.open(1));
        let first = clients.request(c0, json!({"type": "read"}), "first").unwrap();
        assert_eq!(first.body.get(), r#"{"msg_id":1,"type":"read"}"#);
        assert_eq!(clients.take(c0, 9), None, "nobody asked that");
        assert_eq!(clients.take(c1, 1), None, "somebody else asked that");
        assert_eq!(clients.take(c0, 1), Some("first"));
        assert_eq!(clients.take(c0, 1), None, "a second answer to the same request");

        clients.request(c0, json!({"type": "read"}), "second").unwrap();
        clients.close(c0);
        assert_eq!(clients.take(c0, 2), None, "an answer to a client that has been replaced");
        assert!(clients.exists(c0) && !clients.exists(2));
    }
}
