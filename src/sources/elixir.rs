//! Elixir: `System.get_env` and its kin.

use super::gather::Gather;
use super::mentions::is_foreign;
use super::scan::{Access, Dialect, Site, read};
use crate::fact::{Extraction, Extractor, Phase, SourceKind};
use crate::syntax::code::{ELIXIR, Tokens};
use crate::text::{SourceFile, TreePath};
use crate::value_type::ValueType;

/// Reads `*.ex` and `*.exs`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elixir;

const DIALECT: Dialect = Dialect {
    fallbacks: &["||", "or"],
    raises: &["raise", "exit", "throw"],
    definitions: &["def", "defp"],
    joins: &["<>"],
    conversions: &[
        ("to_integer", || Some(ValueType::Int { min: None, max: None })),
        ("to_float", || Some(ValueType::Float)),
        ("parse", || None),
        ("to_existing_atom", || None),
        ("to_atom", || None),
        ("trim", || None),
    ],
    has_open_conditions: true,
};

impl Extractor for Elixir {
    fn kind(&self) -> SourceKind {
        SourceKind("elixir")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        let in_dependencies = path.folder().parts().any(|part| matches!(part, "deps" | "_build"));
        (name.ends_with(".ex") || name.ends_with(".exs")) && !is_foreign(path) && !in_dependencies
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.contains("env")
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let tokens = Tokens::new(&file.text, &ELIXIR);
        let name = file.path.name();
        let is_test = file.path.folder().parts().any(|part| part == "test")
            || name.ends_with("_test.exs")
            || name == "test.exs";
        let phase = match () {
            () if is_test => Phase::Test,
            // What `config.exs` and `prod.exs` read is read when a release is built.
            () if name == "config.exs" || name == "prod.exs" || name == "mix.exs" => Phase::Build,
            () => Phase::Run,
        };
        let mut gather = Gather::new(file, phase);
        read(&tokens, &DIALECT, &sites(&tokens), &mut gather);
        gather.finish()
    }
}

/// Where the environment is asked. Source: Elixir's documentation of `System`.
fn sites(tokens: &Tokens<'_>) -> Vec<Site> {
    let mut found = of_dotenvy(tokens);
    for at in (0..tokens.len()).filter(|&at| tokens.is(at, "System") && tokens.is(at + 1, ".")) {
        let Some(method) = tokens.word(at + 2) else { continue };
        let Some(arguments) = tokens.group(at + 3, "(").map(|group| tokens.split(group)) else { continue };
        let whole = at..tokens.past(at + 3);
        // `"K" |> System.get_env()`, and `System.get_env()["K"]`.
        let piped = at.checked_sub(2).filter(|_| tokens.is_before(at, "|>")).map(|key| key..key + 1);
        let inside = tokens.group(whole.end, "[");
        let around = piped.or(inside).filter(|_| arguments.first().is_none_or(|first| first.is_empty()));
        if let Some(key) = around.filter(|_| matches!(method, "get_env" | "fetch_env!")) {
            let access = if method == "get_env" { Access::Copes } else { Access::Fails };
            found.push(Site::new(key, whole, access));
            continue;
        }
        let Some(key) = arguments.first().cloned() else { continue };
        let site = match method {
            "get_env" => Site::new(key, whole, Access::Copes).or(arguments.get(1).cloned()),
            "fetch_env!" => Site::new(key, whole, Access::Fails),
            "fetch_env" => Site::new(key, whole, Access::Copes),
            "put_env" if tokens.is(key.start, "%") => {
                found.extend(pairs(tokens, key.start + 1, &whole));
                continue;
            }
            "put_env" => Site::new(key, whole, Access::Set).or(arguments.get(1).cloned()),
            "delete_env" => Site::new(key, whole, Access::Remove),
            _ => continue,
        };
        found.push(site);
    }
    found
}

/// `env!("K", :integer, 80)`: the key, its type and what is taken without it. Source: the documentation of Dotenvy.
fn of_dotenvy(tokens: &Tokens<'_>) -> Vec<Site> {
    let mut found = Vec::new();
    for at in (0..tokens.len()).filter(|&at| tokens.is(at, "env!")) {
        let arguments = tokens.group(at + 1, "(").map(|group| tokens.split(group)).unwrap_or_default();
        let Some(key) = arguments.first().cloned() else { continue };
        let default = arguments.get(2).cloned();
        let access = if default.is_some() { Access::Copes } else { Access::Fails };
        found.push(Site::new(key, at..tokens.past(at + 1), access).or(default));
    }
    found
}

/// The keys of `%{"A" => "1"}`, whose bracket stands at `open`.
fn pairs(tokens: &Tokens<'_>, open: usize, whole: &std::ops::Range<usize>) -> Vec<Site> {
    let pairs = tokens.group(open, "{").map(|inside| tokens.split(inside)).unwrap_or_default();
    let pairs = pairs.into_iter().filter(|pair| tokens.is(pair.start + 1, "=>"));
    let site = |pair: std::ops::Range<usize>| {
        Site::new(pair.start..pair.start + 1, whole.clone(), Access::Set).or(Some(pair.start + 2..pair.end))
    };
    pairs.map(site).collect()
}
