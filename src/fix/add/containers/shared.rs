//! Lists of variables that several compose services take by an anchor.

use std::collections::BTreeMap;

use crate::index::{Index, Site};
use crate::syntax::yaml::edit::Edits;
use crate::text::{FileId, Span};

/// The lists by which services are served together: whoever has nothing but an anchored list (`environment: *common`)
/// can be given more only by that, and whoever merges it gets it then too.
#[derive(Default)]
pub(super) struct Lists {
    /// The key of the list that serves a service of a file, and the first service that it serves.
    serving: BTreeMap<(FileId, usize), (Span, usize)>,
}

impl Lists {
    pub(super) fn of(index: &Index, sites: &[&Site]) -> Self {
        let mut by_file: BTreeMap<FileId, Vec<&Site>> = BTreeMap::new();
        for site in sites {
            by_file.entry(site.file).or_default().push(site);
        }
        let mut lists = Self::default();
        for (file, sites) in by_file {
            let Some(text) = index.files.get(file).map(|file| file.text.as_str()) else { continue };
            // Without an alias there is no list of several.
            if text.contains('*') {
                lists.add(index, &Edits::of(text), &sites);
            }
        }
        lists
    }

    fn add(&mut self, index: &Index, edits: &Edits<'_>, sites: &[&Site]) {
        let listing = |site: &Site| index.compose_service(site).and_then(|service| service.environment);
        let mut first: BTreeMap<Span, usize> = BTreeMap::new();
        for site in sites {
            if let Some(list) = listing(site).and_then(|field| edits.anchored(field)) {
                first.entry(list).or_insert(site.position);
            }
        }
        for site in sites {
            let Some(field) = listing(site) else { continue };
            let mut taken = edits.anchored(field).into_iter().chain(edits.merged(field));
            if let Some((list, first)) = taken.find_map(|list| Some((list, *first.get(&list)?))) {
                self.serving.insert((site.file, site.position), (list, first));
            }
        }
    }

    /// The key of the list that serves a service, and the position of the first service that it serves.
    pub(super) fn serving(&self, site: &Site) -> Option<(Span, usize)> {
        self.serving.get(&(site.file, site.position)).copied()
    }
}
