//! Putting what one file says now in the place of what it said before.
//!
//! Environments of the matrix stay, and so do most services and joins of files, so this is only for edits that leave
//! [`crate::infer::shape`] alone and of whose stake ([`crate::infer::stake_of`]) it is told how far it reaches; after others the
//! index is built anew. What is known by key and by folder is renewed, compose services are joined anew as far as the edit
//! reaches, and the files are named whose questions may have other answers now.
//!
//! Rules look at other files by what the index answers, so each answer that may change names the files that
//! ask for it. Answers about a key that occurs in few places name all its files; about keys that thousands of
//! files share, only those answers that really changed do.

use std::collections::{BTreeMap, BTreeSet};

mod asked;
mod builds;
mod links;
mod services;
mod texts;
mod told;

use asked::Asked;
use services::Moved;
pub(super) use texts::Texts;

use super::facts::Changed;
use super::images::bases;
use super::listed::is_listed_alike;
use super::sieve::Sieve;
use super::sites::{Rejoined, Site, are_joined_alike, are_made_alike};
use super::typed::Marks;
use super::usage::{Sign, read_otherwise_by, referred_by};
use super::{BuildLink, Index};
use crate::fact::{Dockerfile, Extraction, Fact, Hidden, Role, SourceKind, Structure};
use crate::infer::{
    Others, Stake, guess_again, is_same_read, is_service_at_stake, spec_of, stake_of, stake_of_image,
};
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

    /// Replaces one file's text and what it says, and names the files that have to be asked again, unless other reads are
    /// unseen now ([`Self::unseen_reads`]), which may change answers anywhere. Only for guessed matrices, and for texts of the
    /// same [`crate::infer::shape`] that are read as before or as other code.
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
        let builds = self.builds_with(file, &path);
        let told = self.told_by(file);
        self.files.replace(source);
        let Some(place) = self.extractions.get_mut(file.0 as usize) else { return Err(Rebuild::Everywhere) };
        let old = std::mem::replace(place, extraction);
        let new_facts = self.facts_in(file).cloned().collect::<Vec<Fact>>();

        let hides = self
            .extraction(file)
            .map(|new| (hidden(new) == hidden(&old), sets_unseen(new) == sets_unseen(&old)));
        let (is_same_gap, sets_as_before) = hides.unwrap_or_default();
        if !is_same_gap {
            self.read_gaps.remove(file);
            if let Some(new) = self.extractions.get(file.0 as usize) {
                self.read_gaps.add(file, &new.gaps);
            }
        }
        let read_before = ReadOtherwise::of(self, old.facts.iter().chain(&new_facts));
        if let Some(new) = self.extractions.get(file.0 as usize) {
            self.structures.replace(file, &old.structure, &new.structure);
        }
        self.sift_anew(file);
        self.renew_runs(file, &old.structure);
        let changed = self.by_key.replace(file.0, &old, &self.extractions);
        let named = self.rename_dotenvs(file, &old.structure);
        let (moved, mut rejoined) = self.renew_sites(file, &path, &old.structure)?;
        let (built, run) = self.renew_steps(&builds)?;
        rejoined.add(run);
        self.renew_reads(file, &path, &old.facts, &new_facts, &rejoined);
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
        // With the same of these gaps, and files of the same sorts, what was found in all files stays found.
        let is_same_sort =
            self.extraction(file).is_some_and(|new| is_listed_alike(&old.structure, &new.structure));
        if !sets_as_before || !is_same_sort {
            return Err(Rebuild::Everywhere);
        }
        if is_service_at_stake(file, &old, &self.files, &self.extractions) {
            return Err(Rebuild::Matrix);
        }
        self.renew_told(file, &told)?;
        let relinked = self.relinked(file, &old.structure)?;
        let respecified = self.renew_specs(&old.facts, &new_facts)?;
        let typed = self.keys_typed_in(&moved.files);
        self.renew_texts(file, &old.facts, &new_facts, &typed);

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
        asked.about_sites(&rejoined);
        named.iter().for_each(|path| asked.dotenvs_in(path.folder().as_str()));
        built.into_iter().for_each(|dockerfile| asked.about_dockerfile(dockerfile));
        asked.about_links(file, &relinked);
        asked.about_moved(&moved.files, &typed);
        if !is_same_gap {
            asked.about_sites_of(file);
        }
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

    /// The paths that are named otherwise as dotenv files, since a file says something else than `old` now.
    fn rename_dotenvs(&mut self, file: FileId, old: &Structure) -> Vec<TreePath> {
        let mut dotenvs = std::mem::take(&mut self.dotenvs);
        let new = self.extraction(file).map_or(&Structure::None, |extraction| &extraction.structure);
        let named = dotenvs.rename(self, file, old, new);
        self.dotenvs = dotenvs;
        named
    }

    /// Takes over which service reads what, after services were joined otherwise.
    fn renew_reads(
        &mut self,
        file: FileId,
        path: &TreePath,
        old: &[Fact],
        new: &[Fact],
        rejoined: &Rejoined,
    ) {
        self.scopes.remove(&self.roots, file.0, path);
        let mut scopes = std::mem::take(&mut self.scopes);
        scopes.add(self, file.0, new);
        self.scopes = scopes;
        for folder in &rejoined.code {
            let runs = self.sites_running(folder.as_str()).next().is_some();
            self.rescope(folder, runs);
        }
        let mut typed = std::mem::take(&mut self.typed);
        typed.remove(file.0, path, old);
        typed.add(self, file.0);
        self.typed = typed;
    }

    /// Takes over what a file gives to containers, and knows what is given under some keys.
    fn renew_texts(&mut self, file: FileId, old: &[Fact], new: &[Fact], keys: &BTreeSet<KeyName>) {
        let mut texts = std::mem::take(&mut self.texts);
        texts.replace(file, old, new);
        keys.iter().for_each(|key| texts.know(self, key));
        self.texts = texts;
    }

    /// Joins the services of a compose file anew, and those that depend on them, where it says something else of them. Names
    /// the files besides whose code is another service's now.
    fn renew_sites(
        &mut self,
        file: FileId,
        path: &TreePath,
        old: &Structure,
    ) -> Result<(Moved, Rejoined), Rebuild> {
        let new = self.extraction(file).map(|extraction| &extraction.structure);
        let (old, new) = match (old, new) {
            (Structure::Compose(old), Some(Structure::Compose(new))) => (old, new),
            (Structure::Compose(_), _) | (_, Some(Structure::Compose(_))) => return Err(Rebuild::Everywhere),
            (Structure::Dockerfile(old), Some(Structure::Dockerfile(new))) => {
                let new = new.clone();
                return self.renew_image(file, old, &new);
            }
            _ => return Ok(Default::default()),
        };
        if are_joined_alike(old, new) {
            return Ok(Default::default());
        }
        let source = self.files.get(file).filter(|_| !self.is_aside(file));
        let stake = source.map_or(Stake::Nothing, |source| stake_of(source, old, new, &self.others()));
        let moved = self.settle(file, stake)?;
        let mut rejoined = self.rejoin_sites(file, old).ok_or(Rebuild::Everywhere)?;
        // All compose files of a folder are joined together.
        let folder = path.folder();
        let elsewhere = moved.composes.iter().filter(|compose| self.path(**compose).folder() != folder);
        rejoined.add(self.rejoin_composes(elsewhere.copied().collect())?);
        Ok((moved, rejoined))
    }

    /// The services whose images are made of other stages now, and what becomes of the guess. Which services are built from
    /// a Dockerfile, its text does not tell.
    fn renew_image(
        &mut self,
        file: FileId,
        old: &Dockerfile,
        new: &Dockerfile,
    ) -> Result<(Moved, Rejoined), Rebuild> {
        if are_made_alike(old, new) {
            return Ok(Default::default());
        }
        // Who runs an image that another one starts from, runs that and not the other.
        if (&bases(old) ^ &bases(new)).iter().any(|name| self.is_run_as_own(name)) {
            return Err(Rebuild::Everywhere);
        }
        let is_of = |site: &&Site| site.build == BuildLink::Dockerfile(file) || site.likely == Some(file);
        let sites: Vec<Site> = self.all_sites().iter().filter(is_of).cloned().collect();
        let composes: BTreeSet<FileId> = sites.iter().map(|site| site.file).collect();
        let own = composes.iter().filter(|compose| !self.is_aside(**compose));
        let own: Vec<&SourceFile> = own.filter_map(|compose| self.files.get(*compose)).collect();
        let source = self.files.get(file);
        let stake =
            source.map_or(Stake::Nothing, |source| stake_of_image(source, old, new, &own, &self.others()));
        let moved = self.settle(file, stake)?;
        let mut rejoined = Rejoined { sites, ..Rejoined::default() };
        rejoined.add(self.rejoin_composes(moved.composes.clone())?);
        Ok((moved, rejoined))
    }

    /// Joins the services of compose files anew that say what they said before.
    fn rejoin_composes(&mut self, composes: BTreeSet<FileId>) -> Result<Rejoined, Rebuild> {
        let mut rejoined = Rejoined::default();
        let mut folders = BTreeSet::new();
        for compose in composes {
            if folders.insert(self.path(compose).folder())
                && let Some(said) = self.compose(compose).cloned()
            {
                rejoined.add(self.rejoin_sites(compose, &said).ok_or(Rebuild::Everywhere)?);
            }
        }
        Ok(rejoined)
    }

    /// What the guess is told by.
    fn others(&self) -> Others<'_> {
        Others { files: &self.files, extractions: &self.extractions, matrix: &self.matrix, joined: self }
    }

    /// Takes over what became of the guess, and names the files that are of other services now.
    fn settle(&mut self, edited: FileId, stake: Stake) -> Result<Moved, Rebuild> {
        let change = match stake {
            Stake::Nothing => return Ok(Moved::default()),
            Stake::Services(change) => change,
            Stake::Anything => {
                let (change, environments) = guess_again(&self.others()).ok_or(Rebuild::Matrix)?;
                self.matrix.environments = environments;
                change
            }
        };
        self.change_services(edited, change)
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

/// What a file hides.
fn hidden(extraction: &Extraction) -> BTreeSet<&Hidden> {
    extraction.gaps.iter().map(|gap| &gap.hides).collect()
}

/// How the names begin that code sets for itself without telling them.
fn sets_unseen(extraction: &Extraction) -> BTreeSet<&str> {
    let prefixes = extraction.gaps.iter().filter_map(|gap| match &gap.hides {
        Hidden::OwnWithPrefix(prefix) => Some(prefix.as_str()),
        _ => None,
    });
    prefixes.collect()
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
