//! The index of a store, and the report of a sweep.

use std::path::PathBuf;

use browser_tests::{Browser, Result, View};

use crate::looks::Looks;
use crate::runs::{INVALID, SWEEP};

crate::tests![
    the_index_and_a_sweep_look_right_in_every_view,
    the_index_can_be_filtered,
    a_report_and_the_index_lead_to_each_other,
    a_command_of_a_sweep_can_be_copied,
    tab_leads_through_the_index,
];

/// The index of a store with a sweep and a run in it.
fn index() -> Result<PathBuf> {
    Ok(SWEEP.folder()?.join("../../index.html"))
}

fn sweep() -> Result<PathBuf> {
    SWEEP.report()
}

async fn the_index_and_a_sweep_look_right_in_every_view(browser: &Browser) -> Result<()> {
    let mut looks = Looks::new(browser, &[View::PHONE, View::TABLET, View::DESK], "");
    for (name, file) in [("index", index()?), ("sweep", sweep()?)] {
        looks.look(name, async |page| page.open_file(&file, "").await).await?;
    }
    looks.assert_right();
    Ok(())
}

async fn the_index_can_be_filtered(browser: &Browser) -> Result<()> {
    let page = browser.page(View::DESK).await?;
    page.open_file(&index()?, "").await?;
    let shown =
        "[...document.querySelectorAll('.runs tbody tr')].filter((row) => !row.hidden).length";
    let all: usize = page.evaluate(shown).await?;
    let set = |name: &str, value: &str| {
        format!(
            "(() => {{ const field = document.querySelector('#filter [name={name}]'); \
             field.value = '{value}'; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }})) }})()"
        )
    };
    page.run(&set("text", "sweep: seeds")).await?;
    assert_eq!(page.evaluate::<usize>(shown).await?, 1, "of {all}");
    page.run(&set("verdict", "valid")).await?;
    assert_eq!(page.evaluate::<usize>(shown).await?, 0);
    page.click("#filter button").await?;
    page.wait_for(&format!("{shown} === {all}")).await?;
    page.close().await
}

/// Whichever path a report was opened by.
async fn a_report_and_the_index_lead_to_each_other(browser: &Browser) -> Result<()> {
    let run = INVALID.folder()?;
    let real = run.canonicalize()?;
    let by_workload = run.join("../broadcast/latest");
    for folder in [run, real, by_workload, SWEEP.folder()?] {
        let mut page = browser.page(View::DESK).await?;
        // Not `open_file`, which follows links first.
        page.open(&format!("file://{}/report.html", folder.display())).await?;
        // A click would leave the page while it is being asked.
        let index = "document.querySelector('#all-runs:not([hidden]) a').href";
        page.open(&page.evaluate::<String>(index).await?).await?;
        assert_eq!(page.evaluate::<String>("document.title").await?, "All runs");
        let report = "document.querySelector('.runs a').href";
        page.open(&page.evaluate::<String>(report).await?).await?;
        let title: String = page.evaluate("document.title").await?;
        assert!(title.contains("broadcast"), "{title}");
        assert_eq!(page.problems().await?, [""; 0], "{}", folder.display());
        page.close().await?;
    }
    Ok(())
}

async fn a_command_of_a_sweep_can_be_copied(browser: &Browser) -> Result<()> {
    let page = browser.page(View::DESK).await?;
    page.open_file(&sweep()?, "").await?;
    page.click(".failing .command button").await?;
    page.wait_for("document.querySelector('.failing .command span').textContent !== ''").await?;
    page.close().await
}

async fn tab_leads_through_the_index(browser: &Browser) -> Result<()> {
    let page = browser.page(View::DESK).await?;
    page.open_file(&index()?, "").await?;
    let found = page.focus_problems().await?;
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    page.close().await
}
