//! Whether GitHub can parse an expression, and which functions it calls.
//!
//! The grammar is that of "Evaluate expressions in workflows and actions": literals, names, `.` and `[]`,
//! calls, `!`, comparisons, `&&` and `||`. There is no arithmetic, and texts stand in single quotes.

use std::ops::Range;

/// Why GitHub cannot parse an expression. Ranges are bytes of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// There is nothing in it.
    Empty,
    /// What stands there is nothing that expressions are made of, or does not fit behind what is before it.
    Unexpected(Range<usize>),
    /// It stops where something has to follow.
    Ends,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Name,
    /// A text or a number.
    Literal,
    Open,
    Close,
    OpenIndex,
    CloseIndex,
    Dot,
    Comma,
    Star,
    Not,
    /// Between two operands.
    Operator,
    Bad,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Group,
    Call,
    Index,
}

/// What can be told of an expression in `range` of `text`: the names of functions that it calls, and the first
/// reason why it is none. Cost is linear.
pub(super) fn read(text: &str, range: &Range<usize>) -> (Vec<Range<usize>>, Option<Fault>) {
    let tokens = tokens(text, range);
    let calls = tokens
        .iter()
        .zip(tokens.iter().skip(1))
        .enumerate()
        .filter(|(at, (name, next))| {
            let is_member =
                at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|t| t.0 == Token::Dot);
            name.0 == Token::Name && next.0 == Token::Open && !is_member
        })
        .map(|(_, (name, _))| name.1.clone())
        .collect();
    (calls, fault(&tokens))
}

fn fault(tokens: &[(Token, Range<usize>)]) -> Option<Fault> {
    let mut open: Vec<Bracket> = Vec::new();
    let mut wants_operand = true;
    let mut last = None;
    for (at, (token, place)) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1).map(|(token, _)| *token);
        let fits = match token {
            Token::Bad => false,
            Token::Name | Token::Literal | Token::Star => {
                let fits = wants_operand
                    && (*token != Token::Star || matches!(last, Some(Token::Dot | Token::OpenIndex)))
                    && (*token != Token::Literal || last != Some(Token::Dot));
                // A call takes its bracket as the next token.
                wants_operand = false;
                fits
            }
            Token::Open if last == Some(Token::Name) && !wants_operand => {
                open.push(Bracket::Call);
                wants_operand = next != Some(Token::Close);
                true
            }
            Token::Open => {
                open.push(Bracket::Group);
                wants_operand && last != Some(Token::Dot)
            }
            Token::Close => !wants_operand && matches!(open.pop(), Some(Bracket::Group | Bracket::Call)),
            Token::OpenIndex => {
                open.push(Bracket::Index);
                let fits = !wants_operand;
                wants_operand = true;
                fits
            }
            Token::CloseIndex => !wants_operand && open.pop() == Some(Bracket::Index),
            Token::Dot => {
                let fits = !wants_operand && matches!(next, Some(Token::Name | Token::Star));
                wants_operand = true;
                fits
            }
            Token::Comma => {
                let fits = !wants_operand && open.last() == Some(&Bracket::Call);
                wants_operand = true;
                fits
            }
            Token::Not => wants_operand && last != Some(Token::Dot),
            Token::Operator => {
                let fits = !wants_operand;
                wants_operand = true;
                fits
            }
        };
        if !fits {
            return Some(Fault::Unexpected(place.clone()));
        }
        last = Some(*token);
    }
    match last {
        None => Some(Fault::Empty),
        Some(_) if wants_operand || !open.is_empty() => Some(Fault::Ends),
        Some(_) => None,
    }
}

/// The characters at which a name or a number ends.
fn is_boundary(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'(' | b')' | b'[' | b']' | b',' | b'.' | b'!' | b'<' | b'>' | b'=' | b'&' | b'|' | b'*' | b'\''
        )
}

fn tokens(text: &str, range: &Range<usize>) -> Vec<(Token, Range<usize>)> {
    let bytes = text.as_bytes().get(..range.end).unwrap_or_default();
    let mut found: Vec<(Token, Range<usize>)> = Vec::new();
    let mut at = range.start;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let is_double = bytes.get(at + 1) == Some(&byte);
        let is_before_equals = bytes.get(at + 1) == Some(&b'=');
        let behind_value =
            matches!(found.last(), Some((Token::Name | Token::Close | Token::CloseIndex | Token::Star, _)));
        let (token, length) = match byte {
            b'(' => (Token::Open, 1),
            b')' => (Token::Close, 1),
            b'[' => (Token::OpenIndex, 1),
            b']' => (Token::CloseIndex, 1),
            b',' => (Token::Comma, 1),
            b'*' => (Token::Star, 1),
            b'.' if behind_value => (Token::Dot, 1),
            b'!' | b'=' | b'<' | b'>' if is_before_equals => (Token::Operator, 2),
            b'<' | b'>' => (Token::Operator, 1),
            b'!' => (Token::Not, 1),
            b'&' | b'|' if is_double => (Token::Operator, 2),
            b'&' | b'|' | b'=' => (Token::Bad, 1),
            b'\'' => {
                let end = super::string_end(bytes, at + 1, bytes.len());
                let is_closed = end > at + 1 && bytes.get(end - 1) == Some(&b'\'');
                (if is_closed { Token::Literal } else { Token::Bad }, end - at)
            }
            _ => word(text, bytes, at),
        };
        found.push((token, at..at + length));
        at += length;
    }
    found
}

/// A name, a number, or what is neither.
fn word(text: &str, bytes: &[u8], begin: usize) -> (Token, usize) {
    let is_number = matches!(bytes.get(begin), Some(b'0'..=b'9' | b'+' | b'-' | b'.'));
    let ends = |byte: &u8| is_boundary(*byte) && !(is_number && *byte == b'.');
    let rest = bytes.get(begin + 1..).unwrap_or_default();
    let length = 1 + rest.iter().position(ends).unwrap_or(rest.len());
    let word = text.get(begin..begin + length).unwrap_or("");
    let of_other_base = |word: &str| {
        word.strip_prefix("0x").is_some_and(|digits| u64::from_str_radix(digits, 16).is_ok())
            || word.strip_prefix("0o").is_some_and(|digits| u64::from_str_radix(digits, 8).is_ok())
    };
    let token = if is_number && (word.parse::<f64>().is_ok() || of_other_base(word)) {
        Token::Literal
    } else if !is_number
        && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    {
        Token::Name
    } else {
        Token::Bad
    };
    (token, length)
}

#[cfg(test)]
mod tests {
    use super::{Fault, read};

    fn fault(text: &str) -> Option<String> {
        let (_, fault) = read(text, &(0..text.len()));
        fault.map(|fault| match fault {
            Fault::Empty => "empty".to_owned(),
            Fault::Ends => "ends".to_owned(),
            Fault::Unexpected(place) => text[place].to_owned(),
        })
    }

    #[test]
    fn what_github_parses() {
        for text in [
            "github.ref",
            " !cancelled() && (success() || failure()) ",
            "steps.x.outputs['a-b'][0].c",
            "needs.*.result",
            "contains(needs.*.result, 'failure')",
            "join(github.event.commits[*].message, ', ')",
            "fromJSON('{\"a\": 1}').a == 0xff",
            "format('It''s {0}', -9.2e-2) != null",
            "matrix.os\n  && true",
            "secrets[format('{0}_KEY', matrix.stage)]",
            "!!inputs.x",
            "1 < 2",
            "hashFiles('**/package-lock.json', 'x')",
            "toJSON(github)[ 'a' ]",
            "(github.event).number",
            "+.5 >= -1",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn what_github_refuses() {
        for (text, found) in [
            ("", "empty"),
            ("  ", "empty"),
            ("EC2_IP//./", "EC2_IP//"),
            ("github.ref == \"main\"", "\"main\""),
            ("github.run_number + 1", "+"),
            ("a = b", "="),
            ("a & b", "&"),
            ("a == 'b", "'b"),
            ("a b", "b"),
            ("a &&", "ends"),
            ("contains(a", "ends"),
            ("a)", ")"),
            ("a.'b'", "."),
            ("a[]", "]"),
            ("f(a,)", ")"),
            ("$HOME", "$HOME"),
            ("a && # b", "#"),
            ("{a: 1}", "{a:"),
            ("a ? b : c", "?"),
        ] {
            assert_eq!(fault(text).as_deref(), Some(found), "{text}");
        }
    }

    #[test]
    fn functions() {
        let text = "contains(a.b(x), substring (github.sha, 0))";
        let (calls, _) = read(text, &(0..text.len()));
        let names: Vec<&str> = calls.into_iter().map(|call| &text[call]).collect();
        assert_eq!(names, ["contains", "substring"]);
    }
}
