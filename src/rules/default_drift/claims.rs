//! Who says what the default of a key is.

use std::collections::{BTreeMap, HashSet};

use crate::fact::{Document, Fact, Fallback, Need, Origin, Place, Provision, Role, Value, is_tool};
use crate::index::{HeldKind, Index, Supply};
use crate::key::{KeyName, is_tool_key, may_hold_secret, segments};
use crate::secret::{Secret, is_placeholder};
use crate::text::{FileId, Location, TreePath};
use crate::value_type::url::Url;

/// A default that a file names for a key.
#[derive(Clone, Copy)]
pub(super) struct Claim<'a> {
    /// The default.
    pub(super) text: &'a Secret,
    /// Where it stands.
    pub(super) at: Location,
    /// Who names it, for sentences.
    pub(super) who: &'static str,
}

impl Claim<'_> {
    /// The default for a sentence, unless it may be a secret.
    pub(super) fn shown(&self, key: &KeyName) -> Option<String> {
        Some(self.text.shown(key)).filter(|shown| shown != "***")
    }
}

/// Who names what an example shows.
pub(super) const EXAMPLE: &str = "the example";

/// A default in the form in which defaults are compared: `True` is `true`, `60.0` is `60`.
pub(super) fn canonical(text: &Secret) -> String {
    let text = text.reveal().trim();
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        _ => text.to_ascii_lowercase(),
    }
}

/// The host of an address that is the same everywhere: one of the public network, and no sample.
pub(super) fn public_host(text: &str) -> Option<&str> {
    let url = Url::parse(text.trim())?;
    let is_web = matches!(url.base_scheme(), "http" | "https");
    let is_public = url.host.contains('.')
        && url.host.bytes().any(|b| b.is_ascii_lowercase())
        && !url.host.contains(['$', '{', '<', '*'])
        && !["example", "localhost", "local", "internal", "test", "your"]
            .iter()
            .any(|word| url.host.split(['.', '-']).any(|part| part == *word));
    (is_web && is_public && !text.contains([',', ' ', '@'])).then_some(url.host)
}

/// Whether two defaults can be held against one another: addresses only where they name the same public host.
pub(super) fn are_alike(a: &Secret, b: &Secret) -> bool {
    public_host(a.reveal()) == public_host(b.reveal())
}

/// Whether defaults of this key and kind can be held against one another: the value is written in full and
/// meant, and is no address of the team's own, path, list, document or switch.
fn is_comparable(key: &KeyName, value: &Value) -> bool {
    // What differs from environment to environment by its nature.
    let words = [
        "ENV",
        "ENVIRONMENT",
        "MODE",
        "DEBUG",
        "LEVEL",
        "HOST",
        "HOSTNAME",
        "PORT",
        "URL",
        "URI",
        "DIR",
        "PATH",
        "FILE",
        "DOMAIN",
        "ORIGIN",
        "ORIGINS",
        "ADDR",
        "ADDRESS",
        "ENDPOINT",
        "VERSION",
        "TAG",
        "NAME",
        "SERVER",
    ];
    let last = segments(key).last().unwrap_or("");
    is_meant(key, value)
        && (public_host(value.text.reveal().trim()).is_some()
            || !words.contains(&last.to_ascii_uppercase().as_str()))
}

/// Whether a value is written in full and meant, whatever its key.
fn is_meant(key: &KeyName, value: &Value) -> bool {
    let Some(text) = value.plain().map(str::trim) else { return false };
    if public_host(text).is_some() {
        return !is_placeholder(text) && !is_tool_key(key);
    }
    let lower = text.to_ascii_lowercase();
    let is_switch = matches!(lower.as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "0" | "1");
    let is_place = text.contains("://")
        || text.starts_with(['/', '.', '~'])
        || matches!(lower.as_str(), "localhost" | "127.0.0.1" | "0.0.0.0")
        || text.contains('@');
    let is_list = text.contains([',', ' ', '[', '{', ';', '<', '$']);
    !text.is_empty() && !is_switch && !is_place && !is_list && !is_placeholder(text) && !is_tool_key(key)
}

fn claim<'a>(key: &KeyName, value: &'a Value, file: FileId, who: &'static str) -> Option<Claim<'a>> {
    let is_written = is_comparable(key, value) && !value.span.is_empty();
    is_written.then(|| Claim { text: &value.text, at: Location::new(file, value.span), who })
}

/// The defaults of the application's code, by key. A key whose readers disagree among themselves belongs to
/// several programs, each with its own.
pub(super) fn of_code(index: &Index) -> BTreeMap<KeyName, Vec<Claim<'_>>> {
    let mut found: BTreeMap<KeyName, Vec<Claim<'_>>> = BTreeMap::new();
    for (fact, read) in index.code_reads() {
        if let Need::Default(value) = &read.need
            && !is_tool(&index.path(fact.file))
            && let Some(claim) = claim(&fact.key, value, fact.file, "the code")
        {
            found.entry(fact.key.clone()).or_default().push(claim);
        }
    }
    found
}

/// The defaults of one service's code for a key.
pub(super) fn of_service<'a>(index: &'a Index, service: &'a str, key: &'a KeyName) -> Vec<Claim<'a>> {
    index
        .reads_of_service(service)
        .filter(|(fact, read)| fact.key == *key || read.alternatives.contains(key))
        .filter_map(|(fact, read)| match &read.need {
            Need::Default(value) => claim(key, value, fact.file, "the code"),
            _ => None,
        })
        .collect()
}

/// What examples above the code show.
pub(super) fn of_examples<'a>(index: &'a Index, key: &'a KeyName, code: &[Claim<'_>]) -> Vec<Claim<'a>> {
    let above = above(index, code);
    index
        .facts_of(key)
        .filter(|fact| fact.place == Place::Dotenv)
        .filter(|fact| above.contains(&index.path(fact.file).folder()))
        .filter_map(|fact| match &fact.role {
            Role::Documents(Document { example: Some(value), commented: false, .. }) => {
                claim(key, value, fact.file, EXAMPLE)
            }
            _ => None,
        })
        .collect()
}

/// What compose falls back to for services that run code with a default of its own, by key.
pub(super) fn of_compose(index: &Index) -> BTreeMap<&KeyName, Vec<Claim<'_>>> {
    let mut found: BTreeMap<&KeyName, Vec<Claim<'_>>> = BTreeMap::new();
    let mut seen: HashSet<(&KeyName, Location)> = HashSet::new();
    for site in index.sites() {
        let has_default = |key: &KeyName| {
            let mut reads = index.reads_of_site(site);
            reads.any(|(fact, read)| fact.key == *key && matches!(read.need, Need::Default(_)))
        };
        for fact in index.environment_of(site) {
            if let Some(claim) = whole_fallback(index, fact).filter(|_| has_default(&fact.key)) {
                // Services may share an entry.
                if seen.insert((&fact.key, claim.at)) {
                    found.entry(&fact.key).or_default().push(claim);
                }
            }
        }
    }
    found
}

/// Folders at or above the files of claims.
fn above(index: &Index, claims: &[Claim<'_>]) -> HashSet<TreePath> {
    let mut folders: HashSet<TreePath> = HashSet::new();
    for claim in claims {
        let mut folder = index.path(claim.at.file).folder();
        while folders.insert(folder.clone()) {
            folder = folder.folder();
        }
    }
    folders
}

/// The default of an entry that is nothing but `${X:-default}`.
fn whole_fallback<'a>(index: &'a Index, fact: &'a Fact) -> Option<Claim<'a>> {
    let (value, at) = whole_default(index, fact)?;
    is_comparable(&fact.key, value).then_some(Claim { text: &value.text, at, who: "compose" })
}

/// The same, whatever it is, as a value with its place.
fn whole_default<'a>(index: &'a Index, fact: &'a Fact) -> Option<(&'a Value, Location)> {
    let Role::Provides(provide) = &fact.role else { return None };
    let [reference] = provide.value.references.as_slice() else { return None };
    let Fallback::Default { span, .. } = &reference.fallback else { return None };
    let text = provide.value.text.reveal();
    let is_whole = text.starts_with("${") && text.ends_with('}');
    let at = Location::new(fact.file, *span);
    // The fact of the interpolation holds the default as a value.
    let own = index
        .interpolations(fact.file)
        .filter(|_| is_whole)
        .find(|read| read.span == reference.span && read.key == reference.key)?;
    let Role::Reads(read) = &own.role else { return None };
    match &read.need {
        Need::Default(value) => Some((value, at)),
        _ => None,
    }
}

/// What compose falls back to for keys that the code of the service asks for without a default of its own, by key.
pub(super) fn of_compose_alone(index: &Index) -> BTreeMap<&KeyName, Vec<Claim<'_>>> {
    let mut found: BTreeMap<&KeyName, Vec<Claim<'_>>> = BTreeMap::new();
    for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
        for fact in index.environment_of(site) {
            let Some((value, at)) = whole_default(index, fact) else { continue };
            let has_own_name =
                fact.value().is_some_and(|value| value.references.iter().all(|one| one.key == fact.key));
            let mut reads = index.reads_of_site(site).filter(|(read, _)| read.key == fact.key).peekable();
            let is_asked =
                reads.peek().is_some() && reads.all(|(_, read)| matches!(read.need, Need::Optional));
            if has_own_name && is_asked && may_be_list(&fact.key, value) {
                found.entry(&fact.key).or_default().push(Claim { text: &value.text, at, who: "compose" });
            }
        }
    }
    found
}

/// What examples beside or above compose files show for a key.
pub(super) fn of_examples_beside<'a>(
    index: &'a Index,
    key: &'a KeyName,
    composes: &[Claim<'_>],
) -> Vec<Claim<'a>> {
    let documents =
        index.facts_of(key).filter(|fact| fact.place == Place::Dotenv && !index.is_aside(fact.file));
    let above = above(index, composes);
    documents
        .filter(|fact| above.contains(&index.path(fact.file).folder()))
        .filter_map(|fact| match &fact.role {
            Role::Documents(Document { example: Some(value), commented: false, .. }) => {
                let at = Location::new(fact.file, value.span);
                may_be_list(key, value).then_some(Claim { text: &value.text, at, who: EXAMPLE })
            }
            _ => None,
        })
        .collect()
}

/// Whether a value can be held against another, or is a list whose items could be. Who logs in where, and with what, each
/// database says for itself.
fn may_be_list(key: &KeyName, value: &Value) -> bool {
    let Some(text) = value.plain() else { return false };
    let is_login = may_hold_secret(key) || segments(key).any(|word| word.eq_ignore_ascii_case("user"));
    !value.span.is_empty()
        && !is_login
        && text.split(',').all(|item| {
            let item = Value { text: Secret::new(item.trim()), ..value.clone() };
            is_comparable(key, &item)
        })
}

/// The defaults with which a compose file takes its variables.
pub(super) fn interpolated(
    index: &Index,
    file: FileId,
    of_any_key: bool,
) -> impl Iterator<Item = (&KeyName, Claim<'_>)> {
    index.interpolations(file).filter_map(move |fact| {
        let Role::Reads(read) = &fact.role else { return None };
        let Need::Default(value) = &read.need else { return None };
        let is_meant = if of_any_key { is_meant(&fact.key, value) } else { is_comparable(&fact.key, value) };
        let at = if value.span.is_empty() { fact.span } else { value.span };
        is_meant
            .then(|| (&fact.key, Claim { text: &value.text, at: Location::new(file, at), who: "compose" }))
    })
}

/// The default of a template or compose file that stands in for a key in an environment.
pub(super) fn of_supply<'a>(index: &'a Index, supply: &'a Supply) -> Option<Claim<'a>> {
    let held = supply.held()?;
    let at = held.at?;
    let fact = index.facts_in(at.file).find(|fact| fact.at() == at && matches!(fact.role, Role::Provides(_)));
    match &held.kind {
        HeldKind::Vault { or_else: true, .. } => {
            let Role::Provides(provide) = &fact?.role else { return None };
            let Provision::OrElse(value) = &provide.provision else { return None };
            claim(&supply.key, value, at.file, "the template")
        }
        HeldKind::FileDefault(text) => {
            let value =
                Value { text: text.clone(), span: at.span, origin: Origin::Literal, references: Vec::new() };
            let who = if fact.is_some_and(|fact| fact.place == Place::Rendered) {
                "the template"
            } else {
                "compose"
            };
            is_comparable(&supply.key, &value).then_some(Claim { text, at, who })
        }
        _ => None,
    }
}
