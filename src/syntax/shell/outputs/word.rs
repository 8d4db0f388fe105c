//! Where a word of a script ends.

/// The length of the word that a text begins with; what it expands is part of it. `open` holds the closing signs of what is
/// open inside of the word. At least one character, where there is any.
pub(super) fn length(text: &str, mut open: Vec<char>) -> usize {
    if let Some(length) = plain_word(text).filter(|_| open.is_empty()) {
        return length;
    }
    let mut chars = text.char_indices().peekable();
    let mut end = text.len();
    while let Some((at, c)) = chars.next() {
        match (open.last().copied(), c) {
            (Some('\''), '\'') => _ = open.pop(),
            (Some('\''), _) => {}
            (_, '\\') => _ = chars.next(),
            (Some(close), _) if c == close => _ = open.pop(),
            (_, '$') => match chars.peek() {
                Some((_, '(')) => {
                    chars.next();
                    open.push(')');
                }
                Some((_, '{')) => {
                    chars.next();
                    open.push('}');
                }
                _ => {}
            },
            (_, '`') => open.push('`'),
            (Some('"'), _) => {}
            (_, '"') => open.push('"'),
            (inside, '\'') if inside != Some('}') => open.push('\''),
            (Some(')'), '(') => open.push(')'),
            (None, c) if c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '<' | '>') => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    text.ceil_char_boundary(end.max(1).min(text.len()))
}

/// The length of the word that a text begins with, if no sign in it means more than itself; most words are such.
fn plain_word(text: &str) -> Option<usize> {
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'\x0b' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')
    };
    let means = |byte: &u8| !byte.is_ascii() || matches!(byte, b'\\' | b'\'' | b'"' | b'$' | b'`');
    let stop = text.bytes().position(|byte| ends(&byte) || means(&byte));
    match stop.and_then(|at| text.as_bytes().get(at)) {
        Some(byte) if means(byte) => None,
        _ => stop.or(Some(text.len())).filter(|length| *length > 0),
    }
}
