//! The text compared with a word, where the code is plain enough to be changed by its text.

use std::sync::LazyLock;

use regex::Regex;

use crate::diagnostic::{Edit, Fix};
use crate::fact::{Fact, Need, Read, Role};
use crate::index::Index;
use crate::text::{Location, SourceFile, Span};

/// Words for yes and no that belong together.
const FAMILIES: &[(&str, &str)] = &[("true", "false"), ("yes", "no"), ("on", "off"), ("1", "0")];

/// Compares what the code reads with the word for yes.
pub(super) fn repair(index: &Index, fact: &Fact, read: &Read) -> Option<Fix> {
    let file = index.files.get(fact.file)?;
    let (yes, is_small) = word_for_yes(index, fact, read)?;
    let (span, replacement) = if file.path.name().ends_with(".py") {
        in_python(file, fact.span, yes)?
    } else {
        is_small.then(|| in_typescript(file, fact.span, yes)).flatten()?
    };
    let edit = Edit { at: Location::new(fact.file, span), replacement };
    Fix::unsafe_if_any(format!("compare the text with `{yes}`"), vec![edit])
}

/// The word for yes that goes with all the words that the key is given, and whether all of those are in small letters.
fn word_for_yes(index: &Index, fact: &Fact, read: &Read) -> Option<(&'static str, bool)> {
    let mut words: Vec<String> = Vec::new();
    if let Need::Default(value) = &read.need {
        words.push(value.text.reveal().to_owned());
    }
    for given in index.facts_of(&fact.key) {
        let value = match &given.role {
            Role::Provides(provide) => &provide.value,
            Role::Documents(document) => match &document.example {
                Some(value) => value,
                None => continue,
            },
            _ => continue,
        };
        // What comes from elsewhere may be any word.
        let word = value.is_plain().then(|| value.text.reveal().trim().to_owned())?;
        if !word.is_empty() {
            words.push(word);
        }
    }
    let is_small = words.iter().all(|word| *word == word.to_ascii_lowercase());
    let holds = |(yes, no): &&(&str, &str)| {
        words.iter().all(|word| word.eq_ignore_ascii_case(yes) || word.eq_ignore_ascii_case(no))
    };
    let (yes, _) = FAMILIES.iter().find(holds).filter(|_| !words.is_empty())?;
    Some((yes, is_small))
}

/// What may stand between the conversion and the name, and behind the name, in TypeScript.
static TYPESCRIPT: LazyLock<Option<[Regex; 2]>> = LazyLock::new(|| {
    let before = r#"(?:\bBoolean\([ ]*|!!(?:\([ ]*)?)process\.env(?:\.|\[["'])$"#;
    let behind = r#"^(?:["']\])?(?P<fall>[ ]*(?:\?\?|\|\|)[ ]*(?:"\w+"|'\w+'))?[ ]*(?P<close>\))?"#;
    Some([Regex::new(before).ok()?, Regex::new(behind).ok()?])
});

static PYTHON: LazyLock<Option<[Regex; 2]>> = LazyLock::new(|| {
    let before = r#"\bbool\((?:os\.environ\.get|os\.getenv|environ\.get|getenv)\(["']$"#;
    let behind = r#"^["'](?P<fall>,[ ]*(?:"\w*"|'\w*'))?\)\)"#;
    Some([Regex::new(before).ok()?, Regex::new(behind).ok()?])
});

/// How much of a line is looked at.
const REACH: usize = 200;

/// The text before and behind a name, as far as its line goes.
fn around(file: &SourceFile, name: Span) -> Option<(&str, &str)> {
    let (start, end) = (name.start as usize, name.end as usize);
    let from = file.text.floor_char_boundary(start.saturating_sub(REACH));
    let before = file.text.get(from..start)?;
    let before = before.get(before.rfind('\n').map_or(0, |newline| newline + 1)..)?;
    let to = file.text.floor_char_boundary((end + REACH).min(file.text.len()));
    let behind = file.text.get(end..to)?;
    let behind = behind.get(..behind.find(['\r', '\n']).unwrap_or(behind.len()))?;
    Some((before, behind))
}

fn in_typescript(file: &SourceFile, name: Span, yes: &str) -> Option<(Span, String)> {
    let (before, behind) = around(file, name)?;
    let [opening, closing] = TYPESCRIPT.as_ref()?;
    let (open, close) = (opening.find(before)?, closing.captures(behind)?);
    let is_double = open.as_str().starts_with("!!");
    let has_brace = open.as_str().contains('(');
    let fall = close.name("fall");
    if !is_double && before.get(..open.start())?.ends_with(['.', '$']) || !has_brace && fall.is_some() {
        return None;
    }
    // Without a bracket before, the one behind is somebody else's.
    let end = match (has_brace, close.name("close")) {
        (true, bracket) => bracket?.end(),
        (false, _) => read_end(behind),
    };
    let head = before.get(..open.start())?.trim_end();
    let tail = behind.get(end..)?.trim_start();
    let ends_so = |words: &[&str]| words.iter().any(|word| head.ends_with(word));
    let is_apart =
        ends_so(&["=", "(", ",", ":", "[", "{", "&&", "||", "??", "?", "=>", ";", "return", "default"])
            && !ends_so(&["==", "!="])
            || head.is_empty();
    let goes_on = tail.starts_with("?.")
        || !tail.is_empty()
            && !tail.starts_with([',', ';', ')', '}', ']', '?', ':'])
            && !tail.starts_with("&&")
            && !tail.starts_with("||");
    if !is_apart || goes_on {
        return None;
    }
    let read = open.as_str().find("process")?;
    let start = name.start as usize - (before.len() - open.start());
    let inner = name.start as usize - (before.len() - open.start() - read);
    let inner_end = name.end as usize + fall.map_or(read_end(behind), |fall| fall.end());
    let inside = file.text.get(inner..inner_end)?;
    let quote = if file.text.matches('\'').count() > file.text.matches('"').count() { '\'' } else { '"' };
    let inside = if fall.is_some() { format!("({inside})") } else { inside.to_owned() };
    Some((Span::new(start, name.end as usize + end), format!("{inside} === {quote}{yes}{quote}")))
}

/// How far behind its name a read goes: `"]`, or nothing.
fn read_end(behind: &str) -> usize {
    if behind.starts_with("\"]") || behind.starts_with("']") { 2 } else { 0 }
}

fn in_python(file: &SourceFile, name: Span, yes: &str) -> Option<(Span, String)> {
    let (before, behind) = around(file, name)?;
    let [opening, closing] = PYTHON.as_ref()?;
    let (open, close) = (opening.find(before)?, closing.captures(behind)?);
    let whole = close.get(0)?.end();
    let head = before.get(..open.start())?.trim_end();
    let tail = behind.get(whole..)?.trim_start();
    let is_apart = head.is_empty()
        || head.ends_with(['=', '(', ',', ':', '[', '{'])
            && !["==", "!=", "<=", ">="].iter().any(|sign| head.ends_with(sign))
        || [" and", " or", " not", " if", "return"].iter().any(|word| head.ends_with(word));
    let is_end = tail.is_empty()
        || tail.starts_with([',', ')', ']', '}', ':', '#'])
        || ["and ", "or ", "if ", "else "].iter().any(|word| tail.starts_with(word));
    if !is_apart || !is_end {
        return None;
    }
    let start = name.start as usize - (before.len() - open.start());
    let call = start + "bool(".len();
    let quote = behind.chars().next()?;
    let read = match close.name("fall") {
        Some(_) => file.text.get(call..name.end as usize + whole - 1)?.to_owned(),
        None => format!("{}, {quote}{quote})", file.text.get(call..name.end as usize + 1)?),
    };
    let span = Span::new(start, name.end as usize + whole);
    Some((span, format!("{read}.lower() == {quote}{yes}{quote}")))
}
