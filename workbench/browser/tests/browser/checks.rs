//! The checks themselves: each finds what is wrong with a small page that is wrong.

use std::fs;

use browser_tests::{Browser, Page, Result, View};
use tempfile::TempDir;

crate::tests![
    overflowing_elements_are_found,
    faint_text_is_found_in_light_and_dark,
    focus_problems_are_found,
    errors_and_exceptions_are_collected,
    requests_are_collected,
    a_page_follows_its_view,
    pressed_keys_reach_the_page,
];

/// Opens a page with that in its body.
async fn open(browser: &Browser, view: View, body: &str) -> Result<(Page, TempDir)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("page.html");
    let head = "<!DOCTYPE html><meta charset=utf-8><meta name=color-scheme content='light dark'>";
    fs::write(&file, format!("{head}<title>A test</title><body>{body}"))?;
    let page = browser.page(view).await?;
    page.open_file(&file, "").await?;
    Ok((page, folder))
}

async fn overflowing_elements_are_found(browser: &Browser) -> Result<()> {
    let wide = "<div id=wide style='width:500px'>wide</div>";
    let (page, _folder) = open(browser, View::PHONE, wide).await?;
    let found = page.overflows().await?;
    assert!(found.len() == 1 && found[0].starts_with("div#wide ends at 508"), "{found:?}");
    page.look(View::DESK).await?;
    assert!(page.overflows().await?.is_empty());
    page.close().await?;

    let scrolls = format!("<div style='overflow-x:auto'>{wide}</div>");
    let (page, _folder) = open(browser, View::PHONE, &scrolls).await?;
    let found = page.overflows().await?;
    assert!(found.is_empty(), "{found:?}");
    page.close().await
}

async fn faint_text_is_found_in_light_and_dark(browser: &Browser) -> Result<()> {
    let body = "<p style='color:#777'>grey on white</p>\
                <p style='color:#777; font-size:24px'>but large</p>\
                <p style='color:#fff; background:#0006'>white on part of black</p>\
                <div style='opacity:0.5'><p>half of it</p></div>\
                <p hidden style='color:#fff'>hidden</p>\
                <svg><text y=20 style='fill:#ccc'>drawn</text></svg>";
    let (page, _folder) = open(browser, View::DESK, body).await?;
    let found = page.low_contrasts().await?.join("\n");
    for expected in ["grey on white", "white on part of black", "half of it", "drawn"] {
        assert!(found.contains(expected), "{expected} in {found}");
    }
    assert!(!found.contains("but large") && !found.contains("hidden"), "{found}");
    assert!(found.contains("4.48 instead of 4.5"), "{found}");

    page.look(View::DESK.dark()).await?;
    let found = page.low_contrasts().await?.join("\n");
    assert!(found.contains("grey on white") && !found.contains("drawn"), "{found}");
    page.close().await
}

async fn focus_problems_are_found(browser: &Browser) -> Result<()> {
    let good = "<button>one</button><a href=#>two</a><input aria-label=three>";
    let (page, _folder) = open(browser, View::DESK, good).await?;
    let found = page.focus_problems().await?;
    assert!(found.is_empty(), "{found:?}");
    page.close().await?;

    let bad = "<button>one</button><button tabindex=1>first</button>\
               <button style='outline:none'>unseen</button>";
    let (page, _folder) = open(browser, View::DESK, bad).await?;
    let found = page.focus_problems().await?;
    assert_eq!(
        found,
        [
            "button \"one\" comes after button \"first\"",
            "button \"unseen\" does not show that it has the focus",
        ]
    );
    page.close().await
}

async fn errors_and_exceptions_are_collected(browser: &Browser) -> Result<()> {
    let body = "<script>console.log('fine'); console.error('an error'); \
                setTimeout(() => { throw new Error('thrown'); })</script>\
                <img src=missing.png alt=''>";
    let (mut page, _folder) = open(browser, View::DESK, body).await?;
    page.wait_for("document.readyState === 'complete'").await?;
    let found = page.problems().await?.join("\n");
    for expected in ["an error", "Error: thrown", "ERR_FILE_NOT_FOUND"] {
        assert!(found.contains(expected), "{expected} in {found}");
    }
    assert!(!found.contains("fine"));
    assert!(page.problems().await?.is_empty(), "each is told once");
    page.close().await
}

async fn requests_are_collected(browser: &Browser) -> Result<()> {
    let body =
        "<img src=other.png alt=''><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' alt=''>";
    let (mut page, _folder) = open(browser, View::DESK, body).await?;
    page.wait_for("document.readyState === 'complete'").await?;
    let requests = page.requests().await?;
    assert!(requests.len() == 1 && requests[0].ends_with("/other.png"), "{requests:?}");
    page.close().await
}

async fn a_page_follows_its_view(browser: &Browser) -> Result<()> {
    let (page, _folder) = open(browser, View::PHONE.dark().reduced_motion(), "").await?;
    let asked = "[innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches, \
                 matchMedia('(prefers-reduced-motion: reduce)').matches]";
    let told: (u32, u32, bool, bool) = page.evaluate(asked).await?;
    assert_eq!(told, (390, 844, true, true));
    page.look(View::TABLET).await?;
    let told: (u32, u32, bool, bool) = page.evaluate(asked).await?;
    assert_eq!(told, (820, 1180, false, false));
    page.screenshot_of_all("tablet").await?;
    let told: (u32, u32, bool, bool) = page.evaluate(asked).await?;
    assert_eq!(told, (820, 1180, false, false), "a picture of all changes nothing");
    page.close().await
}

async fn pressed_keys_reach_the_page(browser: &Browser) -> Result<()> {
    let body = "<script>keys = []; onkeydown = (event) => keys.push(event.key)</script>";
    let (page, _folder) = open(browser, View::DESK, body).await?;
    for key in ["ArrowRight", " ", "l", "Home"] {
        page.press(key).await?;
    }
    let keys: Vec<String> = page.evaluate("keys").await?;
    assert_eq!(keys, ["ArrowRight", " ", "l", "Home"]);
    page.close().await
}
