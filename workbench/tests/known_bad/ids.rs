//! Servers that make ids, each in its own way.

use std::marker::PhantomData;

use common::{Handler, Mutex, Node, Result};
use serde_json::{Value, json};
use tokio::time::Instant;

/// How a server makes its `count`th id, from 1 on, at `seconds` since the node began.
pub trait Recipe: Send + Sync + 'static {
    fn id(node: &str, count: u64, seconds: u64) -> Value;
}

pub struct Server<R> {
    node: Node,
    began: Instant,
    count: Mutex<u64>,
    recipe: PhantomData<R>,
}

impl<R: Recipe> Handler for Server<R> {
    type Request = Value;
    type Response = Value;

    fn init(node: Node) -> Self {
        Server { node, began: Instant::now(), count: Mutex::default(), recipe: PhantomData }
    }

    async fn handle(&self, _generate: Value) -> Result<Value> {
        let mut count = self.count.lock();
        *count += 1;
        let id = R::id(self.node.id(), *count, self.began.elapsed().as_secs());
        Ok(json!({"type": "generate_ok", "id": id}))
    }
}

pub struct CounterWithoutTheName;

impl Recipe for CounterWithoutTheName {
    fn id(_node: &str, count: u64, _seconds: u64) -> Value {
        json!(count)
    }
}

pub struct NameAndSeconds;

impl Recipe for NameAndSeconds {
    fn id(node: &str, _count: u64, seconds: u64) -> Value {
        json!(format!("{node}-{seconds}"))
    }
}

/// Some beyond 64 bits, some below -2^63, and as floats all of them would be one.
pub struct WideNumbers;

impl Recipe for WideNumbers {
    fn id(node: &str, count: u64, _seconds: u64) -> Value {
        let number: u64 = node[1..].parse().expect("n0, n1, …");
        let mine = i128::from(1000 * count + number);
        let wide =
            if count.is_multiple_of(2) { (1 << 100) + mine } else { i128::from(i64::MIN) - mine };
        serde_json::from_str(&wide.to_string()).expect("a number")
    }
}

/// No two of these are equal, though `1`, `1.0` and `"1"` look alike.
pub struct EveryTypeOfId;

impl Recipe for EveryTypeOfId {
    fn id(node: &str, count: u64, _seconds: u64) -> Value {
        let number: u64 = node[1..].parse().expect("n0, n1, …");
        let mine = 1000 * count + number;
        match (count % 6, number, count) {
            // There is but one of each of these.
            (1, 0, 1) => json!(null),
            (1, 1, 1) => json!(true),
            (1, 2, 1) => json!(false),
            (1, ..) => json!(mine),
            (2, ..) => json!(mine.to_string()),
            (3, ..) => json!(mine as f64),
            (4, ..) => json!([node, count]),
            (5, ..) => json!({ "node": node, "count": count }),
            _ => json!(-(mine as i64)),
        }
    }
}
