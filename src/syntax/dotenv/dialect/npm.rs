//! npm `dotenv`: its own regular expression, to the letter.

use std::sync::LazyLock;

use regex::Regex;

use super::Reading;

/// `LINE` of dotenv's `lib/main.js`. JavaScript's `\s` holds U+FEFF, Rust's does not; its `\w` is ASCII.
#[expect(clippy::expect_used, reason = "a constant pattern; every test of this module compiles it")]
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    const S: &str = r"[\s\u{feff}]";
    Regex::new(&format!(
        r#"(?m)^{S}*(?:export{S}+)?([0-9A-Za-z_.-]+)(?:{S}*={S}*?|:{S}+?)({S}*'(?:\\'|[^'])*'|{S}*"(?:\\"|[^"])*"|{S}*`(?:\\`|[^`])*`|[^#\r\n]+)?{S}*(?:#.*)?$"#
    ))
    .expect("constant pattern")
});

/// The assignments in order, with values unquoted.
pub(super) fn assignments(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    LINE.captures_iter(&text)
        .map(|found| {
            let key = found.get(1).map_or("", |key| key.as_str());
            let value = found.get(2).map_or("", |value| value.as_str());
            let value = value.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
            let inner = quote.and_then(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
            let bare = inner.unwrap_or(value);
            let value = if quote == Some('"') {
                bare.replace("\\n", "\n").replace("\\r", "\r")
            } else {
                bare.to_owned()
            };
            (key.to_owned(), value)
        })
        .collect()
}

pub(super) fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    for (key, value) in assignments(text) {
        reading.set(&key, &value);
    }
    reading
}
