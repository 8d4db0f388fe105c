//! Which service a key is for.

use super::{NewKey, Unclear};
use crate::fact::{Fact, Place};
use crate::index::Index;
use crate::key::public_prefix;
use crate::matrix::{Kind, Service};
use crate::text::TreePath;

/// What to do where the tree shows no service.
const NONE_KNOWN: &str = "`envcheck init` writes down what can be told; declare the service there";

/// The service that is meant.
///
/// # Errors
/// [`Unclear`] where several could be, or the named one is not there.
pub(super) fn service_of<'a>(index: &'a Index, wanted: &NewKey) -> Result<&'a Service, Unclear> {
    let all = &index.matrix.services;
    if let Some(name) = &wanted.service {
        return all.get(name).ok_or_else(|| Unclear {
            message: format!("there is no service `{name}`"),
            help: if all.is_empty() {
                format!("no service is known in this tree: {NONE_KNOWN}")
            } else {
                format!(
                    "the services of this tree are {}",
                    all.keys().cloned().collect::<Vec<_>>().join(", ")
                )
            },
        });
    }
    let fits = fitting(index, wanted);
    match fits.as_slice() {
        [only] => Ok(only),
        [] => Err(Unclear {
            message: "no service is known in this tree".to_owned(),
            help: NONE_KNOWN.to_owned(),
        }),
        several => {
            let names: Vec<&str> = several.iter().map(|service| service.name.value.as_str()).collect();
            Err(Unclear {
                message: format!("several services could read `{}`", wanted.entry.key),
                help: format!("say which with --service: {}", names.join(", ")),
            })
        }
    }
}

/// The services that can be meant: those whose kind of code the key is for, and all where there is none.
fn fitting<'a>(index: &'a Index, wanted: &NewKey) -> Vec<&'a Service> {
    let all = || index.matrix.services.values();
    let narrowed = if wanted.kind == Kind::Public {
        let prefix = public_prefix(&wanted.entry.key);
        let of_prefix = |place: PrefixIn| -> Vec<&Service> {
            all()
                .filter(|service| prefix.is_some() && found_in(index, service, place).as_deref() == prefix)
                .collect()
        };
        let mut narrowed = of_prefix(PrefixIn::Code);
        if narrowed.is_empty() {
            narrowed = of_prefix(PrefixIn::Image);
        }
        if narrowed.is_empty() {
            narrowed = all().filter(|service| prefix_of(index, service).is_some()).collect();
        }
        narrowed
    } else {
        all().filter(|service| found_in(index, service, PrefixIn::Code).is_none()).collect()
    };
    if narrowed.is_empty() { all().collect() } else { narrowed }
}

/// Where the prefix of public keys is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PrefixIn {
    /// By the matrix, or by the code of the service.
    Code,
    /// By a Dockerfile in its folder, which may build the bundle of another one as well.
    Image,
}

/// Kinds of code that no bundler puts into what browsers download.
const OF_SERVERS: &[&str] = &["python", "go", "rust", "ruby", "php", "jvm", "csharp", "elixir"];

/// The prefix of the keys that are baked into what browsers download.
pub(super) fn prefix_of(index: &Index, service: &Service) -> Option<String> {
    found_in(index, service, PrefixIn::Code).or_else(|| found_in(index, service, PrefixIn::Image))
}

fn found_in(index: &Index, service: &Service, place: PrefixIn) -> Option<String> {
    // What is guessed is guessed from Dockerfiles too.
    if let Some(prefix) = &service.public_prefix
        && (index.matrix.is_declared() || place == PrefixIn::Image)
    {
        return Some(prefix.value.clone());
    }
    let root = service.root.as_ref()?;
    // A service whose root is the tree does not own the folders of others.
    let is_own = |path: &TreePath| match index.matrix.service_at(path) {
        Some(owner) => owner.name.value == service.name.value,
        None => path.is_below(&root.value),
    };
    let is_there = |fact: &Fact| match place {
        // Files that are only searched for names tell it too; servers may read the keys of others.
        PrefixIn::Code => {
            fact.place == Place::Process
                && !index.kind(fact.file).is_some_and(|kind| OF_SERVERS.contains(&kind.0))
        }
        PrefixIn::Image => matches!(fact.place, Place::BuildArg(_) | Place::Stage(_)),
    };
    let stated = index.facts().filter(|fact| is_there(fact) && is_own(&index.path(fact.file)));
    stated.filter_map(|fact| public_prefix(&fact.key)).map(str::to_owned).next()
}
