//! `{{#picture PATH caption}}`: an SVG as a part of the page, with its caption.

use super::snapshot;
use crate::html;
use crate::page::{Directive, Fault};
use crate::repository::Repository;

/// The picture as a figure. `number` makes its ids unique on the page.
pub fn picture(
    directive: &Directive,
    repository: &Repository,
    number: usize,
) -> Result<String, Fault> {
    directive.without_lines()?;
    let Some((path, caption)) =
        directive.words.split_first().filter(|(_, words)| !words.is_empty())
    else {
        return Err(directive.fault("name an SVG and write a caption after it"));
    };
    let file = repository.read(path).map_err(|why| directive.fault(why))?;
    let Some(svg) = svg(snapshot::content(&file)) else {
        return Err(directive.fault(format!("{path} is not an SVG: it has no <svg>…</svg>")));
    };
    let caption = html::text(&caption.join(" "));
    let svg = with_own_ids(&svg.replace('\n', " "), number);
    let label = html::attribute(&caption);
    // A wide picture scrolls by itself, so the keyboard must be able to focus it.
    Ok(format!(
        "<figure class=\"picture\"><div class=\"scroll\" tabindex=\"0\" role=\"group\" \
         aria-label=\"{label}\">{svg}</div><figcaption>{caption}</figcaption></figure>"
    ))
}

/// The element itself, without what precedes and follows it in the file.
fn svg(file: &str) -> Option<&str> {
    let end = "</svg>";
    let start = file.find("<svg")?;
    let stop = file.rfind(end)? + end.len();
    file.get(start..stop)
}

/// The same picture, with ids that no other picture of the page has.
fn with_own_ids(svg: &str, number: usize) -> String {
    let mut own = svg.to_owned();
    for id in svg.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let new = format!("picture-{number}-{id}");
        own = own
            .replace(&format!(" id=\"{id}\""), &format!(" id=\"{new}\""))
            .replace(&format!("url(#{id})"), &format!("url(#{new})"))
            .replace(&format!("\"#{id}\""), &format!("\"#{new}\""));
    }
    own
}

#[cfg(test)]
mod tests {
    use super::{svg, with_own_ids};

    #[test]
    fn only_the_svg_element_is_kept() {
        assert_eq!(
            svg("<?xml version=\"1.0\"?>\n<svg a=\"b\"><g/></svg>\n"),
            Some("<svg a=\"b\"><g/></svg>")
        );
        assert_eq!(svg("no picture"), None);
    }

    #[test]
    fn ids_and_references_to_them_become_unique() {
        let svg = "<svg><g id=\"a\"/><use href=\"#a\"/><g clip-path=\"url(#a)\"/></svg>";
        assert_eq!(
            with_own_ids(svg, 3),
            "<svg><g id=\"picture-3-a\"/><use href=\"#picture-3-a\"/>\
             <g clip-path=\"url(#picture-3-a)\"/></svg>"
        );
    }
}
