//! Keys: what the code of the services reads, with the kind, type and text that the code tells; and what
//! files set or document for code whose reads are not understood.

mod about;
mod set;

use std::collections::BTreeMap;

use foldhash::{HashMap, HashSet};

use super::Tree;
use crate::fact::{Fact, Need, Phase, Place, Read, Role, is_tool};
use crate::key::{KeyName, is_secret_name, is_tool_key, public_prefix};
use crate::matrix::{KeySpec, Kind, Required, Said, Service};
use crate::secret::Secret;
use crate::text::{SourceFile, TreePath};
use crate::value_type::ValueType;

/// The keys that the services' code reads.
pub(super) fn read_by_code(
    tree: &Tree<'_>,
    services: &BTreeMap<String, Service>,
) -> BTreeMap<KeyName, KeySpec> {
    let mut keys: BTreeMap<KeyName, KeySpec> = BTreeMap::new();
    let owners = Owners::of(services);
    let mut noted = Noted::default();
    for (file, extraction) in tree.own() {
        let owner = owners.at(&file.path);
        for fact in &extraction.facts {
            let Role::Reads(read) = &fact.role else { continue };
            let is_code = fact.place == Place::Process && fact.phase == Phase::Run;
            if is_code && !is_tool_key(&fact.key) && fact.key.is_identifier() {
                let spec = keys.entry(fact.key.clone()).or_insert_with(|| new(fact));
                note_owner(spec, owner, fact, &mut noted);
                note_read(spec, fact, read);
            }
        }
    }
    settle_aliases(&mut keys);
    keys
}

/// The keys that a team would write down.
pub(super) fn propose(tree: &Tree<'_>, services: &BTreeMap<String, Service>) -> BTreeMap<KeyName, KeySpec> {
    let mut keys: BTreeMap<KeyName, KeySpec> = BTreeMap::new();
    let mut demands: BTreeMap<KeyName, Demands> = BTreeMap::new();
    let owners = Owners::of(services);
    let mut noted = Noted::default();
    for (file, extraction) in tree.own() {
        let owner = owners.at(&file.path);
        // What people run by hand has keys of its own.
        if is_tool(&file.path) && owner.is_none_or(|owner| is_tool_of(owner, &file.path)) {
            continue;
        }
        for fact in &extraction.facts {
            let Role::Reads(read) = &fact.role else { continue };
            let is_code = fact.place == Place::Process && fact.phase != Phase::Test;
            if !is_code || is_tool_key(&fact.key) || !fact.key.is_identifier() {
                continue;
            }
            let spec = keys.entry(fact.key.clone()).or_insert_with(|| new(fact));
            let demand = demands.entry(fact.key.clone()).or_default();
            note_owner(spec, owner, fact, &mut noted);
            note_read(spec, fact, read);
            demand.note(fact, read, file, owner.is_some() || services.len() == 1);
        }
    }
    settle_aliases(&mut keys);
    for (key, spec) in &mut keys {
        if let Some(demand) = demands.get(key) {
            demand.settle(spec);
        }
    }
    set::add(tree, services, &mut keys);
    about::add(tree, &mut keys);
    for spec in keys.values_mut() {
        let is_all = spec.services.len() == services.len();
        if is_all {
            spec.services.clear();
        }
        spec.services.sort_by(|a, b| a.value.cmp(&b.value));
        if !matches!(spec.kind.value, Kind::Config | Kind::Secret) {
            spec.required = Said::default();
        }
    }
    keys
}

/// The services by their folders.
pub(super) struct Owners<'a>(HashMap<&'a str, &'a Service>);

impl<'a> Owners<'a> {
    pub(super) fn of(services: &'a BTreeMap<String, Service>) -> Self {
        let roots = services.values().filter_map(|service| Some((service.root.as_ref()?.as_str(), service)));
        Self(roots.collect())
    }

    /// The service whose root holds `path`; of nested roots the deepest.
    pub(super) fn at(&self, path: &TreePath) -> Option<&'a Service> {
        std::iter::once(path.as_str()).chain(path.folders()).find_map(|folder| self.0.get(folder)).copied()
    }
}

/// Which services are noted for which key: a key that all services read has thousands.
pub(super) type Noted<'a> = HashSet<(&'a KeyName, &'a str)>;

/// Whether a tool lies in no folder of the service that is narrower than the tree.
fn is_tool_of(owner: &Service, path: &TreePath) -> bool {
    let root = owner.root.as_ref().map_or("", |root| root.within_root());
    let below = path.within_root().strip_prefix(root).unwrap_or(path.within_root());
    TreePath::parse(below.trim_start_matches('/')).is_some_and(|below| is_tool(&below))
}

pub(super) fn new(fact: &Fact) -> KeySpec {
    KeySpec {
        name: Said::at(fact.key.clone(), fact.at()),
        kind: Said::at(kind_of(&fact.key), fact.at()),
        ..KeySpec::default()
    }
}

pub(super) fn note_owner<'a>(
    spec: &mut KeySpec,
    owner: Option<&'a Service>,
    fact: &'a Fact,
    noted: &mut Noted<'a>,
) {
    if let Some(owner) = owner
        && noted.insert((&fact.key, &owner.name.value))
    {
        spec.services.push(Said::at(owner.name.value.clone(), fact.at()));
    }
}

pub(super) fn note_read(spec: &mut KeySpec, fact: &Fact, read: &Read) {
    if read.is_secret {
        spec.kind = Said::at(Kind::Secret, fact.at());
    }
    spec.about = spec.about.take().or_else(|| read.about.clone());
    spec.value_type =
        spec.value_type.take().or_else(|| read.value_type.clone().map(|said| Said::at(said, fact.at())));
    for alternative in &read.alternatives {
        if alternative.is_identifier() && !spec.aliases.iter().any(|known| known.value == *alternative) {
            spec.aliases.push(Said::at(alternative.clone(), fact.at()));
        }
    }
    if let (Need::Default(value), Kind::Config) = (&read.need, spec.kind.value)
        && spec.default.is_none()
        && let Some(text) =
            value.plain().filter(|text| crate::secret::is_plainly_public(text) && !text.is_empty())
    {
        spec.default = Some(Said::at(Secret::new(text), fact.at()));
    }
}

/// An alternative name is no key of its own, and belongs to one key only: the first that claims it.
fn settle_aliases(keys: &mut BTreeMap<KeyName, KeySpec>) {
    let mut settled: BTreeMap<KeyName, KeySpec> = BTreeMap::new();
    let mut claimed: std::collections::BTreeSet<KeyName> = std::collections::BTreeSet::new();
    for (key, mut spec) in std::mem::take(keys) {
        if claimed.contains(&key) {
            continue;
        }
        spec.aliases.retain(|alias| {
            alias.value != key && !settled.contains_key(&alias.value) && claimed.insert(alias.value.clone())
        });
        settled.insert(key, spec);
    }
    *keys = settled;
}

fn kind_of(key: &str) -> Kind {
    let upper = key.to_ascii_uppercase();
    // Switches about secrets hold none.
    let is_switch =
        ["ENABLE_", "DISABLE_", "IS_", "USE_", "HAS_", "ALLOW_"].iter().any(|start| upper.starts_with(start));
    let ends_secret = ["_SECRET", "_SECRET_KEY", "_PASSWORD", "_DATABASE_URL", "_REDIS_URL", "_DB_URL"]
        .iter()
        .any(|end| upper.ends_with(end))
        || (upper.ends_with("_KEY") && upper.contains("ENCRYPTION"));
    if public_prefix(key).is_some() {
        Kind::Public
    } else if (is_secret_name(key) || ends_secret) && !is_switch {
        Kind::Secret
    } else {
        Kind::Config
    }
}

/// What the readers of one key ask for.
#[derive(Debug, Default)]
struct Demands {
    reads: usize,
    required: usize,
    /// The first read by settings that are loaded as a whole when the service starts.
    at_start: Option<crate::text::Location>,
    first: Option<crate::text::Location>,
    runs: bool,
    defaults: Vec<Secret>,
    types: Vec<ValueType>,
    /// Whether something may change the value before its type counts.
    converted: bool,
}

impl Demands {
    fn note(&mut self, fact: &Fact, read: &Read, file: &SourceFile, is_owned: bool) {
        self.reads += 1;
        self.runs |= fact.phase == Phase::Run;
        match &read.need {
            Need::Required if is_owned => {
                self.required += 1;
                if read.settings.is_some() {
                    self.at_start.get_or_insert(fact.at());
                }
                self.first.get_or_insert(fact.at());
            }
            Need::Default(value) => {
                let text = value.plain().map(Secret::new).unwrap_or_default();
                if !self.defaults.contains(&text) {
                    self.defaults.push(text);
                }
            }
            _ => {}
        }
        if let Some(value_type) = &read.value_type
            && !self.types.contains(value_type)
        {
            self.types.push(value_type.clone());
        }
        self.converted |= converts(file, fact, read.value_type.as_ref());
    }

    fn settle(&self, spec: &mut KeySpec) {
        if !self.runs && spec.kind.value == Kind::Config {
            spec.kind.value = Kind::Build;
        }
        // Readers that disagree about the default leave none that could be declared.
        if self.defaults.len() > 1 || self.required > 0 || spec.kind.value != Kind::Config {
            spec.default = None;
        }
        let default = spec.default.as_ref().map(|default| default.value.clone());
        let holds = |value_type: &ValueType| {
            *value_type != ValueType::String
                && default.as_ref().is_none_or(|default| value_type.check(default.reveal()).is_ok())
        };
        spec.value_type = match self.types.as_slice() {
            [only] if !self.converted && holds(only) => {
                spec.value_type.take().filter(|said| said.value == *only)
            }
            _ => None,
        };
        if let Some(ValueType::Int { min, max }) = spec.value_type.as_mut().map(|said| &mut said.value) {
            // The limits of the machine's numbers are nobody's wish.
            *min = min.filter(|min| *min > i64::from(i32::MIN));
            *max = max.filter(|max| *max < i64::from(i32::MAX));
        }
        let is_switch = spec.value_type.as_ref().is_some_and(|said| said.value == ValueType::Bool);
        if default.as_ref().is_some_and(|default| !is_telling(default.reveal(), is_switch)) {
            spec.default = None;
        }
        let demanded = self.at_start.or(self.first.filter(|_| self.required == self.reads));
        if let Some(at) = demanded {
            spec.required = Said::at(Required::All, at);
        }
    }
}

/// Whether a default is one that people would write into an environment: code also says `False` where it
/// takes a text, and holds holes of templates.
fn is_telling(text: &str, is_switch: bool) -> bool {
    text.len() <= 80
        && !text.contains(char::is_control)
        && !["{{", "${", "<"].iter().any(|mark| text.contains(mark))
        && !crate::secret::is_placeholder(text)
        && (is_switch || !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "none"))
}

/// Whether a file holds validators that see a value before its type counts.
fn converts(file: &SourceFile, fact: &Fact, value_type: Option<&ValueType>) -> bool {
    const ANY_FIELD: &[&str] =
        &["NoDecode", "enable_decoding", "parse_env_var", "prepare_field_value", "EnvSettingsSource"];
    const ONE_FIELD: &[&str] = &[
        "mode=\"before\"",
        "mode='before'",
        "mode=\"wrap\"",
        "mode=\"plain\"",
        "pre=True",
        "BeforeValidator",
        "PlainValidator",
        "WrapValidator",
    ];
    let has = |marks: &[&str]| marks.iter().any(|mark| file.text.contains(mark));
    if !file.path.name().ends_with(".py") {
        return false;
    }
    if has(ANY_FIELD) {
        return true;
    }
    if !has(ONE_FIELD) {
        return false;
    }
    // Plain numbers and switches are converted only where a validator names the field.
    let is_plain = matches!(
        value_type,
        Some(ValueType::Int { .. } | ValueType::Float | ValueType::Bool | ValueType::Port)
    );
    let field = file.slice(fact.span).trim_matches(['"', '\'']);
    let number = file.line_column(fact.span.start).line.saturating_sub(1) as usize;
    let line = file.lines().line_range(&file.text, number);
    let is_wrapped = file.text.get(line).is_some_and(|line| line.contains("Validator"));
    let is_named = file.text.split("validator(").skip(1).any(|call| {
        let names: Vec<&str> = call.split(')').next().unwrap_or("").split(['"', '\'']).collect();
        let named: Vec<&&str> = names.iter().skip(1).step_by(2).collect();
        // A validator without a field sees them all.
        let is_for_all = named.iter().all(|name| matches!(**name, "before" | "wrap" | "plain" | "*"));
        is_for_all
            || named
                .iter()
                .any(|name| name.eq_ignore_ascii_case(field) || name.eq_ignore_ascii_case(&fact.key))
    });
    !is_plain || is_wrapped || is_named
}
