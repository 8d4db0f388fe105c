//! A new key, in every file that has to know it: the team's flow chart as a plan.

mod built;
mod bundle;
mod code;
mod containers;
mod declaration;
mod go;
mod go_layout;
mod go_struct;
mod python;
mod python_reads;
mod reads;
mod runner;
mod rust;
mod rust_reads;
mod rust_struct;
mod schema_value;
mod service;
mod supply;
mod template;
mod typescript;
mod typescript_class;
mod typescript_reads;
mod workflow;

use self::containers::sites_of;
use self::service::{prefix_of, service_of};
use super::plan::Plan;
use crate::fact::{Fact, Place, Read, Role};
use crate::index::{Index, Site};
use crate::key::{KeyName, public_prefix};
use crate::matrix::{EnvSource, Kind, Service};
use crate::rule::repair::{Entry, document, example_for};
use crate::system::Tracking;
use crate::text::{FileId, TreePath};

/// A key that is to be added.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What examples tell about it.
    pub entry: Entry,
    /// What kind of value it holds: public, config or secret.
    pub kind: Kind,
    /// The service that reads it; `None` where only one can be meant.
    pub service: Option<String>,
}

/// Why a key cannot be added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unclear {
    /// What is not clear, in one line.
    pub message: String,
    /// What to say.
    pub help: String,
}

/// Whether code reads the key, under any spelling that it takes for it, and nothing else speaks of it: no file sets,
/// passes on or documents it, and no matrix declares it.
#[must_use]
pub fn is_read_only(index: &Index, key: &KeyName) -> bool {
    let spelled = || std::iter::once(key).chain(index.small_spellings(key));
    let mut facts = spelled().flat_map(|name| index.facts_of(name)).peekable();
    facts.peek().is_some()
        && facts.all(|fact| fact.place == Place::Process && matches!(fact.role, Role::Reads(_)))
        && !(index.matrix.is_declared() && spelled().any(|name| index.matrix.keys.contains_key(name)))
}

/// Whether code of a service reads the key already.
fn is_read_by(index: &Index, service: &Service, key: &KeyName) -> bool {
    index.reads_of_service(&service.name.value).any(|(fact, read)| read.takes(&fact.key, key))
}

/// Plans a new key, or the way to it of one that only code knows yet.
///
/// # Errors
/// [`Unclear`] where it would have to be guessed which service is meant, or the name does not fit its kind.
pub fn add(index: &Index, wanted: &NewKey) -> Result<Plan, Unclear> {
    let service = service_of(index, wanted)?;
    if !is_read_only(index, &wanted.entry.key) {
        check_new(index, service, &wanted.entry.key)?;
    }
    if wanted.kind == Kind::Public {
        check_prefix(index, service, &wanted.entry.key)?;
    }
    let mut plan = Plan::default();
    declaration::declare(index, wanted, service, &mut plan);
    documented(index, wanted, service, &mut plan);
    let sites: Vec<&Site> = sites_of(index, service);
    match wanted.kind {
        Kind::Public => bundle::bake(index, wanted, service, &sites, &mut plan),
        Kind::Secret => {
            code::declare(index, wanted, service, &mut plan);
            let is_served = supply::supply(index, wanted, service, &mut plan);
            template::render(index, wanted, service, is_served, &mut plan);
            containers::give_secret(index, wanted, service, &sites, &mut plan);
        }
        Kind::Config | Kind::Build | Kind::Platform => {
            code::declare(index, wanted, service, &mut plan);
            let is_served = supply::supply(index, wanted, service, &mut plan);
            containers::give(index, wanted, service, &sites, is_served, &mut plan);
        }
    }
    runner::list(index, wanted, service, &mut plan);
    Ok(plan)
}

/// A reader that folds case takes another spelling for the same key.
fn check_new(index: &Index, service: &Service, key: &KeyName) -> Result<(), Unclear> {
    let folded = key.folded();
    let is_same = |other: &KeyName| other.folded() == folded;
    let folding: Vec<(&Fact, &Read)> =
        index.reads_of_service(&service.name.value).filter(|(_, read)| read.folds_case).collect();
    let read =
        folding.iter().find(|(fact, read)| is_same(&fact.key) || read.alternatives.iter().any(is_same));
    let known = read.map(|(fact, _)| *fact).or_else(|| {
        // What a file supplies or tells about counts for all who fold case.
        let spelled = std::iter::once(&folded).chain(index.small_spellings(key));
        let facts = spelled.flat_map(|name| index.facts_of(name));
        facts.filter(|_| !folding.is_empty()).find(|fact| fact.place != Place::Process)
    });
    let Some(known) = known else { return Ok(()) };
    let place = index.files.spell(known.at());
    Err(Unclear {
        message: format!("`{}` is there already, at {place}", known.key),
        help: format!(
            "`{}` reads its keys in any case; `envcheck trace {}` shows where it is missing",
            service.name.value, known.key
        ),
    })
}

fn check_prefix(index: &Index, service: &Service, key: &KeyName) -> Result<(), Unclear> {
    let prefix = prefix_of(index, service);
    let fits = match &prefix {
        Some(prefix) => key.starts_with(prefix.as_str()),
        None => public_prefix(key).is_some(),
    };
    if fits {
        return Ok(());
    }
    let help = match prefix {
        Some(prefix) => {
            let bare = public_prefix(key).and_then(|other| key.strip_prefix(other)).unwrap_or(key);
            format!("did you mean `{prefix}{bare}`?")
        }
        None => "for example `NEXT_PUBLIC_` or `VITE_`; `public_prefix` of the service says which".to_owned(),
    };
    Err(Unclear { message: format!("browsers never see `{key}`: it lacks the public prefix"), help })
}

/// A `.env` that git tracks: where there is no example, teams write there what people copy.
fn shared_dotenv(index: &Index, service: &Service) -> Option<FileId> {
    let Tracking::Known(tracked) = &index.tracking else { return None };
    let root = service.root.as_ref().map_or_else(|| TreePath::root(None), |root| root.value.clone());
    index
        .dotenv_files()
        .map(|(file, _)| (file, index.path(file)))
        .filter(|(_, path)| path.name() == ".env" && tracked.contains(path) && root.is_below(&path.folder()))
        .max_by_key(|(_, path)| path.folder().parts().count())
        .map(|(file, _)| file)
}

/// The example file tells about the key.
fn documented(index: &Index, wanted: &NewKey, service: &Service, plan: &mut Plan) {
    let inside = service.root.as_ref().and_then(|root| root.value.join("x"));
    let reader = inside.unwrap_or_else(|| TreePath::root(None));
    let named = index.matrix.documents.first().and_then(|path| index.files.at(&path.value));
    let example = example_for(index, &reader).or(named.map(|file| file.id));
    let shared = || shared_dotenv(index, service).filter(|_| wanted.kind != Kind::Secret);
    let Some(example) = example.or_else(shared) else {
        plan.leave(
            "",
            format!("no example file documents the keys of `{}`: write a `.env.example`", service.name.value),
        );
        return;
    };
    let path = index.path(example);
    plan.step_or_leave(
        index,
        &path,
        format!("document `{}`", wanted.entry.key),
        document(index, example, &wanted.entry, false),
    );
}

/// The templates that render for a service, by the environments' sources; without any, all of the tree.
fn templates_of(index: &Index, service: &Service) -> Vec<FileId> {
    let sources = index.matrix.environments.iter().flat_map(|environment| &environment.sources);
    let mut named: Vec<FileId> = sources
        .filter_map(|source| match &source.value {
            EnvSource::Vault { template, services, .. }
                if services.is_empty() || services.iter().any(|name| **name == *service.name.value) =>
            {
                index.files.at(&template.value).map(|file| file.id)
            }
            _ => None,
        })
        .collect();
    if named.is_empty() {
        named = index
            .templates()
            .map(|(file, _)| file)
            .filter(|&file| {
                index
                    .facts_in(file)
                    .any(|fact| fact.place == Place::Rendered && matches!(fact.role, Role::Provides(_)))
            })
            .collect();
    }
    named.sort_unstable();
    named.dedup();
    named
}
