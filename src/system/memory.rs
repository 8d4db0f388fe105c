//! A tree that lives in memory: tests, and buffers that are not saved.

use std::collections::BTreeMap;

use super::{ReadError, System, Tracking};
use crate::text::TreePath;

/// Files by path.
#[derive(Clone, Debug, Default)]
pub struct MemorySystem {
    files: BTreeMap<TreePath, Vec<u8>>,
    tracking: Tracking,
}

impl MemorySystem {
    /// Adds or replaces a file.
    pub fn insert(&mut self, path: TreePath, content: impl Into<Vec<u8>>) {
        self.files.insert(path, content.into());
    }
}

impl MemorySystem {
    /// Says what git knows of the tree.
    pub fn set_tracking(&mut self, tracking: Tracking) {
        self.tracking = tracking;
    }
}

impl System for MemorySystem {
    fn tracking(&self) -> Tracking {
        self.tracking.clone()
    }

    fn walk(&self) -> Vec<TreePath> {
        self.files.keys().cloned().collect()
    }

    fn read(&self, path: &TreePath) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::Missing)
    }

    fn exists(&self, path: &TreePath) -> bool {
        self.files.contains_key(path) || self.files.keys().any(|file| file.is_below(path))
    }
}
