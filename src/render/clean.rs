//! Text of a checked tree as a terminal may see it.

/// What is shown for `c`, if it must not be shown as it is: control characters would steer the
/// terminal, and direction marks would reorder what is read (CVE-2021-42574).
pub(super) fn stand_in(c: char) -> Option<char> {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}'
        | '\u{200e}' | '\u{200f}' | '\u{61c}' // direction marks
        | '\u{202a}'..='\u{202e}' // embeddings and overrides
        | '\u{2066}'..='\u{2069}' // isolates
        | '\u{2028}' | '\u{2029}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// `text` on one line, without anything that steers a terminal.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c => stand_in(c).unwrap_or(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d"), "a\u{241b}[2Jb c\u{fffd}d");
        assert_eq!(clean("naïve 漢字 \u{1f600}"), "naïve 漢字 \u{1f600}");
    }
}
