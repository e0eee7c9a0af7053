//! Servers that each break the promise of a broadcast in a way of their own.

use std::collections::BTreeSet;
use std::time::Duration;

use common::{Handler, Mutex, Node, Result};
use serde_json::{Value as Json, json};

use crate::known_bad::broadcast::Flaw;

/// Sends all its values to one peer repeatedly, and ignores what it receives.
pub struct DeafGossiper {
    node: Node,
    messages: Mutex<BTreeSet<u64>>,
}

impl Handler for DeafGossiper {
    type Request = Json;
    type Response = Json;

    fn init(node: Node) -> Self {
        DeafGossiper { node, messages: Mutex::default() }
    }

    async fn handle(&self, request: Json) -> Result<Json> {
        if let Some(message) = request["message"].as_u64() {
            self.messages.lock().insert(message);
            let (node, messages) = (self.node.clone(), self.messages.lock().clone());
            self.node.spawn(async move {
                for _ in 0..20 {
                    node.send(&node.peers()[0], &json!({"type": "gossip", "messages": messages}));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            });
        }
        Ok(match request["type"].as_str() {
            Some("read") => json!({"type": "read_ok", "messages": *self.messages.lock()}),
            kind => json!({"type": format!("{}_ok", kind.unwrap_or_default())}),
        })
    }
}

/// Keeps only the ten greatest values, and forwards none.
pub struct Forgets;

impl Flaw for Forgets {
    fn told(_peers: &[String]) -> Vec<String> {
        vec![]
    }

    fn read(values: &mut BTreeSet<u64>) -> Result<Vec<u64>> {
        while values.len() > 10 {
            values.pop_first();
        }
        Ok(values.iter().copied().collect())
    }
}
