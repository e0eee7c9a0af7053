//! A run, from `init` to the final read. Only this module knows the order of its phases.

mod client;
pub(crate) mod ctrl_c;
pub(crate) mod event_loop;
mod message_limits;
mod queue;
mod workers;

use serde_json::{Value as Json, json};

use crate::console::Phase;
use crate::error::Error;
use crate::options::Options;
use crate::plan::nemesis::NemesisAction;
use crate::record::recording::Recording;
use crate::run::event_loop::{EventLoop, RunInputs};
use crate::workload::{self, Input, Request, Results};

/// Runs a cluster through set-up, main phase, recovery and final phase, and ends it. Gives the record,
/// and why there can be no verdict if a phase failed.
pub(crate) async fn run(
    options: &Options,
    inputs: RunInputs<'_>,
) -> (Recording, Result<(), Error>) {
    let mut run = Run { options, events: EventLoop::new(options, inputs) };
    let outcome = run.phases().await;
    let (recording, journal) = run.events.tear_down().await;
    (recording, outcome.and(journal))
}

struct Run<'a> {
    options: &'a Options,
    events: EventLoop<'a>,
}

impl Run<'_> {
    async fn phases(&mut self) -> Result<(), Error> {
        self.set_up().await?;
        self.main_phase().await?;
        if let Some(request) = self.events.last_request() {
            self.recovery().await?;
            self.final_phase(request).await?;
        }
        self.events.watch_end().await
    }

    /// Sends `init` to every node and, for broadcast, its topology.
    async fn set_up(&mut self) -> Result<(), Error> {
        self.events.begin_phase(Phase::SetUp);
        let nodes = &self.options.nodes;
        let init = |node| json!({"type": "init", "node_id": &nodes[node], "node_ids": nodes});
        self.ask_every_node(init, "init_ok").await?;
        if self.events.has_topology() {
            let topology = json!(self.options.topology.unwrap_or_default().by_name(nodes));
            let topology = |_| json!({"type": "topology", "topology": topology});
            self.ask_every_node(topology, "topology_ok").await?;
        }
        Ok(())
    }

    /// Sends each node a request from a client of its own, and waits for all replies.
    async fn ask_every_node(
        &mut self,
        body: impl Fn(usize) -> Json,
        expected: &'static str,
    ) -> Result<(), Error> {
        for node in 0..self.options.nodes.count() {
            self.events.set_up(node, body(node), expected);
        }
        while !self.events.all_set_up() {
            self.events.advance().await?;
        }
        Ok(())
    }

    /// Operations and partitions, until the time is up and every operation has ended.
    async fn main_phase(&mut self) -> Result<(), Error> {
        self.events.begin_main_phase();
        self.events.end_phase_at(self.events.plan().end());
        while !self.events.is_phase_over() || self.events.any_busy() {
            self.events.advance().await?;
        }
        Ok(())
    }

    /// Heals the network, and gives the nodes time to recover.
    async fn recovery(&mut self) -> Result<(), Error> {
        let healed = self.events.phase_end();
        if self.events.plan().has_partitions() {
            self.events.act(healed, NemesisAction::Stop);
        }
        self.events.begin_phase(Phase::Recovery);
        self.events.end_phase_at(self.events.plan().final_time(healed));
        while !self.events.is_phase_over() {
            self.events.advance().await?;
        }
        Ok(())
    }

    /// One operation of every worker, all at once.
    async fn final_phase(&mut self, request: Request) -> Result<(), Error> {
        self.events.begin_phase(Phase::Final);
        self.events.invoke_all(&request);
        while self.events.any_busy() {
            self.events.advance().await?;
        }
        Ok(())
    }
}

/// Runs the checks that the options ask for.
pub fn check(recording: &Recording, options: &Options) -> Results {
    workload::check(&Input {
        workload: options.workload,
        nodes: &options.nodes,
        history: &recording.history,
        traffic: &recording.traffic,
        invalid_output: &recording.invalid_output,
        unexpected_replies: &recording.unexpected_replies,
        availability: options.availability,
        strict: options.strict,
        targets: options.targets,
    })
}
