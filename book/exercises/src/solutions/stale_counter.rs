//! A grow-only counter whose reads may be stale: it adds with compare-and-set, and then just reads.

use std::time::Duration;

use common::{Error, ErrorCode, Handler, Node, Result};
use serde::{Deserialize, Serialize};

/// The service, and how long a request to it may take.
const STORE: &str = "seq-kv";
const RPC_LIMIT: Duration = Duration::from_secs(1);

pub struct Server {
    node: Node,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Add { delta: u64 },
    Read,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    AddOk,
    ReadOk { value: u64 },
}

/// What the node asks the store.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Ask<'a> {
    Read { key: &'a str },
    Cas { key: &'a str, from: u64, to: u64, create_if_not_exists: bool },
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer {
    ReadOk { value: u64 },
    CasOk,
}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        Server { node }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Add { delta } => self.add(delta).await.map(|()| Response::AddOk),
            Request::Read => Ok(Response::ReadOk { value: self.sum().await? }),
        }
    }
}

impl Server {
    async fn ask(&self, ask: Ask<'_>) -> Result<Answer> {
        self.node.rpc(STORE, &ask, RPC_LIMIT).await
    }

    /// The sum as the store tells it, which may be old.
    async fn sum(&self) -> Result<u64> {
        match self.ask(Ask::Read { key: "sum" }).await {
            Ok(Answer::ReadOk { value }) => Ok(value),
            Ok(_) => Err(Error::new(ErrorCode::Crash, "the store answered something else")),
            // Nothing has been added yet.
            Err(error) if error.code == ErrorCode::KeyDoesNotExist => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Adds to the sum, unless it has changed since it was read: then it tries again.
    async fn add(&self, delta: u64) -> Result<()> {
        loop {
            let sum = self.sum().await?;
            let to = sum + delta;
            let cas = Ask::Cas { key: "sum", from: sum, to, create_if_not_exists: true };
            match self.ask(cas).await {
                Err(error) if error.code == ErrorCode::PreconditionFailed => {}
                answer => return answer.map(drop),
            }
        }
    }
}
