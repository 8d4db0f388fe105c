//! `secret-file-tracked`

mod key;

use crate::fact::{Fact, Phase, Provide, Role, SourceKind, Structure, Value, is_aside};
use crate::index::Index;
use crate::key::{is_secret_name, segments};
use crate::matrix::Kind;
use crate::rule::{OptionKind, OptionSpec, Options, Reporter};
use crate::secret::{is_placeholder, provider_token, tells_no_secret};
use crate::system::Tracking;
use crate::text::{FileId, Span, TreePath};
use crate::value_type::url::Url;

pub(super) use self::key::is_key_file;
use super::secret_has_default::{is_harmless, looks_real};

crate::declare_rule! {
    /// Reports a dotenv file with real secrets, or the file of a private key, that git tracks, or that no ignore file keeps from being taken in.
    ///
    /// A file is judged by its values. In files for one machine (`.env.local`, what a Vault agent renders)
    /// any value of a secret counts that is no placeholder and no word for development. In a `.env` or
    /// `.env.production`, which many projects track with defaults for development, a value has to look like a
    /// secret that is really used. Files of other names, examples, tests and files for development or CI are left out, and so is
    /// every file of a tree that no git repository holds.
    ///
    /// So is a private key in a file of its own (`*.pem`, `*.key`, `id_rsa`) that git tracks, if its path does not say
    /// that it is one for tests, for a developer's machine or among certificates that sign themselves.
    ///
    /// ## Why it matters
    ///
    /// Everybody who can read the repository has the secrets, and so has everybody who ever could: taking
    /// the file out leaves it in the history. A file that is not tracked yet and not ignored either is one
    /// `git add .` away from that.
    ///
    /// ## Example
    ///
    /// Git's index lists these files:
    ///
    /// `.git/index`
    /// ```text
    /// .env.local
    /// README.md
    /// ```
    ///
    /// `.env.local`
    /// ```dotenv
    /// SESSION_SECRET=8Kd2mQx7Lp0ZvR4tYw9B
    /// ```
    ///
    /// ```text
    /// error[secret-file-tracked]: git tracks `.env.local`, which holds the secret `SESSION_SECRET`
    /// ```
    ///
    /// ## What to do
    ///
    /// List the file in `.gitignore`. If git tracks it, take it out (`git rm --cached .env.local`) and replace
    /// the secrets where they were issued.
    pub struct SecretFileTracked = "secret-file-tracked", Secret, Error, by_file { options: [HARMLESS_WORDS] };
}

const HARMLESS_WORDS: OptionSpec = OptionSpec {
    name: "harmless",
    kind: OptionKind::Texts,
    about: "Words that, anywhere in a value, tell that it is one for development.",
};

/// The most keys that one finding points at.
const MOST_PLACES: usize = 4;

impl SecretFileTracked {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        key::ask(index, reporter);
        let options = reporter.options();
        for file in index.in_focus().filter_map(|(file, _)| index.files.get(file)) {
            let mut held = held_by(index, file.id, options);
            held.retain(|fact| !options.allows(&fact.key));
            let Some((first, others)) = held.split_first() else { continue };
            let path = &file.path;
            let mut names: Vec<String> = held.iter().map(|fact| format!("`{}`", fact.key)).collect();
            names.dedup();
            let more = names.len().saturating_sub(MOST_PLACES);
            names.truncate(MOST_PLACES);
            let last = if more > 0 { Some(format!("{more} more")) } else { names.pop_if(|_| held.len() > 1) };
            let noun = if held.len() == 1 { "secret" } else { "secrets" };
            let keys = match last {
                Some(last) => format!("the {noun} {} and {last}", names.join(", ")),
                None => format!("the {noun} {}", names.join(", ")),
            };
            let tracked = match &index.tracking {
                Tracking::Known(paths) => Some(paths.contains(path)),
                Tracking::Unknown | Tracking::NoRepository => None,
            };
            let name = path.name();
            let (message, why, help) = match tracked {
                Some(true) => (
                    format!("git tracks `{path}`, which holds {keys}"),
                    "everybody who has the repository has the file, and its history keeps it",
                    format!(
                        "take it out with `git rm --cached {}`, list it in .gitignore, and replace what it holds",
                        path.within_root()
                    ),
                ),
                _ => (
                    format!("no ignore file covers `{path}`, which holds {keys}"),
                    "the next `git add .` takes it into the history, where it stays",
                    format!(
                        "list `{name}` in .gitignore; if git tracks the file already, replace what it holds"
                    ),
                ),
            };
            let mut finding = reporter.report(message, first.at(), "a value that looks real").key(&first.key);
            for other in others.iter().take(MOST_PLACES - 1) {
                finding = finding.label(other.at(), "and here");
            }
            finding.why(why).help(help);
        }
    }
}

/// The secrets with real values in a dotenv file that git tracks or does not ignore; none in other files.
pub(super) fn held_by<'a>(index: &'a Index, file: FileId, options: &Options) -> Vec<&'a Fact> {
    let dotenv = match index.extraction(file).map(|extraction| &extraction.structure) {
        Some(Structure::Dotenv(dotenv)) if index.kind(file) == Some(SourceKind("dotenv")) => dotenv,
        _ => return Vec::new(),
    };
    let path = index.path(file);
    let is_for_developers = dotenv.environment.as_deref().is_some_and(|name| {
        matches!(
            name,
            "dev" | "development" | "test" | "tests" | "testing" | "e2e" | "ci" | "docker" | "local"
        )
    });
    let is_local = is_local(index, &path);
    // What is called `variables.env` may be for users to copy and change.
    let is_by_name = path.name().starts_with(".env") || path.name().starts_with(".dev.vars");
    if dotenv.is_example
        || (!is_by_name && !is_local)
        || index.tracking == Tracking::NoRepository
        || index.ignored.contains(&file)
        || is_aside(&path)
        || (is_for_developers && !is_local)
    {
        return Vec::new();
    }
    let is_real = |fact: &Fact, provide: &Provide| {
        let Some(text) = provide.value.plain() else { return false };
        if provider_token(text).is_some_and(|token| !token.may_be_public) {
            return true;
        }
        let spec = index.matrix.keys.get(&fact.key).filter(|_| index.matrix.is_declared());
        let is_address = segments(&fact.key).any(|part| part.eq_ignore_ascii_case("DSN"));
        let is_secret = match spec {
            Some(spec) => spec.kind.value == Kind::Secret,
            None => is_secret_name(&fact.key) && !is_address,
        };
        let words = options.texts(&HARMLESS_WORDS);
        let may_be_real = || {
            text.len() >= 8 && !tells_no_secret(text) && !is_placeholder(text) && !is_harmless(text, words)
        };
        is_secret && (looks_real(&provide.value, words) || (is_local && may_be_real()))
            || spec.is_none() && is_login_elsewhere(index, text, words)
    };
    index
        .facts_in(file)
        .filter(|fact| fact.phase != Phase::Test)
        .filter(|fact| matches!(&fact.role, Role::Provides(provide) if is_real(fact, provide)))
        .collect()
}

/// Whether a text is the address of a server other than those of this machine and of compose files, with a password
/// that looks real.
fn is_login_elsewhere(index: &Index, text: &str, harmless: &[String]) -> bool {
    let Some(url) = Url::parse(text.trim()) else { return false };
    let Some((_, password)) = url.user_info.and_then(|user| user.split_once(':')) else { return false };
    let host = url.host.to_ascii_lowercase();
    let is_here = host.parse::<std::net::IpAddr>().is_ok()
        || host.ends_with("localhost")
        || ["local", "internal", "test", "invalid", "example", "lan"]
            .iter()
            .any(|end| host.rsplit('.').next() == Some(end))
        || host.split(['.', '-']).any(|word| word == "example" || word == "docker");
    // A name of one word is that of a service, unless a provider has made it.
    let is_made = host.contains('.') || host.len() >= 16 && host.bytes().any(|byte| byte.is_ascii_digit());
    let is_service = || {
        index
            .sites()
            .iter()
            .filter_map(|site| index.compose_service(site))
            .any(|service| service.name.value == host)
    };
    !is_here
        && is_made
        && password.len() >= SHORTEST_PASSWORD
        && looks_real(&Value::literal(password, Span::at(0)), harmless)
        && !is_service()
}

/// Shorter passwords are not told from words.
const SHORTEST_PASSWORD: usize = 20;

/// Whether a file is for one machine: by its name, or because an agent renders it.
fn is_local(index: &Index, path: &TreePath) -> bool {
    let name = path.name();
    let is_rendered = || {
        index.all_agents().any(|(file, agent)| {
            let folder = index.path(file).folder();
            let mut destinations =
                agent.templates.iter().filter_map(|template| template.destination.as_ref());
            destinations.any(|to| !to.value.starts_with('/') && folder.join(&to.value).as_ref() == Some(path))
        })
    };
    name.ends_with(".local") || name.contains(".local.") || is_rendered()
}
