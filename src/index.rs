//! The joined side: what all files say, by key, environment and service. Built once, immutable.
//!
//! Rules ask their questions here. The index does no I/O.

mod builders;
mod cell;
mod concerned;
mod containers;
mod contexts;
mod definitions;
mod demand;
mod expected;
mod facts;
mod focus;
mod folders;
mod gaps;
mod images;
mod listed;
mod loaders;
mod named_paths;
mod names;
mod own;
mod prisma;
mod program;
mod projects;
mod purpose;
mod received;
mod relation;
mod route;
mod scope;
mod scripts;
mod sieve;
mod sites;
mod starts;
mod stores;
mod structures;
mod supplies;
mod supply;
mod tasks;
mod typed;
mod unset;
mod update;
mod usage;
mod values;
mod workflows;

pub use cell::{Cell, Row, Table};
pub use containers::GivenKeys;
pub use contexts::{BuildOfStep, BuiltIn};
pub use expected::{Expectations, Expected};
pub use gaps::UnseenReads;
pub use loaders::names_dotenv;
pub use prisma::{BesideConfig, PrismaConfig, PrismaRun};
pub use program::Program;
pub use route::{Link, LinkState, Remedy, Route};
pub use sieve::Sieve;
pub use sites::{BuildLink, EnvFileLink, Site};
pub use starts::StepRun;
pub use supplies::{HeldText, Supply};
pub use supply::{Held, HeldKind, Outcome};
pub use tasks::Reached;
pub use values::{Given, Giver};
pub use workflows::StepBuild;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use crate::fact::{Extraction, SourceKind, is_aside};
use crate::key::KeyName;
use crate::matrix::{Matrix, MatrixProblem};
use crate::system::Tracking;
use crate::text::{FileId, Files, Location, SourceFile, TreePath};

/// Everything that is known about the tree.
#[derive(Debug, Default)]
pub struct Index {
    /// The files.
    pub files: Files,
    /// The declared or inferred matrix.
    pub matrix: Matrix,
    /// What is wrong with the matrix.
    pub matrix_problems: Vec<MatrixProblem>,
    /// What is wrong with the settings.
    pub settings_problems: Vec<MatrixProblem>,
    /// Paths that the matrix names and at which nothing stands.
    pub absent: BTreeSet<TreePath>,
    /// Paths that Dockerfiles copy and those of compose files that others include, at which nothing stands, and which no
    /// ignore file names.
    pub unmade: BTreeSet<TreePath>,
    /// Paths that compose files mount, at which nothing stands and which no ignore file names, each with what stands
    /// nearby under that name or nearly that name, if anything does.
    pub absent_mounts: BTreeMap<TreePath, Option<TreePath>>,
    /// Modules of Python with settings that values name and that are not there, though their package is; each with the
    /// modules that are known in it.
    pub missing_modules: BTreeMap<String, BTreeSet<String>>,
    /// Contexts of builds, each with a folder whose dotenv files its `.dockerignore` keeps out of the image.
    pub kept_out: BTreeSet<(TreePath, TreePath)>,
    /// Folders with examples of compose files, which nobody reads, where a command calls compose.
    pub compose_samples: BTreeSet<TreePath>,
    /// Dotenv files that compose wants, that are not there because an ignore file names them, and that a manual tells
    /// people to make.
    pub told: BTreeSet<TreePath>,
    /// Variables that a manual sets where it calls compose, whether any compose file takes them or not.
    pub told_variables: BTreeSet<KeyName>,
    /// Whether the programs of the tree have code that is not in it: a submodule that is not checked out, a context of a
    /// build in which nothing lies.
    pub lacks_code: bool,
    /// What each file says; at the position of its number.
    extractions: Vec<Extraction>,
    /// As what each file was read; at the position of its number.
    kinds: Vec<Option<SourceKind>>,
    /// The files that were read as each kind, in order.
    by_kind: BTreeMap<SourceKind, Vec<FileId>>,
    by_key: facts::ByKey,
    sites: sites::Sites,
    dotenvs: folders::Dotenvs,
    listed: listed::Listed,
    structures: structures::Structures,
    /// The folders of the matrix's services.
    roots: scope::Roots,
    scopes: scope::Scopes,
    templates: definitions::Templates,
    platform: definitions::Platform,
    /// Where missing files are named, looked for when the first rule asks.
    named_by: OnceLock<named_paths::NamedBy>,
    /// The prefixes of keys that browsers get, of all services of the matrix, each once.
    public_prefixes: Vec<String>,
    /// Whether each file lies in a scope of its own; at the position of its number.
    aside: Vec<bool>,
    /// Alternative names of keys of the matrix.
    aliases: BTreeSet<KeyName>,
    /// The keys of the matrix by service; those of all services under the empty name. Put together when the first
    /// table or route asks.
    served: OnceLock<HashMap<String, Vec<KeyName>>>,
    /// Files with gaps that may hide reads.
    read_gaps: gaps::ReadGaps,
    /// Files of code that sets variables for itself whose names are not seen.
    own_gaps: Vec<FileId>,
    /// Keys that are used under another name than their statement's.
    used: usage::Used,
    /// Names that bundlers replace by values of other keys, so that code which reads them asks no environment.
    inlined: BTreeSet<KeyName>,
    /// Every route of the matrix, followed when the first rule asks.
    supplies: OnceLock<Vec<Supply>>,
    /// The typed reads of code, for values, by folded name.
    typed: typed::Typed,
    /// What containers are given, for keys that edits were about.
    texts: update::Texts,
    /// Where values stand that are not of the type they must have, looked for when the first rule asks.
    mistyped: OnceLock<BTreeSet<Location>>,
    /// Where code loads dotenv files, looked for when the first rule asks.
    loaders: OnceLock<loaders::Loaders>,
    /// What code reads and nothing sets, looked for when the first rule asks.
    unset_reads: OnceLock<unset::Unset>,
    /// How all keys are spelled, looked at when the first rule asks.
    names: OnceLock<names::Names>,
    /// Which files build Dockerfiles, looked for when the first one asks.
    builders: OnceLock<relation::Relation>,
    /// Which files run scripts, looked for when the first one asks.
    runs: OnceLock<relation::Relation>,
    /// Which files pass the sieves that rules have asked with.
    sifted: sieve::Sifted,
    /// Which files are gone through; all, where it says nothing.
    focus: Option<focus::Focus>,
    /// Which sources of environments are for which service, found when the first route asks.
    concerned: OnceLock<concerned::Concerned>,
    /// What the compose projects of environments give, computed when the first route asks.
    received: OnceLock<received::Received>,
    /// Files that the tree ignores and that are read because the matrix names them.
    pub ignored: BTreeSet<FileId>,
    /// What git knows of the tree.
    pub tracking: Tracking,
}

impl Index {
    /// Joins what the files say with what the matrix says. `extractions[i]` and `kinds[i]` belong to
    /// the file with the number `i`.
    #[must_use]
    pub fn build(
        files: Files,
        matrix: Matrix,
        matrix_problems: Vec<MatrixProblem>,
        extractions: Vec<Extraction>,
        kinds: Vec<Option<SourceKind>>,
    ) -> Self {
        Self::build_with(files, |_, _| matrix, matrix_problems, extractions, kinds)
    }

    /// The same with a matrix that is made from the files and what they say, while they are joined as far as
    /// that goes without it.
    #[must_use]
    pub fn build_with(
        files: Files,
        matrix: impl FnOnce(&Files, &[Extraction]) -> Matrix + Send,
        matrix_problems: Vec<MatrixProblem>,
        extractions: Vec<Extraction>,
        kinds: Vec<Option<SourceKind>>,
    ) -> Self {
        let mut by_kind: BTreeMap<SourceKind, Vec<FileId>> = BTreeMap::new();
        for (file, kind) in (0..).map(FileId).zip(&kinds) {
            if let Some(kind) = kind {
                by_kind.entry(*kind).or_default().push(file);
            }
        }
        let structures = structures::Structures::of(&extractions);
        let mut index =
            Self { files, matrix_problems, extractions, kinds, by_kind, structures, ..Self::default() };
        let (matrix, joined) =
            rayon::join(|| matrix(&index.files, &index.extractions), || WithoutMatrix::join(&index));
        index.matrix = matrix;
        (index.by_key, index.used) = (joined.by_key, joined.used);
        (index.inlined, index.aside, index.read_gaps) = (joined.inlined, joined.aside, joined.read_gaps);
        (index.dotenvs, index.listed, index.own_gaps) = (joined.dotenvs, joined.listed, joined.own_gaps);
        index.aliases = index
            .matrix
            .keys
            .values()
            .flat_map(|spec| spec.aliases.iter().map(|alias| alias.value.clone()))
            .collect();
        index.platform = definitions::Platform::of(&index.matrix);
        index.roots = scope::Roots::of(&index.matrix);
        index.public_prefixes = index.prefixes_of_services();
        // Only scopes ask for sites.
        let (sites, (templates, typed)) = rayon::join(
            || sites::Sites::build(&index),
            || (definitions::Templates::build(&index), typed::Typed::build(&index)),
        );
        (index.sites, index.templates, index.typed) = (sites, templates, typed);
        index.scopes = scope::Scopes::build(&index);
        index
    }

    /// What a file says.
    #[must_use]
    pub fn extraction(&self, file: FileId) -> Option<&Extraction> {
        self.extractions.get(file.0 as usize)
    }

    /// What all files say; at the position of each file's number.
    #[must_use]
    pub fn extractions(&self) -> &[Extraction] {
        &self.extractions
    }

    /// Whether a file lies in a scope of its own: tests, examples, documentation.
    #[must_use]
    pub fn is_aside(&self, file: FileId) -> bool {
        self.aside.get(file.0 as usize).copied().unwrap_or(false)
    }

    /// The prefixes that services of the matrix give to keys that browsers get, each once.
    pub fn public_prefixes(&self) -> impl Iterator<Item = &str> {
        self.public_prefixes.iter().map(String::as_str)
    }

    /// The files that were read as this, in order.
    pub fn files_of_kind(&self, kind: SourceKind) -> impl Iterator<Item = &SourceFile> {
        let files = self.by_kind.get(&kind).into_iter().flatten();
        files.filter_map(|file| self.files.get(*file))
    }

    /// How many files were read as each kind.
    pub fn numbers_of_kinds(&self) -> impl Iterator<Item = (SourceKind, usize)> {
        self.by_kind.iter().map(|(kind, files)| (*kind, files.len()))
    }

    /// As what a file was read; `None` if no extractor claimed it.
    #[must_use]
    pub fn kind(&self, file: FileId) -> Option<SourceKind> {
        self.kinds.get(file.0 as usize).copied().flatten()
    }
}

/// What is joined without the matrix.
struct WithoutMatrix {
    by_key: facts::ByKey,
    inlined: BTreeSet<KeyName>,
    aside: Vec<bool>,
    dotenvs: folders::Dotenvs,
    listed: listed::Listed,
    read_gaps: gaps::ReadGaps,
    own_gaps: Vec<FileId>,
    used: usage::Used,
}

impl WithoutMatrix {
    fn join(index: &Index) -> Self {
        let ((by_key, used), (dotenvs, aside)) = rayon::join(
            || (facts::ByKey::build(&index.extractions), usage::Used::count(&index.extractions)),
            || {
                let aside = index.files.iter().map(|file| is_aside(&file.path)).collect();
                (folders::Dotenvs::build(index), aside)
            },
        );
        Self {
            by_key,
            used,
            dotenvs,
            aside,
            inlined: usage::inlined(index),
            listed: listed::Listed::build(index),
            read_gaps: gaps::ReadGaps::of(index),
            own_gaps: gaps::own_gaps(index),
        }
    }
}
