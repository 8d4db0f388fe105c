//! Compose services that run the same code, in all variants of the compose file.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use crate::matrix::Said;
use crate::text::TreePath;

/// Compose services that run the same code: an API and its worker.
#[derive(Clone, Debug)]
pub(in crate::infer) struct Group {
    pub(in crate::infer) root: TreePath,
    pub(in crate::infer) names: Vec<Said<String>>,
    pub(in crate::infer) dockerfiles: BTreeSet<TreePath>,
}

/// Groups in the order in which they were begun, found by name and Dockerfile.
#[derive(Debug, Default)]
pub(in crate::infer) struct Groups {
    /// Those that became part of another one are gone.
    all: Vec<Option<Group>>,
    /// Where a group had this name and root at some time.
    by_name: HashMap<String, BTreeMap<TreePath, BTreeSet<usize>>>,
    /// Where a group had this Dockerfile at some time.
    by_dockerfile: HashMap<TreePath, BTreeSet<usize>>,
}

impl Groups {
    /// Adds a group, or joins it with those that run the same code: one root, and one Dockerfile or one
    /// name.
    pub(in crate::infer) fn join(&mut self, mut new: Group) {
        let near = self.near(&new);
        let same: Vec<usize> = near.into_iter().filter(|&at| self.is_same(at, &new)).collect();
        let Some((&first, others)) = same.split_first() else {
            self.all.push(Some(new));
            self.note(self.all.len() - 1);
            return;
        };
        for &other in others.iter().rev() {
            let Some(other) = self.all.get_mut(other).and_then(Option::take) else { continue };
            new.names.splice(0..0, other.names);
            new.dockerfiles.extend(other.dockerfiles);
            new.root = deeper(new.root, other.root);
        }
        if let Some(group) = self.all.get_mut(first).and_then(Option::as_mut) {
            group.root = deeper(group.root.clone(), new.root);
            for name in new.names {
                if !group.names.iter().any(|known| known.value == name.value) {
                    group.names.push(name);
                }
            }
            group.dockerfiles.extend(new.dockerfiles);
        }
        self.note(first);
    }

    /// Whether there are none.
    pub(in crate::infer) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(in crate::infer) fn into_vec(self) -> Vec<Group> {
        self.all.into_iter().flatten().collect()
    }

    /// The groups that may run the same code as `new`, in order.
    fn near(&self, new: &Group) -> BTreeSet<usize> {
        let mut near = BTreeSet::new();
        for dockerfile in &new.dockerfiles {
            near.extend(self.by_dockerfile.get(dockerfile).into_iter().flatten());
        }
        for name in &new.names {
            let Some(by_root) = self.by_name.get(&name.value) else { continue };
            for folder in std::iter::once(new.root.as_str()).chain(new.root.folders()) {
                near.extend(by_root.get(folder).into_iter().flatten());
            }
            let below = by_root.range(new.root.clone()..);
            let below = below.take_while(|(root, _)| root.as_str().starts_with(new.root.as_str()));
            near.extend(below.flat_map(|(_, groups)| groups));
        }
        near
    }

    fn is_same(&self, at: usize, new: &Group) -> bool {
        let Some(Some(group)) = self.all.get(at) else { return false };
        let is_nested = group.root.is_below(&new.root) || new.root.is_below(&group.root);
        let shares_name =
            || group.names.iter().any(|name| new.names.iter().any(|other| other.value == name.value));
        // Variants of one compose file may build one service from its folder and from the whole tree.
        if group.root != new.root && is_nested && shares_name() {
            return true;
        }
        group.root == new.root && (!group.dockerfiles.is_disjoint(&new.dockerfiles) || shares_name())
    }

    /// Makes a group known under what it holds now.
    fn note(&mut self, at: usize) {
        let Some(Some(group)) = self.all.get(at) else { return };
        for name in &group.names {
            let by_root = self.by_name.entry(name.value.clone()).or_default();
            by_root.entry(group.root.clone()).or_default().insert(at);
        }
        for dockerfile in &group.dockerfiles {
            self.by_dockerfile.entry(dockerfile.clone()).or_default().insert(at);
        }
    }
}

/// The folder below the other one.
fn deeper(one: TreePath, other: TreePath) -> TreePath {
    if other.is_below(&one) { other } else { one }
}
