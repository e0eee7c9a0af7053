//! Checks of what a page shows. Each returns its findings, a line each, for people.

use crate::{Page, Result};

/// How often Tab is pressed at most.
const STOPS: usize = 150;

impl Page {
    /// What is wider than the page, so that the whole page has to be scrolled sideways. What scrolls
    /// within an element of its own may be as wide as it likes.
    pub async fn overflows(&self) -> Result<Vec<String>> {
        self.evaluate(include_str!("checks/overflow.js")).await
    }

    /// Visible text without enough contrast to what is behind it, by WCAG 2.2, level AA: 4.5 to 1,
    /// or 3 to 1 if it is large.
    pub async fn low_contrasts(&self) -> Result<Vec<String>> {
        self.evaluate(include_str!("checks/contrast.js")).await
    }

    /// What is wrong with the way that Tab leads through the page: against the order of the
    /// document, to what cannot be seen, or without a sign of where one is.
    pub async fn focus_problems(&self) -> Result<Vec<String>> {
        self.run(include_str!("checks/focus.js")).await?;
        for _ in 0..STOPS {
            self.press("Tab").await?;
            if !self.evaluate::<bool>("window.focusCheck.look()").await? {
                break;
            }
        }
        self.evaluate("window.focusCheck.found").await
    }
}
