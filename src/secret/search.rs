//! Tokens in any text, found by how they begin.
//!
//! Values of keys are asked one by one ([`super::provider_token`]); all other text is searched once for the beginnings
//! of formats, and only what follows one is looked at. What stands in code, commands and comments is no value that
//! somebody means to be secret, so a match has to look random besides.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::provider::{Provider, format_of, is_mixed, is_sample};

/// What stands at the beginning of formats and hardly elsewhere, each with the name of its format. Keys that browsers may
/// hold are left out. Three bytes of each are looked for at once, so what is rare in other texts is fast: what stands in
/// front of it ([`before`]) is looked at afterwards.
const BEGINNINGS: &[(&str, &str)] = &[
    ("AKIA", "AWS access key id"),
    ("ghp_", "GitHub token"),
    ("gho_", "GitHub token"),
    ("ghu_", "GitHub token"),
    ("ghs_", "GitHub token"),
    ("ghr_", "GitHub token"),
    ("github_pat_", "GitHub fine-grained token"),
    ("glpat-", "GitLab personal access token"),
    ("sk_live_", "Stripe live secret key"),
    ("rk_live_", "Stripe live secret key"),
    ("xoxa-", "Slack token"),
    ("xoxb-", "Slack token"),
    ("xoxp-", "Slack token"),
    ("xoxr-", "Slack token"),
    ("xoxs-", "Slack token"),
    ("slack.com/services/T", SLACK),
    ("webhooks/", DISCORD),
    ("sk-ant-", "Anthropic key"),
    ("sk-or-v1-", "OpenRouter key"),
    ("sk-proj-", "OpenAI key"),
    ("sk-svcacct-", "OpenAI key"),
    ("npm_", "npm token"),
    ("pypi-AgEI", "PyPI token"),
    ("dckr_pat_", "Docker Hub token"),
    ("dop_v1_", "DigitalOcean token"),
    ("doo_v1_", "DigitalOcean token"),
    ("dor_v1_", "DigitalOcean token"),
    // Behind the number of the bot; all known ones go on so.
    (":AAE", TELEGRAM),
    (":AAF", TELEGRAM),
    (":AAG", TELEGRAM),
    (":AAH", TELEGRAM),
    ("PRIVATE KEY-----", PRIVATE_KEY),
    ("SG.", "SendGrid key"),
    ("hf_", "Hugging Face token"),
];

const SLACK: &str = "Slack webhook";
const DISCORD: &str = "Discord webhook";

const TELEGRAM: &str = "Telegram bot token";
const PRIVATE_KEY: &str = "private key";

#[expect(clippy::expect_used, reason = "constant patterns; every test of this kind builds them")]
static BEGINS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    // Of this kind many patterns are looked for at once, without an automaton.
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostFirst);
    builder.build(BEGINNINGS.iter().map(|(begins, _)| begins)).expect("constant patterns")
});

/// No token is longer; of a key, its beginning is enough.
const LONGEST: usize = 400;

/// A random token has at least so many different signs.
const DISTINCT: usize = 8;

/// The tokens that stand in `text`, in order.
#[must_use]
pub fn tokens_in(text: &str) -> Vec<(Range<usize>, Provider)> {
    let tokens = BEGINS.find_iter(text).filter_map(|hit| {
        let (_, name) = BEGINNINGS.get(hit.pattern().as_usize())?;
        let start = before(text, hit.start(), name)?;
        let end = end_of_token(text, start, hit.end(), name)?;
        Some((start..end, Provider { name, may_be_public: false }))
    });
    let mut found: Vec<(Range<usize>, Provider)> = tokens.collect();
    found.sort_by_key(|(range, _)| range.start);
    // One inside of another is no token of its own.
    found.dedup_by(|next, known| next.0.start < known.0.end);
    found
}

/// Where a token begins whose beginning was found at `at`; `None` if what has to stand in front is not there.
fn before(text: &str, at: usize, name: &str) -> Option<usize> {
    let head = text.get(..at)?;
    let behind = |starts: &[&str]| {
        let start = starts.iter().find(|start| head.ends_with(**start))?;
        Some(at - start.len())
    };
    match name {
        TELEGRAM => number_before(text, at),
        SLACK => behind(&["https://hooks."]),
        DISCORD => behind(&["https://discord.com/api/", "https://discordapp.com/api/"]),
        PRIVATE_KEY => {
            let words = head.trim_end_matches(|c: char| c == ' ' || c.is_ascii_uppercase());
            let start = words.len().checked_sub(5).filter(|_| words.ends_with("-----"))?;
            head.get(words.len()..)?.starts_with("BEGIN ").then_some(start)
        }
        _ => Some(at),
    }
}

/// Where the number begins that ends at `end`.
fn number_before(text: &str, end: usize) -> Option<usize> {
    let digits = text.as_bytes().get(..end)?.iter().rev().take(11).take_while(|byte| byte.is_ascii_digit());
    let length = digits.count();
    (8..=10).contains(&length).then(|| end - length)
}

/// Where the token ends that begins at `start`, and whose format shows up to `shown`.
fn end_of_token(text: &str, start: usize, shown: usize, name: &str) -> Option<usize> {
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    // Pictures are spelled in capitals and digits as well.
    let is_word_before =
        before.is_some_and(|byte| is_of_word(byte) || name.starts_with("AWS") && matches!(byte, b'/' | b'+'));
    if is_word_before && name != PRIVATE_KEY {
        return None;
    }
    let window = text.get(start..text.floor_char_boundary(start + LONGEST))?;
    let token = format_of(name)?.pattern().find(window).filter(|token| token.start() == 0)?;
    let end = start + token.end();
    let behind = bytes.get(end);
    let is_cut = behind.is_some_and(|byte| {
        is_of_word(byte) || name.starts_with("AWS") && matches!(byte, b'/' | b'+' | b'=')
    });
    let body = text.get(shown..end)?;
    let is_random = || {
        let distinct = body.bytes().collect::<std::collections::BTreeSet<_>>().len();
        distinct >= DISTINCT && (name.starts_with("AWS") || is_hexadecimal(body) || is_mixed(body))
    };
    let is_one = match name {
        PRIVATE_KEY => !is_sample(token.as_str()),
        _ => !is_cut && !is_sample(token.as_str()) && is_random(),
    };
    (is_one && !is_in_line_of_samples(text, start)).then_some(end)
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

/// Words of lines that show what a token looks like.
const OF_SAMPLES: &[&str] =
    &["example", "sample", "dummy", "fake", "placeholder", "redacted", "mock", "regex", "e.g."];

/// Whether the line says that its token is a sample; of a long one what stands around it.
fn is_in_line_of_samples(text: &str, at: usize) -> bool {
    let before = text.get(text.ceil_char_boundary(at.saturating_sub(LONGEST))..at).unwrap_or("");
    let behind = text.get(at..text.floor_char_boundary(at + LONGEST)).unwrap_or("");
    let line = [before.rsplit('\n').next().unwrap_or(""), behind.split('\n').next().unwrap_or("")]
        .concat()
        .to_ascii_lowercase();
    OF_SAMPLES.iter().any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{BEGINNINGS, tokens_in};
    use crate::secret::provider::format_of;

    #[test]
    fn every_beginning_is_of_a_format() {
        for (begins, name) in BEGINNINGS {
            assert!(format_of(name).is_some(), "{begins}");
        }
    }

    /// A token in pieces, so that this file holds none.
    fn of(prefix: &str, body: &str) -> String {
        format!("{prefix}{body}")
    }

    #[test]
    fn tokens_stand_anywhere() {
        let body = "Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6Hy1Jc5Ga0TeUo";
        let hexadecimal = "3f9a1c7e5b2d8046".repeat(3) + "9c1e7a3f5d2b8604";
        for token in [
            of("ghp_", body),
            of("hf_", "QxyLmaVtdZpRwcKdfNseBfgHyhJciGaTeU"),
            of("dop_v1_", &hexadecimal),
            of("7482915360", &of(":AA", "FQx7Lm2Vt9ZpRw4Kd8Ns3Bf6Hy1Jc5Ga-")),
            of("xoxb-482915736402-", "Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6H"),
            of("AKIA", "Q3EGRIXZ7PLM2DYT"),
        ] {
            for text in [
                token.clone(),
                format!("curl -u x:{token} é"),
                format!("TOKEN = \"{token}\""),
                format!("git clone https://x:{token}@github.com/a/b"),
            ] {
                let found: Vec<&str> = tokens_in(&text).into_iter().map(|(range, _)| &text[range]).collect();
                assert_eq!(found, [token.as_str()], "{text}");
            }
        }
    }

    #[test]
    fn what_only_begins_so_is_none() {
        let body = "Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6Hy1Jc5Ga0TeUo";
        for text in [
            of("a_ghp_", body),
            of("ghp_", "[A-Za-z0-9]{36}"),
            of("ghp_", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
            of("# for example ghp_", body),
            of("hf_", "TransformerModelForSequenceClassif"),
            of("npm_", "config_registry_of_the_whole_organisation"),
            of("sk_test_", body),
            of("AIzaSy", "Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6Hy1Jc5Ga0T"),
            of("iVBORw0KGgo/AKIA", "Q3EGRIXZ7PLM2DYT"),
            of("AKIA", "Q3EGRIXZ7PLM2DYTQQQ7"),
            of("12345:AA", "FQx7Lm2Vt9ZpRw4Kd8Ns3Bf6Hy1Jc5Ga-"),
            of("-----BEGIN PRIVATE KEY-----\n", "...\n-----END PRIVATE KEY-----"),
            of("-----BEGIN PUBLIC KEY-----\n", &body.repeat(3)),
        ] {
            assert!(tokens_in(&text).is_empty(), "{text}");
        }
    }
}
