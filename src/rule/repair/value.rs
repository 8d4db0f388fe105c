//! Values for examples.

use crate::key::public_prefix;
use crate::value_type::ValueType;

/// `text` as every reader of dotenv files reads it back; `None` if there is no such notation.
#[must_use]
pub fn dotenv_value(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,=?-{}[]*".contains(c);
    if text.chars().all(plain) {
        return Some(text.to_owned());
    }
    let quotable = |c: char| !c.is_control() && !matches!(c, '\'' | '\\' | '$' | '`');
    text.chars().all(quotable).then(|| format!("'{text}'"))
}

/// A value that holds the place of one that somebody has to put in, of the wanted type.
#[must_use]
pub fn placeholder(key: &str, value_type: Option<&ValueType>, is_secret: bool) -> String {
    if is_secret {
        return "changeme".to_owned();
    }
    match value_type {
        Some(ValueType::Int { min, max }) => min.or(*max).unwrap_or(1).to_string(),
        Some(ValueType::Float) => "1.0".to_owned(),
        Some(ValueType::Bool) => "false".to_owned(),
        Some(ValueType::Port) => "8080".to_owned(),
        Some(ValueType::Url { schemes }) => {
            let scheme = schemes.first().map_or("https", String::as_str);
            let own = public_prefix(key).and_then(|prefix| key.strip_prefix(prefix)).unwrap_or(key);
            format!("{scheme}://{}.example.com", own.to_ascii_lowercase().split('_').next().unwrap_or("www"))
        }
        Some(ValueType::OneOf(words)) => words.first().cloned().unwrap_or_default(),
        Some(ValueType::Duration) => "30s".to_owned(),
        Some(ValueType::Json) => "[]".to_owned(),
        Some(ValueType::List { item, .. }) => placeholder(key, Some(item), false),
        Some(ValueType::String | ValueType::Pattern(_)) | None => "changeme".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{dotenv_value, placeholder};
    use crate::syntax::dotenv::Dialect;
    use crate::value_type::ValueType;

    #[test]
    fn values_read_back_in_every_dialect() {
        for text in ["", "a", "a b", "a#b", "http://x/?a=b&c=d", "[\"a\"]", "1.0", "a\"b", "{\"a\": 1}"] {
            let Some(value) = dotenv_value(text) else { panic!("{text}") };
            for dialect in Dialect::ALL {
                // docker knows no quotes at all.
                if *dialect == Dialect::DockerEnvFile {
                    continue;
                }
                let reading = dialect.read(&format!("A={value}\n"), &|_| None);
                let read = reading.variables.get("A").and_then(|value| value.as_ref());
                // Some readers take no variable where another sees an empty one.
                assert_eq!(read.map_or("", |value| value.reveal()), text, "{dialect:?} of {value}");
            }
        }
        assert_eq!(dotenv_value("it's $5"), None);
    }

    #[test]
    fn placeholders_are_of_their_type() {
        let port = ValueType::Port;
        assert!(port.check(&placeholder("X_PORT", Some(&port), false)).is_ok());
        let url = ValueType::Url { schemes: vec!["redis".to_owned()] };
        assert_eq!(placeholder("CACHE_URL", Some(&url), false), "redis://cache.example.com");
        assert!(url.check("redis://cache.example.com").is_ok());
        assert_eq!(
            placeholder("VITE_API_URL", Some(&ValueType::Url { schemes: vec![] }), false),
            "https://api.example.com"
        );
        assert_eq!(placeholder("X", Some(&url), true), "changeme");
    }
}
