//! `key-style`

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::fact::{Fact, Phase, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key};
use crate::matrix::Kind;
use crate::rule::{Reporter, joined_by};

crate::declare_rule! {
    /// Reports a key of the project's own that is not written in `UPPER_SNAKE`, and names in small letters that code takes
    /// out of `process.env` by a pattern and that nobody sets.
    ///
    /// A key is the project's own if its code reads it and one of its files sets or documents it, or if the
    /// matrix declares it and asks for the style (`naming: { key: UPPER_SNAKE }`). Keys that readers take in
    /// any case are left out, and so are those of tools, of the platform and with `.`, `-` or `__` in them,
    /// which mirror names of another notation.
    ///
    /// `const { port } = process.env` names a variable `port`, not a field of one's own. Where no file of the tree sets or
    /// shows it, in no spelling but capitals, it is not there.
    ///
    /// ## Why it matters
    ///
    /// Environment variables are told apart by case on Linux and not on Windows, and people expect
    /// capitals. A key such as `apiTimeout` is set as `API_TIMEOUT` sooner or later, and nobody reads that.
    ///
    /// ## Example
    ///
    /// `.env`
    /// ```dotenv
    /// apiTimeout=30
    /// ```
    ///
    /// `app.py`
    /// ```python
    /// import os
    /// timeout = int(os.environ["apiTimeout"])
    /// ```
    ///
    /// ```text
    /// warning[key-style]: `apiTimeout` is not written in UPPER_SNAKE
    /// ```
    ///
    /// ## What to do
    ///
    /// Rename the key everywhere.
    pub struct KeyStyle = "key-style", Naming, Warning, by_file => joined;
}

impl KeyStyle {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<&KeyName, (Vec<&Fact>, Vec<&Fact>)> = BTreeMap::new();
        let style = index.matrix.naming.key.as_ref();
        // A settings class takes its names in any case, and those of all services are read by thousands.
        let unusual = index
            .keys_in_focus()
            .filter(|key| !is_upper_snake(key) && !is_foreign(key))
            .filter(|key| style.is_some() || index.is_read_as_written(key));
        for fact in unusual.flat_map(|key| index.facts_of(key)) {
            let is_read = match &fact.role {
                Role::Reads(read) if fact.place == Place::Process && !read.folds_case => true,
                Role::Provides(_) | Role::Documents(_)
                    if matches!(fact.place, Place::Dotenv | Place::Container(_)) =>
                {
                    false
                }
                _ => continue,
            };
            if !index.is_aside(fact.file) {
                let (reads, sets) = found.entry(&fact.key).or_default();
                if is_read { reads.push(fact) } else { sets.push(fact) }
            }
        }
        let declared = style.iter().flat_map(|_| &index.matrix.keys);
        for (key, spec) in declared.filter(|(key, _)| !is_upper_snake(key)) {
            if spec.kind.value != Kind::Platform {
                found.entry(key).or_default();
            }
        }
        for (key, (reads, sets)) in found {
            let spec = index.matrix.keys.get(key);
            let demanded = style.zip(spec.and_then(|spec| spec.name.at));
            let taken = reads.iter().find(|fact| sets.is_empty() && is_taken_out(index, fact));
            if let Some(taken) = taken.filter(|_| demanded.is_none() && !is_foreign(key)) {
                tell_of_nothing(index, reporter, taken);
                continue;
            }
            let own = demanded.is_some() || (!reads.is_empty() && !sets.is_empty());
            if !own || is_foreign(key) || spec.is_some_and(|spec| spec.kind.value == Kind::Platform) {
                continue;
            }
            let set = sets.first().map(|fact| (fact.at(), "set here"));
            let read = reads.first().map(|fact| (fact.at(), "read here"));
            let declared = demanded.map(|(_, at)| (at, "declared here"));
            let mut places = [set, declared, read].into_iter().flatten();
            let Some((at, label)) = places.next() else { continue };
            let message = format!("`{key}` is not written in UPPER_SNAKE");
            let mut finding = reporter.report(message, at, label).key(key);
            for (at, label) in places {
                finding = finding.label(at, label);
            }
            if let Some(at) = style.and_then(|style| style.at) {
                finding = finding.label(at, "the style is declared here");
            }
            finding
                .why("names differ by case on Linux and not on Windows, and people expect capitals")
                .help(format!("rename it to `{}` wherever it is set and read", upper_snake(key)));
        }
    }
}

/// What is to be seen where a pattern takes a name.
const TAKEN: &str = "taken by this name";

/// How far behind a name the end of its pattern is looked for, in bytes.
const PATTERN_REACH: usize = 400;

/// Whether a read is a name in small letters in `{ .. } = process.env`, and nothing else of the tree names it.
fn is_taken_out(index: &Index, fact: &Fact) -> bool {
    let is_small = fact.key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let Some(file) = index.files.get(fact.file).filter(|_| is_small && fact.key.len() > 1) else {
        return false;
    };
    let start = fact.span.end as usize;
    let end = file.text.floor_char_boundary((start + PATTERN_REACH).min(file.text.len()));
    let behind = file.text.get(start..end).unwrap_or("");
    let Some((names, rest)) = behind.split_once('}') else { return false };
    let rest = rest.trim_start().strip_prefix('=').map(str::trim_start);
    let rest = rest.and_then(|rest| rest.strip_prefix("process.env"));
    let is_whole =
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || "_.?[($".contains(c)));
    is_whole
        && !names.contains(['{', ';', '('])
        && fact.phase != Phase::Test
        && index.facts_of(&fact.key).all(|other| matches!(other.role, Role::Reads(_)))
        && index.mentions_of(&fact.key).next().is_none()
}

fn tell_of_nothing(index: &Index, reporter: &mut Reporter<'_>, taken: &Fact) {
    let key = &taken.key;
    let capitals = key.in_capitals();
    let set = index.facts_of(&capitals).find(|fact| !matches!(fact.role, Role::Reads(_)));
    let message = format!("`{key}` is taken out of `process.env` in small letters, and nobody sets it");
    let mut finding = reporter.report(message, taken.at(), TAKEN).key(key);
    if let Some(set) = set {
        finding = finding.label(set.at(), format!("`{capitals}` is another variable"));
    }
    finding
        .why("a pattern takes variables by their names as they are, and those of small letters are others on Linux")
        .help(format!("name the variable: `{{ {capitals}: {key} }}`, with the prefix that it has"));
}

/// The names of one file are one fault.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    joined_by(found, "and by this one", |finding| {
        finding.primary().filter(|label| label.message == TAKEN).map(|label| label.at.file)
    })
}

/// Whether somebody else chose the name: a tool, a package manager, or another notation that the name
/// mirrors (`Logging__Level`, `discovery.type`).
fn is_foreign(key: &str) -> bool {
    is_tool_key(key)
        || is_tool_key(&key.to_ascii_uppercase())
        || key.starts_with("npm_")
        || key.contains("__")
        || key.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

/// A letter with a number is a proper name that may keep its small letter: `x509`, `p12`, `v2`.
fn is_upper_snake(key: &str) -> bool {
    key.split('_').all(|segment| {
        let is_name = segment.len() > 1 && segment.starts_with(|c: char| c.is_ascii_lowercase());
        let rest = if is_name { segment.get(1..).unwrap_or("") } else { segment };
        rest.bytes().all(|b| b.is_ascii_digit() || !is_name && b.is_ascii_uppercase())
    })
}

/// `apiTimeout` and `api-timeout` as `API_TIMEOUT`.
fn upper_snake(key: &str) -> String {
    let mut text = String::new();
    let mut was_lower = false;
    for c in key.chars() {
        if c.is_ascii_uppercase() && was_lower {
            text.push('_');
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        text.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    text
}
