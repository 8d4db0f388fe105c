//! Numbers of Go source.

use super::token::Sign;

/// The number that a text begins with, and its length; `None` of what is none, or an unusual one.
///
/// Source: <https://go.dev/ref/spec#Integer_literals>.
pub(super) fn number(text: &[u8]) -> Option<(Sign, usize)> {
    let at = |position: usize| text.get(position).copied().unwrap_or(0);
    let (sign, mut length) = match (at(0), at(1).to_ascii_lowercase()) {
        (b'0', b'x') => hexadecimal(text)?,
        (b'0', b'o') => (Sign::Integer, digits(text, 2, |byte| matches!(byte, b'0'..=b'7'), true)?),
        (b'0', b'b') => (Sign::Integer, digits(text, 2, |byte| matches!(byte, b'0' | b'1'), true)?),
        _ => decimal(text)?,
    };
    let is_imaginary = at(length) == b'i';
    length += usize::from(is_imaginary);
    let is_octal = |text: &[u8]| text.iter().all(|byte| matches!(byte, b'0'..=b'7' | b'_'));
    let is_plain = sign == Sign::Integer && at(0) == b'0' && matches!(at(1), b'0'..=b'9' | b'_');
    if is_plain && !is_imaginary && !is_octal(text.get(..length)?) {
        return None;
    }
    let goes_on = at(length) == b'_' || at(length) >= 0x80 || at(length).is_ascii_alphanumeric();
    let sign = if is_imaginary { Sign::Imaginary } else { sign };
    // A number with a dot behind it that is none of its own is one that nobody writes.
    (!goes_on && (sign == Sign::Integer || at(length) != b'.')).then_some((sign, length))
}

/// Where digits end that begin at `from`, of which there is one at least.
fn digits(text: &[u8], from: usize, is_digit: impl Fn(u8) -> bool, may_begin_low: bool) -> Option<usize> {
    let at = |position: usize| text.get(position).copied().unwrap_or(0);
    let mut end = from + usize::from(may_begin_low && at(from) == b'_');
    if !is_digit(at(end)) {
        return None;
    }
    while is_digit(at(end)) || at(end) == b'_' && is_digit(at(end + 1)) {
        end += 1;
    }
    Some(end)
}

fn exponent(text: &[u8], from: usize) -> Option<usize> {
    let sign = text.get(from + 1).copied().unwrap_or(0);
    let from = from + 1 + usize::from(matches!(sign, b'+' | b'-'));
    digits(text, from, |byte| byte.is_ascii_digit(), false)
}

fn hexadecimal(text: &[u8]) -> Option<(Sign, usize)> {
    let at = |position: usize| text.get(position).copied().unwrap_or(0);
    let is_digit = |byte: u8| byte.is_ascii_hexdigit();
    let mut end = digits(text, 2, is_digit, true)?;
    let has_dot = at(end) == b'.';
    if has_dot {
        end += 1;
        end = if is_digit(at(end)) { digits(text, end, is_digit, false)? } else { end };
    }
    match at(end) {
        b'p' | b'P' => Some((Sign::Float, exponent(text, end)?)),
        _ if has_dot => None,
        _ => Some((Sign::Integer, end)),
    }
}

fn decimal(text: &[u8]) -> Option<(Sign, usize)> {
    let at = |position: usize| text.get(position).copied().unwrap_or(0);
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let mut end = if at(0) == b'.' { 0 } else { digits(text, 0, is_digit, false)? };
    let mut sign = Sign::Integer;
    if at(end) == b'.' {
        sign = Sign::Float;
        end += 1;
        end = if end == 1 || is_digit(at(end)) { digits(text, end, is_digit, false)? } else { end };
    }
    if matches!(at(end), b'e' | b'E') {
        sign = Sign::Float;
        end = exponent(text, end)?;
    }
    Some((sign, end))
}
