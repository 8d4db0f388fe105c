//! The words of a text that may be names of keys.

/// The words of `text` that consist of capitals, digits and `_` and begin with a capital, with their
/// offsets; `_` at either end is left out.
///
/// Most of a text is no such word, so this looks for a capital with another character of a name behind it,
/// and only there for the ends of the word.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let class = |at: usize| bytes.get(at).map_or(Class::Other, |&byte| CLASSES[byte as usize]);
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + begin(bytes.get(at..)?)?;
            let mut end = start + 1;
            while class(end) <= Class::Name {
                end += 1;
            }
            at = end;
            // A word that goes on in small letters is none, and neither is what follows in it.
            while class(at) <= Class::Letter {
                at += 1;
            }
            if at > end || !begins_word(bytes.get(..start).unwrap_or_default()) {
                continue;
            }
            while bytes.get(end - 1) == Some(&b'_') {
                end -= 1;
            }
            if end - start >= 3
                && let Some(word) = text.get(start..end)
            {
                return Some((start, word));
            }
        }
    })
}

/// Where the first capital stands with another character of a name behind it.
fn begin(bytes: &[u8]) -> Option<usize> {
    // So many at a time are looked at by vector instructions, as long as nothing is decided for each of them.
    const STEP: usize = 32;
    const GROUP: usize = 8;
    let is_capital = |byte: u8| byte.wrapping_sub(b'A') < 26;
    // Digits, capitals, `_`, and the signs between them in ASCII.
    let may_follow = |byte: u8| byte.wrapping_sub(b'0') < 48;
    let begins = |pair: &[u8]| matches!(pair, [first, second] if is_capital(*first) && CLASSES[*second as usize] == Class::Name);
    let mut at = 0;
    while let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk::<{ STEP + 1 }>()) {
        let mut marks = [0; STEP];
        for position in 0..STEP {
            marks[position] = u8::from(is_capital(window[position]) & may_follow(window[position + 1]));
        }
        for (group, marks) in marks.as_chunks::<GROUP>().0.iter().enumerate() {
            let mut marked = u64::from_le_bytes(*marks);
            while marked != 0 {
                let position = group * GROUP + marked.trailing_zeros() as usize / 8;
                if window.get(position..position + 2).is_some_and(begins) {
                    return Some(at + position);
                }
                marked &= marked - 1;
            }
        }
        at += STEP;
    }
    let position = bytes.get(at..)?.windows(2).position(begins)?;
    Some(at + position)
}

/// Whether a word may begin behind `before`. `_` before it is left out.
fn begins_word(before: &[u8]) -> bool {
    let bare = before.iter().rposition(|&byte| byte != b'_').map_or(0, |last| last + 1);
    match before.get(..bare).unwrap_or_default() {
        // In "\nAPP_URL=" the word begins behind the escape.
        [.., b'\\', b'n' | b't' | b'r'] => true,
        [.., last] => CLASSES[*last as usize] == Class::Other,
        [] => true,
    }
}

/// What a byte may be in a word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// A capital, a digit or `_`.
    Name,
    /// Another letter. Characters outside ASCII count as such, so that no word ends within one.
    Letter,
    /// Anything else.
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'A'..=b'Z' | b'0'..=b'9' | b'_' => Class::Name,
            b'a'..=b'z' | 0x80.. => Class::Letter,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::words;
    use proptest::prelude::*;

    /// What [`words`] finds, one whole word after the other.
    fn plain(text: &str) -> Vec<(usize, &str)> {
        let bytes = text.as_bytes();
        let is_word = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80;
        let mut found = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let mut start = at;
            while at < bytes.len() && is_word(bytes[at]) {
                at += 1;
            }
            let mut end = at;
            at += usize::from(start == at);
            if start > 0 && bytes[start - 1] == b'\\' && matches!(bytes.get(start), Some(b'n' | b't' | b'r'))
            {
                start += 1;
            }
            while start < end && bytes[start] == b'_' {
                start += 1;
            }
            while end > start && bytes[end - 1] == b'_' {
                end -= 1;
            }
            let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
            if end >= start + 3
                && bytes[start].is_ascii_uppercase()
                && bytes[start..end].iter().all(|&byte| is_name(byte))
            {
                found.push((start, &text[start..end]));
            }
        }
        found
    }

    proptest! {
        #[test]
        fn names_are_those_of_the_plain_definition(text in "[A-C_a0é\\\\nr{ \n]{0,60}") {
            prop_assert_eq!(words(&text).collect::<Vec<_>>(), plain(&text));
        }
    }
}
