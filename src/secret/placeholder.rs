//! Values that hold the place for one that somebody still has to put in.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Longer texts are no placeholders.
const MAX_LENGTH: usize = 120;

/// Single words that say it, wherever they stand in a value without blanks.
const WORDS: &[&str] = &[
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "placeholder",
    "fixme",
    "setme",
    "fillme",
    "dummy",
    "redacted",
    "notset",
    "tobefilled",
    "tobeset",
    "insertyour",
    "putyour",
    "enteryour",
    "goeshere",
];

/// The same, in several words.
const PHRASES: &[&[&str]] = &[
    &["change", "me"],
    &["change", "this"],
    &["change", "it"],
    &["change", "in", "prod"],
    &["change", "in", "production"],
    &["replace", "me"],
    &["replace", "this"],
    &["replace", "with"],
    &["to", "be", "filled"],
    &["to", "be", "set"],
    &["to", "be", "replaced"],
    &["set", "me"],
    &["fill", "me"],
    &["fill", "in"],
    &["put", "your"],
    &["insert", "your"],
    &["enter", "your"],
    &["not", "set"],
    &["goes", "here"],
];

/// What `your` and `my` stand before in placeholders of one word.
const OWNED: &[&str] = &[
    "secret", "password", "apikey", "api", "token", "key", "access", "client", "jwt", "db", "database", "bot",
];

/// In every placeholder that no mark at its beginning tells is one of these: a part of each of [`WORDS`], a word of
/// each of [`PHRASES`], and what else `says_so` and `is_masked` look for.
const SIGNS: &[&str] = &[
    "change",
    "replace",
    "placeholder",
    "fill",
    "set",
    "your",
    "goes",
    "fixme",
    "dummy",
    "redacted",
    "todo",
    "tbd",
    "example",
    "xxxx",
    "...",
    "\u{2026}",
];

#[expect(clippy::expect_used, reason = "constant patterns; every test of this file builds them")]
static ANY_SIGN: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA));
    builder.build(SIGNS).expect("constant patterns")
});

/// Whether a value begins as those do that are told by their frame, or by nothing but marks.
fn is_framed_so(value: &str) -> bool {
    value.starts_with(['<', '{', '[', '_', '%', 'x', 'X', '*', '.', '-', '?'])
}

/// Whether a value stands for one that somebody still has to put in: `changeme`, `<token>`,
/// `your-key-here`, `xxx`, `***`.
///
/// A value that could be a real one with such a word in it (`changeme-8fk2x91q`) is none.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    if value.is_empty() || value.len() > MAX_LENGTH {
        return false;
    }
    if value.contains(':')
        && let Some((_, behind)) = value.split_once("://")
    {
        return is_placeholder_address(behind);
    }
    if !is_framed_so(value) && !ANY_SIGN.is_match(value) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    is_framed(value, &words)
        || is_masked(value, &words)
        || words.iter().all(|word| is_plain_word(word)) && says_so(value, &lower, &words)
}

/// `user:changeme@host/db`, `<host>/path`, `your-domain.com`: the password decides, or else the host.
fn is_placeholder_address(behind: &str) -> bool {
    let authority = behind.split(['/', '?', '#']).next().unwrap_or(behind);
    match authority.rsplit_once('@') {
        Some((user, _)) => user
            .rsplit_once(':')
            .is_some_and(|(_, password)| !password.contains(['$', '{']) && is_placeholder(password)),
        None => {
            let lower = authority.to_ascii_lowercase();
            let framed = authority.starts_with('<') && authority.contains('>');
            framed
                || lower.starts_with("your-")
                || lower.starts_with("your_")
                || lower.starts_with("yourdomain")
                || lower.starts_with("xxxx")
        }
    }
}

/// `<token>`, `{{ token }}`, `[your token]`, `__TOKEN__`, `%%TOKEN%%`.
fn is_framed(value: &str, words: &[&str]) -> bool {
    let within = |open: &str, close: &str| {
        value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).filter(|inner| !inner.is_empty())
    };
    let is_name = |inner: &str| {
        inner.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let is_prose = |inner: &str| {
        !inner.contains(['@', '<', '>', '{', '}']) && words.iter().all(|word| is_plain_word(word))
    };
    within("<", ">").is_some_and(is_prose)
        || within("{{", "}}").is_some_and(is_prose)
        || within("[", "]").is_some_and(|inner| {
            is_prose(inner) && words.first().is_some_and(|word| matches!(*word, "your" | "insert" | "enter"))
        })
        || within("__", "__").is_some_and(is_name)
        || within("%%", "%%").is_some_and(is_name)
}

/// `xxx`, `***`, `...`, `sk-xxxxxxxx`, `G-XXXXXXXXXX`, `ghp_...`.
fn is_masked(value: &str, words: &[&str]) -> bool {
    let whole = value.len() >= 3
        && value.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '_' | '?'))
        && value.chars().any(|c| matches!(c, 'x' | 'X' | '*' | '.' | '?'));
    let all_x = |word: &&str| word.len() >= 4 && word.bytes().all(|byte| byte == b'x');
    let rest_is_plain = words.iter().all(|word| word.len() <= 6 || all_x(word));
    let is_cut =
        value.len() <= 20 && value.contains(['-', '_']) && (value.ends_with("...") || value.ends_with('…'));
    whole
        || (words.iter().any(all_x) && rest_is_plain)
        || (is_cut && words.iter().all(|word| is_plain_word(word)))
}

/// Whether a word can be one of a language, with a number at an end of it, and no piece of a secret.
fn is_plain_word(word: &str) -> bool {
    let start = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let letters = start.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - letters.len();
    digits <= 4 && letters.len() <= 24 && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn says_so(value: &str, lower: &str, words: &[&str]) -> bool {
    let has_blank = value.contains(char::is_whitespace);
    let bare = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    // Prose may speak of placeholders; it is one where it begins so.
    let parts = if has_blank { words.get(..words.len().min(3)).unwrap_or(words) } else { words };
    let phrase = PHRASES.iter().any(|phrase| {
        if has_blank {
            parts.starts_with(phrase)
        } else {
            parts.windows(phrase.len()).any(|run| run == *phrase)
        }
    });
    let single =
        words.iter().any(|word| WORDS.contains(&bare(word).as_str())) && (!has_blank || words.len() == 1);
    let marked = value == "TODO"
        || matches!(lower, "tbd" | "fixme" | "example")
        || ["TODO", "FIXME", "TBD"]
            .iter()
            .any(|mark| value.strip_prefix(mark).is_some_and(|rest| rest.starts_with([' ', ':', '-', '_'])));
    phrase || single || marked || is_yours(has_blank, words)
}

/// `your-api-key`, `sk-your-key`, `yourpassword`, `your key here`.
fn is_yours(has_blank: bool, words: &[&str]) -> bool {
    let first = words.first().copied().unwrap_or("");
    let glued = |word: &str| {
        word.strip_prefix("your").is_some_and(|rest| OWNED.iter().any(|owned| rest.starts_with(owned)))
    };
    let names_one = words.iter().any(|word| {
        OWNED.contains(word) || matches!(*word, "here" | "domain" | "email" | "id" | "name" | "url")
    });
    match has_blank {
        true => first == "your" && words.len() <= 5 && names_one,
        false => words.iter().any(|word| glued(word)) || (words.contains(&"your") && words.len() > 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{ANY_SIGN, PHRASES, WORDS, is_placeholder};

    #[test]
    fn signs_leave_no_word_out() {
        let phrases = PHRASES.iter().map(|words| words.join("-"));
        for text in WORDS.iter().map(|word| (*word).to_owned()).chain(phrases) {
            assert!(ANY_SIGN.is_match(&text.to_ascii_uppercase()), "{text}");
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
            "ChangeMe123",
            "please-change-me",
            "change_me_in_production",
            "dev_secret_key_change_in_prod",
            "<token>",
            "<your token here>",
            "{{ secret_key }}",
            "[your token]",
            "__JWT_SECRET__",
            "%%TOKEN%%",
            "your key here",
            "Your API key",
            "yourpassword",
            "yoursecret",
            "YOUR_SECRET_KEY",
            "sk-your-key",
            "sk-xxxxxxxxxxxx",
            "sk-...",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "G-XXXXXXXXXX",
            "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
            "TODO",
            "TODO: ask the platform team",
            "tbd",
            "placeholder",
            "my-placeholder-token",
            "dummy",
            "dummy-key",
            "replace-with-a-real-key",
            "REPLACE_ME",
            "to-be-filled",
            "not-set",
            "redacted",
            "REDACTED",
            "...",
            "????",
            "postgres://app:changeme@db:5432/app",
            "https://your-domain.com/callback",
            "https://<host>/path",
            "changeme!",
            "'changeme'",
            "change-me-32-characters",
            "insert-your-token-here",
            "example",
        ] {
            assert!(is_placeholder(yes), "{yes}");
        }
    }

    #[test]
    fn real_values() {
        for no in [
            "",
            "postgres",
            "minio",
            "minioadmin",
            "hunter2hunter2",
            "production",
            "yourcompany",
            "mastodon",
            "todo",
            "todo_app",
            "https://todo.example.com",
            "tododb",
            "resetmeta",
            "offset-metadata",
            "password",
            "secret",
            "none",
            "guest",
            "admin",
            "test",
            "local-dev-secret",
            "dev",
            "Search placeholder",
            "Manage your money",
            "Loading...",
            "Your trusted partner",
            "changeme-8fk2x91q4z",
            "c4n4ry-5ecret",
            "c4n4ry-5ecret-changeme",
            "8f3kdummy29xk1lq0z",
            "Team <noreply@example.com>",
            "<noreply@example.com>",
            "postgres://app:hunter2@db/dummy",
            "https://example.com/change-this",
            "xxl",
            "example.com",
            "0.0.0.0",
            "-",
            "--",
            "a.b",
            "https://app.example.com",
            "postgres://app:${PW}@db/app",
            "change",
            "https://help.example.com/your-account",
            "[tool]",
            "{\"a\": 1}",
            "[1, 2]",
        ] {
            assert!(!is_placeholder(no), "{no}");
        }
    }
}
