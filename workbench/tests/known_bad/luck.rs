//! What luck has a part in, seed by seed: whether Maelstrom's check sees what a node lacks hangs on
//! which node is read last.

use workbench::checker::Finding::{Incomplete, Lost};
use workbench::checker::Verdict::{Invalid, Valid};
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::simulation::judge_run;

use crate::known_bad::broadcast::{NeverDeliversToOneNode, Server};

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
            (Invalid, vec![Lost, Incomplete])
        } else {
            hidden += 1;
            (Valid, vec![Incomplete])
        };
        let results = judged.results;
        assert_eq!((results.verdict, results.findings()), expected, "seed {seed}");
        let lacking: Vec<&str> = results.incomplete.iter().map(|(node, _)| node.as_str()).collect();
        assert_eq!(lacking, ["n4"], "seed {seed}");
    }
    assert!((26..=38).contains(&hidden), "four of five read last have it all: {hidden} of 40");
}
