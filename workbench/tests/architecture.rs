//! The map in ARCHITECTURE.md: every module of the workbench is on it, and imports run downwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the map, from the top.
fn map() -> Vec<String> {
    let page = include_str!("../ARCHITECTURE.md");
    let map = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next());
    let modules = map.expect("a map").lines().filter_map(|line| line.split(' ').next());
    modules.map(str::to_owned).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let nested = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    nested.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The modules that a source names by `crate::…`, its tests apart.
fn imports(source: &str) -> Vec<&str> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    let lines = code.lines().filter(|line| !is_comment(line));
    let paths = lines.flat_map(|line| line.split("crate::").skip(1));
    paths.filter_map(|path| path.split(|c: char| !c.is_alphanumeric() && c != '_').next()).collect()
}

#[test]
fn every_module_is_on_the_map_and_imports_only_what_is_below_it() {
    let map = map();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = vec![];
    for path in sources(&src) {
        let inside = path.strip_prefix(&src).unwrap();
        let module = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if ["lib", "main"].contains(&module) {
            continue;
        }
        let place = map.iter().position(|name| name == module);
        let place = place.unwrap_or_else(|| panic!("{module} is not on the map"));
        seen.push(module.to_owned());
        let source = fs::read_to_string(&path).unwrap();
        for imported in imports(&source) {
            let below = map[place..].iter().any(|name| name == imported);
            assert!(below, "{} imports {imported}, which is not below it", inside.display());
        }
    }
    let gone: Vec<_> = map.iter().filter(|name| !seen.contains(name)).collect();
    assert!(gone.is_empty(), "on the map, but not in src: {gone:?}");
}

/// The names of the types that a source defines, its tests apart.
fn types(source: &str) -> impl Iterator<Item = &str> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().map(str::trim_start);
    let definitions = lines.filter_map(|line| {
        let visible = line.strip_prefix("pub").map(|rest| rest.trim_start_matches("(crate)"));
        let line = visible.unwrap_or(line).trim_start().trim_start_matches("(super) ");
        ["struct ", "enum ", "trait "].iter().find_map(|keyword| line.strip_prefix(keyword))
    });
    definitions.filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
}

#[test]
fn no_two_types_have_the_same_name() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = BTreeMap::new();
    for path in sources(&src) {
        let source = fs::read_to_string(&path).unwrap();
        for name in types(&source) {
            if let Some(other) = seen.insert(name.to_owned(), path.clone()) {
                panic!("{name} is defined in {} and in {}", other.display(), path.display());
            }
        }
    }
    assert!(seen.len() > 100, "types are found: {}", seen.len());
}
