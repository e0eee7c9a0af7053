//! Stands in for `workbench::report::replay` until that is there.

use workbench::time::Time;

pub const SCRIPT: &str = "";
pub const STYLE: &str = "";

pub struct Replay<'a> {
    pub trace: &'a str,
    pub label: &'a str,
    pub at: Option<Time>,
    pub clock: Option<&'a str>,
    pub captions: &'a [Caption],
}

pub struct Caption {
    pub at: Time,
    pub text: String,
}

impl Replay<'_> {
    pub fn html(&self) -> String {
        let Replay { trace, label, at, clock, captions } = self;
        let captions: String = captions
            .iter()
            .map(|Caption { at, text }| {
                format!("<li data-at=\"{}\">{}</li>", at.seconds(), crate::html::text(text))
            })
            .collect();
        format!(
            "<figure class=\"replay\"><run-replay label=\"{}\" at=\"{}\" clock=\"{}\">\
             <script type=\"application/json\">{}</script><ol>{captions}</ol></run-replay></figure>",
            crate::html::attribute(label),
            at.unwrap_or(Time::ZERO).seconds(),
            crate::html::attribute(clock.unwrap_or_default()),
            trace.replace('<', "\\u003c"),
        )
    }
}
