//! Ruby: `ENV`, in source, in ERB, and in YAML that is rendered as ERB.

use std::ops::Range;

use super::gather::Gather;
use super::mentions::is_foreign;
use super::scan::{Access, Dialect, Site, read};
use crate::fact::{Extraction, Extractor, Phase, SourceKind};
use crate::syntax::code::{RUBY, Tokens};
use crate::text::{SourceFile, Span, TreePath};
use crate::value_type::ValueType;

/// Reads Ruby source and ERB.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ruby;

const DIALECT: Dialect = Dialect {
    fallbacks: &["||", "or", "||="],
    raises: &["raise", "abort", "fail", "exit"],
    definitions: &["def"],
    joins: &["+"],
    conversions: &[
        ("Integer", || Some(ValueType::Int { min: None, max: None })),
        ("Float", || Some(ValueType::Float)),
        ("presence", || None),
        ("cast", || None),
    ],
    has_open_conditions: true,
};

impl Extractor for Ruby {
    fn kind(&self) -> SourceKind {
        SourceKind("ruby")
    }

    fn claims(&self, path: &TreePath) -> bool {
        const ENDINGS: &[&str] = &["rb", "rake", "ru", "gemspec", "jbuilder", "erb", "yml", "yaml"];
        const NAMES: &[&str] = &["Rakefile", "Gemfile", "Capfile", "Guardfile", "Vagrantfile", "Fastfile"];
        let ending = path.name().rsplit_once('.').map(|(_, ending)| ending);
        (NAMES.contains(&path.name()) || ending.is_some_and(|ending| ENDINGS.contains(&ending)))
            && !is_foreign(path)
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        (text.contains("ENV") || text.contains("env"))
            && (!is_template(path) || text.contains("<%"))
            && (!is_yaml(path) || text.contains("ENV"))
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let tokens = match is_template(&file.path) {
            true => Tokens::of(&file.text, &between(&file.text, "<%", "%>"), &RUBY),
            false => Tokens::new(&file.text, &RUBY),
        };
        let mut gather = Gather::new(file, phase(&file.path));
        read(&tokens, &DIALECT, &sites(&tokens), &mut gather);
        gather.finish()
    }
}

fn is_yaml(path: &TreePath) -> bool {
    path.name().ends_with(".yml") || path.name().ends_with(".yaml")
}

fn is_template(path: &TreePath) -> bool {
    is_yaml(path) || path.name().ends_with(".erb")
}

/// The parts of a template that are code, without the signs behind the opening one that say what becomes of the
/// outcome (`<%=`). A comment (`<%#`) is left to the language.
pub(super) fn between(text: &str, open: &str, close: &str) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(open)) {
        let start = at + start + open.len();
        let signs =
            text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['=', '-']).len());
        let start = start + signs;
        let length = text.get(start..).and_then(|rest| rest.find(close));
        let end = length.map_or(text.len(), |length| start + length);
        parts.push(Span::new(start, end));
        at = end;
    }
    parts
}

fn phase(path: &TreePath) -> Phase {
    let in_tests = path.folder().parts().any(|part| matches!(part, "test" | "tests" | "spec" | "features"));
    let is_test = path.name().ends_with("_spec.rb") || path.name().ends_with("_test.rb");
    // `config/environments/test.rb`
    if in_tests || is_test || path.name() == "test.rb" { Phase::Test } else { Phase::Run }
}

/// Where `ENV` is asked. Source: Ruby's documentation of `ENV`.
fn sites(tokens: &Tokens<'_>) -> Vec<Site> {
    let mut found = demanded(tokens);
    for at in (0..tokens.len()).filter(|&at| tokens.is(at, "ENV") && !tokens.is_before(at, ".")) {
        if let Some(key) = tokens.group(at + 1, "[") {
            let end = tokens.past(at + 1);
            // `port = ENV["PORT"] ||= "80"` takes what is there.
            let is_used = at > 0 && !tokens.get(at).is_some_and(|token| token.starts_line);
            let access = match () {
                () if tokens.is(end, "=") || tokens.is(end, "+=") => Access::Set,
                () if tokens.is(end, "||=") && !is_used => Access::SetIfUnset,
                () => Access::Copes,
            };
            let is_set = !matches!(access, Access::Copes) && !tokens.is(end, "+=");
            let value = is_set.then(|| end + 1..tokens.past(end + 1));
            found.push(Site::new(key, at..end, access).or(value));
            continue;
        }
        let Some(method) = tokens.word(at + 2).filter(|_| tokens.is(at + 1, ".")) else { continue };
        let (arguments, end) = match tokens.group(at + 3, "(") {
            Some(group) => (tokens.split(group), tokens.past(at + 3)),
            // `ENV.fetch "K", "d"`
            None => {
                let has_default = tokens.is(at + 4, ",");
                let end = if has_default { tokens.past(at + 5) } else { at + 4 };
                let default = has_default.then_some(at + 5..end);
                (std::iter::once(at + 3..at + 4).chain(default).collect(), end)
            }
        };
        let Some(key) = arguments.first().cloned() else { continue };
        match method {
            "fetch" => {
                let block = block(tokens, end);
                let raises = |inside: &Range<usize>| {
                    inside
                        .clone()
                        .any(|at| tokens.word(at).is_some_and(|word| DIALECT.raises.contains(&word)))
                };
                let made = block.as_ref().map(|(inside, _)| inside.clone()).filter(|inside| !raises(inside));
                let default = arguments.get(1).cloned().or(made);
                let end = block.map_or(end, |(_, end)| end);
                let access = if default.is_some() { Access::Copes } else { Access::Fails };
                found.push(Site::new(key, at..end, access).or(default));
            }
            "key?" | "has_key?" | "include?" | "member?" => found.push(Site::new(key, at..end, Access::Test)),
            "store" => found.push(Site::new(key, at..end, Access::Set).or(arguments.get(1).cloned())),
            "delete" => found.push(Site::new(key, at..end, Access::Remove)),
            // `ENV.update("A" => "1", "B" => "2")`
            "update" | "merge!" => found.extend(arguments.iter().filter_map(|pair| {
                let is_pair = tokens.is(pair.start + 1, "=>");
                is_pair.then(|| {
                    Site::new(pair.start..pair.start + 1, at..end, Access::Set)
                        .or(Some(pair.start + 2..pair.end))
                })
            })),
            "values_at" | "slice" => {
                found.extend(arguments.into_iter().map(|key| Site::new(key, at..end, Access::Copes)));
            }
            _ => {}
        }
    }
    found
}

/// `Dotenv.require_keys("A", "B")`. Source: the README of the gem dotenv.
fn demanded(tokens: &Tokens<'_>) -> Vec<Site> {
    let mut found = Vec::new();
    for at in (0..tokens.len()).filter(|&at| tokens.is(at, "require_keys") && tokens.is_before(at, ".")) {
        let keys = tokens.group(at + 1, "(").map(|group| tokens.split(group)).unwrap_or_default();
        let whole = at..tokens.past(at + 1);
        found.extend(keys.into_iter().map(|key| Site::new(key, whole.clone(), Access::Fails)));
    }
    found
}

/// The block of `ENV.fetch("K") { 3 }` or `.. do 3 end`, and the position behind it.
fn block(tokens: &Tokens<'_>, at: usize) -> Option<(Range<usize>, usize)> {
    if let Some(inside) = tokens.group(at, "{") {
        return Some((inside, tokens.past(at)));
    }
    if tokens.is(at, "do") {
        let end = (at..tokens.len().min(at + 60)).find(|&end| tokens.is(end, "end"))?;
        return Some((at + 1..end, end + 1));
    }
    None
}
