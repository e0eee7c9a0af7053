//! The replay player, in the report of a run.

use browser_tests::{Browser, Page, Result, View};

use crate::runs::{INVALID, Run, VALID};

crate::tests![
    the_player_plays_steps_and_scrubs,
    next_lost_goes_to_a_lost_message,
    keys_do_what_buttons_do_and_do_not_reach_the_page,
    reduced_motion_is_respected,
    a_link_points_at_a_moment,
];

/// The player's time, in seconds.
const TIME: &str = "document.querySelector('run-replay').time";

async fn open(browser: &Browser, run: Run, view: View, fragment: &str) -> Result<Page> {
    let page = browser.page(view).await?;
    page.open_file(&run.report()?, fragment).await?;
    page.wait_for("document.querySelector('run-replay .replay-play')").await?;
    Ok(page)
}

/// What the player shows: its pictures and its words.
async fn shown(page: &Page) -> Result<String> {
    let frame =
        "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))";
    page.run(frame).await?;
    let script = "(() => { const player = document.querySelector('run-replay'); \
                  return [...player.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())\
                  .concat(player.innerText).join() })()";
    page.evaluate(script).await
}

async fn the_player_plays_steps_and_scrubs(browser: &Browser) -> Result<()> {
    let mut page = open(browser, VALID, View::DESK, "").await?;
    let (start, before): (f64, _) = (page.evaluate(TIME).await?, shown(&page).await?);
    page.click(".replay-play").await?;
    page.wait_for(&format!("{TIME} > {start}")).await?;
    page.click(".replay-play").await?;
    assert!(shown(&page).await? != before, "playing changes what is shown");

    let before = shown(&page).await?;
    page.click(".replay-forward").await?;
    let stepped = shown(&page).await?;
    assert!(stepped != before, "a step changes what is shown");
    page.click(".replay-forward").await?;
    page.click(".replay-back").await?;
    assert!(shown(&page).await? == stepped, "a step back leads back");

    page.run(
        "(() => { const scrubber = document.querySelector('run-replay input[type=range]'); \
         scrubber.value = 10; scrubber.dispatchEvent(new Event('input', { bubbles: true })) })()",
    )
    .await?;
    assert!((page.evaluate::<f64>(TIME).await? - 10.0).abs() < 0.01);
    assert!(shown(&page).await? != stepped, "scrubbing changes what is shown");
    assert_eq!(page.problems().await?, [""; 0]);
    page.close().await
}

async fn next_lost_goes_to_a_lost_message(browser: &Browser) -> Result<()> {
    let page = open(browser, INVALID, View::DESK, "").await?;
    for _ in 0..3 {
        let before = shown(&page).await?;
        page.click(".replay-lost").await?;
        assert!(shown(&page).await? != before);
        let words: String =
            page.evaluate("document.querySelector('.replay-words').textContent").await?;
        assert!(words.contains("dropped") || words.contains("lost"), "{words}");
    }
    page.close().await
}

async fn keys_do_what_buttons_do_and_do_not_reach_the_page(browser: &Browser) -> Result<()> {
    let page = open(browser, INVALID, View::DESK, "").await?;
    // mdBook listens there, and turns its pages.
    page.run("void (passed = [], document.addEventListener('keydown', (event) => passed.push(event.key)))")
        .await?;
    page.run("document.querySelector('run-replay').focus()").await?;
    page.press("End").await?;
    let end: f64 = page.evaluate(TIME).await?;
    page.press("Home").await?;
    let start: f64 = page.evaluate(TIME).await?;
    assert!(start < end, "{start}, {end}");
    for key in ["ArrowRight", "l", "ArrowLeft"] {
        let before = shown(&page).await?;
        page.press(key).await?;
        assert!(shown(&page).await? != before, "{key}");
    }
    page.press("Home").await?;
    page.press(" ").await?;
    page.wait_for(&format!("{TIME} > {start}")).await?;
    page.press(" ").await?;
    let passed: Vec<String> = page.evaluate("passed").await?;
    assert_eq!(passed, [""; 0], "these keys stay in the player");
    page.close().await
}

/// How many different moments a player shows in a second and a half.
async fn moments_shown(browser: &Browser, view: View) -> Result<usize> {
    let page = open(browser, VALID, view, "").await?;
    let script = format!(
        "new Promise((resolve) => {{
            const times = new Set();
            document.querySelector('.replay-play').click();
            const look = () => {{ times.add({TIME}); setTimeout(look, 10); }};
            look();
            setTimeout(() => resolve(times.size), 1500);
        }})"
    );
    let moments = page.evaluate(&script).await?;
    page.close().await?;
    Ok(moments)
}

async fn reduced_motion_is_respected(browser: &Browser) -> Result<()> {
    let smooth = moments_shown(browser, View::DESK).await?;
    let still = moments_shown(browser, View::DESK.reduced_motion()).await?;
    assert!(smooth > 8, "{smooth}: it should slide");
    assert!((2..=4).contains(&still), "{still}: it should step");
    Ok(())
}

async fn a_link_points_at_a_moment(browser: &Browser) -> Result<()> {
    let page = open(browser, INVALID, View::DESK, "#t=4.06").await?;
    assert!((page.evaluate::<f64>(TIME).await? - 4.06).abs() < 0.001);
    page.close().await
}
