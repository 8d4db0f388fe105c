//! Calls that read a variable: the standard library's, their macros, and functions around them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Reading;
use super::chain::{Outcome, follow};
use super::literal::written;
use super::name::{Name, name};
use super::source::{Function, Source};
use crate::fact::{Hidden, Need, Origin, Phase, Read, Value};
use crate::text::Spanned;
use crate::value_type::ValueType;

/// A call at some place in the tokens.
struct Call {
    /// Where the expression begins.
    start: usize,
    /// The position of the called name.
    at: usize,
    /// Its arguments.
    arguments: Range<usize>,
    /// The position behind it.
    after: usize,
}

/// A function that reads the variable that its caller names.
#[derive(Clone, Debug)]
struct Helper {
    /// Which parameter holds the name, which the default.
    key: usize,
    default: Option<usize>,
    /// What the function itself does without a value; `None` where its result tells.
    need: Option<Need>,
    value_type: Option<ValueType>,
    is_option: bool,
    is_macro: bool,
}

/// Rounds in which functions around functions are found.
const ROUNDS: usize = 3;

/// All reads by calls.
pub(super) fn read(source: &Source<'_>, reading: &mut Reading) {
    let mut helpers: BTreeMap<&str, Helper> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let before = helpers.len();
        let mut found = Vec::new();
        for at in 0..source.tokens.len() {
            if let Some((call, kind)) = call_at(source, at, &helpers) {
                found.extend(helper_of(source, &call, &kind, &helpers));
            }
        }
        for (name, helper) in found {
            helpers.entry(name).or_insert(helper);
        }
        if helpers.len() == before {
            break;
        }
    }
    for at in 0..source.tokens.len() {
        if let Some((call, kind)) = call_at(source, at, &helpers) {
            report(source, &call, &kind, &helpers, reading);
        }
    }
}

/// What is called.
enum Callee {
    /// `env::var`, or `env::var_os`, whose result is an `Option`.
    Variable(bool),
    /// `env::vars`.
    All,
    /// `env!`, `option_env!`; whether it copes without.
    Macro(bool),
    /// A function of this file.
    Helper(Helper),
    /// A function of another file whose name tells what it does.
    Telling,
    /// `.env("K", ..)`: sets a variable of a child process, or removes one.
    Child,
    /// `env::set_var`.
    Setting,
    /// `.env("K")` of clap's builder.
    Argument,
}

fn call_at(source: &Source<'_>, at: usize, helpers: &BTreeMap<&str, Helper>) -> Option<(Call, Callee)> {
    let tokens = &source.tokens;
    let name = tokens.ident(at)?;
    let is_macro = tokens.is(at + 1, "!");
    let open = if is_macro {
        at + 2
    } else if tokens.is(at + 1, "::") {
        tokens.past_generics(at + 2)
    } else {
        at + 1
    };
    let arguments = if is_macro { tokens.group(open)? } else { tokens.group_of(open, "(")? };
    if tokens.is_before(at, "fn") || name == "macro_rules" {
        return None;
    }
    let is_method = tokens.is_before(at, ".");
    let (path, start) = source.path_ending_at(at);
    let call =
        Call { start: if is_method { at - 1 } else { start }, at, arguments, after: tokens.past(open) };
    let callee = match path.as_str() {
        _ if is_method && matches!(name, "env" | "env_remove") => {
            let count = tokens.split(call.arguments.clone(), ",").len();
            if count == 1 && name == "env" { Callee::Argument } else { Callee::Child }
        }
        "env" | "std::env" | "core::env" if is_macro => Callee::Macro(false),
        "option_env" | "std::option_env" if is_macro => Callee::Macro(true),
        "dotenv" | "dotenvy_macro::dotenv" | "dotenv_codegen::dotenv"
            if is_macro && !call.arguments.is_empty() =>
        {
            Callee::Macro(false)
        }
        "std::env::var" | "std::env::var_os" | "env::var" | "env::var_os" | "dotenvy::var"
        | "dotenv::var"
            if !is_method && !is_macro =>
        {
            Callee::Variable(name == "var_os" || path.ends_with("var_os"))
        }
        "std::env::set_var" | "env::set_var" if !is_method && !is_macro => Callee::Setting,
        "std::env::remove_var" | "env::remove_var" if !is_method && !is_macro => Callee::Child,
        "std::env::vars" | "std::env::vars_os" | "env::vars" | "env::vars_os" | "dotenvy::vars"
        | "dotenv::vars"
            if !is_method =>
        {
            Callee::All
        }
        _ => match helpers.get(name).filter(|helper| helper.is_macro == is_macro) {
            // `map.get("x")` is not this file's `fn get`.
            Some(_) if is_method && !tells(name) && !tokens.is_before(at - 1, "self") => return None,
            Some(helper) => Callee::Helper(helper.clone()),
            None if tells(name) || !is_method && is_of_env_module(&path) && !sets(name) => Callee::Telling,
            None => return None,
        },
    };
    Some((call, callee))
}

/// Whether the name of a function says that it reads the variable it is given.
fn tells(name: &str) -> bool {
    let reads = name.split('_').any(|part| matches!(part, "env" | "envvar" | "getenv"))
        || matches!(
            name,
            "required_var" | "require_var" | "optional_var" | "get_var" | "var_or" | "try_var" | "parse_var"
        );
    reads && !sets(name) && name != "env"
}

/// Whether the name of a function says that it does something else with variables than reading them.
fn sets(name: &str) -> bool {
    name.split('_').any(|part| {
        matches!(
            part,
            "set"
                | "remove"
                | "unset"
                | "with"
                | "clear"
                | "delete"
                | "del"
                | "push"
                | "insert"
                | "add"
                | "temp"
                | "inject"
                | "write"
                | "export"
                | "is"
                | "mock"
                | "restore"
                | "test"
                | "assert"
                | "save"
        )
    })
}

/// Whether a function's module is about the environment: `crate::env::list`, `env_vars::var_parsed`.
fn is_of_env_module(path: &str) -> bool {
    let mut modules = path.rsplit("::").skip(1);
    modules.any(|module| module.split('_').any(|part| matches!(part, "env" | "envs" | "environment")))
}

/// The function around `call`, if the name that is read is one of its parameters.
fn helper_of<'s, 't>(
    source: &'s Source<'t>,
    call: &Call,
    callee: &Callee,
    helpers: &BTreeMap<&str, Helper>,
) -> Option<(&'s str, Helper)> {
    let (range, outcome, is_option) = match callee {
        Callee::Variable(copes) | Callee::Macro(copes) => {
            (call.arguments.clone(), follow(source, call.start, call.after, *copes), *copes)
        }
        Callee::Helper(helper) => {
            let range = source.tokens.split(call.arguments.clone(), ",").into_iter().nth(helper.key)?;
            (range, through(source, call, helper), helper.is_option)
        }
        _ => return None,
    };
    let Name::Word(word) = name(source, range) else { return None };
    let function = source.function_around(call.at)?;
    if helpers.contains_key(function.name) {
        return None;
    }
    let place = |word: &str| function.params.iter().position(|param| *param == word);
    let key = place(word)?;
    let default = outcome.default.clone().and_then(|range| default_parameter(source, function, range));
    let returns_option = function.returns.clone().any(|at| source.tokens.is(at, "Option"));
    let need = match outcome.need {
        Some(Need::Unknown) | None => None,
        // An `Option` that is handed back: the caller decides.
        Some(Need::Optional) if returns_option => None,
        need => need,
    };
    let is_option = is_option || returns_option;
    let helper =
        Helper { key, default, need, value_type: outcome.value_type, is_option, is_macro: function.is_macro };
    Some((function.name, helper))
}

/// The parameter that the default at `range` is made of.
fn default_parameter(source: &Source<'_>, function: &Function<'_>, range: Range<usize>) -> Option<usize> {
    range
        .take(16)
        .filter_map(|at| source.tokens.ident(at))
        .find_map(|word| function.params.iter().position(|param| *param == word))
}

/// What happens without a value to a caller of `helper`.
fn through(source: &Source<'_>, call: &Call, helper: &Helper) -> Outcome {
    let arguments = source.tokens.split(call.arguments.clone(), ",");
    let mut outcome = match (&helper.need, helper.default.and_then(|place| arguments.get(place))) {
        (Some(Need::Default(_)), Some(default)) => Outcome {
            need: Some(Need::Default(super::literal::value(source, default.clone()))),
            default: Some(default.clone()),
            ..Outcome::default()
        },
        (Some(need), _) => Outcome { need: Some(need.clone()), ..Outcome::default() },
        (None, _) => follow(source, call.start, call.after, helper.is_option),
    };
    if outcome.value_type.is_none() {
        outcome.value_type.clone_from(&helper.value_type);
    }
    outcome
}

fn report(
    source: &Source<'_>,
    call: &Call,
    callee: &Callee,
    helpers: &BTreeMap<&str, Helper>,
    reading: &mut Reading,
) {
    let tokens = &source.tokens;
    let phase = source.phase(call.at);
    let parts = || tokens.split(call.arguments.clone(), ",");
    match callee {
        Callee::Variable(copes) => {
            let outcome = follow(source, call.start, call.after, *copes);
            keyed(source, call, call.arguments.clone(), outcome, phase, helpers, reading);
        }
        Callee::Macro(copes) => {
            let phase = if phase == Phase::Run { Phase::Build } else { phase };
            let outcome = if *copes {
                follow(source, call.start, call.after, true)
            } else {
                Outcome { need: Some(Need::Required), ..Outcome::default() }
            };
            if let Some(first) = parts().into_iter().next() {
                keyed(source, call, first, outcome, phase, helpers, reading);
            }
        }
        Callee::Helper(helper) => {
            if let Some(range) = parts().into_iter().nth(helper.key) {
                let outcome = through(source, call, helper);
                keyed(source, call, range, outcome, phase, helpers, reading);
            }
        }
        Callee::Telling => telling(source, &parts(), phase, reading),
        Callee::All => {
            let prefix = filter_prefix(source, call);
            let hidden = prefix.map_or(Hidden::Reads, Hidden::ReadsWithPrefix);
            reading.gap(tokens.span(call.start..call.after), hidden, "the code goes through all variables");
        }
        Callee::Child => {
            let first = parts().into_iter().next();
            if let Some(name) =
                first.and_then(|range| written(source, range)).filter(|name| is_key(&name.value))
            {
                reading.observed(&name, phase);
            }
        }
        Callee::Setting => {
            let mut parts = parts().into_iter();
            if let Some(name) =
                parts.next().and_then(|range| written(source, range)).filter(|name| is_key(&name.value))
            {
                let unseen = || Value::of(Origin::Unknown, name.span);
                let value = parts.next().map_or_else(unseen, |range| super::literal::value(source, range));
                reading.set(&name, phase, value);
            }
        }
        Callee::Argument => {
            let first = parts().into_iter().next();
            if let Some(name) =
                first.and_then(|range| written(source, range)).filter(|name| is_key(&name.value))
            {
                let need = super::clap::builder_need(source, call.at, call.after);
                reading.read(&name, phase, Read::with_need(need));
            }
        }
    }
}

/// A call of a function elsewhere whose name says that it reads variables.
fn telling(source: &Source<'_>, parts: &[Range<usize>], phase: Phase, reading: &mut Reading) {
    let Some(name) = parts.first().and_then(|range| written(source, range.clone())) else { return };
    if !is_upper_snake(&name.value) {
        return;
    }
    let default = parts.get(1).and_then(|range| super::literal::literal(source, range.clone()));
    reading.read(&name, phase, Read::with_need(default.map_or(Need::Unknown, Need::Default)));
}

fn keyed(
    source: &Source<'_>,
    call: &Call,
    range: Range<usize>,
    outcome: Outcome,
    phase: Phase,
    helpers: &BTreeMap<&str, Helper>,
    reading: &mut Reading,
) {
    let place = source.tokens.span(call.start..call.after);
    match name(source, range) {
        Name::Written(names) => {
            let alone = names.len() == 1;
            let need = outcome.need.filter(|_| alone).unwrap_or(Need::Unknown);
            let alternatives =
                outcome.otherwise.into_iter().flat_map(|range| names_read_in(source, range, helpers));
            let alternatives: Vec<_> = alternatives.map(|name| name.value.as_str().into()).collect();
            let read = Read { value_type: outcome.value_type, alternatives, ..Read::with_need(need) };
            for name in names.iter().filter(|name| is_key(&name.value)) {
                reading.read(name, phase, read.clone());
            }
        }
        Name::Prefixed(prefix) => {
            reading.gap(place, Hidden::ReadsWithPrefix(prefix), "the rest of the name is computed");
        }
        Name::Word(word) => {
            // The callers of a function around this call name the key; all are seen where it is private
            // or where its name gives calls in other files away.
            let function = source.function_around(call.at).filter(|function| function.params.contains(&word));
            let is_seen = function.is_some_and(|function| !function.is_public || tells(function.name));
            if !is_seen {
                reading.gap(place, Hidden::Reads, "the name is not written here");
            }
        }
        Name::Computed => reading.gap(place, Hidden::Reads, "the name is computed"),
    }
}

/// The names that calls in `range` read.
fn names_read_in(
    source: &Source<'_>,
    range: Range<usize>,
    helpers: &BTreeMap<&str, Helper>,
) -> Vec<Spanned<String>> {
    let mut names = Vec::new();
    for at in range.take(64) {
        let found = match call_at(source, at, helpers) {
            Some((call, Callee::Variable(_))) => name(source, call.arguments),
            Some((call, Callee::Helper(helper))) => {
                match source.tokens.split(call.arguments, ",").into_iter().nth(helper.key) {
                    Some(part) => name(source, part),
                    None => continue,
                }
            }
            _ => continue,
        };
        if let Name::Written(found) = found {
            names.extend(found);
        }
    }
    names
}

/// The prefix that `env::vars().filter(|(k, _)| k.starts_with("APP_"))` asks for.
fn filter_prefix(source: &Source<'_>, call: &Call) -> Option<String> {
    let tokens = &source.tokens;
    (call.after..call.after + 40)
        .take_while(|&at| !tokens.is(at, ";"))
        .find(|&at| tokens.is(at, "starts_with") || tokens.is(at, "strip_prefix"))
        .and_then(|at| written(source, tokens.group_of(at + 1, "(")?))
        .map(|prefix| prefix.value)
        .filter(|prefix| !prefix.is_empty())
}

/// Whether `name` can be the name of a variable at all.
pub(super) fn is_key(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

/// Whether `name` is written as names of variables are.
pub(super) fn is_upper_snake(name: &str) -> bool {
    name.len() >= 4
        && !name.ends_with('_')
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
