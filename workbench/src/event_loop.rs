//! The event loop of a run: whatever comes next, a message, an operation, a partition or a
//! deadline, it deals with it, one thing at a time.

use std::future::Future;
use std::iter;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, Sleep, sleep};

use crate::agenda::Agenda;
use crate::client::{Answer, Clients};
use crate::cluster::{Cluster, Event};
use crate::console::{Console, Status};
use crate::error::Error;
use crate::faults::FaultLog;
use crate::generator::{Generator, Planned};
use crate::heartbeat::Heartbeat;
use crate::history::{Failure, History, Kind, OperationId, Value};
use crate::journal::{Fate, Journal};
use crate::nemesis::{Act, Nemesis};
use crate::net::{Endpoint, Flight, Luck, Network};
use crate::options::Options;
use crate::run::{Cut, Recording};
use crate::spread::Spread;
use crate::storm::StormWatch;
use crate::time::Time;
use crate::workers::Workers;
use crate::workload::{self, Body, Request, Workload};

/// How long a node may take to answer `init` or `topology`.
const SET_UP_LIMIT: Duration = Duration::from_secs(10);

/// How long a client waits for the answer to an operation.
const OPERATION_LIMIT: Duration = Duration::from_secs(5);

/// Completes when somebody wants the run to end early.
pub type Interrupt = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a run needs, beside its options.
pub struct Setting {
    /// What operations, partitions and latencies are drawn from.
    pub seed: u64,
    /// The nodes, started and not yet asked anything.
    pub cluster: Cluster,
    /// Where messages are recorded.
    pub journal: Journal,
    /// Who is watching.
    pub console: Arc<Console>,
    /// Who may end the run early.
    pub interrupt: Interrupt,
    /// Where the run shows that it goes on.
    pub heartbeat: Heartbeat,
}

/// Things to come.
#[derive(Debug)]
enum Due {
    /// A message reaches the end of its way.
    Arrival(Flight),
    /// An operation is to be tried.
    Operation(Planned),
    /// The nemesis acts.
    Act(Time, Act),
    /// A client has waited long enough for the answer to that message id.
    Timeout(u64, u64),
    /// The phase has lasted as long as it should.
    PhaseEnd(Time),
    /// Whoever is watching wants to know how it goes.
    Status,
}

/// What a client has asked for.
#[derive(Debug)]
enum Purpose {
    /// To get a node ready: its index, and the type of the answer that says so.
    SetUp(usize, &'static str),
    /// An operation of a worker.
    Operation(usize, OperationId),
}

/// Everything that a run consists of while it goes on.
pub struct EventLoop<'a> {
    options: &'a Options,
    cluster: Cluster,
    /// What a node did, and nobody has dealt with yet.
    heard: Option<Event>,
    journal: Journal,
    console: Arc<Console>,
    interrupt: Interrupt,
    network: Network,
    agenda: Agenda<Due>,
    /// Goes off when the next thing on the agenda is due.
    alarm: Pin<Box<Sleep>>,
    clients: Clients<Purpose>,
    workers: Workers,
    workload: Box<dyn Workload>,
    generator: Generator,
    nemesis: Nemesis,
    history: History,
    cuts: Vec<Cut>,
    spread: Spread,
    faults: FaultLog,
    unasked: FaultLog,
    storm: StormWatch,
    heartbeat: Heartbeat,
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
    pub fn new(options: &'a Options, setting: Setting) -> EventLoop<'a> {
        let Setting { seed, cluster, journal, console, interrupt, heartbeat } = setting;
        EventLoop {
            options,
            cluster,
            heard: None,
            journal,
            console,
            interrupt,
            network: Network::new(options, seed),
            agenda: Agenda::new(),
            alarm: Box::pin(sleep(Duration::ZERO)),
            clients: Clients::new(),
            workers: Workers::default(),
            workload: workload::of_kind(options.workload),
            generator: Generator::new(options.rate, options.workers(), seed),
            nemesis: Nemesis::new(options.node_count, options.nemesis_interval, seed),
            history: History::new(),
            cuts: vec![],
            spread: Spread::new(options.node_count),
            faults: FaultLog::default(),
            unasked: FaultLog::default(),
            storm: StormWatch::new(options),
            heartbeat,
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
        self.heartbeat.beat();
        self.moment = Instant::now();
        // What is due comes before what was heard: a partition is in force from its very moment.
        if let Some(due) = self.agenda.take_due(self.moment) {
            self.deal_with(due);
            // A run that lags behind always finds something due. Ctrl-C must get through to it.
            tokio::select! {
                biased;
                () = &mut self.interrupt => return Err(Error::Interrupted),
                () = consume_budget() => {}
            }
        } else if let Some(event) = self.heard.take() {
            self.hear(event);
        } else {
            // An alarm that is set already is cheaper than a new one for each message.
            let next = self.agenda.next_due();
            if let Some(due) = next.filter(|&due| due != self.alarm.deadline()) {
                self.alarm.as_mut().reset(due);
            }
            tokio::select! {
                biased;
                () = &mut self.interrupt => return Err(Error::Interrupted),
                event = self.cluster.next() => self.heard = Some(event),
                () = &mut self.alarm, if next.is_some() => {}
            }
        }
        if let Some(failure) = self.journal.failure() {
            return Err(Error::path("write", "journal.jsonl")(failure));
        }
        self.failure.take().map_or(Ok(()), Err)
    }

    fn deal_with(&mut self, due: Due) {
        match due {
            Due::Arrival(flight) => self.arrive(flight),
            Due::Operation(planned) => {
                self.workers.enqueue(planned.worker, planned.request);
                self.plan_operation();
                self.invoke_next();
            }
            Due::Act(time, act) => {
                self.act(time, act);
                self.show_status();
                self.plan_act();
            }
            Due::Timeout(client, msg_id) => match self.clients.give_up(client, msg_id) {
                None => {}
                Some(Purpose::SetUp(node, expected)) => {
                    let limit = SET_UP_LIMIT.as_secs();
                    self.fail(node, format!("did not answer with {expected} within {limit} s"));
                }
                Some(Purpose::Operation(worker, id)) => {
                    let f = self.history.invocation(id).f;
                    self.complete(worker, id, Err(workload::timed_out(f)));
                }
            },
            Due::PhaseEnd(time) => {
                self.phase_end = Some(time);
                self.workers.forget_queue();
            }
            Due::Status => {
                if self.status.elapsed + Console::LIVE <= self.moment - self.origin {
                    self.show_status();
                }
                self.plan_status();
            }
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Message { node, message } => {
                match (self.endpoint(&message.src), self.endpoint(&message.dest)) {
                    (Ok(src), Ok(dest)) => self.send(src, dest, message.body),
                    (Err(reason), _) | (_, Err(reason)) => {
                        self.fault(node, reason, workload::excerpt(message.body.get()));
                    }
                }
            }
            Event::Fault { node, reason, line } => self.fault(node, reason, line),
            Event::Ended { node, how } => {
                let moment = match self.status.phase {
                    "set-up" => "while the cluster was set up".into(),
                    _ => format!("{} into the run", self.now()),
                };
                self.fail(node, format!("{how}, {moment}"));
            }
        }
    }

    /// A node or client by name; fails with a sentence if there is none of that name.
    fn endpoint(&self, name: &str) -> Result<Endpoint, String> {
        let last = self.options.node_count - 1;
        match name.parse() {
            Ok(Endpoint::Node(index)) if index <= last => Ok(Endpoint::Node(index)),
            Ok(Endpoint::Client(number)) if self.clients.exists(number) => {
                Ok(Endpoint::Client(number))
            }
            _ => {
                let name = workload::excerpt(name);
                Err(format!("it names \"{name}\", which is neither a node nor a client"))
            }
        }
    }

    /// A node wrote what the network cannot take. It is dropped, and told of once for each node.
    fn fault(&mut self, node: usize, reason: String, line: String) {
        let name = format!("n{node}");
        let mut told = format!("{name} wrote to stdout what is no message: {reason}");
        if !line.is_empty() {
            told += &format!("\n  {line}");
        }
        if self.faults.add(&name, self.moment, reason, line) {
            self.console.line(&told);
        }
    }

    /// A node did what no run can go on from.
    fn fail(&mut self, node: usize, what: String) {
        let [stdout, stderr] = self.cluster.last_lines(node);
        let node = format!("n{node}");
        self.failure.get_or_insert(Error::Node { node, what, stdout, stderr });
    }
}

/// Messages.
impl EventLoop<'_> {
    /// Puts a message on its way.
    fn send(&mut self, src: Endpoint, dest: Endpoint, body: Box<RawValue>) {
        let now = self.moment;
        let flight = self.network.send(src, dest, body, now);
        self.journal.sent(&flight);
        self.status.messages += 1;
        if let Some(storm) = self.storm.sent(&flight) {
            self.failure.get_or_insert(storm);
        }
        if self.options.log_net_send {
            self.show("sent", &flight);
        }
        let duplicate = self.network.duplicate(&flight);
        for flight in iter::once(flight).chain(duplicate) {
            if flight.due > now {
                self.agenda.add(flight.due, Due::Arrival(flight));
            } else {
                self.arrive(flight);
            }
        }
    }

    /// A message reaches the end of its way: a node, a client, or the wall of a partition.
    fn arrive(&mut self, flight: Flight) {
        let now = self.moment;
        if let Some(partition) = self.network.blocks(&flight) {
            self.journal.ended(&flight, Fate::Dropped(now, partition.number));
            self.spread.dropped(&flight.body, partition.number);
            return;
        }
        if flight.luck == Luck::Lost {
            self.journal.ended(&flight, Fate::Lost(now));
            return;
        }
        self.journal.ended(&flight, Fate::Delivered(now));
        if self.options.log_net_recv {
            self.show("received", &flight);
        }
        match flight.dest {
            Endpoint::Node(node) => {
                self.heartbeat.delivered(&flight);
                if flight.is_between_servers() {
                    self.spread.delivered(&flight.body, node, self.now());
                }
                self.cluster.deliver(node, &flight);
            }
            Endpoint::Client(client) => self.answer(client, &flight),
        }
    }

    /// A client hears from a node. Only the answer that it waits for counts.
    fn answer(&mut self, client: u64, flight: &Flight) {
        let reply = match serde_json::from_str::<Body>(flight.body.get()) {
            Ok(reply) => reply,
            // It passed for JSON unread: nested too deep, or with a number beyond all numbers.
            Err(why) => return self.unasked(flight, &format!("it cannot be read: {why}")),
        };
        let Some(msg_id) = reply.get("in_reply_to").and_then(Json::as_u64) else {
            return self.unasked(flight, "it answers nothing: it has no in_reply_to");
        };
        match self.clients.answer(client, msg_id) {
            Answer::Late => {}
            Answer::Repeated => self.unasked(flight, "it answers what has been answered before"),
            Answer::Unasked => self.unasked(flight, "it answers what nobody asked"),
            Answer::Awaited(Purpose::SetUp(node, expected)) => {
                if reply.get("type").and_then(Json::as_str) == Some(expected) {
                    self.unready -= 1;
                } else {
                    let reply = workload::excerpt(flight.body.get());
                    self.fail(node, format!("answered {reply} instead of {expected}"));
                }
            }
            Answer::Awaited(Purpose::Operation(worker, id)) => {
                let f = self.history.invocation(id).f;
                let outcome = workload::outcome(self.workload.as_ref(), f, reply);
                self.complete(worker, id, outcome);
            }
        }
    }

    /// A node told a client what nobody waits for, or ever did. It does no harm, but it is odd.
    fn unasked(&mut self, flight: &Flight, reason: &str) {
        let line = workload::excerpt(flight.body.get());
        self.unasked.add(&flight.src.to_string(), self.moment, reason.into(), line);
    }

    /// Sends a client's request, and sets a limit to the wait for its answer.
    fn request(&mut self, client: u64, body: Json, purpose: Purpose, limit: Duration) {
        if let Some(sending) = self.clients.request(client, body, purpose) {
            self.agenda.add(self.moment + limit, Due::Timeout(client, sending.msg_id));
            self.send(Endpoint::Client(client), Endpoint::Node(sending.node), sending.body);
        }
    }

    fn show(&self, what: &str, flight: &Flight) {
        let Flight { id, src, dest, body, .. } = flight;
        let (now, body) = (self.now(), workload::excerpt(body.get()));
        self.console.line(&format!("{now}  #{id} {what}: {src} -> {dest} {body}"));
    }
}

/// Set-up.
impl EventLoop<'_> {
    /// Asks a node, by a client of its own, for something that it must answer with `expected`.
    pub fn set_up(&mut self, node: usize, body: Json, expected: &'static str) {
        self.unready += 1;
        let client = self.clients.open(node);
        self.request(client, body, Purpose::SetUp(node, expected), SET_UP_LIMIT);
    }

    /// Whether every node has answered.
    pub fn all_set_up(&self) -> bool {
        self.unready == 0
    }

    /// Whether nodes are to be told their neighbours.
    pub fn has_topology(&self) -> bool {
        self.workload.has_topology()
    }
}

/// Phases.
impl EventLoop<'_> {
    /// The time of the run.
    fn now(&self) -> Time {
        Time::between(self.origin, self.moment)
    }

    fn instant(&self, time: Time) -> Instant {
        self.origin + time.since(Time::ZERO)
    }

    /// A phase begins.
    pub fn begin_phase(&mut self, name: &'static str) {
        self.status.phase = name;
        self.phase_end = None;
        self.show_status();
    }

    /// The main phase begins: from here time counts, and operations and partitions come.
    pub fn begin_main_phase(&mut self) {
        self.workers = Workers::new(self.options, &mut self.clients);
        self.moment = Instant::now();
        self.origin = self.moment;
        self.journal.begin(self.origin);
        self.begin_phase("main phase");
        self.plan_status();
        // At the same moment the nemesis comes first, so that no operation escapes it.
        if self.options.has_partitions() {
            self.plan_act();
        }
        self.plan_operation();
    }

    /// The phase is to last until `time`.
    pub fn end_phase_at(&mut self, time: Time) {
        self.agenda.add(self.instant(time), Due::PhaseEnd(time));
    }

    /// Whether the phase has lasted as long as it should.
    pub fn is_phase_over(&self) -> bool {
        self.phase_end.is_some()
    }

    /// When the phase ended: as planned, or when the last operation did that was then open.
    pub fn phase_end(&self) -> Time {
        self.phase_end.unwrap_or_else(|| self.now())
    }

    fn show_status(&mut self) {
        self.status.elapsed = self.moment - self.origin;
        if self.console.interval().is_some() {
            self.console.status(&self.status);
        }
    }

    fn plan_status(&mut self) {
        if let Some(interval) = self.console.interval() {
            self.agenda.add(self.moment + interval, Due::Status);
        }
    }

    /// Ends the nodes and the journal. Gives what was recorded; fails if the journal could not be
    /// written.
    pub async fn tear_down(mut self) -> (Recording, Result<(), Error>) {
        self.console.clear();
        let now = Instant::now();
        self.cluster.stop().await;
        let flight = |due| if let Due::Arrival(flight) = due { Some(flight) } else { None };
        let mut under_way: Vec<Flight> = self.agenda.drain().filter_map(flight).collect();
        under_way.sort_unstable_by_key(|flight| flight.id);
        under_way.iter().for_each(|flight| self.journal.ended(flight, Fate::UnderWay));
        let journal = self.journal.finish(now).map_err(Error::path("write", "journal.jsonl"));
        let recording = Recording {
            history: self.history,
            traffic: *self.journal.traffic(),
            cuts: self.cuts,
            spread: self.spread,
            faults: self.faults.by_node(self.origin),
            unasked: self.unasked.by_node(self.origin),
            elapsed: now - self.origin,
        };
        (recording, journal)
    }
}

/// Operations.
impl EventLoop<'_> {
    /// Whether a worker waits for an answer.
    pub fn any_busy(&self) -> bool {
        self.workers.any_busy()
    }

    /// What every worker is to ask in the final phase, if there is one.
    pub fn last_request(&self) -> Option<Request> {
        self.workload.last()
    }

    /// Every worker asks the same, in random order, all at once.
    pub fn invoke_all(&mut self, request: &Request) {
        for worker in self.generator.round() {
            self.invoke(worker, request.clone(), true);
        }
    }

    fn plan_operation(&mut self) {
        let planned = self.generator.next(self.workload.as_mut());
        if planned.time < Time::ZERO + self.options.time_limit {
            self.agenda.add(self.instant(planned.time), Due::Operation(planned));
        }
    }

    /// Lets free workers try what is queued.
    fn invoke_next(&mut self) {
        while let Some((worker, request)) = self.workers.take_turn() {
            self.invoke(worker, request, false);
        }
    }

    fn invoke(&mut self, worker: usize, request: Request, is_final: bool) {
        let (node, process, client) = self.workers.start(worker);
        let Request { f, value, body } = request;
        let now = self.now();
        if f == "broadcast"
            && let Value::Json(value) = &value
            && let Some(value) = value.as_u64()
        {
            self.spread.broadcast(value as usize, node, now);
        }
        let id = self.history.invoke(now, process, node, f, value, is_final);
        self.request(client, body, Purpose::Operation(worker, id), OPERATION_LIMIT);
    }

    fn complete(
        &mut self,
        worker: usize,
        id: OperationId,
        outcome: Result<Value, (Kind, Failure)>,
    ) {
        let kind = outcome.as_ref().map_or_else(|(kind, _)| *kind, |_| Kind::Ok);
        match kind {
            Kind::Ok => self.status.ok += 1,
            Kind::Fail => self.status.fail += 1,
            Kind::Info | Kind::Invoke => self.status.info += 1,
        }
        let now = self.now();
        self.history.complete(id, now, outcome);
        self.workers.finish(worker, kind, &mut self.clients);
        match &mut self.phase_end {
            Some(end) => *end = now,
            None => self.invoke_next(),
        }
    }
}

/// The nemesis.
impl EventLoop<'_> {
    /// Cuts or heals the network. `time` is when this was planned. In real time a timer may fire a
    /// millisecond late, but nothing is heard between the two, so it is in force from then on.
    pub fn act(&mut self, time: Time, act: Act) {
        match act {
            Act::Start(partition) => {
                let shape = Value::Json(partition.shape.name().into());
                self.history.nemesis(time, "start-partition", shape);
                let isolated = json!(["isolated", partition.unheard_by_name()]);
                self.history.nemesis(time, "start-partition", Value::Json(isolated));
                self.status.partition = Some(partition.to_string());
                self.cuts.push(Cut { partition: partition.clone(), from: time, until: None });
                self.network.cut(partition);
            }
            Act::Stop => {
                self.history.nemesis(time, "stop-partition", Value::None);
                let healed = Value::Json("network-healed".into());
                self.history.nemesis(time, "stop-partition", healed);
                self.status.partition = None;
                if self.network.heal().is_some()
                    && let Some(cut) = self.cuts.last_mut()
                {
                    cut.until = Some(time);
                }
            }
        }
    }

    fn plan_act(&mut self) {
        let Some((time, act)) = self.nemesis.next() else { return };
        if time < Time::ZERO + self.options.time_limit {
            self.agenda.add(self.instant(time), Due::Act(time, act));
        }
    }
}
