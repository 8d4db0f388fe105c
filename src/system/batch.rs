//! What the threads of a walk find.

use std::sync::{Mutex, PoisonError};

use crate::text::TreePath;

/// Paths that one walking thread found; handed over when the thread ends.
pub(super) struct Batch<'a> {
    pub(super) paths: Vec<TreePath>,
    sink: &'a Mutex<Vec<TreePath>>,
}

impl<'a> Batch<'a> {
    /// An empty one, to be handed over to `sink`.
    pub(super) fn new(sink: &'a Mutex<Vec<TreePath>>) -> Self {
        Self { paths: Vec::new(), sink }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        sink.append(&mut self.paths);
    }
}
