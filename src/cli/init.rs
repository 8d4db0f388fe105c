//! `envcheck init`: writes a first matrix.

use super::arguments::{Init, Tree};
use super::failure::Failure;
use super::{Exit, Output, root};
use crate::config::{MatrixSettings, TeamFile};
use crate::engine::Snapshot;
use crate::init::{NewFile, own_schema, plan};
use crate::matrix::{self, MatrixOrigin};
use crate::render::{Paint, clean};
use crate::system::{System, WriteError};

pub(super) fn run(arguments: &Init, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let tree = root::open(&Tree {
        path: arguments.path.clone(),
        // A matrix that is kept elsewhere is no reason to write none here, nor the place to write to.
        matrix: MatrixSettings::default(),
        team: TeamFile::default(),
        roots: arguments.roots.clone(),
    })?;
    let snapshot = Snapshot::take(&tree.system, None);
    let files = &snapshot.index.files;
    if let MatrixOrigin::Declared(ids) = &snapshot.index.matrix.origin {
        for &id in ids {
            writeln!(output.out, "{} is there already", clean(files.path(id)))?;
        }
        writeln!(output.out, "nothing was changed: this tree has its matrix; `envcheck check` compares it")?;
        return Ok(Exit::Clean);
    }
    let proposal = snapshot.proposal();
    if proposal.services.is_empty() && proposal.environments.is_empty() && proposal.keys.is_empty() {
        return Err(Failure::with_help(
            "there is nothing to guess a matrix from: no compose file, Dockerfile, dotenv file, template or code \
             that reads keys",
            "is this the root of the project? `envcheck files` lists what is read",
        ));
    }
    let has_schemas = own_schema()
        .and_then(|path| tree.system.read(&path).ok())
        .is_some_and(|bytes| bytes == matrix::schema().as_bytes());
    let planned = plan(&proposal, files, has_schemas);
    if arguments.dry_run { show(&planned, &tree, output) } else { write(&planned, &tree, output) }
}

/// Prints what would be written.
fn show(planned: &[NewFile], tree: &root::Opened, output: &mut Output<'_>) -> Result<Exit, Failure> {
    for file in planned {
        let path = clean(file.path.as_str());
        if tree.system.exists(&file.path) {
            writeln!(output.err, "{path} is there already and would be left alone")?;
            continue;
        }
        writeln!(output.err, "would write {path} ({})", file.what)?;
        // The schemas are long, and `envcheck schema` prints them.
        if !file.path.name().ends_with(".json") {
            output.err.flush()?;
            writeln!(output.out, "# ---- {path}\n{}", file.text)?;
        }
    }
    Ok(Exit::Clean)
}

fn write(planned: &[NewFile], tree: &root::Opened, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut written = 0_usize;
    for file in planned {
        let path = clean(file.path.as_str());
        match tree.system.write_new(&file.path, file.text.as_bytes()) {
            Ok(()) => {
                written += 1;
                let head = output.screen.paint(Paint::Strong, "wrote");
                writeln!(output.out, "{head} {path} ({})", file.what)?;
            }
            Err(WriteError::Exists) => {
                writeln!(output.out, "{path} is there already and was left alone")?;
            }
            Err(error @ (WriteError::Outside | WriteError::Refused(_))) => {
                output.out.flush()?;
                return Err(Failure::new(format!("cannot write `{path}`: {error}")));
            }
        }
    }
    if written == 0 {
        writeln!(output.out, "nothing was changed")?;
    } else if !output.settings.quiet {
        output.out.flush()?;
        writeln!(
            output.err,
            "These are guesses, each with the place it comes from. Read them, correct them, commit them; then \
             `envcheck check` holds the tree to them."
        )?;
    }
    Ok(Exit::Clean)
}
