//! Breaking running text into lines.

use unicode_width::UnicodeWidthStr;

/// The lines of `text`, none wider than `width` columns unless a single word is. Code in backquotes
/// is kept together up to three quarters of a line, so that commands can be copied. Line breaks in `text` stay.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0;
        for word in words(paragraph, width - width / 4) {
            let wide = word.width();
            if used > 0 && used + 1 + wide > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += wide;
        }
        lines.push(line);
    }
    lines
}

/// Words, where a stretch in backquotes of at most `longest` columns is one word.
fn words(text: &str, longest: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut code) = (0, false);
    let mut last_open = 0;
    for (at, c) in text.char_indices() {
        match c {
            '`' => {
                code = !code;
                last_open = at;
            }
            ' ' if !code || at - last_open > longest || !text[at..].contains('`') => {
                if start < at {
                    words.push(&text[start..at]);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn breaks_at_words_and_keeps_code() {
        let text = "set it with `docker compose up` before the deployment starts";
        assert_eq!(wrap(text, 30), ["set it with", "`docker compose up` before the", "deployment starts"]);
        assert_eq!(
            wrap("unbalanced ` here and there it goes", 12),
            ["unbalanced `", "here and", "there it", "goes"]
        );
        assert_eq!(wrap("a\n\nb", 10), ["a", "", "b"]);
        assert_eq!(wrap("averyveryverylongword x", 5), ["averyveryverylongword", "x"]);
    }
}
