//! A key gets another name, in every file that mentions it.

mod fields;
mod foreign;
mod objects;
mod own;

use std::collections::{BTreeMap, BTreeSet};

use super::names::{How, Named, extension, named, taken, words};
use super::plan::{ByHand, Plan, Renamed};
use crate::diagnostic::Edit;
use crate::fact::{Place, Role, SourceKind};
use crate::index::Index;
use crate::key::{KeyName, public_prefix, segments};
use crate::system::System;
use crate::text::{FileId, Location, SourceFile, Span};

/// What is renamed.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The name that goes.
    pub old: KeyName,
    /// The name that comes.
    pub new: KeyName,
    /// Whether fields of Vault secrets are renamed as well; the store has to follow.
    pub vault_fields: bool,
    /// Whether GitHub's secrets and variables are renamed as well; the repository has to follow.
    pub github_names: bool,
    /// Whether keys of Kubernetes objects that are not in the tree are renamed as well; the cluster has to follow.
    pub kubernetes_keys: bool,
}

/// A name that something else has already, so that a rename would make two things one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The name.
    pub name: String,
    /// `path:line` of what has it.
    pub place: String,
}

impl Taken {
    fn at(index: &Index, name: &str, at: Location) -> Self {
        Self { name: name.to_owned(), place: index.files.spell(at) }
    }
}

/// What a name is, where it stands.
enum Name {
    Key,
    InVault,
    AtGithub,
    InCluster,
    /// What an image from elsewhere reads.
    OfImage,
}

/// Plans a rename.
///
/// # Errors
///
/// Where code that the rename touches has something of the new name already.
pub fn rename(index: &Index, wanted: &Rename) -> Result<Plan, Taken> {
    let renamed = Renamed { old: wanted.old.clone(), new: wanted.new.clone() };
    let mut plan = Plan { renamed: Some(renamed), ..Plan::default() };
    let own = own::Own::of(index, &wanted.old);
    for file in index.files.iter() {
        in_file(index, wanted, file, &own, &mut plan);
    }
    is_free(index, wanted, &plan)?;
    fields::fields(index, wanted, &mut plan)?;
    foreign::tell(index, wanted, &mut plan);
    if public_prefix(&wanted.old) != public_prefix(&wanted.new) {
        plan.leave(
            "",
            format!(
                "`{}` and `{}` differ in their public prefix: bundlers treat them differently",
                wanted.old, wanted.new
            ),
        );
    }
    Ok(plan)
}

/// Refuses where code has something of the new name in a scope in which the old one is renamed.
fn is_free(index: &Index, wanted: &Rename, plan: &Plan) -> Result<(), Taken> {
    let mut edited: BTreeMap<FileId, BTreeSet<Span>> = BTreeMap::new();
    for edit in plan.steps.iter().flat_map(|step| &step.edits) {
        edited.entry(edit.at.file).or_default().insert(edit.at.span);
    }
    for (id, spans) in &edited {
        let Some(file) = index.files.get(*id) else { continue };
        let mut old = named(&file.path, &file.text, &wanted.old);
        old.retain(|named| spans.contains(&named.span));
        let new = named(&file.path, &file.text, &wanted.new);
        if let Some(span) = taken(&old, &new) {
            return Err(Taken::at(index, &wanted.new, Location::new(*id, span)));
        }
        if let Some(at) = in_package(index, file, &old, &wanted.new) {
            return Err(Taken::at(index, &wanted.new, at));
        }
    }
    Ok(())
}

/// Where another file of the same package of Go declares `new` for all of it.
fn in_package(index: &Index, file: &SourceFile, old: &[Named], new: &str) -> Option<Location> {
    let is_shared = |named: &&Named| matches!(named.how, How::Bare { at_top: true });
    if extension(&file.path) != "go" || !old.iter().any(|old| is_shared(&old)) {
        return None;
    }
    let others = index.files.iter().filter(|other| {
        extension(&other.path) == "go" && other.path.folder() == file.path.folder() && other.id != file.id
    });
    others
        .flat_map(|other| {
            let names = named(&other.path, &other.text, new);
            names.iter().find(is_shared).map(|found| Location::new(other.id, found.span))
        })
        .next()
}

fn in_file(index: &Index, wanted: &Rename, file: &SourceFile, own: &own::Own<'_>, plan: &mut Plan) {
    if words(&file.text, &wanted.old).next().is_none() {
        return;
    }
    let stay = own.stay(file, plan);
    let is_prose = is_prose(file.path.name());
    let is_known =
        index.kind(file.id).is_some_and(|kind| kind != SourceKind::MENTION) || index.kind(file.id).is_none();
    let facts: BTreeSet<Span> = index.facts_in(file.id).map(|fact| fact.span).collect();
    let mut edits = Vec::new();
    for span in words(&file.text, &wanted.old).filter(|span| !stay.contains(span)) {
        let at = Location::new(file.id, span);
        let place = index.files.spell(at);
        match name_at(index, file, span) {
            Name::InVault if !wanted.vault_fields => {
                plan.leave(
                    place,
                    format!("a field in Vault is called `{}`; with --vault-field it is renamed", wanted.old),
                );
                continue;
            }
            Name::AtGithub if !wanted.github_names => {
                plan.leave(
                    place,
                    format!(
                        "GitHub holds a secret or variable `{}`; with --github-name it is renamed",
                        wanted.old
                    ),
                );
                continue;
            }
            Name::InCluster if !wanted.kubernetes_keys => {
                plan.leave(
                    place,
                    format!(
                        "an object in the cluster has a key `{}`, and no file of the tree makes it; with \
                         --kubernetes-key it is renamed",
                        wanted.old
                    ),
                );
                continue;
            }
            Name::OfImage => {
                if let Some(what) = foreign::to_do(index, wanted, at) {
                    plan.leave(place, what);
                }
                continue;
            }
            Name::InCluster => plan.leave(
                "Kubernetes",
                format!("rename the key `{}` to `{}` in the object that holds it", wanted.old, wanted.new),
            ),
            Name::InVault => plan.leave(
                "Vault",
                format!("rename the field `{}` to `{}` in the store", wanted.old, wanted.new),
            ),
            Name::AtGithub => plan.leave(
                "GitHub",
                format!(
                    "rename the secret or variable `{}` to `{}` in the settings of the repository",
                    wanted.old, wanted.new
                ),
            ),
            Name::Key => {}
        }
        // One word may be anything in a file that is only searched for names.
        let is_telling = segments(&wanted.old).count() > 1 || facts.contains(&span);
        if is_prose || !is_known && !is_telling {
            plan.leave(place, format!("mentions `{}`", wanted.old));
            continue;
        }
        edits.push(Edit { at, replacement: wanted.new.as_str().to_owned() });
    }
    let count = edits.len();
    let times = if count == 1 { String::new() } else { format!(" ({count} places)") };
    plan.step(index, format!("rename `{}` to `{}`{times}", wanted.old, wanted.new), edits);
}

/// What the name at `span` names.
fn name_at(index: &Index, file: &SourceFile, span: Span) -> Name {
    let before = file.text.get(..span.start as usize).unwrap_or("");
    let before = before.trim_end_matches(['[', '\'', '"']);
    if before.ends_with("secrets.") || before.ends_with("secrets") || before.ends_with("vars.") {
        return Name::AtGithub;
    }
    if [".Data.data.", ".Data.", ".data."].iter().any(|path| before.ends_with(path)) {
        return Name::InVault;
    }
    let fact = index.facts_in(file.id).find(|fact| fact.span == span);
    if fact.is_some_and(|fact| foreign::is_read_by_image(index, fact)) {
        return Name::OfImage;
    }
    match fact.map(|fact| &fact.place) {
        Some(Place::Vault(_)) => Name::InVault,
        Some(Place::GithubSecrets | Place::GithubVariables) => Name::AtGithub,
        Some(place @ (Place::KubernetesSecret(_) | Place::ConfigMap(_))) => {
            // The name that a container takes it by changes with the object, if that is in the tree.
            let key = fact.map_or("", |fact| fact.key.as_str());
            let is_made = index
                .facts_of(key)
                .any(|made| made.place == *place && matches!(made.role, Role::Provides(_)));
            if is_made { Name::Key } else { Name::InCluster }
        }
        _ => Name::Key,
    }
}

/// Larger files than this, in bytes, are not searched for names: nobody writes them by hand.
const LARGEST_SEARCHED: usize = 1 << 20;

/// Where files that are not part of the run name a key, documentation above all.
#[must_use]
pub fn unread_mentions(system: &dyn System, index: &Index, key: &KeyName) -> Vec<ByHand> {
    let mut found = Vec::new();
    for path in system.walk() {
        if index.files.at(&path).is_some() {
            continue;
        }
        let Some(text) = system.read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
            continue;
        };
        if text.len() > LARGEST_SEARCHED || text.contains('\0') {
            continue;
        }
        for span in words(&text, key) {
            let line = text.get(..span.start as usize).unwrap_or("").matches('\n').count() + 1;
            let place = format!("{path}:{line}");
            if found.last().is_none_or(|last: &ByHand| last.place != place) {
                found.push(ByHand { place, what: format!("mentions `{key}`") });
            }
        }
    }
    found
}

/// Files for people, in which a name may stand for what was.
pub(super) fn is_prose(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "md" | "mdx" | "rst" | "txt" | "adoc" | "html") || name.starts_with("CHANGELOG")
}
