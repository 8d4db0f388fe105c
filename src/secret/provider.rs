//! Token formats that issuers document.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::placeholder::is_placeholder;

/// A token format that one issuer documents, so that a match needs no guess.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Provider {
    /// Who issues it, for messages: "GitHub personal access token".
    pub name: &'static str,
    /// Whether its issuer lets browsers hold it, under restrictions (Google's API keys).
    pub may_be_public: bool,
}

/// Formats whose issuers document a fixed prefix and length; the more particular first. Publishable halves
/// are left out.
const PROVIDERS: &[(&str, &str)] = &[
    ("AWS access key id", r"(?:AKIA|ASIA)[0-9A-Z]{16}"),
    ("GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,}"),
    ("GitHub fine-grained token", r"github_pat_[A-Za-z0-9_]{60,}"),
    ("GitLab personal access token", r"glpat-[A-Za-z0-9_-]{20,}"),
    ("Stripe live secret key", r"(?:sk|rk)_live_[A-Za-z0-9]{20,}"),
    ("Slack token", r"xox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{16,}"),
    ("Slack webhook", r"https://hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}"),
    (
        "Discord webhook",
        r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}",
    ),
    ("Google API key", r"AIza[0-9A-Za-z_-]{35}"),
    ("Anthropic key", r"sk-ant-[A-Za-z0-9_-]{40,}"),
    ("OpenRouter key", r"sk-or-v1-[0-9a-f]{64}"),
    ("OpenAI key", r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{40,}"),
    ("SendGrid key", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("npm token", r"npm_[A-Za-z0-9]{36}"),
    ("PyPI token", r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}"),
    ("Docker Hub token", r"dckr_pat_[A-Za-z0-9_-]{27,}"),
    ("Hugging Face token", r"hf_[A-Za-z0-9]{34,}"),
    ("DigitalOcean token", r"do[opr]_v1_[0-9a-f]{64}"),
    ("Telegram bot token", r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    ("Vault token", r"hvs\.[A-Za-z0-9_-]{24,}"),
    ("private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s|\\r|\\n)*[A-Za-z0-9+/=]{40,}"),
];

/// What is hidden whatever it is: whole key blocks, test tokens, signed tokens, and the formats above when
/// they are cut short.
const HIDDEN: &[&str] = &[
    r"(?s)-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----.*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|\z)",
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,}",
    r"whsec_[A-Za-z0-9+/=]{8,}",
    r"(?-u:\b)sk-[A-Za-z0-9_-]{16,}",
    r"(?-u:\b)xox[abprse]-[A-Za-z0-9-]{10,}",
    r"(?-u:\b)xapp-[A-Za-z0-9-]{10,}",
    r"(?-u:\b)(?:gh[pousr]|github_pat|npm|hf|dckr_pat|glpat|gldt|glrt)[_-][A-Za-z0-9_-]{16,}",
    r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*",
    r"(?i)(?-u:\b)(?:bearer|basic)\s+[A-Za-z0-9+/_.=-]{12,}",
    r"(?i)(?-u:\b)(?:AccountKey|SharedAccessKey|sig)=[A-Za-z0-9+/%=]{16,}",
    r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,}",
    r"https://[a-z.]*discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{8,}",
];

/// A text that holds none of these, in capitals or not, matches none of the formats above. Building the patterns takes
/// milliseconds, and most trees hold no token.
#[rustfmt::skip]
const HINTS: &[&str] = &[
    "-----begin", ":aa", "_live_", "_test_", "accountkey=", "aiza", "akia", "asia", "basic", "bearer", "dckr_pat", "discord",
    "doo_v1_", "dop_v1_", "dor_v1_", "eyj", "gho-", "gho_", "ghp-", "ghp_", "ghr-", "ghr_", "ghs-", "ghs_", "ghu-", "ghu_", "github_pat", "gldt",
    "glpat", "glrt", "hf-", "hf_", "hooks.slack.com", "hvs.", "npm-", "npm_", "pypi-", "sg.", "sharedaccesskey=",
    "sig=", "sk-", "whsec_", "xapp-", "xox",
];

#[expect(clippy::expect_used, reason = "constant patterns; every test of this kind builds them")]
static ANY_HINT: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).build(HINTS).expect("constant patterns")
});

#[expect(clippy::expect_used, reason = "a constant pattern; a test compiles each")]
pub(super) fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("constant pattern")
}

pub(super) static ANY_PROVIDER: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    PROVIDERS
        .iter()
        .map(|&(name, pattern)| {
            // What begins with a sign, `https://` or dashes, may stand behind a letter.
            let begins = if pattern.starts_with(['h', '-']) { "" } else { r"(?-u:\b)" };
            (name, compiled(&format!("{begins}{pattern}")))
        })
        .collect()
});

static ALL_HIDDEN: LazyLock<Vec<Regex>> =
    LazyLock::new(|| HIDDEN.iter().map(|pattern| compiled(pattern)).collect());

/// The issuer whose token format `value` contains, if any. Samples do not count: repeated characters
/// (`ghp_xxxxxxxx…`), counted ones (`…1234567890`), words (`sk-your-key-…`), and the issuers' documented
/// examples.
#[must_use]
pub fn provider_token(value: &str) -> Option<Provider> {
    if value.len() < 16 || !ANY_HINT.is_match(value) || is_placeholder(value) {
        return None;
    }
    ANY_PROVIDER.iter().find_map(|&(name, ref pattern)| {
        let found = pattern.find(value)?.as_str();
        (!is_sample(found)).then_some(Provider { name, may_be_public: name == "Google API key" })
    })
}

/// Whether a text in a token's format was made up by hand.
pub(super) fn is_sample(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    let words = [
        "example",
        "your",
        "sample",
        "dummy",
        "fake",
        "placeholder",
        "changeme",
        "redacted",
        "xxxx",
        "test-",
    ];
    let bytes = lower.as_bytes();
    let tail = bytes.get(bytes.len().saturating_sub(16)..).unwrap_or(bytes);
    let distinct = tail.iter().collect::<std::collections::BTreeSet<_>>().len();
    let counts = |run: &[u8]| run.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1) || pair == b"90");
    let is_counted = bytes.windows(6).any(counts);
    let is_repeated = bytes.windows(6).any(|run| run.iter().all(|byte| Some(byte) == run.first()));
    distinct < 5
        || is_counted
        || is_repeated && !lower.contains("-----begin")
        || words.iter().any(|word| lower.contains(word))
        || !tail.iter().any(u8::is_ascii_digit)
            && !lower.contains("-----begin")
            // Chance may give letters only.
            && !token.rsplit('_').next().is_some_and(|body| {
                body.len() >= 30 && body.bytes().all(|byte| byte.is_ascii_alphanumeric()) && is_mixed(body)
            })
}

/// Whether a text has large and small letters, as many of each as chance gives. Names have few large ones.
pub(super) fn is_mixed(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let large = text.bytes().filter(u8::is_ascii_uppercase).count();
    letters >= 6 && large * 5 >= letters && large * 5 <= letters * 4
}

/// The ranges of `text` in an issuer's format, or one that looks so, samples included.
pub(super) fn token_ranges(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let all = ANY_HINT.is_match(text).then(|| {
        let known = ANY_PROVIDER.iter().map(|(_, pattern)| pattern);
        known.chain(ALL_HIDDEN.iter())
    });
    let all = all.into_iter().flatten();
    all.flat_map(move |pattern| pattern.find_iter(text).map(|found| found.range()))
}

#[cfg(test)]
mod tests {
    use super::{ANY_HINT, HIDDEN, PROVIDERS, compiled, provider_token, token_ranges};
    use proptest::prelude::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in PROVIDERS.iter().map(|(_, pattern)| pattern).chain(HIDDEN) {
            compiled(pattern);
        }
    }

    /// Any text of any of the formats.
    fn any_token() -> impl Strategy<Value = String> {
        let patterns = PROVIDERS.iter().map(|(_, pattern)| pattern).chain(HIDDEN);
        let of = |pattern: &&str| {
            let plain = pattern.replace(r"(?-u:\b)", "").replace(r"|\z", "").replace("(?i)", "");
            proptest::string::string_regex(&plain).unwrap().boxed()
        };
        proptest::strategy::Union::new(patterns.map(of).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn every_token_has_a_hint(token in any_token()) {
            prop_assert!(ANY_HINT.is_match(&token), "{token}");
        }
    }

    /// Tokens in pieces, so that this file holds none.
    fn tokens() -> Vec<(&'static str, String)> {
        let body = "Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6Hy1Jc5Ga0TeUo";
        let of = |prefix: &str, parts: &[&str]| format!("{prefix}{}", parts.concat());
        vec![
            ("AWS access key id", of("AKIA", &["Q3EGRIXZ7PLM2DYT"])),
            ("GitHub token", of("ghp_", &[body])),
            ("GitLab personal access token", of("glpat-", &["Qx7Lm2Vt9ZpRw4Kd8Ns3"])),
            ("Stripe live secret key", of("sk_live_", &["Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6H"])),
            ("Slack token", of("xoxb-", &["482915736402", "-", "Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6H"])),
            ("Anthropic key", of("sk-ant-api03-", &[body, body])),
            ("OpenAI key", of("sk-proj-", &[body, body])),
            ("Hugging Face token", of("hf_", &[body])),
            ("Vault token", of("hvs.", &[body])),
        ]
    }

    #[test]
    fn tokens_are_known_by_their_issuers() {
        for (name, token) in tokens() {
            assert_eq!(provider_token(&token).map(|provider| provider.name), Some(name));
            let embedded = format!("curl -H 'X-Key: {token}'");
            assert_eq!(provider_token(&embedded).map(|provider| provider.name), Some(name));
            assert!(token_ranges(&embedded).next().is_some(), "{name}");
        }
    }

    #[test]
    fn samples_of_tokens_are_no_tokens() {
        for sample in [
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".to_owned(),
            "ghp_1234567890abcdefghijklmnopqrstuvwxyz".to_owned(),
            "ghp_0000000000000000000000000000000000000".to_owned(),
            concat!("AKIA", "IOSFODNN7EXAMPLE").to_owned(),
            "sk-your-openai-api-key-goes-here-and-is-rather-long-1".to_owned(),
            "sk-ant-api03-placeholder-for-tests-only-0000000000000000".to_owned(),
            "xoxb-your-bot-token-goes-here-please".to_owned(),
            "xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx".to_owned(),
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX".to_owned(),
            "-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----".to_owned(),
            "pk_live_Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6H".to_owned(),
            "sk_test_4eC39HqLyjWDarjtT1zdp7dc".to_owned(),
            "sha256-0d4a1185a1b2c3d4e5f60718293a4b5c6d7e8f90".to_owned(),
            "task-runner-with-a-very-long-name-that-goes-on-and-on-1".to_owned(),
        ] {
            assert_eq!(provider_token(&sample).map(|provider| provider.name), None, "{sample}");
        }
    }

    #[test]
    fn private_keys() {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDR7xL";
        for line in ["\n", "\\n"] {
            let key = format!(
                "-----BEGIN RSA PRIVATE KEY-----{line}{body}{line}{body}{line}-----END RSA PRIVATE KEY-----"
            );
            assert_eq!(provider_token(&key).map(|provider| provider.name), Some("private key"));
            let hidden: Vec<_> = token_ranges(&key).collect();
            assert!(hidden.contains(&(0..key.len())), "{hidden:?}");
        }
    }
}
