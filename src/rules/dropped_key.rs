//! `dropped-key`

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::fact::Fact;
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::text::{Location, TreePath};

crate::declare_rule! {
    /// Reports a key that compose still gives to a service whose code no longer names it, though it reads almost all the others.
    ///
    /// ## Why it matters
    ///
    /// The value is set, rotated and reviewed, and changes nothing. Whoever relies on it is mistaken.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: ./api
    ///     environment:
    ///       DATABASE_URL: ${DATABASE_URL:?}
    ///       SIGNING_SECRET: ${SIGNING_SECRET:?}
    ///       PAGE_SIZE: 20
    ///       SEARCH_URL: http://search:7700
    /// ```
    ///
    /// `api/Dockerfile`
    /// ```dockerfile
    /// FROM python:3.13
    /// COPY . .
    /// CMD ["python", "config.py"]
    /// ```
    ///
    /// `api/config.py`
    /// ```python
    /// class Settings(BaseSettings):
    ///     database_url: str
    ///     signing_secret: str
    ///     page_size: int
    /// settings = Settings()
    /// ```
    ///
    /// ```text
    /// warning[dropped-key]: `api` is given `SEARCH_URL`, which its code does not name
    /// ```
    ///
    /// ## What to do
    ///
    /// Delete the entry. If the program starts another that reads it, name it there.
    pub struct DroppedKey = "dropped-key", Drift, Strict;
}

/// So many of the service's other keys must be read by its code.
const ENOUGH_READ: usize = 3;

/// Names of services, each with the entry that nobody reads.
type Services = Vec<(String, Location)>;

/// How many keys the code reads of those that it is given.
type Figures = (usize, usize);

impl DroppedKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<(TreePath, KeyName), (Services, Figures)> = BTreeMap::new();
        // A key that all services are given is asked for once.
        let mut used: HashMap<&KeyName, bool> = HashMap::new();
        for site in index.sites() {
            let (Some(service), Some(code)) = (index.compose_service(site), &site.code) else { continue };
            if index.is_aside(site.file) || index.is_sink(site) {
                continue;
            }
            let entries: Vec<&Fact> = index.environment_of(site).collect();
            // An entry that several files of a project have is one key.
            let given: BTreeSet<&KeyName> = entries.iter().map(|fact| &fact.key).collect();
            let mut is_used = |key| *used.entry(key).or_insert_with(|| index.user_of(key).is_some());
            let read = given.iter().filter(|key| is_used(**key) && is_named_in(index, key, code)).count();
            if read < ENOUGH_READ || read * 2 < given.len() {
                continue;
            }
            let figures = (read, given.len());
            for fact in entries {
                if index.is_used_beyond_compose(&fact.key)
                    || index.may_hide_read(&fact.key)
                    || index.is_declared(&fact.key)
                {
                    continue;
                }
                let (places, _) =
                    found.entry((code.clone(), fact.key.clone())).or_insert_with(|| (Vec::new(), figures));
                let place = (service.name.value.clone(), fact.at());
                if places.iter().all(|(_, at)| *at != place.1) {
                    places.push(place);
                }
            }
        }
        for ((code, key), (places, (read, given))) in found {
            let Some((service, at)) = places.first() else { continue };
            let mut finding = reporter
                .report(
                    format!("`{service}` is given `{key}`, which its code does not name"),
                    *at,
                    "nothing reads it",
                )
                .key(&key);
            for (other, at) in places.iter().skip(1).take(3) {
                finding = finding.label(*at, format!("nor for `{other}`"));
            }
            let mut own = index.settings_files().filter(|(file, _)| index.path(*file).is_below(&code));
            let settings =
                own.find_map(|(file, classes)| Some(Location::new(file, classes.first()?.name.span)));
            if let Some(settings) = settings {
                finding = finding.label(settings, "the settings have no such field");
            }
            finding
                .why(format!("its code reads {read} of the {given} keys that it is given, so its readers are in the tree"))
                .help("delete it, or declare it in the matrix with `kind: platform` if a tool in the image reads it");
        }
    }
}

/// Whether code below a folder reads or names a key that is used somewhere.
fn is_named_in(index: &Index, key: &KeyName, code: &TreePath) -> bool {
    index.facts_below(key, code).any(|fact| matches!(fact.role, crate::fact::Role::Reads(_)))
        || index.is_mentioned_below(key, code)
        || index.is_read_otherwise(key)
}
