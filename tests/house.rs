//! House rules: the layers of `src/lib.rs`, and the size of files.

use std::path::{Path, PathBuf};

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn modules_name_only_modules_above_them() {
    let files = sources();
    let map = &files.iter().find(|(name, _)| name == "lib.rs").unwrap().1;
    let order: Vec<&str> = map
        .lines()
        .filter_map(|line| line.trim_start_matches("//!").trim().strip_prefix("- [`")?.split('`').next())
        .collect();
    let declared: Vec<&str> =
        map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let (mut left, mut right) = (order.clone(), declared.clone());
    left.sort_unstable();
    right.sort_unstable();
    assert_eq!(left, right, "the map of lib.rs lists exactly the modules");
    let mut wrong = Vec::new();
    for (name, text) in &files {
        let module = name.split('/').next().unwrap().trim_end_matches(".rs");
        let Some(rank) = order.iter().position(|&other| other == module) else { continue };
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap();
            for (other_rank, other) in order.iter().enumerate() {
                if other_rank > rank
                    && code.contains(&format!("crate::{other}::"))
                    && !code.contains("$crate")
                {
                    wrong.push(format!("src/{name}:{}: `{module}` names `{other}`", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_small_rooms() {
    for (name, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 450, "src/{name} has {lines} lines; divide it");
        let stem = Path::new(&name).file_stem().unwrap().to_str().unwrap();
        assert!(!matches!(stem, "utils" | "util" | "common" | "helpers" | "misc"), "src/{name} says nothing");
    }
}
