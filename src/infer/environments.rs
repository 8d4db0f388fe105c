//! Environments: the main compose file is the local one; further ones by the names of dotenv files,
//! compose variants and templates.

use std::collections::BTreeMap;

use super::Tree;
use crate::fact::{DotenvFile, Structure};
use crate::matrix::{EnvSource, Environment, Said, Tier};
use crate::text::TreePath;

/// Words in file names that tell the environment, with its usual name and tier.
const WORDS: &[(&str, &str, Tier)] = &[
    ("local", "local", Tier::Local),
    ("dev", "local", Tier::Local),
    ("development", "local", Tier::Local),
    ("ci", "ci", Tier::Ci),
    ("test", "ci", Tier::Ci),
    ("testing", "ci", Tier::Ci),
    ("preview", "preview", Tier::Preview),
    ("pr-preview", "preview", Tier::Preview),
    ("staging", "staging", Tier::Staging),
    ("stage", "staging", Tier::Staging),
    ("prod", "production", Tier::Production),
    ("production", "production", Tier::Production),
];

/// The environment that a word of a file name stands for.
pub(super) fn by_word(word: &str) -> Option<(&'static str, Tier)> {
    WORDS.iter().find(|(known, _, _)| *known == word).map(|&(_, name, tier)| (name, tier))
}

/// The environments of the tree, by tier.
pub(super) fn guess(tree: &Tree<'_>) -> Vec<Environment> {
    let mut found: BTreeMap<(Tier, String), Environment> = BTreeMap::new();
    let mut add = |name: &str, tier: Tier, source: EnvSource| {
        let environment = found.entry((tier, name.to_owned())).or_insert_with(|| Environment {
            name: Said::inferred(name.to_owned()),
            tier: Said::inferred(tier),
            ..Environment::default()
        });
        environment.sources.push(Said::inferred(source));
    };
    let main = main_compose(tree);
    if let Some(main) = &main {
        let files = vec![Said::inferred(main.clone())];
        add("local", Tier::Local, EnvSource::Compose { files, profiles: Vec::new(), env_files: Vec::new() });
    }
    for (path, word) in compose_variants(tree) {
        if Some(&path) == main.as_ref() {
            continue;
        }
        if let Some((name, tier)) = by_word(&word) {
            let mut files: Vec<Said<TreePath>> = main
                .iter()
                .filter(|main| main.folder() == path.folder())
                .cloned()
                .map(Said::inferred)
                .collect();
            files.push(Said::inferred(path));
            add(name, tier, EnvSource::Compose { files, profiles: Vec::new(), env_files: Vec::new() });
        }
    }
    for (path, dotenv) in dotenvs(tree) {
        let source = EnvSource::Dotenv { file: Said::inferred(path.clone()), services: Vec::new() };
        match dotenv.environment.as_deref() {
            Some(word) => {
                if let Some((name, tier)) = by_word(word) {
                    add(name, tier, source);
                }
            }
            None if path.folder().within_root().is_empty() => add("local", Tier::Local, source),
            None => {}
        }
    }
    found.into_values().collect()
}

/// The compose file that `docker compose` takes by itself, at the root or in the shallowest folder.
fn main_compose(tree: &Tree<'_>) -> Option<TreePath> {
    const NAMES: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
    compose_paths(tree)
        .filter(|path| NAMES.contains(&path.name()))
        .min_by_key(|path| (path.parts().count(), path.clone()))
}

fn compose_paths<'a>(tree: &Tree<'a>) -> impl Iterator<Item = TreePath> {
    let shape = |structure: &'a Structure| match structure {
        Structure::Compose(compose) => Some(compose),
        _ => None,
    };
    tree.shaped(shape).map(|(file, _)| file.path.clone())
}

/// Compose files whose name tells an environment: `docker-compose.prod.yml`, `compose-staging.yaml`.
fn compose_variants(tree: &Tree<'_>) -> Vec<(TreePath, String)> {
    compose_paths(tree)
        .filter_map(|path| {
            let name = path.name().to_ascii_lowercase();
            let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))?;
            let rest = stem.strip_prefix("docker-compose").or_else(|| stem.strip_prefix("compose"))?;
            let word = rest.trim_start_matches(['.', '-', '_']).to_owned();
            (!word.is_empty()).then_some((path, word))
        })
        .collect()
}

/// The dotenv files of the tree; where a live file lies beside its example, the live one only.
fn dotenvs(tree: &Tree<'_>) -> Vec<(TreePath, DotenvFile)> {
    let all: Vec<(TreePath, DotenvFile)> = tree
        .shaped(|structure| match structure {
            Structure::Dotenv(dotenv) => Some(dotenv),
            _ => None,
        })
        .map(|(file, dotenv)| (file.path.clone(), dotenv.clone()))
        .collect();
    let has_live = |path: &TreePath, dotenv: &DotenvFile| {
        all.iter().any(|(other, live)| {
            !live.is_example && other.folder() == path.folder() && live.environment == dotenv.environment
        })
    };
    all.iter().filter(|(path, dotenv)| !dotenv.is_example || !has_live(path, dotenv)).cloned().collect()
}
