//! Where the baseline comes from.

use super::discover::decode;
use crate::suppress::{BASELINE_NAME, Baseline};
use crate::system::System;
use crate::text::{FileId, SourceFile, TreePath};

/// Where the baseline is taken from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum BaselineFrom {
    /// From the root of the tree, under its usual name, if it is there.
    #[default]
    Tree,
    /// From this path of the tree, if it is there.
    File(TreePath),
    /// From outside of the tree: what the report calls it, and its text.
    Given(TreePath, String),
    /// From nowhere.
    Nowhere,
}

/// The baseline, read, with its file, which gets the number after those of `files`.
pub(super) fn read(
    system: &dyn System,
    from: &BaselineFrom,
    files: &mut Vec<SourceFile>,
) -> Option<Baseline> {
    let path = match from {
        BaselineFrom::Nowhere => return None,
        BaselineFrom::Tree => TreePath::parse(BASELINE_NAME)?,
        BaselineFrom::File(path) | BaselineFrom::Given(path, _) => path.clone(),
    };
    let text = match from {
        BaselineFrom::Given(_, text) => text.clone(),
        _ => decode(system.read(&path).ok()?),
    };
    let id = FileId(u32::try_from(files.len()).ok()?);
    let baseline = Baseline::parse(id, &text);
    files.push(SourceFile::new(id, path, text));
    Some(baseline)
}
