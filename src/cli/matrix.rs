//! `envcheck matrix`: the table of keys and environments.

use super::arguments::{Matrix, TableFormat};
use super::failure::Failure;
use super::{Exit, Output, root};
use crate::engine::Snapshot;
use crate::render;

pub(super) fn run(arguments: &Matrix, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let tree = root::open(&arguments.tree)?;
    let snapshot = Snapshot::open(&tree.system, &tree.asked);
    let matrix = &snapshot.index.matrix;
    let table = snapshot.index.table();
    if table.rows.is_empty() || table.environments.is_empty() {
        let message = "there is nothing to put into a table: no environment, or no key that a service uses";
        return Err(Failure::with_help(
            message,
            "`envcheck files` lists what is read; `envcheck init` writes a first matrix",
        ));
    }
    match arguments.format {
        TableFormat::Table => render::table(matrix, &table, &output.screen, output.out)?,
        TableFormat::Markdown => render::table_markdown(&table, output.out)?,
        TableFormat::Json => render::table_json(matrix, &table, output.out)?,
    }
    Ok(Exit::Clean)
}
