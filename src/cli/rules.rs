//! `envcheck rules`: all rules in a list.

use serde::Serialize;

use super::arguments::{ListFormat, Rules};
use super::failure::Failure;
use super::{Exit, Output};
use crate::render::{Paint, headline, rule_list, wrap};
use crate::rules;
use crate::settings::options_schema;

/// A rule as the list for programs shows it.
#[derive(Serialize)]
struct Entry {
    id: &'static str,
    group: &'static str,
    level: &'static str,
    /// Whether some of its findings speak under `--strict` only, or where a team sets its level.
    partly_strict: bool,
    needs_matrix: bool,
    /// Whether some findings carry a repair.
    fixable: bool,
    summary: String,
    /// What the settings may say about it besides its level, as a JSON Schema.
    options: serde_json::Value,
    #[serde(skip)]
    headline: String,
}

pub(super) fn run(arguments: &Rules, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let entries: Vec<Entry> = rules::ALL
        .iter()
        .map(|rule| rule.meta())
        .map(|meta| Entry {
            id: meta.id.0,
            group: meta.group.word(),
            level: meta.level.word(),
            partly_strict: meta.partly_strict,
            needs_matrix: meta.needs_matrix,
            fixable: meta.fixes,
            summary: meta.summary(),
            options: options_schema(meta),
            headline: headline(meta),
        })
        .collect();
    match arguments.format {
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *output.out, &entries).map_err(std::io::Error::from)?;
            writeln!(output.out)?;
        }
        ListFormat::Markdown => write!(output.out, "{}", rule_list(rules::ALL))?,
        ListFormat::Table => table(&entries, output)?,
    }
    Ok(Exit::Clean)
}

fn table(entries: &[Entry], output: &mut Output<'_>) -> std::io::Result<()> {
    let width_of = |title: &str, text: fn(&Entry) -> &str| {
        entries.iter().map(|entry| text(entry).len()).chain([title.len()]).max().unwrap_or(0)
    };
    let name = width_of("rule", |entry| entry.id);
    let level = width_of("level", |entry| entry.level);
    let group = width_of("group", |entry| entry.group);
    let screen = output.screen;
    let head = format!("{:name$}  {:level$}  {:group$}  matrix  reports", "rule", "level", "group");
    writeln!(output.out, "{}", screen.paint(Paint::Strong, &head))?;
    let before = name + level + group + "matrix".len() + 8;
    for entry in entries {
        let paint = match entry.level {
            "error" => Paint::Error,
            "warning" => Paint::Warning,
            _ => Paint::Plain,
        };
        let level = screen.paint(paint, &format!("{:level$}", entry.level));
        let matrix = if entry.needs_matrix { "needed" } else { "      " };
        write!(output.out, "{:name$}  {level}  {:group$}  {matrix}  ", entry.id, entry.group)?;
        // Into a pipe each rule keeps its line.
        let room = if output.streams.stdout_is_terminal {
            screen.width.saturating_sub(before).max(30)
        } else {
            usize::MAX
        };
        for (position, line) in wrap(&entry.headline, room).iter().enumerate() {
            let indent = if position == 0 { 0 } else { before };
            writeln!(output.out, "{:indent$}{line}", "")?;
        }
    }
    Ok(())
}
