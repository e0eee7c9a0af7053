//! Cluster-wide unique ids, without coordination.

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};

pub struct Server {
    node: Node,
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
        Server { node, count: Mutex::new(0) }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Generate => {
                let mut count = self.count.lock();
                *count += 1;
                // No two nodes share a name, so no two ids are equal, even in a partition.
                Ok(Response::GenerateOk { id: format!("{}-{}", self.node.id(), *count) })
            }
        }
    }
}
