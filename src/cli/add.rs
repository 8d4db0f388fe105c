//! `envcheck add`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;

use super::arguments::{Add, AddKind, AddType};
use super::change::{Allowed, carry_out};
use super::failure::Failure;
use super::rename::{new_name, open, place_of};
use super::{Exit, Output};
use crate::engine::Snapshot;
use crate::fix::{NewKey, add, is_read_only};
use crate::index::{Cell, HeldKind, Outcome};
use crate::key::{KeyName, is_secret_name, public_prefix};
use crate::matrix::Kind;
use crate::render::{Paint, clean};
use crate::rule::repair::{Entry, known_of};
use crate::secret::Secret;
use crate::value_type::ValueType;

pub(super) fn run(arguments: &Add, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let key = new_name(&arguments.key)?;
    check_kind(arguments, &key)?;
    let (tree, before) = open(&arguments.tree)?;
    let is_known = is_read_only(&before.index, &key);
    if let Some(place) = place_of(&before.index, &key).filter(|_| !is_known) {
        return Err(Failure::with_help(
            format!("`{key}` is there already, at {place}"),
            format!("`envcheck trace {key}` shows where it is missing, `envcheck check` what to do"),
        ));
    }
    let asked = Entry {
        key: key.clone(),
        value_type: Some(value_type(arguments.value_type)),
        default: default(arguments),
        is_required: arguments.required,
        is_secret: arguments.kind == AddKind::Secret,
        about: arguments.about.clone(),
    };
    let wanted = NewKey {
        entry: if is_known { completed(asked, known_of(&before.index, &key)) } else { asked },
        kind: match arguments.kind {
            AddKind::Frontend => Kind::Public,
            AddKind::Backend => Kind::Config,
            AddKind::Secret => Kind::Secret,
        },
        service: arguments.service.clone(),
    };
    let plan =
        add(&before.index, &wanted).map_err(|unclear| Failure::with_help(unclear.message, unclear.help))?;
    let gaps = RefCell::new(BTreeSet::new());
    let served = |after: &Snapshot, output: &mut Output<'_>| {
        gaps.replace(tell_served(after, &key, output)?);
        Ok(())
    };
    let exit = carry_out(plan, &before, &tree, (&arguments.consent, Allowed::Findings), served, output)?;
    // The last words are about what is not done.
    let gaps = gaps.into_inner();
    if !gaps.is_empty() {
        let names = gaps.into_iter().collect::<Vec<_>>().join(", ");
        let text = format!("the chain is not whole: `{key}` is needed, and missing in {}", clean(&names));
        writeln!(output.out, "{}", output.screen.paint(Paint::Warning, &text))?;
    }
    Ok(exit)
}

/// What is asked for, and what code tells that reads the key already.
fn completed(asked: Entry, known: Entry) -> Entry {
    let is_said = asked.value_type.as_ref().is_some_and(|said| *said != ValueType::String);
    let default = asked.default.or_else(|| known.default.filter(|_| !asked.is_secret && !asked.is_required));
    Entry {
        value_type: if is_said { asked.value_type } else { known.value_type.or(asked.value_type) },
        is_required: asked.is_required || default.is_none() && known.is_required,
        default,
        about: asked.about.or(known.about),
        ..asked
    }
}

fn check_kind(arguments: &Add, key: &KeyName) -> Result<(), Failure> {
    if arguments.kind == AddKind::Secret && arguments.default.is_some() {
        let help = "secrets come from the store; leave --default out";
        return Err(Failure::with_help("a secret has no default", help));
    }
    if arguments.kind != AddKind::Frontend && public_prefix(key).is_some() {
        return Err(Failure::with_help(
            format!("`{key}` has a public prefix, so bundlers write its value into what browsers download"),
            "take --kind frontend, or another name",
        ));
    }
    if arguments.kind == AddKind::Backend && is_secret_name(key) {
        return Err(Failure::with_help(
            format!("`{key}` is named like a secret"),
            "take --kind secret, or another name",
        ));
    }
    if let Some(default) = &arguments.default
        && value_type(arguments.value_type).check(default).is_err()
    {
        return Err(Failure::new(format!("the default is not {}", value_type(arguments.value_type))));
    }
    Ok(())
}

/// The default that is asked for; a truth value in the words that all readers know.
fn default(arguments: &Add) -> Option<Secret> {
    let asked = arguments.default.as_deref()?;
    Some(match arguments.value_type {
        AddType::Bool if is_true(asked) => Secret::new("true"),
        AddType::Bool => Secret::new("false"),
        _ => Secret::new(asked),
    })
}

/// Whether a text that was checked to be a truth value says yes.
fn is_true(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "t" | "1" | "yes" | "y" | "on")
}

fn value_type(asked: AddType) -> ValueType {
    match asked {
        AddType::String => ValueType::String,
        AddType::Int => ValueType::Int { min: None, max: None },
        AddType::Float => ValueType::Float,
        AddType::Bool => ValueType::Bool,
        AddType::Url => ValueType::Url { schemes: Vec::new() },
        AddType::Port => ValueType::Port,
    }
}

/// What each environment has of the key then, and what is still to be done where it lacks it. The environments that
/// need it and lack it are the answer.
fn tell_served(after: &Snapshot, key: &KeyName, output: &mut Output<'_>) -> io::Result<BTreeSet<String>> {
    let index = &after.index;
    let mut gaps = BTreeSet::new();
    for service in index.matrix.services.values() {
        if !index.keys_of_service(service).contains(key) {
            continue;
        }
        let name = clean(&service.name.value);
        for environment in &index.matrix.environments {
            let route = index.route(environment, service, key);
            let cell = Cell::of(&route.outcome);
            if cell == Cell::NotApplicable {
                continue;
            }
            let advice = match cell {
                Cell::Missing | Cell::Placeholder | Cell::Unset => {
                    let named = [(environment.name.value.as_str(), &route)];
                    index.advice(key, false, &named).map(|advice| format!("; {advice}")).unwrap_or_default()
                }
                _ => String::new(),
            };
            let meaning = match &route.outcome {
                Outcome::Supplied(held) if matches!(held.kind, HeldKind::Example(_)) => match cell {
                    Cell::Placeholder => {
                        "whoever copies the example file has a placeholder there, to be replaced"
                    }
                    _ => "whoever copies the example file has it",
                },
                outcome => Cell::told(outcome),
            };
            let environment = clean(&environment.name.value);
            writeln!(output.out, "{environment}, {name}: {meaning}{}", clean(&advice))?;
            if cell == Cell::Missing {
                gaps.insert(format!("`{environment}`"));
            }
        }
    }
    Ok(gaps)
}
