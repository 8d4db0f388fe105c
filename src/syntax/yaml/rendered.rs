//! What a YAML scalar arrives as in a container, as compose 2.26 renders it.
//!
//! Held against `tests/data/compose_scalars.jsonl`, which was measured with the real program.

use super::{Node, NodeKind, Scalar, Style, resolve};

/// A value of an `environment` or `args` mapping after YAML.
#[derive(Clone, PartialEq, Debug)]
pub enum Rendered {
    /// Null: the value is taken from whoever runs compose.
    Host,
    /// `!reset`: as if the entry were not there.
    Absent,
    /// A text, before interpolation.
    Text(String),
    /// `.inf` or `.nan`, which compose refuses.
    NoNumber,
    /// A list or a mapping, which compose refuses.
    Collection,
}

/// What a scalar arrives as.
#[must_use]
pub fn rendered(node: &Node) -> Rendered {
    if node.tag.as_deref() == Some("!reset") {
        return Rendered::Absent;
    }
    let NodeKind::Scalar { text, style } = &node.kind else { return Rendered::Collection };
    if *style == Style::Plain
        && node.tag.is_none()
        && let Some(time) = timestamp(text)
    {
        return Rendered::Text(time);
    }
    match resolve(node) {
        None => Rendered::Collection,
        Some(Scalar::Null) => Rendered::Host,
        Some(Scalar::Bool(truth)) => Rendered::Text(truth.to_string()),
        Some(Scalar::Int(number)) => Rendered::Text(match i64::try_from(number) {
            Err(_) if number < 0 => text.parse().map_or_else(|_| text.clone(), go_float),
            _ => number.to_string(),
        }),
        Some(Scalar::Float(number)) if number.is_nan() => Rendered::NoNumber,
        Some(Scalar::Float(number)) if number.is_infinite() => {
            // Numbers too large for a float stay text.
            if text.contains(|c: char| c.is_ascii_digit()) {
                Rendered::Text(text.clone())
            } else {
                Rendered::NoNumber
            }
        }
        Some(Scalar::Float(number)) => Rendered::Text(go_float(number)),
        Some(Scalar::Timestamp | Scalar::Text(_)) => Rendered::Text(text.clone()),
    }
}

/// Go's `%v` of a `float64`: the shortest digits, with an exponent below -4 and from 6 on.
fn go_float(number: f64) -> String {
    let shortest = format!("{number:e}");
    let Some((mantissa, exponent)) = shortest.split_once('e') else { return shortest };
    match exponent.parse::<i32>() {
        Ok(power) if !(-4..6).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", power.abs())
        }
        _ => number.to_string(),
    }
}

/// A date or time in one of the forms that go-yaml takes for one (`allowedTimestampFormats`), as Go
/// prints it; `None` for all else.
fn timestamp(text: &str) -> Option<String> {
    let mut rest = text;
    let year = digits(&mut rest, 4, 4)?;
    let month = digits(skip(&mut rest, '-')?, 1, 2)?;
    let day = digits(skip(&mut rest, '-')?, 1, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > days {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if rest.is_empty() {
        return Some(format!("{date} 00:00:00 +0000 UTC"));
    }
    let zoned = rest.starts_with(['T', 't']);
    rest = rest.strip_prefix(['T', 't', ' '])?;
    let hour = digits(&mut rest, 1, 2)?;
    let minute = digits(skip(&mut rest, ':')?, 1, 2)?;
    let second = digits(skip(&mut rest, ':')?, 1, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut fraction = "";
    if let Some(tail) = rest.strip_prefix('.') {
        let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        if !(1..=9).contains(&end) {
            return None;
        }
        fraction = tail.get(..end)?.trim_end_matches('0');
        rest = tail.get(end..)?;
    }
    let point = if fraction.is_empty() { "" } else { "." };
    let time = format!("{date} {hour:02}:{minute:02}:{second:02}{point}{fraction}");
    if !zoned {
        return rest.is_empty().then(|| format!("{time} +0000 UTC"));
    }
    if rest == "Z" {
        return Some(format!("{time} +0000 UTC"));
    }
    let sign = if rest.starts_with('-') { '-' } else { '+' };
    rest = rest.strip_prefix(['+', '-'])?;
    let hours = digits(&mut rest, 2, 2)?;
    let minutes = digits(skip(&mut rest, ':')?, 2, 2)?;
    if !rest.is_empty() || hours > 23 || minutes > 59 {
        return None;
    }
    if hours == 0 && minutes == 0 {
        return Some(format!("{time} +0000 UTC"));
    }
    Some(format!("{time} {sign}{hours:02}{minutes:02} {sign}{hours:02}{minutes:02}"))
}

fn skip<'a, 'b>(rest: &'a mut &'b str, expected: char) -> Option<&'a mut &'b str> {
    *rest = rest.strip_prefix(expected)?;
    Some(rest)
}

/// Takes `least` to `most` digits off the front.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let number = rest.get(..count).filter(|_| count >= least)?.parse().ok()?;
    *rest = rest.get(count..)?;
    Some(number)
}

/// Whether a plain scalar arrives as something else than it says, in a way that somebody who reads
/// the file would not expect.
///
/// A truth value in another case, a sign or a zero that adds nothing (`+1`, `.5`, `0.50`) and, unless
/// the key is about a version, a whole number with `.0` are no surprise: every reader of numbers takes
/// them for the same.
#[must_use]
pub fn surprises(key: &str, written: &str, arrives: &str) -> bool {
    let lower = written.to_ascii_lowercase();
    if written == arrives || matches!(lower.as_str(), "true" | "false") {
        return false;
    }
    let unsigned = written.trim_start_matches(['+', '-']);
    let plain = unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let Some((whole, fraction)) = unsigned.split_once('.').filter(|_| plain) else {
        // Without a fraction: octal, hexadecimal, `_`, exponents, dates, leading zeros; not `-0`, `+1`.
        return !(plain && arrives.trim_start_matches('-') == unsigned);
    };
    if whole.len() > 1 && whole.starts_with('0') || arrives.contains('e') {
        return true;
    }
    let kept = fraction.trim_end_matches('0');
    let is_version = crate::key::segments(&key.to_ascii_uppercase())
        .any(|word| matches!(word, "VERSION" | "VER" | "TAG" | "RELEASE" | "REVISION"));
    match (whole, kept.len() == fraction.len()) {
        ("" | "0", _) => false,
        (_, true) => false,
        // `1.0`
        _ if kept.is_empty() => is_version,
        // `1.10`
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{Rendered, go_float, rendered, surprises};
    use crate::syntax::yaml::parse;

    #[test]
    fn renders_scalars_as_compose_does() {
        let rows = include_str!("../../../tests/data/compose_scalars.jsonl");
        let mut compared = 0;
        for row in rows.lines() {
            let row: serde_json::Value = serde_json::from_str(row).unwrap();
            let written = row["yaml_value"].as_str().unwrap();
            // The three rows about other parts of YAML and interpolation itself are tested elsewhere.
            if written == "*x" || written == "a: b" || written.starts_with('$') || written.contains("${") {
                continue;
            }
            let text = format!("services:\n  s:\n    environment:\n      A: {written}\n");
            let parsed = parse(&text);
            let value =
                parsed.documents[0].get("services").and_then(|s| s.get("s")?.get("environment")?.get("A"));
            let found = rendered(value.unwrap());
            let expected = match &row["env"] {
                _ if row.get("error").is_some() => {
                    assert!(
                        matches!(found, Rendered::NoNumber | Rendered::Collection),
                        "{written}: {found:?}"
                    );
                    continue;
                }
                serde_json::Value::Null => Rendered::Host,
                value if value == "<absent>" => Rendered::Absent,
                value => Rendered::Text(value.as_str().unwrap().to_owned()),
            };
            assert_eq!(found, expected, "{written}");
            compared += 1;
        }
        assert!(compared > 55, "{compared}");
    }

    #[test]
    fn more_values_measured_with_compose() {
        for (written, arrives) in [
            ("2024-1-1", "2024-01-01 00:00:00 +0000 UTC"),
            ("2024-01-01T10:00", "2024-01-01T10:00"),
            ("2024-01-01T10:00:00", "2024-01-01T10:00:00"),
            ("2024-01-01 10:00:00", "2024-01-01 10:00:00 +0000 UTC"),
            ("2024-01-01T10:00:00+02:00", "2024-01-01 10:00:00 +0200 +0200"),
            ("2024-13-01", "2024-13-01"),
            ("2024-02-30", "2024-02-30"),
            ("2024-01-01T10:00:00.120Z", "2024-01-01 10:00:00.12 +0000 UTC"),
            ("2024-01-01 10:00:00Z", "2024-01-01 10:00:00Z"),
            ("20240101", "20240101"),
            ("1e400", "1e400"),
            ("-9223372036854775809", "-9.223372036854776e+18"),
            ("1e6", "1e+06"),
            ("999999.5", "999999.5"),
            ("123456789.125", "1.23456789125e+08"),
            ("-0.0", "-0"),
            ("0777_7", "4095"),
        ] {
            let parsed = parse(&format!("A: {written}\n"));
            let found = rendered(parsed.documents[0].get("A").unwrap());
            assert_eq!(found, Rendered::Text(arrives.to_owned()), "{written}");
        }
        assert_eq!(go_float(0.00001), "1e-05");
    }

    #[test]
    fn what_surprises() {
        for (key, written, arrives) in [
            ("A", "1.10", "1.1"),
            ("A", "017", "15"),
            ("A", "08", "8"),
            ("A", "1_000", "1000"),
            ("A", "1e3", "1000"),
            ("A", "0x1F", "31"),
            ("A", "2024-01-01", "2024-01-01 00:00:00 +0000 UTC"),
            ("APP_VERSION", "1.0", "1"),
        ] {
            assert!(surprises(key, written, arrives), "{written}");
        }
        for (key, written, arrives) in [
            ("A", "1.0", "1"),
            ("A", "0.50", "0.5"),
            ("A", "True", "true"),
            ("A", "+1", "1"),
            ("A", "-0", "0"),
            ("A", ".5", "0.5"),
            ("A", "5.", "5"),
            ("A", "5432", "5432"),
        ] {
            assert!(!surprises(key, written, arrives), "{written}");
        }
    }
}
