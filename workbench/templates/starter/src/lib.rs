//! Answers `init`, and nothing else yet.

use common::{Handler, Node, Result};
use serde::{Deserialize, Serialize};

pub struct Server;

/// What the node can be asked. Its JSON has the variant's name as its `type`.
#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {}

/// What it can reply.
#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(_node: Node) -> Self {
        Server
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {}
    }
}
