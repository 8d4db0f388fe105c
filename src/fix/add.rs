//! A new key, in every file that has to know it: the team's flow chart as a plan.

mod code;
mod declaration;
mod go;
mod go_layout;
mod python;
mod rust;
mod schema_value;
mod template;
mod typescript;
mod workflow;

use super::plan::Plan;
use crate::fact::{Place, Role};
use crate::index::{BuildLink, Index, Site};
use crate::key::{KeyName, public_prefix};
use crate::matrix::{EnvSource, Kind, Service};
use crate::rule::repair::{
    Entry, building_stage, declare_arg, document, example_for, pass_build_args, pass_on,
};
use crate::system::Tracking;
use crate::text::{FileId, TreePath};
use crate::value_type::ValueType;

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

/// Plans a new key.
///
/// # Errors
/// [`Unclear`] where it would have to be guessed which service is meant, or the name does not fit its kind.
pub fn add(index: &Index, wanted: &NewKey) -> Result<Plan, Unclear> {
    let service = service_of(index, wanted)?;
    if wanted.kind == Kind::Public {
        check_prefix(index, service, &wanted.entry.key)?;
    }
    let mut plan = Plan::default();
    declaration::declare(index, wanted, service, &mut plan);
    documented(index, wanted, service, &mut plan);
    let sites: Vec<&Site> = sites_of(index, service);
    match wanted.kind {
        Kind::Public => frontend(index, wanted, service, &sites, &mut plan),
        Kind::Secret => {
            code::declare(index, wanted, service, &mut plan);
            template::render(index, wanted, service, &mut plan);
            secret_sites(index, wanted, &sites, &mut plan);
        }
        Kind::Config | Kind::Build | Kind::Platform => {
            code::declare(index, wanted, service, &mut plan);
            backend_sites(index, wanted, &sites, &mut plan);
            template::render(index, wanted, service, &mut plan);
        }
    }
    Ok(plan)
}

/// The service that is meant.
fn service_of<'a>(index: &'a Index, wanted: &NewKey) -> Result<&'a Service, Unclear> {
    let all = &index.matrix.services;
    let names = || all.keys().cloned().collect::<Vec<_>>().join(", ");
    if let Some(name) = &wanted.service {
        return all.get(name).ok_or_else(|| Unclear {
            message: format!("there is no service `{name}`"),
            help: format!("the services of this tree are {}", names()),
        });
    }
    let is_public = wanted.kind == Kind::Public;
    let fits: Vec<&Service> =
        all.values().filter(|service| is_public == is_frontend(index, service)).collect();
    match fits.as_slice() {
        [only] => Ok(only),
        _ if all.is_empty() => Err(Unclear {
            message: "no service is known in this tree".to_owned(),
            help: "`envcheck init` writes down what can be told; declare the service there".to_owned(),
        }),
        _ => Err(Unclear {
            message: format!("several services could read `{}`", wanted.entry.key),
            help: format!("say which with --service: {}", names()),
        }),
    }
}

/// Whether a service is made of code for browsers: it has a public prefix, or reads keys with one.
fn is_frontend(index: &Index, service: &Service) -> bool {
    service.public_prefix.is_some() || prefix_of(index, service).is_some()
}

/// The prefix of the keys that are baked into what browsers download.
fn prefix_of(index: &Index, service: &Service) -> Option<String> {
    if let Some(prefix) = &service.public_prefix {
        return Some(prefix.value.clone());
    }
    let root = service.root.as_ref()?;
    // Files that are only searched for names tell it too.
    let read = index.facts().filter(|fact| {
        index.path(fact.file).is_below(&root.value)
            && matches!(fact.place, Place::Process | Place::BuildArg(_) | Place::Stage(_))
    });
    read.filter_map(|fact| public_prefix(&fact.key)).map(str::to_owned).next()
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
        Some(prefix) => format!("did you mean `{prefix}{key}`?"),
        None => "for example `NEXT_PUBLIC_` or `VITE_`; `public_prefix` of the service says which".to_owned(),
    };
    Err(Unclear { message: format!("browsers never see `{key}`: it lacks the public prefix"), help })
}

/// The compose services that run a service.
fn sites_of<'a>(index: &'a Index, service: &Service) -> Vec<&'a Site> {
    let all: Vec<&Site> = index.sites_of(&service.name.value).filter(|site| !index.is_sink(site)).collect();
    let name = |site: &Site| index.compose_service(site).map(|service| service.name.value.clone());
    // What `compose.yaml` passes on, `compose.override.yaml` beside it does not need to repeat.
    let is_repeated = |site: &Site| {
        let path = index.path(site.file);
        path.name().contains(".override.")
            && all.iter().any(|other| {
                let beside = index.path(other.file);
                beside.folder() == path.folder()
                    && !beside.name().contains(".override.")
                    && name(other) == name(site)
            })
    };
    all.iter().copied().filter(|site| !is_repeated(site)).collect()
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
        document(index, example, &wanted.entry),
    );
}

fn frontend(index: &Index, wanted: &NewKey, service: &Service, sites: &[&Site], plan: &mut Plan) {
    let key = wanted.entry.key.as_str();
    // An argument without a value is an empty text in the image all the same.
    let value = interpolation(wanted).unwrap_or_else(|| format!("${{{key}:-}}"));
    let mut images: Vec<(FileId, usize)> = Vec::new();
    for site in sites {
        let path = index.path(site.file);
        let name = index.compose_service(site).map_or("", |service| service.name.value.as_str());
        if site.build == BuildLink::None {
            continue;
        }
        let edit = pass_build_args(index, site, &[(key, &value)]);
        plan.step_or_leave(index, &path, format!("pass `{key}` to the build of `{name}`"), edit);
        images.extend(index.image_stage(site));
    }
    if images.is_empty() {
        let declared = service.dockerfile.as_ref().map(|path| path.value.clone());
        let beside = service.root.as_ref().and_then(|root| root.value.join("Dockerfile"));
        let file = declared.or(beside).and_then(|path| Some(index.files.at(&path)?.id));
        images
            .extend(file.and_then(|file| Some((file, index.dockerfile(file)?.stages.len().checked_sub(1)?))));
    }
    images.sort_unstable();
    images.dedup_by_key(|(file, _)| *file);
    for (file, last) in &images {
        let stage = building_stage(index, *file, *last);
        let edit = declare_arg(index, *file, stage, key, true);
        plan.step_or_leave(
            index,
            &index.path(*file),
            format!("declare `ARG {key}` and `ENV` in the stage that builds"),
            edit,
        );
    }
    if images.is_empty() {
        plan.leave("", format!("no Dockerfile of `{}` was found: declare `ARG {key}` and `ENV {key}` where the bundle is built", service.name.value));
    }
    workflow::pass(index, wanted, &images, plan);
    code::declare(index, wanted, service, plan);
    plan.leave("", format!("read it in the code: `{}`", read_in_browser(key)));
}

fn read_in_browser(key: &str) -> String {
    if key.starts_with("VITE_") { format!("import.meta.env.{key}") } else { format!("process.env.{key}") }
}

fn backend_sites(index: &Index, wanted: &NewKey, sites: &[&Site], plan: &mut Plan) {
    for site in sites {
        forward(index, wanted, site, plan);
    }
    if sites.is_empty() {
        plan.leave(
            "",
            "no compose file of this tree runs the service: pass the key on where it is deployed".to_owned(),
        );
    }
}

/// Secrets are forwarded where compose forwards those that the service has; elsewhere they come by file.
fn secret_sites(index: &Index, wanted: &NewKey, sites: &[&Site], plan: &mut Plan) {
    for site in sites {
        let forwards = index
            .environment_of(site)
            .any(|fact| fact.role.forwards() && crate::key::is_secret_name(&fact.key));
        if forwards {
            forward(index, wanted, site, plan);
        }
    }
}

fn forward(index: &Index, wanted: &NewKey, site: &Site, plan: &mut Plan) {
    let Some(service) = index.compose_service(site) else { return };
    let key = wanted.entry.key.as_str();
    // Whoever is given a whole file needs no list.
    if service.environment.is_none() && !service.env_files.is_empty() {
        return;
    }
    let edit = pass_on(index, site, key, interpolation(wanted).as_deref());
    plan.step_or_leave(
        index,
        &index.path(site.file),
        format!("pass `{key}` to `{}`", service.name.value),
        edit,
    );
}

/// What compose is to put in: the variable of the same name, which has to be set where nothing else stands. `None`
/// where it is to stay unset if nobody sets it: an empty text is neither a number nor a URL, and no default.
fn interpolation(wanted: &NewKey) -> Option<String> {
    let entry = &wanted.entry;
    let key = &entry.key;
    let is_text = matches!(entry.value_type, None | Some(ValueType::String));
    match &entry.default {
        Some(default) if !entry.is_secret && !default.reveal().contains(['}', '$']) => {
            Some(format!("${{{key}:-{}}}", default.reveal()))
        }
        _ if entry.is_required => Some(format!("${{{key}:?}}")),
        None if is_text => Some(format!("${{{key}:-}}")),
        _ => None,
    }
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
