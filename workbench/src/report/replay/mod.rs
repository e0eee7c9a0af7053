//! The replay player: a run as a moving picture, on any web page, without a network.
//!
//! A page needs [`STYLE`] and [`SCRIPT`] once, and a [`Replay`] for every player on it. The script is
//! plain JavaScript, in the files that [`SCRIPT`] names in the order in which they build on each
//! other; what it plays is a [`trace`](trace()).

use std::fmt::Write;

use crate::time::Time;

mod body;
pub mod trace;

pub use trace::trace;

/// The player's script, which defines the element `run-replay`.
pub const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\nif (customElements.get(\"run-replay\")) return;\n",
    include_str!("player/trace.js"),
    include_str!("player/schedule.js"),
    include_str!("player/state.js"),
    include_str!("player/clock.js"),
    include_str!("player/words.js"),
    include_str!("player/canvas.js"),
    include_str!("player/ring.js"),
    include_str!("player/values.js"),
    include_str!("player/strip.js"),
    include_str!("player/controls.js"),
    include_str!("player/element.js"),
    "})();\n"
);

/// The player's style sheet.
pub const STYLE: &str = include_str!("player/replay.css");

/// A player on a page.
#[derive(Debug, Clone, Copy)]
pub struct Replay<'a> {
    /// What it plays: a [`trace`](trace()).
    pub trace: &'a str,
    /// What is to be seen, in words.
    pub label: &'a str,
    /// The moment that it shows at first; the trace's first one if there is none.
    pub at: Option<Time>,
    /// The name of its clock. Players of a page with the same clock play together.
    pub clock: Option<&'a str>,
    /// What is said of certain moments, in the order of time.
    pub captions: &'a [Caption],
}

/// What is said of a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// The moment.
    pub at: Time,
    /// What happens then.
    pub text: String,
}

impl Replay<'_> {
    /// The player as HTML, in one line, which begins with a tag that Markdown leaves alone. Label
    /// and captions can be read where no script runs, and in print.
    ///
    /// Nothing in the trace can end the script element that holds it, or begin another.
    pub fn html(&self) -> String {
        let label = escaped(self.label);
        let mut html = format!(r#"<figure class="replay"><run-replay label="{label}""#);
        if let Some(at) = self.at {
            put(&mut html, format_args!(r#" at="{}""#, at.seconds()));
        }
        if let Some(clock) = self.clock {
            put(&mut html, format_args!(r#" clock="{}""#, escaped(clock)));
        }
        // JSON has a `<` in strings alone, and there it may be written like this, too.
        let trace = self.trace.trim().replace('<', "\\u003c");
        put(&mut html, format_args!(r#"><script type="application/json">{trace}</script>"#));
        if !self.captions.is_empty() {
            html.push_str("<ol>");
            for Caption { at, text } in self.captions {
                let (seconds, text) = (at.seconds(), escaped(text));
                put(&mut html, format_args!(r#"<li data-at="{seconds}"><b>{at}</b> {text}</li>"#));
            }
            html.push_str("</ol>");
        }
        put(&mut html, format_args!("</run-replay><figcaption>{label}</figcaption></figure>"));
        html
    }
}

/// A string takes whatever is written to it.
fn put(html: &mut String, text: std::fmt::Arguments) {
    let _ = html.write_fmt(text);
}

/// Text for a place in HTML, in one line.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(trace: &str, label: &str, text: &str) -> String {
        let captions = [Caption { at: Time::from_millis(4_060), text: text.into() }];
        let at = Some(Time::from_millis(4_060));
        Replay { trace, label, at, clock: Some("a\"b"), captions: &captions }.html()
    }

    #[test]
    fn a_player_is_one_line_with_its_trace_and_captions() {
        assert_eq!(
            html("{}", "3c", "n0 tells n3"),
            "<figure class=\"replay\"><run-replay label=\"3c\" at=\"4.06\" clock=\"a&quot;b\">\
             <script type=\"application/json\">{}</script>\
             <ol><li data-at=\"4.06\"><b>4.060 s</b> n0 tells n3</li></ol>\
             </run-replay><figcaption>3c</figcaption></figure>"
        );
    }

    #[test]
    fn nothing_gets_out_of_its_place() {
        let evil = "</script><!--<img src=x onerror='alert(1)'>\"\n\n&";
        let trace = serde_json::to_string(&[evil]).unwrap();
        let html = html(&trace, evil, evil);
        assert_eq!(html.matches("</script>").count(), 1);
        assert_eq!(html.matches("<img").count() + html.matches("<!--").count(), 0);
        assert_eq!(html.lines().count(), 1);
        let (_, rest) = html.split_once("json\">").unwrap();
        let (inside, _) = rest.split_once("</script>").unwrap();
        assert_eq!(serde_json::from_str::<[String; 1]>(inside).unwrap(), [evil]);
    }

    #[test]
    fn the_script_can_stand_in_a_page() {
        assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("<!--"));
        assert!(!STYLE.contains("</style"));
    }
}
