//! `env-file-oversharing`

use std::collections::BTreeMap;

use crate::fact::{Fact, Place, Role, is_aside};
use crate::index::{EnvFileLink, Index};
use crate::key::{KnownImage, is_secret_name};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports a third-party image that is given an `env_file` full of the application's secrets.
    ///
    /// The rule knows the official images of servers and tools that many projects run; what an image of
    /// the project's own needs, it does not judge. Files whose names say that they serve developers or tests
    /// (`docker-compose.dev.yml`, `.env.test`) are left alone: nothing in them is worth stealing.
    ///
    /// ## Why it matters
    ///
    /// Every process in the container sees every secret, and so does whoever gets into it: the signing key of
    /// the application inside the database server, where nothing uses it and nobody looks for it.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     env_file: .env
    /// ```
    ///
    /// `.env.example`
    /// ```sh
    /// SECRET_KEY=
    /// SMTP_PASSWORD=
    /// POSTGRES_PASSWORD=
    /// ```
    ///
    /// ```text
    /// warning[env-file-oversharing]: `db` is given the whole of .env, made from .env.example, with secrets of others: `SECRET_KEY` and `SMTP_PASSWORD`
    /// ```
    ///
    /// ## What to do
    ///
    /// List what the image needs under `environment:` and take the `env_file` away.
    pub struct EnvFileOversharing = "env-file-oversharing", Secret, Warning, by_file;
}

/// Fewer strange secrets may be an accident of naming.
const ENOUGH: usize = 2;

/// A service, the entry of its `env_file`, and the secrets in it that are not its own.
type Overshared<'a> = (String, Location, Vec<&'a Fact>);

impl EnvFileOversharing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // By the file: one `env_file` that several servers are given is one fault.
        let mut found: BTreeMap<FileId, Vec<Overshared<'_>>> = BTreeMap::new();
        for site in index.sites() {
            let Some(service) = index.compose_service(site) else { continue };
            let path = index.path(site.file);
            if is_aside(&path) || serves_developers(path.name()) || service.build.is_some() {
                continue;
            }
            let Some(image) = index.known_image(site) else { continue };
            for (entry, link) in service.env_files.iter().zip(&site.env_files) {
                let (EnvFileLink::File(file) | EnvFileLink::Example(file)) = link else { continue };
                if serves_developers(index.path(*file).name()) {
                    continue;
                }
                let strange: Vec<&Fact> =
                    index.facts_in(*file).filter(|fact| is_strange_secret(fact, image)).collect();
                if strange.len() >= ENOUGH {
                    let at = Location::new(site.file, entry.path.span);
                    let services = found.entry(*file).or_default();
                    if services.iter().all(|(_, known, _)| *known != at) {
                        services.push((service.name.value.clone(), at, strange));
                    }
                }
            }
        }
        for (file, services) in found {
            let Some((first, at, secrets)) = services.first() else { continue };
            let given = given_as(index, *at, file);
            let mut names: Vec<&str> = Vec::new();
            for (name, ..) in &services {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            let mut keys: Vec<&str> = secrets.iter().map(|fact| fact.key.as_str()).collect();
            keys.dedup();
            let more = keys.len().saturating_sub(3);
            keys.truncate(3);
            let verb = if names.len() == 1 { "is" } else { "are" };
            let others = if more > 0 { format!(" and {more} more") } else { String::new() };
            let listed = if more > 0 {
                format!(
                    "{}{others}",
                    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
                )
            } else {
                enumerate(&keys)
            };
            let message = format!(
                "{} {verb} given the whole of {given}, with secrets of others: {listed}",
                enumerate(&names)
            );
            let mut finding = reporter.report(message, *at, format!("everything in it reaches `{first}`"));
            for (name, other, _) in services.iter().skip(1).filter(|(name, ..)| name != first).take(3) {
                finding = finding.label(*other, format!("and `{name}`"));
            }
            if let Some(secret) = secrets.first() {
                finding = finding.label(secret.at(), "one of the secrets").key(&secret.key);
            }
            finding
                .why("whoever gets into that container gets the application's secrets with it")
                .help("list what the image needs under `environment:`, and take the `env_file` away");
        }
    }
}

/// The file that a service is given, as a sentence names it: the one that people make of an example, with the example.
fn given_as(index: &Index, entry: Location, file: FileId) -> String {
    let path = index.path(file);
    let written = index.files.get(entry.file).map_or("", |compose| compose.slice(entry.span));
    let named = index.path(entry.file).folder().join(written.trim_matches(['"', '\'']));
    match named.filter(|named| *named != path && !written.contains('$')) {
        Some(named) => format!("{named}, made from {path}"),
        None => path.to_string(),
    }
}

/// Whether the name of a file says that it is for developers' machines or tests.
fn serves_developers(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        matches!(
            word,
            "dev"
                | "devel"
                | "develop"
                | "development"
                | "local"
                | "test"
                | "testing"
                | "tests"
                | "ci"
                | "e2e"
        )
    })
}

/// Whether a line of a dotenv holds or shows a secret that is not the image's own.
fn is_strange_secret(fact: &Fact, image: &KnownImage) -> bool {
    let is_live = match &fact.role {
        Role::Provides(_) => fact.place == Place::Dotenv,
        Role::Documents(document) => !document.commented,
        _ => false,
    };
    is_live && is_secret_name(&fact.key) && !image.may_read(&fact.key)
}
