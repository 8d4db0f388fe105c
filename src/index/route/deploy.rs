//! Through a file that whoever deploys goes by: what a script, a workflow, a platform's file or a manifest
//! sets for the app.

use super::{Journey, Link, LinkState, Project, Remedy, Route, Variable};
use crate::fact::{Fact, Hidden, ManifestContainer, Need, Place, Role, SourceKind, Structure};
use crate::index::Index;
use crate::index::supply::{Held, Outcome};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment, Said, Service};
use crate::text::{FileId, Location, Span, TreePath};

/// What a file makes of a key.
pub(in crate::index) enum Deployed<'a> {
    /// It sets it.
    Sets(&'a Fact),
    /// It may set it.
    Unseen { at: Option<Location>, reason: String },
    /// It does not.
    Lacks,
}

/// A script may take others in, which take others in.
const DEPTH: usize = 4;

impl Index {
    /// What the file of a source `deploy` makes of a key, for a service or, with none, for whoever is given
    /// all of it.
    pub(in crate::index) fn deployed(
        &self,
        environment: &Environment,
        path: &TreePath,
        into: Option<&str>,
        service: Option<&Service>,
        name: &KeyName,
    ) -> Deployed<'_> {
        let Some(file) = self.files.at(path) else {
            return Deployed::Unseen { at: None, reason: format!("{path} is not in the tree") };
        };
        let id = file.id;
        let given: Vec<&Fact> = self.handed_over(id, into, service).collect();
        let mut set = given.iter().copied().filter(|fact| fact.key == *name);
        if let Some(fact) = set.next_back() {
            return Deployed::Sets(fact);
        }
        match self.stored(id, into, service, name) {
            Deployed::Lacks => {}
            found => return found,
        }
        if let Some((at, reason)) = self.deploy_gap(environment, id, name, 0) {
            return Deployed::Unseen { at: Some(at), reason };
        }
        // What no reader takes apart may set whatever it names.
        let names = |text: &str| text.find(name.as_str());
        match names(&file.text).filter(|_| given.is_empty()) {
            Some(start) => {
                let at = Location::new(id, Span::new(start, start + name.len()));
                Deployed::Unseen { at: Some(at), reason: format!("{path} may set it") }
            }
            None => Deployed::Lacks,
        }
    }

    /// What objects that hold keys make of a key, for the containers that take them as a whole.
    fn stored(
        &self,
        file: FileId,
        into: Option<&str>,
        service: Option<&Service>,
        name: &KeyName,
    ) -> Deployed<'_> {
        let containers = self.manifest_containers(file);
        let has_own =
            service.is_some_and(|service| containers.iter().any(|one| is_of(service, &one.workload)));
        let is_meant = |container: &&ManifestContainer| match into {
            Some(into) => {
                container.workload.split('/').any(|part| part == into) || container.workload == into
            }
            None => !has_own || service.is_none_or(|service| is_of(service, &container.workload)),
        };
        let found = containers.iter().filter(is_meant).map(|one| self.taken_from_stores(one, name));
        let found: Vec<Deployed<'_>> = found.filter(|one| !matches!(one, Deployed::Lacks)).collect();
        let is_set = |one: &Deployed<'_>| matches!(one, Deployed::Sets(_));
        let (sets, unseen): (Vec<_>, Vec<_>) = found.into_iter().partition(is_set);
        sets.into_iter().chain(unseen).next().unwrap_or(Deployed::Lacks)
    }

    /// The statements by which a file gives keys to what it deploys, or to that part of it that `into`
    /// names. Of several apps, one that is called as the service is stands for the service.
    pub fn handed_over<'a, 'b>(
        &'a self,
        file: FileId,
        into: Option<&'b str>,
        service: Option<&'b Service>,
    ) -> impl Iterator<Item = &'a Fact> + use<'a, 'b> {
        let has_own = service.is_some_and(|service| {
            self.facts_in(file).any(|fact| matches!(&fact.place, Place::Workload(of) if is_of(service, of)))
        });
        self.facts_in(file).filter(move |fact| {
            let is_given = match &fact.role {
                Role::Provides(_) => true,
                // A platform's file that asks for a value when the app is made.
                Role::Documents(document) => matches!(fact.place, Place::Workload(_)) && !document.commented,
                Role::Reads(_) | Role::Observed => false,
            };
            is_given
                && match (&fact.place, into) {
                    (Place::Written(path), Some(into)) => path == into || path.ends_with(&format!("/{into}")),
                    (Place::Workload(of), Some(into)) => of.split('/').any(|part| part == into) || of == into,
                    (_, Some(_)) => false,
                    (Place::Workload(of), None) => {
                        !has_own || service.is_none_or(|service| is_of(service, of))
                    }
                    (Place::Written(_) | Place::Script | Place::Job { .. } | Place::Dotenv, None) => true,
                    (_, None) => false,
                }
        })
    }

    /// What hides a key in a file that deploys. A script that it takes in is looked into; of a platform
    /// the matrix may say which keys it holds beside its file.
    fn deploy_gap(
        &self,
        environment: &Environment,
        file: FileId,
        name: &KeyName,
        depth: usize,
    ) -> Option<(Location, String)> {
        let is_listed = environment
            .sources
            .iter()
            .any(|source| matches!(&source.value, EnvSource::Platform { keys, .. } if !keys.is_empty()));
        let is_platform = self.kind(file) == Some(SourceKind("platform"));
        let sources = match &self.extraction(file)?.structure {
            Structure::Commands(script) => script.sources.as_slice(),
            _ => &[],
        };
        for gap in &self.extraction(file)?.gaps {
            let hides = match &gap.hides {
                Hidden::Provisions | Hidden::Anything => true,
                Hidden::ProvisionsWithPrefix(prefix) => name.starts_with(prefix.as_str()),
                Hidden::Reads | Hidden::ReadsWithPrefix(_) | Hidden::OwnWithPrefix(_) | Hidden::Uses => false,
            };
            if !hides || (is_platform && is_listed && gap.span.is_empty()) {
                continue;
            }
            // `. path`: the gap stands at the command, the path right behind it.
            let taken = sources.iter().find(|path| {
                gap.span.end <= path.span.start
                    && self.files.get(file).is_some_and(|file| {
                        let between = file.text.get(gap.span.end as usize..path.span.start as usize);
                        between.is_some_and(|text| text.trim_matches([' ', '\t', '"', '\'']).is_empty())
                    })
            });
            if let Some(script) = taken.and_then(|path| self.taken_in(file, path)) {
                let inner = (depth < DEPTH).then(|| self.deploy_gap(environment, script, name, depth + 1));
                match inner {
                    Some(None) => continue,
                    Some(found) => return found,
                    None => {}
                }
            }
            let at = Location::new(file, gap.span);
            return Some((at, format!("{}: {}", self.files.spell(at), gap.reason)));
        }
        None
    }

    /// The script that `. path` takes in; what computes the folder is taken for the script's own, one
    /// above it, or the root.
    fn taken_in(&self, file: FileId, path: &str) -> Option<FileId> {
        let rest = match path.rfind(['$', '`', ')', '}']) {
            None => path,
            Some(at) => path.get(at..)?.split_once('/')?.1,
        };
        let folder = self.path(file).folder();
        let starts = [Some(folder.clone()), folder.join(".."), Some(TreePath::root(folder.root_name()))];
        let found = starts.into_iter().flatten().find_map(|start| self.files.at(&start.join(rest)?));
        found.map(|file| file.id).filter(|file| self.script(*file).is_some())
    }

    /// What a variable that compose files of an environment are interpolated with has, with the places that
    /// take it; `None` where none takes it.
    #[must_use]
    pub fn compose_variable(&self, environment: &Environment, name: &KeyName) -> Option<(Vec<&Fact>, Route)> {
        let nobody = Service::default();
        for source in &environment.sources {
            let EnvSource::Compose { files, env_files, .. } = &source.value else { continue };
            let ids = files.iter().filter_map(|path| self.files.at(path)).map(|file| file.id);
            let taken: Vec<&Fact> =
                ids.flat_map(|id| self.interpolations(id).filter(|fact| fact.key == *name)).collect();
            if taken.is_empty() {
                continue;
            }
            let (index, service) = (self, &nobody);
            let mut journey =
                Journey { index, environment, service, links: Vec::new(), unseen: None, began: 0 };
            let project = Project { files, env_files };
            let need = |wanted: fn(&Need) -> bool| {
                taken.iter().any(|fact| matches!(&fact.role, Role::Reads(read) if wanted(&read.need)))
            };
            let outcome = match journey.variable(name, project) {
                Variable::Has(held) => Outcome::Supplied(held),
                Variable::Unseen => Outcome::Unseen(journey.unseen.take().unwrap_or_default()),
                Variable::Lacks if need(|need| matches!(need, Need::Required | Need::Unknown)) => {
                    Outcome::Missing
                }
                Variable::Lacks if need(|need| matches!(need, Need::Default(_))) => Outcome::Default,
                Variable::Lacks => Outcome::Unset,
            };
            if matches!(outcome, Outcome::Missing | Outcome::Default) {
                let remedy = journey.variable_remedy(name, project);
                let lacks = environment.sources.iter().filter_map(|source| match &source.value {
                    EnvSource::Deploy { file, into, .. } => self.lacks(file, into.as_ref(), name),
                    _ => None,
                });
                let lacks: Vec<Link> = lacks.map(|link| link.mended_by(remedy.clone())).collect();
                if lacks.is_empty()
                    && let Some(first) = taken.first()
                {
                    let what = format!("compose takes `{name}`, which nothing defines");
                    journey.links.push(Link::new(first.at(), what, LinkState::Broken).mended_by(remedy));
                }
                journey.links.extend(lacks);
            }
            return Some((taken, Route { links: journey.links, outcome }));
        }
        None
    }

    /// The link of a file that does not set a key: where it sets the last of the others.
    fn lacks(&self, path: &Said<TreePath>, into: Option<&Said<String>>, name: &KeyName) -> Option<Link> {
        let file = self.files.at(path)?;
        let into = into.map(|into| into.value.as_str());
        let last = self.handed_over(file.id, into, None).last().map(Fact::at).or(path.at)?;
        Some(Link::new(last, format!("{} sets other keys, not `{name}`", path.value), LinkState::Broken))
    }
}

/// Whether a workload is called as a service of the matrix, or as compose calls it.
fn is_of(service: &Service, workload: &str) -> bool {
    workload
        .split('/')
        .any(|part| *service.name.value == *part || service.compose.iter().any(|name| *name.value == *part))
}

impl Journey<'_> {
    /// What a file that deploys gives to the service. What compose starts is only given what compose
    /// passes on; see `variable`.
    pub(super) fn via_deploy(
        &mut self,
        name: &KeyName,
        path: &Said<TreePath>,
        into: Option<&str>,
    ) -> Option<Held> {
        if self.is_started_by_compose() {
            return None;
        }
        let index = self.index;
        match index.deployed(self.environment, path, into, Some(self.service), name) {
            Deployed::Sets(fact) => {
                let what = format!("{} sets `{name}`", path.value);
                self.links.push(Link::new(fact.at(), what, LinkState::Holds));
                self.provided(fact).or(Some(Held::outside(fact.at())))
            }
            Deployed::Unseen { at, reason } => {
                self.links.push(Link::new(at, format!("{} may set `{name}`", path.value), LinkState::Unseen));
                self.unseen.get_or_insert(reason);
                None
            }
            Deployed::Lacks => {
                let into = into.map(|into| Said::inferred(into.to_owned()));
                let link = index.lacks(path, into.as_ref(), name)?;
                self.links.push(link.mended_by(Remedy::Workflow(path.value.clone())));
                None
            }
        }
    }
}
