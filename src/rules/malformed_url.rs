//! `malformed-url`.

mod proxied;

use crate::declare_rule;
use crate::fact::{Provide, Role};
use crate::index::{Expectations, Given, Giver, Index, Site};
use crate::rule::Reporter;
use crate::text::Location;
use crate::value_type::Mismatch;
use crate::value_type::url::{self, UrlProblem};

declare_rule! {
    /// Reports URLs that no client can use as they stand, `$${X}` in the credentials of one among them, which compose
    /// hands on as text; and targets of a proxy (Caddy, nginx) at `locahost`.
    ///
    /// ## Why it matters
    ///
    /// An address with two schemes, without a host, at `locahost` or with a raw `@` in its password fails at the first
    /// connection, far from the file that holds it, and often with a message about a host nobody has heard of.
    /// Only values that begin like a URL, or whose key is declared or read as one, are looked at. Holes that
    /// somebody else fills (`${HOST}`, `<host>`, `{port}`) are never wrong.
    ///
    /// ## Example
    ///
    /// `.env`
    /// ```dotenv
    /// API_URL=http://https://api.example.com
    /// ```
    ///
    /// ```text
    /// error[malformed-url]: the URL in `API_URL` has two schemes, `http://` and `https://`
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct the address. Characters of a user name or a password that mean something in a URL are written as
    /// `%XX`: `@` as `%40`, `/` as `%2F`, `#` as `%23`.
    pub struct MalformedUrl = "malformed-url", Value, Error, by_file;
}

impl MalformedUrl {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
            literal_references(index, reporter, site);
        }
        proxied::ask(index, reporter);
        let expectations = index.expectations();
        for given in index.given_values() {
            let Some((problem, said_at)) = problem(&expectations, &given) else { continue };
            let what = match given.by {
                Giver::Code(_) => format!("the code's default for `{}`", given.key),
                _ if problem == UrlProblem::NoScheme => format!("the value of `{}`", given.key),
                _ => format!("the URL in `{}`", given.key),
            };
            let mut finding = reporter
                .report(format!("{what}{} {problem}", given.in_environments()), given.at, "malformed")
                .key(given.key)
                .why("whoever uses the address fails to connect, or connects somewhere else")
                .help(problem.help())
                .environments(given.environment_names());
            if let Some(at) = said_at {
                finding = finding.label(at, "a URL is asked for here");
            }
            drop(finding);
        }
    }
}

/// What is wrong with a value as a URL, and where it is said that it must be one.
fn problem(expectations: &Expectations<'_>, given: &Given<'_>) -> Option<(UrlProblem, Option<Location>)> {
    if let Some((why, expected)) = expectations.mismatch(given)
        && let Mismatch::Url(problem) = why.innermost()
    {
        return Some((problem.clone(), expected.at));
    }
    // Most values are none, which is told sooner than whether they are meant.
    if !url::begins_like_url(given.text.reveal().trim()) {
        return None;
    }
    let text = given.meant()?.trim();
    // Blanks are left to typed keys: a text may well begin with an address.
    let pieces: Vec<&str> =
        text.split([',', ';', ' ', '\n', '\t']).filter(|piece| !piece.is_empty()).collect();
    if pieces.iter().all(|piece| url::begins_like_url(piece)) {
        return pieces.into_iter().find_map(url::problem).map(|problem| (problem, None));
    }
    if text.contains(char::is_whitespace) {
        return None;
    }
    url::problem(text).map(|problem| (problem, None))
}

/// Tells of `$${X}` in the credentials of a URL under `environment:`: compose hands it on as `${X}`, and no shell
/// reads the environment of a container.
fn literal_references(index: &Index, reporter: &mut Reporter<'_>, site: &Site) {
    let Some(service) = index.compose_service(site) else { return };
    for fact in index.environment_of(site) {
        let Role::Provides(Provide { value, .. }) = &fact.role else { continue };
        let Some(text) = index.files.get(fact.file).and_then(|file| file.text.get(value.span.range())) else {
            continue;
        };
        let Some(begin) = text.find("://").map(|at| at + 3) else { continue };
        let authority = text.get(begin..).and_then(|rest| rest.split_once('@')).map(|(user, _)| user);
        let name = authority
            .filter(|user| !user.contains('/'))
            .and_then(|user| user.split_once("$${"))
            .and_then(|(_, rest)| rest.split_once('}'))
            .map(|(name, _)| name);
        let expands =
            |command: &str| ["eval", "envsubst", fact.key.as_str()].iter().any(|word| command.contains(word));
        let Some(name) = name.filter(|_| !service.commands.iter().any(|command| expands(command))) else {
            continue;
        };
        reporter
            .report(
                format!("the URL in `{}` holds `${{{name}}}` as text", fact.key),
                Location::new(fact.file, value.span),
                "compose turns `$$` into `$` and replaces nothing",
            )
            .key(&fact.key)
            .why("a program takes its environment as it is, so it logs in with a dollar sign and braces")
            .help(format!("let compose fill it in (`${{{name}}}`), or set it in the command with `export`"));
    }
}
