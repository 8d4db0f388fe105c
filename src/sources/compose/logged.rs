//! What the commands of a service print that may be secret, and which scripts they run.
//!
//! compose interpolates a text first, then divides a command that is no list into words; of these a shell reads
//! the one behind `sh -c`. What compose fills in is printed as well as what the shell expands.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use super::scalar_text::ScalarText;
use super::{Reader, Service};
use crate::fact::{
    Fact, LOGS_OF_CONTAINERS, Log, Logged, LoggedSecret, LoggedWhat, Place, Provide, Role, ScriptRun,
    is_aside, must_not_be_printed,
};
use crate::key::KeyName;
use crate::sources::shell::{self as commands, Filled};
use crate::syntax::dockerfile::Joined;
use crate::syntax::interpolation::Operator;
use crate::syntax::shell;
use crate::syntax::yaml::{Node, Placed};
use crate::text::{Span, Spanned};

/// A word of a command as the container gets it, with its places in the scalar it stands in.
struct Word<'a> {
    text: Joined,
    scalar: Rc<Scalar<'a>>,
    filled: Vec<Filled>,
}

/// A scalar with two ways back to the file: one that follows its lines, and one that follows its `$` where escapes
/// hide them.
struct Scalar<'a> {
    by_lines: Placed<'a>,
    by_dollars: ScalarText<'a>,
}

impl Word<'_> {
    fn place(&self, range: &Range<usize>) -> Span {
        let range = self.text.span_of(range.clone()).range();
        let found = self.scalar.by_lines.place(&range);
        if found == self.scalar.by_lines.span { self.scalar.by_dollars.place(&range) } else { found }
    }
}

/// What is run: the words of a command, and what users call the log that it prints into.
struct Run<'a> {
    words: Vec<Word<'a>>,
    log: String,
}

/// Tells what the commands of a service print and is secret by its name.
/// The facts about it are those from number `begin` on.
pub(super) fn read(reader: &mut Reader<'_>, service: &Service<'_>, begin: usize) {
    let shows = ["echo", "printf", "env", "set", "export", "cat", "declare"];
    let may_show =
        |node: &Node| node.as_str().is_some_and(|text| shows.iter().any(|word| text.contains(word)));
    if is_aside(&reader.file.path) || !super::script::scalars(reader, service).into_iter().any(may_show) {
        return;
    }
    let place = Place::Container(service.name.to_owned());
    let own = reader.found.facts.get(begin..).unwrap_or_default();
    let given: Vec<Fact> = own.iter().filter(|fact| provided(fact, &place).is_some()).cloned().collect();
    // What stands in the file for everybody is nothing that only a log would tell.
    let is_plain = |fact: &&Fact| provided(fact, &place).is_some_and(|provide| provide.value.is_plain());
    let plain: BTreeSet<&KeyName> = given.iter().filter(is_plain).map(|fact| &fact.key).collect();
    for run in runs(reader, service) {
        let Some(script) = script_of(&run.words) else { continue };
        let text = script.text.as_str();
        let found = commands::logged(text, &shell::scan(text), &script.filled, &|range| script.place(range));
        let secret_of = |key: &KeyName| must_not_be_printed(key) && !plain.contains(key);
        let first = || given.iter().find(|fact| secret_of(&fact.key));
        let secret = |number: usize| {
            let one: &Logged = found.get(number)?;
            match &one.what {
                LoggedWhat::Variable(key) | LoggedWhat::Filled(key) => {
                    secret_of(key).then(|| LoggedSecret { key: key.clone(), from: None })
                }
                LoggedWhat::Environment => {
                    let fact = first()?;
                    Some(LoggedSecret { key: fact.key.clone(), from: Some(fact.span) })
                }
                LoggedWhat::File(_) | LoggedWhat::Fetched(..) => None,
            }
        };
        let log = Log { name: &run.log, secret: &secret, why: Some(LOGS_OF_CONTAINERS), once: true };
        let problems = log.problems(&found.iter().collect::<Vec<_>>());
        problems.into_iter().for_each(|problem| reader.problem(problem));
    }
}

/// What a fact gives to a place.
fn provided<'f>(fact: &'f Fact, place: &Place) -> Option<&'f Provide> {
    match &fact.role {
        Role::Provides(provide) if fact.place == *place => Some(provide),
        _ => None,
    }
}

/// The scripts that the entrypoint and command of a service run.
pub(super) fn scripts(reader: &mut Reader<'_>, service: &Service<'_>) -> Vec<ScriptRun> {
    let names_script =
        |node: &Node| node.as_str().is_some_and(|text| text.contains('/') || text.contains(".sh"));
    let fields = [service.get("entrypoint"), service.get("command")];
    let mut parts = fields
        .into_iter()
        .flatten()
        .flat_map(|node| if node.is_sequence() { node.items() } else { std::slice::from_ref(node) });
    if !parts.any(names_script) {
        return Vec::new();
    }
    let Some(run) = runs(reader, service).into_iter().next() else { return Vec::new() };
    if let Some(script) = script_of(&run.words) {
        let place = |range: &Range<usize>| script.place(range);
        let own = Place::Container(service.name.to_owned());
        let text = script.text.as_str();
        let source =
            commands::Source { text, written: text, file: reader.file.id, place: &place, own, computed: &[] };
        return commands::read(&source).script.runs;
    }
    let named = commands::scripts_among(run.words.iter().map(|word| word.text.as_str()));
    let words = named.into_iter().filter_map(|number| run.words.get(number));
    let spelled = words.map(|word| {
        let text = word.text.as_str();
        Spanned::new(text.to_owned(), word.place(&(0..text.len())))
    });
    spelled.map(|name| ScriptRun { name, ..ScriptRun::default() }).collect()
}

/// What a service runs: its entrypoint with its command, then its health check.
fn runs<'f: 'a, 'a>(reader: &mut Reader<'f>, service: &Service<'a>) -> Vec<Run<'a>> {
    let mut words = Vec::new();
    for node in [service.get("entrypoint"), service.get("command")].into_iter().flatten() {
        words.extend(words_of(reader, node));
    }
    let mut found = vec![Run { words, log: format!("the log of the service `{}`", service.name) }];
    let check = service.get("healthcheck").and_then(|node| reader.visits.value(node, "test"));
    if let Some(test) = check {
        let log = format!("the log of the health checks of `{}`", service.name);
        let mut words = if test.is_sequence() { words_of(reader, test) } else { Vec::new() };
        let first = words.first().map_or("", |word| word.text.as_str());
        // `CMD-SHELL`, and a text that is no list, are what a shell reads.
        let is_shell = first == "CMD-SHELL";
        if matches!(first, "CMD" | "CMD-SHELL") {
            words.remove(0);
        }
        if !test.is_sequence() || is_shell {
            let text = if is_shell { words.drain(..).next() } else { interpolated(reader, test) };
            words = ["sh", "-c"].iter().filter_map(|word| constant(text.as_ref()?, word)).collect();
            words.extend(text);
        }
        found.push(Run { words, log });
    }
    found
}

/// A word that is not written in the file.
fn constant<'a>(beside: &Word<'a>, text: &str) -> Option<Word<'a>> {
    Some(Word { text: Joined::contiguous(text, 0), scalar: Rc::clone(&beside.scalar), filled: Vec::new() })
}

/// The word that a shell reads as its text.
fn script_of<'w, 'a>(words: &'w [Word<'a>]) -> Option<&'w Word<'a>> {
    let is_shell = |word: &Word<'_>| commands::is_shell(word.text.as_str());
    let shell = words.iter().take(3).position(is_shell)?;
    let behind = words.get(shell + 1..)?;
    let flag =
        behind.iter().take_while(|word| word.text.as_str().starts_with(['-', '+'])).position(|word| {
            let word = word.text.as_str();
            !word.starts_with("--") && word.ends_with('c')
        })?;
    behind.get(flag + 1..)?.iter().find(|word| !word.text.as_str().starts_with('-'))
}

fn words_of<'f: 'a, 'a>(reader: &Reader<'f>, node: &'a Node) -> Vec<Word<'a>> {
    if node.is_sequence() {
        return node.items().iter().filter_map(|item| interpolated(reader, item)).collect();
    }
    interpolated(reader, node).map(|text| divided(&text)).unwrap_or_default()
}

/// A scalar as compose interpolates it, with a letter for each byte of what it fills in.
fn interpolated<'f: 'a, 'a>(reader: &Reader<'f>, node: &'a Node) -> Option<Word<'a>> {
    let by_dollars = ScalarText::of(reader.file, node)?;
    let scalar = Scalar { by_lines: Placed::of(&reader.file.text, node)?, by_dollars };
    let text = scalar.by_dollars.text;
    let scan = scalar.by_dollars.scan();
    let mut joined = Joined::empty(0);
    let mut filled = Vec::new();
    let mut at = 0;
    let variables = scan.variables.iter().filter(|variable| variable.depth == 0);
    let mut changes: Vec<_> = variables.map(|variable| (variable.whole.clone(), Some(variable))).collect();
    changes.extend(scan.escapes.iter().map(|&escape| (escape..escape + 2, None)));
    changes.sort_by_key(|(range, _)| range.start);
    for (range, variable) in changes {
        // A `$$` in the default of a variable is a part of the variable.
        if range.start < at {
            continue;
        }
        joined.push(text.get(at..range.start)?, at);
        match variable {
            None => joined.push("$", range.start),
            Some(variable) => {
                let begin = joined.as_str().len();
                joined.push(&"x".repeat(range.len()), range.start);
                if !matches!(variable.operator, Some(Operator::Alternative { .. })) {
                    let key = KeyName::new(variable.name_in(text));
                    filled.push(Filled { range: begin..joined.as_str().len(), key });
                }
            }
        }
        at = range.end;
    }
    joined.push(text.get(at..)?, at);
    Some(Word { text: joined, scalar: Rc::new(scalar), filled })
}

/// The words of a command that is no list, as compose divides it: by quotes and backslashes like a shell's, without
/// expanding anything.
fn divided<'a>(whole: &Word<'a>) -> Vec<Word<'a>> {
    let text = whole.text.as_str();
    let mut words = Vec::new();
    let mut word = Joined::empty(0);
    let mut filled: Vec<Filled> = Vec::new();
    let mut is_begun = false;
    let mut quote = None;
    let mut chars = text.char_indices();
    let mut next_filled = whole.filled.iter().peekable();
    while let Some((at, c)) = chars.next() {
        while let Some(part) = next_filled.next_if(|part| part.range.start <= at) {
            let begin = word.as_str().len();
            filled.push(Filled { range: begin..begin + part.range.len(), key: part.key.clone() });
        }
        match (quote, c) {
            (None, c) if c.is_whitespace() => {
                if std::mem::take(&mut is_begun) {
                    words.push(Word {
                        text: std::mem::take(&mut word),
                        scalar: Rc::clone(&whole.scalar),
                        filled: std::mem::take(&mut filled),
                    });
                }
                continue;
            }
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '\\') => {
                if let Some((at, c)) = chars.next() {
                    let meant = match c {
                        'n' => '\n',
                        't' => '\t',
                        other => other,
                    };
                    word.push(meant.encode_utf8(&mut [0; 4]), whole.text.source(at));
                }
            }
            _ => word.push(c.encode_utf8(&mut [0; 4]), whole.text.source(at)),
        }
        is_begun = true;
    }
    if is_begun {
        words.push(Word { text: word, scalar: Rc::clone(&whole.scalar), filled });
    }
    words
}
