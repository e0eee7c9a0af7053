//! The book: every page as its readers see it. `make test-browser` builds it first.

use std::fs;
use std::path::PathBuf;

use browser_tests::{Browser, Page, Result, View};

use crate::looks::Looks;

crate::tests![
    every_page_looks_right_in_every_view,
    every_replay_plays,
    captions_and_buttons_are_on_one_screen_with_the_ring,
    compared_replays_are_side_by_side,
    no_diagram_is_cut_off_on_a_desk,
    a_theme_that_the_book_does_not_have_is_replaced,
    callouts_link_both_ways,
    the_search_finds_partition,
];

/// The folder of the built book.
fn folder() -> Result<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../book/book"));
    let words = |error| format!("{}: {error}. `make book` builds it", folder.display());
    Ok(fs::canonicalize(&folder).map_err(words)?)
}

/// Every page of the book, in the order of their names.
fn pages() -> Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder()?)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = files.collect::<Result<_>>()?;
    // The page of contents is a part of the others, for browsers without JavaScript.
    files.retain(|file| {
        file.extension().is_some_and(|extension| extension == "html")
            && file.file_name().is_some_and(|name| name != "toc.html")
    });
    files.sort();
    assert!(files.len() > 15, "only {} pages", files.len());
    Ok(files)
}

/// What to call a page's pictures.
fn name(file: &std::path::Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

async fn every_page_looks_right_in_every_view(browser: &Browser) -> Result<()> {
    let own = format!("file://{}/", folder()?.display());
    let mut looks = Looks::new(browser, &[View::PHONE, View::DESK], &own);
    for file in pages()? {
        let open = async |page: &Page| {
            page.open_file(&file, "").await?;
            // What is folded away has to look right, too.
            page.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
                .await
        };
        looks.look(&format!("book-{}", name(&file)), open).await?;
    }
    looks.assert_right();
    Ok(())
}

async fn every_replay_plays(browser: &Browser) -> Result<()> {
    let mut count = 0;
    for file in pages()? {
        let mut page = browser.page(View::DESK).await?;
        page.open_file(&file, "").await?;
        let replays: usize =
            page.evaluate("document.querySelectorAll('run-replay').length").await?;
        for index in 0..replays {
            let replay = format!("document.querySelectorAll('run-replay')[{index}]");
            let play = format!("{replay}.querySelector('.replay-play')");
            page.wait_for(&play).await?;
            // From the beginning: at its end, a replay would start over anyway.
            page.run(&format!("{replay}.time = -1e9")).await?;
            let start: f64 = page.evaluate(&format!("{replay}.time")).await?;
            page.run(&format!("{play}.click()")).await?;
            page.wait_for(&format!("{replay}.time > {start}")).await?;
            page.run(&format!("{play}.click()")).await?;
            count += 1;
        }
        assert_eq!(page.problems().await?, [""; 0], "{}", file.display());
        page.close().await?;
    }
    assert!(count >= 5, "only {count} replays");
    Ok(())
}

/// A small laptop's screen, less what the menu covers.
const SCREEN: f64 = 720.0 - 50.0;

/// What happens is told next to the picture of it, and the buttons are in reach. Replays that are compared
/// are narrower, and so higher.
async fn captions_and_buttons_are_on_one_screen_with_the_ring(browser: &Browser) -> Result<()> {
    const HEIGHTS: &str = "[...document.querySelectorAll('run-replay:not([clock=side-by-side])')]\
        .filter((replay) => replay.querySelector('.replay-story')).map((replay) => { \
            const bottom = (name) => replay.querySelector(name).getBoundingClientRect().bottom; \
            const top = replay.getBoundingClientRect().top; \
            return Math.max(bottom('.replay-story'), bottom('.replay-buttons')) - top; })";
    let mut count = 0;
    for file in pages()? {
        let page = browser.page(View { width: 1280, height: 720, ..View::DESK }).await?;
        page.open_file(&file, "").await?;
        page.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            .await?;
        let heights: Vec<f64> = page.evaluate(HEIGHTS).await?;
        let high: Vec<&f64> = heights.iter().filter(|height| **height > SCREEN).collect();
        assert!(high.is_empty(), "{}: {high:?}", file.display());
        count += heights.len();
        page.close().await?;
    }
    assert!(count >= 5, "only {count} replays with captions");
    Ok(())
}

async fn compared_replays_are_side_by_side(browser: &Browser) -> Result<()> {
    const PLACES: &str = "[...document.querySelectorAll('run-replay[clock=side-by-side]')]\
        .map((replay) => replay.getBoundingClientRect()).map(({ left, top }) => [left, top])";
    let mut count = 0;
    for file in pages()? {
        let page = browser.page(View::DESK).await?;
        page.open_file(&file, "").await?;
        let places: Vec<[f64; 2]> = page.evaluate(PLACES).await?;
        for pair in places.chunks(2) {
            let [[left, top], [right, other_top]] = pair else { panic!("{}", file.display()) };
            assert!(left < right && top == other_top, "{}: {pair:?}", file.display());
            count += 1;
        }
        page.close().await?;
    }
    assert!(count >= 1, "no page compares replays");
    Ok(())
}

async fn no_diagram_is_cut_off_on_a_desk(browser: &Browser) -> Result<()> {
    const CUT_OFF: &str = "[...document.querySelectorAll('.picture .scroll')]\
        .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.ariaLabel)";
    for file in pages()? {
        let page = browser.page(View::DESK).await?;
        page.open_file(&file, "").await?;
        let cut_off: Vec<String> = page.evaluate(CUT_OFF).await?;
        assert_eq!(cut_off, [""; 0], "{}", file.display());
        page.close().await?;
    }
    Ok(())
}

/// All files share one store in the browser, and so do the books of one site.
async fn a_theme_that_the_book_does_not_have_is_replaced(browser: &Browser) -> Result<()> {
    for (stored, replaced) in [("coal", "navy"), ("ayu", "navy"), ("rust", "light")] {
        let page = browser.page(View::DESK).await?;
        let file = folder()?.join("index.html");
        page.open_file(&file, "").await?;
        page.run(&format!("localStorage.setItem('mdbook-theme', '{stored}')")).await?;
        page.open_file(&file, "").await?;
        let classes = "document.documentElement.classList";
        page.wait_for(&format!("{classes}.contains('{replaced}')")).await?;
        assert!(!page.evaluate::<bool>(&format!("{classes}.contains('{stored}')")).await?);
        page.run("localStorage.clear()").await?;
        page.close().await?;
    }
    Ok(())
}

/// Every number leads to another number, the same one, which leads back.
async fn callouts_link_both_ways(browser: &Browser) -> Result<()> {
    const BROKEN: &str = "[...document.querySelectorAll('a.callout')].filter((link) => { \
        const there = document.querySelector(link.getAttribute('href')); \
        return !there || there.textContent !== link.textContent \
            || there.getAttribute('href') !== '#' + link.id; \
        }).map((link) => link.outerHTML)";
    let mut count = 0;
    for file in pages()? {
        let page = browser.page(View::DESK).await?;
        page.open_file(&file, "").await?;
        let broken: Vec<String> = page.evaluate(BROKEN).await?;
        assert_eq!(broken, [""; 0], "{}", file.display());
        count += page.evaluate::<usize>("document.querySelectorAll('a.callout').length").await?;
        page.close().await?;
    }
    assert!(count > 50, "only {count} callouts");
    Ok(())
}

async fn the_search_finds_partition(browser: &Browser) -> Result<()> {
    let page = browser.page(View::DESK).await?;
    open_search(&page).await?;
    page.run(
        "(() => { const bar = document.querySelector('#mdbook-searchbar, #searchbar'); \
         bar.value = 'partition'; \
         for (const name of ['input', 'keyup']) bar.dispatchEvent(new Event(name, { bubbles: true })) })()",
    )
    .await?;
    let results = "document.querySelectorAll('#mdbook-searchresults li, #searchresults li')";
    page.wait_for(&format!("{results}.length > 3")).await?;
    let words: String =
        page.evaluate(&format!("[...{results}].map((one) => one.innerText).join()")).await?;
    assert!(words.to_lowercase().contains("partition"), "{words}");
    page.close().await
}

/// Opens a page, and its search with the key that mdBook has for it.
async fn open_search(page: &Page) -> Result<()> {
    page.open_file(&folder()?.join("index.html"), "").await?;
    page.press("s").await?;
    page.wait_for("document.activeElement.matches('input')").await
}
