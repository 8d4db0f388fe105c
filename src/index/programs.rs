//! Which of the programs in a folder a container runs. A context often holds several: each of them has its own
//! settings, and what one requires says nothing about the others.

use std::collections::{BTreeMap, BTreeSet};

use super::{BuildLink, GivenKeys, Index, Site};
use crate::fact::{Fact, Read, Stage};
use crate::key::{KeyName, is_tool_key};
use crate::syntax::dockerfile::{Arguments, Keyword, parse};
use crate::syntax::interpolation::expand_defaults;
use crate::text::{FileId, TreePath};

/// Servers that run no code of the tree: an image on top of one holds what was built, for it to hand out.
const SERVERS: &[&str] = &[
    "nginx",
    "nginx-unprivileged",
    "openresty",
    "caddy",
    "httpd",
    "lighttpd",
    "static-web-server",
    "static-file-server",
    "haproxy",
    "traefik",
    "envoy",
];

/// Programs that load no settings of the application, whatever image they run in.
const STRANGERS: &[&str] = &[
    "sleep",
    "tail",
    "true",
    "cat",
    "redis-cli",
    "psql",
    "mysql",
    "mongosh",
    "mkdocs",
    "nginx",
    "caddy",
    "http-server",
    "serve",
];

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
struct Unit {
    at: TreePath,
    /// The schema, of modules of TypeScript that containers share: each of them may check its own.
    schema: Option<String>,
}

impl Index {
    /// Whether the program of a site, which is given these keys, surely comes to this read. The folder whose code
    /// it runs may hold more than one program: then the file's package has to be known to it, by a key that only
    /// this package reads, by its name in a command, or because such a package needs it.
    #[must_use]
    pub fn surely_runs(&self, site: &Site, given: &GivenKeys, (fact, read): (&Fact, &Read)) -> bool {
        let path = self.path(fact.file);
        !self.is_stranger(site)
            && !self.only_serves(site)
            && self.is_copied(site, &path)
            && self.is_of_program(site, given, &path, read)
    }

    /// Whether its command runs a program that is not of the tree.
    fn is_stranger(&self, site: &Site) -> bool {
        let commands = self.compose_service(site).map(|service| service.commands.as_slice());
        commands.unwrap_or_default().iter().any(|command| {
            let mut words = words_of(command);
            words.next().is_some_and(|word| STRANGERS.contains(&word.rsplit('/').next().unwrap_or(word)))
        })
    }

    /// Whether its image is a server's, with files for it to hand out.
    fn only_serves(&self, site: &Site) -> bool {
        let Some((file, stage)) = self.image_stage(site) else { return false };
        let chain = self.image_chain(file, stage);
        let image = chain.last().map_or("", |stage| stage.base.as_str());
        let name = image.rsplit('/').next().unwrap_or("").split([':', '@']).next().unwrap_or("");
        SERVERS.contains(&name)
            && self.image_starts(site).iter().all(|start| {
                let program =
                    words_of(start).next().unwrap_or("").rsplit('/').next().unwrap_or("").to_owned();
                program.starts_with("docker-entrypoint") || SERVERS.contains(&program.as_str())
            })
    }

    /// The stage of an image, and the stages it starts from, the nearest first.
    pub(super) fn image_chain(&self, file: FileId, stage: usize) -> Vec<&Stage> {
        let stages = self.dockerfile(file).map(|dockerfile| dockerfile.stages.as_slice()).unwrap_or_default();
        let mut chain = Vec::new();
        let mut number = Some(stage);
        while let Some(stage) =
            number.and_then(|number| stages.get(number)).filter(|_| chain.len() <= stages.len())
        {
            chain.push(stage);
            number = stage.base_stage;
        }
        chain
    }

    /// What `ENTRYPOINT` and `CMD` of its image say, with words and signs as they stand.
    pub(super) fn image_starts(&self, site: &Site) -> Vec<String> {
        let Some((file, stage)) = self.image_stage(site) else { return Vec::new() };
        self.instructions(file, &self.image_chain(file, stage), |keyword| {
            matches!(keyword, Keyword::Entrypoint | Keyword::Cmd)
        })
    }

    /// The arguments of some instructions of some stages of a Dockerfile.
    fn instructions(&self, file: FileId, stages: &[&Stage], wanted: fn(Keyword) -> bool) -> Vec<String> {
        let Some(source) = self.files.get(file) else { return Vec::new() };
        let document = parse(&source.text);
        let found = document.instructions.iter().filter(|instruction| {
            instruction.keyword.is_some_and(wanted)
                && stages.iter().any(|stage| stage.span.range().contains(&instruction.span.range().start))
        });
        found
            .map(|instruction| match &instruction.arguments {
                Arguments::Exec(words) | Arguments::Words(words) => {
                    words.iter().map(|word| word.as_str().to_owned()).collect::<Vec<_>>().join(" ")
                }
                Arguments::Text(text) => text.as_str().to_owned(),
                _ => source.text.get(instruction.span.range()).unwrap_or("").to_owned(),
            })
            .collect()
    }

    /// Whether its image holds this file, or may.
    fn is_copied(&self, site: &Site, path: &TreePath) -> bool {
        let build = self.compose_service(site).and_then(|service| service.build.as_ref());
        let context =
            build.and_then(|build| self.path(site.file).folder().join(&expand_defaults(&build.context)?));
        let (Some(context), Some((file, stage))) = (context, self.image_stage(site)) else { return true };
        if site.mounts_code {
            return true;
        }
        let stages = self.dockerfile(file).map(|dockerfile| dockerfile.stages.as_slice()).unwrap_or_default();
        let behind = self.stages_behind(file, stage).into_iter().filter_map(|number| stages.get(number));
        let mut is_known = false;
        for stage in behind {
            if stage.copies_more || stage.copies.iter().any(|copied| !copied.variables.is_empty()) {
                return true;
            }
            for copied in &stage.copies {
                is_known = true;
                let from = copied.path.trim_start_matches('/');
                if context
                    .join(if from.is_empty() { "." } else { from })
                    .is_none_or(|from| path.is_below(&from))
                {
                    return true;
                }
            }
        }
        !is_known
    }

    fn is_of_program(&self, site: &Site, given: &GivenKeys, path: &TreePath, read: &Read) -> bool {
        let Some(code) = &site.code else { return true };
        let units = Units::of(self, site, code);
        let Some(at) = units.of_file(self, path) else { return true };
        let unit = units.unit(&at, path, read);
        if units.keys.len() < 2 {
            return true;
        }
        let known = units.known_to(self, site, given);
        known.contains(&unit) || units.needed_by(self, &known).contains(&unit)
    }

    /// Whether another container runs the same folder by another command, or from another image.
    fn is_shared(&self, site: &Site, code: &TreePath) -> bool {
        let arguments = |site: &Site| {
            let values = self.build_args_of(site).filter_map(|fact| match &fact.role {
                crate::fact::Role::Provides(provide) => Some(provide.value.text.reveal().to_owned()),
                _ => None,
            });
            values.collect::<Vec<_>>()
        };
        let target = |site: &Site| {
            self.compose_service(site)?.build.as_ref()?.target.as_ref().map(|target| target.value.clone())
        };
        let commands = |site: &Site| {
            let commands = self.compose_service(site).map(|service| service.commands.as_slice());
            commands.unwrap_or_default().iter().map(|text| text.value.clone()).collect::<Vec<_>>()
        };
        self.sites_in(site.file).iter().any(|other| {
            other.position != site.position
                && other.code.as_ref() == Some(code)
                && matches!(other.build, BuildLink::Dockerfile(_))
                && (other.build != site.build
                    || target(other) != target(site)
                    || commands(other) != commands(site)
                    || arguments(other) != arguments(site))
        })
    }
}

/// The words of a command, without the signs of a list.
pub(super) fn words_of(command: &str) -> impl Iterator<Item = &str> {
    command
        .split(|sign: char| sign.is_whitespace() || matches!(sign, '"' | '\'' | ',' | '[' | ']' | ';'))
        .filter(|word| !word.is_empty())
}

/// The units of a folder of code, with the keys that each reads.
struct Units {
    code: TreePath,
    /// Whether modules that lie in no package below the folder are units of their own.
    is_shared: bool,
    keys: BTreeMap<Unit, BTreeSet<KeyName>>,
}

impl Units {
    fn of(index: &Index, site: &Site, code: &TreePath) -> Self {
        let mut units =
            Self { code: code.clone(), is_shared: index.is_shared(site, code), keys: BTreeMap::new() };
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

    fn unit(&self, at: &TreePath, path: &TreePath, read: &Read) -> Unit {
        let is_script = [".ts", ".js", ".mts", ".mjs"].iter().any(|ending| path.name().ends_with(ending));
        let schema = read.settings.clone().filter(|_| self.is_shared && is_script);
        Unit { at: at.clone(), schema }
    }

    /// The unit of a file; `None` for code of the whole folder.
    fn of_file(&self, index: &Index, path: &TreePath) -> Option<TreePath> {
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
        let is_beside_programs = || {
            path.name().ends_with(".go")
                && index.files.iter().any(|file| {
                    file.path.name().ends_with(".go")
                        && file.path.folder().folder().name() == "cmd"
                        && file.path.is_below(&self.code)
                })
        };
        if is_binary || self.is_shared {
            return Some(path.clone());
        }
        is_beside_programs().then(|| path.folder())
    }

    /// The units that the program of a site surely has: it is given a key that only this one reads, or its commands
    /// name it and no other.
    fn known_to(&self, index: &Index, site: &Site, given: &GivenKeys) -> BTreeSet<Unit> {
        let is_own = |unit: &Unit, key: &KeyName| {
            !is_tool_key(key) && !self.keys.iter().any(|(other, keys)| other != unit && keys.contains(key))
        };
        let mut known: BTreeSet<Unit> = self
            .keys
            .iter()
            .filter(|(unit, keys)| keys.iter().any(|key| given.keys.contains(key) && is_own(unit, key)))
            .map(|(unit, _)| unit.clone())
            .collect();
        let (starts, builds) = index.commands_of(site);
        let named = self.keys.keys().filter(|unit| {
            let package = package_at(index, &unit.at);
            let is_file = unit.at.name().contains('.');
            let name = unit.at.name().split('.').next().unwrap_or("");
            // An image may hold more programs than the one it starts.
            let commands = starts.iter().chain(builds.iter().filter(|_| !is_file));
            commands.into_iter().any(|command| {
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
    fn needed_by(&self, index: &Index, known: &BTreeSet<Unit>) -> BTreeSet<Unit> {
        let mut needed = known.clone();
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
    index.files.iter().any(|file| {
        file.path.name().ends_with(".go") && file.path.folder() == *by && file.text.contains(&ending)
    })
}

impl Index {
    /// The commands that start a container, and those that build its image: `RUN` and `WORKDIR` of its stages.
    fn commands_of(&self, site: &Site) -> (Vec<String>, Vec<String>) {
        let service = self.compose_service(site);
        let own = service.into_iter().flat_map(|service| &service.commands).map(|text| text.value.clone());
        let starts = own.chain(self.image_starts(site)).collect();
        let builds = self.image_stage(site).and_then(|(file, stage)| {
            let stages = &self.dockerfile(file)?.stages;
            let behind = self.stages_behind(file, stage);
            let stages: Vec<&Stage> = behind.iter().filter_map(|number| stages.get(*number)).collect();
            let is_command = |keyword| matches!(keyword, Keyword::Run | Keyword::Workdir);
            Some(self.instructions(file, &stages, is_command))
        });
        (starts, builds.unwrap_or_default())
    }
}

/// The name that a package gives itself, if a folder is one; its folder's name where it gives none.
fn package_at(index: &Index, folder: &TreePath) -> Option<String> {
    let manifest = PACKAGES.iter().find_map(|name| index.files.at(&folder.join(name)?))?;
    let named = manifest.text.lines().find_map(|line| {
        let line = line.trim();
        let rest = line.strip_prefix("\"name\"").or_else(|| line.strip_prefix("name"))?;
        let rest = rest.trim_start().strip_prefix([':', '='])?;
        Some(rest.trim().trim_matches(|sign| matches!(sign, '"' | '\'' | ',')).to_owned())
    });
    Some(named.filter(|name| !name.is_empty()).unwrap_or_else(|| folder.name().to_owned()))
}

/// Whether a text holds a name as a word of its own.
fn is_named(text: &str, name: &str) -> bool {
    let is_of_word = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let behind = text.get(at + name.len()..).and_then(|behind| behind.chars().next());
            !before.is_some_and(is_of_word) && !behind.is_some_and(is_of_word)
        })
}
