//! What the page of a run says first of its values, from `results.json`.

use serde_json::Value as Json;

use crate::text::counted::counted;
use crate::workload::{Tile, number};

/// What went well, of a valid run.
pub fn success(results: &Json) -> String {
    match number(results, "/workload/stable-count") {
        1 => "The one value was there in the end".to_owned(),
        values => format!("All {values} values were there in the end"),
    }
}

/// How many values were lost, if any.
pub fn failure(results: &Json) -> Option<String> {
    let lost = number(results, "/workload/lost-count");
    let values = counted(number(results, "/workload/attempt-count"), "value");
    let were = if lost == 1 { "was" } else { "were" };
    (lost > 0).then(|| format!("{lost} of {values} {were} lost"))
}

/// How many values there were, and how long they took to be stable.
pub fn tiles(results: &Json) -> Vec<Tile> {
    let count = |name: &str| number(results, &format!("/workload/{name}-count"));
    let [stable, stale, lost] = ["stable", "stale", "lost"].map(count);
    let words = format!("{stable} stable ({stale} of them stale), {lost} lost");
    let mut tiles = vec![Tile { label: "Values", number: count("attempt").to_string(), words }];
    let latency =
        |point: &str| results.pointer(&format!("/workload/stable-latencies/{point}"))?.as_u64();
    if let (Some(median), Some(worst)) = (latency("0.5"), latency("1")) {
        let words = format!("the worst after {worst}\u{a0}ms");
        tiles.push(Tile { label: "Stable latency, p50", number: format!("{median} ms"), words });
    }
    tiles
}
