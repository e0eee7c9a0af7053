//! Tests each directive in small books: what it becomes, and the error if it cannot be carried out.

use crate::made_up::Repository;

const SERVER: &str = "\
//! A server.

/// How long.
const LIMIT: u64 = 1;

/// Repeats `<message>`.
async fn deliver() {
    while rpc(LIMIT).await.is_err() {
        sleep(LIMIT).await;
    }
}
";

/// What the builder says about a page next to a server, `echo/src/lib.rs`.
fn problems(page: &str) -> String {
    Repository::with_page(page).with("echo/src/lib.rs", SERVER).problems()
}

#[test]
fn a_listing_shows_an_item_as_it_is() {
    let page =
        "# Page\n\n```sh\nls\n```\n\nBefore.\n{{#listing echo/src/lib.rs:deliver}}\nAfter.\n";
    let page = Repository::with_page(page).with("echo/src/lib.rs", SERVER).built();
    assert!(
        page.contains("<figcaption><code>echo/<wbr>src/<wbr>lib.rs</code></figcaption>"),
        "{page}"
    );
    assert!(
        page.contains("<span class=\"line\">/// Repeats `&lt;message&gt;`.\n</span>"),
        "{page}"
    );
    assert!(page.contains("<span class=\"line\">        sleep(LIMIT).await;\n</span>"), "{page}");
    assert!(!page.contains("How long"), "{page}");
    assert!(page.contains("<p>Before.</p>") && page.contains("<p>After.</p>"), "{page}");
}

#[test]
fn a_listing_without_an_item_shows_the_file() {
    let page = "# Page\n\n{{#listing echo/Cargo.toml}}\n";
    let page =
        Repository::with_page(page).with("echo/Cargo.toml", "[package]\n\nname = 1\n").built();
    assert!(page.contains("class=\"language-ini noplayground\""), "{page}");
    assert!(page.contains("[package]\n</span><span class=\"line\">\n</span>"), "{page}");
}

#[test]
fn callouts_lead_from_the_code_to_the_list_and_back() {
    let page = "\
{{#listing echo/src/lib.rs:deliver
① while rpc
② sleep
}}

- ① It goes on.
- ② It rests.
";
    let page = Repository::with_page(page).with("echo/src/lib.rs", SERVER).built();
    let code = "is_err() { // <a class=\"callout\" id=\"code-1-1\" href=\"#note-1-1\"";
    assert!(page.contains(code), "{page}");
    let note = "<li><a class=\"callout\" id=\"note-1-2\" href=\"#code-1-2\"";
    assert!(page.contains(note), "{page}");
    assert!(page.contains(">②</a> It rests.</li>"), "{page}");
}

#[test]
fn a_callout_is_a_comment_in_the_language_of_its_listing() {
    let page = "{{#listing echo.py\n① print\n}}\n\n- ① It prints.\n";
    let page = Repository::with_page(page).with("echo.py", "print(1)\n").built();
    assert!(page.contains("print(1) # <a class=\"callout\""), "{page}");
}

#[test]
fn a_list_must_explain_exactly_the_callouts_above_it() {
    let listing = "# Page\n\n{{#listing echo/src/lib.rs:deliver\n① while\n② sleep\n}}\n\n";
    let said = problems(&format!("{listing}- ① One.\n"));
    assert_eq!(
        said,
        "book/src/page.md:3: the callouts are ①②, but the list below explains ①: write an item \
         `- ① …` for each"
    );
    assert!(problems(listing).contains("no list below explains them"));
    assert!(problems("- ① One.\n").contains("page.md:1: ① explains a callout, but no listing"));
    // A second listing has a list of its own.
    let said = problems(&format!("{listing}{listing}- ① One.\n- ② Two.\n"));
    assert!(said.starts_with("book/src/page.md:3: the callouts are ①②, but no list"), "{said}");
}

#[test]
fn a_listing_may_continue_the_numbers_of_the_previous_one() {
    let listing =
        |callout: &str| format!("{{{{#listing echo/src/lib.rs:deliver\n{callout}\n}}}}\n\n");
    let (first, second) = (listing("① while"), listing("② sleep"));
    let page = format!("{first}- ① One.\n\n{second}- ② Two.\n");
    let page = Repository::with_page(&page).with("echo/src/lib.rs", SERVER).built();
    assert!(page.contains("id=\"note-1-1\"") && page.contains("id=\"note-2-2\""), "{page}");

    // A mistake in a listing is reported once, not again for each item of its list.
    let said = problems(&format!("{}- ① One.\n", listing("① sleeps")));
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_callout_marks_exactly_one_line() {
    let callout = |text: &str| problems(&format!("{{{{#listing echo/src/lib.rs\n{text}\n}}}}\n"));
    assert!(callout("① LIMIT").contains("page.md:2: ① LIMIT: 3 of the lines"));
    assert!(callout("① sleeps").contains("page.md:2: ① sleeps: none of the lines"));
    assert!(callout("② sleep").contains("page.md:1: ② comes out of order"));
    assert!(callout("① sleep\n③ while").contains("page.md:3: ③ comes out of order"));
    assert!(callout("sleep").contains("page.md:2: `sleep` is not a callout"));
}

#[test]
fn an_error_names_the_page_and_the_line() {
    let said = problems("# Page\n\n{{#listing echo/src/lib.rs:delivers}}\n");
    assert_eq!(
        said,
        "book/src/page.md:3: {{#listing}}: echo/src/lib.rs: it has no item `delivers`. It \
         has: LIMIT, deliver"
    );
    for directive in
        ["listing a.rs", "snapshot a.snap", "picture a.svg A line", "replay a.json A run"]
    {
        let said = problems(&format!("{{{{#{directive}}}}}\n"));
        assert!(said.contains("page.md:1: ") && said.contains("there is no file a."), "{said}");
    }
    assert!(problems("{{#listing ../a.rs}}").contains("from the repository's root, without `..`"));
    // All mistakes are reported together.
    let said = problems("{{#listing a.rs}}\n{{#listing b.rs}}\n");
    assert_eq!(said.lines().count(), 2, "{said}");
}

#[test]
fn a_directive_is_alone_on_its_line_and_closed() {
    assert!(problems("See {{#listing echo/src/lib.rs}}\n").contains("on a line of its own"));
    assert!(
        problems("```rust\n{{#listing echo/src/lib.rs}}\n```\n").contains("makes its own block")
    );
    assert!(
        problems("\n{{#listing echo/src/lib.rs\n")
            .contains("page.md:2: {{#listing}} is not closed")
    );
    assert!(
        problems("{{#listings echo/src/lib.rs}}\n")
            .contains("page.md:1: a directive was not carried out")
    );
}

#[test]
fn a_diff_marks_its_lines_and_counts_them() {
    let page = "{{#stagediff a/lib.rs echo/src/lib.rs\n① while\n}}\n\n- ① A loop.\n";
    let old = SERVER.replace("    while rpc(LIMIT).await.is_err() {\n", "    if true {\n");
    let page =
        Repository::with_page(page).with("echo/src/lib.rs", SERVER).with("a/lib.rs", &old).built();
    assert!(
        page.contains("<code>a/<wbr>lib.rs</code> → <code>echo/<wbr>src/<wbr>lib.rs</code>"),
        "{page}"
    );
    assert!(page.contains("<span class=\"added\">+1</span>"), "{page}");
    assert!(page.contains("<span class=\"removed\">−1</span>"), "{page}");
    assert!(page.contains("<span class=\"line removed\">    if true {\n</span>"), "{page}");
    assert!(page.contains("<span class=\"line added\">    while rpc(LIMIT)"), "{page}");
    assert!(page.contains("<span class=\"line\">        sleep(LIMIT).await;\n</span>"), "{page}");
}

#[test]
fn a_diff_has_two_files_that_differ_and_callouts_on_what_was_added() {
    let diff = |words: &str| problems(&format!("{{{{#stagediff {words}}}}}\n"));
    assert!(diff("echo/src/lib.rs").contains("name two files"));
    assert!(diff("echo/src/lib.rs echo/src/lib.rs").contains("are the same"));
    let page = "{{#stagediff a/lib.rs echo/src/lib.rs\n① fn deliver\n}}\n\n- ① A loop.\n";
    let said = Repository::with_page(page)
        .with("echo/src/lib.rs", SERVER)
        .with("a/lib.rs", &SERVER.replace("while", "if"))
        .problems();
    assert!(said.contains("page.md:2: ① fn deliver: none of the lines"), "{said}");
}

#[test]
fn a_snapshot_is_shown_to_the_byte_without_its_header() {
    let snapshot = "---\nsource: tests/run.rs\nexpression: said\n---\n  <one>\n\n\ttwo &amp;\n";
    let with = |page: &str| Repository::with_page(page).with("a.snap", snapshot);
    let page = with("{{#snapshot a.snap}}\n").built();
    assert!(page.contains("noplayground\">  &lt;one&gt;\n\n\ttwo &amp;amp;\n</code>"), "{page}");
    let page = with("{{#snapshot a.snap lang=json lines=3..3}}\n").built();
    assert!(
        page.contains("<code class=\"language-json noplayground\">\ttwo &amp;amp;\n</code>"),
        "{page}"
    );

    assert!(with("{{#snapshot a.snap lines=3..4}}\n").problems().contains("has only 3 lines"));
    assert!(with("{{#snapshot a.snap lines=0..4}}\n").problems().contains("from 1"));
    assert!(with("{{#snapshot a.snap 1..4}}\n").problems().contains("lang=… and lines=…"));
}

#[test]
fn a_picture_becomes_part_of_the_page() {
    let svg = "<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 9 9\">\n\n<g id=\"a\"/></svg>\n";
    let page = "{{#picture a.svg One \"line\".}}\n\n{{#picture a.svg Another.}}\n";
    let page = Repository::with_page(page).with("a.svg", svg).built();
    assert!(page.contains("<figcaption>One \"line\".</figcaption>"), "{page}");
    assert!(page.contains("aria-label=\"One &quot;line&quot;.\""), "{page}");
    assert!(page.contains("id=\"picture-1-a\"") && page.contains("id=\"picture-2-a\""), "{page}");
    assert!(!page.contains("<?xml"), "{page}");

    let page = Repository::with_page("{{#picture a.svg}}\n").with("a.svg", svg);
    assert!(page.problems().contains("write a caption after it"));
    let page = Repository::with_page("{{#picture a.svg A line.}}\n").with("a.svg", "no");
    assert!(page.problems().contains("a.svg is not an SVG"));
}

const MUTATION: &str = "\
[rests-longer]
stage = \"echo\"
says = \"It rests longer.\"
find = \"        sleep(LIMIT).await;\\n\"
replace = \"        sleep(2 * LIMIT).await;\\n\"
run = \"make simulate MODULE=echo\"
";

#[test]
fn a_mutation_shows_its_lines_its_command_and_the_output() {
    let with = |page: &str| {
        Repository::with_page(page)
            .with("echo/src/lib.rs", SERVER)
            .with("book/exercises/mutations.toml", MUTATION)
    };
    let said = "book/exercises/snapshots/mutation-rests-longer.txt";
    let page = with("{{#mutation rests-longer}}\n").with(said, "It is slow.\n").built();
    assert!(page.contains("id=\"mutation-rests-longer\""), "{page}");
    assert!(page.contains("It rests longer."), "{page}");
    assert!(page.contains("<span class=\"line removed\">sleep(LIMIT).await;\n</span>"), "{page}");
    assert!(page.contains("<span class=\"line added\">sleep(2 * LIMIT).await;\n</span>"), "{page}");
    assert!(page.contains("make simulate MODULE=echo\n"), "{page}");
    assert!(page.contains("It is slow.\n"), "{page}");

    assert!(with("{{#mutation rests-longer}}\n").problems().contains("there is no file book/ex"));
    let said = with("{{#mutation rests}}\n").problems();
    assert!(said.contains("no mutation `rests`. There are: rests-longer"), "{said}");
    let said = with("{{#mutation rests-longer}}\n").with("echo/src/lib.rs", "").problems();
    assert!(said.contains("echo/src/lib.rs contains its lines 0 times"), "{said}");
}

#[test]
fn a_replay_has_its_trace_its_moment_and_its_captions() {
    let with = |page: &str| Repository::with_page(page).with("a.json", "{\"a\":\"<\"}\n");
    let page = "\
{{#replay a.json at=4.06 clock=cut A value is lost.
4.060 n0 tells n3.
4.310 The partition heals.
}}

[There](#t=4.06).

{{#replay a.json clock=cut A value is told.}}
";
    let page = with(page).built();
    assert!(
        page.contains("<run-replay label=\"A value is lost.\" at=\"4.06\" clock=\"cut\""),
        "{page}"
    );
    assert!(page.contains("{\"a\":\"\\u003c\"}</script>"), "{page}");
    assert!(page.contains("data-at=\"4.31\""), "{page}");
    // Once a page, however many replays it has.
    assert_eq!(page.matches("<style>").count(), 1, "{page}");

    assert!(with("{{#replay a.json at=4.06}}\n").problems().contains("write a label"));
    assert!(with("{{#replay a.json at=four A run}}\n").problems().contains("four: give a moment"));
    let captions =
        |lines: &str| with(&format!("{{{{#replay a.json A run\n{lines}\n}}}}\n")).problems();
    assert!(captions("4.0").contains("page.md:2: `4.0` is not a caption"));
    assert!(captions("4.0 One.\n3.0 Two.").contains("page.md:3: captions must be in order"));
    assert!(
        with("{{#replay a.txt A run}}\n").with("a.txt", "{").problems().contains("is not a trace")
    );
}
