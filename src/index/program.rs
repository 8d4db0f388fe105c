//! Which of the programs in a folder a container runs. A context often holds several: each of them has its own
//! settings, and what one requires says nothing about the others.

mod classes;
mod start;
mod units;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use self::classes::{Classes, STEPS};
use self::start::Start;
pub(super) use self::start::takes_from_elsewhere;
use self::units::{Unit, Units};
use super::{GivenKeys, Index, Site};
use crate::fact::{Dockerfile, Fact, Read};
use crate::syntax::dockerfile::{Arguments, Keyword, parse};
use crate::syntax::image_name::last_part;
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

/// The program that a container runs, as far as the tree tells. It looks at the texts of commands and manifests, each
/// once and when first asked: ask it last.
#[derive(Debug)]
pub struct Program<'a> {
    index: &'a Index,
    site: &'a Site,
    given: &'a GivenKeys,
    /// What `command:` and `entrypoint:` of its service say, and `ENTRYPOINT` and `CMD` of its image.
    starts: OnceCell<Vec<String>>,
    /// Whether it is of the tree at all.
    is_own: OnceCell<bool>,
    /// The parts of its folder of code, and those of them that it has.
    parts: OnceCell<(Units, BTreeSet<Unit>)>,
    /// Whether it may build a class of settings, by file and name.
    builds: RefCell<BTreeMap<(FileId, String), bool>>,
    /// Whether its folder shows what loads a class of settings, and what names one.
    shows_loaded: OnceCell<bool>,
    shows_named: OnceCell<bool>,
    mounts_dotenv: OnceCell<bool>,
}

impl Index {
    /// The program of a site, which is given these keys.
    #[must_use]
    pub fn program_of<'a>(&'a self, site: &'a Site, given: &'a GivenKeys) -> Program<'a> {
        Program {
            index: self,
            site,
            given,
            starts: OnceCell::new(),
            is_own: OnceCell::new(),
            parts: OnceCell::new(),
            builds: RefCell::default(),
            shows_loaded: OnceCell::new(),
            shows_named: OnceCell::new(),
            mounts_dotenv: OnceCell::new(),
        }
    }
}

impl Program<'_> {
    /// Whether the program surely comes to this read. The folder whose code it runs may hold more than one program:
    /// then the file's package has to be known to it, by a key that only this package reads, by its name in a command,
    /// or because such a package needs it.
    #[must_use]
    pub fn surely_comes_to(&self, fact: &Fact, read: &Read) -> bool {
        let path = self.index.path(fact.file);
        *self.is_own.get_or_init(|| !self.is_stranger() && !self.only_serves())
            && self.has_copied(&path)
            && self.has_part(&path, read)
            && self.may_build(fact.file, read)
    }

    /// Whether the container may be given `key` by what it starts with, or by a file in a folder that is mounted into it.
    #[must_use]
    pub fn may_be_given(&self, key: &str) -> bool {
        let start = Start { index: self.index, site: self.site };
        self.starts().iter().any(|command| start.gives(command, key))
            || *self.mounts_dotenv.get_or_init(|| start.mounts_dotenv())
    }

    fn starts(&self) -> &[String] {
        self.starts.get_or_init(|| {
            let image = self.index.image_stage(self.site).map(|(file, stage)| {
                let stages = self.index.stages_under(file, stage);
                instructions(self.index, file, &stages, |keyword| {
                    matches!(keyword, Keyword::Entrypoint | Keyword::Cmd)
                })
            });
            commands_of(self.index, self.site).map(str::to_owned).chain(image.into_iter().flatten()).collect()
        })
    }

    /// What builds its image: `RUN` and `WORKDIR` of the stages behind it.
    fn built_by(&self) -> Vec<String> {
        let Some((file, stage)) = self.index.image_stage(self.site) else { return Vec::new() };
        let stages: Vec<usize> = self.index.stages_behind(file, stage).into_iter().collect();
        instructions(self.index, file, &stages, |keyword| matches!(keyword, Keyword::Run | Keyword::Workdir))
    }

    /// Whether its command runs a program that is not of the tree.
    fn is_stranger(&self) -> bool {
        commands_of(self.index, self.site).any(|command| STRANGERS.contains(&program_name(command)))
    }

    /// Whether its image is a server's, with files for it to hand out.
    fn only_serves(&self) -> bool {
        let Some((file, stage)) = self.index.image_stage(self.site) else { return false };
        let Some(dockerfile) = self.index.dockerfile(file) else { return false };
        let first = self.index.stages_under(file, stage).pop().and_then(|first| dockerfile.stages.get(first));
        let image = first.map_or("", |stage| last_part(&stage.base));
        SERVERS.contains(&image.split([':', '@']).next().unwrap_or(""))
            && self.starts().iter().all(|start| {
                let program = program_name(start);
                program.starts_with("docker-entrypoint") || SERVERS.contains(&program)
            })
    }

    /// Whether its image holds this file, or may.
    fn has_copied(&self, path: &TreePath) -> bool {
        let index = self.index;
        let service = index.compose_service(self.site);
        let elsewhere = service.and_then(|service| index.built_elsewhere(self.site.file, service));
        let context =
            elsewhere.or(service.map(|service| (self.site.file, service))).and_then(|(file, service)| {
                let build = service.build.as_ref()?;
                index.path(file).folder().join(&expand_defaults(&build.context)?)
            });
        let (Some(context), Some((file, stage))) = (context, index.image_stage(self.site)) else {
            return true;
        };
        self.site.mounts_code
            || index.dockerfile(file).is_none_or(|dockerfile| {
                may_copy(dockerfile, &index.stages_behind(file, stage), &context, path)
            })
    }

    /// Whether the program may build the class of settings whose field this is.
    fn may_build(&self, file: FileId, read: &Read) -> bool {
        let (Some(class), Some(code)) = (&read.settings, &self.site.code) else { return true };
        let asked = (file, class.clone());
        if let Some(&known) = self.builds.borrow().get(&asked) {
            return known;
        }
        let classes = Classes { index: self.index, code, starts: self.starts() };
        let may_build = classes.may_build(file, class, STEPS) || {
            let is_named = classes.is_named(file, class);
            let shows = if is_named { &self.shows_loaded } else { &self.shows_named };
            !*shows.get_or_init(|| classes.shows_use(is_named))
        };
        self.builds.borrow_mut().insert(asked, may_build);
        may_build
    }

    fn has_part(&self, path: &TreePath, read: &Read) -> bool {
        let Some(code) = &self.site.code else { return true };
        let (units, known) = self.parts.get_or_init(|| {
            let units = Units::of(self.index, self.site, code);
            let known = if units.are_several() { units.of_program(self) } else { BTreeSet::new() };
            (units, known)
        });
        let Some(at) = units.of_file(self.index, path) else { return true };
        !units.are_several() || known.contains(&units.unit(&at, path, read))
    }
}

/// What `command:` and `entrypoint:` of a service say, also in other files that `COMPOSE_FILE` lists with its own.
fn commands_of<'a>(index: &'a Index, site: &'a Site) -> impl Iterator<Item = &'a str> {
    let listed = index.listed_with(site.file);
    let others = index.twins(site).filter(move |twin| listed.contains(&twin.file));
    let services = std::iter::once(site).chain(others).filter_map(|part| index.compose_service(part));
    services.flat_map(|service| &service.commands).map(|command| command.as_str())
}

/// Whether stages copy a file of their context, or may.
fn may_copy(dockerfile: &Dockerfile, stages: &BTreeSet<usize>, context: &TreePath, path: &TreePath) -> bool {
    let stages: Vec<_> = stages.iter().filter_map(|number| dockerfile.stages.get(*number)).collect();
    let copies = || stages.iter().flat_map(|stage| &stage.copies);
    let is_open =
        stages.iter().any(|stage| stage.copies_more) || copies().any(|copied| !copied.variables.is_empty());
    let holds = |from: &str| {
        let from = from.trim_start_matches('/');
        context.join(if from.is_empty() { "." } else { from }).is_none_or(|from| path.is_below(&from))
    };
    is_open || copies().next().is_none() || copies().any(|copied| holds(&copied.path))
}

/// The arguments of some instructions of some stages of a Dockerfile, as they stand.
fn instructions(index: &Index, file: FileId, stages: &[usize], wanted: fn(Keyword) -> bool) -> Vec<String> {
    let (Some(source), Some(dockerfile)) = (index.files.get(file), index.dockerfile(file)) else {
        return Vec::new();
    };
    let spans: Vec<_> =
        stages.iter().filter_map(|number| Some(dockerfile.stages.get(*number)?.span.range())).collect();
    let document = parse(&source.text);
    let found = document.instructions.iter().filter(|instruction| {
        instruction.keyword.is_some_and(wanted)
            && spans.iter().any(|span| span.contains(&instruction.span.range().start))
    });
    found
        .map(|instruction| match &instruction.arguments {
            Arguments::Exec(words) | Arguments::Words(words) => {
                words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ")
            }
            Arguments::Text(text) => text.as_str().to_owned(),
            _ => source.text.get(instruction.span.range()).unwrap_or("").to_owned(),
        })
        .collect()
}

/// The words of a command, without the signs of a list.
fn words_of(command: &str) -> impl Iterator<Item = &str> {
    command
        .split(|sign: char| sign.is_whitespace() || matches!(sign, '"' | '\'' | ',' | '[' | ']' | ';'))
        .filter(|word| !word.is_empty())
}

/// The name of the program that a command begins with, without its folder.
fn program_name(command: &str) -> &str {
    words_of(command).next().map_or("", name_in_path)
}

/// The last part of a path.
fn name_in_path(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
