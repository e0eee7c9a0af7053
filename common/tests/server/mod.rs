//! A server that does everything a handler may do, and everything it should not.

use std::future::pending;
use std::time::Duration;

use common::{Error, ErrorCode, Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::sleep;

pub struct Server {
    node: Node,
    sum: Mutex<i64>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Add {
        amount: i64,
    },
    Read,
    /// Fails with an error.
    Fail,
    /// Panics while it holds the lock.
    Panic,
    /// Replies late.
    Slow {
        millis: u64,
    },
    /// Never replies.
    Stuck,
    /// Asks n2 for its sum, with a timeout of one second.
    Ask,
    /// Logs a line every second, in the background.
    Tick,
    /// Panics in the background.
    PanicLater,
    /// Replies with the name of the sender.
    WhoAsks,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    AddOk,
    ReadOk { sum: i64 },
    SlowOk,
    AskOk { sum: Value },
    Started,
    WhoAsksOk { src: String },
}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        if node.id() == "unlucky" {
            let unlucky = node.clone();
            node.spawn(async move {
                sleep(Duration::from_secs(1)).await;
                unlucky.log("this task has outlived its server");
            });
            panic!("no luck");
        }
        Server { node, sum: Mutex::new(0) }
    }

    async fn handle_from(&self, src: &str, request: Request) -> Result<Response> {
        match request {
            Request::WhoAsks => Ok(Response::WhoAsksOk { src: src.to_owned() }),
            request => self.handle(request).await,
        }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Add { amount } => {
                *self.sum.lock() += amount;
                Ok(Response::AddOk)
            }
            Request::Read => Ok(Response::ReadOk { sum: *self.sum.lock() }),
            Request::Fail => Err(Error::new(ErrorCode::PreconditionFailed, "as asked")),
            Request::Panic => {
                let sum = self.sum.lock();
                panic!("as asked, at {sum}");
            }
            Request::Slow { millis } => {
                sleep(Duration::from_millis(millis)).await;
                Ok(Response::SlowOk)
            }
            Request::Stuck => pending().await,
            Request::Ask => {
                let question = serde_json::json!({"type": "read"});
                let reply: Value = self.node.rpc("n2", &question, Duration::from_secs(1)).await?;
                Ok(Response::AskOk { sum: reply["sum"].clone() })
            }
            Request::Tick => {
                let node = self.node.clone();
                self.node.spawn(async move {
                    for tick in 1.. {
                        sleep(Duration::from_secs(1)).await;
                        node.log(format!("tick {tick}"));
                    }
                });
                Ok(Response::Started)
            }
            Request::WhoAsks => unreachable!("handle_from replies to it"),
            Request::PanicLater => {
                self.node.spawn(async { panic!("a bug") });
                Ok(Response::Started)
            }
        }
    }
}
