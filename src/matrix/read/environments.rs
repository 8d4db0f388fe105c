//! Reading an environment.

use std::collections::BTreeMap;

use super::MatrixProblem;
use super::reader::{Reader, one_of, suggestion};
use super::tree::{Content, Entry, Kind as ScalarKind, Tree};
use crate::key::KeyName;
use crate::matrix::{Defaults, Environment, Gates, KeyStyle, Naming, Pattern, Runtime, Said, Tier, Trigger};
use crate::secret::Secret;
use crate::text::{Location, Span};
use crate::value_type::url;

const ENVIRONMENT: [&str; 14] = [
    "tier",
    "url",
    "trigger",
    "runtime",
    "suffix",
    "sources",
    "defaults",
    "values",
    "naming",
    "gates",
    "forbidden_schemes",
    "services",
    "extends",
    "about",
];

const TIERS: [(&str, Tier); 5] = [
    ("local", Tier::Local),
    ("ci", Tier::Ci),
    ("preview", Tier::Preview),
    ("staging", Tier::Staging),
    ("production", Tier::Production),
];

/// What else teams call an environment of a tier.
const SYNONYMS: [(&str, Tier); 22] = [
    ("dev", Tier::Local),
    ("development", Tier::Local),
    ("localhost", Tier::Local),
    ("test", Tier::Ci),
    ("tests", Tier::Ci),
    ("testing", Tier::Ci),
    ("e2e", Tier::Ci),
    ("integration", Tier::Ci),
    ("github", Tier::Ci),
    ("pr", Tier::Preview),
    ("pull-request", Tier::Preview),
    ("review", Tier::Preview),
    ("previews", Tier::Preview),
    ("pr-preview", Tier::Preview),
    ("stage", Tier::Staging),
    ("stg", Tier::Staging),
    ("uat", Tier::Staging),
    ("preprod", Tier::Staging),
    ("pre-production", Tier::Staging),
    ("prod", Tier::Production),
    ("prd", Tier::Production),
    ("live", Tier::Production),
];

/// Checks that gates can run.
const CHECKS: [&str; 7] = ["database", "migrations", "redis", "s3", "http", "latency", "tcp"];

/// Longest chain of `extends:` that is followed.
const MAX_CHAIN: usize = 8;

/// An environment before it is read: its name, and all that its file or entry says.
pub(super) struct Described {
    pub(super) name: Said<String>,
    pub(super) tree: Tree,
}

impl Reader {
    /// All environments, those that extend another completed from it, in the order of their tiers.
    pub(super) fn environments(&mut self, described: &[Described]) -> Vec<Environment> {
        let mut by_name: BTreeMap<&str, &Described> = BTreeMap::new();
        let mut read = Vec::new();
        for one in described {
            if let Some(first) = by_name.get(one.name.as_str()) {
                if let (Some(at), Some(before)) = (one.name.at, first.name.at) {
                    let message = format!("two environments are called `{}`", *one.name);
                    self.tell(
                        MatrixProblem::new(at, message, "this one is not read")
                            .related(before, "the other one")
                            .help("keep one of them"),
                    );
                }
                continue;
            }
            by_name.insert(&one.name, one);
            read.push(one);
        }
        let mut environments: Vec<Environment> =
            read.into_iter().map(|one| self.environment(one, &by_name)).collect();
        environments.sort_by_key(|environment| environment.tier.value);
        environments
    }

    fn environment(&mut self, of: &Described, all: &BTreeMap<&str, &Described>) -> Environment {
        let whole = self.extended(of, all);
        let mut environment = Environment { name: of.name.clone(), ..Environment::default() };
        let mut tier = None;
        let what = "a map that describes an environment";
        for entry in self.fields(&of.name, &whole, what, &ENVIRONMENT) {
            let value = &entry.value;
            match entry.key.as_str() {
                "tier" => tier = self.tier(value),
                "url" => environment.url = self.address(value),
                "trigger" => environment.trigger = self.trigger(value),
                "runtime" => {
                    let words = [("source", Runtime::Source), ("image", Runtime::Image)];
                    environment.runtime = self
                        .choice("runtime", value, &words)
                        .map_or_else(Runtime::default, |said| said.value);
                }
                "suffix" => {
                    environment.suffix = match &value.content {
                        // An empty suffix is how production says that it has none.
                        Content::Scalar(ScalarKind::Text, text) => Some(Said::at(text.clone(), value.at)),
                        _ => self.text("suffix", value),
                    };
                }
                "sources" => environment.sources = self.sources(value),
                "defaults" => {
                    let words = [("allowed", Defaults::Allowed), ("forbidden", Defaults::Forbidden)];
                    environment.defaults = self.choice("defaults", value, &words).unwrap_or_default();
                }
                "values" => environment.values = self.values("values", value),
                "naming" => environment.naming = self.naming(value),
                "gates" => environment.gates = self.gates(value),
                "forbidden_schemes" => {
                    environment.forbidden_schemes = self.schemes("forbidden_schemes", value);
                }
                "services" => environment.services = self.texts("services", value),
                "about" => _ = self.about(value),
                _ => {}
            }
        }
        environment.tier = tier.unwrap_or_else(|| self.tier_by_name(of));
        environment
    }

    fn tier(&mut self, tree: &Tree) -> Option<Said<Tier>> {
        let told = self.problems.len();
        let tier = self.choice("tier", tree, &TIERS);
        if let Content::Scalar(_, word) = &tree.content
            && let Some((_, meant)) = SYNONYMS.iter().find(|(other, _)| other.eq_ignore_ascii_case(word))
            && let Some(problem) = self.problems.get_mut(told)
        {
            problem.help = Some(format!("did you mean `{}`?", meant.word()));
        }
        tier
    }

    fn tier_by_name(&mut self, of: &Described) -> Said<Tier> {
        let lower = of.name.to_ascii_lowercase().replace('_', "-");
        let known = TIERS.iter().chain(&SYNONYMS).find(|(word, _)| *word == lower);
        let said_wrongly = of.tree.entry("tier").is_some_and(|entry| entry.value.content != Content::Null);
        if let (None, false, Some(at)) = (known, said_wrongly, of.name.at) {
            let words = TIERS.map(|(word, _)| word);
            let message = format!("the environment `{}` does not say its tier", *of.name);
            self.tell(
                MatrixProblem::new(at, message, "its name does not tell")
                    .help(format!("add `tier:` with {}", one_of(&words))),
            );
        }
        Said::inferred(known.map_or_else(Tier::default, |(_, tier)| *tier))
    }

    /// What an environment says together with what it takes over: its own entries win, and maps are
    /// joined entry by entry. `tier` is taken over only where the name does not tell it.
    fn extended(&mut self, of: &Described, all: &BTreeMap<&str, &Described>) -> Tree {
        let mut chain: Vec<&str> = vec![&of.name];
        let mut whole = of.tree.clone();
        let mut child = of;
        while let Some(entry) = child.tree.entry("extends") {
            if entry.value.content == Content::Null {
                break;
            }
            let Some(parent_name) = self.text("extends", &entry.value) else { break };
            let at = entry.value.at;
            let Some((&parent_name, &parent)) = all.get_key_value(parent_name.as_str()) else {
                let names: Vec<&str> = all.keys().copied().collect();
                let message = format!("no environment is called `{}`", *parent_name);
                let help = suggestion(&parent_name, &names, "environments are");
                self.tell(MatrixProblem::new(at, message, "not an environment").help(help));
                break;
            };
            if chain.contains(&parent_name) || chain.len() >= MAX_CHAIN {
                let message = format!("`{}` extends itself", *child.name);
                self.tell(
                    MatrixProblem::new(at, message, "leads back")
                        .help(format!("the chain is {} -> {parent_name}", chain.join(" -> "))),
                );
                break;
            }
            chain.push(parent_name);
            let lower = of.name.to_ascii_lowercase().replace('_', "-");
            let tells_tier = TIERS.iter().chain(&SYNONYMS).any(|(word, _)| *word == lower);
            complete(&mut whole, &parent.tree, &|key| key != "about" && !(key == "tier" && tells_tier));
            child = parent;
        }
        whole
    }

    fn address(&mut self, tree: &Tree) -> Option<Said<String>> {
        let text = self.text("url", tree)?;
        let scheme = url::Url::parse(&text).map(|url| url.scheme);
        let is_web = scheme.is_some_and(|scheme| matches!(scheme, "http" | "https"));
        if let Some(problem) = url::problem(&text) {
            self.tell(MatrixProblem::new(tree.at, "`url` must be a URL", problem.to_string()));
            return None;
        }
        if !is_web {
            let problem =
                MatrixProblem::new(tree.at, "`url` must be an address of the web", "another scheme");
            self.tell(problem.help("write `https://…`"));
            return None;
        }
        Some(text)
    }

    fn trigger(&mut self, tree: &Tree) -> Option<Said<Trigger>> {
        let mut trigger = Trigger::default();
        let known = ["workflow", "on", "branches"];
        for entry in self.fields("trigger", tree, "a map with `workflow`, `on` and `branches`", &known) {
            match entry.key.as_str() {
                "workflow" => trigger.workflow = self.path("workflow", &entry.value),
                "on" => trigger.on = self.text("on", &entry.value),
                _ => trigger.branches = self.texts("branches", &entry.value),
            }
        }
        matches!(tree.content, Content::Table(_)).then(|| Said::at(trigger, tree.at))
    }

    /// A map of keys to values.
    pub(super) fn values(&mut self, name: &str, tree: &Tree) -> BTreeMap<KeyName, Said<Secret>> {
        let mut values = BTreeMap::new();
        for entry in self.map(name, tree, "a map of keys to values") {
            let key = self.key_name(&Said::at(entry.key.clone(), entry.key_at));
            if let (Some(key), Some(value)) = (key, self.value(&entry.key, &entry.value)) {
                values.insert(key.value, value);
            }
        }
        values
    }

    pub(super) fn naming(&mut self, tree: &Tree) -> Naming {
        let mut naming = Naming::default();
        let known = ["key", "container", "database", "bucket", "network", "volume"];
        for entry in self.fields("naming", tree, "a map of patterns", &known) {
            let value = &entry.value;
            match entry.key.as_str() {
                "key" => naming.key = self.choice("key", value, &[("UPPER_SNAKE", KeyStyle::UpperSnake)]),
                "container" => naming.container = self.name_pattern(entry),
                "database" => naming.database = self.name_pattern(entry),
                "bucket" => naming.bucket = self.name_pattern(entry),
                "network" => naming.network = self.name_pattern(entry),
                _ => naming.volume = self.name_pattern(entry),
            }
        }
        naming
    }

    fn name_pattern(&mut self, entry: &Entry) -> Option<Said<Pattern>> {
        let text = self.text(&entry.key, &entry.value)?;
        match Pattern::parse(&text) {
            Ok(pattern) => Some(Said::at(pattern, entry.value.at)),
            Err(word) => {
                let words = ["project", "service", "environment", "suffix", "number", "any"];
                let (message, help) = if text.ends_with(&format!("{{{word}")) {
                    (format!("the pattern for `{}` lacks a `}}`", entry.key), String::new())
                } else {
                    let message =
                        format!("`{{{word}}}` stands for nothing in the pattern for `{}`", entry.key);
                    (message, suggestion(&word, &words, "a pattern may hold, between braces,"))
                };
                self.tell(MatrixProblem::new(entry.value.at, message, "this pattern").help(help));
                None
            }
        }
    }

    fn gates(&mut self, tree: &Tree) -> Gates {
        let mut gates = Gates::default();
        let known = ["static", "startup", "health"];
        for entry in self.fields("gates", tree, "a map with `static`, `startup` and `health`", &known) {
            let checks = self.checks(&entry.key, &entry.value);
            match entry.key.as_str() {
                "static" => gates.static_checks = checks,
                "startup" => gates.startup = checks,
                _ => gates.health = checks,
            }
        }
        gates
    }

    /// Names of checks: a list of names, of which each may be a map from the name to its settings.
    fn checks(&mut self, name: &str, tree: &Tree) -> Vec<Said<String>> {
        let Content::List(items) = &tree.content else {
            self.ill_typed(name, tree, "a list of checks");
            return Vec::new();
        };
        let mut checks = Vec::new();
        for item in items {
            let found = match &item.content {
                Content::Scalar(ScalarKind::Text, word) => Said::at(word.clone(), item.at),
                Content::Table(entries) if entries.len() == 1 => match entries.first() {
                    Some(entry) => Said::at(entry.key.clone(), entry.key_at),
                    None => continue,
                },
                _ => {
                    self.ill_typed(name, item, "a list of names, or of maps from one name to its settings");
                    continue;
                }
            };
            if CHECKS.contains(&found.as_str()) {
                checks.push(found);
            } else if let Some(at) = found.at {
                let message = format!("`{name}` names the unknown check `{}`", *found);
                let help = suggestion(&found, &CHECKS, "checks are");
                self.tell(MatrixProblem::new(at, message, "not a check").help(help));
            }
        }
        checks
    }
}

/// Adds to `child` what only `parent` says and `wanted` lets through.
fn complete(child: &mut Tree, parent: &Tree, wanted: &dyn Fn(&str) -> bool) {
    let at = child.at;
    if child.content == Content::Null {
        child.content = Content::Table(Vec::new());
    }
    let Content::Table(entries) = &mut child.content else { return };
    for entry in parent.entries().iter().filter(|entry| wanted(&entry.key) && entry.key != "extends") {
        match entries.iter_mut().find(|own| own.key == entry.key) {
            None => entries.push(entry.clone()),
            Some(own) if own.value.content == Content::Null => own.value = entry.value.clone(),
            Some(own) if matches!(entry.key.as_str(), "values" | "naming" | "gates" | "trigger") => {
                complete(&mut own.value, &entry.value, &|_| true);
            }
            Some(_) => {}
        }
    }
    child.at = at;
}

/// Where an environment that is a whole file has its name: its first entry.
pub(super) fn name_in_file(file: crate::text::FileId, tree: Option<&Tree>) -> Location {
    let first = tree.and_then(|tree| tree.entry("tier").or_else(|| tree.entries().first()));
    first.map_or_else(|| Location::new(file, Span::at(0)), |entry| entry.key_at)
}
