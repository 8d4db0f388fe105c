//! `default-drift`

mod claims;

use std::collections::BTreeMap;

use crate::diagnostic::{Edit, Fix};
use crate::fact::{Fact, Role};
use crate::index::Index;
use crate::key::{KeyName, may_hold_secret};
use crate::matrix::{Defaults, Environment};
use crate::rule::repair::dotenv_value;
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

use claims::{Claim, are_alike, canonical};

crate::declare_rule! {
    /// Reports a key for which code, example, compose or template name different defaults.
    ///
    /// By default the rule speaks only where two defaults meet in one environment: one compose file that gives a
    /// variable two defaults, or a declared environment in which the default of a template or compose file
    /// stands in for another one of the code. Under `--strict` it also compares the code with the
    /// example and with what compose falls back to, and keys that differ from environment to environment (`LEVEL`, `TAG`) within
    /// one compose file; and, where the code has no default, the example with what compose falls back to. Addresses, paths,
    /// switches and empty values are left out: they differ for good reasons.
    ///
    /// ## Why it matters
    ///
    /// A default is changed in one place, and the others go on with the old one. What a developer tries out is
    /// then not what production runs.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: .
    ///     environment: { WORKERS: "${WORKERS:-2}" }
    ///   worker:
    ///     build: .
    ///     environment: { WORKERS: "${WORKERS:-4}" }
    /// ```
    ///
    /// ```text
    /// warning[default-drift]: `WORKERS` defaults to `2` and to `4` in compose.yaml
    /// ```
    ///
    /// ## What to do
    ///
    /// Keep the default in one place, best in the code, and leave it out of the others; or bring
    /// them into line.
    pub struct DefaultDrift = "default-drift", Drift, Warning, partly_strict, fixes, by_file + among_files;
}

impl DefaultDrift {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        within_compose(index, reporter);
    }
}

/// Defaults of several files, one of which is the code's.
fn among_files(index: &Index, reporter: &mut Reporter<'_>) {
    let mut told = within_environments(index, reporter);
    if !reporter.is_strict() {
        return;
    }
    let composes = claims::of_compose(index);
    for (key, claims) in claims::of_code(index) {
        let mut others = claims::of_examples(index, &key, &claims);
        others.extend(composes.get(&key).into_iter().flatten());
        let known: Vec<String> = claims.iter().map(|claim| canonical(claim.text)).collect();
        others.retain(|claim| !known.contains(&canonical(claim.text)));
        let Some(own) = claims.first() else { continue };
        others.retain(|claim| are_alike(claim.text, own.text));
        if !others.is_empty() && !told.contains(&key) {
            told.push(key.clone());
            let fix = shown_anew(index, &key, &others, &claims);
            speak(index, reporter, &key, &others, own, (Vec::new(), fix));
        }
    }
    without_code(index, reporter, &told);
}

/// Examples that show another value than compose falls back to, where the code has no default to be held against.
fn without_code(index: &Index, reporter: &mut Reporter<'_>, told: &[KeyName]) {
    for (key, composes) in claims::of_compose_alone(index) {
        let known: Vec<String> = composes.iter().map(|claim| canonical(claim.text)).collect();
        let Some(first) = composes.first().filter(|_| !told.contains(key)) else { continue };
        let mut examples = claims::of_examples_beside(index, key, &composes);
        examples.retain(|claim| !known.contains(&canonical(claim.text)) && are_alike(claim.text, first.text));
        let Some(shown) = examples.first() else { continue };
        reporter
            .report(
                contradiction(index, key, (shown, "is"), (first, "defaults to")),
                shown.at,
                label(key, shown),
            )
            .label(first.at, label(key, first))
            .key(key)
            .why("whoever starts from the example runs with another value than those who set nothing")
            .help("bring them into line, or leave the default to one of the two");
    }
}

/// One compose file that gives one variable two defaults.
fn within_compose(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, _) in index.compose_files() {
        if index.is_aside(file) {
            continue;
        }
        let mut found: BTreeMap<&KeyName, Vec<Claim<'_>>> = BTreeMap::new();
        for (key, claim) in claims::interpolated(index, file, reporter.is_strict()) {
            let known = found.entry(key).or_default();
            let differs = |other: &Claim<'_>| {
                canonical(other.text) != canonical(claim.text) && are_alike(other.text, claim.text)
            };
            if known.iter().all(differs) {
                known.push(claim);
            }
        }
        for (key, claims) in found {
            let [first, others @ ..] = claims.as_slice() else { continue };
            if others.is_empty() {
                continue;
            }
            let mut finding =
                reporter.report(apart(index, key, file, &claims), first.at, "this default here").key(key);
            for other in others.iter().take(3) {
                finding = finding.label(other.at, "and another one here");
            }
            finding
                .why("where nobody sets the variable it stands for different values, and for one and the same once somebody does")
                .help("write the same default everywhere, or give what is meant to differ a variable of its own");
        }
    }
}

/// Declared environments in which a file's default stands in for another one of the code. The keys told of.
fn within_environments(index: &Index, reporter: &mut Reporter<'_>) -> Vec<KeyName> {
    let mut found: BTreeMap<(KeyName, Location), (Claim<'_>, Claim<'_>, Vec<String>)> = BTreeMap::new();
    // Where code defaults are forbidden, whoever supplies the environment decides.
    let relies = |environment: &Environment| environment.defaults.value == Defaults::Allowed;
    for (environment, supply) in index.supplied().filter(|(environment, _)| relies(environment)) {
        let Some(claim) = claims::of_supply(index, supply) else { continue };
        let own: Vec<Claim<'_>> = claims::of_service(index, &supply.service, &supply.key);
        let Some(first) = own.first() else { continue };
        let is_same = own.iter().any(|own| canonical(own.text) == canonical(claim.text));
        if is_same || !are_alike(first.text, claim.text) {
            continue;
        }
        let (.., environments) =
            found.entry((supply.key.clone(), claim.at)).or_insert_with(|| (claim, *first, Vec::new()));
        if !environments.contains(&environment.name.value) {
            environments.push(environment.name.value.clone());
        }
    }
    let mut told = Vec::new();
    for ((key, _), (claim, own, environments)) in found {
        speak(index, reporter, &key, &[claim], &own, (environments, None));
        told.push(key);
    }
    told
}

fn speak(
    index: &Index,
    reporter: &mut Reporter<'_>,
    key: &KeyName,
    others: &[Claim<'_>],
    own: &Claim<'_>,
    (environments, fix): (Vec<String>, Option<Fix>),
) {
    let Some(first) = others.first() else { return };
    let where_ =
        if environments.is_empty() { String::new() } else { format!("in {}, ", enumerate(&environments)) };
    let is_shown = first.who == claims::EXAMPLE;
    let verb = if is_shown { "is" } else { "defaults to" };
    let message = format!("{where_}{}", contradiction(index, key, (first, verb), (own, "defaults to")));
    let mut finding =
        reporter.report(message, first.at, label(key, first)).label(own.at, label(key, own)).key(key);
    for other in others.iter().skip(1).take(3) {
        finding = finding.label(other.at, label(key, other));
    }
    let why = if environments.is_empty() {
        "whoever starts from that file runs with another value than the code's own default"
    } else {
        "where the store holds no value, this default stands in, and the code's own never does"
    };
    finding
        .environments(environments)
        .fix_if(fix)
        .why(why)
        .help("bring the defaults into line, or keep the code's alone");
}

/// Two values of a key and where each stands, without the values where one may be a secret.
fn contradiction(
    index: &Index,
    key: &KeyName,
    (one, verb): (&Claim<'_>, &str),
    (other, other_verb): (&Claim<'_>, &str),
) -> String {
    let path = |claim: &Claim<'_>| index.path(claim.at.file).to_string();
    match (one.shown(key), other.shown(key)) {
        (Some(a), Some(b)) if verb == other_verb => {
            format!("`{key}` {verb} `{a}` in {} and to `{b}` in {}", path(one), path(other))
        }
        (Some(a), Some(b)) => {
            format!("`{key}` {verb} `{a}` in {} and {other_verb} `{b}` in {}", path(one), path(other))
        }
        _ => format!("`{key}` has one default in {} and another in {}", path(one), path(other)),
    }
}

/// The same for defaults of one file.
fn apart(index: &Index, key: &KeyName, file: FileId, claims: &[Claim<'_>]) -> String {
    let path = index.path(file);
    match claims {
        [one, other] => match (one.shown(key), other.shown(key)) {
            (Some(a), Some(b)) => format!("`{key}` defaults to `{a}` and to `{b}` in {path}"),
            _ => format!("`{key}` has two different defaults in {path}"),
        },
        _ => format!("`{key}` has {} different defaults in {path}", claims.len()),
    }
}

/// Shows the default of the code where only examples differ from it, which document and set nothing.
fn shown_anew(index: &Index, key: &KeyName, others: &[Claim<'_>], own: &[Claim<'_>]) -> Option<Fix> {
    let (first, further) = own.split_first()?;
    if may_hold_secret(key) {
        return None;
    }
    let is_one = further.iter().all(|claim| canonical(claim.text) == canonical(first.text));
    let value = dotenv_value(first.text.reveal()).filter(|_| is_one)?;
    let edits: Option<Vec<Edit>> = others
        .iter()
        .map(|claim| {
            let is_example = index
                .facts_in(claim.at.file)
                .any(|fact| matches!(fact.role, Role::Documents(_)) && is_of(fact, claim));
            // A value in quotes, or one that YAML or a shell puts together, is for people to change.
            let is_plain = index.files.get(claim.at.file)?.slice(claim.at.span) == claim.text.reveal();
            (is_example && is_plain).then(|| Edit { at: claim.at, replacement: value.clone() })
        })
        .collect();
    Fix::unsafe_if_any("show the default of the code", edits?)
}

/// Whether a statement is the one that makes a claim.
fn is_of(fact: &Fact, claim: &Claim<'_>) -> bool {
    matches!(&fact.role, Role::Documents(document)
        if document.example.as_ref().is_some_and(|value| value.span == claim.at.span))
}

fn label(key: &KeyName, claim: &Claim<'_>) -> String {
    match claim.shown(key) {
        Some(shown) => format!("{}: `{shown}`", claim.who),
        None => format!("the default of {}", claim.who),
    }
}
