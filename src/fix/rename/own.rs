//! Names of the code's own that are spelled like the key: constants, attributes and properties that hold its value.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::Place;
use crate::fix::names::{How, extension, is_script, language, named, opening, words};
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::key::KeyName;
use crate::text::{FileId, Location, SourceFile, Span};

/// Objects of frameworks that keep settings under names of their own.
const HOLDERS: &[&str] = &["config", "settings", "conf", "cfg"];

/// Where code names what holds the value, and not the variable.
pub(super) struct Own<'i> {
    index: &'i Index,
    key: &'i KeyName,
    /// The languages whose code reads the key under a name that it spells as text.
    apart: BTreeSet<&'static str>,
    /// What is indexed by names of its own.
    holders: BTreeSet<String>,
}

impl<'i> Own<'i> {
    pub(super) fn of(index: &'i Index, key: &'i KeyName) -> Self {
        let mut reads: BTreeMap<FileId, BTreeSet<Span>> = BTreeMap::new();
        for fact in index.facts_of(key).filter(|fact| fact.place == Place::Process) {
            reads.entry(fact.file).or_default().insert(fact.span);
        }
        let mut is_apart: BTreeMap<&'static str, bool> = BTreeMap::new();
        for (file, spans) in &reads {
            let Some(file) = index.files.get(*file) else { continue };
            let Some(family) = family(file) else { continue };
            // A field, a property of a schema, what is taken out of the environment by its name and a constant that
            // holds the name are the key: they have its name, and so has all that uses them.
            let is_named = || {
                let names = named(&file.path, &file.text, key).into_iter();
                let mut names = names.filter(|named| !matches!(named.how, How::Member(_)));
                language(&file.path).is_some() && names.any(|named| spans.contains(&named.span))
            };
            let is_key = spans.iter().any(|span| is_constant(&file.text, *span)) || is_named();
            *is_apart.entry(family).or_insert(true) &= !is_key;
        }
        let apart: BTreeSet<&'static str> =
            is_apart.into_iter().filter(|(_, apart)| *apart).map(|(family, _)| family).collect();
        let mut own =
            Self { index, key, apart, holders: HOLDERS.iter().map(|&name| name.to_owned()).collect() };
        let files = reads.keys().filter_map(|file| index.files.get(*file));
        let files = files.filter(|file| family(file).is_some());
        let holders: Vec<String> = files.flat_map(|file| own.dictionaries(file)).collect();
        own.holders.extend(holders);
        own
    }

    /// The names in `file` that stay. Told once for a file that binds one.
    pub(super) fn stay(&self, file: &SourceFile, plan: &mut Plan) -> BTreeSet<Span> {
        if !family(file).is_some_and(|family| self.apart.contains(family)) {
            return BTreeSet::new();
        }
        let facts: BTreeSet<Span> = self.index.facts_in(file.id).map(|fact| fact.span).collect();
        if language(&file.path).is_none() && !is_script(extension(&file.path)) {
            return self.unknown(file, &facts, plan);
        }
        let mut stay: BTreeSet<Span> = BTreeSet::new();
        let mut bound: Option<Span> = None;
        for named in named(&file.path, &file.text, self.key) {
            if facts.contains(&named.span) {
                continue;
            }
            let behind = file.text.get(named.span.end as usize..).unwrap_or("").trim_start();
            let is_bound = !matches!(named.how, How::Member(_))
                && (behind.starts_with(':') || behind.starts_with('=') && !behind.starts_with("=="));
            bound = bound.or(is_bound.then_some(named.span));
            stay.insert(named.span);
        }
        let texts = words(&file.text, self.key).filter(|span| !facts.contains(span));
        stay.extend(texts.filter(|&span| self.is_access(file, span)));
        if let Some(span) = bound {
            plan.leave(
                self.index.files.spell(Location::new(file.id, span)),
                format!("`{}` stays here: the code's own name, not that of the variable", self.key),
            );
        }
        stay
    }

    /// The names that stay in a file whose grammar is not known: all but those that read the variable and those in
    /// comments. People have a look at them.
    fn unknown(&self, file: &SourceFile, facts: &BTreeSet<Span>, plan: &mut Plan) -> BTreeSet<Span> {
        let is_comment = |span: &Span| {
            let before = file.text.get(..span.start as usize).unwrap_or("");
            let line = before.rsplit('\n').next().unwrap_or("").trim_start();
            ["#", "//", "*", "/*"].iter().any(|sign| line.starts_with(sign))
        };
        let stay: BTreeSet<Span> =
            words(&file.text, self.key).filter(|span| !facts.contains(span) && !is_comment(span)).collect();
        for span in &stay {
            let place = self.index.files.spell(Location::new(file.id, *span));
            if plan.by_hand.last().is_none_or(|last| last.place != place) {
                plan.leave(place, format!("names `{}`, and does not read it", self.key));
            }
        }
        stay
    }

    /// Whether a text names a part of what holds settings: `app.config["KEY"]`, `getattr(config, "KEY")`,
    /// `"app.config.KEY"`, `{"KEY": os.environ["KEY"]}`.
    fn is_access(&self, file: &SourceFile, span: Span) -> bool {
        let text = &file.text;
        let (Some(before), Some(behind)) = (text.get(..span.start as usize), text.get(span.end as usize..))
        else {
            return false;
        };
        if extension(&file.path) == "rs" && before.ends_with('{') && behind.starts_with(['}', ':']) {
            return true;
        }
        if extension(&file.path) == "py" && is_argument(before, behind) {
            return true;
        }
        let is_closed = behind.starts_with(['"', '\'']);
        let Some(before) = before.strip_suffix(['"', '\'']) else {
            // A path to what is imported; a quote closes it.
            return is_closed && before.ends_with('.') && {
                let path = before.rsplit(['"', '\'']).next().unwrap_or("");
                !path.is_empty() && path.chars().all(|c| c == '_' || c == '.' || c.is_alphanumeric())
            };
        };
        if !is_closed {
            return false;
        }
        let before = before.trim_end();
        if let Some(of) = before.strip_suffix('[') {
            return self.is_holder(of) || of.trim_end().ends_with("__all__ =");
        }
        if let Some(call) = before.strip_suffix('(') {
            let is_python = extension(&file.path) == "py";
            return is_python && call.strip_suffix(".get").is_some_and(|of| self.is_holder(of));
        }
        if let Some(list) = before.strip_suffix(',') {
            let line = list.get(list.rfind('\n').map_or(0, |newline| newline + 1)..).unwrap_or("");
            let is_part = self.is_holder(list)
                || line.rsplit_once("attr(").is_some_and(|(_, behind)| !behind.contains(')'))
                || list.rfind('[').is_some_and(|at| {
                    let (head, rest) = (list.get(..at).unwrap_or(""), list.get(at..).unwrap_or(""));
                    !rest.contains(']') && head.trim_end().ends_with("__all__ =")
                });
            return is_part || self.dictionary(file, span).is_some();
        }
        self.dictionary(file, span).is_some()
    }

    fn is_holder(&self, path: &str) -> bool {
        let name = last_word(path);
        self.holders.contains(name) || HOLDERS.contains(&name.to_ascii_lowercase().as_str())
    }

    /// The variables that hold what a dictionary says under the key.
    fn dictionaries(&self, file: &SourceFile) -> Vec<String> {
        words(&file.text, self.key).filter_map(|span| self.dictionary(file, span)).collect()
    }

    /// The variable whose dictionary has the text at `span` for a name of what is read under the key.
    fn dictionary(&self, file: &SourceFile, span: Span) -> Option<String> {
        let behind = file.text.get(span.end as usize..)?;
        behind.strip_prefix(['"', '\''])?.trim_start().strip_prefix(':')?;
        let start = span.end as usize;
        let line = Span::new(start, start + behind.find('\n').unwrap_or(behind.len()));
        let reads =
            self.index.facts_in(file.id).any(|fact| fact.key == *self.key && line.contains(fact.span));
        if !reads {
            return None;
        }
        let before = format!("{}}}", file.text.get(..span.start as usize)?);
        let head = before.get(..opening(&before, '{', '}')?)?.trim_end().strip_suffix('=')?;
        let name = last_word(head);
        (!name.is_empty()).then(|| name.to_owned())
    }
}

/// Whether a name is that of an argument of Python (`override_settings(KEY=..)`), which is no variable unless it goes
/// to the environment (`dict(os.environ, KEY=..)`).
fn is_argument(before: &str, behind: &str) -> bool {
    let is_set = behind.starts_with('=') && !behind.starts_with("==");
    let line = before.get(before.rfind('\n').map_or(0, |newline| newline + 1)..).unwrap_or("");
    is_set && before.trim_end().ends_with(['(', ',']) && !line.contains("environ")
}

/// Whether the text at `span` is all that is assigned, to a constant that holds the name.
fn is_constant(text: &str, span: Span) -> bool {
    let before = text.get(..span.start as usize).unwrap_or("");
    before.strip_suffix(['"', '\'', '`']).is_some_and(|before| before.trim_end().ends_with('='))
}

/// The name with which `text` ends.
fn last_word(text: &str) -> &str {
    let text = text.trim_end();
    text.rsplit(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap_or(text)
}

/// The language of code, where its names are known; those that import each other are one.
fn family(file: &SourceFile) -> Option<&'static str> {
    Some(match extension(&file.path) {
        "py" => "Python",
        "rs" => "Rust",
        "go" => "Go",
        _ if is_script(extension(&file.path)) => "JavaScript",
        "java" | "kt" | "kts" | "scala" | "groovy" => "the JVM",
        "rb" => "Ruby",
        "php" => "PHP",
        "cs" => "C#",
        "ex" | "exs" => "Elixir",
        _ => return None,
    })
}
