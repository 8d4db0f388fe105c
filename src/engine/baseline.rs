//! Where the baseline comes from.

use super::discover::decode;
use crate::matrix::MatrixProblem;
use crate::settings::TeamSettings;
use crate::suppress::{BASELINE_NAME, Baseline};
use crate::system::System;
use crate::text::{FileId, SourceFile, TreePath};

/// Where the baseline is taken from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum BaselineFrom {
    /// From where the settings say; else from the root of the tree, under its usual name, if it is there.
    #[default]
    Tree,
    /// From this path of the tree, if it is there.
    File(TreePath),
    /// From outside of the tree: what the report calls it, and its text.
    Given(TreePath, String),
    /// From nowhere.
    Nowhere,
}

/// Where the baseline lies in a tree with these settings, if nobody says otherwise.
pub(super) fn usual(settings: &TeamSettings) -> TreePath {
    let named = settings.baseline.as_ref().map(|named| named.value.clone());
    named.or_else(|| TreePath::parse(BASELINE_NAME)).unwrap_or_else(|| TreePath::root(None))
}

/// What is wrong with the settings if the baseline that they name is not there.
pub(super) fn missing(settings: &TeamSettings, from: &BaselineFrom) -> Option<MatrixProblem> {
    let named = settings.baseline.as_ref().filter(|_| *from == BaselineFrom::Tree)?;
    let message = format!("there is no baseline at `{}`", named.value);
    let problem = MatrixProblem::new(named.at?, message, "nothing stands there");
    Some(problem.help("`envcheck check --update-baseline` writes it"))
}

/// The baseline, read, with its file, which gets the number after those of `files`.
pub(super) fn read(
    system: &dyn System,
    from: &BaselineFrom,
    settings: &TeamSettings,
    files: &mut Vec<SourceFile>,
) -> Option<Baseline> {
    let path = match from {
        BaselineFrom::Nowhere => return None,
        BaselineFrom::Tree => usual(settings),
        BaselineFrom::File(path) | BaselineFrom::Given(path, _) => path.clone(),
    };
    let text = match from {
        BaselineFrom::Given(_, text) => text.clone(),
        _ => decode(system.read(&path).ok()?),
    };
    let id = FileId(u32::try_from(files.len()).ok()?);
    let mut baseline = Baseline::parse(id, &text);
    if matches!(from, BaselineFrom::Given(..)) {
        baseline = baseline.outside();
    }
    files.push(SourceFile::new(id, path, text));
    Some(baseline)
}
