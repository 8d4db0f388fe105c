//! Whether a text can be read as a type.
//!
//! The readers of configuration are many and differ in detail. A text counts as readable if any
//! usual reader takes it (pydantic's lenient mode, Rust's `FromStr`, Go's `time.ParseDuration`), so
//! that a mismatch is certain.

use std::fmt;

use super::ValueType;
use super::url::{self, Url, UrlProblem};

/// Why a text is not of a type. Holds and shows nothing of the text but a URL's scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mismatch {
    /// There is no text.
    Empty,
    /// Not a whole number.
    NotWhole,
    /// Not a number.
    NotNumber,
    /// None of the spellings of truth values.
    NotBool,
    /// A number below the smallest allowed.
    Below(i64),
    /// A number above the largest allowed.
    Above(i64),
    /// Not a URL.
    Url(UrlProblem),
    /// A URL of another scheme.
    Scheme {
        /// Its scheme.
        found: String,
        /// Those allowed.
        allowed: Vec<String>,
    },
    /// None of the words listed.
    NotListed(Vec<String>),
    /// Does not match the pattern.
    NoMatch(String),
    /// Not a duration.
    NotDuration,
    /// An item of a list is not of the items' type.
    Item {
        /// Its position, from 1.
        position: usize,
        /// Why.
        why: Box<Mismatch>,
    },
    /// Not JSON.
    NotJson,
}

impl Mismatch {
    /// The mismatch of the value itself or of the list's item that caused it.
    #[must_use]
    pub fn innermost(&self) -> &Self {
        match self {
            Self::Item { why, .. } => why.innermost(),
            other => other,
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::NotWhole => f.write_str("is not a whole number"),
            Self::NotNumber => f.write_str("is not a number"),
            Self::NotBool => f.write_str("is not a truth value such as `true` or `false`"),
            Self::Below(min) => write!(f, "lies below {min}"),
            Self::Above(max) => write!(f, "lies above {max}"),
            Self::Url(problem) => problem.fmt(f),
            Self::Scheme { found, allowed } => {
                write!(f, "has the scheme `{found}`, not {}", super::or(allowed))
            }
            Self::NotListed(allowed) => write!(f, "is not {}", super::or(allowed)),
            Self::NoMatch(pattern) => match super::form::in_words(pattern) {
                Some(words) => write!(f, "is not {words}"),
                None => write!(f, "does not match `{pattern}`"),
            },
            Self::NotDuration => f.write_str("is not a duration such as `30s`, `5m` or `PT5M`"),
            Self::Item { position, why } => write!(f, "has an item, number {position}, that {why}"),
            Self::NotJson => f.write_str("is not JSON"),
        }
    }
}

impl ValueType {
    /// Whether `text` can be read as this type. An empty text is a string and nothing else.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn check(&self, text: &str) -> Result<(), Mismatch> {
        let trimmed = text.trim();
        match self {
            Self::String => Ok(()),
            Self::OneOf(words) if words.iter().any(|word| word == text) => Ok(()),
            Self::OneOf(words) => Err(Mismatch::NotListed(words.clone())),
            Self::Pattern(pattern) => check_pattern(pattern, text),
            Self::List { .. } if text.is_empty() => Ok(()),
            Self::List { separator, item } => check_items(separator, item, text),
            _ if trimmed.is_empty() => Err(Mismatch::Empty),
            Self::Int { min, max } => check_int(trimmed, *min, *max),
            Self::Port => check_int(trimmed, Some(1), Some(65535)),
            Self::Float => {
                let plain = trimmed.replace('_', "");
                plain.parse::<f64>().map(drop).map_err(|_| Mismatch::NotNumber)
            }
            Self::Bool => is_bool(trimmed).then_some(()).ok_or(Mismatch::NotBool),
            Self::Url { schemes } => check_url(schemes, trimmed),
            Self::Duration => is_duration(trimmed).then_some(()).ok_or(Mismatch::NotDuration),
            Self::Json => {
                serde_json::from_str::<serde::de::IgnoredAny>(text).map(drop).map_err(|_| Mismatch::NotJson)
            }
        }
    }
}

/// The spellings that pydantic's lenient mode accepts, in any case.
fn is_bool(text: &str) -> bool {
    ["0", "1", "true", "false", "t", "f", "yes", "no", "y", "n", "on", "off"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(text))
}

/// Pydantic's lenient mode accepts a sign, `_` between digits and zeros behind a point.
fn check_int(text: &str, min: Option<i64>, max: Option<i64>) -> Result<(), Mismatch> {
    let plain = text.replace('_', "");
    let whole = match plain.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return Err(Mismatch::NotWhole),
        None => plain.as_str(),
    };
    let digits = whole.strip_prefix(['+', '-']).unwrap_or(whole);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Mismatch::NotWhole);
    }
    // A number beyond 128 bits lies beyond every bound.
    let huge = if whole.starts_with('-') { i128::MIN } else { i128::MAX };
    let number = whole.parse::<i128>().unwrap_or(huge);
    match (min, max) {
        (Some(min), _) if number < i128::from(min) => Err(Mismatch::Below(min)),
        (_, Some(max)) if number > i128::from(max) => Err(Mismatch::Above(max)),
        _ => Ok(()),
    }
}

/// A pattern that does not compile matches everything: reading the matrix has told.
fn check_pattern(pattern: &str, text: &str) -> Result<(), Mismatch> {
    match regex::Regex::new(&format!("^(?:{pattern})$")) {
        Ok(whole) if !whole.is_match(text) => Err(Mismatch::NoMatch(pattern.to_owned())),
        _ => Ok(()),
    }
}

fn check_items(separator: &str, item: &ValueType, text: &str) -> Result<(), Mismatch> {
    let items = text.split(separator).map(str::trim).enumerate();
    for (position, text) in items {
        // An empty item, as behind a last separator, is passed over by most readers.
        if !text.is_empty() {
            item.check(text).map_err(|why| Mismatch::Item { position: position + 1, why: Box::new(why) })?;
        }
    }
    Ok(())
}

fn check_url(schemes: &[String], text: &str) -> Result<(), Mismatch> {
    if let Some(problem) = url::problem(text) {
        return Err(Mismatch::Url(problem));
    }
    let Some(url) = Url::parse(text) else { return Ok(()) };
    let found = url.scheme.to_ascii_lowercase();
    if schemes.is_empty() || schemes.contains(&found) {
        return Ok(());
    }
    Err(Mismatch::Scheme { found, allowed: schemes.to_vec() })
}

/// Units of durations, as humantime, Go and systemd know them.
const UNITS: [&str; 33] = [
    "ns", "nsec", "us", "µs", "μs", "usec", "ms", "msec", "millis", "s", "sec", "secs", "second", "seconds",
    "m", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour", "hours", "d", "day", "days", "w",
    "week", "weeks", "month", "months", "y",
];

/// `30s`, `1h30m`, `1 day`, `PT5M`, `01:30:00`, or a number, which most readers take as seconds.
fn is_duration(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    if text.parse::<f64>().is_ok_and(f64::is_finite) {
        return true;
    }
    if let Some(iso) = text.strip_prefix(['P', 'p']) {
        return is_iso_duration(iso);
    }
    if text.contains(':') {
        let mut parts = text.split(':');
        return parts.clone().count() <= 3
            && parts.all(|part| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            });
    }
    let mut rest = text;
    let mut found = false;
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (digits, behind) = rest.split_at_checked(number).unwrap_or((rest, ""));
        let behind = behind.trim_start();
        let end = behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len());
        let (unit, after) = behind.split_at_checked(end).unwrap_or((behind, ""));
        let holds = digits.parse::<f64>().is_ok() && UNITS.contains(&unit.to_ascii_lowercase().as_str());
        if !holds {
            return false;
        }
        found = true;
        rest = after;
    }
    found
}

/// What follows the `P` of an ISO 8601 duration.
fn is_iso_duration(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let (date, time) = match upper.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (upper.as_str(), None),
    };
    let fields = |mut part: &str, letters: &str| {
        let mut allowed = letters.chars();
        while !part.is_empty() {
            let end = part.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(part.len());
            let mut behind = part.get(end..).unwrap_or("").chars();
            let known = behind.next().is_some_and(|letter| allowed.any(|other| other == letter));
            if end == 0 || !known {
                return false;
            }
            part = behind.as_str();
        }
        true
    };
    let some = !date.is_empty() || time.is_some_and(|time| !time.is_empty());
    some && fields(date, "YMWD") && time.is_none_or(|time| !time.is_empty() && fields(time, "HMS"))
}

#[cfg(test)]
mod tests {
    use super::Mismatch;
    use crate::value_type::ValueType;

    fn int(min: Option<i64>, max: Option<i64>) -> ValueType {
        ValueType::Int { min, max }
    }

    #[test]
    fn numbers() {
        for text in ["5", "-5", "+5", "1_000", "5.0", " 5 ", "99999999999999999999999999999999999999999999"] {
            assert_eq!(int(None, None).check(text), Ok(()), "{text}");
        }
        for text in ["five", "5.5", "0x10", "5s", "1e3", "-", "--5"] {
            assert_eq!(int(None, None).check(text), Err(Mismatch::NotWhole), "{text}");
        }
        assert_eq!(int(Some(1), Some(10)).check("0"), Err(Mismatch::Below(1)));
        assert_eq!(int(Some(1), Some(10)).check("11"), Err(Mismatch::Above(10)));
        assert_eq!(ValueType::Port.check("65536"), Err(Mismatch::Above(65535)));
        assert_eq!(ValueType::Port.check(""), Err(Mismatch::Empty));
        for text in ["0.5", "1e-3", "inf", "5"] {
            assert_eq!(ValueType::Float.check(text), Ok(()), "{text}");
        }
        assert_eq!(ValueType::Float.check("0,5"), Err(Mismatch::NotNumber));
    }

    #[test]
    fn truth_values() {
        for text in ["true", "FALSE", "1", "off", "y"] {
            assert_eq!(ValueType::Bool.check(text), Ok(()), "{text}");
        }
        for text in ["2", "enabled", "tru"] {
            assert_eq!(ValueType::Bool.check(text), Err(Mismatch::NotBool), "{text}");
        }
    }

    #[test]
    fn durations() {
        for text in
            ["30s", "5m", "1h30m", "500ms", "PT5M", "P1DT2H", "1.5h", "1h 30m", "2 days", "30", "00:05:00"]
        {
            assert_eq!(ValueType::Duration.check(text), Ok(()), "{text}");
        }
        for text in ["5 parsecs", "PT", "P", "soon", "m5", "PT5X", "5m!", "1:2:3:4"] {
            assert_eq!(ValueType::Duration.check(text), Err(Mismatch::NotDuration), "{text}");
        }
    }

    #[test]
    fn urls() {
        let url =
            |schemes: &[&str]| ValueType::Url { schemes: schemes.iter().map(|s| (*s).to_owned()).collect() };
        assert_eq!(url(&[]).check("https://x"), Ok(()));
        assert_eq!(url(&["postgresql+asyncpg"]).check("postgresql+asyncpg://h/d"), Ok(()));
        let found = url(&["https"]).check("http://h").unwrap_err();
        assert_eq!(found.to_string(), "has the scheme `http`, not `https`");
        assert!(url(&[]).check("localhost:80").is_err());
    }

    #[test]
    fn lists_json_words_patterns() {
        let ports = ValueType::List { separator: ",".to_owned(), item: Box::new(ValueType::Port) };
        assert_eq!(ports.check("80, 443,"), Ok(()));
        assert_eq!(
            ports.check("80,x").unwrap_err().to_string(),
            "has an item, number 2, that is not a whole number"
        );
        assert_eq!(ValueType::Json.check("[\"a\"]"), Ok(()));
        assert_eq!(ValueType::Json.check("a,b"), Err(Mismatch::NotJson));
        let words = ValueType::OneOf(vec!["A".to_owned(), "B".to_owned()]);
        assert_eq!(words.check("a").unwrap_err().to_string(), "is not `A` or `B`");
        let pattern = ValueType::Pattern("[a-z]+|x1".to_owned());
        assert_eq!(pattern.check("abc"), Ok(()));
        assert!(pattern.check("abc1").is_err());
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_never_tells_the_value(text in "\\PC{0,30}", odd in "[-+0-9.:_PTHMSms ]{0,20}") {
            for text in [text, odd] {
                for value_type in [int(Some(1), None), ValueType::Float, ValueType::Bool, ValueType::Duration,
                    ValueType::Json, ValueType::Url { schemes: vec!["https".to_owned()] }] {
                    if let Err(why) = value_type.check(&text) {
                        proptest::prop_assert!(text.len() < 8 || !why.to_string().contains(&text));
                    }
                }
            }
        }
    }
}
