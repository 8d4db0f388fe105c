//! `key-style`

use std::collections::BTreeMap;

use crate::fact::{Fact, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key};
use crate::matrix::Kind;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a key of the project's own that is not written in `UPPER_SNAKE`.
    ///
    /// A key is the project's own if its code reads it and one of its files sets or documents it, or if the
    /// matrix declares it and asks for the style (`naming: { key: UPPER_SNAKE }`). Keys that readers take in
    /// any case are left out, and so are those of tools, of the platform and with `.`, `-` or `__` in them,
    /// which mirror names of another notation.
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
    pub struct KeyStyle = "key-style", Naming, Warning, by_file;
}

impl KeyStyle {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<&KeyName, (Vec<&Fact>, Vec<&Fact>)> = BTreeMap::new();
        let foreign = index.keys_in_focus().filter(|key| !is_upper_snake(key));
        for fact in foreign.flat_map(|key| index.facts_of(key)).filter(|fact| !index.is_aside(fact.file)) {
            let entry = found.entry(&fact.key).or_default();
            match &fact.role {
                Role::Reads(read) if fact.place == Place::Process && !read.folds_case => entry.0.push(fact),
                Role::Provides(_) | Role::Documents(_)
                    if matches!(fact.place, Place::Dotenv | Place::Container(_)) =>
                {
                    entry.1.push(fact);
                }
                _ => {}
            }
        }
        let style = index.matrix.naming.key.as_ref();
        for (key, spec) in index.matrix.keys.iter().filter(|(key, _)| style.is_some() && !is_upper_snake(key))
        {
            if spec.kind.value != Kind::Platform {
                found.entry(key).or_default();
            }
        }
        for (key, (reads, sets)) in found {
            let spec = index.matrix.keys.get(key);
            let demanded = style.zip(spec.and_then(|spec| spec.name.at));
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
