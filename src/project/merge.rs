//! How compose lays one file over another (`override` of compose-go).

use std::collections::BTreeMap;

use super::model::{Build, Entry, EnvFile, Grant, Model, Service, Variables};

impl Model {
    /// Lays `over` over this.
    pub(super) fn merge(&mut self, over: Self) {
        for (name, service) in over.services {
            let merged = match (self.services.remove(&name).flatten(), service) {
                (Some(base), Some(service)) => Some(base.merge(service)),
                (base, service) => service.or(base),
            };
            self.services.insert(name, merged);
        }
        // Paths of what was included or extended only now read alike.
        for files in self.services.values_mut().flatten().filter_map(|service| service.env_files.as_mut()) {
            *files = unique(std::mem::take(files), |file: &EnvFile| file.path.clone());
        }
        self.name = over.name.or_else(|| self.name.take());
    }
}

impl Service {
    /// Lays `over` over this, as files and `extends` do.
    pub(super) fn merge(self, over: Self) -> Self {
        Self {
            at: over.at,
            environment: both(self.environment, over.environment, Variables::merge),
            build: both(self.build, over.build, |base, over| Build {
                args: both(base.args, over.args, Variables::merge),
            }),
            env_files: both(self.env_files, over.env_files, |mut base, over| {
                base.extend(over);
                unique(base, |file: &EnvFile| file.path.clone())
            }),
            profiles: unique(chained(self.profiles, over.profiles), |name: &String| {
                name.split('=').next().unwrap_or("").to_owned()
            }),
            extends: over.extends.or(self.extends),
            secrets: unique(chained(self.secrets, over.secrets), target),
            configs: unique(chained(self.configs, over.configs), target),
            open: self.open.or(over.open),
        }
    }
}

impl Variables {
    fn merge(self, over: Self) -> Self {
        let open = self.open.clone().or_else(|| over.open.clone());
        let entries = chained(self.into_list(), over.into_list());
        Self { is_list: true, entries: unique(entries, |entry: &Entry| entry.key.clone()), open }
    }

    /// The entries as `KEY=value` texts, divided at their first `=`.
    fn into_list(self) -> Vec<Entry> {
        let split = |mut entry: Entry| {
            if let Some((key, rest)) = entry.key.split_once('=').filter(|_| !self.is_list) {
                let value =
                    entry.value.as_ref().map_or_else(|| rest.to_owned(), |value| format!("{rest}={value}"));
                entry = Entry { key: key.to_owned(), value: Some(value), at: entry.at };
            }
            entry
        };
        self.entries.into_iter().map(split).collect()
    }
}

fn target(grant: &Grant) -> String {
    grant.target.clone()
}

fn both<T>(base: Option<T>, over: Option<T>, merge: impl FnOnce(T, T) -> T) -> Option<T> {
    match (base, over) {
        (Some(base), Some(over)) => Some(merge(base, over)),
        (base, over) => over.or(base),
    }
}

fn chained<T>(mut base: Vec<T>, over: Vec<T>) -> Vec<T> {
    base.extend(over);
    base
}

/// Each key once: with what its last item says, in the place of its first.
pub(super) fn unique<T>(items: Vec<T>, key: impl Fn(&T) -> String) -> Vec<T> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<T> = Vec::new();
    for item in items {
        let key = key(&item);
        match places.get(&key).and_then(|&place| kept.get_mut(place)) {
            Some(earlier) => *earlier = item,
            None => {
                places.insert(key, kept.len());
                kept.push(item);
            }
        }
    }
    kept
}
