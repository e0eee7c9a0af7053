//! The journal of a run counted: messages by time and by partition, and how values spread.

use std::io::{self, BufRead};

use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::output::run_info::RunInfo;
use crate::record::journal::JournalLine;
use crate::record::propagation::Propagation;
use crate::report::plots::ticks::round_up;
use crate::time::Time;
use crate::workload::WorkloadKind;

/// The moments of something that happens to messages, as counts by stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// How often it happened in each stretch, the first of which begins with the main phase.
    pub counts: Vec<u64>,
    /// How often it happened in all.
    pub total: u64,
}

/// What the journal of a run says of its messages. Of a run of any length, it takes little memory.
#[derive(Debug, Clone)]
pub struct Traffic {
    workload: WorkloadKind,
    nodes: NodeNames,
    /// How many seconds a stretch of time is long.
    pub stretch: f64,
    /// How many stretches there are.
    stretches: usize,
    /// Messages sent.
    pub sent: Series,
    /// Messages delivered.
    pub delivered: Series,
    /// Messages that a partition stopped, or that the network lost.
    pub dropped: Series,
    /// Messages of the set-up, which are not counted above.
    pub set_up: u64,
    /// Messages that were still under way when the run ended.
    pub under_way: u64,
    /// By number of the partition: the messages that it dropped.
    pub dropped_by: Vec<u64>,
    /// How broadcast values spread over the nodes.
    pub propagation: Propagation,
}

/// More stretches than this are more than a picture can show.
const STRETCHES: f64 = 120.0;

impl Traffic {
    /// Reads the journal of the run of `info`.
    ///
    /// Fails if the journal cannot be read, or is none.
    pub fn read(info: &RunInfo, mut journal: impl BufRead) -> io::Result<Traffic> {
        let stretch = round_up(info.end.seconds() / STRETCHES).max(0.1);
        let mut traffic = Traffic {
            workload: info.workload,
            nodes: info.nodes.clone(),
            stretch,
            stretches: stretches(info.end, stretch),
            sent: Series::default(),
            delivered: Series::default(),
            dropped: Series::default(),
            set_up: 0,
            under_way: 0,
            dropped_by: vec![0; info.partitions.len()],
            propagation: Propagation::new(info.nodes.count()),
        };
        let mut text = vec![];
        while journal.read_until(b'\n', &mut text)? > 0 {
            traffic.count(&serde_json::from_slice(&text)?);
            text.clear();
        }
        Ok(traffic)
    }

    fn count(&mut self, line: &JournalLine) {
        if line.sent < Time::ZERO {
            self.set_up += 1;
            return;
        }
        // What comes at the very end belongs to the last stretch, however little of another has begun.
        let last = self.stretches - 1;
        let place = |at: Time| ((at.seconds() / self.stretch) as usize).min(last);
        self.sent.add(place(line.sent));
        if let Some(at) = line.delivered {
            self.delivered.add(place(at));
            self.propagation(line, at);
        } else if let Some(at) = line.dropped.or(line.lost) {
            self.dropped.add(place(at));
            let by = line.partition.and_then(|number| self.dropped_by.get_mut(number));
            by.into_iter().for_each(|count| *count += 1);
        } else {
            self.under_way += 1;
        }
    }

    /// Notes which values a delivered message brought. The journal has messages in the order of
    /// their ends, as [`Propagation`] requires.
    fn propagation(&mut self, line: &JournalLine, at: Time) {
        match (self.nodes.endpoint(&line.src), self.nodes.endpoint(&line.dest)) {
            (Some(Endpoint::Client(_)), Some(Endpoint::Node(node))) => {
                if let Some(value) =
                    self.workload.values().and_then(|values| values.value_in(line.body))
                {
                    self.propagation.broadcast(value, node, at);
                }
            }
            (Some(Endpoint::Node(_) | Endpoint::Service(_)), Some(Endpoint::Node(node)))
                if self.propagation.values() > 0 =>
            {
                self.propagation.delivered(line.body, node, at);
            }
            _ => {}
        }
    }
}

/// How many stretches of time there are before `end`: one at least.
pub(super) fn stretches(end: Time, stretch: f64) -> usize {
    ((end.seconds() / stretch - 1e-6).ceil() as usize).max(1)
}

impl Series {
    fn add(&mut self, place: usize) {
        if self.counts.len() <= place {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] += 1;
        self.total += 1;
    }
}
