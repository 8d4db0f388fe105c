//! `node --env-file`: `Dotenv::ParseContent` of Node 20, with its quirks.

use super::Reading;

/// Node trims spaces only, not tabs.
fn trim(text: &str) -> &str {
    text.trim_matches(' ')
}

pub(super) fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    let text = text.replace('\r', "");
    let mut rest = trim(&text);
    while !rest.is_empty() {
        if rest.starts_with(['\n', '#'])
            && let Some((_, behind)) = rest.split_once('\n')
        {
            rest = behind;
            continue;
        }
        // The next `=` of the file ends the key, whatever stands before it.
        let Some((key, behind)) = rest.split_once('=') else { break };
        let key = trim(key);
        if key.is_empty() {
            break;
        }
        let key = key.strip_prefix("export ").unwrap_or(key);
        if let Some(next) = behind.strip_prefix('\n') {
            reading.set(key, "");
            rest = next;
            continue;
        }
        rest = trim(behind);
        let Some(quote) = rest.chars().next() else {
            reading.set(key, "");
            break;
        };
        if matches!(quote, '"' | '\'' | '`') {
            let inside = rest.get(1..).unwrap_or("");
            if let Some((value, behind)) = inside.split_once(quote) {
                if quote == '"' {
                    reading.set(key, &value.replace("\\n", "\n"));
                } else {
                    reading.set(key, value);
                }
                rest = behind.find('\n').and_then(|end| behind.get(end..)).unwrap_or("");
            } else if let Some(end) = rest.find('\n') {
                let (value, behind) = rest.split_at(end);
                reading.set(key, value);
                rest = behind;
            } else {
                rest = "";
            }
            continue;
        }
        let (line, behind) = rest.split_at(rest.find('\n').unwrap_or(rest.len()));
        let value = line.split_once('#').map_or(line, |(value, _)| value);
        reading.set(key, trim(value));
        rest = behind;
    }
    reading
}
