//! Where the relative paths of compose files lead, and the examples from which people make dotenv files.

use std::cell::RefCell;
use std::collections::BTreeSet;

use foldhash::HashMap;

use super::Index;
use super::sites::{BuildLink, EnvFileLink};
use crate::fact::{ComposeService, SourceKind, Structure};
use crate::syntax::interpolation::expand_defaults;
use crate::text::{FileId, Spanned, TreePath};

/// Where the relative paths of compose files lead.
pub(super) struct Folders<'a> {
    /// Folders that relative paths of a compose file may start from when it is not used alone.
    starts: &'a BTreeSet<TreePath>,
    /// What was found from `starts`, since thousands of compose files ask for the same `.env`.
    found: RefCell<HashMap<(Wanted, String), Elsewhere>>,
}

/// Images that hold a language's runtime and no program.
const RUNTIMES: &[&str] = &[
    "node",
    "python",
    "ruby",
    "php",
    "golang",
    "rust",
    "bun",
    "deno",
    "openjdk",
    "eclipse-temurin",
    "elixir",
];

/// What a relative path is to lead to.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Wanted {
    /// A file that was read.
    File,
    /// The example of such a file.
    Example,
    /// A context in which this Dockerfile lies.
    Dockerfile(String),
}

/// The first two folders from which a relative path leads somewhere, and where to.
type Elsewhere = Vec<(TreePath, FileId)>;

impl<'a> Folders<'a> {
    pub(super) fn of(starts: &'a BTreeSet<TreePath>) -> Self {
        Self { starts, found: RefCell::default() }
    }

    /// Where a relative path of a compose file leads: first from the file's own folder, then from those
    /// of the other compose files, whose project folder it may share.
    fn lead(&self, index: &Index, own: &TreePath, relative: &str, wanted: &Wanted) -> Option<FileId> {
        let leads = |folder: &TreePath| wanted.at(index, &folder.join(relative)?);
        if let Some(found) = leads(own) {
            return Some(found);
        }
        let mut cache = self.found.borrow_mut();
        let elsewhere = cache.entry((wanted.clone(), relative.to_owned())).or_insert_with(|| {
            let all = self.starts.iter().filter_map(|folder| Some((folder.clone(), leads(folder)?)));
            first_two_of_each_root(all)
        });
        let is_other = |folder: &TreePath| folder.root_name() == own.root_name() && folder != own;
        elsewhere.iter().find(|(folder, _)| is_other(folder)).map(|&(_, file)| file)
    }

    /// The folder of the tree that a service without a build mounts into the image of a language's runtime.
    pub(super) fn mounted_code(
        &self,
        index: &Index,
        file: FileId,
        service: &ComposeService,
    ) -> Option<TreePath> {
        let folder = index.path(file).folder();
        // An image that is built for development has the tools; the code is mounted over it.
        let context = match &service.build {
            Some(build) => Some(expand_defaults(&build.context).and_then(|context| folder.join(&context))?),
            None => None,
        };
        let name =
            service.image.as_ref().and_then(|image| image.rsplit('/').next()?.split([':', '@', '$']).next());
        if context.is_none() && !name.is_some_and(|name| RUNTIMES.contains(&name)) {
            return None;
        }
        service.mounts.iter().find_map(|mount| {
            let source = mount.source.strip_suffix('/').unwrap_or(&mount.source);
            let mounted = folder.join(source).filter(|_| source.starts_with('.'))?;
            let is_code =
                context.as_ref().is_none_or(|context| mounted == *context || context.is_below(&mounted));
            (is_code && index.files.has_any_in(&mounted)).then_some(mounted)
        })
    }

    pub(super) fn build_link(&self, index: &Index, file: FileId, service: &ComposeService) -> BuildLink {
        let Some(build) = &service.build else { return BuildLink::None };
        let context = expand_defaults(&build.context);
        let name =
            build.dockerfile.as_ref().map_or(Some("Dockerfile".to_owned()), |name| expand_defaults(name));
        let (Some(context), Some(name)) = (context, name) else { return BuildLink::Unseen };
        if build.inline || context.contains("://") || context.starts_with("git@") || context.ends_with(".git")
        {
            return BuildLink::Unseen;
        }
        let folder = index.path(file).folder();
        // What says nothing of its source adds to a build that another file describes, unless a Dockerfile stands
        // beside it.
        if !build.names_source() {
            if let Some((base, described)) = index.build_added_to(file, service) {
                return self.build_link(index, base, described);
            }
            let beside = folder.join(&name).and_then(|path| index.files.at(&path));
            return beside.map_or(BuildLink::Unseen, |file| BuildLink::Dockerfile(file.id));
        }
        if let Some(found) = self.lead(index, &folder, &context, &Wanted::Dockerfile(name.clone())) {
            return BuildLink::Dockerfile(found);
        }
        match self.own_or_first(&folder, &context) {
            // A file can be no context.
            Some(own) if index.files.at(&own).is_some() => {
                own.join(&name).map_or(BuildLink::Unseen, BuildLink::Missing)
            }
            Some(own) if index.files.has_any_in(&own) => own.join(&name).map_or(BuildLink::Unseen, |path| {
                if index.files.at(&path).is_some() { BuildLink::Unseen } else { BuildLink::Missing(path) }
            }),
            _ => BuildLink::Unseen,
        }
    }

    pub(super) fn env_file_link(
        &self,
        index: &Index,
        file: FileId,
        path: &Spanned<String>,
        required: bool,
    ) -> EnvFileLink {
        let Some(relative) = expand_defaults(path) else { return EnvFileLink::Unseen };
        let folder = index.path(file).folder();
        if let Some(found) = self.lead(index, &folder, &relative, &Wanted::File) {
            return EnvFileLink::File(found);
        }
        if let Some(example) = self.lead(index, &folder, &relative, &Wanted::Example) {
            return EnvFileLink::Example(example);
        }
        match self.own_or_first(&folder, &relative) {
            Some(own) if required && index.files.has_any_in(&own.folder()) => EnvFileLink::Missing(own),
            _ => EnvFileLink::Unseen,
        }
    }

    /// The path that a relative one stands for: seen from the file's own folder; where it leads out of the
    /// tree from there, from the first other folder from which it does not.
    fn own_or_first(&self, own: &TreePath, relative: &str) -> Option<TreePath> {
        own.join(relative).or_else(|| {
            let others =
                self.starts.iter().filter(|folder| folder.root_name() == own.root_name() && *folder != own);
            others.filter_map(|folder| folder.join(relative)).next()
        })
    }
}

impl Wanted {
    fn at(&self, index: &Index, path: &TreePath) -> Option<FileId> {
        match self {
            Self::File => index.files.at(path).map(|file| file.id),
            Self::Example => index.example_of(path),
            Self::Dockerfile(name) => {
                let file = index.files.at(&path.join(name)?)?.id;
                index.dockerfile(file).map(|_| file)
            }
        }
    }
}

/// One that is no starting folder itself may still be asked, and one that is asked does not count for
/// itself, so two of each root are enough.
fn first_two_of_each_root(all: impl Iterator<Item = (TreePath, FileId)>) -> Elsewhere {
    let mut kept: Elsewhere = Vec::new();
    for (folder, file) in all {
        let known = kept.iter().filter(|(other, _)| other.root_name() == folder.root_name()).count();
        if known < 2 {
            kept.push((folder, file));
        }
    }
    kept
}

/// Dotenv files and who names them.
#[derive(Debug, Default)]
pub(super) struct Dotenvs {
    /// By folder, in the order of files.
    by_folder: HashMap<TreePath, Vec<FileId>>,
    /// How many services, settings classes and scripts name the dotenv file at a path, whether it is there or not.
    named: HashMap<TreePath, [usize; 3]>,
    /// Folders with a compose file.
    composes: HashMap<TreePath, Vec<FileId>>,
}

/// Who names a path as its dotenv file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NamedBy {
    /// A compose service that has it parsed.
    pub compose: bool,
    /// A settings class.
    pub settings: bool,
    /// A script that sources it (`. ./.env`), from its own folder or from the root of the tree.
    pub shell: bool,
}

impl Dotenvs {
    pub(super) fn build(index: &Index) -> Self {
        let mut dotenvs = Self::default();
        for (file, _) in index.dotenv_files() {
            dotenvs.by_folder.entry(index.path(file).folder()).or_default().push(file);
        }
        for (file, _) in index.compose_files() {
            dotenvs.composes.entry(index.path(file).folder()).or_default().push(file);
        }
        let composes = index.compose_files().map(|(file, _)| file);
        let settings = index.settings_files().map(|(file, _)| file);
        let scripts = index.scripts().map(|(file, _)| file);
        for file in composes.chain(settings).chain(scripts) {
            let Some(said) = index.extraction(file) else { continue };
            for (path, way) in naming(index, file, &said.structure) {
                if let Some(number) = dotenvs.named.entry(path).or_default().get_mut(way as usize) {
                    *number += 1;
                }
            }
        }
        dotenvs
    }

    /// Takes over that a file said `old` and says `new`, and tells the paths which are named otherwise now.
    pub(super) fn rename(
        &mut self,
        index: &Index,
        file: FileId,
        old: &Structure,
        new: &Structure,
    ) -> Vec<TreePath> {
        let (was, is) = (naming(index, file, old), naming(index, file, new));
        if was == is {
            return Vec::new();
        }
        let all: BTreeSet<TreePath> = was.iter().chain(&is).map(|(path, _)| path.clone()).collect();
        let before: Vec<NamedBy> = all.iter().map(|path| self.named_by(path)).collect();
        for (path, way) in is {
            if let Some(number) = self.named.entry(path).or_default().get_mut(way as usize) {
                *number += 1;
            }
        }
        for (path, way) in was {
            if let Some(number) = self.named.get_mut(&path).and_then(|ways| ways.get_mut(way as usize)) {
                *number = number.saturating_sub(1);
            }
        }
        let named = all.into_iter().zip(before);
        named.filter(|(path, before)| self.named_by(path) != *before).map(|(path, _)| path).collect()
    }

    fn named_by(&self, path: &TreePath) -> NamedBy {
        let [compose, settings, shell] =
            self.named.get(path).copied().unwrap_or_default().map(|number| number > 0);
        NamedBy { compose, settings, shell }
    }
}

/// In which way a file names a dotenv file; see [`NamedBy`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Compose,
    Settings,
    Shell,
}

/// The dotenv files that a file names; one that it names several times several times.
fn naming(index: &Index, file: FileId, structure: &Structure) -> Vec<(TreePath, Way)> {
    let folder = || index.path(file).folder();
    match structure {
        Structure::Compose(compose) => {
            let folder = folder();
            let entries = compose.services.iter().flat_map(|service| &service.env_files);
            let parsed = entries.filter(|entry| !entry.raw).filter_map(|entry| folder.join(&entry.path));
            parsed.map(|path| (path, Way::Compose)).collect()
        }
        Structure::Settings(classes) => {
            let entries = classes.iter().flat_map(|class| &class.env_files);
            let folder = folder();
            entries.filter_map(|path| Some((folder.join(&path.value)?, Way::Settings))).collect()
        }
        Structure::Commands(script) if index.kind(file) == Some(SourceKind("shell")) => {
            let folder = folder();
            let folders = [TreePath::root(folder.root_name()), folder];
            let plain = script.sources.iter().filter(|path| !path.contains(['$', '`', '*', '~']));
            let paths = plain.flat_map(|path| folders.iter().filter_map(|folder| folder.join(&path.value)));
            paths.map(|path| (path, Way::Shell)).collect()
        }
        _ => Vec::new(),
    }
}

impl Index {
    /// The dotenv files that lie directly in a folder, examples among them, in the order of files.
    #[must_use]
    pub fn dotenvs_in(&self, folder: &TreePath) -> &[FileId] {
        self.dotenvs.by_folder.get(folder).map_or(&[], Vec::as_slice)
    }

    /// Whether a file is the example of a dotenv, which documents and sets nothing.
    #[must_use]
    pub fn is_example(&self, file: FileId) -> bool {
        let structure = self.extraction(file).map(|extraction| &extraction.structure);
        matches!(structure, Some(Structure::Dotenv(dotenv)) if dotenv.is_example)
    }

    /// Who names a path as its dotenv file, whether it is there or not.
    #[must_use]
    pub fn dotenv_named_by(&self, path: &TreePath) -> NamedBy {
        self.dotenvs.named_by(path)
    }

    /// Whether a compose file lies directly in a folder.
    #[must_use]
    pub fn has_compose_in(&self, folder: &TreePath) -> bool {
        self.dotenvs.composes.contains_key(folder)
    }

    /// The paths of the compose files that lie directly in a folder, in the order of files.
    pub fn compose_paths_in(&self, folder: &TreePath) -> impl Iterator<Item = TreePath> {
        self.composes_in(folder).iter().map(|&file| self.path(file))
    }

    /// The compose files that lie directly in a folder, in the order of files.
    #[must_use]
    pub fn composes_in(&self, folder: &TreePath) -> &[FileId] {
        self.dotenvs.composes.get(folder).map_or(&[], Vec::as_slice)
    }

    /// The example from which people make the dotenv file `path`, if one lies beside it.
    #[must_use]
    pub fn example_of(&self, path: &TreePath) -> Option<FileId> {
        let folder = path.folder();
        let name = path.name();
        let bare = name.trim_start_matches('.');
        let stem = name.strip_suffix(".env");
        let is_dotenv_name = name == ".env" || bare.starts_with("env") || stem.is_some();
        let beside = self
            .dotenvs_in(&folder)
            .iter()
            .filter(|file| self.is_example(**file))
            .filter_map(|&file| self.files.get(file));
        let mut fallback = None;
        for file in beside {
            let example = file.path.name();
            let plain = example
                .replace("-example", ".example")
                .replace("_example", ".example")
                .replace("-sample", ".sample")
                .replace("-template", ".template");
            let marks =
                [".example", ".sample", ".template", ".dist", ".defaults", ".default", ".tmpl", ".tpl"];
            let without = marks.iter().fold(plain, |text, mark| text.replace(mark, ""));
            if without == name || without.trim_start_matches('.') == bare {
                return Some(file.id);
            }
            // `sample.env` for `.env`, `example.api.env` for `api.env`.
            let named_first = ["example.", "sample.", "template.", "default."];
            if named_first.iter().any(|mark| example.strip_prefix(mark) == Some(bare)) {
                return Some(file.id);
            }
            if stem.is_some_and(|stem| without == stem) {
                return Some(file.id);
            }
            // `.env.local` and `.env.development` are made from `.env.example` where no closer one lies.
            if name.starts_with(".env.") && matches!(without.as_str(), ".env" | "env") {
                fallback = Some(file.id);
            }
            if name == ".env" && matches!(without.as_str(), "example" | "sample" | "template" | "default") {
                fallback = Some(file.id);
            }
        }
        fallback.filter(|_| is_dotenv_name)
    }
}
