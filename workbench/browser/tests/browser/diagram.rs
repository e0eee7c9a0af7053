//! The space-time diagram in the store, `messages.svg`.

use browser_tests::{Browser, Result, View};

use crate::runs::{INVALID, VALID};

crate::tests![a_diagram_opens_as_a_page_of_its_own];

async fn a_diagram_opens_as_a_page_of_its_own(browser: &Browser) -> Result<()> {
    for run in [VALID, INVALID] {
        for view in [View::DESK, View::DESK.dark()] {
            let mut page = browser.page(view).await?;
            page.open_file(&run.folder()?.join("messages.svg"), "").await?;
            assert_eq!(page.evaluate::<String>("document.documentElement.localName").await?, "svg");
            assert!(page.problems().await?.is_empty());
            let smallest = "Math.min(...[...document.querySelectorAll('text')].map((text) => \
                            parseFloat(getComputedStyle(text).fontSize)))";
            assert!(page.evaluate::<f64>(smallest).await? >= 12.0);
            let name = format!("diagram-{}{}", run.name, if view.dark { "-dark" } else { "" });
            page.screenshot(&name).await?;
            page.close().await?;
        }
    }
    Ok(())
}
