//! Functions of other files and packages whose names tell that they read variables: `getEnv("K", "d")`,
//! `mustGetenv("K")`, `env.MustGet("K")`.

use super::flow::{Fall, need, taken, usage};
use super::name::{Name, names};
use super::source::{Source, arguments};
use super::types::named;
use crate::fact::{Need, Read};
use crate::sources::gather::{Gather, is_upper_snake, words_of};
use crate::syntax::tree::Node;
use crate::text::Spanned;
use crate::value_type::ValueType;

/// What the name of a function tells about it.
struct Telling {
    fails: bool,
    value_type: Option<ValueType>,
}

/// Words that a function which reads a variable may have in its name, besides `env`.
pub(super) const WORDS: &[&str] = &[
    "get",
    "must",
    "lookup",
    "require",
    "required",
    "read",
    "fetch",
    "load",
    "parse",
    "map",
    "from",
    "or",
    "default",
    "with",
    "fallback",
    "else",
    "str",
    "string",
    "int",
    "int64",
    "bool",
    "boolean",
    "duration",
    "float",
    "float64",
    "uint",
    "list",
    "slice",
    "strings",
    "var",
    "value",
    "variable",
    "optional",
    "opt",
    "env",
    "getenv",
    "as",
    "if",
    "set",
    "lookupenv",
    "url",
    "secret",
    "port",
    "os",
    "by",
    "key",
    "panic",
    "exists",
];

fn telling(package: Option<&str>, name: &str) -> Option<Telling> {
    let words = words_of(name);
    let is_env = |word: &str| matches!(word, "env" | "getenv" | "lookupenv");
    let in_package = package.is_some_and(is_env);
    let has_env = words.iter().any(|word| is_env(word)) || in_package;
    // `setEnv` and `withEnv` give variables to others; `getEnvWithDefault` reads.
    let starts_well =
        words.first().is_some_and(|first| !matches!(first.as_str(), "set" | "with" | "or" | "else"));
    if !has_env || !starts_well || !words.iter().all(|word| WORDS.contains(&word.as_str())) {
        return None;
    }
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let value_type = match () {
        () if has(&["int", "int64"]) => named("int"),
        () if has(&["uint"]) => named("uint"),
        () if has(&["bool", "boolean"]) => named("bool"),
        () if has(&["float", "float64"]) => named("float64"),
        () if has(&["duration"]) => named("time.Duration"),
        () => None,
    };
    Some(Telling { fails: has(&["must", "require", "required", "panic"]), value_type })
}

/// Adds the reads by functions that this file does not hold.
pub(super) fn read<'t>(source: &Source<'t>, gather: &mut Gather<'_>) {
    for call in source.all("call_expression") {
        let Some(function) = call.field("function") else { continue };
        let (package, called) = match function.kind() {
            "identifier" => (None, function),
            "selector_expression" => match (function.field("operand"), function.field("field")) {
                (Some(operand), Some(field)) => (Some(operand.text()), field),
                _ => continue,
            },
            _ => continue,
        };
        // The standard library is read elsewhere; a function of this file shows what it does.
        let is_known = matches!(source.member(function), Some(("os" | "syscall", _)))
            || source.function_called(called.text()).is_some();
        if is_known {
            continue;
        }
        let Some(telling) = telling(package, called.text()) else { continue };
        let given = arguments(call);
        let Some((position, name)) = key(source, &given) else { continue };
        let own = usage(source, call);
        let fall = match given.get(position + 1) {
            Some(default) => taken(source, *default),
            None if telling.fails => Fall::Fails,
            None => own.fall,
        };
        let need = match fall {
            // What the function does by itself is not to be seen.
            Fall::Nothing => Need::Unknown,
            fall => need(source, call, fall),
        };
        let value_type = telling.value_type.or(own.value_type);
        gather.read(&name, Read { value_type, ..Read::with_need(need) });
    }
}

/// The name among the first arguments: `mustMapEnv(&target, "K")` has it second.
fn key<'t>(source: &Source<'t>, given: &[Node<'t>]) -> Option<(usize, Spanned<String>)> {
    given.iter().take(2).enumerate().find_map(|(position, argument)| {
        match names(source, *argument).as_slice() {
            [Name::Written(name)] if is_upper_snake(&name.value) => Some((position, name.clone())),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::telling;

    #[test]
    fn names_that_tell() {
        for (package, name) in [
            (None, "getEnv"),
            (None, "mustGetenv"),
            (None, "mustMapEnv"),
            (None, "getenvDefault"),
            (None, "GetEnvOrDefault"),
            (None, "envOr"),
            (None, "GetEnvAsInt"),
            (Some("env"), "MustGet"),
            (Some("env"), "String"),
        ] {
            assert!(telling(package, name).is_some(), "{name}");
        }
        for (package, name) in [
            (None, "setEnv"),
            (None, "withEnv"),
            (None, "newEnvironment"),
            (None, "printEnv"),
            (Some("log"), "Get"),
            (Some("container"), "AddEnv"),
            (None, "EnvVarSource"),
        ] {
            assert!(telling(package, name).is_none(), "{name}");
        }
        assert!(telling(None, "mustGetenv").unwrap().fails);
    }
}
