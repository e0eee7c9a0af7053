//! `serve` under a flood of requests, and when it is dropped or its input ends.

use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use crate::server::Server;
use common::{Handler, Message, Node, Output, Result, serve, serve_streams};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc::{UnboundedReceiver, channel, unbounded_channel};
use tokio::time::sleep;

fn message(body: &str) -> Message {
    let line = format!(r#"{{"src":"c1","dest":"n1","body":{body}}}"#);
    Message::parse(line.as_bytes()).expect("a message")
}

fn init() -> Message {
    message(r#"{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}"#)
}

#[tokio::test(start_paused = true)]
async fn a_node_takes_no_more_messages_than_it_can_handle() {
    const COUNT: usize = 1000;
    let (inbox, messages) = channel(COUNT);
    let (sender, mut outputs) = unbounded_channel();
    let outbox = move |output| drop(sender.send(output));
    inbox.try_send(init()).expect("room");
    for msg_id in 2..=COUNT {
        let read = message(&format!(r#"{{"type":"read","msg_id":{msg_id}}}"#));
        inbox.try_send(read).expect("room");
    }
    tokio::spawn(serve::<Server>(messages, outbox, 1));
    let mut answered = 0;
    while answered < COUNT {
        outputs.recv().await.expect("one more answer");
        answered += 1;
        while outputs.try_recv().is_ok() {
            answered += 1;
        }
        let taken = inbox.capacity();
        assert!(taken <= answered + 1, "{taken} taken, {answered} answered");
    }
}

#[tokio::test(start_paused = true)]
async fn too_many_waiting_requests_are_refused_and_replies_still_read() {
    const MOST: usize = 10_000;
    let (inbox, messages) = channel(2 * MOST);
    let (sender, mut outputs) = unbounded_channel();
    let outbox = move |output| drop(sender.send(output));
    let tell = |body: &str| inbox.try_send(message(body)).expect("room");
    let next = async |outputs: &mut UnboundedReceiver<Output>| match outputs.recv().await {
        Some(Output::Message(message)) => message.body.get().to_string(),
        other => panic!("no message: {other:?}"),
    };
    inbox.try_send(init()).expect("room");
    tokio::spawn(serve::<Server>(messages, outbox, 1));
    // Each of these asks n2 something, and waits for the reply.
    for msg_id in 2..MOST + 2 {
        tell(&format!(r#"{{"type":"ask","msg_id":{msg_id}}}"#));
    }
    for _ in 0..=MOST {
        next(&mut outputs).await;
    }
    tell(r#"{"type":"read","msg_id":77777}"#);
    let refusal = r#"{"type":"error","code":11,"text":"10000 requests are being handled already","in_reply_to":77777}"#;
    assert_eq!(next(&mut outputs).await, refusal);
    // The reply to the first makes room for one more.
    tell(r#"{"type":"read_ok","in_reply_to":1,"sum":5}"#);
    assert_eq!(next(&mut outputs).await, r#"{"type":"ask_ok","sum":5,"in_reply_to":2}"#);
    tell(r#"{"type":"read","msg_id":77778}"#);
    assert_eq!(next(&mut outputs).await, r#"{"type":"read_ok","sum":0,"in_reply_to":77778}"#);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_node_leaves_nothing_running() {
    let (inbox, messages) = channel(3);
    let (sender, mut outputs) = unbounded_channel();
    let outbox = move |output| drop(sender.send(output));
    inbox.try_send(init()).expect("room");
    inbox.try_send(message(r#"{"type":"tick","msg_id":2}"#)).expect("room");
    inbox.try_send(message(r#"{"type":"slow","msg_id":3,"millis":2500}"#)).expect("room");
    let node =
        tokio::time::timeout(Duration::from_millis(1500), serve::<Server>(messages, outbox, 1));
    assert!(node.await.is_err(), "the inbox is open, and yet the node has ended");
    // Enough time for more ticks, and for the slow reply.
    sleep(Duration::from_secs(10)).await;
    let mut said = Vec::new();
    while let Ok(output) = outputs.try_recv() {
        said.push(match output {
            Output::Message(message) => message.body.get().to_string(),
            Output::Log(line) => line,
        });
    }
    assert!(outputs.is_closed(), "something still holds the outbox");
    let expected = [
        r#"{"type":"init_ok","in_reply_to":1}"#,
        r#"{"type":"started","in_reply_to":2}"#,
        "tick 1",
    ];
    assert_eq!(said, expected);
}

/// Requests without end: one that is answered, then such as are not, until the answer is written.
#[derive(Clone, Default)]
struct Flood {
    read: Arc<AtomicUsize>,
    written: Arc<AtomicUsize>,
}

impl Flood {
    const MOST: usize = 10_000_000;
}

impl AsyncRead for Flood {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let read = self.read.load(Relaxed);
        let bodies = match read {
            0 => r#"{"type":"init","msg_id":1,"node_id":"n1","node_ids":[]}"#,
            _ => r#"{"type":"add","amount":1}"#,
        };
        if self.written.load(Relaxed) == 0 && read < Flood::MOST {
            let line = format!("{{\"src\":\"c1\",\"dest\":\"n1\",\"body\":{bodies}}}\n");
            buffer.put_slice(line.as_bytes());
            self.read.store(read + line.len(), Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl Write for Flood {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.written.fetch_add(bytes.len(), Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The output of a node that runs as a process would, for `init` and these requests, after which its
/// input ends.
async fn said<H: Handler>(bodies: &[&str]) -> Vec<String> {
    let mut input = String::new();
    for body in
        [r#"{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1","n2"]}"#].iter().chain(bodies)
    {
        input += &format!("{{\"src\":\"c1\",\"dest\":\"n1\",\"body\":{body}}}\n");
    }
    let mut output = vec![];
    serve_streams::<H>(input.as_bytes(), &mut output, |_| {}, 1).await.expect("a node");
    let output = String::from_utf8(output).expect("UTF-8");
    output.lines().map(String::from).collect()
}

/// Spawns tasks that send a message at once, and spawn others.
struct Spawner(Node);

impl Handler for Spawner {
    type Request = Value;
    type Response = Value;

    fn init(node: Node) -> Self {
        Spawner(node)
    }

    async fn handle(&self, _: Value) -> Result<Value> {
        for number in 0..1000 {
            let node = self.0.clone();
            self.0.spawn(async move { say_and_go_on(node, number) });
        }
        Ok(json!({"type": "spawned"}))
    }
}

fn say_and_go_on(node: Node, number: usize) {
    node.send("n2", &json!({"type": "hello", "number": number}));
    let next = node.clone();
    node.spawn(async move { say_and_go_on(next, number) });
}

#[tokio::test(start_paused = true)]
async fn each_task_spawned_by_the_end_of_the_input_gets_a_first_turn() {
    let said = said::<Spawner>(&[r#"{"type":"spawn","msg_id":2}"#]).await;
    for number in 0..1000 {
        let hello =
            format!(r#"{{"src":"n1","dest":"n2","body":{{"number":{number},"type":"hello"}}}}"#);
        assert!(said.contains(&hello), "{number} was not said");
    }
}

/// Replies with a body that panics while it is serialised.
struct HalfWritten;

struct Half;

impl Serialize for Half {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("Half", 2)?;
        body.serialize_field("type", "half")?;
        panic!("half-way through");
    }
}

impl Handler for HalfWritten {
    type Request = Value;
    type Response = Half;

    fn init(_: Node) -> Self {
        HalfWritten
    }

    async fn handle(&self, _: Value) -> Result<Half> {
        Ok(Half)
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_panics_half_way_is_not_written() {
    let said = said::<HalfWritten>(&[r#"{"type":"x","msg_id":2}"#]).await;
    let error = r#"{"src":"n1","dest":"c1","body":{"type":"error","code":13,"text":"the handler panicked: half-way through","in_reply_to":2}}"#;
    assert_eq!(said[1..], [error]);
}

#[tokio::test]
async fn a_flood_of_input_does_not_delay_replies() {
    let flood = Flood::default();
    serve_streams::<Server>(flood.clone(), flood.clone(), |_| {}, 1).await.expect("a node");
    let read = flood.read.load(Relaxed);
    assert!(read < 100_000, "{read} bytes were read before the first answer was written");
}
