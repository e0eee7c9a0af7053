//! Whether Maelstrom's check sees what a node lacks depends on which node is read last, and so on the
//! seed.

use workbench::checker::Verdict::{Invalid, Valid};
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::simulation::judge_run;

use crate::known_bad::broadcast::{NeverDeliversToOneNode, Server};
use crate::known_bad::table::{INCOMPLETE, LOST};

/// One node has its own values alone. Every value is stable if the read that began last contains
/// it, whatever the other reads say: only where the deprived node is the last to be read is
/// anything lost.
#[test]
fn the_read_that_began_last_decides() {
    let flags = "-w broadcast --node-count 5 --time-limit 20 --rate 10";
    let options: Options = flags.parse().expect("flags");
    let mut hidden = 0;
    for seed in 0..40 {
        let program = Program::of::<Server<NeverDeliversToOneNode>>();
        let judged = judge_run(program, &options, seed).expect("a verdict");
        let last = judged.recording.history.operations().last().expect("operations").node;
        let expected = if last == NeverDeliversToOneNode::DEPRIVED {
            (Invalid, vec![LOST, INCOMPLETE])
        } else {
            hidden += 1;
            (Valid, vec![INCOMPLETE])
        };
        let results = judged.results;
        assert_eq!((results.verdict, results.findings()), expected, "seed {seed}");
        let values = results.workload.values().expect("values");
        let lacking: Vec<&str> = values.incomplete.iter().map(|(node, _)| node.as_str()).collect();
        assert_eq!(lacking, ["n4"], "seed {seed}");
    }
    assert!((26..=38).contains(&hidden), "four of five read last have it all: {hidden} of 40");
}
