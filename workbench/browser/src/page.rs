//! A page in the browser: its view, input to it, and the errors and requests that come from it.

use std::cell::Cell;
use std::path::Path;

use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams,
};
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType as KeyType,
};
use chromiumoxide::cdp::browser_protocol::log::{EventEntryAdded, LogEntryLevel};
use chromiumoxide::cdp::browser_protocol::network::{EnableParams, EventRequestWillBeSent};
use chromiumoxide::cdp::js_protocol::runtime::{
    ConsoleApiCalledType, EventConsoleApiCalled, EventExceptionThrown,
};
use chromiumoxide::keys::get_key_definition;
use chromiumoxide::listeners::EventStream;
use chromiumoxide::page::ScreenshotParams;
use futures_util::{FutureExt, StreamExt};
use serde_json::Value as Json;

use crate::{Result, built};

/// How a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// The width of the window, in CSS pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Whether dark colours are preferred.
    pub dark: bool,
    /// Whether less motion is preferred.
    pub reduced_motion: bool,
}

impl View {
    /// A phone: 390 wide, light.
    pub const PHONE: View = View { width: 390, height: 844, dark: false, reduced_motion: false };
    /// A tablet: 820 wide, light.
    pub const TABLET: View = View { width: 820, height: 1180, ..View::PHONE };
    /// A desk: 1400 wide, light.
    pub const DESK: View = View { width: 1400, height: 900, ..View::PHONE };

    /// The same in the dark.
    pub const fn dark(self) -> View {
        View { dark: true, ..self }
    }

    /// The same for someone who prefers less motion.
    pub const fn reduced_motion(self) -> View {
        View { reduced_motion: true, ..self }
    }
}

/// A page. Its errors and requests are collected from the beginning.
pub struct Page {
    page: chromiumoxide::Page,
    view: Cell<View>,
    exceptions: EventStream<EventExceptionThrown>,
    calls: EventStream<EventConsoleApiCalled>,
    entries: EventStream<EventEntryAdded>,
    requests: EventStream<EventRequestWillBeSent>,
}

impl Page {
    pub(crate) async fn new(page: chromiumoxide::Page, view: View) -> Result<Page> {
        page.enable_log().await?;
        page.enable_runtime().await?;
        page.execute(EnableParams::default()).await?;
        let page = Page {
            exceptions: page.event_listener().await?,
            calls: page.event_listener().await?,
            entries: page.event_listener().await?,
            requests: page.event_listener().await?,
            page,
            view: Cell::new(view),
        };
        page.look(view).await?;
        Ok(page)
    }

    /// Changes the view of the page.
    pub async fn look(&self, view: View) -> Result<()> {
        self.view.set(view);
        let (width, height) = (i64::from(view.width), i64::from(view.height));
        // As on a phone, where a page that is too wide shows as one that can be scrolled.
        let metrics = SetDeviceMetricsOverrideParams::new(width, height, 1.0, false);
        self.page.execute(metrics).await?;
        let scheme = if view.dark { "dark" } else { "light" };
        let motion = if view.reduced_motion { "reduce" } else { "no-preference" };
        let features = vec![
            MediaFeature::new("prefers-color-scheme", scheme),
            MediaFeature::new("prefers-reduced-motion", motion),
        ];
        self.page.emulate_media_features(features).await?;
        Ok(())
    }

    /// Opens a file, with a `#fragment` if there is one, and waits until it is loaded.
    pub async fn open_file(&self, file: &Path, fragment: &str) -> Result<()> {
        let file = file.canonicalize()?;
        self.open(&format!("file://{}{fragment}", file.display())).await
    }

    /// Opens an address, and waits until it is loaded.
    pub async fn open(&self, address: &str) -> Result<()> {
        self.page.goto(address).await?;
        Ok(())
    }

    /// The result of a piece of JavaScript; of a promise, what it resolves to.
    ///
    /// Fails if it throws, or if the result is not a `T`.
    pub async fn evaluate<T: serde::de::DeserializeOwned>(&self, script: &str) -> Result<T> {
        let result = self.page.evaluate(script).await?;
        // Nothing is as good as null.
        Ok(serde_json::from_value(result.value().cloned().unwrap_or(Json::Null))?)
    }

    /// Runs a piece of JavaScript, and waits for it if it is a promise. What it gives does not matter.
    ///
    /// Fails if it throws.
    pub async fn run(&self, script: &str) -> Result<()> {
        self.evaluate::<Json>(script).await.map(drop)
    }

    /// Waits until a piece of JavaScript is true, for ten seconds.
    ///
    /// Fails if it is not by then.
    pub async fn wait_for(&self, condition: &str) -> Result<()> {
        let script = format!(
            "new Promise((resolve) => {{
                const end = performance.now() + 10_000;
                const look = () => {{
                    if ({condition}) resolve(true);
                    else if (performance.now() > end) resolve(false);
                    else setTimeout(look, 20);
                }};
                look();
            }})"
        );
        match self.evaluate(&script).await? {
            true => Ok(()),
            false => Err(format!("ten seconds, and still not: {condition}").into()),
        }
    }

    /// Clicks the first element that `selector` finds, where it is on the screen.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let element = self.page.find_element(selector).await?;
        // A page may scroll smoothly, and then the element would not yet be where it is clicked.
        let scroll = "function() { this.scrollIntoView({ block: 'center', behavior: 'instant' }) }";
        element.call_js_fn(scroll, false).await?;
        element.click().await?;
        Ok(())
    }

    /// Presses and releases a key, named as in a `KeyboardEvent`: `Tab`, `ArrowRight`, `l`, ` `.
    pub async fn press(&self, key: &str) -> Result<()> {
        let known = get_key_definition(key).ok_or_else(|| format!("there is no key `{key}`"))?;
        // Only a key that writes something has a text.
        let text = known.text.or((known.key.len() == 1).then_some(known.key));
        let mut event = DispatchKeyEventParams::builder()
            .key(known.key)
            .code(known.code)
            .windows_virtual_key_code(known.key_code);
        if let Some(text) = text {
            event = event.text(text);
        }
        let down = if text.is_some() { KeyType::KeyDown } else { KeyType::RawKeyDown };
        for kind in [down, KeyType::KeyUp] {
            self.page.execute(event.clone().r#type(kind).build()?).await?;
        }
        Ok(())
    }

    /// The errors since the last call: exceptions, errors on the console, and what the browser itself
    /// reports, such as a missing file.
    pub async fn problems(&mut self) -> Result<Vec<String>> {
        self.catch_up().await?;
        let mut problems = vec![];
        while let Some(Some(event)) = self.exceptions.next().now_or_never() {
            let details = &event.exception_details;
            let thrown = details.exception.as_ref().and_then(|thrown| thrown.description.clone());
            problems.push(thrown.unwrap_or_else(|| details.text.clone()));
        }
        while let Some(Some(event)) = self.calls.next().now_or_never() {
            if matches!(event.r#type, ConsoleApiCalledType::Error | ConsoleApiCalledType::Assert) {
                let words = event.args.iter().filter_map(|argument| argument.value.as_ref());
                problems.push(words.map(Json::to_string).collect::<Vec<_>>().join(" "));
            }
        }
        while let Some(Some(event)) = self.entries.next().now_or_never() {
            if event.entry.level == LogEntryLevel::Error {
                problems.push(event.entry.text.clone());
            }
        }
        Ok(problems)
    }

    /// The requests of the page since the last call, except for itself and for what it contains.
    pub async fn requests(&mut self) -> Result<Vec<String>> {
        self.catch_up().await?;
        let mut requests = vec![];
        while let Some(Some(event)) = self.requests.next().now_or_never() {
            let (of, url) = (&event.document_url, &event.request.url);
            if url != of && !url.starts_with("data:") && !url.starts_with("blob:") {
                requests.push(url.clone());
            }
        }
        Ok(requests)
    }

    /// Events that precede a reply have been received by then.
    async fn catch_up(&self) -> Result<()> {
        self.run("0").await
    }

    /// Takes a picture of what is on the screen, for people: `target/screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        self.picture(name, false).await
    }

    /// Takes a picture of the whole page.
    pub async fn screenshot_of_all(&self, name: &str) -> Result<()> {
        self.picture(name, true).await?;
        // The window has been as large as the page, and would now have a size of its own.
        self.look(self.view.get()).await
    }

    async fn picture(&self, name: &str, all: bool) -> Result<()> {
        let folder = built()?.with_file_name("screenshots");
        std::fs::create_dir_all(&folder)?;
        let params = ScreenshotParams::builder().full_page(all).build();
        self.page.save_screenshot(params, folder.join(format!("{name}.png"))).await?;
        Ok(())
    }

    /// Closes the page.
    pub async fn close(self) -> Result<()> {
        Ok(self.page.close().await?)
    }
}
