//! Partitions: carries out the actions of the nemesis.

use serde_json::json;

use super::{EventLoop, Scheduled};
use crate::plan::nemesis::NemesisAction;
use crate::record::history::Value;
use crate::record::partitions::PartitionSpan;
use crate::time::Time;

impl EventLoop<'_> {
    /// Starts or heals a partition. `time` is when this was planned: in real time a timer may fire a
    /// millisecond late, but no message is handled in between.
    pub fn act(&mut self, time: Time, act: NemesisAction) {
        match act {
            NemesisAction::Start(partition) => {
                let shape = Value::Json(partition.shape.name().into());
                self.history.nemesis(time, "start-partition", shape);
                let isolated = json!(["isolated", partition.blocked_by_name()]);
                self.history.nemesis(time, "start-partition", Value::Json(isolated));
                self.status.partition = Some(partition.to_string());
                self.partitions.push(PartitionSpan {
                    partition: partition.clone(),
                    from: time,
                    until: None,
                });
                self.network.cut(partition);
            }
            NemesisAction::Stop => {
                self.history.nemesis(time, "stop-partition", Value::None);
                let healed = Value::Json("network-healed".into());
                self.history.nemesis(time, "stop-partition", healed);
                self.status.partition = None;
                if self.network.heal().is_some()
                    && let Some(span) = self.partitions.last_mut()
                {
                    span.until = Some(time);
                }
            }
        }
    }

    pub(super) fn plan_act(&mut self) {
        if let Some((time, act)) = self.plan.next_action() {
            self.queue.add(self.instant(time), Scheduled::NemesisAction(time, act));
        }
    }
}
