//! The plots of a simulated seed, the same to the byte every time.

use std::time::Duration;

use broadcast_3b::{Request, Response, Server};
use common::{Handler, Node, Result};
use workbench::cluster::tasks::Program;
use workbench::report::operations::operations;
use workbench::report::plots::{Plot, plots};
use workbench::report::traffic::Traffic;
use workbench::simulation::{JudgedRun, judge_run};

/// A read takes it 5 ms.
struct SlowReads(Server);

impl Handler for SlowReads {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        SlowReads(Server::init(node))
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        if let Request::Read = request {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.0.handle(request).await
    }
}

fn simulated<H: Handler>(flags: &str) -> JudgedRun {
    let flags = format!("-w broadcast {flags}");
    judge_run(Program::of::<H>(), &flags.parse().unwrap(), 2).unwrap()
}

fn drawn(run: &JudgedRun) -> Vec<Plot> {
    let operations = operations(&run.recording.history, &run.info.nodes);
    let traffic = Traffic::read(&run.info, run.journal.as_bytes()).unwrap();
    plots(&run.info, &operations, &traffic).unwrap()
}

#[test]
fn plots_of_a_run_that_loses_values() {
    let flags = "--time-limit 10 --rate 5 --nemesis partition --nemesis-interval 3 --latency 50";
    let plots = drawn(&simulated::<SlowReads>(flags));
    assert_eq!(plots, drawn(&simulated::<SlowReads>(flags)), "the same seed, the same pictures");
    for plot in plots {
        insta::assert_snapshot!(plot.file, plot.svg);
    }
}

#[test]
fn many_marks_are_thinned_out_and_the_plot_says_so() {
    let plots = drawn(&simulated::<SlowReads>(
        "--time-limit 30 --rate 300 --latency 5 --latency-dist uniform",
    ));
    for plot in &plots {
        assert!(plot.svg.len() < 200_000, "{}: {} bytes", plot.file, plot.svg.len());
    }
    let says = |plot: &Plot, words: &str| plot.svg.contains(words) && plot.svg.contains(" marks");
    assert!(says(&plots[0], " values in ") && says(&plots[1], " operations in "));
}

#[test]
fn without_latency_the_latency_plots_are_left_out() {
    let plots = drawn(&simulated::<Server>("--time-limit 3"));
    let files: Vec<&str> = plots.iter().map(|plot| plot.file).collect();
    assert_eq!(files, ["spread.svg", "messages-per-second.svg"]);
}

#[test]
fn the_time_axis_ends_with_the_run_and_titles_do_not_overlap_numbers() {
    let run = simulated::<Server>("--time-limit 3 --rate 300 --latency 5");
    let end = run.info.end.seconds();
    assert!((13.0..13.5).contains(&end), "{end}");
    let plots = drawn(&run);
    assert!(plots.iter().all(|plot| !plot.svg.contains("\n14\n")), "beyond the end of the run");
    // The title of an axis is upright at its left, and its numbers end at its ticks.
    let svg = &plots.iter().find(|plot| plot.file == "messages-per-second.svg").unwrap().svg;
    let x = |tag: &str| -> f64 {
        let (_, rest) = tag.split_once(" x=\"").unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let labels = || svg.split("<text").filter(|tag| tag.contains("text-anchor=\"end\""));
    let title = svg.split("<text").find(|tag| tag.contains("rotate")).unwrap();
    let widest = labels().map(|tag| {
        let words = tag.split_once('>').unwrap().1.trim();
        let words = words.split('<').next().unwrap().trim();
        x(tag) - 7.0 * words.chars().count() as f64
    });
    let left = widest.fold(f64::INFINITY, f64::min);
    assert!(labels().count() > 3 && left > x(title) + 12.0, "{left} and {}", x(title));
}

#[test]
fn propagation_read_from_the_journal_equals_that_of_the_run() {
    let run =
        simulated::<Server>("--time-limit 10 --rate 5 --nemesis partition --loss 0.1 --latency 20");
    let traffic = Traffic::read(&run.info, run.journal.as_bytes()).unwrap();
    let (read, live) = (&traffic.propagation, &run.recording.propagation);
    assert!(live.values() > 10);
    assert_eq!(read.values(), live.values());
    for value in 0..live.values() {
        assert_eq!(read.complete(value), live.complete(value), "value {value}");
        assert_eq!(read.started(value), live.started(value), "value {value}");
    }
    assert_eq!(traffic.sent.total, run.recording.traffic.all.sent);
}
