//! The joined side: what all files say, by key, environment and service. Built once, immutable.
//!
//! Rules ask their questions here. The index does no I/O.

mod cell;
mod containers;
mod definitions;
mod expected;
mod facts;
mod focus;
mod folders;
mod gaps;
mod listed;
mod loaders;
mod named_paths;
mod purpose;
mod received;
mod route;
mod scope;
mod scripts;
mod sites;
mod supplies;
mod supply;
mod typed;
mod update;
mod usage;
mod values;
mod workflows;

pub use cell::{Cell, Row, Table};
pub use containers::GivenKeys;
pub use expected::{Expectations, Expected};
pub use route::{Link, LinkState, Remedy, Route};
pub use sites::{BuildLink, EnvFileLink, Site};
pub use supplies::{HeldText, Supply};
pub use supply::{Held, HeldKind, Outcome};
pub use values::{Given, Giver};
pub use workflows::StepBuild;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use crate::fact::{Extraction, SourceKind, is_aside};
use crate::key::KeyName;
use crate::matrix::{Matrix, MatrixProblem};
use crate::system::Tracking;
use crate::text::{FileId, Files, TreePath};

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
    /// What each file says; at the position of its number.
    extractions: Vec<Extraction>,
    /// As what each file was read; at the position of its number.
    kinds: Vec<Option<SourceKind>>,
    by_key: facts::ByKey,
    sites: sites::Sites,
    dotenvs: folders::Dotenvs,
    listed: listed::Listed,
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
    /// The keys of the matrix by service; those of all services under the empty name.
    served: HashMap<String, Vec<KeyName>>,
    /// Files with gaps that may hide reads, in order.
    read_gaps: Vec<FileId>,
    /// Keys that values refer to, with how often.
    references: HashMap<KeyName, u32>,
    /// Keys, folded, that are read under another name or in another case, with how often.
    read_otherwise: HashMap<KeyName, u32>,
    /// Names that bundlers replace by values of other keys, so that code which reads them asks no environment.
    inlined: BTreeSet<KeyName>,
    /// Every route of the matrix, followed when the first rule asks.
    supplies: OnceLock<Vec<Supply>>,
    /// The typed reads of code, for values, by folded name.
    typed: typed::Typed,
    /// Where code loads dotenv files, looked for when the first rule asks.
    loaders: OnceLock<loaders::Loaders>,
    /// What code reads and nothing sets, looked for when the first rule asks.
    unset_reads: OnceLock<BTreeMap<KeyName, scope::FactAt>>,
    /// Which files are gone through; all, where it says nothing.
    focus: Option<focus::Focus>,
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
        let by_key = facts::ByKey::build(&extractions);
        let mut index =
            Self { files, matrix, matrix_problems, extractions, kinds, by_key, ..Self::default() };
        index.inlined = usage::inlined(&index);
        index.aliases = index
            .matrix
            .keys
            .values()
            .flat_map(|spec| spec.aliases.iter().map(|alias| alias.value.clone()))
            .collect();
        index.platform = definitions::Platform::of(&index.matrix);
        index.served = cell::served(&index.matrix);
        for service in index.matrix.services.values() {
            if let Some(prefix) = &service.public_prefix
                && !index.public_prefixes.contains(&prefix.value)
            {
                index.public_prefixes.push(prefix.value.clone());
            }
        }
        index.aside = index.files.iter().map(|file| is_aside(&file.path)).collect();
        index.templates = definitions::Templates::build(&index);
        index.dotenvs = folders::Dotenvs::build(&index);
        index.listed = listed::Listed::build(&index);
        index.read_gaps = gaps::read_gaps(&index);
        index.sites = sites::Sites::build(&index);
        index.scopes = scope::Scopes::build(&index);
        for extraction in &index.extractions {
            usage::count(
                &extraction.facts,
                usage::Sign::Plus,
                &mut index.references,
                &mut index.read_otherwise,
            );
        }
        index.typed = typed::Typed::build(&index);
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

    /// As what a file was read; `None` if no extractor claimed it.
    #[must_use]
    pub fn kind(&self, file: FileId) -> Option<SourceKind> {
        self.kinds.get(file.0 as usize).copied().flatten()
    }
}
