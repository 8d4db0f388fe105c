//! What type YAML gives to a plain scalar, as compose's reader (go-yaml 3) decides it.

use super::node::{Node, NodeKind, Style};

/// A scalar with the type that go-yaml 3 resolves it to.
#[derive(Clone, PartialEq, Debug)]
pub enum Scalar {
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// A date or a time.
    Timestamp,
    /// A text.
    Text(String),
}

/// The type of a scalar node; `None` for a collection. Quoted and block scalars are texts.
#[must_use]
pub fn resolve(node: &Node) -> Option<Scalar> {
    let NodeKind::Scalar { text, style } = &node.kind else { return None };
    // A tag of one's own keeps the text as it is (`resolvableTag`).
    let is_own = |tag: &str| tag.starts_with('!') && !tag.starts_with("!!");
    if node.tag.as_deref().is_some_and(|tag| tag == "!!str" || is_own(tag)) || *style != Style::Plain {
        return Some(Scalar::Text(text.clone()));
    }
    Some(resolve_plain(text))
}

/// The rules of go-yaml 3's resolver (`resolve.go`): YAML 1.2 truth values, YAML 1.1 numbers.
fn resolve_plain(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "false" | "False" | "FALSE" => return Scalar::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        _ => {}
    }
    if is_timestamp(text) {
        return Scalar::Timestamp;
    }
    let first = text.bytes().next().unwrap_or(b' ');
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return Scalar::Text(text.to_owned());
    }
    let plain = text.replace('_', "");
    if let Some(number) = parse_int(&plain) {
        return Scalar::Int(number);
    }
    if is_float(&plain)
        && let Ok(number) = plain.parse::<f64>()
    {
        return Scalar::Float(number);
    }
    Scalar::Text(text.to_owned())
}

fn parse_int(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, body) = if let Some(hex) = lower.strip_prefix("0x") {
        (16, hex)
    } else if let Some(binary) = lower.strip_prefix("0b") {
        (2, binary)
    } else if let Some(octal) = lower.strip_prefix("0o") {
        (8, octal)
    } else if lower.len() > 1 && lower.starts_with('0') && lower.bytes().all(|b| (b'0'..=b'7').contains(&b)) {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    if body.is_empty() || body.starts_with(['+', '-']) {
        return None;
    }
    let number = i128::from_str_radix(body, radix).ok()?;
    (number <= i128::from(u64::MAX)).then_some(if negative { -number } else { number })
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, as go-yaml has it.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mantissa_holds = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    mantissa_holds
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return false;
    }
    let mut parts = text.splitn(3, '-');
    let (_, month, rest) = (parts.next(), parts.next(), parts.next());
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let Some((month, rest)) = month.zip(rest) else { return false };
    if !short(month) {
        return false;
    }
    match rest.find(|c: char| !c.is_ascii_digit()) {
        None => bytes.len() == 10,
        Some(end) => {
            short(&rest[..end])
                && matches!(rest.as_bytes()[end], b'T' | b't' | b' ')
                && rest.get(end + 1..).is_some_and(|time| time.contains(':'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Scalar, resolve_plain};

    #[test]
    fn resolves_as_go_yaml_does() {
        assert_eq!(resolve_plain("yes"), Scalar::Text("yes".to_owned()));
        assert_eq!(resolve_plain("True"), Scalar::Bool(true));
        assert_eq!(resolve_plain("017"), Scalar::Int(15));
        assert_eq!(resolve_plain("0x1F"), Scalar::Int(31));
        assert_eq!(resolve_plain("1_000"), Scalar::Int(1000));
        assert_eq!(resolve_plain("1.10"), Scalar::Float(1.1));
        assert_eq!(resolve_plain("2024-01-01"), Scalar::Timestamp);
        assert_eq!(resolve_plain("1.2.3"), Scalar::Text("1.2.3".to_owned()));
    }
}
