//! The layers of the crate hold: data flows one way, and only a few files know the window's framework.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each layer may name of ours, besides itself.
fn allowed(layer: &str) -> &'static [&'static str] {
    match layer {
        "domain" => &[],
        "vision" | "render" | "text" | "roster" => &["domain"],
        "device" | "store" => &["domain", "vision", "render", "text"],
        "bundle" | "deliver" => &["domain", "vision", "render", "text", "store"],
        "centre" => &["domain", "vision", "render", "text", "store", "bundle"],
        "worker" => &["domain", "vision", "render", "text", "device", "store", "bundle", "deliver", "centre"],
        "ui" => &["domain", "text"],
        _ => &[
            "app", "bundle", "centre", "cli", "deliver", "device", "domain", "render", "roster", "store", "text", "ui",
            "vision", "worker",
        ],
    }
}

fn source_files(dir: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// Code without line comments, so that prose may name any layer.
fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Text in front of the unit tests of a file: tests may reach further.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Names that follow a path prefix: one, or each of a `{...}` list at its top level.
fn names_after(rest: &str) -> Vec<String> {
    let Some(list) = rest.strip_prefix('{') else { return vec![identifier(rest).to_owned()] };
    let (mut names, mut depth, mut fresh) = (Vec::new(), 0, true);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && depth == 0 && (c.is_alphabetic() || c == '_') => {
                names.push(identifier(&list[at..]).to_owned());
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

/// Top-level modules of ours that a file names, through `crate::` or by climbing out with `super::`.
fn imports(file: &str, code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, prefix) in code.match_indices("crate::") {
        names.extend(names_after(&code[at + prefix.len()..]));
    }
    let parts: Vec<_> = file.trim_end_matches(".rs").split('/').filter(|part| *part != "mod").collect();
    let climb = "super::".repeat(parts.len());
    for (at, _) in code.match_indices(&climb) {
        if !code[..at].ends_with("super::") {
            names.extend(names_after(&code[at + climb.len()..]));
        }
    }
    names
}

#[test]
fn layers_import_only_what_they_may() {
    let layers: BTreeSet<String> = allowed("cli").iter().map(|layer| (*layer).to_owned()).collect();
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some((layer, _)) = file.split_once('/') else { continue };
        for name in imports(&file, &without_comments(without_tests(&text))) {
            if name != layer && layers.contains(&name) && !allowed(layer).contains(&name.as_str()) {
                wrong.push(format!("src/{file} names crate::{name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows against the layers:\n{}", wrong.join("\n"));
}

#[test]
fn an_arrow_against_the_layers_would_be_seen() {
    let named = |code: &str| imports("vision/qr/mod.rs", code).into_iter().collect::<Vec<_>>();
    assert_eq!(named("use crate::store::Store;"), ["store"]);
    assert_eq!(named("use crate::{domain::{code::A, ids::B}, store};"), ["domain", "store"]);
    assert_eq!(named("use super::super::store::Store;"), ["store"]);
    assert!(named("use super::checks;").is_empty());
    assert!(without_comments("let a = 1; // crate::store").find("crate::").is_none());
}

#[test]
fn only_main_and_app_name_the_window_framework() {
    let knows = |(file, text): &(String, String)| {
        let code = without_comments(text);
        let may = file == "main.rs" || file.starts_with("app/");
        (!may && (code.contains("eframe::") || code.contains("use eframe"))).then(|| file.clone())
    };
    let wrong: Vec<_> = sources().iter().filter_map(knows).collect();
    assert!(wrong.is_empty(), "eframe is named in {wrong:?}");
}

#[test]
fn the_core_has_no_files_threads_or_clock() {
    let mut wrong = Vec::new();
    let all: BTreeMap<String, String> = sources().into_iter().collect();
    for (file, text) in &all {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let declared = format!("#[cfg(test)]\nmod {};", name.trim_end_matches(".rs"));
        if all.get(&format!("{folder}/mod.rs")).is_some_and(|parent| parent.contains(&declared)) {
            continue;
        }
        let pure = ["domain/", "vision/", "render/", "text/"].iter().any(|layer| file.starts_with(layer));
        let code = without_comments(without_tests(text));
        // Scoped threads only share the work of one call between the cores; threads that live on are `worker`'s.
        for edge in [
            "std::fs",
            "thread::spawn",
            ".spawn(",
            "thread::sleep",
            "Instant::now",
            "SystemTime::now",
            "std::net",
            "std::process",
        ] {
            if pure && code.contains(edge) {
                wrong.push(format!("src/{file} uses {edge}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_owns_and_stays_readable() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        if !text.starts_with("//!") {
            wrong.push(format!("src/{file} does not open with //!"));
        }
        let lines = text.lines().count();
        if lines > 400 {
            wrong.push(format!("src/{file} has {lines} lines"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
