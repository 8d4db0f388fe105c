//! Reading a baseline, and where its entries stand.

use serde_json::Value;

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
            let ((start, end), message) = fault_of(body, &error);
            let (start, end) =
                if start == end { line(text, error.line()) } else { (start + shift, end + shift) };
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

/// What keeps a text from being a baseline, in plain words, and where; an empty place where only the line of the
/// parser's `error` is known. Nothing of the text is repeated: it may be anything.
fn fault_of(text: &str, error: &serde_json::Error) -> ((usize, usize), String) {
    let unknown = (0, 0);
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        let message = if text.trim().is_empty() {
            "it is empty"
        } else if error.is_eof() {
            "it is JSON that ends too early"
        } else {
            "it is not JSON here"
        };
        return (unknown, message.to_owned());
    };
    let Value::Object(top) = &value else {
        return (unknown, "it has to be an object with `version` and `findings`".to_owned());
    };
    if let Some(slip) = top.keys().find_map(|name| slip(name, &["version", "findings"])) {
        return (unknown, slip);
    }
    let Some(findings) = top.get("findings").filter(|_| top.contains_key("version")) else {
        let lacks = if top.contains_key("version") { "findings" } else { "version" };
        return (unknown, format!("it lacks `{lacks}`"));
    };
    if !top.get("version").is_some_and(Value::is_u64) {
        return (unknown, "`version` has to be a whole number".to_owned());
    }
    let Value::Array(items) = findings else { return (unknown, "`findings` has to be a list".to_owned()) };
    let places = entries(text);
    let objects = items.iter().filter(|item| item.is_object()).count();
    for (position, item) in items.iter().enumerate() {
        let place = places.get(position).copied().filter(|_| objects == items.len()).unwrap_or(unknown);
        if let Some(message) = fault_of_entry(item) {
            return (place, format!("finding {}: {message}", position + 1));
        }
    }
    let message = if top.keys().all(|name| ["$schema", "version", "findings"].contains(&name.as_str())) {
        "its entries are not those of a baseline"
    } else {
        "it has an entry beside `$schema`, `version` and `findings`"
    };
    (unknown, message.to_owned())
}

/// What is said of a name that is nearly one of the known ones; others may be anything.
fn slip(name: &str, known: &[&str]) -> Option<String> {
    let near = |other: &&&str| strsim::osa_distance(name, other) == 1;
    let meant = known.iter().find(near).filter(|_| !known.contains(&name))?;
    Some(format!("it has `{name}`; did you mean `{meant}`?"))
}

/// What keeps an item of the list from being a count.
fn fault_of_entry(item: &Value) -> Option<String> {
    let Value::Object(entry) = item else {
        return Some("it has to be an object with `file`, `rule` and `count`".to_owned());
    };
    if let Some(slip) = entry.keys().find_map(|name| slip(name, &["file", "rule", "key", "count"])) {
        return Some(slip);
    }
    if let Some(lacks) = ["file", "rule", "count"].into_iter().find(|name| !entry.contains_key(*name)) {
        return Some(format!("it lacks `{lacks}`"));
    }
    for (name, value) in entry {
        match name.as_str() {
            "file" | "rule" if !value.is_string() => return Some(format!("`{name}` has to be a text")),
            "key" if !value.is_string() && !value.is_null() => {
                return Some("`key` has to be a text".to_owned());
            }
            "count" if !value.is_u64() => return Some("`count` has to be a whole number".to_owned()),
            "file" | "rule" | "key" | "count" => {}
            _ => return Some("it has an entry beside `file`, `rule`, `key` and `count`".to_owned()),
        }
    }
    None
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
            ("", "", "it is empty"),
            ("{\n", "", "it is JSON that ends too early"),
            ("{\n  \"version\": 1,\n  \"findings\": [x]\n}", "\"findings\": [x]", "it is not JSON here"),
            (
                "{\"version\": 2, \"findings\": []}",
                "{\"version\": 2, \"findings\": []}",
                "its version is 2, and this envcheck reads 1",
            ),
            ("{\"version\": \"hunter2\"}", "{\"version\": \"hunter2\"}", "it lacks `findings`"),
            (
                "{\"version\": \"1\", \"findings\": []}",
                "{\"version\": \"1\", \"findings\": []}",
                "`version` has to be a whole number",
            ),
            ("{\"version\": 1}", "{\"version\": 1}", "it lacks `findings`"),
            ("{\"findings\": []}", "{\"findings\": []}", "it lacks `version`"),
            ("[1]", "[1]", "it has to be an object with `version` and `findings`"),
            (
                "{\"version\": 1, \"findings\": {}}",
                "{\"version\": 1, \"findings\": {}}",
                "`findings` has to be a list",
            ),
            (
                "{\"version\": 1, \"findings\": [\n{\"file\": \"a\", \"rule\": \"b\", \"count\": 1},\n{\"file\": 1}]}",
                "{\"file\": 1}",
                "finding 2: it lacks `rule`",
            ),
            (
                "{\"version\": 1, \"findings\": [{\"file\": \"a\", \"rule\": \"b\", \"count\": -1}]}",
                "{\"file\": \"a\", \"rule\": \"b\", \"count\": -1}",
                "finding 1: `count` has to be a whole number",
            ),
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
