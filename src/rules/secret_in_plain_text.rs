//! `secret-in-plain-text`

use crate::fact::{Fact, Need, Provision, Role, Structure, Value, is_aside};
use crate::index::{HeldKind, Index};
use crate::matrix::Kind;
use crate::rule::Reporter;
use crate::secret::provider_token;
use crate::text::Location;

crate::declare_rule! {
    /// Reports a secret that stands in a file of the tree: a token in a provider's own format, or the value of a declared secret for a deployed environment.
    ///
    /// Randomness alone never counts. Examples, tests, placeholders, publishable keys and files that
    /// the tree ignores are left out, and so are values for local and CI environments.
    ///
    /// ## Why it matters
    ///
    /// Whoever can read the repository, or ever could, has the secret.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # deploy/compose.yaml, which supplies `production`
    /// environment:
    ///   S3_SECRET_KEY: 8Jk2…        # declared with `kind: secret`
    /// ```
    ///
    /// ## What to do
    ///
    /// Replace the secret where it was issued, then read it from the store. Deleting the line leaves it
    /// in the history.
    pub struct SecretInPlainText = "secret-in-plain-text", Secret, Error;
}

impl SecretInPlainText {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = std::collections::BTreeSet::new();
        for fact in index.facts().filter(|fact| is_tracked(index, fact)) {
            for value in values(fact) {
                let Some(provider) = value.plain().and_then(provider_token) else { continue };
                if told.insert(Location::new(fact.file, value.span)) {
                    let message = format!("`{}` holds a {} in plain text", fact.key, provider.name);
                    speak(reporter, fact, message, Location::new(fact.file, value.span), None, None);
                }
            }
        }
        for (environment, supply) in index.supplied().filter(|(environment, _)| environment.is_deployed()) {
            let Some(spec) =
                index.matrix.keys.get(&supply.key).filter(|spec| spec.kind.value == Kind::Secret)
            else {
                continue;
            };
            let Some(held) = supply.held() else { continue };
            let (HeldKind::Text(text) | HeldKind::FileDefault(text)) = &held.kind else { continue };
            let Some(at) = held.at.filter(|at| !index.ignored.contains(&at.file)) else { continue };
            if text.is_empty() || held.is_placeholder() || !told.insert(at) {
                continue;
            }
            let Some(fact) = index.facts_in(at.file).find(|fact| fact.at() == at) else { continue };
            let message =
                format!("the secret `{}` of `{}` stands in plain text", supply.key, *environment.name);
            speak(
                reporter,
                fact,
                message,
                at,
                spec.kind.at.or(spec.name.at),
                Some(environment.name.value.clone()),
            );
        }
    }
}

fn speak(
    reporter: &mut Reporter<'_>,
    fact: &Fact,
    message: String,
    at: Location,
    declared: Option<Location>,
    environment: Option<String>,
) {
    let mut finding =
        reporter.report(message, at, "readable for everybody who has the repository").key(&fact.key);
    if let Some(declared) = declared {
        finding = finding.label(declared, "declared as a secret here");
    }
    finding
        .environments(environment)
        .why("it stays in the history after the line is deleted")
        .help("replace it where it was issued, then read the new one from the store");
}

fn is_tracked(index: &Index, fact: &Fact) -> bool {
    let is_example = index.extraction(fact.file).is_some_and(
        |extraction| matches!(&extraction.structure, Structure::Dotenv(dotenv) if dotenv.is_example),
    );
    !is_example && !index.ignored.contains(&fact.file) && !is_aside(&index.path(fact.file))
}

fn values(fact: &Fact) -> Vec<&Value> {
    match &fact.role {
        Role::Provides(provide) => match &provide.provision {
            Provision::OrElse(other) => vec![&provide.value, other],
            _ => vec![&provide.value],
        },
        Role::Reads(read) => match &read.need {
            Need::Default(value) => vec![value],
            _ => Vec::new(),
        },
        Role::Documents(_) | Role::Observed => Vec::new(),
    }
}
