//! How much of a text is read.

/// Signs and gaps between words in one file, beyond which it is not read. Each of them costs memory, some
/// hundreds of bytes at worst; files that people write have some thousands, and few files of data as many.
pub const MOST_SIGNS: usize = 2 << 20;

/// Where the reading of `text` ends, if it holds more than [`MOST_SIGNS`]: behind the last whole line before.
#[must_use]
pub fn end_of_reading(text: &str) -> Option<usize> {
    end_within(text, MOST_SIGNS)
}

fn end_within(text: &str, most: usize) -> Option<usize> {
    if text.len() <= most {
        return None;
    }
    let (mut left, mut line, mut behind_space) = (most, 0, false);
    for (at, byte) in text.bytes().enumerate() {
        let is_space = byte.is_ascii_whitespace();
        let is_sign = byte == b'\n'
            || is_space && !behind_space
            || byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'-' | b'.' | b'/');
        behind_space = is_space;
        if is_sign {
            left = match left.checked_sub(1) {
                Some(left) => left,
                None => return Some(line),
            };
        }
        if byte == b'\n' {
            line = at + 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::end_within;

    #[test]
    fn whole_lines_are_read_up_to_the_bound() {
        assert_eq!(end_within("A=1\nB=2\n", 4), None);
        assert_eq!(end_within("A=1\nB=2\n", 3), Some(4));
        assert_eq!(end_within("A=1\nB=2", 2), Some(4));
        assert_eq!(end_within("A=$A$A$A\n", 3), Some(0));
        assert_eq!(end_within("A    B\tC\n", 3), None);
        assert_eq!(end_within("a-very/long.name_of_one_word", 0), None);
    }
}
