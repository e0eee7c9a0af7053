//! HTML on a single line, so that Markdown leaves it unchanged: a blank line would end an HTML block.

/// Escapes text for an element's content: markup, and line breaks as character references.
pub fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' => escaped.push_str("&#10;"),
            // A directive in a shown file is not one of the page's.
            '{' => escaped.push_str("&#123;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A path as code. Where it is too long for its line, it breaks after a slash.
pub fn path(path: &str) -> String {
    format!("<code>{}</code>", text(path).replace('/', "/<wbr>"))
}

/// Escapes text for an attribute between double quotes.
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

/// A line of code in its own element, so that it can be highlighted. `line` is HTML.
pub fn line(class: &str, line: &str) -> String {
    format!("<span class=\"{class}\">{line}&#10;</span>")
}
