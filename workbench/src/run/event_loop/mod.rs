//! The event loop of a run: handles messages, operations, partitions and deadlines, one at a time.

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
use crate::plan::Plan;
use crate::plan::generator::{Assignment, ScheduledOperation};
use crate::plan::nemesis::NemesisAction;
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

/// What a run needs besides its options.
pub struct RunInputs<'a> {
    /// The seed of latencies and of services.
    pub seed: u64,
    /// Which operations there are, and which partitions.
    pub plan: Plan,
    /// The nodes, started but not yet initialised.
    pub cluster: Cluster,
    /// Where messages are recorded.
    pub journal: Journal,
    /// Where the run shows its progress.
    pub console: Arc<Console>,
    /// What may end the run early.
    pub ctrl_c: &'a mut CtrlC,
    /// What notices that the run is stuck.
    pub watchdog: Watchdog,
}

/// A scheduled event.
#[derive(Debug)]
enum Scheduled {
    /// A message arrives, or is dropped.
    Arrival(Envelope),
    /// An operation begins.
    Operation(ScheduledOperation),
    /// The nemesis acts.
    NemesisAction(Time, NemesisAction),
    /// That client's request with that message id times out.
    Timeout(u64, u64),
    /// The phase is over.
    PhaseEnd(Time),
    /// The progress is shown again.
    Status,
}

/// The purpose of a client's request.
#[derive(Debug)]
enum PendingRequest {
    /// To set up a node: its index, and the type of the expected reply.
    SetUp(usize, &'static str),
    /// An operation of a worker.
    Operation(usize, OperationId),
}

/// The state of a run in progress.
pub(crate) struct EventLoop<'a> {
    options: &'a Options,
    cluster: Cluster,
    /// Something that a node did, not yet handled.
    pending_event: Option<NodeEvent>,
    journal: Journal,
    console: Arc<Console>,
    ctrl_c: &'a mut CtrlC,
    network: Network,
    services: Services,
    queue: EventQueue<Scheduled>,
    /// Fires when the next scheduled event is due.
    alarm: Pin<Box<Sleep>>,
    clients: Clients<PendingRequest>,
    workers: Workers,
    session: Box<dyn Session>,
    plan: Plan,
    /// Whether there is a next operation still to be planned.
    may_plan: bool,
    history: History,
    partitions: Vec<PartitionSpan>,
    propagation: Propagation,
    invalid_output: InvalidOutputLog,
    unexpected_replies: InvalidOutputLog,
    /// The nodes whose unfinished line has been reported.
    unfinished: BTreeSet<usize>,
    message_limits: MessageLimits,
    watchdog: Watchdog,
    status: Status,
    /// The time of the event that is being handled.
    moment: Instant,
    /// When the main phase began; before that, when the run did.
    origin: Instant,
    /// How many nodes have yet to answer during set-up.
    unready: usize,
    /// When the phase ended: as planned, or later if an operation was still open.
    phase_end: Option<Time>,
    /// Why the run cannot go on.
    failure: Option<Error>,
}

impl<'a> EventLoop<'a> {
    /// The state at the beginning of a run.
    pub fn new(options: &'a Options, inputs: RunInputs<'a>) -> EventLoop<'a> {
        let RunInputs { seed, mut plan, cluster, journal, console, ctrl_c, watchdog } = inputs;
        EventLoop {
            options,
            cluster,
            pending_event: None,
            journal,
            console,
            ctrl_c,
            network: Network::new(options.conditions(), plan.take_faults(), seed),
            services: Services::new(seed),
            queue: EventQueue::new(),
            alarm: Box::pin(sleep(Duration::ZERO)),
            clients: Clients::new(),
            workers: Workers::default(),
            session: options.workload.session(),
            plan,
            may_plan: false,
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

    /// Waits for the next event and handles it. Fails if the run cannot go on, or is interrupted.
    pub async fn advance(&mut self) -> Result<(), Error> {
        self.watchdog.tick();
        self.moment = Instant::now();
        // Scheduled events come before those of nodes, so that a partition starts on time.
        if self.queue.next_due().is_some_and(|due| due <= self.moment) {
            self.handle_due();
            // In a run that lags behind, something is always due. Ctrl-C must work there, too.
            tokio::select! {
                biased;
                () = self.ctrl_c.pressed() => return Err(Error::Interrupted),
                () = consume_budget() => {}
            }
        } else if let Some(event) = self.pending_event.take() {
            self.handle_node_event(event);
        } else {
            // Reusing the alarm is cheaper than a new one for each message.
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

    /// Handles the events that are due, up to the end of a phase, because the next phase begins before
    /// anything else happens. The limit is for runs that lag behind, where more and more is due.
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
                match planned.assignment {
                    Assignment::Turn(worker) => self.workers.enqueue(worker, planned.request),
                    Assignment::Node(node) => {
                        let worker = self.workers.of_node(node, &mut self.clients);
                        self.invoke(worker, planned.request, false);
                    }
                }
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
                            "\n\nIt sent a client an unexpected reply ({reason}):\n  {line}"
                        );
                    } else {
                        what += &self.why_no_reply(node);
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

    /// What may explain a missing reply: output without a newline, an invalid line, or no flush.
    fn why_no_reply(&self, node: usize) -> String {
        if let Some(Pending { bytes, text }) = self.cluster.pending(node) {
            return format!(
                "\n\nIt has written {bytes} bytes without a newline: {text}\n\
                 A message ends with a newline."
            );
        }
        if let Some((reason, line)) = self.invalid_output.first(Endpoint::Node(node)) {
            return format!(
                "\n\nIt printed a line that is not a valid message ({reason}):\n  {line}"
            );
        }
        match self.cluster {
            Cluster::Processes(_) => {
                "\n\nIf it has written an answer: does it flush its output?".to_owned()
            }
            Cluster::Tasks(_) => String::new(),
        }
    }

    /// Records output without a newline, which may be the reply that did not come in time.
    fn look_for_a_newline(&mut self, node: usize) {
        if let Some(Pending { bytes, text }) = self.cluster.pending(node)
            && self.unfinished.insert(node)
        {
            let reason = format!("{bytes} bytes without a newline, and no answer in time");
            self.record_invalid_line(node, reason, text);
        }
    }

    /// The current time, as in `3.200 s into the run`.
    fn when(&self) -> String {
        match self.status.phase {
            Phase::SetUp => "while the cluster was set up".into(),
            _ => format!("{} into the run", self.now()),
        }
    }

    /// The node, client or service of that name. Fails, in a sentence, if there is none.
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

    /// Records a line that is not a valid message, and shows the first one of each node.
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

    /// Ends the run because of a node.
    fn fail(&mut self, node: usize, what: String) {
        let recent_output = self.cluster.recent_output(node);
        let node = self.options.nodes[node].to_owned();
        self.failure.get_or_insert(Error::Node { node, what, recent_output });
    }
}
