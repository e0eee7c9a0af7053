//! Cluster-wide ids that are unique by chance.

use common::{Handler, Node, Result};
use serde::{Deserialize, Serialize};

pub struct Server {
    node: Node,
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
        Server { node }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Generate => {
                let id = self.node.random_range(0..=u128::MAX);
                Ok(Response::GenerateOk { id: format!("{id:032x}") })
            }
        }
    }
}
