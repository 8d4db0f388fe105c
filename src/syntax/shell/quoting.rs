//! What makes a shell refuse a script: a quote that nothing closes, `${command ...}`, `${a.b}`.
//!
//! Only what is plain to follow is judged. Heredocs, `case` and older ways of substitution end it.

use std::ops::Range;

/// A mistake of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A quote without its end; where it begins.
    OpenQuote(Range<usize>),
    /// `${name rest}`: a blank behind the name, where `$(` was meant.
    Substitution(Range<usize>),
    /// `${name.member`: a dot, which no variable's name has.
    Member(Range<usize>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Single,
    /// `$'...'`
    Escaped,
    Double,
    Parenthesis,
    Brace,
}

/// How deep quotes and substitutions are followed.
const MAX_DEPTH: usize = 64;

/// The mistakes of a text in bash. Never fails; cost is linear.
#[must_use]
pub fn faults(text: &str) -> Vec<Fault> {
    let is_strange = text.replace("<<<", "").contains("<<") || text.contains('`') || text.contains("esac");
    if is_strange {
        return Vec::new();
    }
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut open: Vec<(Part, usize)> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        let inner = open.last().map(|(part, _)| *part);
        let in_double = open
            .iter()
            .rev()
            .find(|(part, _)| *part != Part::Brace)
            .is_some_and(|(part, _)| *part == Part::Double);
        if open.len() > MAX_DEPTH {
            return Vec::new();
        }
        match (inner, byte) {
            (Some(Part::Single), b'\'') => _ = open.pop(),
            (Some(Part::Single), _) => {}
            (_, b'\\') => at += 1,
            (Some(Part::Escaped), b'\'') => _ = open.pop(),
            (Some(Part::Escaped), _) => {}
            (Some(Part::Double), b'"') => _ = open.pop(),
            (_, b'"') => open.push((Part::Double, at)),
            (_, b'$') if next == Some(b'{') => {
                let name = at + 2;
                let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                let length =
                    bytes.get(name..).unwrap_or_default().iter().take_while(|byte| is_part(**byte)).count();
                let begins = bytes.get(name).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
                match bytes.get(name + length) {
                    Some(b' ') if begins => found.push(Fault::Substitution(at..name + length)),
                    Some(b'.') if begins => {
                        let is_member = |byte: u8| is_part(byte) || matches!(byte, b'.' | b'-');
                        let rest = bytes.get(name + length..).unwrap_or_default();
                        let member = rest.iter().take_while(|byte| is_member(**byte)).count();
                        found.push(Fault::Member(at..name + length + member));
                    }
                    _ => {}
                }
                open.push((Part::Brace, at));
                at += 1;
            }
            (_, b'$') if next == Some(b'(') => {
                open.push((Part::Parenthesis, at));
                at += 1;
            }
            (Some(Part::Brace), b'}') => _ = open.pop(),
            (Some(Part::Double), _) => {}
            (_, b'$') if next == Some(b'\'') && !in_double => {
                open.push((Part::Escaped, at));
                at += 1;
            }
            (_, b'\'') if !in_double => open.push((Part::Single, at)),
            (Some(Part::Brace), _) => {}
            (_, b'(') => open.push((Part::Parenthesis, at)),
            (Some(Part::Parenthesis), b')') => _ = open.pop(),
            (_, b'#') => {
                let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
                if before.is_none_or(|byte| {
                    byte.is_ascii_whitespace() || matches!(byte, b';' | b'(' | b'&' | b'|')
                }) {
                    at +=
                        bytes.get(at..).unwrap_or_default().iter().take_while(|byte| **byte != b'\n').count();
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    if let Some((Part::Single | Part::Escaped | Part::Double, begin)) = open.last() {
        let length = if bytes.get(*begin) == Some(&b'$') { 2 } else { 1 };
        found.push(Fault::OpenQuote(*begin..*begin + length));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Fault, faults};
    use proptest::prelude::*;

    #[test]
    fn mistakes() {
        assert_eq!(faults("TAG=${node tag.js $X}"), [Fault::Substitution(4..10)]);
        assert_eq!(faults("a=x:${github.ref_name}"), [Fault::Member(4..21)]);
        assert_eq!(faults(r#"echo "x::$(list | jq '.[0].name)""#), [Fault::OpenQuote(21..22)]);
        assert_eq!(faults("echo \"a\necho b"), [Fault::OpenQuote(5..6)]);
        for fit in [
            r#"echo "it's" 'a "b' "$(jq -r '.a["b"]' x)" # it's"#,
            r#"awk '{print "${a b}"}' x; echo "${A:-it's}" ${#B} $'it\'s' \' "\"""#,
            "cat <<EOF\nit's\nEOF",
            "a=$((1 + 2)); [ $# -gt 0 ] && (cd x; echo \"$a\")",
            r#"sed "s/'/\"/" x; echo ${A//\'/} "${A%"b"}" a#'b'"#,
            "case $x in a) echo 'y';; esac; echo ${A:- b}",
        ] {
            assert_eq!(faults(fit), [], "{fit}");
        }
    }

    proptest! {
        #[test]
        fn ranges_lie_in_the_text(parts in proptest::collection::vec(
            proptest::sample::select(vec!["'", "\"", "$", "{", "}", ".", "(", ")", "\\", "é", " ", "a", "#", "\n", "$'"]), 0..40,
        )) {
            let text = parts.concat();
            for fault in faults(&text) {
                let (Fault::OpenQuote(range) | Fault::Substitution(range) | Fault::Member(range)) = fault;
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
