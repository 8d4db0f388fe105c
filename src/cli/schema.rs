//! `envcheck schema`: JSON Schemas.

use super::arguments::{Schema, SchemaName};
use super::failure::Failure;
use super::{Exit, Output};
use crate::matrix;
use crate::render::{files_schema, wire};
use crate::settings;
use crate::suppress;

pub(super) fn run(arguments: &Schema, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let schema = match arguments.name {
        SchemaName::Matrix => matrix::schema(),
        SchemaName::Environment => matrix::environment_schema(),
        SchemaName::Settings => settings::schema(),
        SchemaName::Report => wire::schema(),
        SchemaName::Files => files_schema(),
        SchemaName::Baseline => suppress::schema(),
    };
    writeln!(output.out, "{}", schema.trim_end())?;
    Ok(Exit::Clean)
}
