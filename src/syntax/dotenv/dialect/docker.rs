//! `docker run --env-file`: `parseKeyValueFile` of docker/cli.

use super::{Host, Reading};

pub(super) fn read(text: &str, host: Host<'_>) -> Reading {
    let mut reading = Reading::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = match line.split_once('=') {
            Some((key, value)) => (key, Some(value)),
            None => (line, None),
        };
        let refusal = if key.contains([' ', '\t']) {
            Some("a space in the name")
        } else if key.is_empty() {
            Some("no name")
        } else {
            None
        };
        if let Some(reason) = refusal {
            return Reading { refused: Some(reason), ..Reading::default() };
        }
        if let Some(value) = value.map(str::to_owned).or_else(|| host(line)) {
            reading.set(key, &value);
        }
    }
    reading
}
