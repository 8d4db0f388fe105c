//! How secrets look, and how harmless values look.

use std::sync::LazyLock;

use regex::Regex;

/// A token format that one issuer documents, so that a match needs no guess.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Provider {
    /// Who issues it, for messages: "GitHub personal access token".
    pub name: &'static str,
}

/// Formats whose issuers document a fixed prefix and length. Publishable halves are left out.
const PROVIDERS: &[(&str, &str)] = &[
    ("AWS access key id", r"(?:AKIA|ASIA)[0-9A-Z]{16}"),
    ("GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,}"),
    ("GitHub fine-grained token", r"github_pat_[A-Za-z0-9_]{60,}"),
    ("GitLab personal access token", r"glpat-[A-Za-z0-9_-]{20,}"),
    ("Stripe live secret key", r"(?:sk|rk)_live_[A-Za-z0-9]{20,}"),
    ("Slack token", r"xox[abprs]-[A-Za-z0-9-]{20,}"),
    ("Slack webhook", r"https://hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}"),
    ("Google API key", r"AIza[0-9A-Za-z_-]{35}"),
    ("OpenAI key", r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{40,}"),
    ("Anthropic key", r"sk-ant-[A-Za-z0-9_-]{40,}"),
    ("SendGrid key", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("npm token", r"npm_[A-Za-z0-9]{36}"),
    ("PyPI token", r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}"),
    ("Vault token", r"hvs\.[A-Za-z0-9_-]{24,}"),
    ("private key", r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
];

#[expect(clippy::expect_used, reason = "a constant pattern; a test compiles each")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("constant pattern")
}

static ANY_PROVIDER: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    PROVIDERS
        .iter()
        .map(|&(name, pattern)| (name, compiled(&format!(r"(?:^|[^A-Za-z0-9_]){pattern}"))))
        .collect()
});

/// The issuer whose token format `value` contains, if any. Repeated-character samples
/// (`ghp_xxxxxxxx…`) and the issuers' documented examples do not count.
#[must_use]
pub fn provider_token(value: &str) -> Option<Provider> {
    if value.len() < 16 || value.to_ascii_uppercase().contains("EXAMPLE") {
        return None;
    }
    ANY_PROVIDER.iter().find_map(|(name, pattern)| {
        let found = pattern.find(value)?.as_str();
        let tail = &found.as_bytes()[found.len().saturating_sub(12)..];
        let mut distinct = tail.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        (distinct.len() >= 5).then_some(Provider { name })
    })
}

static URL_CREDENTIALS: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@'`]*:([^/\s@'`]+)@"));

/// Whether `value` is a URL with a password in it (`scheme://user:password@host`).
#[must_use]
pub fn has_url_credentials(value: &str) -> bool {
    URL_CREDENTIALS
        .captures_iter(value)
        .filter_map(|found| found.get(1))
        .any(|password| !is_reference(password.as_str()))
}

/// Whether a text in a password's place only names where the password comes from.
fn is_reference(text: &str) -> bool {
    text.starts_with(['$', '{', '%', '<'])
}

/// The byte ranges in `text` that look secret whatever key they belong to: passwords in URLs,
/// provider tokens, password hashes, and what follows `password=`-like words.
pub(super) fn secret_looking_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    // Password hashes in the form of crypt(3), with the `$` doubled as in compose files or not.
    static HASH: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"\${1,2}(?:2[abxy]|apr1|argon2(?:id|i|d)|[1567]|y|scrypt|pbkdf2[a-z0-9-]*)\${1,2}[^\s$][^\s]{15,}",
        )
    });
    static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r#"(?i)[A-Z0-9_.-]*(?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credential)[A-Z0-9_]*["']?\s*(?::=|=|:)\s*(?:Some\()?["']?([^\s"'#,;)]{4,})"#,
        )
    });
    let mut ranges: Vec<_> = URL_CREDENTIALS
        .captures_iter(text)
        .filter_map(|found| found.get(1))
        .filter(|password| !is_reference(password.as_str()))
        .map(|password| password.range())
        .collect();
    ranges.extend(HASH.find_iter(text).map(|found| found.range()));
    for (_, pattern) in ANY_PROVIDER.iter() {
        ranges.extend(pattern.find_iter(text).map(|found| found.range()));
    }
    let mut from = 0;
    while let Some(found) = ASSIGNED.captures_at(text, from) {
        let (Some(whole), Some(value)) = (found.get(0), found.get(1)) else { break };
        let before = text.get(whole.start()..value.start()).unwrap_or_default();
        if before.contains('\n') && begins_another_entry(value.as_str()) {
            // What looked like the value may be a secret's own name.
            from = value.start();
            continue;
        }
        from = value.end();
        let plain = value.as_str();
        if !plain.contains(['$', '{', '(', '<']) && !is_placeholder(plain) && !is_code_word(plain) {
            ranges.push(value.range());
        }
    }
    ranges
}

/// Whether what stands on the line below `API_KEY=` or `api_key:` is not its value but the next entry:
/// `LOG_LEVEL=info`, `kind:`.
fn begins_another_entry(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    // A name ends before its sign; padding of base64 (`YWJj==`) is no sign.
    name.len() < text.len()
        && (name == ":"
            || name.strip_prefix('=').is_some_and(|rest| !rest.is_empty() && !rest.starts_with('=')))
}

/// Words that follow `password:` in code and declarations without being a value.
fn is_code_word(value: &str) -> bool {
    matches!(
        value.trim_end_matches([',', ';']),
        "str"
            | "String"
            | "string"
            | "None"
            | "null"
            | "true"
            | "false"
            | "Option"
            | "SecretStr"
            | "Secret"
            | "required"
            | "optional"
            | "secret"
            | "config"
            | "read"
            | "data"
    ) || value.starts_with("Option<")
        || value.starts_with("str|")
        || value.contains("::")
}

/// Whether a value stands for one that somebody still has to put in: `changeme`, `<token>`,
/// `your-key-here`, `xxx`, `***`.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    if value.is_empty() {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let plain: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let framed = (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with("{{") && value.ends_with("}}"))
        || (value.starts_with('[') && value.ends_with(']') && value.contains(' '));
    let masked = value.len() >= 3
        && value.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '_' | '?'))
        && value.chars().any(|c| matches!(c, 'x' | 'X' | '*' | '.' | '?'));
    let words = [
        "changeme",
        "changethis",
        "changeit",
        "replaceme",
        "replacethis",
        "placeholder",
        "todo",
        "fixme",
        "tobefilled",
        "tobeset",
        "setme",
        "fillme",
        "putyour",
        "insertyour",
        "enteryour",
        "notset",
        "dummy",
        "redacted",
    ];
    framed
        || masked
        || words.iter().any(|word| plain.contains(word))
        || plain.starts_with("your")
            && (plain.len() > 5 && lower.contains(['-', '_', ' ']) || plain.ends_with("here"))
        || plain.ends_with("goeshere")
        || plain.contains("yoursecret")
        || plain.contains("yourpassword")
        || plain.contains("yourapikey")
        || matches!(plain.as_str(), "example" | "xxx" | "tbd" | "none" | "secret" | "password")
            && matches!(plain.as_str(), "tbd" | "xxx" | "example")
}

/// Whether a value can be shown whatever key it has: empty, a truth value, a small number, a common
/// word, an address without credentials, a placeholder, a plain path or an image reference.
///
/// Everything else counts as possibly secret.
#[must_use]
pub fn is_plainly_public(value: &str) -> bool {
    static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"(?x)^(?:
              -?[0-9]{1,7}(?:\.[0-9]{1,6})?(?:ms|s|m|h|d|k|mb|gb|kb|%)?
            | (?i:true|false|yes|no|on|off|null|none|debug|info|warn|warning|error|trace|critical|fatal
                 |production|prod|staging|stage|development|dev|test|testing|local|preview|ci|unknown|default|auto|latest
                 |localhost|json|text|enabled|disabled)
            | [a-z][a-z0-9+.-]*://[A-Za-z0-9.\[\]:_{}$*-]+(?:/[A-Za-z0-9._~/{}$-]{0,40})?
            | [A-Za-z0-9-]{1,40}(?:\.[A-Za-z0-9-]{1,40}){1,5}(?::[0-9]{1,5})?
            | \.{0,2}/[A-Za-z0-9._/-]{0,60}
            | \$\{?[A-Za-z_][A-Za-z0-9_]*\}?
            )$",
        )
    });
    value.is_empty()
        || is_placeholder(value)
        || (HARMLESS.is_match(value) && provider_token(value).is_none() && !has_url_credentials(value))
}

#[cfg(test)]
mod tests {
    use super::{PROVIDERS, compiled, is_placeholder, is_plainly_public, provider_token};

    #[test]
    fn every_pattern_compiles() {
        for (_, pattern) in PROVIDERS {
            compiled(pattern);
        }
    }

    #[test]
    fn placeholders() {
        for yes in [
            "changeme",
            "<YOUR_KEY>",
            "your-api-key",
            "your_key_here",
            "xxx",
            "CHANGE_ME",
            "***",
            "change-this",
        ] {
            assert!(is_placeholder(yes), "{yes}");
        }
        for no in ["", "postgres", "minio", "hunter2hunter2", "production", "yourcompany"] {
            assert!(!is_placeholder(no), "{no}");
        }
    }

    #[test]
    fn an_empty_secret_does_not_hide_the_next_entry() {
        let hidden = |text: &'static str| -> Vec<&str> {
            super::secret_looking_ranges(text).into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(hidden("API_KEY=\nWINDOW_DAYS=30d\n"), [""; 0]);
        assert_eq!(hidden("PAYMENT_API_KEY:\n  kind: config\n"), [""; 0]);
        assert_eq!(hidden("API_KEY=\nDB_PASSWORD=hunter2hunter2\n"), ["hunter2hunter2"]);
        assert_eq!(hidden("password:\n  hunter2hunter2\n"), ["hunter2hunter2"]);
        assert_eq!(hidden("password:\n  aHVudGVyMg==\n"), ["aHVudGVyMg=="]);
    }

    #[test]
    fn samples_of_tokens_are_no_tokens() {
        assert!(provider_token("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx").is_none());
        assert!(provider_token(concat!("AKIA", "IOSFODNN7EXAMPLE")).is_none());
        assert!(provider_token(concat!("AKIA", "Q3EGRIXZ7PLM2DYT")).is_some());
    }

    #[test]
    fn harmless_values() {
        for yes in ["", "true", "5432", "http://localhost:9000", "INFO", "30s", "redis.internal:6379"] {
            assert!(is_plainly_public(yes), "{yes}");
        }
        for no in ["hunter2", "postgres://u:p@h/d", "s3cr3t-value", "correct horse"] {
            assert!(!is_plainly_public(no), "{no}");
        }
    }
}
