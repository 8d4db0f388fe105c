//! Reads of the environment by the standard library, directly and through functions of the same file.

use std::collections::BTreeMap;

use super::flow::{Fall, Use, is_conditional, need, taken, usage, without};
use super::literal::value;
use super::name::{Given, Name, names};
use super::source::{Source, arguments, parameters};
use super::types::named;
use crate::fact::{Hidden, Need, Origin, Read, Value};
use crate::sources::gather::{Gather, is_upper_snake};
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// A function that reads the variable whose name it is given.
#[derive(Clone, Debug)]
struct Helper {
    given: Given,
    fall: Fall,
    value_type: Option<ValueType>,
}

type Helpers<'t> = BTreeMap<&'t str, Helper>;

/// How a call of the standard library touches a variable.
#[derive(Clone, Copy)]
enum Access {
    Read,
    Set,
    Remove,
}

fn access<'t>(source: &Source<'t>, call: Node<'t>) -> Option<Access> {
    let function = call.field("function")?;
    match source.member(function) {
        Some(("os" | "syscall", "Getenv") | ("os", "LookupEnv")) => Some(Access::Read),
        Some(("os" | "syscall", "Setenv")) => Some(Access::Set),
        Some(("os" | "syscall", "Unsetenv")) => Some(Access::Remove),
        // `t.Setenv` of a test.
        None if function.field("field").is_some_and(|name| name.text() == "Setenv") => Some(Access::Set),
        _ => None,
    }
}

/// Adds all that the file does with the environment of its process.
pub(super) fn read<'t>(source: &Source<'t>, gather: &mut Gather<'_>) {
    let mut helpers = Helpers::new();
    for call in source.all("call_expression") {
        environ(source, call, gather);
        let Some(access) = access(source, call) else { continue };
        let Some(key) = arguments(call).first().copied() else { continue };
        for name in names(source, key) {
            match (access, &name) {
                (Access::Set, Name::Written(name)) => {
                    let given = arguments(call).get(1).map_or_else(
                        || Value::of(Origin::Unknown, call.span()),
                        |&given| value(source, given),
                    );
                    gather.set(name, given, !is_conditional(source, call));
                }
                (Access::Remove, Name::Written(name)) => gather.observed(name),
                (Access::Set, Name::Prefixed(prefix)) => gather.sets_unseen(prefix, key.span()),
                (Access::Set, Name::Given(given)) => gather.sets_unseen(&given.before, key.span()),
                (Access::Set | Access::Remove, _) => {}
                (Access::Read, _) => {
                    let found = Found { call, key, usage: usage(source, call), base: Given::default() };
                    found.emit(source, &name, &mut helpers, gather);
                }
            }
        }
    }
    // A function around such a function is found in the next round.
    let mut latest = helpers.clone();
    for _ in 0..3 {
        if latest.is_empty() {
            break;
        }
        let mut next = Helpers::new();
        for call in source.all("call_expression") {
            helper_call(source, call, &latest, &mut next, gather);
        }
        next.retain(|name, _| !helpers.contains_key(name));
        helpers.extend(next.clone());
        latest = next;
    }
}

/// A read, as far as it is known before its name is.
struct Found<'t> {
    call: Node<'t>,
    /// The expression of the name.
    key: Node<'t>,
    usage: Use,
    /// What the function that is called puts around the name.
    base: Given,
}

impl<'t> Found<'t> {
    fn emit(self, source: &Source<'t>, name: &Name, helpers: &mut Helpers<'t>, gather: &mut Gather<'_>) {
        let Use { fall, value_type } = self.usage;
        match name {
            Name::Written(name) => {
                let mut name = name.clone();
                name.value = format!("{}{}{}", self.base.before, name.value, self.base.after);
                let read = Read { value_type, ..Read::with_need(need(source, self.call, fall)) };
                gather.read(&name, read);
            }
            Name::Given(given) => {
                let Some(function) = source.function(self.call) else {
                    return gather.computed("", self.key.span());
                };
                let Some(called) = function.field("name") else { return };
                let fall = if fall == Fall::Nothing { without(function) } else { fall };
                let value_type = value_type.or_else(|| result_type(function));
                let given = Given {
                    position: given.position,
                    before: format!("{}{}", self.base.before, given.before),
                    after: format!("{}{}", given.after, self.base.after),
                };
                helpers.entry(called.text()).or_insert(Helper { given, fall, value_type });
            }
            Name::Prefixed(prefix) => {
                gather.computed(&format!("{}{prefix}", self.base.before), self.key.span());
            }
            Name::Elsewhere => {}
        }
    }
}

/// What a helper converts the value into, where it returns no text.
fn result_type(function: Node<'_>) -> Option<ValueType> {
    let result = function.field("result")?;
    let first = match result.kind() {
        "parameter_list" => result.named().next()?.field("type")?,
        _ => result,
    };
    named(first.text()).filter(|found| *found != ValueType::String)
}

/// A call of a helper with a name.
fn helper_call<'t>(
    source: &Source<'t>,
    call: Node<'t>,
    helpers: &Helpers<'t>,
    next: &mut Helpers<'t>,
    gather: &mut Gather<'_>,
) {
    let Some(function) = call.field("function") else { return };
    let called = match function.kind() {
        "identifier" => function,
        "selector_expression" if source.member(function).is_none() => match function.field("field") {
            Some(method) => method,
            None => return,
        },
        _ => return,
    };
    let Some(helper) = helpers.get(called.text()) else { return };
    let given = arguments(call);
    let Some(key) = given.get(helper.given.position).copied() else { return };
    let is_variadic = source.function_called(called.text()).is_some_and(|function| {
        helper.given.position + 1 == parameters(function).len()
            && function.field("parameters").is_some_and(|list| list.text().contains("..."))
    });
    let keys = if is_variadic { given.get(helper.given.position..).unwrap_or_default() } else { &[key] };
    for &key in keys {
        for name in names(source, key) {
            let fall = match helper.fall {
                Fall::Parameter(position) => match given.get(position) {
                    Some(default) => taken(source, *default),
                    None => Fall::Nothing,
                },
                ref other => other.clone(),
            };
            let own = usage(source, call);
            let usage = Use {
                fall: if fall == Fall::Nothing { own.fall } else { fall },
                value_type: own.value_type.or_else(|| helper.value_type.clone()),
            };
            Found { call, key, usage, base: helper.given.clone() }.emit(source, &name, next, gather);
        }
    }
}

/// `os.Environ()`: a loop that picks variables, or a parser of the same file that is handed all of them.
fn environ<'t>(source: &Source<'t>, call: Node<'t>, gather: &mut Gather<'_>) {
    if call.field("function").and_then(|function| source.member(function)) != Some(("os", "Environ")) {
        return;
    }
    let Some((parent, _)) = source.parent(call) else { return };
    match parent.kind() {
        "range_clause" => {
            let Some((whole, _)) = source.parent(parent) else { return };
            picked(source, whole, call, gather);
        }
        "argument_list" => {
            let Some((outer, _)) = source.parent(parent) else { return };
            let Some(function) = outer.field("function") else { return };
            let name = function.field("field").unwrap_or(function);
            if let Some(parser) = source.function_called(name.text()) {
                parsed(parser, call, gather);
            }
        }
        _ => {}
    }
}

/// A loop over all variables.
fn picked<'t>(source: &Source<'t>, whole: Node<'t>, call: Node<'t>, gather: &mut Gather<'_>) {
    let mut prefixes: Vec<String> = Vec::new();
    for step in whole.walk() {
        let Some(function) = step.node.field("function").filter(|_| step.node.kind() == "call_expression")
        else {
            continue;
        };
        if let Some(("strings", "HasPrefix" | "CutPrefix")) = source.member(function)
            && let Some(prefix) = arguments(step.node).get(1)
        {
            prefixes.extend(names(source, *prefix).into_iter().map(|name| match name {
                Name::Written(text) => text.value,
                _ => String::new(),
            }));
        }
    }
    if prefixes.is_empty() {
        let tests = whole.walk().any(|step| matches!(step.node.kind(), "if_statement" | "expression_case"));
        if tests {
            gather.gap(call.span(), Hidden::Reads, "the variables are picked by a loop");
        }
    }
    for prefix in prefixes {
        let hides = if prefix.len() > 1 { Hidden::ReadsWithPrefix(prefix) } else { Hidden::Reads };
        gather.gap(call.span(), hides, "the variables are picked by the start of their names");
    }
}

/// A function that goes through all variables and looks at their names: `case "BASE_URL":`.
fn parsed(parser: Node<'_>, call: Node<'_>, gather: &mut Gather<'_>) {
    let mut found = false;
    for case in parser.walk().filter(|step| step.node.kind() == "expression_case") {
        for name in case.node.field("value").into_iter().flat_map(Node::named).filter_map(Node::string) {
            if is_upper_snake(&name.value) {
                found = true;
                gather.read(&name, Read::with_need(Need::Optional));
            }
        }
    }
    if !found {
        gather.gap(call.span(), Hidden::Reads, "all variables are handed to a parser");
    }
}
