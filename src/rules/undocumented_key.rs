//! `undocumented-key`

use std::collections::{BTreeMap, HashMap};

use super::misspelled_key::meant_by;
use crate::diagnostic::{Applicability, Fix, Severity};
use crate::fact::{DotenvFile, Fact, Need, Place, Read, Role, is_tool};
use crate::index::Index;
use crate::key::{KeyName, is_secret_name, is_tool_key};
use crate::matrix::Kind;
use crate::rule::Reporter;
use crate::rule::repair::{document, known_of};
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports a key that the code reads with no default and that the example file does not show.
    ///
    /// Where the matrix names the file under `documents:`, that file must show every such key of its services,
    /// and the rule speaks as an error. Otherwise it guesses the file, and speaks under `--strict` only; it then
    /// asks for every field of a settings class, with or without a default.
    ///
    /// ## Why it matters
    ///
    /// The example is how people learn what there is to set. A secret that nobody sets is often worse than a
    /// program that stops: a comparison with nothing succeeds for whoever sends nothing.
    ///
    /// ## Example
    ///
    /// `.env.example`
    /// ```sh
    /// DATABASE_URL=postgres://localhost/app
    /// MAIL_SENDER=
    /// PAGE_SIZE=20
    /// ```
    ///
    /// `app.py`
    /// ```python
    /// import os
    ///
    /// print(os.environ["DATABASE_URL"], os.environ["MAIL_SENDER"], os.environ["PAGE_SIZE"])
    ///
    /// def is_allowed(token):
    ///     return token == os.environ.get("MAINTENANCE_SECRET")
    /// ```
    ///
    /// ```text
    /// warning[undocumented-key]: `MAINTENANCE_SECRET` is read, and .env.example does not show it
    /// ```
    ///
    /// ## What to do
    ///
    /// Add a line to the example, commented out if the key is optional.
    pub struct UndocumentedKey = "undocumented-key", Drift, Error, partly_strict, fixes;
}

/// An example that shows fewer of the keys that are read is none of this program.
const ENOUGH_SHOWN: usize = 3;

impl UndocumentedKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        if !reporter.is_strict() && !index.matrix.is_declared() {
            return;
        }
        let mut reads: BTreeMap<&KeyName, Vec<(&Fact, &Read)>> = BTreeMap::new();
        for (fact, read) in index.code_reads() {
            reads.entry(&fact.key).or_default().push((fact, read));
        }
        let mut lists = Lists::default();
        for (key, reads) in &reads {
            // With a default anywhere the key need not be known.
            let copes = reads.iter().any(|(_, read)| matches!(read.need, Need::Default(_)));
            let Some((fact, read)) = reads.iter().find(|(fact, _)| !is_tool(&index.path(fact.file))) else {
                continue;
            };
            let is_alias = index.is_read_otherwise(key) && !read.folds_case;
            if is_tool_key(key) || !key.is_identifier() || is_alias {
                continue;
            }
            if !copes {
                declared(index, reporter, fact, read);
            }
            // The fields of a settings class are a list of keys that can be held against another list.
            let is_listed = read.settings.is_some();
            if reporter.is_strict()
                && !index.matrix.is_declared()
                && (is_listed || !copes && !is_set(index, fact, read))
            {
                guessed(index, reporter, &mut lists, fact, read);
            }
        }
    }
}

fn declared(index: &Index, reporter: &mut Reporter<'_>, fact: &Fact, read: &Read) {
    let spec = index.matrix.keys.get(&fact.key);
    let is_elsewhere = spec.is_some_and(|spec| matches!(spec.kind.value, Kind::Platform | Kind::Build));
    if !index.matrix.is_declared() || is_elsewhere {
        return;
    }
    let owner = index.service_at(&index.path(fact.file)).map(|service| &service.name.value);
    for document in &index.matrix.documents {
        let Some(file) = index.files.at(&document.value) else { continue };
        let theirs = index.service_at(&document.value).map(|service| &service.name.value);
        let concerns = theirs.is_none() || theirs == owner;
        if !concerns || shows(index, file.id, fact, read) {
            continue;
        }
        let mut finding = say(index, reporter, fact, read, file.id).severity(Severity::Error);
        if let Some(at) = document.at {
            finding = finding.label(at, "declared to document all keys");
        }
        drop(finding);
    }
}

/// What is known of the dotenv files that may be the list of all keys: a key that many of them show is asked for once.
#[derive(Default)]
struct Lists<'a> {
    used: HashMap<&'a KeyName, bool>,
    show_enough: HashMap<FileId, bool>,
}

impl<'a> Lists<'a> {
    fn shows_enough(&mut self, index: &'a Index, file: FileId) -> bool {
        let Self { used, show_enough } = self;
        *show_enough.entry(file).or_insert_with(|| {
            let mut is_used =
                |key: &'a KeyName| *used.entry(key).or_insert_with(|| index.user_of(key).is_some());
            let shown = index.facts_in(file).filter(|shown| is_used(&shown.key));
            shown.take(ENOUGH_SHOWN).count() == ENOUGH_SHOWN
        })
    }
}

fn guessed<'a>(
    index: &'a Index,
    reporter: &mut Reporter<'_>,
    known: &mut Lists<'a>,
    fact: &Fact,
    read: &Read,
) {
    let path = index.path(fact.file);
    // Of the examples above the code the closest.
    let example = path.folder().and_above().find_map(|folder| {
        let dotenvs = index.dotenvs_in(&folder).iter().copied();
        let lists = dotenvs.filter(|file| !index.is_aside(*file) && known.shows_enough(index, *file));
        lists.max_by_key(|file| index.is_example(*file))
    });
    // A slip of the pen in it is told as one.
    if let Some(file) = example
        && !shows(index, file, fact, read)
        && !shows_slip(index, file, fact)
    {
        say(index, reporter, fact, read, file).severity(Severity::Warning);
    }
}

/// Whether some file gives the key or one of its other names a value, or shows it.
fn is_set(index: &Index, fact: &Fact, read: &Read) -> bool {
    std::iter::once(&fact.key).chain(&read.alternatives).any(|key| is_supplied(index, key))
}

/// The dotenv files that people take for the list of all keys.
fn examples(index: &Index) -> impl Iterator<Item = (FileId, &DotenvFile)> {
    index.dotenv_files().filter(|(file, _)| !index.is_aside(*file))
}

fn shows(index: &Index, file: FileId, fact: &Fact, read: &Read) -> bool {
    index.facts_in(file).any(|shown| {
        read.takes(&fact.key, &shown.key)
            || shown.key.strip_suffix("_FILE") == Some(fact.key.as_str())
            || fact.key.strip_suffix("_FILE") == Some(shown.key.as_str())
    })
}

/// Whether an example shows a key that is one slip away, so that a further line would leave the slip behind.
fn shows_slip(index: &Index, file: FileId, fact: &Fact) -> bool {
    index.facts_in(file).any(|shown| meant_by(index, &shown.key).is_some_and(|meant| meant.key == fact.key))
}

/// Whether some file gives the key a value, or shows it.
fn is_supplied(index: &Index, key: &KeyName) -> bool {
    let supplies = |fact: &Fact| match &fact.role {
        // A type declaration tells compilers of a key, and nobody else.
        Role::Documents(_) => fact.place == Place::Dotenv,
        Role::Provides(_) => {
            !matches!(fact.place, Place::GithubSecrets | Place::GithubVariables) && !fact.is_set_by_tests()
        }
        Role::Reads(_) | Role::Observed => false,
    };
    let folded = key.folded();
    index.facts_of(key).any(supplies)
        || index.facts_of(&folded).any(supplies)
        || key.strip_suffix("_FILE").is_some_and(|bare| index.facts_of(bare).any(supplies))
        || index.facts_of(&format!("{key}_FILE")).any(supplies)
}

fn say<'r>(
    index: &Index,
    reporter: &'r mut Reporter<'_>,
    fact: &Fact,
    read: &Read,
    file: FileId,
) -> crate::rule::Finding<'r> {
    let path = index.files.path(file);
    let end = index.facts_in(file).last().map_or(crate::text::Span::at(0), |last| last.span);
    let why = match read.need {
        Need::Required => {
            "the program does not start without it, and the example does not say that it exists"
        }
        Need::Default(_) => "whoever follows the example does not know that it can be set",
        _ if is_secret_name(&fact.key) => {
            "whoever follows the example runs without this secret, and a check against nothing may pass"
        }
        _ => "whoever follows the example does not know that it exists",
    };
    // An example sets nothing for anybody; another dotenv does.
    let is_example = examples(index).any(|(example, dotenv)| example == file && dotenv.is_example);
    let applicability = if is_example { Applicability::Safe } else { Applicability::Unsafe };
    let edit = document(index, file, &known_of(index, &fact.key), true);
    let fix = edit.filter(|_| !shows_slip(index, file, fact)).map(|edit| Fix {
        title: format!("show it in {path}"),
        edits: vec![edit],
        applicability,
    });
    reporter
        .report(
            format!("`{}` is read, and {path} does not show it", fact.key),
            fact.at(),
            if matches!(read.need, Need::Default(_)) { "read here" } else { index.told_at(fact, read) },
        )
        .label(Location::new(file, end), "the keys that people are told of end here")
        .key(&fact.key)
        .fix_if(fix)
        .why(why)
        .help(format!("add `{}=` to {path}, commented out if it is optional", fact.key))
}
