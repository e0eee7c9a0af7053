//! The report of a run, `report.html`: what a reader must be able to see and do.

use std::fs;
use std::time::Duration;
use tokio::time::Instant;

use browser_tests::{Browser, Page, Result, View};

use crate::looks::Looks;
use crate::runs::{INVALID, LARGE, Run, VALID};

crate::tests![
    the_report_looks_right_in_every_view,
    the_verdict_is_on_the_first_screen,
    a_lost_value_is_one_click_from_the_verdict,
    tab_leads_through_the_report,
    plots_and_legends_fit_a_phone,
    the_filters_of_the_history_are_aligned,
    the_history_can_be_filtered,
    a_large_run_stays_usable,
    a_whole_run_of_3c_is_a_small_file,
];

async fn open(browser: &Browser, run: &Run, view: View) -> Result<Page> {
    let page = browser.page(view).await?;
    page.open_file(&run.report()?, "").await?;
    Ok(page)
}

async fn the_report_looks_right_in_every_view(browser: &Browser) -> Result<()> {
    let mut looks = Looks::new(browser, &[View::PHONE, View::TABLET, View::DESK], "");
    for run in [VALID, INVALID] {
        let file = run.report()?;
        let name = format!("report-{}", run.name);
        looks.look(&name, async |page| page.open_file(&file, "").await).await?;
    }
    looks.assert_right();
    Ok(())
}

async fn the_verdict_is_on_the_first_screen(browser: &Browser) -> Result<()> {
    for (run, verdict) in [(VALID, "Valid"), (INVALID, "Invalid")] {
        for view in [View::PHONE, View::DESK] {
            let page = open(browser, &run, view).await?;
            let script = "(() => { const { innerText } = document.querySelector('h1'); \
                          const { top, bottom } = document.querySelector('h1').getBoundingClientRect(); \
                          return [innerText, top >= 0 && bottom <= innerHeight] })()";
            let (words, is_seen): (String, bool) = page.evaluate(script).await?;
            assert!(words.contains(verdict), "{words}");
            assert!(is_seen, "the verdict is not on the first screen at {}", view.width);
            let all: String = page.evaluate("document.querySelector('#verdict').innerText").await?;
            assert!(all.contains("seed"), "{all}");
            page.close().await?;
        }
    }
    Ok(())
}

async fn a_lost_value_is_one_click_from_the_verdict(browser: &Browser) -> Result<()> {
    let page = open(browser, &INVALID, View::DESK).await?;
    page.wait_for("document.querySelector('run-replay .replay-play')").await?;
    let link = "document.querySelector('#verdict a.watch')";
    let (at, value): (String, String) =
        page.evaluate(&format!("[{link}.dataset.at, {link}.dataset.value]")).await?;
    let player = "document.querySelector('run-replay')";
    // The player begins at that moment anyway.
    page.run(&format!("{player}.time = 5")).await?;
    page.click("#verdict a.watch").await?;
    let time: f64 = page.evaluate(&format!("{player}.time")).await?;
    assert!((time - at.parse::<f64>()?).abs() < 0.001, "{time}, and not {at}");
    let followed: String = page.evaluate("document.querySelector('.replay-follow').value").await?;
    assert_eq!(followed, value);
    page.wait_for(&format!(
        "{player}.getBoundingClientRect().top < innerHeight && \
         {player}.getBoundingClientRect().bottom > 0"
    ))
    .await?;
    page.close().await
}

async fn tab_leads_through_the_report(browser: &Browser) -> Result<()> {
    let page = open(browser, &INVALID, View::DESK).await?;
    let found = page.focus_problems().await?;
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    page.close().await
}

/// The right edge of what `selector` finds, in pixels, and how many elements it finds.
async fn right_edge(page: &Page, selector: &str) -> Result<(f64, usize)> {
    let script = format!(
        "(() => {{ const found = [...document.querySelectorAll({selector:?})]; \
         const edges = found.map((element) => element.getBoundingClientRect().right); \
         return [Math.max(...edges), found.length] }})()"
    );
    page.evaluate(&script).await
}

async fn plots_and_legends_fit_a_phone(browser: &Browser) -> Result<()> {
    for run in [VALID, INVALID] {
        let page = open(browser, &run, View::PHONE).await?;
        for (selector, least) in [(".plots text", 20), ("svg.space-time > text.legend", 3)] {
            let (edge, count) = right_edge(&page, selector).await?;
            assert!(count >= least, "{selector}: only {count}");
            let width = f64::from(View::PHONE.width);
            assert!(edge <= width, "{}: {selector} ends at {edge}", run.name);
        }
        page.close().await?;
    }
    Ok(())
}

async fn the_filters_of_the_history_are_aligned(browser: &Browser) -> Result<()> {
    let page = open(browser, &VALID, View::DESK).await?;
    let script = "[...document.querySelectorAll('#filter :is(label, select, input)')] \
                  .map((element) => [element.localName, element.getBoundingClientRect().top])";
    let mut tops: Vec<(String, f64)> = page.evaluate(script).await?;
    for (name, _) in &mut tops {
        *name = if name == "label" { "label" } else { "field" }.to_owned();
    }
    tops.sort_by(|one, other| one.partial_cmp(other).expect("numbers"));
    tops.dedup();
    assert_eq!(tops.len(), 2, "one line of labels, and one of fields: {tops:?}");
    page.close().await
}

async fn the_history_can_be_filtered(browser: &Browser) -> Result<()> {
    let page = open(browser, &INVALID, View::DESK).await?;
    let count = "document.querySelector('#count').textContent";
    let all: String = page.evaluate(count).await?;
    page.run(
        "(() => { const node = document.querySelector('#filter [name=node]'); node.value = 'n2'; \
         node.dispatchEvent(new Event('input', { bubbles: true })) })()",
    )
    .await?;
    let some: String = page.evaluate(count).await?;
    assert_ne!(all, some);
    let others: usize = page
        .evaluate("[...document.querySelectorAll('#rows tbody tr')].filter((row) => row.cells[3].textContent !== 'n2').length")
        .await?;
    assert_eq!(others, 0);
    page.close().await
}

async fn a_large_run_stays_usable(browser: &Browser) -> Result<()> {
    let size = fs::metadata(LARGE.report()?)?.len();
    assert!(size < 5_000_000, "{size} bytes");
    let mut page = browser.page(View::DESK).await?;
    let start = Instant::now();
    page.open_file(&LARGE.report()?, "").await?;
    let took = start.elapsed();
    assert!(took < Duration::from_secs(2), "it took {took:?} to open");
    assert_eq!(page.problems().await?, [""; 0]);
    page.close().await
}

async fn a_whole_run_of_3c_is_a_small_file(_: &Browser) -> Result<()> {
    let size = fs::metadata(VALID.report()?)?.len();
    assert!(size < 600_000, "{size} bytes");
    Ok(())
}
