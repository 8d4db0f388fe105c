//! The baseline of a check: where it is, and writing it.

use std::path::{Path, PathBuf};

use super::arguments::{Living, UpdateBaseline};
use super::failure::Failure;
use super::root::{Opened, inside};
use super::{Exit, Output};
use crate::engine::{BaselineFrom, Settings, Snapshot};
use crate::render::clean;
use crate::suppress::Growth;
use crate::system::{OsSystem, ReadError, Replacement, System, upward};
use crate::text::TreePath;

/// What the report calls the place of a baseline that lies outside of the tree.
const ROOT_NAME: &str = "baseline";

/// Where the baseline of this run lies.
pub(super) enum Place {
    /// Where the settings say, or where it usually is.
    Usual,
    /// In the checked tree.
    Within(TreePath),
    /// In a folder elsewhere.
    Elsewhere {
        /// That folder, alone.
        folder: Box<OsSystem>,
        /// The file in it.
        name: TreePath,
        /// What the report calls it.
        shown: TreePath,
    },
}

/// Where `--baseline` says that it lies.
pub(super) fn place(living: &Living, tree: &Opened) -> Result<Place, Failure> {
    let Some(path) = &living.baseline else { return Ok(Place::Usual) };
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| missing(path))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = real(folder)?;
    if let Some(within) = inside(&real(&tree.root)?, &folder.join(name)) {
        return Ok(Place::Within(within));
    }
    let spelled = |root: &TreePath| root.join(&format!("./{name}")).ok_or_else(|| missing(path));
    Ok(Place::Elsewhere {
        folder: Box::new(OsSystem::new(&folder, &[])?),
        name: spelled(&TreePath::root(None))?,
        shown: spelled(&TreePath::root(Some(ROOT_NAME)))?,
    })
}

/// The path with its links followed.
fn real(folder: &Path) -> Result<PathBuf, Failure> {
    Ok(upward(folder)?.folders.into_iter().next().unwrap_or_else(|| folder.to_owned()))
}

fn missing(path: &Path) -> Failure {
    Failure::with_help(
        format!("there is no baseline at `{}` (--baseline)", path.display()),
        "`envcheck check --update-baseline --baseline FILE` writes it",
    )
}

/// The baseline as the engine takes it. One that is named must be there, unless it is to be written.
pub(super) fn from(living: &Living, place: &Place, system: &dyn System) -> Result<BaselineFrom, Failure> {
    let Some(path) = &living.baseline else {
        return Ok(if living.no_baseline { BaselineFrom::Nowhere } else { BaselineFrom::Tree });
    };
    let read = match place {
        Place::Usual => return Ok(BaselineFrom::Tree),
        Place::Within(within) => system.read(within),
        Place::Elsewhere { folder, name, .. } => folder.read(name),
    };
    match (read, place) {
        (Err(ReadError::Missing), _) if living.update_baseline.is_some() => Ok(BaselineFrom::Nowhere),
        (Err(ReadError::Missing), _) => Err(missing(path)),
        (Err(error), _) => {
            Err(Failure::new(format!("the baseline `{}` cannot be read: {error}", path.display())))
        }
        (Ok(_), Place::Usual) => Ok(BaselineFrom::Tree),
        (Ok(_), Place::Within(within)) => Ok(BaselineFrom::File(within.clone())),
        (Ok(bytes), Place::Elsewhere { shown, .. }) => {
            Ok(BaselineFrom::Given(shown.clone(), String::from_utf8_lossy(&bytes).into_owned()))
        }
    }
}

/// Writes the baseline that counts what the rules say today.
pub(super) fn update(
    how: UpdateBaseline,
    place: &Place,
    tree: &Opened,
    snapshot: &Snapshot,
    settings: &Settings,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let growth = match how {
        UpdateBaseline::All => Growth::Allowed,
        UpdateBaseline::Shrink => Growth::Refused,
    };
    let fault = snapshot.baseline.as_ref().and_then(|baseline| baseline.fault.as_ref());
    if let (Growth::Refused, Some((_, fault))) = (growth, fault) {
        return Err(Failure::with_help(
            format!("the baseline cannot be read, so nothing can be taken from it: {fault}"),
            "`envcheck check --update-baseline` writes it anew",
        ));
    }
    let update = snapshot.updated_baseline(settings, growth);
    let usual = snapshot.baseline_path();
    let (system, path, shown) = match place {
        Place::Usual => (&tree.system, &usual, &usual),
        Place::Within(path) => (&tree.system, path, path),
        Place::Elsewhere { folder, name, shown } => (&**folder, name, shown),
    };
    let after = update.text.as_bytes();
    let before = system.read(path).ok();
    let is_same = before.as_deref() == Some(after);
    match before {
        Some(_) if is_same => {}
        Some(before) => {
            let replacement =
                Replacement { path: path.clone(), before: Some(before), after: after.to_owned() };
            system.replace_all(&[replacement]).map_err(|error| Failure::unwritten(&error, None))?;
        }
        None => system
            .write_new(path, after)
            .map_err(|error| Failure::new(format!("cannot write `{shown}`: {error}")))?,
    }
    if !output.settings.quiet {
        let shown = clean(shown.as_str());
        let findings = format!("{} finding{}", update.findings, if update.findings == 1 { "" } else { "s" });
        if is_same {
            writeln!(output.out, "{shown} is up to date: it counts {findings}")?;
        } else {
            writeln!(
                output.out,
                "wrote {shown}: it counts {findings} ({} more than before, {} fewer)",
                update.added, update.removed
            )?;
        }
    }
    Ok(Exit::Clean)
}
