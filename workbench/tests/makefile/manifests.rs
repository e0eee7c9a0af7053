//! What the manifests promise: the Rust version, the lints, and what may be depended on.

use std::fs;
use std::process::Command;

use serde_json::Value as Json;

use crate::workspace::{assert_contains, repository};

/// Every package of the tree, as `cargo metadata` has it.
fn packages() -> Vec<Json> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .current_dir(repository())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

fn is_member(package: &Json) -> bool {
    package["source"].is_null()
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// `1.88` or `1.88.0` as numbers.
fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().expect("a number")).chain([0; 3]).take(3).collect()
}

#[test]
fn the_rust_version_is_enough_for_every_dependency_and_the_readme_names_it() {
    let packages = packages();
    let ours: Vec<&Json> = packages.iter().filter(|package| is_member(package)).collect();
    let promised = ours[0]["rust_version"].as_str().expect("a Rust version");
    for package in &ours {
        assert_eq!(package["rust_version"], promised, "{}", package["name"]);
    }
    for package in &packages {
        let needed = package["rust_version"].as_str().unwrap_or("1.0");
        let name = &package["name"];
        assert!(version(needed) <= version(promised), "{name} needs {needed}, not {promised}");
    }
    assert_contains(&read("README.md"), &format!("Rust {promised} or later"));
}

#[test]
fn every_member_forbids_unsafe_code() {
    assert_contains(&read("Cargo.toml"), "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n");
    for package in packages().iter().filter(|package| is_member(package)) {
        let manifest = package["manifest_path"].as_str().expect("a path");
        let text = fs::read_to_string(manifest).expect("a manifest");
        assert!(text.contains("[lints]\nworkspace = true\n"), "{manifest} has lints of its own");
    }
}

/// What cargo-deny checks at length, for those who do not have it.
#[test]
fn every_dependency_is_from_crates_io_and_under_a_licence_that_deny_toml_allows() {
    let deny = read("deny.toml");
    let (_, allowed) = deny.split_once("\nallow = [").expect("the licences allowed");
    let (allowed, _) = allowed.split_once(']').expect("the end of the list");
    let is_allowed = |licence: &str| {
        let name = licence.trim_matches(['(', ')', ' ']);
        allowed.contains(&format!("\"{name}\""))
    };
    for package in packages().iter().filter(|package| !is_member(package)) {
        let name = &package["name"];
        let source = "registry+https://github.com/rust-lang/crates.io-index";
        assert_eq!(package["source"], source, "{name}");
        let licence = package["license"].as_str().unwrap_or("none");
        // An old way to write OR.
        let licence = licence.replace('/', " OR ");
        let mut all = licence.split(" AND ");
        assert!(all.all(|part| part.split(" OR ").any(is_allowed)), "{name}: {licence}");
    }
}
