//! `envcheck schema`: JSON Schemas.

use super::arguments::{Schema, SchemaName};
use super::failure::Failure;
use super::{Exit, Output};
use crate::render::wire;

pub(super) fn run(arguments: &Schema, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let schema = match arguments.name {
        SchemaName::Report => schemars::schema_for!(wire::Report),
    };
    serde_json::to_writer_pretty(&mut *output.out, &schema).map_err(std::io::Error::from)?;
    writeln!(output.out)?;
    Ok(Exit::Clean)
}
