//! `forbidden-scheme`.

use crate::declare_rule;
use crate::index::{Given, Giver, Index};
use crate::matrix::Said;
use crate::rule::Reporter;
use crate::value_type::url::Url;

declare_rule! {
    /// Reports URLs that supply an environment with a scheme which the matrix forbids there.
    ///
    /// ## Why it matters
    ///
    /// A `sqlite:` database in staging loses its data with the container, and an `http:` address in production
    /// sends passwords in the clear. Both work at first, so nobody notices.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # envs/staging.yaml
    /// forbidden_schemes: [sqlite]
    /// values: { DATABASE_URL: "sqlite:///./app.db" }
    /// ```
    ///
    /// ```text
    /// error[forbidden-scheme]: `DATABASE_URL` has the scheme `sqlite` in `staging`, which forbids it
    /// ```
    ///
    /// ## What to do
    ///
    /// Supply an address with an allowed scheme. A driver behind a `+` does not change the scheme:
    /// `sqlite+aiosqlite:` is forbidden with `sqlite`.
    pub struct ForbiddenScheme = "forbidden-scheme", Value, Error, needs_matrix;
}

impl ForbiddenScheme {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for given in &index.given_values() {
            if matches!(given.by, Giver::Code(_) | Giver::Example | Giver::BuildArg) {
                continue;
            }
            let Some(scheme) = scheme(given) else { continue };
            for environment in &given.environments {
                let Some(forbidden) = forbids(&environment.forbidden_schemes, &scheme) else { continue };
                let mut finding = reporter
                    .report(
                        format!(
                            "`{}` has the scheme `{scheme}` in `{}`, which forbids it",
                            given.key, *environment.name
                        ),
                        given.at,
                        "supplied here",
                    )
                    .key(given.key)
                    .why("the matrix forbids the scheme in this environment")
                    .help("supply an address with another scheme")
                    .environments([environment.name.value.clone()]);
                if let Some(at) = forbidden.at {
                    finding = finding.label(at, "forbidden here");
                }
                drop(finding);
            }
        }
    }
}

/// The scheme of a value that is a URL, in lower case. References may follow the scheme.
fn scheme(given: &Given<'_>) -> Option<String> {
    Url::parse(given.text.reveal().trim()).map(|url| url.scheme.to_ascii_lowercase())
}

fn forbids<'a>(forbidden: &'a [Said<String>], scheme: &str) -> Option<&'a Said<String>> {
    let base = scheme.split('+').next().unwrap_or(scheme);
    forbidden.iter().find(|word| word.as_str() == scheme || word.as_str() == base)
}
