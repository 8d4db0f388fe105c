//! Putting what one file says now in the place of what it said before.
//!
//! The joins of files, that is sites, folders, services and environments, stay as they are, so this is only
//! for edits that leave [`crate::infer::shape`] alone; after others the index is built anew. What is known by
//! key and by folder is renewed, and the files are named whose questions may have other answers now.
//!
//! Rules look at other files by what the index answers, so each answer that may change names the files that
//! ask for it. Answers about a key that occurs in few places name all its files; about keys that thousands of
//! files share, only those answers that really changed do.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Changed;
use super::listed::is_listed_alike;
use super::sieve::Sieve;
use super::typed::Marks;
use super::usage::{Sign, read_otherwise_by, referred_by};
use super::{BuildLink, Index};
use crate::fact::{Extraction, Fact, Hidden, Role, SourceKind, Structure, WorkflowFile};
use crate::infer::{is_same_read, is_service_at_stake, spec_of};
use crate::key::KeyName;
use crate::text::{FileId, Files, SourceFile, TreePath};

/// Keys with at most so many statements are cheap to ask about again wherever they occur.
const FEW: usize = 256;

/// Workflows that call others of the tree.
static CALLERS: Sieve = Sieve::Workflow(|_, workflow| {
    let mut called = workflow.jobs.iter().filter_map(|job| job.uses.as_ref());
    called.any(|uses| uses.starts_with("./"))
});

/// What an update could not do in place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rebuild {
    /// More of the guessed matrix may change than the keys of the file.
    Matrix,
    /// Answers may change anywhere in the tree.
    Everywhere,
}

impl Index {
    /// The parts that it was built from, for building it anew.
    #[must_use]
    pub fn into_parts(self) -> (Files, Vec<Extraction>, Vec<Option<crate::fact::SourceKind>>) {
        (self.files, self.extractions, self.kinds)
    }

    /// Replaces one file's text and what it says, and names the files that have to be asked again. Only for
    /// guessed matrices, and for texts of the same [`crate::infer::shape`] that are read as before or as other code.
    ///
    /// # Errors
    /// `Rebuild` if the change reaches further; the text and the extraction are replaced all the same, and
    /// nothing else may be asked before the index is built anew.
    pub fn replace(
        &mut self,
        source: SourceFile,
        extraction: Extraction,
        kind: SourceKind,
    ) -> Result<BTreeSet<FileId>, Rebuild> {
        let file = source.id;
        let path = source.path.clone();
        let marks = Marks::of(self.files.get(file).map_or("", |file| &file.text));
        let is_same_reader = marks == Marks::of(&source.text);
        let loaded = self.loads_dotenv(file, self.files.get(file).map_or("", |file| &file.text));
        // Which files name what is missing is looked for again, if anything is missing.
        let named_changed = self.named_by.take().is_some_and(|named_by| !named_by.is_empty());
        self.renew_kind(file, kind);
        let loads = self.loads_dotenv(file, &source.text);
        self.mistyped.take();
        self.files.replace(source);
        let Some(place) = self.extractions.get_mut(file.0 as usize) else { return Err(Rebuild::Everywhere) };
        let old = std::mem::replace(place, extraction);
        let new_facts = self.facts_in(file).cloned().collect::<Vec<Fact>>();

        let is_same_gap = self.extraction(file).is_some_and(|new| hidden_reads(new) == hidden_reads(&old));
        let read_before = ReadOtherwise::of(self, old.facts.iter().chain(&new_facts));
        if let Some(new) = self.extractions.get(file.0 as usize) {
            self.structures.replace(file, &old.structure, &new.structure);
        }
        self.sift_anew(file);
        self.renew_builds(file, &old.structure);
        self.renew_runs(file, &old.structure);
        let changed = self.by_key.replace(file.0, &old, &self.extractions);
        self.scopes.remove(&self.roots, file.0, &path);
        let mut scopes = std::mem::take(&mut self.scopes);
        scopes.add(self, file.0, &new_facts);
        self.scopes = scopes;
        let mut typed = std::mem::take(&mut self.typed);
        typed.remove(file.0, &path, &old.facts);
        typed.add(self, file.0);
        self.typed = typed;
        self.used.step(&old.facts, Sign::Minus);
        self.used.step(&new_facts, Sign::Plus);
        if loaded != loads {
            self.loaders.take();
        }
        self.rename(&changed);
        let spelled = changed.stated.keys().chain(changed.mentioned.keys());
        let spelled =
            spelled.flat_map(|key| [key.clone()].into_iter().chain(self.small_spellings(key).cloned()));
        let unset = self.renew_unset(&spelled.collect());
        // With the same gaps, and files of the same sorts, what was found in all files stays found.
        let is_same_sort =
            self.extraction(file).is_some_and(|new| is_listed_alike(&old.structure, &new.structure));
        if !is_same_gap || !is_same_sort || self.is_image_shared_otherwise(file, &old.structure) {
            return Err(Rebuild::Everywhere);
        }
        if is_service_at_stake(file, &old, &self.files, &self.extractions) {
            return Err(Rebuild::Matrix);
        }
        let respecified = self.renew_specs(&old.facts, &new_facts)?;

        let mut asked = Asked { index: self, files: BTreeSet::from([file]) };
        respecified.iter().for_each(|key| asked.about(key));
        if !is_same_reader {
            let reads = old.facts.iter().chain(&new_facts).filter(|fact| matches!(fact.role, Role::Reads(_)));
            reads.for_each(|fact| asked.about_spellings(&fact.key));
        }
        asked.about_keys(&path, &old, &new_facts, &changed);
        asked.about_names(&read_before);
        asked.about_slips(&unset);
        asked.about_forms(&changed);
        asked.about_file(file, &path, &old);
        asked.about_runners(file, &changed);
        if loaded != loads {
            path.folders().for_each(|folder| asked.dotenvs_in(folder));
        }
        if named_changed {
            let missing = self.all_sites().iter().filter(|site| {
                matches!(site.build, BuildLink::Missing(_))
                    || site.env_files.iter().any(|link| matches!(link, super::EnvFileLink::Missing(_)))
            });
            asked.files.extend(missing.map(|site| site.file));
        }
        Ok(asked.files)
    }

    /// Takes over that a file is read as something else now.
    fn renew_kind(&mut self, file: FileId, kind: SourceKind) {
        let Some(place) = self.kinds.get_mut(file.0 as usize) else { return };
        let Some(old) = place.replace(kind).filter(|old| *old != kind) else { return };
        if let Some(files) = self.by_kind.get_mut(&old) {
            files.retain(|known| *known != file);
        }
        let files = self.by_kind.entry(kind).or_default();
        files.insert(files.partition_point(|known| *known < file), file);
    }

    /// Renews what is known of how keys are spelled.
    fn rename(&mut self, changed: &Changed) {
        let Some(mut names) = self.names.take() else { return };
        for key in &changed.came_or_went {
            if self.known_key(key).is_some() { names.add(key) } else { names.remove(key) }
        }
        self.names = names.into();
    }

    /// Renews the specs of guessed keys whose reads changed.
    fn renew_specs(&mut self, old: &[Fact], new: &[Fact]) -> Result<Vec<KeyName>, Rebuild> {
        let mut respecified = Vec::new();
        let reads = |facts: &[Fact]| -> Vec<Fact> {
            facts.iter().filter(|fact| matches!(fact.role, Role::Reads(_))).cloned().collect()
        };
        let (old, new) = (reads(old), reads(new));
        if old.len() == new.len() && old.iter().zip(&new).all(|(a, b)| is_same_read(a, b)) {
            return Ok(respecified);
        }
        let keys: BTreeSet<&KeyName> = old.iter().chain(&new).map(|fact| &fact.key).collect();
        for key in keys {
            let of =
                |facts: &[Fact]| facts.iter().filter(|fact| fact.key == *key).cloned().collect::<Vec<_>>();
            let (before, after) = (of(&old), of(&new));
            if before.len() == after.len() && before.iter().zip(&after).all(|(a, b)| is_same_read(a, b)) {
                continue;
            }
            let facts = self.facts_of(key).filter_map(|fact| Some((self.files.get(fact.file)?, fact)));
            let spec = spec_of(facts, &self.matrix.services);
            let known = self.matrix.keys.get(key);
            let has_aliases =
                [&spec.as_ref(), &known].iter().any(|spec| spec.is_some_and(|spec| !spec.aliases.is_empty()));
            // An alternative name belongs to the first key that claims it, wherever that is.
            if has_aliases || self.aliases.contains(key) {
                return Err(Rebuild::Matrix);
            }
            if spec.as_ref().map(|spec| spec.kind.value) != known.map(|spec| spec.kind.value) {
                respecified.push(key.clone());
            }
            match spec {
                Some(spec) => drop(self.matrix.keys.insert(key.clone(), spec)),
                None => drop(self.matrix.keys.remove(key)),
            }
        }
        self.served.take();
        Ok(respecified)
    }
}

/// What a file hides of reads.
fn hidden_reads(extraction: &Extraction) -> BTreeSet<&Hidden> {
    let hides = extraction.gaps.iter().map(|gap| &gap.hides);
    hides
        .filter(|hides| !matches!(hides, Hidden::Provisions | Hidden::ProvisionsWithPrefix(_) | Hidden::Uses))
        .collect()
}

/// Which names were referred to, or read otherwise, before a change.
struct ReadOtherwise(BTreeMap<KeyName, (bool, bool)>);

impl ReadOtherwise {
    fn of<'a>(index: &Index, facts: impl Iterator<Item = &'a Fact>) -> Self {
        let mut names = BTreeSet::new();
        for fact in facts {
            referred_by(fact, &mut |key| names.extend([key.clone()]));
            read_otherwise_by(fact, &mut |key| names.extend([key]));
        }
        let state = |key: &KeyName| Self::state(index, key);
        Self(
            names
                .into_iter()
                .map(|key| {
                    let state = state(&key);
                    (key, state)
                })
                .collect(),
        )
    }

    fn state(index: &Index, key: &KeyName) -> (bool, bool) {
        (index.used.references.contains_key(key), index.used.read_otherwise.contains_key(key))
    }
}

/// The files that have to be asked again.
struct Asked<'a> {
    index: &'a Index,
    files: BTreeSet<FileId>,
}

impl Asked<'_> {
    fn about(&mut self, key: &str) {
        self.files.extend(self.index.facts_of(key).map(|fact| fact.file));
    }

    /// Files that state something about a key, under any spelling, or about its `_FILE` twin.
    fn about_spellings(&mut self, key: &KeyName) {
        let index = self.index;
        let twin = match key.strip_suffix("_FILE") {
            Some(bare) => bare.to_owned(),
            None => format!("{key}_FILE"),
        };
        let small: Vec<KeyName> = index.small_spellings(key).cloned().collect();
        for name in
            [key.as_str(), key.folded().as_str(), &twin].into_iter().chain(small.iter().map(KeyName::as_str))
        {
            self.about(name);
        }
    }

    fn about_keys(&mut self, path: &TreePath, old: &Extraction, new: &[Fact], changed: &Changed) {
        let index = self.index;
        let is_few = |key: &KeyName| index.number_of_facts_of(key) <= FEW;
        for (key, before) in &changed.stated {
            let after = index.summary(key).map(super::facts::Summary::answers).unwrap_or_default();
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

    fn about_names(&mut self, before: &ReadOtherwise) {
        for (key, before) in &before.0 {
            if ReadOtherwise::state(self.index, key) != *before {
                self.about_spellings(key);
            }
        }
    }

    /// Files with keys that resemble one that is read and set nowhere, where that changed.
    fn about_slips(&mut self, unset: &[KeyName]) {
        let near = unset.iter().flat_map(|name| self.index.keys_near(name));
        near.for_each(|key| self.about(key));
    }

    /// Files with keys that nobody uses and that may be left over from a key with another statement now.
    fn about_forms(&mut self, changed: &Changed) {
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
    fn about_file(&mut self, file: FileId, path: &TreePath, old: &Extraction) {
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
                let is_of = |site: &&super::Site| {
                    site.build == BuildLink::Dockerfile(file) || site.likely == Some(file)
                };
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
                let including =
                    index.including_composes().filter(|other| index.project_of(*other).contains(&file));
                self.files.extend(including);
                let extending = index.all_sites().iter().filter(|site| {
                    site.file != file && index.extended(site).0.iter().any(|extended| extended.file == file)
                });
                for site in extending {
                    self.composes_in(&index.path(site.file).folder());
                }
                let own: Vec<_> = index.sites_in(file).iter().collect();
                for site in own {
                    for link in &site.env_files {
                        if let super::EnvFileLink::File(dotenv) | super::EnvFileLink::Example(dotenv) = link {
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
                let told = index.command_files().filter(|(_, does)| {
                    does.builds.iter().any(|build| build.configured_by == Some(path.name()))
                });
                self.files.extend(told.map(|(file, _)| file));
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

    /// Workflows that run a script of the tree or use an action of it, directly or not.
    fn about_runners(&mut self, file: FileId, changed: &Changed) {
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

    fn composes_in(&mut self, folder: &TreePath) {
        self.files.extend(self.index.compose_files_in(folder));
    }

    fn dotenvs_in(&mut self, folder: &str) {
        if let Some(folder) = TreePath::parse(folder) {
            self.files.extend(self.index.dotenvs_in(&folder));
        }
    }
}

/// Whether a file reads a key as it did before.
fn has_same_reads(key: &KeyName, old: &[Fact], new: &[Fact]) -> bool {
    let of = |facts: &[Fact]| {
        facts.iter().filter(|fact| fact.key == *key && matches!(fact.role, Role::Reads(_))).cloned().collect()
    };
    let (old, new): (Vec<Fact>, Vec<Fact>) = (of(old), of(new));
    old.len() == new.len() && old.iter().zip(&new).all(|(a, b)| is_same_read(a, b))
}
