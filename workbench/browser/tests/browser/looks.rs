//! How pages look: checked in every view, and kept as pictures for people.

use browser_tests::{Browser, Page, Result, View};

/// Looks at pages, by day and in the dark, and collects what is wrong with them: errors, requests to
/// other addresses, what is too wide, and text that is too faint.
pub struct Looks<'a> {
    browser: &'a Browser,
    views: &'a [View],
    own: &'a str,
    wrong: Vec<String>,
}

impl Looks<'_> {
    /// Begins. A page may request addresses that start with `own`, if that is not empty.
    pub fn new<'a>(browser: &'a Browser, views: &'a [View], own: &'a str) -> Looks<'a> {
        Looks { browser, views, own, wrong: vec![] }
    }

    /// Looks at a page, which `open` opens. Its pictures are called `NAME-WIDTH-SCHEME.png`.
    pub async fn look(
        &mut self,
        name: &str,
        open: impl AsyncFn(&Page) -> Result<()>,
    ) -> Result<()> {
        for view in self.views.iter().flat_map(|view| [*view, view.dark()]) {
            let scheme = if view.dark { "dark" } else { "light" };
            let name = format!("{name}-{}-{scheme}", view.width);
            let mut page = self.browser.page(view).await?;
            open(&page).await?;
            page.screenshot_of_all(&name).await?;
            let mut requests = page.requests().await?;
            requests.retain(|address| self.own.is_empty() || !address.starts_with(self.own));
            let problems = page.problems().await?;
            let found = [problems, requests, page.overflows().await?, page.low_contrasts().await?];
            self.wrong.extend(found.concat().iter().map(|line| format!("{name}: {line}")));
            page.close().await?;
        }
        Ok(())
    }

    /// Fails if anything was wrong.
    pub fn assert_right(self) {
        assert!(self.wrong.is_empty(), "\n{}", self.wrong.join("\n"));
    }
}
