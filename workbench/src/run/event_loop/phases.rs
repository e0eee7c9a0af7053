//! The phases of a run: what each begins with, and when it is over.

use std::pin::pin;
use std::time::Duration;

use serde_json::Value as Json;
use tokio::time::{Instant, sleep};

use super::{EventLoop, PendingRequest, Scheduled};
use crate::cluster::NodeEvent;
use crate::console::Phase;
use crate::error::Error;
use crate::network::Envelope;
use crate::network::faults::MessagePlace;
use crate::plan::Plan;
use crate::record::journal::MessageOutcome;
use crate::record::recording::Recording;
use crate::run::workers::Workers;
use crate::text::counted;
use crate::time::Time;

/// How long a node may take to answer `init` or `topology`.
pub(super) const SET_UP_LIMIT: Duration = Duration::from_secs(10);

/// How long nodes are watched after the last reply: Maelstrom takes about as long to stop them.
const LAST_WATCH: Duration = Duration::from_millis(250);

impl EventLoop<'_> {
    /// Sends a node a request, from a client of its own, whose reply must have the type `expected`.
    pub fn set_up(&mut self, node: usize, body: Json, expected: &'static str) {
        self.unready += 1;
        let client = self.clients.open(node);
        self.request(client, body, PendingRequest::SetUp(node, expected), SET_UP_LIMIT);
    }

    /// Whether every node has answered.
    pub fn all_set_up(&self) -> bool {
        self.unready == 0
    }

    /// Whether nodes are sent a topology.
    pub fn has_topology(&self) -> bool {
        self.options.workload.has_topology()
    }

    pub(super) fn now(&self) -> Time {
        Time::between(self.origin, self.moment)
    }

    pub(super) fn instant(&self, time: Time) -> Instant {
        self.origin + time.since(Time::ZERO)
    }

    pub fn begin_phase(&mut self, phase: Phase) {
        self.status.phase = phase;
        self.phase_end = None;
        self.show_status();
    }

    /// The main phase begins: time counts from here, and operations and partitions start.
    pub fn begin_main_phase(&mut self) {
        self.workers = Workers::new(self.options, &mut self.clients);
        self.moment = Instant::now();
        self.origin = self.moment;
        self.journal.begin(self.origin);
        self.begin_phase(Phase::Main);
        self.plan_status();
        // At the same moment, the partition comes before the operation.
        self.plan_act();
        self.may_plan = true;
        self.plan_operation();
    }

    /// The plan of the run.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Schedules the end of the phase.
    pub fn end_phase_at(&mut self, time: Time) {
        self.queue.add(self.instant(time), Scheduled::PhaseEnd(time));
    }

    /// Whether the phase is over.
    pub fn is_phase_over(&self) -> bool {
        self.phase_end.is_some()
    }

    /// When the phase ended: as planned, or with the last operation that was still open.
    pub fn phase_end(&self) -> Time {
        self.phase_end.unwrap_or_else(|| self.now())
    }

    pub(super) fn show_status(&mut self) {
        self.status.elapsed = self.moment - self.origin;
        if self.console.interval().is_some() {
            self.console.status(&self.status);
        }
    }

    pub(super) fn plan_status(&mut self) {
        if let Some(interval) = self.console.interval() {
            self.queue.add(self.moment + interval, Scheduled::Status);
        }
    }

    /// Watches the nodes for a moment after the last reply, and ignores their messages. Fails if a node
    /// ends, as under Maelstrom, which notices when it stops them.
    pub async fn watch_end(&mut self) -> Result<(), Error> {
        const MAX_BATCH: usize = 100_000;
        let mut end = pin!(sleep(LAST_WATCH));
        // A node that never stops sending must not keep the run from ending.
        for _ in 0..MAX_BATCH {
            self.watchdog.tick();
            let event = match self.pending_event.take() {
                Some(event) => event,
                None => tokio::select! {
                    biased;
                    () = self.ctrl_c.pressed() => return Err(Error::Interrupted),
                    () = &mut end => break,
                    event = self.cluster.next() => event,
                },
            };
            if let NodeEvent::Ended { node, how } = event {
                self.moment = Instant::now();
                self.fail(node, format!("{how}, {}, after the last operation", self.when()));
                break;
            }
        }
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Shows which messages a scenario names that were never sent: those faults had no effect.
    fn report_faults_left(&self) {
        for MessagePlace { src, dest, nth } in self.network.faults_left() {
            let sent = counted(self.network.sent(src, dest), "message");
            let [src, dest] = [src, dest].map(|end| self.options.nodes.of_endpoint(end));
            self.console.line(&format!(
                "The scenario names message {nth} from {src} to {dest}, but {src} sent {dest} only {sent}"
            ));
        }
    }

    /// Ends the nodes and the journal. Gives the record, and an error if the journal could not be written.
    pub async fn tear_down(mut self) -> (Recording, Result<(), Error>) {
        self.console.clear();
        self.report_faults_left();
        self.watchdog.end();
        let now = Instant::now();
        self.cluster.stop().await;
        let envelope =
            |due| if let Scheduled::Arrival(envelope) = due { Some(envelope) } else { None };
        let mut in_flight: Vec<Envelope> = self.queue.drain().filter_map(envelope).collect();
        in_flight.sort_unstable_by_key(|envelope| envelope.id);
        in_flight
            .iter()
            .for_each(|envelope| self.journal.ended(envelope, MessageOutcome::UnderWay));
        let journal = self.journal.finish(now).map_err(Error::path("write", "journal.jsonl"));
        let recording = Recording {
            history: self.history,
            traffic: *self.journal.traffic(),
            partitions: self.partitions,
            faults: self.network.take_what_happened(),
            propagation: self.propagation,
            invalid_output: self.invalid_output.by_node(&self.options.nodes, self.origin),
            unexpected_replies: self.unexpected_replies.by_node(&self.options.nodes, self.origin),
        };
        (recording, journal)
    }
}
