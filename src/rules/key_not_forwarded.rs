//! `key-not-forwarded`

mod button;
mod joined;
mod start;
mod unwritten;
mod written;

use std::collections::BTreeMap;

use self::joined::joined;
pub(super) use self::start::stops_at_start;
use super::sibling_service_drift::sibling_with;
use crate::diagnostic::Fix;
use crate::fact::{Fact, Need, Origin, Place, Read, is_tool};
use crate::index::{Index, Site};
use crate::key::{KeyName, is_library_key, is_taken_for, is_tool_key};
use crate::rule::repair::add_variable;
use crate::rule::{Reporter, enumerate};
use crate::text::{Location, TreePath};

crate::declare_rule! {
    /// Reports a key that the code of a service requires and that its compose service, which lists its environment, leaves out.
    ///
    /// The rule speaks only where it sees everything the container is given: no `env_file` outside
    /// the tree, no command that sources a file, no image `ENV`, no override that adds the key.
    ///
    /// So it is with the `app.json` of Heroku, which lists what a new app is given or asks for, where it lists most of
    /// what the code requires, and with what a workflow or script writes into a dotenv of whose keys compose takes most: keys that code
    /// reads and the compose file does not take are reported. So are variables that a compose file takes without a default
    /// and that the deployment which writes its `.env` from the first line to the last leaves out.
    ///
    /// A key that `config/runtime.exs` of Elixir fails without counts as well, in no block or in the one for production if the
    /// image says `MIX_ENV=prod`.
    ///
    /// Under `--strict` it also counts what is read outside of classes of settings, where the start of the program surely comes to
    /// it: at the left margin of a module (`os.environ["X"]`, `if (!process.env.X) throw`), or in `main` and what loads the
    /// configuration.
    ///
    /// ## Why it matters
    ///
    /// The key may well stand in `.env`, but a container sees only what `environment:` passes on. The
    /// service does not start, or takes its default, however often the `.env` is corrected.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: ./api
    ///     environment:
    ///       LOG_LEVEL: info
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
    ///     log_level: str
    ///     signing_key: str
    /// settings = Settings()
    /// ```
    ///
    /// ```text
    /// warning[key-not-forwarded]: `api` requires `SIGNING_KEY`, and compose does not pass it on
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass the key on: `SIGNING_KEY: ${SIGNING_KEY:?}`.
    pub struct KeyNotForwarded = "key-not-forwarded", Missing, Warning, partly_strict, fixes, by_file + among_files => joined;
}

/// What files of platforms leave out.
fn among_files(index: &Index, reporter: &mut Reporter<'_>) {
    button::ask(index, reporter);
}

const WHY: &str = "a container sees only what `environment:` and `env_file:` give it";

/// Where a key is required, and what to say of it there.
type Required = (Location, &'static str);

/// A key that the code in one folder requires.
type Demand = (KeyName, Option<TreePath>);

impl KeyNotForwarded {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let dotenvs = written::dotenvs(index);
        written::ask(index, &dotenvs, reporter);
        unwritten::ask(index, &dotenvs, reporter);
        let strict = reporter.is_strict();
        let declared = index.declared_composes();
        let mut found: BTreeMap<Demand, (Required, Vec<(String, Location)>)> = BTreeMap::new();
        for site in index.sites() {
            let Some(service) = index.compose_service(site) else { continue };
            let Some(listing) = service.environment else { continue };
            // Of compose files that the matrix names as sources, `required-key-missing` asks what they pass on.
            let is_judged = site.service.is_some() && declared.contains(&index.path(site.file));
            if is_judged || index.is_sink(site) || index.is_aside(site.file) {
                continue;
            }
            let given = index.given_to(site);
            if given.is_open {
                continue;
            }
            let program = index.program_of(site, &given);
            for (fact, read) in index.reads_of_site(site).filter(|(fact, read)| {
                demands_at(index, site, fact, read, strict) && index.is_asked_at(site, read)
            }) {
                let names: Vec<&KeyName> = std::iter::once(&fact.key).chain(&read.alternatives).collect();
                let is_given = names
                    .iter()
                    .any(|name| given.has(name, read.folds_case) || index.is_rendered_for(site.file, name));
                // A sibling that has the key makes it `sibling-service-drift`.
                if is_given
                    || sibling_with(index, site, &names).is_some()
                    || !program.surely_comes_to(fact, read)
                    || names.iter().any(|name| program.may_be_given(name))
                {
                    continue;
                }
                let (_, places) = found
                    .entry((fact.key.clone(), site.code.clone()))
                    .or_insert_with(|| ((fact.at(), index.told_at(fact, read)), Vec::new()));
                let place = (service.name.value.clone(), Location::new(site.file, listing));
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        for ((key, _), ((read, told), places)) in found {
            let Some((name, listing)) = places.first() else { continue };
            // Services of several compose files have the same names.
            let mut names: Vec<&str> = Vec::new();
            for (name, _) in &places {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            let verb = if names.len() == 1 { "requires" } else { "require" };
            let message = format!("{} {verb} `{key}`, and compose does not pass it on", enumerate(&names));
            let label = format!("lists the environment of `{name}` without `{key}`");
            let mut finding = reporter.report(message, *listing, label);
            for (other, listing) in places.iter().skip(1).take(3) {
                finding = finding.label(*listing, format!("and that of `{other}`"));
            }
            let value = composed(index, &key).map_or_else(|| format!("${{{key}:?}}"), str::to_owned);
            let edits: Option<Vec<_>> = places
                .iter()
                .map(|(_, listing)| add_variable(index, *listing, &key, value.as_str()))
                .collect();
            if let Some(given) = given_instead(index, &places, &key) {
                finding
                    .label(read, told)
                    .label(given.at(), format!("`{}` is given, and nothing reads it", given.key))
                    .key(&key)
                    .why(WHY)
                    .help(format!("write one name in both places: `{key}` or `{}`", given.key));
                continue;
            }
            finding
                .label(read, told)
                .fix_if(edits.and_then(|edits| Fix::unsafe_if_any(format!("pass `{key}` on"), edits)))
                .key(&key)
                .why(WHY)
                .help(format!("add `{key}: {value}` to `environment:`"));
        }
    }
}

/// What another container has the key made of, where that is another variable: nobody sets one of this name then.
fn composed<'a>(index: &'a Index, key: &KeyName) -> Option<&'a str> {
    let given = index.facts_of(key).filter(|fact| matches!(fact.place, Place::Container(_)));
    let mut values = given.filter(|fact| !index.is_aside(fact.file)).filter_map(Fact::value);
    let value = values.find(|value| value.references.iter().all(|reference| reference.key != *key))?;
    let text = value.text.reveal();
    // A default could be a secret.
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or("");
    let is_reference = KeyName::new(name.trim_end_matches('?').trim_end_matches(':')).is_identifier();
    (is_reference && value.origin == Origin::Literal).then_some(text)
}

/// The one key that a service is given by a name which may be meant for `key` and which nothing reads.
fn given_instead<'a>(index: &'a Index, places: &[(String, Location)], key: &KeyName) -> Option<&'a Fact> {
    let (name, listing) = places.first()?;
    let site = index
        .sites_in(listing.file)
        .iter()
        .find(|site| index.compose_service(site).is_some_and(|service| service.name.value == *name))?;
    let mut given = index
        .environment_of(site)
        .filter(|fact| is_taken_for(&fact.key, key) && !index.is_used_beyond_compose(&fact.key));
    given.next().filter(|first| given.all(|other| other.key == first.key))
}

/// Whether a program cannot start without this read: a field of a settings class, in application code.
fn demands(index: &Index, fact: &Fact, read: &Read) -> bool {
    read.need == Need::Required && read.settings.is_some() && is_of_application(index, fact)
}

/// The same of what a site runs, where the start comes to other reads as well.
fn demands_at(index: &Index, site: &Site, fact: &Fact, read: &Read, strict: bool) -> bool {
    (read.settings.is_some() || strict || start::is_of_release(index, site, fact))
        && stops_at_start(index, site, fact, read)
        && is_of_application(index, fact)
}

fn is_of_application(index: &Index, fact: &Fact) -> bool {
    index.is_asked_of_others(fact)
        && (!is_tool_key(&fact.key) || is_library_key(&fact.key))
        && !is_tool(&index.path(fact.file))
}
