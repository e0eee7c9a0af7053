//! Tests each check on small books with one mistake each.

use crate::made_up::Repository;

/// What the builder says about a page.
fn problems(page: &str) -> String {
    Repository::with_page(page).problems()
}

#[test]
fn a_page_without_anything_wrong_is_built() {
    let page =
        "# Page\n\n## One & two\n\n[here](#one--two) [page](page.md#page) <https://jepsen.io>\n";
    assert!(Repository::with_page(page).built().contains("href=\"page.html#page\""));
}

#[test]
fn a_link_leads_to_a_page_and_a_heading() {
    let said = problems("# Page\n\n[one](pages.md)\n");
    assert_eq!(
        said,
        "book/src/page.md:3: the link pages.html is broken: there is no file pages.html"
    );
    let said = problems("# Page\n\n## The change\n\n[one](#the-changes)\n");
    assert_eq!(
        said,
        "book/src/page.md:5: the link #the-changes is broken: page.html has no id \
         `the-changes`, but [\"the-change\"]"
    );
    assert!(problems("[one](page.md#t=4.06)\n").contains("no id `t=4.06`"));
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    let said = problems("# Page\n\n![one](https://example.org/a.png)\n");
    assert!(
        said.contains("page.md:3: https://example.org/a.png is fetched from elsewhere"),
        "{said}"
    );
    let said = problems("<script src=\"//example.org/a.js\"></script>\n");
    assert!(said.contains("page.md:1: //example.org/a.js is fetched"), "{said}");

    let toml = "[build]\ncreate-missing = false\n[output.html]\nadditional-css = [\"a.css\"]\n";
    let said = Repository::with_page("# Page\n")
        .with("book/book.toml", toml)
        .with("book/a.css", "@font-face { src: url(\"https://example.org/a.woff2\") }\n")
        .problems();
    assert!(said.contains("https://example.org/a.woff2 is fetched"), "{said}");
    let said = Repository::with_page("```rust\nfn main() {}\n```\n").with("book/book.toml", toml);
    assert!(said.with("book/a.css", "").problems().contains("play.rust-lang.org"));
}

#[test]
fn an_include_has_a_file_and_an_anchor() {
    let with = |page: &str| {
        let code = "// ANCHOR: one\nlet a = 1;\n// ANCHOR_END: one\n";
        Repository::with_page(page).with("a.rs", code)
    };
    let page = with("```rust\n{{#include ../../a.rs:one}}\n```\n").built();
    assert!(page.contains(">let a = 1;"), "{page}");
    let said = with("# Page\n\n```rust\n{{#include ../../a.rs:two}}\n```\n").problems();
    assert!(
        said.starts_with("book/src/page.md:4: {{#include}}: ../../a.rs has no anchor `two`"),
        "{said}"
    );
    let said = with("# Page\n\n{{#include ../../b.rs}}\n").problems();
    assert!(said.contains("page.md:3: {{#include}}: there is no file ../../b.rs"), "{said}");
    let said = with("{{#include ../../a.rs:3:9}}\n").problems();
    assert!(said.contains("page.md:1: {{#include}}: ../../a.rs has only 3 lines"), "{said}");
}

#[test]
fn every_file_is_a_page() {
    let said = Repository::with_page("# Page\n").with("book/src/draft.md", "# Draft\n").problems();
    assert!(said.starts_with("book/src/draft.md: this file is not a page of the book"), "{said}");
    let said = Repository::with_page("# Page\n")
        .with("book/src/SUMMARY.md", "- [Page](page.md)\n- [Next](next.md)\n")
        .problems();
    assert!(said.contains("next.md"), "{said}");
}

#[test]
fn an_id_is_that_of_one_element() {
    let said = problems("# Page\n\n<p id=\"page\">One.</p>\n");
    assert!(said.contains("two elements of the page have the id `page`"), "{said}");
}

#[test]
fn html_is_closed() {
    let said = problems("<details><summary>Solution</summary>\n\nOne.\n");
    assert!(said.contains("unclosed HTML tag `<details>` found in `page.md`"), "{said}");
}

#[test]
fn a_command_names_a_target_and_a_stage() {
    let with = |command: &str| {
        Repository::with_page(&format!("# Page\n\n```sh\n{command}\n```\n"))
            .with("Makefile", ".PHONY: run new\n")
            .with("workbench/challenges.mk", "echo = -w echo\n")
    };
    with("make run MODULE=echo SEED=1").built();
    with("make new MODULE=mine FROM=echo\nmake run MODULE=mine").built();
    let said = with("make runs MODULE=echo").problems();
    assert_eq!(said, "book/src/page.md:4: the Makefile has no target `runs` (see its .PHONY)");
    let said = with("make run MODULE=mine").problems();
    assert_eq!(said, "book/src/page.md:4: MODULE=mine: there is no such stage. There are: echo");
    // What is not for a shell may say anything.
    Repository::with_page("```text\nmake all\n```\n").built();
}

#[test]
fn a_large_number_is_shown_on_its_page_or_an_exception() {
    let shown = "{{#snapshot run.txt}}\n\n";
    let with = |page: &str| {
        Repository::with_page(&format!("# Page\n\n{shown}{page}\n")).with("run.txt", "1200 sent\n")
    };
    assert!(
        with("Of these 1,200, 12 are lost, n100 has [all](page.md#page).")
            .built()
            .contains("1,200")
    );
    let said = with("Of 1,300 sent.").problems();
    assert_eq!(
        said,
        "book/src/page.md:5: the page shows 1,300 nowhere else: show what it comes from, or add it to \
         book/numbers.toml with a reason"
    );
    let exceptions = "[page]\n\"1,300\" = \"measured elsewhere\"\n";
    assert!(with("Of 1,300 sent.").with("book/numbers.toml", exceptions).built().contains("1,300"));
    let said = with("Of 1,200 sent.").with("book/numbers.toml", exceptions).problems();
    assert_eq!(said, "book/numbers.toml: page.md does not need the exception 1,300: remove it");
}

#[test]
fn a_sum_on_a_page_is_calculated() {
    let page = |sum: &str| format!("# Page\n\n{{{{#snapshot run.txt}}}}\n\n{sum}\n");
    let with = |sum: &str| Repository::with_page(&page(sum)).with("run.txt", "1200 sent\n");
    assert!(with("1,200 − 2 · 11 = 1,178, and 1,178 / 11 = 107.1.").built().contains("1,178"));
    let said = with("1,200 − 2 · 11 = 1,187.").problems();
    assert!(said.contains("page.md:5: this sum is 1178, not 1,187"), "{said}");
    let said = with("1,300 − 2 · 11 = 1,278.").problems();
    assert!(said.contains("the page shows 1,278 nowhere else"), "{said}");
}

#[test]
fn a_number_in_a_caption_is_checked_too() {
    let svg = "<svg><text>250 ms</text></svg>";
    let with = |caption: &str| {
        Repository::with_page(&format!("# Page\n\n{{{{#picture a.svg {caption}}}}}\n"))
            .with("a.svg", svg)
    };
    assert!(with("After 250 ms.").built().contains("After 250 ms"));
    assert!(with("After 260 ms.").problems().contains("the page shows 260 nowhere else"));
}
