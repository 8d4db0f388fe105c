//! Token formats that issuers document.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

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

/// The name of a provider, the pattern of its format, and hints: of a text that matches, in capitals or not, at least
/// one stands in it.
type Written = (&'static str, &'static str, &'static [&'static str]);

/// Formats whose issuers document a fixed prefix and length; the more particular first. Publishable halves
/// are left out.
const PROVIDERS: &[Written] = &[
    ("AWS access key id", r"(?:AKIA|ASIA)[0-9A-Z]{16}", &["akia", "asia"]),
    ("GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,}", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]),
    ("GitHub fine-grained token", r"github_pat_[A-Za-z0-9_]{60,}", &["github_pat_"]),
    ("GitLab personal access token", r"glpat-[A-Za-z0-9_-]{20,}", &["glpat-"]),
    ("Stripe live secret key", r"(?:sk|rk)_live_[A-Za-z0-9]{20,}", &["_live_"]),
    ("Slack token", r"xox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{16,}", &["xox"]),
    (
        "Slack webhook",
        r"https://hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}",
        &["hooks.slack.com"],
    ),
    (
        "Discord webhook",
        r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}",
        &["discord"],
    ),
    ("Google API key", r"AIza[0-9A-Za-z_-]{35}", &["aiza"]),
    ("Anthropic key", r"sk-ant-[A-Za-z0-9_-]{40,}", &["sk-"]),
    ("OpenRouter key", r"sk-or-v1-[0-9a-f]{64}", &["sk-"]),
    ("OpenAI key", r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{40,}", &["sk-"]),
    ("SendGrid key", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}", &["sg."]),
    ("npm token", r"npm_[A-Za-z0-9]{36}", &["npm_"]),
    ("PyPI token", r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}", &["pypi-"]),
    ("Docker Hub token", r"dckr_pat_[A-Za-z0-9_-]{27,}", &["dckr_pat_"]),
    ("Hugging Face token", r"hf_[A-Za-z0-9]{34,}", &["hf_"]),
    ("DigitalOcean token", r"do[opr]_v1_[0-9a-f]{64}", &["doo_v1_", "dop_v1_", "dor_v1_"]),
    ("Telegram bot token", r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}", &[":aa"]),
    ("Vault token", r"hvs\.[A-Za-z0-9_-]{24,}", &["hvs."]),
    (
        "private key",
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s|\\r|\\n)*[A-Za-z0-9+/=]{40,}",
        &["-----begin"],
    ),
];

/// What is hidden whatever it is: whole key blocks, test tokens, signed tokens, and the formats above when
/// they are cut short.
const HIDDEN: &[Written] = &[
    (
        "",
        r"(?s)-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----.*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|\z)",
        &["-----begin"],
    ),
    ("", r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,}", &["_live_", "_test_"]),
    ("", r"whsec_[A-Za-z0-9+/=]{8,}", &["whsec_"]),
    ("", r"(?-u:\b)sk-[A-Za-z0-9_-]{16,}", &["sk-"]),
    ("", r"(?-u:\b)xox[abprse]-[A-Za-z0-9-]{10,}", &["xox"]),
    ("", r"(?-u:\b)xapp-[A-Za-z0-9-]{10,}", &["xapp-"]),
    (
        "",
        r"(?-u:\b)(?:gh[pousr]|github_pat|npm|hf|dckr_pat|glpat|gldt|glrt)[_-][A-Za-z0-9_-]{16,}",
        &[
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "ghp-",
            "gho-",
            "ghu-",
            "ghs-",
            "ghr-",
            "github_pat",
            "npm_",
            "npm-",
            "hf_",
            "hf-",
            "dckr_pat",
            "glpat",
            "gldt",
            "glrt",
        ],
    ),
    ("", r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*", &["eyj"]),
    ("", r"(?i)(?-u:\b)(?:bearer|basic)\s+[A-Za-z0-9+/_.=-]{12,}", &["bearer", "basic"]),
    (
        "",
        r"(?i)(?-u:\b)(?:AccountKey|SharedAccessKey|sig)=[A-Za-z0-9+/%=]{16,}",
        &["accountkey=", "sharedaccesskey=", "sig="],
    ),
    (
        "",
        r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,}",
        &["hooks.slack.com"],
    ),
    ("", r"https://[a-z.]*discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{8,}", &["discord"]),
];

#[expect(clippy::expect_used, reason = "a constant pattern; a test compiles each")]
pub(super) fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("constant pattern")
}

/// A format, compiled where a text has a hint of it: building all of them takes milliseconds, and most trees hold no
/// token.
pub(super) struct Format {
    /// The name of its provider; empty for what is hidden whatever it is.
    pub(super) name: &'static str,
    written: &'static str,
    pattern: OnceLock<Regex>,
}

impl Format {
    pub(super) fn pattern(&self) -> &Regex {
        self.pattern.get_or_init(|| {
            // What begins with a sign, `https://` or dashes, may stand behind a letter; what is hidden says it itself.
            let is_bounded = !self.name.is_empty() && !self.written.starts_with(['h', '-']);
            let begins = if is_bounded { r"(?-u:\b)" } else { "" };
            compiled(&format!("{begins}{}", self.written))
        })
    }
}

/// All formats, those of providers first, and the search for their hints.
struct Formats {
    all: Vec<Format>,
    hints: AhoCorasick,
    /// Of each hint the position of its format.
    of_hint: Vec<usize>,
}

#[expect(clippy::expect_used, reason = "constant patterns; every test of this kind builds them")]
static FORMATS: LazyLock<Formats> = LazyLock::new(|| {
    let written = || PROVIDERS.iter().chain(HIDDEN);
    let hints =
        written().enumerate().flat_map(|(at, (_, _, hints))| hints.iter().map(move |hint| (at, hint)));
    let (of_hint, hints): (Vec<usize>, Vec<&str>) = hints.unzip();
    Formats {
        all: written()
            .map(|&(name, written, _)| Format { name, written, pattern: OnceLock::new() })
            .collect(),
        hints: AhoCorasick::builder().ascii_case_insensitive(true).build(hints).expect("constant patterns"),
        of_hint,
    }
});

/// The formats of which `text` holds a hint, in their order.
fn hinted(text: &str) -> impl Iterator<Item = &'static Format> + use<> {
    let formats = &*FORMATS;
    let mut is_hinted = 0_u64;
    for hit in formats.hints.find_overlapping_iter(text) {
        is_hinted |= formats.of_hint.get(hit.pattern().as_usize()).map_or(0, |at| 1 << at);
    }
    formats.all.iter().enumerate().filter(move |(at, _)| is_hinted >> at & 1 == 1).map(|(_, format)| format)
}

/// The format of the provider `name`.
pub(super) fn format_of(name: &str) -> Option<&'static Format> {
    FORMATS.all.iter().find(|format| format.name == name)
}

/// The issuer whose token format `value` contains, if any. Samples do not count: repeated characters
/// (`ghp_xxxxxxxx…`), counted ones (`…1234567890`), words (`sk-your-key-…`), and the issuers' documented
/// examples.
#[must_use]
pub fn provider_token(value: &str) -> Option<Provider> {
    if value.len() < 16 {
        return None;
    }
    let mut formats = hinted(value).filter(|format| !format.name.is_empty()).peekable();
    if formats.peek().is_none() || is_placeholder(value) {
        return None;
    }
    formats.find_map(|format| {
        let name = format.name;
        let found = format.pattern().find(value)?.as_str();
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
    hinted(text).flat_map(move |format| format.pattern().find_iter(text).map(|found| found.range()))
}

#[cfg(test)]
mod tests {
    use super::{Format, HIDDEN, PROVIDERS, Written, compiled, hinted, provider_token, token_ranges};
    use proptest::prelude::*;

    fn all() -> impl Iterator<Item = &'static Written> {
        PROVIDERS.iter().chain(HIDDEN)
    }

    #[test]
    fn every_pattern_compiles() {
        for (_, pattern, _) in all() {
            compiled(pattern);
        }
        assert!(all().count() <= 64, "a bit for each");
    }

    /// Any text of any of the formats, with the pattern of its format.
    fn any_token() -> impl Strategy<Value = (&'static str, String)> {
        let of = |(_, pattern, _): &'static Written| {
            let plain = pattern.replace(r"(?-u:\b)", "").replace(r"|\z", "").replace("(?i)", "");
            proptest::string::string_regex(&plain).unwrap().prop_map(move |token| (*pattern, token)).boxed()
        };
        proptest::strategy::Union::new(all().map(of).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn every_token_has_a_hint_of_its_format((pattern, token) in any_token()) {
            let mut formats = hinted(&token);
            prop_assert!(formats.any(|format: &Format| format.written == pattern), "{token}");
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
