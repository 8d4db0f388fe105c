//! A list of keys that is about a service.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::fact::Hidden;
use crate::index::Index;
use crate::key::KeyName;
use crate::text::{FileId, Location};

/// What a list is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    Code,
    Compose,
    Example,
    Template,
    Workflow,
}

impl Kind {
    /// The word for it in the settings.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Compose => "compose",
            Self::Example => "example",
            Self::Template => "template",
            Self::Workflow => "workflow",
        }
    }

    /// What is to be seen where it has a key.
    pub(super) fn seen(self) -> &'static str {
        match self {
            Self::Code => "read here",
            Self::Compose => "given here",
            Self::Example => "shown here",
            Self::Template => "rendered here",
            Self::Workflow => "set here",
        }
    }
}

/// A key in a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) at: Location,
    /// Whether the list sets it to a text that nobody outside can change.
    pub(super) is_fixed: bool,
}

/// A list of keys.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) kind: Kind,
    /// What it is called: a path, or the name of a service.
    pub(super) name: String,
    /// The services that it is about.
    pub(super) services: BTreeSet<&'a str>,
    /// The keys that it lists.
    pub(super) has: BTreeMap<KeyName, Entry>,
    /// What it is called for a key that not all of several compose services are given.
    pub(super) partly: BTreeMap<KeyName, String>,
    /// Names that it knows in some other way, so that it does not lack them.
    pub(super) knows: HashSet<KeyName>,
    /// Names in code that belongs to no service, so that it may be its own; the same for all services.
    pub(super) rumours: Arc<HashSet<KeyName>>,
    /// Files with gaps that may hide keys.
    pub(super) files: Vec<FileId>,
    /// Whether it may have any key.
    pub(super) is_open: bool,
    /// The environments of a declared matrix that it supplies.
    pub(super) environments: BTreeSet<&'a str>,
    /// Where its keys end.
    pub(super) end: Option<Location>,
}

impl<'a> Place<'a> {
    pub(super) fn new(kind: Kind, name: String, services: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            kind,
            name,
            services: services.into_iter().collect(),
            has: BTreeMap::new(),
            partly: BTreeMap::new(),
            knows: HashSet::new(),
            rumours: Arc::default(),
            files: Vec::new(),
            is_open: false,
            environments: BTreeSet::new(),
            end: None,
        }
    }

    pub(super) fn add(&mut self, key: &KeyName, at: Location, is_fixed: bool) {
        self.has
            .entry(key.clone())
            .and_modify(|known| known.is_fixed &= is_fixed)
            .or_insert(Entry { at, is_fixed });
        if self.end.is_none_or(|end| (end.file, end.span) < (at.file, at.span) && end.file == at.file) {
            self.end = Some(at);
        }
    }

    /// Whether it has the key or knows it, under its own name or as a path to a file that holds it.
    pub(super) fn holds(&self, key: &KeyName) -> bool {
        let is_known = |name: &str| {
            self.has.contains_key(name) || self.knows.contains(name) || self.rumours.contains(name)
        };
        is_known(key)
            || match key.strip_suffix("_FILE") {
                Some(bare) => is_known(bare),
                None => is_known(&format!("{key}_FILE")),
            }
    }

    /// Whether it may hold the key unseen.
    pub(super) fn may_hold(&self, index: &Index, key: &str) -> bool {
        let hides = |hidden: &Hidden| match (hidden, self.kind) {
            (Hidden::Anything, _) | (Hidden::Reads, Kind::Code) => true,
            (Hidden::ReadsWithPrefix(prefix), Kind::Code) => key.starts_with(prefix.as_str()),
            (Hidden::Provisions, kind) => kind != Kind::Code,
            (Hidden::ProvisionsWithPrefix(prefix), kind) => {
                kind != Kind::Code && key.starts_with(prefix.as_str())
            }
            (Hidden::Reads | Hidden::ReadsWithPrefix(_) | Hidden::OwnWithPrefix(_) | Hidden::Uses, _) => {
                false
            }
        };
        self.is_open
            || self.kind == Kind::Code && index.lacks_code
            || self.files.iter().any(|&file| {
                index.extraction(file).is_some_and(|said| said.gaps.iter().any(|gap| hides(&gap.hides)))
            })
    }

    /// How many of its keys another list has.
    pub(super) fn shared_with(&self, other: &Self) -> usize {
        self.has.keys().filter(|key| other.holds(key)).count()
    }
}

/// So many lists of a kind are named one by one.
const FEW: usize = 3;

/// "the code of `api`, `api` of compose.yaml and .env.example", of what several lists are called.
pub(super) fn name(places: &[(Kind, &str)]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for kind in [Kind::Code, Kind::Compose, Kind::Example, Kind::Template, Kind::Workflow] {
        let mut names: Vec<&str> =
            places.iter().filter(|(of, _)| *of == kind).map(|(_, name)| *name).collect();
        names.dedup();
        match names.as_slice() {
            [] => {}
            few if few.len() <= FEW => parts.extend(few.iter().map(|name| (*name).to_owned())),
            many => parts.push(match kind {
                Kind::Code => format!("the code of {} services", many.len()),
                Kind::Compose => format!("{} services of compose", many.len()),
                Kind::Example => format!("{} examples", many.len()),
                Kind::Template => format!("{} templates", many.len()),
                Kind::Workflow => format!("{} workflows", many.len()),
            }),
        }
    }
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => {
            // A part may name several itself.
            let between = if last.contains(" and ") { ", and in" } else { " and" };
            format!("{}{between} {last}", others.join(", "))
        }
    }
}
