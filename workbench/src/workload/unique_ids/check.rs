//! No two generated ids are equal (Jepsen's `unique-ids`, for ids of any type).

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, BufRead};

use serde_json::Value as Json;

use super::DuplicatedId;
use super::explanation::explain;
use crate::checker::{Finding, StatsResults, Verdict};
use crate::json_key::JsonKey;
use crate::names::NodeNames;
use crate::record::edn::Edn;
use crate::record::history::{History, Kind, Value};
use crate::text::{ID, counted, cut, listed};
use crate::workload::{Explanation, Tile, WorkloadResults};

/// At most so many duplicated ids are in `results.edn`, those received most often (Jepsen's limit).
const MAX_DUPLICATES: usize = 48;

/// Which generated ids were equal.
#[derive(Debug, Clone, PartialEq)]
pub struct UniqueIdsResults {
    /// Invalid if an id was acknowledged twice.
    pub verdict: Verdict,
    /// Ids asked for.
    pub attempted: usize,
    /// Ids received.
    pub acknowledged: usize,
    /// Every id received more than once, in rising order, and how often it was.
    pub duplicated: Vec<(Json, usize)>,
    /// The least and the greatest id; none if there was no id.
    pub range: Option<(Json, Json)>,
}

pub(super) fn check(history: &History) -> UniqueIdsResults {
    let mut frequencies: BTreeMap<JsonKey, (&Json, usize)> = BTreeMap::new();
    for event in history.events() {
        if let (Kind::Ok, "generate", Value::Json(id)) = (event.kind, event.f, &event.value) {
            frequencies.entry(JsonKey::from(id)).or_insert((id, 0)).1 += 1;
        }
    }
    let mut ids = frequencies.values().map(|(id, _)| (*id).clone());
    let range = ids.next().map(|least| (least.clone(), ids.next_back().unwrap_or(least)));
    let repeated = frequencies.values().filter(|(_, count)| *count > 1);
    let duplicated: Vec<_> = repeated.map(|(id, count)| ((*id).clone(), *count)).collect();
    UniqueIdsResults {
        verdict: Verdict::from_bool(duplicated.is_empty()),
        attempted: history.operations().len(),
        acknowledged: frequencies.values().map(|(_, count)| count).sum(),
        duplicated,
        range,
    }
}

impl WorkloadResults for UniqueIdsResults {
    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn findings(&self) -> Vec<Finding> {
        (!self.duplicated.is_empty()).then_some(Finding("duplicated-ids")).into_iter().collect()
    }

    fn to_edn(&self) -> Edn {
        let mut listed: Vec<_> = self.duplicated.iter().enumerate().collect();
        listed.sort_by_key(|(place, (_, count))| Reverse((*count, *place)));
        listed.truncate(MAX_DUPLICATES);
        listed.sort_by_key(|(place, _)| *place);
        let listed = listed.into_iter().map(|(_, (id, count))| (Edn::from(id), Edn::from(*count)));
        let range = match &self.range {
            Some((least, greatest)) => vec![Edn::from(least), Edn::from(greatest)],
            None => vec![Edn::Nil, Edn::Nil],
        };
        Edn::map([
            ("valid?", Edn::from(self.verdict)),
            ("attempted-count", Edn::from(self.attempted)),
            ("acknowledged-count", Edn::from(self.acknowledged)),
            ("duplicated-count", Edn::from(self.duplicated.len())),
            ("duplicated", Edn::Map(listed.collect())),
            ("range", Edn::Vector(range)),
        ])
    }

    fn success(&self, _stats: &StatsResults) -> String {
        format!("{} ids, and no two of them equal", self.acknowledged)
    }

    fn failure(&self) -> Option<String> {
        let duplicated = self.duplicated.len();
        let were = if duplicated == 1 { "was" } else { "were" };
        let ids = counted(duplicated, "id");
        (duplicated > 0).then(|| format!("{ids} {were} given out more than once"))
    }

    fn tiles(&self) -> Vec<Tile> {
        let words = format!("{} duplicated", self.duplicated.len());
        vec![Tile { label: "Ids", number: self.acknowledged.to_string(), words }]
    }

    fn rows(&self, _stats: &StatsResults) -> Vec<(&'static str, String)> {
        let (attempted, acknowledged) = (self.attempted, self.acknowledged);
        let duplicated = match self.duplicated.len() {
            0 => "no two equal".to_owned(),
            count => format!("{} given out more than once", counted(count, "id")),
        };
        let mut rows =
            vec![("Ids", format!("{acknowledged} of {attempted} asked for, {duplicated}"))];
        if !self.duplicated.is_empty() {
            let times = self.duplicated.iter();
            let times =
                times.map(|(id, count)| format!("{} ({})", cut(id, ID), counted(*count, "time")));
            rows.push(("", listed(times)));
        }
        if let Some((least, greatest)) = &self.range {
            rows.push(("", format!("from {} to {}", cut(least, ID), cut(greatest, ID))));
        }
        rows
    }

    fn explain(
        &self,
        nodes: &NodeNames,
        history: &History,
        _journal: &mut dyn BufRead,
    ) -> io::Result<Explanation> {
        let duplicates: Vec<DuplicatedId> = explain(nodes, history, &self.duplicated);
        Ok(Explanation::new(duplicates, [("duplicated id", self.duplicated.len())]))
    }
}
