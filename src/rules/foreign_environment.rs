//! `foreign-environment`

use crate::index::Index;
use crate::matrix::Environment;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a value of one environment that names the host of another.
    ///
    /// The hosts are those of the environments' `url` in the matrix.
    ///
    /// ## Why it matters
    ///
    /// Production sends its mails with links to staging, or staging writes into production.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # envs/staging.yaml has `url: https://app-staging.example.com`
    /// # envs/production.yaml
    /// values: { APP_URL: "https://app-staging.example.com" }
    /// ```
    ///
    /// ## What to do
    ///
    /// Give the environment its own address.
    pub struct ForeignEnvironment = "foreign-environment", Value, Warning, needs_matrix;
}

impl ForeignEnvironment {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = std::collections::BTreeSet::new();
        for (environment, supply) in index.supplied() {
            let (Some(text), Some(at)) = (supply.held().and_then(|held| held.text()), supply.at()) else {
                continue;
            };
            let own = host_of(environment);
            for other in &index.matrix.environments {
                let Some(foreign) = host_of(other).filter(|_| other.name != environment.name) else {
                    continue;
                };
                if own == Some(foreign)
                    || foreign.len() < 4
                    || foreign == "localhost"
                    || !names_host(text.reveal(), foreign)
                {
                    continue;
                }
                if !told.insert((at, supply.key.clone(), environment.name.value.clone())) {
                    continue;
                }
                let message = format!(
                    "`{}` of `{}` names the host of `{}`",
                    supply.key, *environment.name, *other.name
                );
                let mut finding =
                    reporter.report(message, at, format!("supplied to `{}`", *environment.name));
                if let Some(url) = other.url.as_ref().and_then(|url| url.at) {
                    finding = finding.label(url, format!("the address of `{}`", *other.name));
                }
                finding
                    .key(&supply.key)
                    .environments([environment.name.value.clone()])
                    .why("one environment would speak with another")
                    .help(format!("give `{}` its own address", *environment.name));
            }
        }
    }
}

fn host_of(environment: &Environment) -> Option<&str> {
    let url = environment.url.as_ref()?.value.as_str();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':', '?', '#']).next().filter(|host| !host.is_empty() && !host.contains(['{', '$', '<']))
}

/// Whether the text holds the host as a whole, not as the tail or head of a longer name.
fn names_host(text: &str, host: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.match_indices(host)
        .any(|(at, found)| !text[..at].ends_with(is_part) && !text[at + found.len()..].starts_with(is_part))
}
