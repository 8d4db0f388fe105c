//! Forms of texts that have names: lengths, UUIDs, addresses. Each is a pattern, so that a matrix can declare it.
//!
//! Libraries differ in what they take for a UUID or an address. These patterns leave out only what all of them refuse.

use super::ValueType;

const UUID: &str = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
const EMAIL: &str = r"[^@\s]+@[^@\s]+";

/// How patterns of lengths begin: any sign, line breaks among them.
const ANY: &str = "(?s).{";

impl ValueType {
    /// A text of so many characters, bounds included.
    #[must_use]
    pub fn of_length(min: u32, max: Option<u32>) -> Self {
        Self::Pattern(match max {
            Some(max) if max == min => format!("{ANY}{min}}}"),
            Some(max) => format!("{ANY}{min},{max}}}"),
            None => format!("{ANY}{min},}}"),
        })
    }

    /// A UUID, in any version of it.
    #[must_use]
    pub fn uuid() -> Self {
        Self::Pattern(UUID.to_owned())
    }

    /// An address of mail.
    #[must_use]
    pub fn email() -> Self {
        Self::Pattern(EMAIL.to_owned())
    }
}

/// What a pattern that is made here means, for a message.
pub(super) fn in_words(pattern: &str) -> Option<String> {
    match pattern {
        UUID => return Some("a UUID".to_owned()),
        EMAIL => return Some("an address of mail".to_owned()),
        _ => {}
    }
    let bounds = pattern.strip_prefix(ANY)?.strip_suffix('}')?;
    let number = |text: &str| text.parse::<u32>().ok();
    match bounds.split_once(',') {
        None => number(bounds).map(|exact| format!("a text of {exact} characters")),
        Some((min, "")) => number(min).map(|min| format!("a text of at least {min} characters")),
        Some((min, max)) => match (number(min)?, number(max)?) {
            (0, max) => Some(format!("a text of at most {max} characters")),
            (min, max) => Some(format!("a text of {min} to {max} characters")),
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::value_type::ValueType;

    #[test]
    fn forms_in_words() {
        for (form, words, yes, no) in [
            (ValueType::of_length(3, None), "a text of at least 3 characters", "a\nb", "ab"),
            (ValueType::of_length(2, Some(2)), "a text of 2 characters", "äö", "abc"),
            (ValueType::of_length(0, Some(2)), "a text of at most 2 characters", "", "abc"),
            (ValueType::of_length(1, Some(2)), "a text of 1 to 2 characters", "a", ""),
            (ValueType::email(), "an address of mail", "a@localhost", "a.example"),
            (ValueType::uuid(), "a UUID", "00000000-0000-0000-0000-00000000000A", "0000"),
        ] {
            assert_eq!(form.to_string(), words);
            assert_eq!(form.check(yes), Ok(()), "{words}");
            assert_eq!(form.check(no).unwrap_err().to_string(), format!("is not {words}"));
        }
    }
}
