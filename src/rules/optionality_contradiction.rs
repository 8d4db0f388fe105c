//! `optionality-contradiction`

use std::collections::BTreeMap;

use crate::fact::{Fact, Fallback, Need, Place, Reference, Role};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::text::{Location, TreePath};

crate::declare_rule! {
    /// Reports a key that one place requires and another place of the same program or file calls optional.
    ///
    /// Two forms count: a list of required keys, checked at the start, that names a key which the settings
    /// declare to be optional; and a compose file that refuses to start without a variable in one line and
    /// gives it a default in another.
    ///
    /// ## Why it matters
    ///
    /// The stricter place wins, and nobody reads it: people leave out what the settings call optional, and the
    /// program stops. Or the other way round: a default is tended that can never come into play.
    ///
    /// ## Example
    ///
    /// `checks.py`
    /// ```python
    /// REQUIRED_KEYS = ["DATABASE_URL", "MIRROR_URL"]
    /// for key in REQUIRED_KEYS:
    ///     if not os.environ.get(key):
    ///         raise SystemExit(key)
    /// ```
    ///
    /// `config.py`
    /// ```python
    /// class Settings(BaseSettings):
    ///     database_url: str
    ///     mirror_url: str | None = None
    /// ```
    ///
    /// ```text
    /// warning[optionality-contradiction]: `MIRROR_URL` is listed as required, and the settings call it optional
    /// ```
    ///
    /// ## What to do
    ///
    /// Decide, and say the same in both places.
    pub struct OptionalityContradiction = "optionality-contradiction", Drift, Warning, by_file;
}

impl OptionalityContradiction {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        lists(index, reporter);
        interpolations(index, reporter);
    }
}

fn lists(index: &Index, reporter: &mut Reporter<'_>) {
    for (fact, read) in index.code_reads_in_focus() {
        if !index.is_listed_as_required(fact, read) {
            continue;
        }
        let path = index.path(fact.file);
        let optional = index.code_reads_of(&fact.key).find(|(other, read)| {
            read.settings.is_some() && read.need == Need::Optional && is_near(&path, &index.path(other.file))
        });
        let Some((optional, _)) = optional else { continue };
        if read.only_where.is_some() && is_called_required(index, optional) {
            continue;
        }
        reporter
            .report(
                format!("`{}` is listed as required, and the settings call it optional", fact.key),
                fact.at(),
                "required here",
            )
            .label(optional.at(), "optional here: its default is `None`")
            .key(&fact.key)
            .why(match &read.only_where {
                None => "the program stops without a key that its own settings can do without".to_owned(),
                Some(only) => {
                    format!("{only}, the program stops without a key that its own settings can do without")
                }
            })
            .help("take it out of the list, or make the setting required");
    }
}

/// Whether the comment at a field says that somebody requires it: `# optional for developers, required in production`.
fn is_called_required(index: &Index, field: &Fact) -> bool {
    let Some(file) = index.files.get(field.file) else { return false };
    let line = file.lines().line_of(field.span.start);
    let text = |line: usize| file.text.get(file.lines().line_range(&file.text, line)).unwrap_or("").trim();
    let behind = text(line).split_once('#').map(|(_, comment)| comment);
    let above = (0..line).rev().map(text).take_while(|line| line.starts_with('#'));
    behind.into_iter().chain(above).any(|comment| comment.to_ascii_lowercase().contains("required"))
}

/// Whether two files lie in one folder, or below one that is not the root of the tree.
fn is_near(a: &TreePath, b: &TreePath) -> bool {
    let (a, b) = (a.folder(), b.folder());
    a == b
        || a.root_name() == b.root_name()
            && a.parts().next().is_some_and(|first| b.parts().next() == Some(first))
}

fn interpolations(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, _) in index.compose_files() {
        if index.is_aside(file) {
            continue;
        }
        let mut demands: BTreeMap<&KeyName, Location> = BTreeMap::new();
        let mut defaults: BTreeMap<&KeyName, Vec<Location>> = BTreeMap::new();
        for reference in references(index, file) {
            let at = Location::new(file, reference.span);
            match &reference.fallback {
                Fallback::Refuse { .. } => {
                    demands.entry(&reference.key).or_insert(at);
                }
                Fallback::Default { text, .. } if !text.is_empty() => {
                    let places = defaults.entry(&reference.key).or_default();
                    if !places.contains(&at) {
                        places.push(at);
                    }
                }
                _ => {}
            }
        }
        for (key, demanded) in demands {
            let Some(places) = defaults.get(key) else { continue };
            let Some(first) = places.first() else { continue };
            let mut finding = reporter
                .report(
                    format!("`{key}` has a default here, and the same file refuses to start without it"),
                    *first,
                    "this default never comes into play",
                )
                .label(demanded, "required here");
            for other in places.iter().skip(1).take(2) {
                finding = finding.label(*other, "nor does this one");
            }
            finding
                .key(key)
                .why("compose reads the whole file before it starts anything, so the strictest place decides")
                .help(format!("write `${{{key}:?}}` everywhere, or give it the same default everywhere"));
        }
    }
}

/// The references of all entries of a compose file.
fn references(index: &Index, file: crate::text::FileId) -> impl Iterator<Item = &Reference> {
    index
        .facts_in(file)
        .filter(|fact| matches!(fact.place, Place::Container(_) | Place::BuildArgs(_)))
        .filter_map(|fact| match &fact.role {
            Role::Provides(provide) => Some(&provide.value.references),
            _ => None,
        })
        .flatten()
}
