//! Texts that are not saved, over a tree that is.

use std::collections::BTreeMap;

use super::{ReadError, System, Tracking};
use crate::text::TreePath;

/// Another system with some files replaced or added. Nothing is written.
pub struct Overlay<'a> {
    below: &'a dyn System,
    texts: BTreeMap<TreePath, Vec<u8>>,
}

impl<'a> Overlay<'a> {
    /// The system as it is.
    #[must_use]
    pub fn new(below: &'a dyn System) -> Self {
        Self { below, texts: BTreeMap::new() }
    }

    /// Puts `content` in the place of what stands at `path`, or where nothing stands.
    pub fn insert(&mut self, path: TreePath, content: impl Into<Vec<u8>>) {
        self.texts.insert(path, content.into());
    }

    /// What was put over the system, by path.
    #[must_use]
    pub fn texts(&self) -> &BTreeMap<TreePath, Vec<u8>> {
        &self.texts
    }

    /// The same texts, and room for more of them.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self { below: self.below, texts: self.texts.clone() }
    }
}

impl std::fmt::Debug for Overlay<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.texts.keys()).finish()
    }
}

impl System for Overlay<'_> {
    fn tracking(&self) -> Tracking {
        self.below.tracking()
    }

    fn walk(&self) -> Vec<TreePath> {
        let mut paths = self.below.walk();
        // A text over a file that the tree ignores does not make it one of the walk.
        paths.extend(self.texts.keys().filter(|path| !self.below.exists(path)).cloned());
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    fn read(&self, path: &TreePath) -> Result<Vec<u8>, ReadError> {
        match self.texts.get(path) {
            Some(content) => Ok(content.clone()),
            None => self.below.read(path),
        }
    }

    fn passed_over(&self) -> Vec<(TreePath, String)> {
        self.below.passed_over()
    }

    fn exists(&self, path: &TreePath) -> bool {
        self.below.exists(path) || self.texts.keys().any(|text| text.is_below(path))
    }
}

#[cfg(test)]
mod tests {
    use super::Overlay;
    use crate::system::{MemorySystem, ReadError, System};
    use crate::text::TreePath;

    #[test]
    fn texts_lie_over_files_and_beside_them() {
        let path = |text: &str| TreePath::parse(text).unwrap();
        let mut memory = MemorySystem::default();
        memory.insert(path("a"), "1");
        memory.insert(path("b"), "2");
        let mut overlay = Overlay::new(&memory);
        overlay.insert(path("b"), "3");
        overlay.insert(path("c/d"), "4");
        assert_eq!(overlay.walk(), [path("a"), path("b"), path("c/d")]);
        let read = |text: &str| overlay.read(&path(text));
        assert_eq!((read("a"), read("b"), read("c/d")), (Ok(b"1".into()), Ok(b"3".into()), Ok(b"4".into())));
        assert_eq!(read("e"), Err(ReadError::Missing));
        assert!(overlay.exists(&path("c")) && !overlay.exists(&path("e")));
    }
}
