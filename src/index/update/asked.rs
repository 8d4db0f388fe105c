//! Which files have to be asked again after an edit.

use std::collections::BTreeSet;

use super::{CALLERS, FEW, ReadOtherwise};
use crate::fact::{Extraction, Fact, Role, Structure, WorkflowFile};
use crate::index::facts::{Changed, Summary};
use crate::index::sites::Rejoined;
use crate::index::{BuildLink, EnvFileLink, Index, Site};
use crate::infer::is_same_read;
use crate::key::KeyName;
use crate::text::{FileId, TreePath};

/// The files that have to be asked again.
pub(super) struct Asked<'a> {
    pub(super) index: &'a Index,
    pub(super) files: BTreeSet<FileId>,
}

impl Asked<'_> {
    pub(super) fn about(&mut self, key: &str) {
        self.files.extend(self.index.facts_of(key).map(|fact| fact.file));
    }

    /// Files that state something about a key, under any spelling, or about its `_FILE` twin.
    pub(super) fn about_spellings(&mut self, key: &KeyName) {
        let index = self.index;
        let twin = match key.strip_suffix("_FILE") {
            Some(bare) => bare.to_owned(),
            None => format!("{key}_FILE"),
        };
        spellings(index, key)
            .iter()
            .map(KeyName::as_str)
            .chain([twin.as_str()])
            .for_each(|name| self.about(name));
    }

    pub(super) fn about_keys(&mut self, path: &TreePath, old: &Extraction, new: &[Fact], changed: &Changed) {
        let index = self.index;
        let is_few = |key: &KeyName| index.number_of_facts_of(key) <= FEW;
        for (key, before) in &changed.stated {
            let after = index.summary(key).map(Summary::answers).unwrap_or_default();
            if is_few(key) || after != *before || !has_same_reads(key, &old.facts, new) {
                self.about_spellings(key);
            }
        }
        for (key, was_mentioned) in &changed.mentioned {
            let is_mentioned = index.mentions_of(key).next().is_some();
            // A script that names a key may replace it in what was built.
            if is_few(key) || is_mentioned != *was_mentioned || path.name().ends_with(".sh") {
                self.about_spellings(key);
            }
        }
    }

    pub(super) fn about_names(&mut self, before: &ReadOtherwise) {
        for (key, before) in &before.0 {
            if ReadOtherwise::state(self.index, key) != *before {
                self.about_spellings(key);
            }
        }
    }

    /// Files with keys that resemble one that is read and set nowhere, where that changed.
    pub(super) fn about_slips(&mut self, unset: &[KeyName]) {
        let near = unset.iter().flat_map(|name| self.index.keys_near(name));
        near.for_each(|key| self.about(key));
    }

    /// Files with keys that nobody uses and that may be left over from a key with another statement now.
    pub(super) fn about_forms(&mut self, changed: &Changed) {
        let index = self.index;
        for key in changed.stated.keys() {
            let mut left: BTreeSet<&KeyName> = index.other_forms(key);
            // A prefix counts as one if more than two keys have it.
            if changed.came_or_went.contains(key) {
                let prefixes = key.match_indices('_').filter_map(|(at, _)| key.get(..=at));
                for prefix in prefixes {
                    let few: Vec<&KeyName> = index.keys_from(prefix).take(4).collect();
                    if few.len() < 4 {
                        let forms = few.iter().flat_map(|key| index.other_forms(key)).collect::<Vec<_>>();
                        left.extend(few);
                        left.extend(forms);
                    }
                }
                // Who asks about this key by its name alone is told the same in each of its files.
                self.files.extend(index.facts_of(key).next().map(|fact| fact.file));
            }
            left.extend(index.meant_by_name(key));
            left.into_iter().filter(|key| !index.is_used(key)).for_each(|key| self.about(key));
        }
    }

    /// Files that are joined with this one.
    pub(super) fn about_file(&mut self, file: FileId, path: &TreePath, old: &Extraction) {
        let index = self.index;
        let Some(extraction) = index.extraction(file) else { return };
        let folder = path.folder();
        // What a container starts with is looked at, too (`Program::may_be_given`), which packages need which, and
        // which modules of Python name a class of settings.
        let is_start = matches!(extraction.structure, Structure::Commands(_))
            || path.name() == "package.json"
            || path.name().ends_with(".py");
        let reads = old.facts.iter().chain(&extraction.facts).any(|fact| matches!(fact.role, Role::Reads(_)));
        if (reads || is_start)
            && let Some(code) = index.code_folder_of(path)
        {
            let sites = index.all_sites().iter();
            let running =
                sites.filter(|site| site.code.as_ref().is_some_and(|folder| folder.as_str() == code));
            self.files.extend(running.map(|site| site.file));
        }
        // What it configures, by itself or among the files of a folder.
        let mounting = index.sites_mounting(path).chain(index.sites_mounting(&folder));
        self.files.extend(mounting.map(|site| site.file));
        // Who reads the dotenv beside it.
        if path.name() == "composer.json" {
            self.dotenvs_in(folder.as_str());
        }
        match &extraction.structure {
            Structure::Dockerfile(_) => {
                let is_of =
                    |site: &&Site| site.build == BuildLink::Dockerfile(file) || site.likely == Some(file);
                let built = index.all_sites().iter().filter(is_of);
                self.files.extend(built.map(|site| site.file));
                self.files.extend(index.builders_of(file));
            }
            Structure::Dotenv(_) => {
                self.files.extend(index.sites_given(file).map(|site| site.file));
                self.files.extend(index.generators_of(file));
                let is_root = folder.within_root().is_empty();
                // A compose file without a dotenv beside it takes the root's.
                if is_root {
                    self.files.extend(index.all_sites().iter().map(|site| site.file));
                } else {
                    self.composes_in(&folder);
                }
            }
            Structure::Compose(_) => {
                self.composes_in(&folder);
                self.dotenvs_in(folder.as_str());
                self.files.extend(index.composes_including(file));
                let extending = index.all_sites().iter().filter(|site| {
                    site.file != file && index.extended(site).0.iter().any(|extended| extended.file == file)
                });
                for site in extending {
                    self.composes_in(&index.path(site.file).folder());
                }
                let own: Vec<_> = index.sites_in(file).iter().collect();
                for site in own {
                    for link in &site.env_files {
                        if let EnvFileLink::File(dotenv) | EnvFileLink::Example(dotenv) = link {
                            self.files.insert(*dotenv);
                        }
                    }
                    let mounts = index.compose_service(site).map_or(&[] as &[_], |service| &service.mounts);
                    for mounted in mounts.iter().filter_map(|mount| folder.join(&mount.source)) {
                        self.files.extend(index.files.at(&mounted).map(|file| file.id));
                        self.files.extend(index.templates_in(&mounted));
                    }
                }
            }
            Structure::Commands(_) if path.name() == "fly.toml" => {
                self.files.extend(index.configured_by(path.name()));
            }
            Structure::Policy(_) => self.files.extend(index.templates_in(&folder)),
            Structure::Workflow(_) => {
                let calls = |(caller, workflow): (FileId, &WorkflowFile)| {
                    let mut called = workflow.jobs.iter().filter_map(|job| index.called_by(caller, job));
                    called.any(|(callee, _)| callee == file).then_some(caller)
                };
                self.files.extend(index.sifted_workflows(&CALLERS).filter_map(calls));
            }
            _ => {}
        }
        if extraction.facts.iter().any(|fact| fact.place == crate::fact::Place::Rendered) {
            self.composes_in(&folder);
        }
    }

    /// Files that are joined with services which are joined otherwise now.
    pub(super) fn about_sites(&mut self, rejoined: &Rejoined) {
        rejoined.sites.iter().for_each(|site| self.about_site(site));
        let composes: BTreeSet<FileId> = rejoined.sites.iter().map(|site| site.file).collect();
        for compose in composes {
            self.files.extend(self.index.callers_of_compose(compose));
        }
        for path in &rejoined.mounted {
            self.files.extend(self.index.files.below(path).map(|file| file.id));
            self.files.extend(self.index.templates_in(path));
        }
        for folder in &rejoined.code {
            // Of nested folders the deepest has the code.
            let above = folder.folders().flat_map(|above| self.index.sites_running(above));
            above.collect::<Vec<_>>().into_iter().for_each(|site| self.about_site(site));
        }
        if !rejoined.hosts.is_empty() {
            self.files.extend(self.index.files_naming(&rejoined.hosts));
        }
    }

    /// Files that are joined with the services of a compose file.
    pub(super) fn about_sites_of(&mut self, file: FileId) {
        self.index.sites_in(file).iter().for_each(|site| self.about_site(site));
        self.files.extend(self.index.callers_of_compose(file));
    }

    /// A Dockerfile and the files that build it.
    pub(super) fn about_dockerfile(&mut self, dockerfile: FileId) {
        self.files.insert(dockerfile);
        self.files.extend(self.index.sites_built(dockerfile).map(|site| site.file));
        self.files.extend(self.index.builders_of(dockerfile));
    }

    fn about_site(&mut self, site: &Site) {
        let index = self.index;
        let folder = index.path(site.file).folder();
        self.composes_in(&folder);
        self.dotenvs_in(folder.as_str());
        for link in &site.env_files {
            match link {
                EnvFileLink::File(file) | EnvFileLink::Example(file) => {
                    self.files.insert(*file);
                    self.files.extend(index.sites_given(*file).map(|site| site.file));
                }
                EnvFileLink::Missing(path) => self.dotenvs_in(path.folder().as_str()),
                EnvFileLink::Unseen => {}
            }
        }
        let built = match site.build {
            BuildLink::Dockerfile(file) => Some(file),
            _ => site.likely,
        };
        if let Some(dockerfile) = built {
            self.about_dockerfile(dockerfile);
        }
        if let Some(service) = &site.service {
            self.files.extend(index.sites_of(service).map(|site| site.file));
        }
        if let Some(code) = &site.code {
            self.files.extend(index.sites_running(code.as_str()).map(|site| site.file));
            self.files.extend(index.files.below(code).map(|file| file.id));
        }
    }

    /// Workflows that run a script of the tree or use an action of it, directly or not.
    pub(super) fn about_runners(&mut self, file: FileId, changed: &Changed) {
        let index = self.index;
        let is_action = index.workflow(file).is_some_and(|workflow| workflow.is_action);
        if !is_action && index.script(file).is_none() {
            return;
        }
        let runners = index.runners_of(file);
        let is_in_action = is_action
            || runners.iter().filter_map(|&runner| index.workflow(runner)).any(|workflow| workflow.is_action);
        self.files.extend(runners);
        if is_in_action {
            let uses_actions =
                |workflow: &WorkflowFile| workflow.jobs.iter().any(|job| !job.actions.is_empty());
            let users = index.workflows().filter(|(_, workflow)| uses_actions(workflow));
            self.files.extend(users.map(|(file, _)| file));
        }
        if is_action {
            changed.came_or_went.iter().for_each(|key| self.about(key));
        }
    }

    pub(super) fn composes_in(&mut self, folder: &TreePath) {
        self.files.extend(self.index.composes_in(folder));
    }

    pub(super) fn dotenvs_in(&mut self, folder: &str) {
        if let Some(folder) = TreePath::parse(folder) {
            self.files.extend(self.index.dotenvs_in(&folder));
        }
    }
}

/// How a key may be spelled.
pub(super) fn spellings(index: &Index, key: &KeyName) -> BTreeSet<KeyName> {
    [key.clone(), key.folded()].into_iter().chain(index.small_spellings(key).cloned()).collect()
}

/// Whether a file reads a key as it did before.
fn has_same_reads(key: &KeyName, old: &[Fact], new: &[Fact]) -> bool {
    let of = |facts: &[Fact]| {
        facts.iter().filter(|fact| fact.key == *key && matches!(fact.role, Role::Reads(_))).cloned().collect()
    };
    let (old, new): (Vec<Fact>, Vec<Fact>) = (of(old), of(new));
    old.len() == new.len() && old.iter().zip(&new).all(|(a, b)| is_same_read(a, b))
}
