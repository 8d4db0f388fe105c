//! A key gets another name, in every file that mentions it.

use std::collections::BTreeSet;

use super::plan::{ByHand, Plan};
use crate::diagnostic::Edit;
use crate::fact::{Place, Role, SourceKind};
use crate::index::Index;
use crate::key::{KeyName, public_prefix, segments};
use crate::system::System;
use crate::text::{Location, SourceFile, Span};

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

/// What a name is, where it stands.
enum Name {
    Key,
    InVault,
    AtGithub,
    InCluster,
}

/// Plans a rename.
#[must_use]
pub fn rename(index: &Index, wanted: &Rename) -> Plan {
    let mut plan = Plan { renamed: Some((wanted.old.clone(), wanted.new.clone())), ..Plan::default() };
    for file in index.files.iter() {
        in_file(index, wanted, file, &mut plan);
    }
    fields(index, wanted, &mut plan);
    if public_prefix(&wanted.old) != public_prefix(&wanted.new) {
        plan.leave(
            "",
            format!(
                "`{}` and `{}` differ in their public prefix: bundlers treat them differently",
                wanted.old, wanted.new
            ),
        );
    }
    plan
}

fn in_file(index: &Index, wanted: &Rename, file: &SourceFile, plan: &mut Plan) {
    let is_prose = is_prose(file.path.name());
    let is_known =
        index.kind(file.id).is_some_and(|kind| kind != SourceKind::MENTION) || index.kind(file.id).is_none();
    let facts: BTreeSet<Span> = index.facts_in(file.id).map(|fact| fact.span).collect();
    let mut edits = Vec::new();
    for span in words(&file.text, &wanted.old) {
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

/// Fields of settings classes that read the key by their own, small name: the field and its uses.
fn fields(index: &Index, wanted: &Rename, plan: &mut Plan) {
    let facts = index
        .facts_of(&wanted.old)
        .chain(index.small_spellings(&wanted.old).flat_map(|small| index.facts_of(small)));
    let mut done = BTreeSet::new();
    for fact in facts.filter(|fact| fact.place == Place::Process) {
        let Some(file) = index.files.get(fact.file) else { continue };
        let written = file.slice(fact.span).to_owned();
        let is_of_class = matches!(&fact.role, Role::Reads(read) if read.settings.is_some());
        if is_of_class && written == wanted.old.as_str() {
            aliased(index, wanted, file, fact.span, plan);
        }
        let prefix = wanted.old.len().checked_sub(written.len());
        let is_own = written != wanted.old.as_str() && !written.is_empty();
        let Some(prefix) = prefix.filter(|_| is_own && done.insert(fact.at())) else { continue };
        let (Some(head), Some(tail)) = (wanted.old.get(..prefix), wanted.old.get(prefix..)) else { continue };
        let place = index.files.spell(fact.at());
        if file.path.name().ends_with(".go") {
            in_struct(index, wanted, (file, fact.span), (head, &written), plan);
            continue;
        }
        let spelled = wanted.new.strip_prefix(head).map(str::to_ascii_lowercase);
        match spelled {
            Some(new) if tail.eq_ignore_ascii_case(&written) && !new.is_empty() => {
                field(index, &written, &new, fact.at(), plan);
            }
            _ => plan.leave(place, format!("`{written}` reads `{}` under a name of its own", wanted.old)),
        }
    }
}

/// A field of a Go struct that reads the key without the prefix of all: its tag is renamed. Where the field itself
/// is the name, code uses it everywhere.
fn in_struct(
    index: &Index,
    wanted: &Rename,
    (file, at): (&SourceFile, Span),
    (head, written): (&str, &str),
    plan: &mut Plan,
) {
    let place = format!("{}:{}", file.path, file.line_column(at.start).line);
    let is_quoted = file.text.get(..at.start as usize).is_some_and(|before| before.ends_with('"'));
    match wanted.new.strip_prefix(head) {
        Some(new) if is_quoted && wanted.old.ends_with(written) && !new.is_empty() => {
            let edit = Edit { at: Location::new(file.id, at), replacement: new.to_owned() };
            plan.step(index, format!("rename `{written}` to `{new}` behind the prefix `{head}`"), vec![edit]);
        }
        _ if is_quoted => {
            plan.leave(place, format!("`{written}` reads `{}` under a name of its own", wanted.old));
        }
        _ => plan.leave(
            place,
            format!("the field `{written}` reads `{}` by its name: a tag gives it another", wanted.old),
        ),
    }
}

/// How far before an alias its field may stand, in bytes.
const FIELD_REACH: usize = 400;

/// A field that reads the key by an alias keeps its own name, also where that is the key in small letters.
fn aliased(index: &Index, wanted: &Rename, file: &SourceFile, at: Span, plan: &mut Plan) {
    let small = wanted.old.to_ascii_lowercase();
    let from = file.text.floor_char_boundary((at.start as usize).saturating_sub(FIELD_REACH));
    let Some(before) = file.text.get(from..at.start as usize) else { return };
    let declared = words(before, &small).filter(|span| {
        before.get(span.end as usize..).is_some_and(|behind| behind.trim_start().starts_with(':'))
    });
    if let Some(span) = declared.last() {
        let at = Location::new(file.id, span.shifted(from));
        plan.leave(
            index.files.spell(at),
            format!("the field `{small}` keeps its name; only the key that it reads is renamed"),
        );
    }
}

/// Renames a field where it is declared, and where code says `.field`; other places are to be looked at.
fn field(index: &Index, old: &str, new: &str, at: Location, plan: &mut Plan) {
    let mut edits = vec![Edit { at, replacement: new.to_owned() }];
    let extension = |path: &str| path.rsplit_once('.').map(|(_, extension)| extension.to_owned());
    let wanted = extension(index.files.path(at.file));
    let own = index.matrix.service_at(&index.path(at.file)).map(|service| service.name.value.clone());
    for file in index.files.iter().filter(|file| extension(file.path.as_str()) == wanted) {
        if index.matrix.service_at(&file.path).map(|service| service.name.value.clone()) != own {
            continue;
        }
        for span in words(&file.text, old).filter(|&span| Location::new(file.id, span) != at) {
            let here = Location::new(file.id, span);
            let before = file.text.get(..span.start as usize).unwrap_or("");
            if before.ends_with('.') {
                edits.push(Edit { at: here, replacement: new.to_owned() });
            } else {
                plan.leave(index.files.spell(here), format!("`{old}` may be the field that becomes `{new}`"));
            }
        }
    }
    let uses = match edits.len() - 1 {
        0 => String::new(),
        1 => ", and its one use".to_owned(),
        number => format!(", and its {number} uses: read them"),
    };
    let what = format!("rename the field `{old}` to `{new}`{uses}");
    plan.step(index, what, edits);
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

/// Where `name` stands as a word of its own.
pub(super) fn words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = Span> + 't {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(name).filter_map(move |(at, found)| {
        let before = text.get(..at)?.chars().next_back();
        let behind = text.get(at + found.len()..)?.chars().next();
        let is_word = !before.is_some_and(is_part) && !behind.is_some_and(is_part);
        is_word.then(|| Span::new(at, at + found.len()))
    })
}

/// Files for people, in which a name may stand for what was.
pub(super) fn is_prose(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "md" | "mdx" | "rst" | "txt" | "adoc" | "html") || name.starts_with("CHANGELOG")
}
