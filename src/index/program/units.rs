//! The parts of a folder of code: packages, programs, modules of settings.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::super::{BuildLink, Index, Site};
use super::{Program, commands_of};
use crate::fact::{Read, Role, SourceKind};
use crate::key::{KeyName, is_tool_key};
use crate::text::{FileId, SourceFile, TreePath};

/// Files that make a folder a package of its own.
const PACKAGES: &[&str] = &[
    "package.json",
    "Cargo.toml",
    "pyproject.toml",
    "setup.py",
    "go.mod",
    "composer.json",
    "Gemfile",
    "mix.exs",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "deno.json",
];

/// Folders whose folders are packages, also without a file that says so.
const WORKSPACES: &[&str] = &["apps", "packages", "services", "crates", "libs", "functions", "cmd"];

/// A part of a folder of code that belongs together: a package, a program, a module of settings, a schema of one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Unit {
    at: TreePath,
    /// The schema, of modules of TypeScript that containers share: each of them may check its own.
    schema: Option<String>,
}

/// The units of a folder of code, with the keys that each reads.
#[derive(Debug)]
pub(super) struct Units {
    code: TreePath,
    /// Whether modules that lie in no package below the folder are units of their own.
    is_shared: bool,
    keys: BTreeMap<Unit, BTreeSet<KeyName>>,
    /// Whether programs of Go stand in folders of `cmd`.
    has_commands: OnceCell<bool>,
}

impl Units {
    pub(super) fn of(index: &Index, site: &Site, code: &TreePath) -> Self {
        let mut units = Self {
            code: code.clone(),
            is_shared: is_shared(index, site, code),
            keys: BTreeMap::new(),
            has_commands: OnceCell::new(),
        };
        let mut of_file: BTreeMap<FileId, Option<TreePath>> = BTreeMap::new();
        for (fact, read) in index.reads_of_site(site) {
            let path = index.path(fact.file);
            let at = of_file.entry(fact.file).or_insert_with(|| units.of_file(index, &path));
            let Some(at) = at else { continue };
            let keys = units.keys.entry(units.unit(at, &path, read)).or_default();
            keys.extend(std::iter::once(&fact.key).chain(&read.alternatives).cloned());
        }
        units
    }

    /// The unit of a read in a file of the unit `at`.
    pub(super) fn unit(&self, at: &TreePath, path: &TreePath, read: &Read) -> Unit {
        let is_script = [".ts", ".js", ".mts", ".mjs"].iter().any(|ending| path.name().ends_with(ending));
        let schema = read.settings.clone().filter(|_| self.is_shared && is_script);
        Unit { at: at.clone(), schema }
    }

    /// Whether the folder holds more than one.
    pub(super) fn are_several(&self) -> bool {
        self.keys.len() > 1
    }

    /// The unit of a file; `None` for code of the whole folder.
    pub(super) fn of_file(&self, index: &Index, path: &TreePath) -> Option<TreePath> {
        let folders = path.folders().take_while(|folder| *folder != self.code.as_str());
        let mut folder = path.folder();
        for _ in folders {
            let above = folder.folder();
            let is_program = above.name() == "cmd" && path.name().ends_with(".go")
                || above.folder() == self.code && WORKSPACES.contains(&above.name());
            if is_program || package_at(index, &folder).is_some() {
                return Some(folder);
            }
            folder = folder.folder();
        }
        let is_binary = path.name().ends_with(".rs") && path.as_str().contains("src/bin/");
        if is_binary || self.is_shared {
            return Some(path.clone());
        }
        (path.name().ends_with(".go") && self.has_commands(index)).then(|| path.folder())
    }

    fn has_commands(&self, index: &Index) -> bool {
        *self.has_commands.get_or_init(|| {
            let mut paths = index.files.below(&self.code).map(|file| &file.path);
            paths.any(|path| path.name().ends_with(".go") && path.folder().folder().name() == "cmd")
        })
    }

    /// The units that the program surely has.
    pub(super) fn of_program(&self, program: &Program<'_>) -> BTreeSet<Unit> {
        self.needed_by(program.index, self.known_to(program))
    }

    /// The units that the program of a site surely has: it is given a key that only this one reads, or its commands
    /// name it and no other.
    fn known_to(&self, program: &Program<'_>) -> BTreeSet<Unit> {
        let is_own = |unit: &Unit, key: &KeyName| {
            !is_tool_key(key) && !self.keys.iter().any(|(other, keys)| other != unit && keys.contains(key))
        };
        let mut known: BTreeSet<Unit> = self
            .keys
            .iter()
            .filter(|(unit, keys)| {
                keys.iter().any(|key| program.given.keys.contains(key) && is_own(unit, key))
            })
            .map(|(unit, _)| unit.clone())
            .collect();
        let builds = program.built_by();
        let named = self.keys.keys().filter(|unit| {
            let package = package_at(program.index, &unit.at);
            let is_file = unit.at.name().contains('.');
            let name = unit.at.name().split('.').next().unwrap_or("");
            // An image may hold more programs than the one it starts.
            let mut commands = program.starts().iter().chain(builds.iter().filter(|_| !is_file));
            commands.any(|command| {
                is_named(command, name) || package.as_ref().is_some_and(|package| is_named(command, package))
            })
        });
        let named: BTreeSet<&TreePath> = named.map(|unit| &unit.at).collect();
        if named.len() == 1 {
            known.extend(
                self.keys.keys().filter(|unit| named.contains(&unit.at) && unit.schema.is_none()).cloned(),
            );
        }
        known
    }

    /// The units whose packages those need, each by what it says of itself or by what it imports.
    fn needed_by(&self, index: &Index, known: BTreeSet<Unit>) -> BTreeSet<Unit> {
        let mut needed = known;
        loop {
            let before = needed.len();
            for unit in self.keys.keys().filter(|unit| unit.schema.is_none()) {
                let name = package_at(index, &unit.at).unwrap_or_default();
                let is_needed = needed.iter().any(|by| {
                    PACKAGES.iter().filter_map(|file| index.files.at(&by.at.join(file)?)).any(|manifest| {
                        !name.is_empty() && is_named(&manifest.text, &name)
                            || unit.at.name().len() > 2
                                && manifest.text.contains(&format!("/{}\"", unit.at.name()))
                    }) || imports(index, &by.at, &unit.at)
                });
                if is_needed {
                    needed.insert(unit.clone());
                }
            }
            if needed.len() == before {
                return needed;
            }
        }
    }
}

/// Whether Go code in one folder imports the package of another.
fn imports(index: &Index, by: &TreePath, unit: &TreePath) -> bool {
    let ending = format!("{}\"", unit.within_root());
    index.files_of_kind(SourceKind("go")).any(|file| file.path.folder() == *by && file.text.contains(&ending))
}

/// Whether another container runs the same folder by another command, or from another image.
fn is_shared(index: &Index, site: &Site, code: &TreePath) -> bool {
    index.sites_in(site.file).iter().any(|other| {
        other.position != site.position
            && other.code.as_ref() == Some(code)
            && matches!(other.build, BuildLink::Dockerfile(_))
            && (other.build != site.build
                || other.target != site.target
                || !commands_of(index, other).eq(commands_of(index, site))
                || arguments(index, other) != arguments(index, site))
    })
}

/// The values of the arguments that a site's image is built with.
fn arguments<'a>(index: &'a Index, site: &'a Site) -> Vec<&'a str> {
    let values = index.build_args_of(site).filter_map(|fact| match &fact.role {
        Role::Provides(provide) => Some(provide.value.text.reveal()),
        _ => None,
    });
    values.collect()
}

impl Index {
    /// The nearest folder above a path that is a package of its own, else the root.
    #[must_use]
    pub fn package_of(&self, path: &TreePath) -> TreePath {
        let mut folders = path.folders().filter_map(TreePath::parse);
        let found = folders.find(|folder| manifest_of(self, folder).is_some());
        found.unwrap_or_else(|| TreePath::root(path.root_name()))
    }
}

/// The file that makes a folder a package of its own.
fn manifest_of<'a>(index: &'a Index, folder: &TreePath) -> Option<&'a SourceFile> {
    PACKAGES.iter().find_map(|name| index.files.at(&folder.join(name)?))
}

/// The name that a package gives itself, if a folder is one; its folder's name where it gives none.
fn package_at(index: &Index, folder: &TreePath) -> Option<String> {
    let manifest = manifest_of(index, folder)?;
    let named = manifest.text.lines().find_map(|line| {
        let line = line.trim();
        let rest = line.strip_prefix("\"name\"").or_else(|| line.strip_prefix("name"))?;
        let rest = rest.trim_start().strip_prefix([':', '='])?;
        Some(rest.trim().trim_matches(|sign| matches!(sign, '"' | '\'' | ',')).to_owned())
    });
    Some(named.filter(|name| !name.is_empty()).unwrap_or_else(|| folder.name().to_owned()))
}

/// Whether a text holds a name as a word of its own.
pub(super) fn is_named(text: &str, name: &str) -> bool {
    let is_of_word = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let behind = text.get(at + name.len()..).and_then(|behind| behind.chars().next());
            !before.is_some_and(is_of_word) && !behind.is_some_and(is_of_word)
        })
}
