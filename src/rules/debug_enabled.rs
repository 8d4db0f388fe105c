//! `debug-enabled`

use std::collections::BTreeMap;

use crate::index::{HeldKind, Index};
use crate::key::{KeyName, segments};
use crate::matrix::{Environment, Tier};
use crate::rule::{OptionKind, OptionSpec, Reporter, enumerate};
use crate::secret::Secret;
use crate::text::{Location, Span, TreePath};

crate::declare_rule! {
    /// Reports a debug switch that is on in staging or production: where the matrix declares them, and in a module of
    /// settings of Django that is named for production (`settings/production.py`).
    ///
    /// ## Why it matters
    ///
    /// Debug modes show stack traces, settings and queries to whoever causes an error, and switch off
    /// caches and checks.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: {} }
    /// keys: { DEBUG: { service: api } }
    /// environments:
    ///   production: { values: { DEBUG: "true" } }
    /// ```
    ///
    /// ```text
    /// warning[debug-enabled]: `DEBUG` is on in `production`
    /// ```
    ///
    /// ## What to do
    ///
    /// Switch it off there, or leave the key out.
    pub struct DebugEnabled = "debug-enabled", Value, Warning, by_file { options: [SWITCHES] };
}

const SWITCHES: OptionSpec = OptionSpec {
    name: "switches",
    kind: OptionKind::Patterns,
    about: "Further keys that switch a debug mode on.",
};

impl DebugEnabled {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        if index.matrix.is_declared() {
            in_environments(index, reporter);
        }
        for (file, _) in index.in_focus().filter(|(file, _)| !index.is_aside(*file)) {
            let Some(source) = index.files.get(file).filter(|file| is_for_production(&file.path)) else {
                continue;
            };
            let Some(span) = switched_on(&source.text) else { continue };
            let message = format!("`DEBUG` is on in {}, which is named for production", source.path);
            reporter
                .report(message, Location::new(file, span), "switched on here")
                .key(&KeyName::new("DEBUG"))
                .why("with `DEBUG` on, Django shows code, settings and queries to whoever causes an error")
                .help("write `DEBUG = False`");
        }
    }
}

/// What the routes of declared environments bring.
fn in_environments(index: &Index, reporter: &mut Reporter<'_>) {
    let options = reporter.options();
    let mut found: BTreeMap<Location, (KeyName, Vec<String>)> = BTreeMap::new();
    let mut add = |key: &KeyName, at: Location, text: &Secret, environment: &Environment| {
        let is_switch = is_debug_switch(key) || options.matches(&SWITCHES, key);
        if is_switch && is_on(text.reveal()) {
            let (_, names) = found.entry(at).or_insert_with(|| (key.clone(), Vec::new()));
            if !names.contains(&environment.name.value) {
                names.push(environment.name.value.clone());
            }
        }
    };
    for held in index.held_texts(is_for_users) {
        for environment in &held.environments {
            held.uses.iter().for_each(|(key, _)| add(key, held.at, held.text, environment));
        }
    }
    // `DEBUG` by itself is taken for a tool's key, and so belongs to no service's keys.
    let debug = KeyName::new("DEBUG");
    for environment in index.matrix.environments.iter().filter(|environment| is_for_users(environment)) {
        for service in index.matrix.services.values() {
            let route = index.route(environment, service, &debug);
            let Some(held) = route.outcome.held() else { continue };
            if let (Some(at), HeldKind::Text(text) | HeldKind::FileDefault(text)) = (held.at, &held.kind) {
                add(&debug, at, text, environment);
            }
        }
    }
    for (at, (key, environments)) in found {
        let message = format!("`{key}` is on in {}", enumerate(&environments));
        let mut finding = reporter.report(message, at, "switched on here").key(&key);
        if let Some(declared) = index.matrix.keys.get(&key).and_then(|spec| spec.name.at) {
            finding = finding.label(declared, "declared here");
        }
        finding
            .environments(environments)
            .why("debug modes tell strangers what they should not know")
            .help("switch it off there, or leave it out");
    }
}

/// Whether a path is that of a module of settings for production: `settings/production.py`, `prod_settings.py`.
fn is_for_production(path: &TreePath) -> bool {
    let Some(stem) = path.name().strip_suffix(".py") else { return false };
    let is_stage = |word: &str| matches!(word, "production" | "prod");
    if is_stage(stem) {
        return path.folder().name() == "settings";
    }
    stem.split_once('_').is_some_and(|(one, other)| {
        is_stage(one) && other == "settings" || one == "settings" && is_stage(other)
    })
}

/// The value of the only `DEBUG = True` of a module of Django that nothing behind it can take back.
fn switched_on(text: &str) -> Option<Span> {
    let of_django = ["django", "import *", "ALLOWED_HOSTS", "INSTALLED_APPS"];
    if !of_django.iter().any(|word| text.contains(word)) {
        return None;
    }
    let mut found = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split('#').next().unwrap_or("").trim_end();
        let is_at_begin = code.starts_with("DEBUG");
        let rest = code.trim_start().strip_prefix("DEBUG").map(str::trim_start);
        let value = rest.map(|rest| rest.strip_prefix(": bool").unwrap_or(rest).trim_start());
        if let Some(value) = value.and_then(|rest| rest.strip_prefix('=')).map(str::trim_start) {
            if found.is_some() || value != "True" || !is_at_begin {
                return None;
            }
            let begin = at + code.len() - value.len();
            found = Some(Span::new(begin, begin + value.len()));
        } else if found.is_some() && (code.ends_with("import *") || code.contains("globals()")) {
            return None;
        }
        at += line.len();
    }
    found
}

fn is_for_users(environment: &Environment) -> bool {
    environment.tier.value >= Tier::Staging
}

fn is_on(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on" | "t" | "y")
}

/// Whether a name says that it switches a program's debug mode. Switches of tools that merely log more
/// (`LOG_DEBUG`, `GODEBUG`) and switches that turn debugging off are none.
fn is_debug_switch(key: &str) -> bool {
    let upper = key.to_ascii_uppercase();
    let parts: Vec<&str> = segments(&upper).collect();
    let is_other = parts.iter().any(|part| {
        matches!(
            *part,
            "DISABLE" | "DISABLED" | "NO" | "SKIP" | "HIDE" | "LOG" | "LOGGING" | "ACTIONS" | "SOURCEMAPS"
        )
    });
    !is_other
        && (parts.last() == Some(&"DEBUG")
            || matches!(parts.as_slice(), [.., "DEBUG", "MODE" | "ENABLED"] | [.., "ENABLE", "DEBUG"]))
}
