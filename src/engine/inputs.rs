//! What the operator names beside the tree.

use super::discover;
use crate::suppress::BASELINE_NAME;
use crate::system::System;
use crate::text::{FileId, SourceFile, TreePath};

/// What a run takes beside the tree itself.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The matrix's file or folder, where it is not to be looked for.
    pub matrix: Option<TreePath>,
    /// The baseline.
    pub baseline: BaselineInput,
}

/// Where the baseline is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum BaselineInput {
    /// At the root of the tree under its usual name, if it is there.
    #[default]
    Usual,
    /// At this path of the tree, if it is there.
    At(TreePath),
    /// Outside of the tree: what the report calls it, and its text.
    Given(TreePath, String),
    /// There is to be none.
    None,
}

impl Inputs {
    /// The file of the baseline, with the number `id`.
    pub(super) fn baseline(&self, system: &dyn System, id: FileId) -> Option<SourceFile> {
        let path = match &self.baseline {
            BaselineInput::None => return None,
            BaselineInput::Given(path, text) => return Some(SourceFile::new(id, path.clone(), text.clone())),
            BaselineInput::At(path) => path.clone(),
            BaselineInput::Usual => TreePath::parse(BASELINE_NAME)?,
        };
        let bytes = system.read(&path).ok()?;
        Some(SourceFile::new(id, path, discover::decode(bytes)))
    }
}
