//! HTML on a single line, so that Markdown takes it as it is: a blank line would end an HTML block.

/// Text for an element's content: nothing in it is markup, and its line breaks are references.
pub fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' => escaped.push_str("&#10;"),
            // A directive that stands in a shown file is not one of the page's.
            '{' => escaped.push_str("&#123;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Text for an attribute between double quotes.
pub fn attribute(value: &str) -> String {
    text(value).replace('"', "&quot;")
}

/// A figure with a caption above its content. `caption` and `content` are HTML.
pub fn figure(class: &str, caption: &str, content: &str) -> String {
    format!("<figure class=\"{class}\"><figcaption>{caption}</figcaption>{content}</figure>")
}

/// A block of code. `lines` is HTML. `noplayground` keeps mdBook from offering to run it.
pub fn code(language: &str, lines: &str) -> String {
    format!("<pre><code class=\"language-{language} noplayground\">{lines}</code></pre>")
}

/// A line of code in an element of its own, so that it can be marked. `line` is HTML.
pub fn line(class: &str, line: &str) -> String {
    format!("<span class=\"{class}\">{line}&#10;</span>")
}
