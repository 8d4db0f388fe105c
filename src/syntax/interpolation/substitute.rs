//! The text that compose puts in the place of its variables: `template.Substitute` of compose-go 2.4.

use super::Operator;

/// `${A:-${B:-...}}` nests at most this deep; what lies deeper stays as written. People write two or
/// three levels.
const DEEPEST: usize = 32;

/// The most bytes that one text may become; what would be longer stays as written. Real texts are far
/// below, and a chain of doubling references would fill the memory.
const LONGEST: usize = 1 << 20;

/// Why compose refuses a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// A `${` that is not what it should be.
    Malformed,
    /// `${NAME?}` or `${NAME:?}` without a value.
    Missing {
        /// The variable.
        name: String,
    },
}

/// Replaces the variables of `text` by their values; those that have none become empty.
///
/// Defaults, alternatives and messages are interpolated whether they are used or not, as compose does,
/// so that what is refused there refuses the whole text. The cost is linear in the text for each level
/// of nesting.
///
/// # Errors
///
/// A malformed `${`, or a required variable without a value.
pub fn substitute(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, Refusal> {
    within(text, lookup, 0)
}

fn within(text: &str, lookup: &dyn Fn(&str) -> Option<String>, depth: usize) -> Result<String, Refusal> {
    let mut out = String::new();
    let mut line = Line::default();
    let mut at = 0;
    while let Some(dollar) = text.get(at..).and_then(|rest| rest.find('$')).map(|found| at + found) {
        out.push_str(text.get(at..dollar).unwrap_or(""));
        if out.len() > LONGEST || depth > DEEPEST {
            return Ok(text.to_owned());
        }
        let rest = text.get(dollar + 1..).unwrap_or("");
        let name = name_length(rest);
        if rest.starts_with('$') {
            out.push('$');
            at = dollar + 2;
        } else if name > 0 {
            out.push_str(&lookup(rest.get(..name).unwrap_or("")).unwrap_or_default());
            at = dollar + 1 + name;
        } else if rest.starts_with('{') {
            let last_brace = line.last_brace(text, dollar);
            let (value, next) = braced(text, dollar, last_brace, lookup, depth)?;
            out.push_str(&value);
            at = next;
        } else {
            out.push('$');
            at = dollar + 1;
        }
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Ok(out)
}

/// The value of the `${` at `dollar`, and where the text goes on.
fn braced(
    text: &str,
    dollar: usize,
    last_brace: Option<usize>,
    lookup: &dyn Fn(&str) -> Option<String>,
    depth: usize,
) -> Result<(String, usize), Refusal> {
    let inside = text.get(dollar + 2..).unwrap_or("");
    let (name, behind) = inside.split_at(name_length(inside));
    if name.is_empty() {
        return Err(Refusal::Malformed);
    }
    let argument_at = |length: usize| dollar + 2 + name.len() + length;
    let Some((operator, length)) = operator(behind) else {
        if !behind.starts_with('}') {
            return Err(Refusal::Malformed);
        }
        return Ok((lookup(name).unwrap_or_default(), argument_at(1)));
    };
    // The pattern takes all up to the last brace of the line; the one that closes is looked for in it.
    let begin = argument_at(length);
    let last = last_brace.filter(|&last| last >= begin).ok_or(Refusal::Malformed)?;
    let whole = text.get(dollar..=last).unwrap_or("");
    let close = closing_brace(whole).map_or(last, |at| dollar + at);
    let argument = within(text.get(begin..close).unwrap_or(""), lookup, depth + 1)?;
    let value = lookup(name);
    let counts = |or_empty: bool| value.as_ref().is_some_and(|value| !(or_empty && value.is_empty()));
    let value = match operator {
        Operator::Default { or_empty } if !counts(or_empty) => argument,
        Operator::Alternative { or_empty } if counts(or_empty) => argument,
        Operator::Refuse { or_empty } if !counts(or_empty) => {
            return Err(Refusal::Missing { name: name.to_owned() });
        }
        _ => value.unwrap_or_default(),
    };
    Ok((value, close + 1))
}

/// Where lines end, asked from left to right.
#[derive(Default)]
struct Line {
    end: usize,
    last_brace: Option<usize>,
}

impl Line {
    /// The last `}` of the line in which byte `at` lies.
    fn last_brace(&mut self, text: &str, at: usize) -> Option<usize> {
        if at >= self.end {
            let rest = text.get(at..).unwrap_or("");
            self.end = rest.find('\n').map_or(text.len(), |length| at + length);
            self.last_brace =
                text.get(at..self.end).and_then(|line| line.rfind('}')).map(|length| at + length);
        }
        self.last_brace
    }
}

/// `getFirstBraceClosingIndex`: every `{` opens, and the byte behind it is not looked at.
fn closing_brace(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut open, mut at) = (0_usize, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'}' if open == 1 => return Some(at),
            b'}' => open = open.saturating_sub(1),
            b'{' => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// How many bytes of `text` form a name at its start.
fn name_length(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return 0;
    }
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// The operator at the start of `text`, and its length in bytes.
fn operator(text: &str) -> Option<(Operator, usize)> {
    let (or_empty, sign) = match text.strip_prefix(':') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let operator = match sign.bytes().next()? {
        b'-' => Operator::Default { or_empty },
        b'?' => Operator::Refuse { or_empty },
        b'+' => Operator::Alternative { or_empty },
        _ => return None,
    };
    Some((operator, 1 + usize::from(or_empty)))
}

#[cfg(test)]
mod tests {
    use super::{Refusal, substitute};

    fn read(text: &str) -> Result<String, Refusal> {
        substitute(text, &|name| match name {
            "A" => Some("a".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        })
    }

    #[test]
    fn values_and_defaults() {
        for (text, expected) in [
            ("$A-${A}-$$A-$N|", "a-a-$A-|"),
            ("${N:-${M:-x}}${EMPTY-y}${EMPTY:-z}", "xz"),
            ("${A:+yes}${EMPTY:+no}${EMPTY+yes}", "yesyes"),
            ("$1 $( ${N-{}} }", "$1 $( {}} "),
            ("${N:-a}b}", "ab}"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refusals() {
        for text in ["${", "${}", "${A", "${A!}", "${N:-\n}", "${ A}"] {
            assert_eq!(read(text), Err(Refusal::Malformed), "{text}");
        }
        assert_eq!(read("${A:-${N:?}}"), Err(Refusal::Missing { name: "N".to_owned() }));
        assert!(read("${EMPTY?}").is_ok());
    }
}
