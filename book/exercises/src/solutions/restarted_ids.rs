//! Cluster-wide unique ids, without coordination, even if nodes restart.

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};

pub struct Server {
    node: Node,
    /// Drawn when the node starts, so that ids differ after a restart.
    life: u64,
    count: Mutex<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Generate,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    GenerateOk { id: String },
}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        let life = node.random_range(0..=u64::MAX);
        Server { node, life, count: Mutex::new(0) }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Generate => {
                let mut count = self.count.lock();
                *count += 1;
                // No two nodes share a name, so no two ids are equal, even in a partition.
                let id = format!("{}-{:016x}-{}", self.node.id(), self.life, *count);
                Ok(Response::GenerateOk { id })
            }
        }
    }
}
