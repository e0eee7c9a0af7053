//! The cost of one message to a node, without pipes: to read it, to create it, to write it, and all
//! of it together.
//!
//!     cargo bench --package common --bench message

use common::{Handler, Message, Node, Result, serve_streams};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};
use tokio::runtime::Builder;

const INIT: &str = r#"{"src":"c0","dest":"n0","body":{"type":"init","msg_id":1,"node_id":"n0","node_ids":["n0"]}}"#;
const REQUEST: &str =
    r#"{"id":7,"src":"c1","dest":"n0","body":{"type":"echo","msg_id":2,"echo":"Please echo 35"}}"#;

/// A server that always replies the same, at once.
struct Server;

impl Handler for Server {
    type Request = Value;
    type Response = Value;

    fn init(_: Node) -> Self {
        Server
    }

    async fn handle(&self, _: Value) -> Result<Value> {
        Ok(json!({"type": "echo_ok", "echo": "Please echo 35"}))
    }
}

fn message(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("message");
    group.throughput(Throughput::Elements(1));
    let line = REQUEST.as_bytes();
    group.bench_function("parse", |bencher| bencher.iter(|| Message::parse(line)));
    let message = Message::parse(line).expect("a message");
    group.bench_function("header", |bencher| bencher.iter(|| message.header().is_ok()));
    let body = json!({"type": "echo_ok", "echo": "Please echo 35"});
    group.bench_function("new", |bencher| bencher.iter(|| Message::new("n0", "c1", &body)));
    group.bench_function("write", |bencher| bencher.iter(|| serde_json::to_string(&message)));
}

fn node(criterion: &mut Criterion) {
    const COUNT: usize = 1000;
    let mut group = criterion.benchmark_group("node");
    group.throughput(Throughput::Elements(COUNT as u64));
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let input = format!("{INIT}\n{}", format!("{REQUEST}\n").repeat(COUNT));
    group.bench_function("serve_streams", |bencher| {
        bencher.iter(|| {
            let node = serve_streams::<Server>(input.as_bytes(), std::io::sink(), |_| {}, 1);
            runtime.block_on(node).expect("a sink takes all");
        });
    });
}

criterion_group!(benches, message, node);
criterion_main!(benches);
