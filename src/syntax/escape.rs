//! What the escapes of string literals stand for.

use std::iter::Peekable;
use std::str::Chars;

/// The text that the inside of a Rust string literal stands for. A malformed escape stands for itself.
///
/// Source: the Rust reference, "String literals" and "String continuation escapes".
#[must_use]
pub(crate) fn rust(inside: &str) -> String {
    unescape(inside, |rest, text| match rest.next() {
        Some('u') if rest.peek() == Some(&'{') => {
            rest.next();
            let digits: String = rest.take_while(|&c| c != '}').filter(|&c| c != '_').collect();
            text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
        }
        Some('\n' | '\r') => while rest.next_if(|c| c.is_ascii_whitespace()).is_some() {},
        other => simple(other, rest, text),
    })
}

/// The text that the inside of a Python string literal stands for. An unknown escape stands for itself.
///
/// Source: the Python language reference, "Escape sequences". `\N{...}` is left as it stands.
#[must_use]
pub(crate) fn python(inside: &str) -> String {
    unescape(inside, |rest, text| match rest.next() {
        Some('\r') => {
            rest.next_if_eq(&'\n');
        }
        Some('\n') => {}
        other => c_like(other, rest, text),
    })
}

/// The text that the inside of a JavaScript string literal or template stands for. An unknown escape stands for
/// the character behind the backslash.
///
/// Source: ECMA-262, "String Literals".
#[must_use]
pub(crate) fn javascript(inside: &str) -> String {
    unescape(inside, |rest, text| match rest.next() {
        Some('u') if rest.peek() == Some(&'{') => {
            rest.next();
            let digits: String = rest.take_while(|&c| c != '}').collect();
            text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
        }
        Some('u') => text.extend(digits(rest, 4, 16)),
        Some('\r') => {
            rest.next_if_eq(&'\n');
        }
        Some('\n') => {}
        Some('b') => text.push('\u{8}'),
        Some('f') => text.push('\u{c}'),
        Some('v') => text.push('\u{b}'),
        Some(same) if !matches!(same, 'n' | 'r' | 't' | '0' | 'x') => text.push(same),
        other => simple(other, rest, text),
    })
}

/// The text that the inside of an interpreted string literal of Go stands for. A malformed escape stands
/// for itself.
///
/// Source: the Go specification, "String literals" and "Rune literals".
#[must_use]
pub(crate) fn go(inside: &str) -> String {
    unescape(inside, |rest, text| {
        let escape = rest.next();
        c_like(escape, rest, text);
    })
}

fn unescape(inside: &str, mut escaped: impl FnMut(&mut Peekable<Chars<'_>>, &mut String)) -> String {
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside.chars().peekable();
    while let Some(char) = rest.next() {
        if char == '\\' {
            escaped(&mut rest, &mut text);
        } else {
            text.push(char);
        }
    }
    text
}

/// The escapes that Python and Go have from C.
fn c_like(escape: Option<char>, rest: &mut Peekable<Chars<'_>>, text: &mut String) {
    match escape {
        Some('u') => text.extend(digits(rest, 4, 16)),
        Some('U') => text.extend(digits(rest, 8, 16)),
        Some('a') => text.push('\u{7}'),
        Some('b') => text.push('\u{8}'),
        Some('f') => text.push('\u{c}'),
        Some('v') => text.push('\u{b}'),
        Some(first @ '0'..='7') => {
            let more = digits_text(rest, 2, 8);
            let number = u32::from_str_radix(&format!("{first}{more}"), 8);
            text.extend(number.ok().and_then(char::from_u32));
        }
        other => simple(other, rest, text),
    }
}

/// The escapes that all of these languages have.
fn simple(escape: Option<char>, rest: &mut Peekable<Chars<'_>>, text: &mut String) {
    match escape {
        Some('n') => text.push('\n'),
        Some('r') => text.push('\r'),
        Some('t') => text.push('\t'),
        Some('0') => text.push('\0'),
        Some('x') => text.extend(digits(rest, 2, 16)),
        Some(same @ ('\\' | '\'' | '"')) => text.push(same),
        Some(other) => text.extend(['\\', other]),
        None => text.push('\\'),
    }
}

fn digits(rest: &mut Peekable<Chars<'_>>, count: usize, radix: u32) -> Option<char> {
    u32::from_str_radix(&digits_text(rest, count, radix), radix).ok().and_then(char::from_u32)
}

fn digits_text(rest: &mut Peekable<Chars<'_>>, count: usize, radix: u32) -> String {
    let mut text = String::new();
    while text.len() < count
        && let Some(digit) = rest.next_if(|c| c.is_digit(radix))
    {
        text.push(digit);
    }
    text
}
