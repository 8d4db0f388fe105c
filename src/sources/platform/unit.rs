//! Units of systemd: `systemd.exec(5)`, "Environment".

use super::Reader;
use crate::fact::{Origin, Place, Value};
use crate::syntax::shell::{Item, commands};
use crate::text::Span;

/// Reads a unit.
pub(super) fn read(reader: &mut Reader<'_>) {
    let file = reader.file;
    let unit = file.path.name().trim_end_matches(".service").to_owned();
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let begin = at;
        at += line.len();
        let content = line.trim_end();
        let trimmed = content.trim_start();
        let start = begin + (content.len() - trimmed.len());
        if let Some(assignments) = trimmed.strip_prefix("Environment=") {
            variables(reader, assignments, start + "Environment=".len(), &unit);
        }
    }
}

/// `KEY=value "OTHER=with blanks"`, with quotes as a shell has them; nothing is expanded.
fn variables(reader: &mut Reader<'_>, text: &str, begin: usize, unit: &str) {
    let Some(Item::Command(command)) =
        commands(text).into_iter().next().and_then(|items| items.into_iter().next())
    else {
        return;
    };
    for word in &command.words {
        let Some((key, value)) = word.assignment() else { continue };
        let place = |range: std::ops::Range<usize>| {
            let range = word.place(&range);
            Span::new(begin + range.start, begin + range.end)
        };
        let name = place(0..key.len());
        let given = match value {
            "" => Value::literal("", name),
            text => {
                let span = place(word.text.len() - text.len()..word.text.len());
                if text.contains('%') { Value::of(Origin::Unknown, span) } else { Value::literal(text, span) }
            }
        };
        reader.provides(key, name, Place::Workload(unit.to_owned()), given);
    }
}
