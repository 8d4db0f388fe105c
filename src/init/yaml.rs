//! YAML as it is written: scalars with quotes where they need them, and nothing else to choose.

use std::fmt::Write;

/// A text as one scalar, on one line, that every reader of YAML takes for this very text.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// A list on one line.
pub(super) fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let items: Vec<String> = items.into_iter().map(scalar).collect();
    format!("[{}]", items.join(", "))
}

/// One text as such, several as a list.
pub(super) fn one_or_more<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let items: Vec<&str> = items.into_iter().collect();
    match items.as_slice() {
        [only] => scalar(only),
        _ => list(items),
    }
}

/// Whether a text may stand without quotes, in lists and maps on one line too. Narrower than YAML: letters
/// and digits, with words between that neither YAML 1.1 nor 1.2 takes for anything but text.
fn is_plain(text: &str) -> bool {
    const WORDS: &[&str] =
        &["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"];
    let is_sign = |c: char| matches!(c, '_' | '-' | '.' | '/' | ' ' | '(' | ')' | ';' | '\'');
    text.starts_with(|first: char| {
        first.is_ascii_alphabetic() || matches!(first, '_' | '/') || starts_path(text)
    }) && text.chars().all(|c| c.is_ascii_alphanumeric() || is_sign(c))
        && !text.ends_with(' ')
        && !text.contains("  ")
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// `.env`, but not `.5`, `.inf` and `...`.
fn starts_path(text: &str) -> bool {
    let rest = text.strip_prefix('.').unwrap_or("");
    let is_number = matches!(rest.to_ascii_lowercase().as_str(), "inf" | "nan");
    rest.starts_with(|second: char| second.is_ascii_alphabetic() || second == '_') && !is_number
}

/// A text in double quotes, with everything escaped that is not plainly printable.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            ' '..='~' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c => {
                let code = u32::from(c);
                // Writing to a text cannot fail.
                let _ = match code {
                    0..=0xFF => write!(out, "\\x{code:02X}"),
                    0x100..=0xFFFF => write!(out, "\\u{code:04X}"),
                    _ => write!(out, "\\U{code:08X}"),
                };
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{list, scalar};
    use crate::syntax::yaml::{Scalar, parse, resolve};

    fn read(text: &str) -> Vec<String> {
        let parsed = parse(text);
        assert!(parsed.errors.is_empty(), "{text:?}: {:?}", parsed.errors);
        let root = parsed.documents.first().unwrap();
        root.get("key")
            .unwrap()
            .items()
            .iter()
            .map(|node| match resolve(node) {
                Some(Scalar::Text(text)) => text,
                other => panic!("{text:?} is read as {other:?}"),
            })
            .collect()
    }

    #[test]
    fn quotes_only_where_needed() {
        for plain in ["DATABASE_URL", "apps/api", ".env.production", "compose.yaml", "The URL of it."] {
            assert_eq!(scalar(plain), plain);
        }
        for needs in
            ["", "no", "NULL", "5432", "1e3", "0x1f", ".5", ".inf", "a: b", "a #b", "- a", "@x", "*", "-"]
        {
            assert!(scalar(needs).starts_with('"'), "{needs}");
        }
        assert_eq!(scalar("a\n\u{2028}\"\\"), r#""a\n\u2028\"\\""#);
    }

    proptest! {
        #[test]
        fn any_text_reads_back(texts in proptest::collection::vec(any::<String>(), 0..4)) {
            let line = format!("key: {} # end\n", list(texts.iter().map(String::as_str)));
            prop_assert_eq!(read(&line), texts);
        }

        #[test]
        fn texts_that_look_like_yaml_read_back(
            texts in proptest::collection::vec("[-a-zA-Z0-9.:#'\"{}\\[\\],&*!|>%@`~?+ _\\\\\t\n]{0,12}", 1..4),
        ) {
            let line = format!("key: {}\n", list(texts.iter().map(String::as_str)));
            prop_assert_eq!(read(&line), texts);
        }
    }
}
