//! Names in a compose file that nothing of the tree has: services, volumes, secrets, configs and other compose files.

use std::collections::BTreeSet;

use crate::fact::{ComposeFile, ComposeName, ComposeService};
use crate::index::Index;
use crate::rule::{Reporter, enumerate_some};
use crate::text::{FileId, Location, Span, Spanned, TreePath};

/// Folders whose compose files another program merges with its own.
const MERGED_BY_OTHERS: &[&str] = &[".ddev", ".lando", ".docksal", ".warden"];

const WHY: &str = "compose refuses the project, so no service of it starts";

/// Tells of what the file names in vain. Whatever a compose file of the tree has counts as there: who is started
/// with whom (`-f`) is for people to say.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>, file: FileId, compose: &ComposeFile) {
    let path = index.path(file);
    if is_merged_by_others(&path) || index.is_aside(file) || !index.is_read_whole(file) {
        return;
    }
    let found = Unknown { index, file, compose, folder: path.folder() };
    found.files(reporter);
    found.extended(reporter);
    let Some(bases) = found.bases() else { return };
    if index.is_whole_project(file) || !bases.is_empty() {
        found.names(&bases, reporter);
    }
    found.incomplete(&bases, reporter);
}

/// Whether another program adds files of its own before it calls compose.
pub(super) fn is_merged_by_others(path: &TreePath) -> bool {
    path.parts().any(|part| MERGED_BY_OTHERS.contains(&part))
}

struct Unknown<'a> {
    index: &'a Index,
    file: FileId,
    compose: &'a ComposeFile,
    folder: TreePath,
}

impl<'a> Unknown<'a> {
    fn at(&self, span: Span) -> Location {
        Location::new(self.file, span)
    }

    /// The compose files that this one adds to by its name (`compose.override.yaml`, `compose.prod.yaml`), or that
    /// `COMPOSE_FILE` lists with it, none for one that is used alone; `None` where files that are included cannot be seen.
    fn bases(&self) -> Option<Vec<&'a ComposeFile>> {
        let path = self.index.path(self.file);
        let stem = path.name().split('.').next().unwrap_or("");
        let adds = path.name().split('.').count() > 2;
        let ends = ["yml", "yaml"];
        let bases = ends.iter().filter_map(|ending| self.folder.join(&format!("{stem}.{ending}")));
        let bases = bases.filter(|_| adds).filter_map(|base| Some(self.index.files.at(&base)?.id));
        let listed = self.index.listed_with(self.file);
        let bases: BTreeSet<FileId> = bases.chain(listed).filter(|base| *base != self.file).collect();
        let mut read = Vec::new();
        for base in bases {
            if !self.index.is_read_whole(base) {
                return None;
            }
            read.extend(self.index.compose(base));
        }
        let includes = |compose: &ComposeFile| {
            compose.includes.iter().all(|path| {
                let path = self.folder.join(path).and_then(|path| self.index.files.at(&path));
                path.is_some_and(|file| {
                    self.index.compose(file.id).is_some() && self.index.is_read_whole(file.id)
                })
            })
        };
        (includes(self.compose) && read.iter().all(|base| includes(base))).then_some(read)
    }

    /// Whether a compose file of the tree has a service, volume, secret or config of this name.
    fn is_there(&self, kind: &str, name: &str) -> bool {
        self.index.all_composes().any(|(_, compose)| has(compose, kind, name))
    }

    /// Services, volumes, secrets and configs that services name.
    fn names(&self, bases: &[&'a ComposeFile], reporter: &mut Reporter<'_>) {
        let mut told = BTreeSet::new();
        for service in &self.compose.services {
            for named in &service.names {
                let name = named.name.value.as_str();
                if has(self.compose, named.kind, name) || !told.insert((named.kind, name)) {
                    continue;
                }
                if !self.is_there(named.kind, name) {
                    self.tell_name(service, named, bases, reporter);
                }
            }
        }
    }

    fn tell_name(
        &self,
        service: &ComposeService,
        named: &ComposeName,
        bases: &[&'a ComposeFile],
        reporter: &mut Reporter<'_>,
    ) {
        let ComposeName { kind, field, name } = named;
        let (owner, name) = (&service.name.value, &name.value);
        let known: Vec<&str> = match *kind {
            "service" => {
                let others = bases.iter().flat_map(|base| services(base)).chain(self.services());
                let others: BTreeSet<&str> = others.filter(|other| *other != owner.as_str()).collect();
                others.into_iter().collect()
            }
            kind => keys(self.compose, kind).collect(),
        };
        let message = match *kind {
            "service" => format!("`{owner}` names the service `{name}` in `{field}`, which is not there"),
            kind => format!("`{owner}` uses the {kind} `{name}`, which the file does not list"),
        };
        let help = match (nearest(name, &known), *kind) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, "service") if known.is_empty() => "remove it, or add the service".to_owned(),
            (None, "service") => format!("the other services are {}", enumerate_some(&known)),
            (None, kind) => format!("add `{name}:` to `{kind}s:` at the end of the file"),
        };
        let why = if service.profiles.is_empty() {
            WHY
        } else {
            "compose refuses the project as soon as the profile of this service is active"
        };
        reporter.report(message, self.at(named.name.span), "no such name").why(why).help(help);
    }

    fn services(&self) -> impl Iterator<Item = &'a str> {
        services(self.compose)
    }

    /// Files under `include:` and `extends:` that are not there, in folders with compose files.
    fn files(&self, reporter: &mut Reporter<'_>) {
        let extended =
            self.compose.services.iter().filter_map(|service| service.extends.as_ref()?.0.as_ref());
        let mut told = BTreeSet::new();
        for path in self.compose.includes.iter().chain(extended) {
            let is_constant = !path.contains(['$', '#', ':', '{', '*', '~']);
            let is_compose = path.ends_with(".yml") || path.ends_with(".yaml");
            let Some(wanted) = self.folder.join(path).filter(|_| is_constant && is_compose) else { continue };
            if self.index.files.at(&wanted).is_some() || !told.insert(wanted.clone()) {
                continue;
            }
            let beside = self.files_beside(&wanted);
            let names: Vec<&str> = beside.iter().map(TreePath::name).collect();
            let near = nearest_file(wanted.name(), &names);
            // One that is made elsewhere, or that only some have, is named by whoever makes or ignores it.
            let is_made = self.index.is_path_mentioned(&wanted, self.file)
                || near.is_none() && (names.is_empty() || !self.index.unmade.contains(&wanted));
            if is_made {
                continue;
            }
            let help = match near {
                Some(near) => format!("did you mean `{near}`, which lies in that folder?"),
                None => "write the path of a file of the tree, or remove it".to_owned(),
            };
            reporter
                .report(format!("the compose file {wanted} is not there"), self.at(path.span), "no such file")
                .why(WHY)
                .help(help);
        }
    }

    /// The files of YAML in the folder of a path.
    fn files_beside(&self, wanted: &TreePath) -> Vec<TreePath> {
        let folder = wanted.folder();
        let paths = self.index.files.iter().map(|file| &file.path);
        let is_yaml = |path: &TreePath| path.name().ends_with(".yml") || path.name().ends_with(".yaml");
        paths.filter(|path| path.folder() == folder && is_yaml(path)).cloned().collect()
    }

    /// Services that others extend and that their file does not have.
    fn extended(&self, reporter: &mut Reporter<'_>) {
        for service in &self.compose.services {
            let Some((file, wanted)) = &service.extends else { continue };
            let owner = match file {
                None => Some((self.file, self.compose)),
                Some(path) => self.folder.join(path).and_then(|path| {
                    let file = self.index.files.at(&path)?.id;
                    Some((file, self.index.compose(file)?))
                }),
            };
            let Some((owner, compose)) = owner else { continue };
            let is_there = |compose: &ComposeFile| has(compose, "service", wanted);
            let is_elsewhere = || file.is_none() && self.index.composes_beside(self.file).any(is_there);
            let is_name = !wanted.contains('$') && compose.includes.is_empty();
            if is_there(compose) || !is_name || !self.index.is_read_whole(owner) || is_elsewhere() {
                continue;
            }
            self.tell_extended(service, wanted, (owner, compose), reporter);
        }
    }

    fn tell_extended(
        &self,
        service: &ComposeService,
        wanted: &Spanned<String>,
        (owner, compose): (FileId, &ComposeFile),
        reporter: &mut Reporter<'_>,
    ) {
        let known: Vec<&str> = services(compose).filter(|other| *other != service.name.value).collect();
        let place = match owner == self.file {
            true => "the file".to_owned(),
            false => self.index.path(owner).to_string(),
        };
        let message =
            format!("`{}` extends `{}`, which {place} does not have", service.name.value, wanted.value);
        let help = match nearest(wanted, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{place} has {}", enumerate_some(&known)),
        };
        if !known.is_empty() {
            reporter.report(message, self.at(wanted.span), "no such service").why(WHY).help(help);
        }
    }

    /// Services that add to one of another file by its name, which nothing has.
    fn incomplete(&self, bases: &[&'a ComposeFile], reporter: &mut Reporter<'_>) {
        let known: Vec<&str> = bases.iter().flat_map(|base| services(base)).collect();
        let is_override = self.index.path(self.file).name().contains(".override.");
        for service in self.compose.services.iter().filter(|service| !service.is_complete) {
            let name = service.name.value.as_str();
            let others = || self.index.all_composes().filter(|(other, _)| *other != self.file);
            if known.is_empty()
                || known.contains(&name)
                || others().any(|(_, other)| has(other, "service", name))
            {
                continue;
            }
            // The name that is meant is not written here as well.
            let free: Vec<&str> =
                known.iter().copied().filter(|other| self.services().all(|own| own != *other)).collect();
            let near = nearest(name, &free);
            if near.is_none() && !is_override || service.profiles.iter().any(|_| near.is_none()) {
                continue;
            }
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "give it an `image` or a `build`, or remove it".to_owned(),
            };
            reporter
                .report(
                    format!(
                        "`{name}` has neither an image nor a build, here or in the file that this one adds to"
                    ),
                    self.at(service.name.span),
                    "nothing says what runs here",
                )
                .why(WHY)
                .help(help);
        }
    }
}

fn services(compose: &ComposeFile) -> impl Iterator<Item = &str> {
    compose.services.iter().map(|service| service.name.value.as_str())
}

fn has(compose: &ComposeFile, kind: &str, name: &str) -> bool {
    match kind {
        "service" => services(compose).any(|service| service == name),
        kind => keys(compose, kind).any(|key| key == name),
    }
}

fn keys<'a>(compose: &'a ComposeFile, kind: &'a str) -> impl Iterator<Item = &'a str> {
    compose.resources.iter().filter(move |resource| resource.kind == kind).map(|one| one.key.value.as_str())
}

/// The one name of `known` that is nearest: a slip away, or the other with a word less or a longer form of it.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let is_near = |other: &str| {
        let shortest = name.len().min(other.len());
        let distance = strsim::osa_distance(name, other);
        distance <= 1 && shortest >= 3
            || distance == 2 && shortest >= 6
            || shortest >= 2 && (name.starts_with(other) || other.starts_with(name) || initials(name, other))
    };
    let mut near = known.iter().copied().filter(|other| is_near(other));
    near.next().filter(|_| near.next().is_none())
}

/// Whether one of two names is the short form of the other that everybody writes.
fn initials(one: &str, other: &str) -> bool {
    const SHORT: &[(&str, &str)] = &[("db", "database"), ("pg", "postgres"), ("web", "frontend")];
    SHORT.iter().any(|(short, long)| (one, other) == (*short, *long) || (other, one) == (*short, *long))
}

/// The one file of `known` whose name without its ending is nearest.
fn nearest_file<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let stem = |name: &'a str| name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let wanted = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut near = known.iter().copied().filter(|other| {
        let other = stem(other);
        other == wanted || nearest(wanted, &[other]).is_some()
    });
    near.next().filter(|_| near.next().is_none())
}
