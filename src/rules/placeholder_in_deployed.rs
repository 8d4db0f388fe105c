//! `placeholder-in-deployed`

use crate::fact::SourceKind;
use crate::index::Index;
use crate::matrix::Environment;
use crate::rule::{OptionKind, OptionSpec, Reporter, enumerate};
use crate::secret::is_placeholder;

crate::declare_rule! {
    /// Reports a placeholder such as `changeme` or `<token>` that supplies a deployed environment.
    ///
    /// What an example file shows is left out: people replace it when they copy the file.
    ///
    /// ## Why it matters
    ///
    /// The key is there, so every check for presence passes. The service runs with a password that
    /// everybody can guess, or fails at the first use.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: {} }
    /// keys: { SESSION_SECRET: { kind: secret, service: api, required: deployed } }
    /// environments:
    ///   production: { sources: [{ compose: compose.yaml }] }
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     image: api
    ///     environment:
    ///       SESSION_SECRET: ${SESSION_SECRET:-changeme}
    /// ```
    ///
    /// ```text
    /// error[placeholder-in-deployed]: a placeholder supplies `SESSION_SECRET` in `production`
    /// ```
    ///
    /// ## What to do
    ///
    /// Supply the real value, or let compose demand it: `${SESSION_SECRET:?}`.
    pub struct PlaceholderInDeployed = "placeholder-in-deployed", Secret, Error, needs_matrix { options: [PLACEHOLDERS] };
}

const PLACEHOLDERS: OptionSpec = OptionSpec {
    name: "placeholders",
    kind: OptionKind::Patterns,
    about: "Further values that hold the place for a real one.",
};

impl PlaceholderInDeployed {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for held in index.held_texts(Environment::is_deployed) {
            let text = held.text.reveal();
            if !is_placeholder(text) && !reporter.options().matches(&PLACEHOLDERS, text) {
                continue;
            }
            let key = held.key();
            let names = enumerate(&held.environment_names());
            let in_compose = index.kind(held.at.file) == Some(SourceKind("compose"));
            let (label, help) = if held.is_default {
                let label = "nothing else supplies it, so the default stands";
                (label, format!("supply the real value in {names}, and demand it here: `${{{key}:?}}`"))
            } else if in_compose {
                let help = format!(
                    "read it from outside instead: `${{{key}:?}}`, and supply the real value in {names}"
                );
                ("only holds the place for a value", help)
            } else {
                ("only holds the place for a value", format!("supply the real value in {names}"))
            };
            let mut finding = reporter
                .report(format!("a placeholder supplies `{key}` in {names}"), held.at, label)
                .key(key);
            if let Some(declared) = index.matrix.keys.get(key).and_then(|spec| spec.name.at) {
                finding = finding.label(declared, "declared here");
            }
            finding
                .environments(held.environment_names())
                .why("the key is set, so no check for presence notices")
                .help(help);
        }
    }
}
