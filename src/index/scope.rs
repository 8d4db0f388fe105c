//! Which code speaks for which service.

use super::{Index, Site};
use crate::fact::{Fact, Phase, Place, Read, Role, Runs, Structure, is_aside};
use crate::text::{FileId, TreePath};

impl Index {
    /// The path of a file; the root for a number of another run.
    #[must_use]
    pub fn path(&self, file: FileId) -> TreePath {
        self.files.get(file).map_or_else(|| TreePath::root(None), |file| file.path.clone())
    }

    /// All reads of the process environment by the application's own code while it runs.
    pub fn code_reads(&self) -> impl Iterator<Item = (&Fact, &Read)> {
        self.facts().filter_map(|fact| match &fact.role {
            Role::Reads(read)
                if fact.place == Place::Process
                    && fact.phase == Phase::Run
                    && !self.inlined.contains(&fact.key)
                    && !is_aside(&self.path(fact.file)) =>
            {
                Some((fact, read))
            }
            _ => None,
        })
    }

    /// Reads of public keys by code that is bundled for browsers, or may be.
    pub fn build_reads(&self) -> impl Iterator<Item = (&Fact, &Read)> {
        self.facts().filter_map(|fact| match &fact.role {
            Role::Reads(read)
                if fact.place == Place::Process
                    && fact.phase != Phase::Test
                    && matches!(&self.extraction(fact.file)?.structure,
                        Structure::Script(script) if script.runs != Runs::Server)
                    && !is_aside(&self.path(fact.file)) =>
            {
                Some((fact, read))
            }
            _ => None,
        })
    }

    /// The reads that speak for the service of this name of the matrix.
    pub fn reads_of_service<'a>(&'a self, service: &'a str) -> impl Iterator<Item = (&'a Fact, &'a Read)> {
        self.code_reads().filter(move |(fact, _)| {
            let path = self.path(fact.file);
            match self.matrix.service_at(&path) {
                Some(owner) => *owner.name == service,
                // With one service only, code that lies nowhere in particular is its code.
                None => self.matrix.services.len() == 1 && path.root_name().is_none(),
            }
        })
    }

    /// The reads of the code that runs in a site: code below its folder and not below a deeper one of
    /// another site.
    pub fn reads_of_site<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = (&'a Fact, &'a Read)> {
        let deeper: Vec<&TreePath> = self
            .sites()
            .iter()
            .filter_map(|other| other.code.as_ref())
            .filter(|other| site.code.as_ref().is_some_and(|own| *other != own && other.is_below(own)))
            .collect();
        self.code_reads().filter(move |(fact, _)| {
            let path = self.path(fact.file);
            site.code.as_ref().is_some_and(|folder| path.is_below(folder))
                && !deeper.iter().any(|folder| path.is_below(folder))
        })
    }
}
