//! Servers of a counter, with a service and without one: right ones, and their flaws.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::time::Duration;

use common::{ErrorCode, Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Add {
        delta: i64,
    },
    Read,
    /// From another node: so much is added.
    Count {
        delta: i64,
    },
    /// From another node: what it knows that each node has added.
    Totals {
        totals: BTreeMap<String, i64>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the protocol has named them")]
pub enum Response {
    AddOk,
    ReadOk { value: i64 },
    CountOk,
    TotalsOk,
}

/// How a server counts without a service. What a flaw does not mention is done right: each node tells
/// the others what it knows that each of them has added, again and again.
pub trait Gossip: Send + Sync + 'static {
    /// Whether nodes tell each other only what is added, and how often they try.
    const TRIES: Option<usize> = None;

    /// Whether what is taken away is summed on its own: each of the two sums only grows then, and the
    /// greatest is the latest.
    const SPLITS: bool = true;

    /// What becomes of the totals when somebody reads them.
    fn read(_node: &Node, _totals: &mut BTreeMap<String, i64>) {}
}

pub struct Gossiper<G> {
    node: Node,
    totals: Mutex<BTreeMap<String, i64>>,
    flaw: PhantomData<G>,
}

impl<G: Gossip> Handler for Gossiper<G> {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        Gossiper { node, totals: Mutex::default(), flaw: PhantomData }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Add { delta } => {
                let totals = {
                    let mut totals = self.totals.lock();
                    add::<G>(&mut totals, self.node.id(), delta);
                    totals.clone()
                };
                for peer in self.node.peers() {
                    let (node, peer) = (self.node.clone(), peer.clone());
                    let (message, tries) = match G::TRIES {
                        Some(tries) => (Request::Count { delta }, tries),
                        None => (Request::Totals { totals: totals.clone() }, usize::MAX),
                    };
                    self.node.spawn(deliver(node, peer, message, tries));
                }
                Ok(Response::AddOk)
            }
            Request::Read => {
                let mut totals = self.totals.lock();
                G::read(&self.node, &mut totals);
                let signed = |(name, total): (&String, &i64)| match name.ends_with('-') {
                    true => -total,
                    false => *total,
                };
                Ok(Response::ReadOk { value: totals.iter().map(signed).sum() })
            }
            Request::Count { delta } => {
                add::<G>(&mut self.totals.lock(), "others", delta);
                Ok(Response::CountOk)
            }
            Request::Totals { totals } => {
                let mut known = self.totals.lock();
                for (node, total) in totals {
                    let known = known.entry(node).or_default();
                    *known = total.max(*known);
                }
                Ok(Response::TotalsOk)
            }
        }
    }
}

fn add<G: Gossip>(totals: &mut BTreeMap<String, i64>, node: &str, delta: i64) {
    let (name, delta) = match delta < 0 && G::SPLITS {
        true => (format!("{node}-"), -delta),
        false => (node.to_owned(), delta),
    };
    *totals.entry(name).or_default() += delta;
}

/// Tells `peer`, at most so often, until it answers.
async fn deliver(node: Node, peer: String, message: Request, tries: usize) {
    const LIMIT: Duration = Duration::from_millis(500);
    for _ in 0..tries {
        if node.rpc::<Response>(&peer, &message, LIMIT).await.is_ok() {
            return;
        }
    }
}

pub struct TellsAll;
impl Gossip for TellsAll {}

/// Tells each add once, whether or not it arrives.
pub struct TellsOnce;
impl Gossip for TellsOnce {
    const TRIES: Option<usize> = Some(1);
}

/// Tells an add again if the answer is late, and the other counts it again.
pub struct TellsTwice;
impl Gossip for TellsTwice {
    const TRIES: Option<usize> = Some(2);
}

/// Forgets what others have added whenever n1 is read.
pub struct Forgets;
impl Gossip for Forgets {
    fn read(node: &Node, totals: &mut BTreeMap<String, i64>) {
        if node.id() == "n1" {
            totals.retain(|other, _| other == node.id());
        }
    }
}

/// Takes the greatest total for the latest, though totals fall.
pub struct KeepsTheGreatest;
impl Gossip for KeepsTheGreatest {
    const SPLITS: bool = false;
}

/// Returns one more than was added.
pub struct OneTooMany;
impl Gossip for OneTooMany {
    fn read(_node: &Node, totals: &mut BTreeMap<String, i64>) {
        totals.insert("nobody".to_owned(), 1);
    }
}

/// How a server counts at a service.
pub trait Store: Send + Sync + 'static {
    /// The service.
    const SERVICE: &str;

    /// Whether it writes only if no other node has in the meantime.
    const COMPARES: bool = true;

    /// Whether it writes something new before it reads: seq-kv then answers with the newest state.
    const WRITES_BEFORE_READING: bool = false;
}

pub struct AtService<S> {
    node: Node,
    writes: Mutex<u64>,
    store: PhantomData<S>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Ask {
    Read {
        key: &'static str,
    },
    Write {
        key: &'static str,
        value: i64,
    },
    #[serde(rename = "write")]
    WriteOwn {
        key: String,
        value: u64,
    },
    Cas {
        key: &'static str,
        from: i64,
        to: i64,
        create_if_not_exists: bool,
    },
}

#[derive(Deserialize)]
struct Answer {
    value: Option<i64>,
}

const KEY: &str = "sum";
const LIMIT: Duration = Duration::from_secs(1);

impl<S: Store> AtService<S> {
    async fn ask(&self, ask: &Ask) -> Result<Answer> {
        self.node.rpc(S::SERVICE, ask, LIMIT).await
    }

    async fn value(&self) -> Result<i64> {
        match self.ask(&Ask::Read { key: KEY }).await {
            Ok(answer) => Ok(answer.value.unwrap_or(0)),
            Err(error) if error.code == ErrorCode::KeyDoesNotExist => Ok(0),
            Err(error) => Err(error),
        }
    }
}

impl<S: Store> Handler for AtService<S> {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        AtService { node, writes: Mutex::default(), store: PhantomData }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Add { delta } if !S::COMPARES => {
                let value = self.value().await?;
                // Time to think, in which others write.
                sleep(Duration::from_millis(5)).await;
                self.ask(&Ask::Write { key: KEY, value: value + delta }).await?;
                Ok(Response::AddOk)
            }
            Request::Add { delta } => loop {
                let from = self.value().await?;
                let to = from + delta;
                let cas = Ask::Cas { key: KEY, from, to, create_if_not_exists: true };
                match self.ask(&cas).await {
                    Ok(_) => return Ok(Response::AddOk),
                    Err(error) if error.code == ErrorCode::PreconditionFailed => {}
                    Err(error) => return Err(error),
                }
            },
            _ => {
                if S::WRITES_BEFORE_READING {
                    let value = {
                        let mut writes = self.writes.lock();
                        *writes += 1;
                        *writes
                    };
                    let key = self.node.id().to_owned();
                    self.ask(&Ask::WriteOwn { key, value }).await?;
                }
                Ok(Response::ReadOk { value: self.value().await? })
            }
        }
    }
}

/// Reads, adds, and writes what comes of it.
pub struct ReadsThenWrites;
impl Store for ReadsThenWrites {
    const SERVICE: &str = "lin-kv";
    const COMPARES: bool = false;
}

pub struct Linearizable;
impl Store for Linearizable {
    const SERVICE: &str = "lin-kv";
}

/// Reads what may long be past.
pub struct ReadsThePast;
impl Store for ReadsThePast {
    const SERVICE: &str = "seq-kv";
}

pub struct ReadsThePresent;
impl Store for ReadsThePresent {
    const SERVICE: &str = "seq-kv";
    const WRITES_BEFORE_READING: bool = true;
}
