//! The table of keys and environments: for terminals, as Markdown and as JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::environments::{WireEnvironment, environments, wire};
use super::{Paint, Screen, clean};
use crate::index::{Cell, Table};
use crate::matrix::Matrix;

/// Writes the environments of a declared matrix, then the table in columns, with a legend of the words
/// that occur.
///
/// # Errors
/// Those of `out`.
pub fn table(matrix: &Matrix, table: &Table, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    if matrix.is_declared() {
        environments(matrix, screen, out)?;
        writeln!(out)?;
    }
    let key_width = table.rows.iter().map(|row| row.key.len()).chain(["key".len()]).max().unwrap_or(0);
    let widths: Vec<usize> = table
        .environments
        .iter()
        .enumerate()
        .map(|(column, name)| {
            let cells =
                table.rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| cell.word().len());
            cells.chain([name.chars().count()]).max().unwrap_or(0)
        })
        .collect();
    let mut service: Option<&str> = None;
    for row in &table.rows {
        if service != Some(&row.service) {
            if service.is_some() {
                writeln!(out)?;
            }
            service = Some(&row.service);
            writeln!(out, "{}", screen.paint(Paint::Frame, &clean(&row.service)))?;
            let names: Vec<String> = table
                .environments
                .iter()
                .zip(&widths)
                .map(|(name, width)| format!("{:width$}", clean(name)))
                .collect();
            let head = format!("  {:key_width$}  {}", "key", names.join("  "));
            writeln!(out, "{}", screen.paint(Paint::Strong, head.trim_end()))?;
        }
        let key = format!("{:key_width$}", clean(&row.key));
        let cells: Vec<String> = row
            .cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| screen.paint(paint(*cell), &format!("{:width$}", cell.word())))
            .collect();
        writeln!(out, "  {key}  {}", cells.join("  ").trim_end())?;
    }
    writeln!(out)?;
    for (cell, count) in occurring(table) {
        let word = screen.paint(paint(cell), &format!("{:11}", cell.word()));
        writeln!(out, "{word} {count:>4}  {}", cell.meaning())?;
    }
    Ok(())
}

fn paint(cell: Cell) -> Paint {
    match cell {
        Cell::Supplied | Cell::Vault => Paint::Note,
        Cell::Missing | Cell::Placeholder => Paint::Error,
        Cell::Empty | Cell::Default | Cell::Unseen => Paint::Warning,
        Cell::Example | Cell::Unset | Cell::NotApplicable => Paint::Plain,
    }
}

/// How often each state occurs, best first.
fn occurring(table: &Table) -> BTreeMap<Cell, usize> {
    let mut counts = BTreeMap::new();
    for cell in table.rows.iter().flat_map(|row| &row.cells) {
        *counts.entry(*cell).or_default() += 1;
    }
    counts
}

/// Writes one Markdown table per service.
///
/// # Errors
/// Those of `out`.
pub fn table_markdown(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut service: Option<&str> = None;
    for row in &table.rows {
        if service != Some(&row.service) {
            if service.is_some() {
                writeln!(out)?;
            }
            service = Some(&row.service);
            writeln!(out, "### {}\n", escaped(&row.service))?;
            let names: Vec<String> = table.environments.iter().map(|name| escaped(name)).collect();
            writeln!(out, "| key | {} |", names.join(" | "))?;
            writeln!(out, "| --- |{}", " --- |".repeat(names.len()))?;
        }
        let cells: Vec<String> = row
            .cells
            .iter()
            .map(|cell| match cell {
                Cell::Missing | Cell::Placeholder => format!("**{}**", cell.word()),
                _ => cell.word().to_owned(),
            })
            .collect();
        writeln!(out, "| `{}` | {} |", clean(&row.key), cells.join(" | "))?;
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    clean(text).replace('|', "\\|")
}

/// The table as programs read it.
#[derive(Serialize)]
struct WireTable<'a> {
    environments: Vec<WireEnvironment<'a>>,
    rows: Vec<WireRow<'a>>,
}

/// A row as programs read it.
#[derive(Serialize)]
struct WireRow<'a> {
    service: &'a str,
    key: &'a str,
    declared: bool,
    cells: BTreeMap<&'a str, &'static str>,
}

/// Writes the table as JSON.
///
/// # Errors
/// Those of `out`.
pub fn table_json(matrix: &Matrix, table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let rows = table
        .rows
        .iter()
        .map(|source| WireRow {
            service: &source.service,
            key: &source.key,
            declared: source.is_declared,
            cells: table
                .environments
                .iter()
                .zip(&source.cells)
                .map(|(environment, cell)| (environment.as_str(), cell.word()))
                .collect(),
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &WireTable { environments: wire(matrix), rows })?;
    writeln!(out)
}
