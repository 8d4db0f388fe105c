//! `key-style`

use std::collections::BTreeMap;

use crate::fact::{Fact, Place, Role, is_aside};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key};
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a key of the project's own that is not written in `UPPER_SNAKE`.
    ///
    /// A key is the project's own if its code reads it and one of its files sets or documents it. Keys
    /// that readers take in any case, and those of tools, are left out.
    ///
    /// ## Why it matters
    ///
    /// Environment variables are told apart by case on Linux and not on Windows, and shells, compose
    /// and editors take only capitals for variables. A key such as `dbUrl` is set in one place and
    /// looked for as `DB_URL` in another.
    ///
    /// ## Example
    ///
    /// ```sh
    /// apiTimeout=30
    /// ```
    ///
    /// ## What to do
    ///
    /// Rename the key everywhere.
    pub struct KeyStyle = "key-style", Naming, Warning;
}

impl KeyStyle {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<&KeyName, (Vec<&Fact>, Vec<&Fact>)> = BTreeMap::new();
        for fact in
            index.facts().filter(|fact| !is_upper_snake(&fact.key) && !is_aside(&index.path(fact.file)))
        {
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
        for (key, (reads, sets)) in found {
            let declared = index.matrix.keys.get(key).and_then(|spec| spec.name.at);
            let foreign = is_tool_key(key)
                || is_tool_key(&key.to_ascii_uppercase())
                || key.starts_with("npm_")
                || key.contains(['.', '-', '/']);
            let own = declared.is_some() || (!reads.is_empty() && !sets.is_empty());
            let Some(at) = declared.or(sets.first().or(reads.first()).map(|fact| fact.at())) else {
                continue;
            };
            if foreign || !own {
                continue;
            }
            let mut finding =
                reporter.report(format!("`{key}` is not written in capitals"), at, "set here").key(key);
            if let Some(read) = reads.first() {
                finding = finding.label(read.at(), "read here");
            }
            finding
                .why("shells, compose and other readers take only UPPER_SNAKE for variables")
                .help(format!("rename it to `{}`", upper_snake(key)));
        }
    }
}

fn is_upper_snake(key: &str) -> bool {
    key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
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
