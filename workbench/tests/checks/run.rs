//! A run made by hand, event by event.

use std::ops::Range;

use serde_json::{Value as Json, json};
use workbench::checker::{Availability, SetFullResults, Targets};
use workbench::names::NodeNames;
use workbench::record::history::{
    Failure, History, InvalidOutput, Kind, MessageCounts, OperationId, TrafficByKind, Value,
};
use workbench::record::value_set::ValueSet;
use workbench::time::Time;
use workbench::workload::{Input, Results, WorkloadKind, check};

/// The nodes of a run made by hand: as many as any of them has.
pub fn nodes() -> NodeNames {
    NodeNames::numbered(14)
}

/// A run of three nodes. Process p asks node p mod 3; times are in milliseconds.
#[derive(Default)]
pub struct Run {
    pub history: History,
    pub traffic: TrafficByKind,
    pub invalid_output: InvalidOutput,
    pub availability: Option<Availability>,
    pub strict: bool,
    pub targets: Targets,
    issued: usize,
}

impl Run {
    pub fn new() -> Run {
        Run::default()
    }

    pub fn invoke(&mut self, ms: i64, process: u64, f: &'static str, value: Value) -> OperationId {
        let node = process as usize % 3;
        self.history.invoke(Time::from_millis(ms), process, node, f, value, false)
    }

    pub fn ask(&mut self, ms: i64, process: u64, f: &'static str, value: Json) -> OperationId {
        self.invoke(ms, process, f, Value::Json(value))
    }

    pub fn ok(&mut self, ms: i64, operation: OperationId, value: Json) {
        self.complete(ms, operation, Ok(Value::Json(value)));
    }

    pub fn fail(&mut self, ms: i64, operation: OperationId, failure: Failure) {
        self.complete(ms, operation, Err((Kind::Fail, failure)));
    }

    pub fn info(&mut self, ms: i64, operation: OperationId, failure: Failure) {
        self.complete(ms, operation, Err((Kind::Info, failure)));
    }

    fn complete(
        &mut self,
        ms: i64,
        operation: OperationId,
        outcome: Result<Value, (Kind, Failure)>,
    ) {
        self.history.complete(operation, Time::from_millis(ms), outcome);
    }

    /// Begins the broadcast of the next value.
    pub fn broadcast(&mut self, ms: i64, process: u64) -> OperationId {
        let value = json!(self.issued);
        self.issued += 1;
        self.ask(ms, process, "broadcast", value)
    }

    /// Broadcasts the next value, which is acknowledged at the end of `ms`.
    pub fn broadcast_ok(&mut self, ms: Range<i64>, process: u64) {
        let broadcast = self.broadcast(ms.start, process);
        self.acknowledge(ms.end, broadcast);
    }

    /// Ends a broadcast in ok.
    pub fn acknowledge(&mut self, ms: i64, broadcast: OperationId) {
        let value = self.history.invocation(broadcast).value.clone();
        self.complete(ms, broadcast, Ok(value));
    }

    pub fn read(&mut self, ms: i64, process: u64) -> OperationId {
        self.invoke(ms, process, "read", Value::None)
    }

    pub fn final_read(&mut self, ms: i64, process: u64) -> OperationId {
        self.final_read_of(ms, process, process as usize % 3)
    }

    /// The same of that node.
    pub fn final_read_of(&mut self, ms: i64, process: u64, node: usize) -> OperationId {
        self.history.invoke(Time::from_millis(ms), process, node, "read", Value::None, true)
    }

    /// Reads these values, from the start of `ms` to its end.
    pub fn read_ok(&mut self, ms: Range<i64>, process: u64, values: &[usize]) {
        let read = self.read(ms.start, process);
        self.found(ms.end, read, values);
    }

    /// The same in the final reads.
    pub fn final_read_ok(&mut self, ms: Range<i64>, process: u64, values: &[usize]) {
        let read = self.final_read(ms.start, process);
        self.found(ms.end, read, values);
    }

    /// Ends a read in ok with these values.
    pub fn found(&mut self, ms: i64, read: OperationId, values: &[usize]) {
        let values = values.iter().map(|&value| json!(value));
        let elements = ValueSet::new(values, self.issued);
        self.complete(ms, read, Ok(Value::Set(elements)));
    }

    /// Ends a read in ok with whatever a node returned.
    pub fn returned(&mut self, ms: i64, read: OperationId, values: impl IntoIterator<Item = Json>) {
        let elements = ValueSet::new(values, self.issued);
        self.complete(ms, read, Ok(Value::Set(elements)));
    }

    pub fn traffic(mut self, all: u64, clients: u64) -> Run {
        let traffic = |messages| MessageCounts { sent: messages, received: messages, messages };
        self.traffic = TrafficByKind {
            all: traffic(all),
            clients: traffic(clients),
            servers: traffic(all - clients),
        };
        self
    }

    pub fn check(&self, workload: WorkloadKind) -> Results {
        check(&Input {
            workload,
            nodes: &nodes(),
            history: &self.history,
            traffic: &self.traffic,
            invalid_output: &self.invalid_output,
            unexpected_replies: &InvalidOutput::new(),
            availability: self.availability,
            strict: self.strict,
            targets: self.targets,
        })
    }

    /// What became of the broadcast values.
    pub fn set_full(&self) -> SetFullResults {
        let results = self.check(WorkloadKind::Broadcast);
        results.workload.values().expect("values").set_full.clone()
    }
}
