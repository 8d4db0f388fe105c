//! `value-not-allowed`.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::index::{Given, Giver, Index};
use crate::key::{SETTINGS_MODULE, near_miss};
use crate::rule::{Reporter, enumerate};
use crate::value_type::Mismatch;

declare_rule! {
    /// Reports values that are none of the words that their key allows, and a `DJANGO_SETTINGS_MODULE` that its package
    /// has not.
    ///
    /// ## Why it matters
    ///
    /// A key with a fixed set of values (`type: { one_of: [...] }` in the matrix, `Literal` or an enum in code)
    /// is refused with any other word, or worse, falls silently into the branch for everything else: with
    /// `ENVIRONMENT=prod` a check for `production` never holds.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: {} }
    /// keys:
    ///   LOG_LEVEL: { type: { one_of: [DEBUG, INFO, WARNING, ERROR] } }
    /// environments:
    ///   production: { values: { LOG_LEVEL: info } }
    /// ```
    ///
    /// ```text
    /// error[value-not-allowed]: `info` is no value of `LOG_LEVEL` in `production`
    /// ```
    ///
    /// ## What to do
    ///
    /// Use one of the words, or add the word where they are listed.
    pub struct ValueNotAllowed = "value-not-allowed", Value, Error, by_file;
}

impl ValueNotAllowed {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let expectations = index.expectations();
        if expectations.are_all_met() && index.missing_modules.is_empty() {
            return;
        }
        for given in index.given_values() {
            if given.key.as_str() == SETTINGS_MODULE
                && let Some(module) = given.meant()
                && let Some(known) = index.missing_modules.get(module.trim())
            {
                missing_module(reporter, &given, known);
                continue;
            }
            let Some((why, expected)) = expectations.mismatch(&given) else { continue };
            let Mismatch::NotListed(words) = why.innermost() else { continue };
            let shown = given.text.shown(given.key);
            let what = match given.by {
                Giver::Code(_) => "the code's default",
                Giver::Example => "the example value",
                _ => "the value",
            };
            let is_item = matches!(why, Mismatch::Item { .. });
            let message = if shown == "***" || is_item {
                format!("{what} of `{}`{} {why}", given.key, given.in_environments())
            } else {
                format!("`{shown}` is no value of `{}`{}", given.key, given.in_environments())
            };
            let mut finding = reporter
                .report(message, given.at, format!("not {}", expected.value_type))
                .key(given.key)
                .why(if expected.by.is_some() {
                    "the code that reads it knows no other words"
                } else {
                    "the matrix lists the words that everybody may rely on"
                })
                .help(help(&given, words))
                .environments(given.environment_names());
            if let Some(at) = expected.at {
                finding = finding
                    .label(at, if expected.by.is_some() { "read here" } else { "the words are listed here" });
            }
            drop(finding);
        }
    }
}

/// Tells of a module of settings that is not in its package.
fn missing_module(reporter: &mut Reporter<'_>, given: &Given<'_>, known: &BTreeSet<String>) {
    let module = given.text.reveal().trim();
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let last = module.rsplit('.').next().unwrap_or("");
    let help = match names.iter().find(|name| near_miss(last, name)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if names.is_empty() => "name a module that is there".to_owned(),
        None => format!("the package has {}", enumerate(&names)),
    };
    reporter
        .report(
            format!("`{}` names the module `{module}`, which is not there", given.key),
            given.at,
            "no such module",
        )
        .key(given.key)
        .environments(given.environment_names())
        .why("Django imports it before anything else, and the program does not start")
        .help(help);
}

fn help(given: &Given<'_>, words: &[String]) -> String {
    let text = given.text.reveal().to_ascii_lowercase();
    let nearest = words
        .iter()
        .map(|word| {
            let lower = word.to_ascii_lowercase();
            // `prod` is short for `production`.
            let is_short = text.len() >= 3 && lower.starts_with(&text);
            (if is_short { 0 } else { strsim::osa_distance(&text, &lower) }, word)
        })
        .filter(|(distance, word)| *distance <= word.len() / 3)
        .min();
    match nearest {
        Some((_, word)) => format!("did you mean `{word}`?"),
        None => "use one of the listed words, or list this one too".to_owned(),
    }
}
