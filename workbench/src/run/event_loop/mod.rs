//! The event loop of a run: whatever comes next, a message, an operation, a partition or a
//! deadline, it deals with it, one thing at a time.

mod messages;
mod operations;
mod partitions;
mod phases;

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use common::excerpt;
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, Sleep, sleep};

use crate::cluster::recent_lines::Pending;
use crate::cluster::watchdog::Watchdog;
use crate::cluster::{Cluster, NodeEvent};
use crate::console::{Console, Phase, Status};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::network::{Envelope, Network};
use crate::options::Options;
use crate::plan::generator::{Generator, ScheduledOperation};
use crate::plan::nemesis::{Nemesis, NemesisAction};
use crate::record::history::{History, OperationId};
use crate::record::invalid_output::InvalidOutputLog;
use crate::record::journal::Journal;
use crate::record::partitions::PartitionSpan;
use crate::record::propagation::Propagation;
use crate::run::client::Clients;
use crate::run::ctrl_c::CtrlC;
use crate::run::message_limits::MessageLimits;
use crate::run::queue::EventQueue;
use crate::run::workers::Workers;
use crate::service::Services;
use crate::time::Time;
use crate::workload::session::{self, Session};

/// What a run needs, beside its options.
pub struct RunInputs<'a> {
    /// What operations, partitions and latencies are drawn from.
    pub seed: u64,
    /// The nodes, started and not yet asked anything.
    pub cluster: Cluster,
    /// Where messages are recorded.
    pub journal: Journal,
    /// Who is watching.
    pub console: Arc<Console>,
    /// Who may end the run early.
    pub ctrl_c: &'a mut CtrlC,
    /// Where the run shows that it goes on.
    pub watchdog: Watchdog,
}

/// Things to come.
#[derive(Debug)]
enum Scheduled {
    /// A message reaches the end of its way.
    Arrival(Envelope),
    /// An operation is to be tried.
    Operation(ScheduledOperation),
    /// The nemesis acts.
    NemesisAction(Time, NemesisAction),
    /// A client has waited long enough for the answer to that message id.
    Timeout(u64, u64),
    /// The phase has lasted as long as it should.
    PhaseEnd(Time),
    /// Whoever is watching wants to know how it goes.
    Status,
}

/// What a client has asked for.
#[derive(Debug)]
enum PendingRequest {
    /// To get a node ready: its index, and the type of the answer that says so.
    SetUp(usize, &'static str),
    /// An operation of a worker.
    Operation(usize, OperationId),
}

/// Everything that a run consists of while it goes on.
pub(crate) struct EventLoop<'a> {
    options: &'a Options,
    cluster: Cluster,
    /// What a node did, and nobody has dealt with yet.
    pending_event: Option<NodeEvent>,
    journal: Journal,
    console: Arc<Console>,
    ctrl_c: &'a mut CtrlC,
    network: Network,
    services: Services,
    queue: EventQueue<Scheduled>,
    /// Goes off when the next thing on the agenda is due.
    alarm: Pin<Box<Sleep>>,
    clients: Clients<PendingRequest>,
    workers: Workers,
    session: Box<dyn Session>,
    generator: Generator,
    /// Whether the next operation is still to be planned, and there is to be one.
    may_plan: bool,
    nemesis: Nemesis,
    history: History,
    partitions: Vec<PartitionSpan>,
    propagation: Propagation,
    invalid_output: InvalidOutputLog,
    unexpected_replies: InvalidOutputLog,
    /// The nodes whose unfinished line has been told of.
    unfinished: BTreeSet<usize>,
    message_limits: MessageLimits,
    watchdog: Watchdog,
    status: Status,
    /// The moment of whatever is being dealt with.
    moment: Instant,
    /// When the main phase began; before that, when the run did.
    origin: Instant,
    /// How many nodes have yet to answer during set-up.
    unready: usize,
    /// When the phase ended: as planned, or later if an operation was still open.
    phase_end: Option<Time>,
    /// What no run can go on from.
    failure: Option<Error>,
}

impl<'a> EventLoop<'a> {
    /// A run at its beginning.
    pub fn new(options: &'a Options, setting: RunInputs<'a>) -> EventLoop<'a> {
        let RunInputs { seed, cluster, journal, console, ctrl_c, watchdog } = setting;
        EventLoop {
            options,
            cluster,
            pending_event: None,
            journal,
            console,
            ctrl_c,
            network: Network::new(options.conditions(), seed),
            services: Services::new(seed),
            queue: EventQueue::new(),
            alarm: Box::pin(sleep(Duration::ZERO)),
            clients: Clients::new(),
            workers: Workers::default(),
            session: options.workload.session(),
            generator: Generator::new(options.rate, options.workers(), seed),
            may_plan: false,
            nemesis: Nemesis::new(options.nodes.clone(), options.nemesis_interval(), seed),
            history: History::new(),
            partitions: vec![],
            propagation: Propagation::new(options.nodes.count()),
            invalid_output: InvalidOutputLog::default(),
            unexpected_replies: InvalidOutputLog::default(),
            unfinished: BTreeSet::new(),
            message_limits: MessageLimits::new(options),
            watchdog,
            status: Status::default(),
            moment: Instant::now(),
            origin: Instant::now(),
            unready: 0,
            phase_end: None,
            failure: None,
        }
    }

    /// Waits for the next thing, whatever it is, and deals with it. Fails when the run cannot go
    /// on, or is not to.
    pub async fn advance(&mut self) -> Result<(), Error> {
        self.watchdog.tick();
        self.moment = Instant::now();
        // What is due comes before what was heard: a partition is in force from its very moment.
        if self.queue.next_due().is_some_and(|due| due <= self.moment) {
            self.handle_due();
            // A run that lags behind always finds something due. Ctrl-C must get through to it.
            tokio::select! {
                biased;
                () = self.ctrl_c.pressed() => return Err(Error::Interrupted),
                () = consume_budget() => {}
            }
        } else if let Some(event) = self.pending_event.take() {
            self.handle_node_event(event);
        } else {
            // An alarm that is set already is cheaper than a new one for each message.
            let next = self.queue.next_due();
            if let Some(due) = next.filter(|&due| due != self.alarm.deadline()) {
                self.alarm.as_mut().reset(due);
            }
            tokio::select! {
                biased;
                () = self.ctrl_c.pressed() => return Err(Error::Interrupted),
                event = self.cluster.next() => self.pending_event = Some(event),
                () = &mut self.alarm, if next.is_some() => {}
            }
        }
        if let Some(failure) = self.journal.failure() {
            return Err(Error::path("write", "journal.jsonl")(failure));
        }
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Deals with what is due by now, up to the end of a phase: the next one begins before anything
    /// else happens. A run that lags behind has ever more that is due, so there is a limit.
    fn handle_due(&mut self) {
        const LIMIT: usize = 1000;
        for _ in 0..LIMIT {
            let Some(due) = self.queue.take_due(self.moment) else { return };
            let ends_phase = matches!(due, Scheduled::PhaseEnd(_));
            self.handle(due);
            if ends_phase {
                return;
            }
        }
    }

    fn handle(&mut self, due: Scheduled) {
        match due {
            Scheduled::Arrival(envelope) => {
                self.message_limits.arrived(&envelope);
                self.arrive(envelope);
            }
            Scheduled::Operation(planned) => {
                self.may_plan = true;
                self.workers.enqueue(planned.worker, planned.request);
                self.plan_operation();
                self.invoke_next();
            }
            Scheduled::NemesisAction(time, act) => {
                self.act(time, act);
                self.show_status();
                self.plan_act();
            }
            Scheduled::Timeout(client, msg_id) => match self.clients.give_up(client, msg_id) {
                None => {}
                Some(PendingRequest::SetUp(node, expected)) => {
                    let limit = phases::SET_UP_LIMIT.as_secs();
                    let mut what = format!("did not answer with {expected} within {limit} s");
                    if let Some((reason, line)) =
                        self.unexpected_replies.first(Endpoint::Node(node))
                    {
                        what += &format!(
                            "\n\nIt sent a client what nobody waited for ({reason}):\n  {line}"
                        );
                    } else {
                        what += &self.what_is_pending(node);
                    }
                    self.fail(node, what);
                }
                Some(PendingRequest::Operation(worker, id)) => {
                    let f = self.history.invocation(id).f;
                    self.look_for_a_newline(self.workers.node(worker));
                    self.complete(worker, id, Err(session::timed_out(self.session.as_ref(), f)));
                }
            },
            Scheduled::PhaseEnd(time) => {
                self.phase_end = Some(time);
                self.may_plan = false;
                self.workers.forget_queue();
            }
            Scheduled::Status => {
                if self.status.elapsed + Console::LIVE <= self.moment - self.origin {
                    self.show_status();
                }
                self.plan_status();
            }
        }
    }

    fn handle_node_event(&mut self, event: NodeEvent) {
        match event {
            NodeEvent::Message { node, message } => {
                match (self.endpoint(&message.src), self.endpoint(&message.dest)) {
                    (Ok(src), Ok(dest)) => self.send(src, dest, message.body),
                    (Err(reason), _) | (_, Err(reason)) => {
                        self.record_invalid_line(node, reason, excerpt(message.body.get()));
                    }
                }
            }
            NodeEvent::InvalidLine { node, reason, line } => {
                self.record_invalid_line(node, reason, line)
            }
            NodeEvent::Ended { node, how } => self.fail(node, format!("{how}, {}", self.when())),
        }
    }

    /// Why a node that answers nothing may only seem to, in a paragraph.
    fn what_is_pending(&self, node: usize) -> String {
        match (self.cluster.pending(node), &self.cluster) {
            (Some(Pending { bytes, text }), _) => format!(
                "\n\nIt has written {bytes} bytes without a newline: {text}\n\
                 A message ends with a newline."
            ),
            (None, Cluster::Processes(_)) => {
                "\n\nIf it has written an answer: does it flush its output?".to_owned()
            }
            (None, Cluster::Tasks(_)) => String::new(),
        }
    }

    /// A node has not answered in time: what it has written without a newline may be the answer.
    fn look_for_a_newline(&mut self, node: usize) {
        if let Some(Pending { bytes, text }) = self.cluster.pending(node)
            && self.unfinished.insert(node)
        {
            let reason = format!("{bytes} bytes without a newline, and no answer in time");
            self.record_invalid_line(node, reason, text);
        }
    }

    /// The moment in words.
    fn when(&self) -> String {
        match self.status.phase {
            Phase::SetUp => "while the cluster was set up".into(),
            _ => format!("{} into the run", self.now()),
        }
    }

    /// A node, client or service by name; fails with a sentence if there is none of that name.
    fn endpoint(&self, name: &str) -> Result<Endpoint, String> {
        match self.options.nodes.endpoint(name) {
            Some(Endpoint::Node(node)) => Ok(Endpoint::Node(node)),
            Some(Endpoint::Client(number)) if self.clients.exists(number) => {
                Ok(Endpoint::Client(number))
            }
            Some(Endpoint::Service(service)) => Ok(Endpoint::Service(service)),
            _ => {
                let name = excerpt(name);
                Err(format!(
                    "it names \"{name}\", which is neither a node nor a client nor a service"
                ))
            }
        }
    }

    /// A node wrote what is not a valid message. That is told of once for each node.
    fn record_invalid_line(&mut self, node: usize, reason: String, line: String) {
        let name = &self.options.nodes[node];
        let mut told = format!("{name} printed a line that is not a valid message: {reason}");
        if !line.is_empty() {
            told += &format!("\n  {line}");
        }
        if self.invalid_output.add(Endpoint::Node(node), self.moment, reason, line) {
            self.console.line(&told);
        }
    }

    /// A node did what no run can go on from.
    fn fail(&mut self, node: usize, what: String) {
        let recent_output = self.cluster.recent_output(node);
        let node = self.options.nodes[node].to_owned();
        self.failure.get_or_insert(Error::Node { node, what, recent_output });
    }
}
