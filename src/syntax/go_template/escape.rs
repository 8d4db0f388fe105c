//! Strings as Go quotes them.

/// The value of a string between double quotes, or `None` where Go's `strconv.Unquote` refuses it.
pub(super) fn unquote(inner: &str) -> Option<String> {
    if !inner.contains('\\') {
        return Some(inner.to_owned());
    }
    let mut value = String::with_capacity(inner.len());
    // `\xHH` and octal escapes give bytes, which need not be UTF-8 one by one.
    let mut bytes: Vec<u8> = Vec::new();
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        let escaped = if c == '\\' { Some(rest.next()?) } else { None };
        let plain = match escaped {
            None => c,
            Some('a') => '\u{7}',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('v') => '\u{b}',
            Some('\\') => '\\',
            Some('"') => '"',
            Some('u') => char::from_u32(number(&mut rest, 4, 16, 0)?)?,
            Some('U') => char::from_u32(number(&mut rest, 8, 16, 0)?)?,
            Some('x') => {
                bytes.push(u8::try_from(number(&mut rest, 2, 16, 0)?).ok()?);
                continue;
            }
            Some(digit @ '0'..='7') => {
                let first = digit.to_digit(8)?;
                bytes.push(u8::try_from(number(&mut rest, 2, 8, first)?).ok()?);
                continue;
            }
            Some(_) => return None,
        };
        flush(&mut value, &mut bytes);
        value.push(plain);
    }
    flush(&mut value, &mut bytes);
    Some(value)
}

fn number(rest: &mut std::str::Chars<'_>, digits: usize, radix: u32, start: u32) -> Option<u32> {
    let mut value = start;
    for _ in 0..digits {
        value = value.checked_mul(radix)?.checked_add(rest.next()?.to_digit(radix)?)?;
    }
    Some(value)
}

fn flush(value: &mut String, bytes: &mut Vec<u8>) {
    if !bytes.is_empty() {
        value.push_str(&String::from_utf8_lossy(bytes));
        bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::unquote;

    #[test]
    fn escapes_of_go() {
        assert_eq!(unquote(r#"a\"b\n\\"#).as_deref(), Some("a\"b\n\\"));
        assert_eq!(unquote(r"\u00e9\xc3\xa9\101").as_deref(), Some("ééA"));
        assert_eq!(unquote(r"\'"), None);
        assert_eq!(unquote(r"\q"), None);
        assert_eq!(unquote(r"\400"), None);
    }
}
