//! Messages in flight: sent, dropped, delivered, answered.

use std::iter;
use std::time::Duration;

use common::excerpt;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::{EventLoop, PendingRequest, Scheduled};
use crate::cluster::Backlogged;
use crate::endpoint::Endpoint;
use crate::fields::{Fields, is_whole_number};
use crate::network::{Disposition, Envelope};
use crate::record::journal::MessageOutcome;
use crate::run::client::Answer;
use crate::service::Service;
use crate::workload::session;

impl EventLoop<'_> {
    /// Puts a message on its way.
    pub(super) fn send(&mut self, src: Endpoint, dest: Endpoint, body: Box<RawValue>) {
        let now = self.moment;
        let (envelope, duplicate) = self.network.send(src, dest, body, now);
        self.journal.sent(&envelope);
        self.status.messages += 1;
        if let Some(message_limits) = self.message_limits.sent(&envelope) {
            self.failure.get_or_insert(message_limits);
        }
        if self.options.log_net_send {
            self.show("sent", &envelope);
        }
        for envelope in iter::once(envelope).chain(duplicate) {
            if envelope.due > now {
                if let Some(message_limits) = self.message_limits.under_way(&envelope) {
                    self.failure.get_or_insert(message_limits);
                }
                self.queue.add(envelope.due, Scheduled::Arrival(envelope));
            } else {
                self.arrive(envelope);
            }
        }
    }

    /// A message arrives at a node, a client or a service, or is dropped.
    pub(super) fn arrive(&mut self, envelope: Envelope) {
        let now = self.moment;
        if let Some(partition) = self.network.blocks(&envelope) {
            self.journal.ended(&envelope, MessageOutcome::Dropped(now, partition.number));
            self.propagation.dropped(&envelope.body, partition.number);
            return;
        }
        if envelope.disposition == Disposition::Lost {
            self.journal.ended(&envelope, MessageOutcome::Lost(now));
            return;
        }
        self.journal.ended(&envelope, MessageOutcome::Delivered(now));
        if self.options.log_net_recv {
            self.show("received", &envelope);
        }
        match envelope.dest {
            Endpoint::Node(node) => {
                self.watchdog.delivered(&envelope);
                if envelope.is_between_servers() {
                    self.propagation.delivered(&envelope.body, node, self.now());
                }
                if let Err(Backlogged(what)) = self.cluster.deliver(node, envelope) {
                    self.fail(node, format!("does not read: {what}, {}", self.when()));
                }
            }
            Endpoint::Client(client) => self.answer(client, &envelope),
            Endpoint::Service(service) => self.serve(service, &envelope),
        }
    }

    /// A service receives a request from a node or a client. It replies at once, or not at all if it does
    /// not know the request.
    fn serve(&mut self, service: Service, envelope: &Envelope) {
        let src = self.options.nodes.of_endpoint(envelope.src);
        if let Some(reply) = self.services.answer(service, &src, &envelope.body) {
            self.send(envelope.dest, envelope.src, reply);
        }
    }

    /// A client receives a message. Only the reply that it waits for counts.
    pub(super) fn answer(&mut self, client: u64, envelope: &Envelope) {
        let written = envelope.body.get();
        let reply = match Fields::read(written) {
            Ok(reply) => reply,
            // It passed for JSON unread: the name of a field is half an emoji, for example.
            Err(why) => {
                return self.unexpected_replies(envelope, &format!("it cannot be read: {why}"));
            }
        };
        let Some(in_reply_to) = reply.get("in_reply_to") else {
            return self
                .unexpected_replies(envelope, "it replies to no request: it has no in_reply_to");
        };
        if !is_whole_number(in_reply_to) {
            let found = excerpt(in_reply_to.get());
            let reason = format!(
                "it replies to no request: its in_reply_to is {found}, which is not a whole number"
            );
            return self.unexpected_replies(envelope, &reason);
        }
        // The ids of requests are 1, 2, 3, …: whatever does not fit is none of them.
        match self.clients.answer(client, in_reply_to.get().parse().unwrap_or(0)) {
            Answer::Late => {}
            Answer::Repeated => self
                .unexpected_replies(envelope, "it replies to a request that already has a reply"),
            Answer::Unexpected => {
                self.unexpected_replies(envelope, "it replies to a request that was never sent")
            }
            Answer::Awaited(PendingRequest::SetUp(node, expected)) => {
                match session::is_ready(expected, reply) {
                    Ok(()) => self.unready -= 1,
                    Err(why) => {
                        let reply = excerpt(written);
                        let what = format!("did not answer with {expected}: {why}");
                        self.fail(node, format!("{what}\n\nIts answer:\n  {reply}"));
                    }
                }
            }
            Answer::Awaited(PendingRequest::Operation(worker, id)) => {
                let f = self.history.invocation(id).f;
                let outcome = session::outcome(self.session.as_ref(), f, reply, written);
                self.complete(worker, id, outcome);
            }
        }
    }

    /// Records a message to a client that no request was waiting for. It does not affect the verdict.
    pub(super) fn unexpected_replies(&mut self, envelope: &Envelope, reason: &str) {
        let line = excerpt(envelope.body.get());
        self.unexpected_replies.add(envelope.src, self.moment, reason.into(), line);
    }

    /// Sends a client's request, and sets a limit to the wait for its answer.
    pub(super) fn request(
        &mut self,
        client: u64,
        body: Json,
        purpose: PendingRequest,
        limit: Duration,
    ) {
        if let Some(sending) = self.clients.request(client, body, purpose) {
            self.queue.add(self.moment + limit, Scheduled::Timeout(client, sending.msg_id));
            self.send(Endpoint::Client(client), Endpoint::Node(sending.node), sending.body);
        }
    }

    pub(super) fn show(&self, what: &str, envelope: &Envelope) {
        let Envelope { id, src, dest, body, .. } = envelope;
        let [src, dest] = [src, dest].map(|end| self.options.nodes.of_endpoint(*end));
        let (now, body) = (self.now(), excerpt(body.get()));
        self.console.line(&format!("{now}  #{id} {what}: {src} -> {dest} {body}"));
    }
}
