//! What one file tells of environments and of keys for browsers, besides the services that it builds.

use std::collections::BTreeSet;

use super::Rebuild;
use crate::index::Index;
use crate::infer::{ToldByTemplate, guess_again, prefix_below, told_of_browsers, told_of_environments};
use crate::matrix::Said;
use crate::text::FileId;

/// What a file tells.
#[derive(PartialEq, Eq, Default, Debug)]
pub(super) struct Told {
    of_environments: Option<ToldByTemplate>,
    of_browsers: Option<(String, bool)>,
}

impl Index {
    /// What a file tells now.
    pub(super) fn told_by(&self, file: FileId) -> Told {
        let (Some(source), Some(said)) = (self.files.get(file), self.extraction(file)) else {
            return Told::default();
        };
        Told {
            of_environments: told_of_environments(source, said),
            of_browsers: told_of_browsers(source, said).filter(|_| !self.is_aside(file)),
        }
    }

    /// Takes over what a file tells now, that told `before`.
    ///
    /// # Errors
    /// `Rebuild` where environments are others now.
    pub(super) fn renew_told(&mut self, file: FileId, before: &Told) -> Result<(), Rebuild> {
        let now = self.told_by(file);
        let is_same = match (&before.of_environments, &now.of_environments) {
            (Some(before), Some(now)) => {
                before == now || before.means_the_same(now, &self.matrix.environments)
            }
            (before, now) => before.is_none() && now.is_none(),
        };
        if !is_same && !self.is_aside(file) {
            let (change, environments) = guess_again(&self.others()).ok_or(Rebuild::Matrix)?;
            if !change.is_none() {
                return Err(Rebuild::Matrix);
            }
            self.matrix.environments = environments;
            self.concerned.take();
        }
        if now.of_browsers == before.of_browsers {
            return Ok(());
        }
        let path = self.path(file);
        for service in self.matrix.services.values_mut() {
            if let Some(root) = service.root.as_ref().filter(|root| path.is_below(root)) {
                let prefix = prefix_below(root, &self.files, &self.extractions);
                service.public_prefix = prefix.map(Said::inferred);
            }
        }
        self.renew_prefixes()
    }

    /// The prefixes that services of the matrix give to keys that browsers get, each once.
    pub(in crate::index) fn prefixes_of_services(&self) -> Vec<String> {
        let mut prefixes: Vec<String> = Vec::new();
        for prefix in self.matrix.services.values().filter_map(|service| service.public_prefix.as_ref()) {
            if !prefixes.contains(&prefix.value) {
                prefixes.push(prefix.value.clone());
            }
        }
        prefixes
    }

    /// Takes over which prefixes services of the guess have. Keys that begin with one of these are for browsers whichever
    /// service has it, but for a key that is nothing else.
    ///
    /// # Errors
    /// `Rebuild` where there is such a key.
    pub(super) fn renew_prefixes(&mut self) -> Result<(), Rebuild> {
        let prefixes = self.prefixes_of_services();
        let (before, now): (BTreeSet<&String>, BTreeSet<&String>) =
            (self.public_prefixes.iter().collect(), prefixes.iter().collect());
        if (&before ^ &now).into_iter().any(|prefix| self.facts_of(prefix).next().is_some()) {
            return Err(Rebuild::Everywhere);
        }
        self.public_prefixes = prefixes;
        Ok(())
    }
}
