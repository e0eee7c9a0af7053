//! Checks mdBook's own `{{#include PATH:anchor}}`: for a missing anchor, mdBook silently makes an empty
//! block.

use std::path::Path;

use crate::page::{Fault, Part};

/// What is wrong with the includes of a page in `folder`, to which their paths are relative.
pub fn includes(parts: &[Part], folder: &Path) -> Vec<Fault> {
    let mut faults = Vec::new();
    for part in parts {
        let Part::Line { line, text, .. } = part else { continue };
        for begin in ["{{#include ", "{{#rustdoc_include "] {
            let targets = text.split(begin).skip(1).filter_map(|rest| rest.split("}}").next());
            let wrong = targets.filter_map(|target| fault(target.trim(), folder));
            faults.extend(wrong.map(|text| (*line, format!("{{{{#include}}}}: {text}"))));
        }
    }
    faults
}

/// Why a target, such as `../../Makefile:help` or `a.rs:2:5`, cannot be included.
fn fault(target: &str, folder: &Path) -> Option<String> {
    let (path, part) = target.split_once(':').unwrap_or((target, ""));
    let Ok(file) = std::fs::read_to_string(folder.join(path)) else {
        return Some(format!("there is no file {path}. Give the path from the page's folder"));
    };
    let numbers: Vec<&str> = part.split(':').filter(|number| !number.is_empty()).collect();
    let count = file.lines().count();
    if numbers.iter().all(|number| number.parse::<usize>().is_ok()) {
        let within = |number: &&str| number.parse::<usize>().is_ok_and(|number| number <= count);
        return (!numbers.iter().all(within))
            .then(|| format!("{path} has only {count} lines, fewer than {part} asks for"));
    }
    let anchor = |line: &str| {
        let name = line.split("ANCHOR:").nth(1).and_then(|rest| rest.split_whitespace().next());
        name == Some(part)
    };
    let found = file.lines().any(anchor);
    (!found).then(|| format!("{path} has no anchor `{part}`: write `ANCHOR: {part}` in a comment"))
}
