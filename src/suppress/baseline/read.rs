//! Reading a baseline, and where its entries stand.

use super::{Baseline, BaselineCount, BaselineFile, Group, VERSION, place};
use crate::text::FileId;

pub(super) fn parse(file: FileId, text: &str) -> Baseline {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    let fault = |start: usize, end: usize, message: String| Baseline {
        file,
        counts: Vec::new(),
        fault: Some((place(file, start, end), message)),
    };
    let read: BaselineFile = match serde_json::from_str(body) {
        Ok(read) => read,
        Err(error) => {
            let (start, end) = line(text, error.line());
            let message = error.to_string();
            // The parser quotes what it found, which may be anything in a file that is none.
            let message = match message.split_once(", expected ") {
                Some((found, expected)) if found.starts_with("invalid ") => format!("expected {expected}"),
                _ => message,
            };
            let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
            return fault(start, end, message);
        }
    };
    if read.version != VERSION {
        let (start, end) = line(text, 1);
        return fault(
            start,
            end,
            format!("its version is {}, and this envcheck reads {VERSION}", read.version),
        );
    }
    let places = entries(body);
    let counts = read.findings.into_iter().enumerate().map(|(position, entry)| {
        let (start, end) = places.get(position).copied().unwrap_or((0, 0));
        let shifted = |(start, end): (usize, usize)| place(file, start + shift, end + shift);
        BaselineCount {
            group: Group { file: entry.file, rule: entry.rule, key: entry.key.unwrap_or_default() },
            count: entry.count,
            found: 0,
            at: shifted((start, end)),
            whole: whole(body, &places, position).map(shifted),
            number: number(body, (start, end)).map(shifted),
        }
    });
    Baseline { file, counts: counts.collect(), fault: None }
}

/// The content of a line, from 1, without the white space around it.
fn line(text: &str, number: usize) -> (usize, usize) {
    let mut start = 0;
    for (position, line) in text.split_inclusive('\n').enumerate() {
        if position + 1 == number.max(1) {
            let content = line.trim();
            let begin = start + line.len() - line.trim_start().len();
            return (begin, begin + content.len());
        }
        start += line.len();
    }
    (text.len(), text.len())
}

/// The objects in the list of a JSON text that is known to be a baseline.
fn entries(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                while let Some((_, inner)) = bytes.next() {
                    match inner {
                        b'\\' => {
                            bytes.next();
                        }
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            b'{' | b'[' => {
                depth += 1;
                if depth == 3 {
                    start = at;
                }
            }
            b'}' | b']' => {
                if depth == 3 {
                    found.push((start, at + 1));
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    found
}

/// What goes with the entry at `position` of a list, so that the list stays one.
fn whole(text: &str, entries: &[(usize, usize)], position: usize) -> Option<(usize, usize)> {
    let &(start, end) = entries.get(position)?;
    if let Some(&(next, _)) = entries.get(position + 1) {
        return Some((start, next));
    }
    match position.checked_sub(1).and_then(|before| entries.get(before)) {
        Some(&(_, before)) => Some((before, end)),
        None => Some((text.get(..start)?.rfind('[')? + 1, end + text.get(end..)?.find(']')?)),
    }
}

/// Where the value of `count` stands in an entry.
fn number(text: &str, (start, end): (usize, usize)) -> Option<(usize, usize)> {
    let entry = text.get(start..end)?;
    // The name of a file or key may hold the word, but not with its quotes.
    let behind = entry.rfind("\"count\"")? + "\"count\"".len();
    let colon = behind + entry.get(behind..)?.find(':')? + 1;
    let digits = entry.get(colon..)?;
    let from = colon + digits.find(|c: char| c.is_ascii_digit())?;
    let long = entry.get(from..)?.find(|c: char| !c.is_ascii_digit())?;
    Some((start + from, start + from + long))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;
    use crate::text::FileId;

    #[test]
    fn entries_have_their_places() {
        let text = "\u{feff}{ \"version\": 1, \"findings\": [\n  {\"rule\": \"a{b\", \"file\": \"x]\", \"count\": 2},\n  \
                    {\"rule\": \"c\", \"file\": \"\\\"}\", \"key\": \"K\", \"count\": 1}] }";
        let read = parse(FileId(0), text);
        assert_eq!(read.fault, None);
        let told: Vec<(&str, &str)> = read
            .counts
            .iter()
            .map(|count| (count.group.rule.as_str(), &text[count.at.span.range()]))
            .collect();
        assert_eq!(told[0], ("a{b", "{\"rule\": \"a{b\", \"file\": \"x]\", \"count\": 2}"));
        assert!(told[1].1.starts_with("{\"rule\": \"c\"") && told[1].1.ends_with('}'));
        let number = |at: usize| &text[read.counts[at].number.unwrap().span.range()];
        assert_eq!((number(0), number(1)), ("2", "1"));
        let whole = |at: usize| &text[read.counts[at].whole.unwrap().span.range()];
        assert!(whole(0).starts_with("{\"rule\": \"a") && whole(0).ends_with(",\n  "));
        assert!(whole(1).starts_with(",\n") && whole(1).ends_with('}'));
    }

    #[test]
    fn what_is_none_is_told_where() {
        for (text, place, message) in [
            ("", "", "EOF while parsing a value"),
            ("{\n  \"version\": 1,\n  \"findings\": [x]\n}", "\"findings\": [x]", "expected value"),
            (
                "{\"version\": 2, \"findings\": []}",
                "{\"version\": 2, \"findings\": []}",
                "its version is 2, and this envcheck reads 1",
            ),
            ("{\"version\": \"hunter2\"}", "{\"version\": \"hunter2\"}", "expected u32"),
            ("{\"version\": 1}", "{\"version\": 1}", "missing field `findings`"),
        ] {
            let (at, told) = parse(FileId(0), text).fault.unwrap();
            assert_eq!((&text[at.span.range()], told.as_str()), (place, message));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[\\[\\]{}\",:a1 \n\\\\é]{0,60}") {
            let read = parse(FileId(0), &text);
            let parts = |count: &super::BaselineCount| [Some(count.at), count.whole, count.number];
            for at in read.counts.iter().flat_map(parts).flatten().chain(read.fault.map(|(at, _)| at)) {
                prop_assert!(text.get(at.span.range()).is_some());
            }
        }
    }
}
