//! Messages on their way: sent, carried, dropped, delivered, answered.

use std::iter;
use std::time::Duration;

use common::excerpt;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::{Due, EventLoop, Purpose};
use crate::cluster::Unread;
use crate::endpoint::Endpoint;
use crate::fields::{Fields, is_whole_number};
use crate::network::{Flight, Luck};
use crate::record::journal::Fate;
use crate::run::client::Answer;
use crate::workload;

impl EventLoop<'_> {
    /// Puts a message on its way.
    pub(super) fn send(&mut self, src: Endpoint, dest: Endpoint, body: Box<RawValue>) {
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
                if let Some(storm) = self.storm.under_way(&flight) {
                    self.failure.get_or_insert(storm);
                }
                self.agenda.add(flight.due, Due::Arrival(flight));
            } else {
                self.arrive(flight);
            }
        }
    }

    /// A message reaches the end of its way: a node, a client, or the wall of a partition.
    pub(super) fn arrive(&mut self, flight: Flight) {
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
                if let Err(Unread(what)) = self.cluster.deliver(node, &flight) {
                    self.fail(node, format!("does not read: {what}, {}", self.when()));
                }
            }
            Endpoint::Client(client) => self.answer(client, &flight),
        }
    }

    /// A client hears from a node. Only the answer that it waits for counts.
    pub(super) fn answer(&mut self, client: u64, flight: &Flight) {
        let written = flight.body.get();
        let reply = match Fields::read(written) {
            Ok(reply) => reply,
            // It passed for JSON unread: the name of a field is half an emoji, for example.
            Err(why) => return self.unasked(flight, &format!("it cannot be read: {why}")),
        };
        let Some(in_reply_to) = reply.get("in_reply_to") else {
            return self.unasked(flight, "it answers nothing: it has no in_reply_to");
        };
        if !is_whole_number(in_reply_to) {
            let found = excerpt(in_reply_to.get());
            let reason = format!(
                "it answers nothing: its in_reply_to is {found}, which is not a whole number"
            );
            return self.unasked(flight, &reason);
        }
        // The ids of requests are 1, 2, 3, …: whatever does not fit is none of them.
        match self.clients.answer(client, in_reply_to.get().parse().unwrap_or(0)) {
            Answer::Late => {}
            Answer::Repeated => self.unasked(flight, "it answers what has been answered before"),
            Answer::Unasked => self.unasked(flight, "it answers what nobody asked"),
            Answer::Awaited(Purpose::SetUp(node, expected)) => {
                match workload::is_ready(expected, reply) {
                    Ok(()) => self.unready -= 1,
                    Err(why) => {
                        let reply = excerpt(written);
                        let what = format!("did not answer with {expected}: {why}");
                        self.fail(node, format!("{what}\n\nIts answer:\n  {reply}"));
                    }
                }
            }
            Answer::Awaited(Purpose::Operation(worker, id)) => {
                let f = self.history.invocation(id).f;
                let outcome = workload::outcome(self.workload.as_ref(), f, reply, written);
                self.complete(worker, id, outcome);
            }
        }
    }

    /// A node told a client what nobody waits for, or ever did. It does no harm, but it is odd.
    pub(super) fn unasked(&mut self, flight: &Flight, reason: &str) {
        let line = excerpt(flight.body.get());
        self.unasked.add(flight.src, self.moment, reason.into(), line);
    }

    /// Sends a client's request, and sets a limit to the wait for its answer.
    pub(super) fn request(&mut self, client: u64, body: Json, purpose: Purpose, limit: Duration) {
        if let Some(sending) = self.clients.request(client, body, purpose) {
            self.agenda.add(self.moment + limit, Due::Timeout(client, sending.msg_id));
            self.send(Endpoint::Client(client), Endpoint::Node(sending.node), sending.body);
        }
    }

    pub(super) fn show(&self, what: &str, flight: &Flight) {
        let Flight { id, src, dest, body, .. } = flight;
        let [src, dest] = [src, dest].map(|end| self.options.nodes.of_endpoint(*end));
        let (now, body) = (self.now(), excerpt(body.get()));
        self.console.line(&format!("{now}  #{id} {what}: {src} -> {dest} {body}"));
    }
}
