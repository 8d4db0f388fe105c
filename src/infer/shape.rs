//! What a file contributes to a guess, so that an edit that leaves it alone needs no new guess.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::environments::{ToldByTemplate, told_by_workflow};
use super::keys::Owners;
use super::project::project_name_in;
use super::services::suggested_prefix;
use crate::fact::{
    ComposeFile, Extraction, Fact, Need, Phase, Place, Read, Role, Structure, Value, is_aside,
};
use crate::key::{KeyName, SETTINGS_MODULE, is_tool_key};
use crate::matrix::{KeySpec, Required, Said, Service};
use crate::text::SourceFile;

/// The variables by which a dotenv makes compose files one project.
const LISTS_COMPOSE: &[&str] = &["COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR"];

/// A figure that stays the same while a file says the same about services, environments and the joins of
/// files, wherever in the file it says so. Reads of keys are left out; see [`is_same_read`].
#[must_use]
pub fn shape(file: &SourceFile, extraction: &Extraction) -> u64 {
    let mut hash = DefaultHasher::new();
    let is_compose = matches!(extraction.structure, Structure::Compose(_));
    (is_compose, matches!(extraction.structure, Structure::Template(_))).hash(&mut hash);
    // Whether the module is there is looked up when files are joined.
    for fact in extraction.facts.iter().filter(|fact| fact.key.as_str() == SETTINGS_MODULE) {
        fact.value().and_then(Value::plain).hash(&mut hash);
    }
    match &extraction.structure {
        // Nothing of these is joined ahead of the questions, or the index tells how far it reaches.
        Structure::None
        | Structure::Dockerfile(_)
        | Structure::Agent(_)
        | Structure::Policy(_)
        | Structure::Commands(_)
        | Structure::Settings(_)
        | Structure::Template(_)
        | Structure::TaskRunner(_)
        | Structure::Manifest(_) => {}
        Structure::Compose(compose) => {
            // Elsewhere it names no project of the whole tree.
            if file.path.folder().as_str().is_empty() {
                compose.project.as_ref().map(|name| &name.value).hash(&mut hash);
            }
            of_compose(compose, &mut hash);
        }
        Structure::Dotenv(dotenv) => {
            (dotenv.is_example, &dotenv.environment).hash(&mut hash);
            // Which compose files are one project.
            for fact in extraction.facts.iter().filter(|fact| LISTS_COMPOSE.contains(&fact.key.as_str())) {
                (&fact.key, fact.value().and_then(Value::plain)).hash(&mut hash);
            }
        }
        Structure::Script(script) => {
            for inlined in &script.inlined {
                inlined.name.value.hash(&mut hash);
                inlined.keys.iter().for_each(|key| key.value.hash(&mut hash));
            }
        }
        Structure::Workflow(_) => told_by_workflow(file).hash(&mut hash),
    }
    project_name_in(file).hash(&mut hash);
    let renders = extraction.facts.iter().any(|fact| fact.place == Place::Rendered);
    renders.hash(&mut hash);
    hash.finish()
}

/// What a template tells of environments; nothing for other files.
#[must_use]
pub fn told_of_environments(file: &SourceFile, extraction: &Extraction) -> Option<ToldByTemplate> {
    let Structure::Template(template) = &extraction.structure else { return None };
    Some(ToldByTemplate::of(file, template, extraction))
}

/// The prefix of keys for browsers that a file suggests, with whether it is sure of it.
#[must_use]
pub fn told_of_browsers(file: &SourceFile, extraction: &Extraction) -> Option<(String, bool)> {
    suggested_prefix(file, extraction)
}

/// What services are built from, given and mount is compared by itself, and what other files are taken from: [`super::stake_of`]
/// and the index tell how far that reaches.
fn of_compose(compose: &ComposeFile, hash: &mut DefaultHasher) {
    for service in &compose.services {
        // How one begins is looked for in all files.
        if let Some(name) = service.container_name.as_ref().filter(|name| name.contains('$')) {
            name.value.hash(hash);
        }
    }
}

/// Whether two statements say the same about a read, wherever they stand.
#[must_use]
pub fn is_same_read(one: &Fact, other: &Fact) -> bool {
    let (Role::Reads(a), Role::Reads(b)) = (&one.role, &other.role) else { return false };
    let default = |read: &Read| match &read.need {
        Need::Default(value) => Some((value.text.clone(), value.origin.clone())),
        _ => None,
    };
    one.key == other.key
        && one.place == other.place
        && one.phase == other.phase
        && std::mem::discriminant(&a.need) == std::mem::discriminant(&b.need)
        && default(a) == default(b)
        && a.value_type == b.value_type
        && a.alternatives == b.alternatives
        && a.folds_case == b.folds_case
        && a.is_secret == b.is_secret
        && a.settings == b.settings
        && a.about == b.about
}

/// The spec of one key as [`super::infer`] has it, from all facts about it in order, with their files; `None`
/// where no code reads it.
pub fn spec_of<'a>(
    facts: impl Iterator<Item = (&'a SourceFile, &'a Fact)>,
    services: &std::collections::BTreeMap<String, Service>,
) -> Option<KeySpec> {
    let owners = Owners::of(services);
    let mut spec: Option<KeySpec> = None;
    let mut noted = foldhash::HashSet::<(&KeyName, &str)>::default();
    for (file, fact) in facts {
        let Role::Reads(read) = &fact.role else { continue };
        let is_code = fact.place == Place::Process && fact.phase == Phase::Run;
        if is_code && !is_aside(&file.path) && !is_tool_key(&fact.key) && fact.key.is_identifier() {
            let spec = spec.get_or_insert_with(|| super::keys::new(fact));
            super::keys::note_owner(spec, owners.at(&file.path), fact, &mut noted);
            super::keys::note_read(spec, fact, read);
        }
    }
    let mut spec = spec?;
    super::bare::bare_key(&mut spec);
    spec.required = Said::inferred(Required::Never);
    Some(spec)
}
