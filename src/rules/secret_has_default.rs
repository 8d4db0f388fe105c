//! The rule `secret-has-default`.

use std::collections::BTreeSet;

use super::secret_in_plain_text::settles;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::fact::{Fact, Need, Origin, Phase, Read, Role, Value};
use crate::index::Index;
use crate::key::{is_secret_name, public_prefix, segments};
use crate::matrix::Kind;
use crate::rule::{OptionKind, OptionSpec, Reporter, joined_by};
use crate::secret::{is_placeholder, provider_token};
use crate::text::{Location, TreePath};

declare_rule! {
    /// Reports a secret that falls back to a real-looking value written in the tree, or to a random one that
    /// changes at every start.
    ///
    /// Defaults for development (`postgres`, `minio`, `dev-secret`, `changeme`) are left alone: whether an
    /// environment may run on one is for the matrix to say.
    ///
    /// ## Why it matters
    ///
    /// A default is used wherever nobody sets the key, without a word. A real secret written as a default is
    /// known to everybody who can read the repository, and cannot be rotated without a release. A random
    /// default is worse to find: each restart and each worker makes its own, so sessions end, tokens are
    /// refused, and what was encrypted yesterday cannot be read today.
    ///
    /// ## Example
    ///
    /// `settings.py`
    /// ```python
    /// import secrets
    /// from pydantic import Field
    /// from pydantic_settings import BaseSettings
    ///
    /// class Settings(BaseSettings):
    ///     session_secret: str = Field(default_factory=lambda: secrets.token_urlsafe(32))
    /// ```
    ///
    /// ```text
    /// warning[secret-has-default]: `SESSION_SECRET` gets a new random value at every start where nobody sets it
    /// ```
    ///
    /// ## What to do
    ///
    /// Give the key no default, so that the program refuses to start without it, and supply it in every
    /// environment. Replace a secret that was written down: it is known.
    pub struct SecretHasDefault = "secret-has-default", Secret, Warning, by_file { options: [HARMLESS_WORDS] } => joined;
}

const HARMLESS_WORDS: OptionSpec = OptionSpec {
    name: "harmless",
    kind: OptionKind::Texts,
    about: "Words that, anywhere in a default, tell that it is one for development.",
};

/// What is wrong with a default.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Random,
    Written,
}

impl SecretHasDefault {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut seen = BTreeSet::new();
        for fact in index.facts() {
            let Role::Reads(read) = &fact.role else { continue };
            let Need::Default(value) = &read.need else { continue };
            if fact.phase == Phase::Test || !is_secret(index, fact, read, value) {
                continue;
            }
            let Some(file) = index.files.get(fact.file) else { continue };
            let at = Location::new(fact.file, if value.span.is_empty() { fact.span } else { value.span });
            // A field is read once more by every class that inherits it.
            if is_sample(&file.path) || !seen.insert(at) || is_for_development(&file.path, &fact.key, value) {
                continue;
            }
            let fault = if is_random(&fact.key, value, file.slice(value.span)) {
                Fault::Random
            } else if (looks_real(value, reporter.options().texts(&HARMLESS_WORDS))
                || looks_random(value, reporter.options().texts(&HARMLESS_WORDS)))
                && !value.plain().is_some_and(|text| settles(index, fact, text))
            {
                Fault::Written
            } else {
                continue;
            };
            speak(reporter, fault, at, fact);
        }
    }
}

fn speak(reporter: &mut Reporter<'_>, fault: Fault, at: Location, fact: &Fact) {
    let key = &fact.key;
    let (message, label, why, help) = match fault {
        Fault::Random => (
            format!("`{key}` gets a new random value at every start where nobody sets it"),
            "made anew by each process",
            "what one process signs or encrypts with it, no other can check or read, and nothing survives a restart",
            "give it no default and supply it in every environment",
        ),
        Fault::Written => (
            format!("`{key}` falls back to a value that looks like a real secret"),
            WRITTEN,
            "wherever nobody sets the key, the program runs on this value without a word",
            "give it no default, supply it in every environment, and replace the secret: it is known",
        ),
    };
    reporter
        .report(message, at, label)
        .label(fact.at(), "where the key is read")
        .why(why)
        .help(help)
        .key(key);
}

/// What is to be seen at a secret that is written down.
const WRITTEN: &str = "whoever reads the repository knows it";

/// One real secret that is written down at several links of a chain is one fault; each program that makes its own
/// random one is a fault by itself.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    joined_by(found, "here as well", |finding| {
        let is_written = finding.primary().is_some_and(|label| label.message == WRITTEN);
        is_written.then(|| finding.key.clone())
    })
}

/// Whether name, code or matrix say that the key is a secret. Keys of public halves are none, whatever
/// else their names say.
fn is_secret(index: &Index, fact: &Fact, read: &Read, value: &Value) -> bool {
    if let Some(spec) = index.matrix.keys.get(&fact.key) {
        let is_guessed = !index.matrix.is_declared();
        return spec.kind.value == Kind::Secret || is_guessed && is_long_key(&fact.key, value);
    }
    // Where an error tracker listens is in every browser bundle.
    let is_address = segments(&fact.key).any(|part| part.eq_ignore_ascii_case("DSN"));
    (read.is_secret || is_secret_name(&fact.key) || is_long_key(&fact.key, value)) && !is_address
}

/// Whether a key that is called one has 64 hexadecimal digits, which no identifier and no public half that people use is
/// written in.
fn is_long_key(key: &str, value: &Value) -> bool {
    let is_called_so = segments(key).count() >= 2
        && segments(key).last().is_some_and(|part| part.eq_ignore_ascii_case("KEY"))
        && !segments(key).any(|part| matches!(part.to_ascii_uppercase().as_str(), "PUBLIC" | "PUB" | "TEST"));
    is_called_so
        && public_prefix(key).is_none()
        && value.plain().is_some_and(|text| {
            text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
}

/// Whether the file shows how something is done, or tries it.
fn is_sample(path: &TreePath) -> bool {
    path.parts().any(|part| {
        matches!(
            part,
            "tests" | "test" | "e2e" | "examples" | "example" | "docs" | "fixtures" | ".devcontainer"
        )
    })
}

/// Names of settings that no deployed program is started with.
const DEVELOPMENT: &[&str] = &["local", "dev", "develop", "development", "test", "tests", "testing", "ci"];

/// Folders that hold settings, one file for each environment.
const SETTINGS: &[&str] = &["settings", "config", "configs", "conf", "environments", "env"];

/// Whether a default stands in the settings of developers or tests (`config/settings/local.py`), or its key is one of
/// tests. An issuer's token is real wherever it stands.
fn is_for_development(path: &TreePath, key: &str, value: &Value) -> bool {
    let stem = path.name().split('.').next().unwrap_or("").to_ascii_lowercase();
    let folder = path.folder();
    let is_one_of_settings =
        DEVELOPMENT.contains(&stem.as_str()) && folder.parts().any(|part| SETTINGS.contains(&part));
    let is_of_tests = || segments(key).any(|part| part.eq_ignore_ascii_case("TEST"));
    (is_one_of_settings || is_of_tests()) && value.plain().is_none_or(|text| provider_token(text).is_none())
}

/// Expressions that make a random value.
const RANDOM: &[&str] = &[
    "token_urlsafe",
    "token_hex",
    "token_bytes",
    "uuid4",
    "urandom",
    "generate_key",
    "get_random_secret_key",
];

fn is_random(key: &str, value: &Value, source: &str) -> bool {
    let keeps_others_out = segments(key).any(|part| {
        matches!(
            part.to_ascii_uppercase().as_str(),
            "KEY" | "KEYS" | "SECRET" | "SECRETS" | "SALT" | "PEPPER"
        )
    });
    value.origin == Origin::Unknown && keeps_others_out && RANDOM.iter().any(|maker| source.contains(maker))
}

/// Secrets that an issuer publishes, so that programs can be tried: that of reCAPTCHA, from its questions and answers.
const PUBLISHED: &[&str] = &["6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe"];

/// Words that values for development hold.
const HARMLESS: &[&str] = &[
    "dev",
    "local",
    "test",
    "example",
    "sample",
    "insecure",
    "default",
    "dummy",
    "demo",
    "change",
    "replace",
    "fake",
    "secret",
    "password",
    "minio",
    "postgres",
    "admin",
    "your",
    "placeholder",
    "unsafe",
    "not-",
];

/// Whether a value holds a word that values for development hold, one of `further` among them.
pub(super) fn is_harmless(text: &str, further: &[String]) -> bool {
    let lower = text.to_ascii_lowercase();
    HARMLESS.iter().any(|word| lower.contains(word))
        || further.iter().any(|word| lower.contains(&word.to_ascii_lowercase()))
}

/// Whether a default looks like a secret that is really used somewhere: an issuer's token, or a long text of
/// mixed characters without a word that says otherwise. Publishable keys are none.
pub(super) fn looks_real(value: &Value, harmless: &[String]) -> bool {
    let Some(text) = value.plain() else { return false };
    if provider_token(text).is_some() {
        return true;
    }
    let lower = text.to_ascii_lowercase();
    if is_placeholder(text)
        || PUBLISHED.contains(&text)
        || is_harmless(text, harmless)
        || ["pk_", "phc_", "pub"].iter().any(|start| lower.starts_with(start))
        || text.contains(|c: char| c.is_whitespace() || matches!(c, '/' | ':' | '.' | '{' | '$' | '<' | ','))
    {
        return false;
    }
    let distinct = text.bytes().collect::<BTreeSet<u8>>().len();
    let has = |class: fn(&u8) -> bool| text.bytes().any(|byte| class(&byte));
    let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    let is_hex = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (text.len() >= 20 && is_mixed && distinct >= 12) || (is_hex && distinct >= 10)
}

/// Whether a shorter default of a secret looks random all the same: at least sixteen signs in which letters and digits
/// change places all the time, as they do in no name.
fn looks_random(value: &Value, harmless: &[String]) -> bool {
    let Some(text) = value.plain() else { return false };
    let body = text.strip_prefix("base64:").unwrap_or(text);
    let is_encoded = body.len() < text.len();
    let is_of_code =
        |byte: u8| byte.is_ascii_alphanumeric() || is_encoded && matches!(byte, b'+' | b'/' | b'=');
    let lower = body.to_ascii_lowercase();
    let is_publishable = ["pk_", "phc_", "pub"].iter().any(|start| lower.starts_with(start));
    if body.len() < 16
        || !body.bytes().all(is_of_code)
        || is_publishable
        || is_placeholder(text)
        || is_harmless(body, harmless)
    {
        return false;
    }
    let signs = body.as_bytes();
    let changes =
        signs.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    let distinct = signs.iter().collect::<BTreeSet<_>>().len();
    let is_counted =
        signs.windows(5).any(|run| run.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)));
    changes >= 5 && distinct >= 8 && !is_counted
}
