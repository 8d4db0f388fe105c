//! `envcheck rename` and `envcheck remove`.

use super::arguments::{Remove, Rename, Tree};
use super::change::{Allowed, carry_out};
use super::failure::Failure;
use super::{Exit, Output, root};
use crate::engine::Snapshot;
use crate::fix::{self, words};
use crate::index::Index;
use crate::key::KeyName;
use crate::text::Location;

pub(super) fn rename(arguments: &Rename, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let (tree, before) = open(&arguments.tree)?;
    let index = &before.index;
    let old = known(index, &arguments.old)?;
    let new = new_name(&arguments.new)?;
    if old == new {
        return Err(Failure::new(format!("`{old}` has this name already")));
    }
    if let Some(place) = place_of(index, &new) {
        return Err(Failure::with_help(
            format!("`{new}` exists already, at {place}"),
            format!(
                "two keys cannot become one by a new name: `envcheck remove {old}` takes one of them out"
            ),
        ));
    }
    let wanted = fix::Rename {
        old,
        new,
        vault_fields: arguments.vault_field,
        github_names: arguments.github_name,
        kubernetes_keys: arguments.kubernetes_key,
    };
    let mut plan = fix::rename(index, &wanted).map_err(|taken| {
        Failure::with_help(
            format!("`{}` is there already, at {}", taken.name, taken.place),
            "two things of a program cannot have one name: choose another, or rename the other thing first",
        )
    })?;
    plan.by_hand.extend(fix::unread_mentions(&tree.system, index, &wanted.old));
    let consent = (&arguments.consent, allowed(arguments.force));
    carry_out(plan, &before, &tree, consent, |_, _| Ok(()), output)
}

pub(super) fn remove(arguments: &Remove, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let (tree, before) = open(&arguments.tree)?;
    let key = known(&before.index, &arguments.key)?;
    let mut plan = fix::remove(&before.index, &key);
    plan.by_hand.extend(fix::unread_mentions(&tree.system, &before.index, &key));
    let consent = (&arguments.consent, allowed(arguments.force));
    carry_out(plan, &before, &tree, consent, |_, _| Ok(()), output)
}

fn allowed(is_forced: bool) -> Allowed {
    if is_forced { Allowed::Findings } else { Allowed::Nothing }
}

/// Opens and reads a tree.
pub(super) fn open(tree: &Tree) -> Result<(root::Opened, Snapshot), Failure> {
    let opened = root::open(tree)?;
    let snapshot = Snapshot::open(&opened.system, &opened.asked);
    Ok((opened, snapshot))
}

/// A name for a key that is not there yet.
pub(super) fn new_name(text: &str) -> Result<KeyName, Failure> {
    let key = KeyName::new(text);
    if key.is_identifier() {
        return Ok(key);
    }
    let help = "letters, digits and `_`, and no digit at the beginning";
    Err(Failure::with_help(format!("`{text}` is no name that environments can hold"), help))
}

/// Where a key occurs first.
pub(super) fn place_of(index: &Index, key: &KeyName) -> Option<String> {
    let declared = index.matrix.keys.get(key).and_then(|spec| spec.name.at);
    let fact = index.facts_of(key).next().map(crate::fact::Fact::at);
    // A second name of what code reads: the fact knows it beside the first.
    let second = || {
        let mut reads = index.facts().filter_map(crate::fact::Fact::as_read);
        let (fact, _) = reads.find(|(_, read)| read.alternatives.contains(key))?;
        let file = index.files.get(fact.file)?;
        let named = words(&file.text, key).map(|span| Location::new(file.id, span)).next();
        Some(named.unwrap_or(fact.at()))
    };
    fact.or(declared).or_else(second).map(|at| index.files.spell(at))
}

fn known(index: &Index, text: &str) -> Result<KeyName, Failure> {
    let key = KeyName::new(text);
    if place_of(index, &key).is_some() {
        return Ok(key);
    }
    let message = format!("no file says anything about `{text}`");
    let near = index
        .keys()
        .map(|key| (strsim::osa_distance(&key.to_ascii_uppercase(), &text.to_ascii_uppercase()), key))
        .filter(|(distance, key)| *distance <= (key.len() / 3).max(1))
        .min();
    Err(match near {
        Some((_, near)) => Failure::with_help(message, format!("did you mean `{near}`?")),
        None => Failure::with_help(message, "`envcheck matrix` lists the keys of the tree"),
    })
}
