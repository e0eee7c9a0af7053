//! Operations: planned, invoked by workers, and completed.

use std::time::Duration;

use super::{EventLoop, PendingRequest, Scheduled};
use crate::record::history::{Failure, Kind, OperationId, Value};
use crate::workload::Request;

/// How long a client waits for the reply to an operation.
const OPERATION_LIMIT: Duration = Duration::from_secs(5);

impl EventLoop<'_> {
    /// Whether a worker waits for a reply.
    pub fn any_busy(&self) -> bool {
        self.workers.any_busy()
    }

    /// The request of the final phase, if there is one.
    pub fn last_request(&self) -> Option<Request> {
        self.session.last()
    }

    /// Every worker sends the same request at once, in random order.
    pub fn invoke_all(&mut self, request: &Request) {
        for worker in self.plan.final_order() {
            self.invoke(worker, request.clone(), true);
        }
    }

    /// Plans the next operation, unless too many are waiting: a workbench that lags behind would plan and
    /// plan, and handle no reply.
    pub(super) fn plan_operation(&mut self) {
        if !self.may_plan || !self.workers.has_room() {
            return;
        }
        self.may_plan = false;
        if let Some(planned) = self.plan.next_operation(self.session.as_mut()) {
            self.queue.add(self.instant(planned.time), Scheduled::Operation(planned));
        }
    }

    /// Lets free workers invoke the queued operations.
    pub(super) fn invoke_next(&mut self) {
        while let Some((worker, request)) = self.workers.take_turn() {
            self.invoke(worker, request, false);
        }
    }

    pub(super) fn invoke(&mut self, worker: usize, request: Request, is_final: bool) {
        let (node, process, client) = self.workers.start(worker);
        let Request { f, value, body } = request;
        let now = self.now();
        if self.options.workload.values().is_some_and(|values| values.f == f)
            && let Value::Json(value) = &value
            && let Some(value) = value.as_u64()
        {
            self.propagation.broadcast(value as usize, node, now);
        }
        let id = self.history.invoke(now, process, node, f, value, is_final);
        self.request(client, body, PendingRequest::Operation(worker, id), OPERATION_LIMIT);
    }

    pub(super) fn complete(
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
            None => {
                self.invoke_next();
                self.plan_operation();
            }
        }
    }
}
