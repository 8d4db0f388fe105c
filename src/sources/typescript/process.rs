//! Reads of the environment, directly and through the small functions that files write around it.

use std::collections::{BTreeMap, BTreeSet};

use super::environment::{Access, Site, brings_unseen, is_environment, is_of_process, sites};
use super::flow::{Fall, Guards, Use, fallback, is_conditional, is_nothing, refuses, usage};
use super::handed_on;
use super::literal::{Literal, literal};
use super::module::{Module, arguments, callee, inner, parameters};
use super::name::{Given, Pattern, names, names_of};
use super::output::Output;
use super::place::Reach;
use crate::fact::{Condition, Hidden, Need, Origin, Provision, Read, Value};
use crate::key::KeyName;
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// A function that reads the variable whose name it is given.
#[derive(Clone, Debug)]
struct Helper<'t> {
    definition: Node<'t>,
    given: Given,
    fall: Fall,
    value_type: Option<ValueType>,
}

/// Functions by the names that they are called by.
type Helpers<'t> = BTreeMap<&'t str, Helper<'t>>;

/// What the readers of one file share.
pub(super) struct Reader<'m, 't> {
    pub(super) module: &'m Module<'t>,
    pub(super) guards: &'m Guards<'t>,
    pub(super) reach: &'m Reach,
}

/// Adds all that the file does with the environment of its process; sites and calls in `claimed` are left out, because a
/// schema says more about them. Returns the names of the functions that read variables.
pub(super) fn read<'t>(
    reader: &Reader<'_, 't>,
    claimed: &BTreeSet<usize>,
    output: &mut Output<'_>,
) -> BTreeSet<&'t str> {
    let module = reader.module;
    let mut helpers = Helpers::new();
    for node in module.nodes() {
        matching_loop(module, node, output);
        handed_on::read(module, node, claimed, output);
        if brings_unseen(module, node) {
            output.sets_unseen("", node.span());
        }
        for site in sites(module, node) {
            if claimed.contains(&site.whole.id()) {
                continue;
            }
            for pattern in names_of(module, &site.name) {
                emit(reader, &site, &pattern, &mut helpers, output);
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
        for call in module.nodes().filter(|node| node.kind() == "call_expression") {
            helper_call(reader, call, &latest, &mut next, output);
        }
        next.retain(|name, _| !helpers.contains_key(name));
        helpers.extend(next.clone());
        latest = next;
    }
    helpers.into_keys().collect()
}

fn emit<'t>(
    reader: &Reader<'_, 't>,
    site: &Site<'t>,
    pattern: &Pattern,
    helpers: &mut Helpers<'t>,
    output: &mut Output<'_>,
) {
    let module = reader.module;
    let Some(name) = pattern.known() else {
        match site.access {
            Access::Get(_) => of_parameter(reader, site, pattern, helpers, output),
            Access::Write(_) | Access::WriteIfUnset(_) if is_of_process(module, site.whole) => {
                output.sets_unseen(&pattern.prefix(), site.whole.span());
            }
            _ => {}
        }
        return;
    };
    match site.access {
        Access::Remove => output.observed(&name, pattern.span),
        Access::Write(value) | Access::WriteIfUnset(value) => {
            let is_sure = matches!(site.access, Access::Write(_)) && !is_conditional(module, site.whole);
            let provision =
                if is_sure { Provision::Always } else { Provision::Conditional(vec![Condition::Opaque]) };
            let given = match literal(module, value) {
                Some(written) => match written.literal.as_environment() {
                    Some(text) => Value::literal(&text, written.span),
                    None => Value::of(Origin::Unknown, value.span()),
                },
                None => Value::of(Origin::Unknown, value.span()),
            };
            output.provides(&name, pattern.span, given, provision);
        }
        Access::Test | Access::Get(_) => {
            let found = use_of(reader, site);
            let phase = reader.reach.phase(&name, site.inlining, output.phase);
            output.read(&name, pattern.span, phase, as_read(reader, site.whole, found));
        }
    }
}

/// What is done with the value at a site.
pub(super) fn use_of<'t>(reader: &Reader<'_, 't>, site: &Site<'t>) -> Use {
    let nothing =
        Use { fall: Fall::Nothing, alternatives: Vec::new(), value_type: None, takes_text_for_truth: false };
    match site.access {
        Access::Get(Some(default)) => {
            let (alternatives, fall) = fallback(reader.module, default, 8);
            Use { fall, alternatives, ..nothing }
        }
        // A property of a pattern goes on under its own name.
        Access::Get(None) if site.whole.kind().contains("property_identifier") => {
            let fall =
                if reader.guards.about(reader.module, site.whole) { Fall::Fails } else { Fall::Nothing };
            Use { fall, ..nothing }
        }
        Access::Get(None) => usage(reader.module, site.whole, Vec::new(), Fall::Nothing, reader.guards),
        _ => nothing,
    }
}

/// A read that does what `found` says at `whole`.
pub(super) fn as_read<'t>(reader: &Reader<'_, 't>, whole: Node<'t>, found: Use) -> Read {
    let need = match found.fall {
        Fall::Fails if is_conditional(reader.module, whole) => Need::Unknown,
        Fall::Fails => Need::Required,
        Fall::Nothing => Need::Optional,
        Fall::Takes(value) => Need::Default(value),
        Fall::Parameter(_) => Need::Default(Value::of(Origin::Unknown, whole.span())),
    };
    Read {
        alternatives: found.alternatives,
        value_type: found.value_type,
        takes_text_for_truth: found.takes_text_for_truth,
        ..Read::with_need(need)
    }
}

/// A site whose name is not constant.
fn of_parameter<'t>(
    reader: &Reader<'_, 't>,
    site: &Site<'t>,
    pattern: &Pattern,
    helpers: &mut Helpers<'t>,
    output: &mut Output<'_>,
) {
    let module = reader.module;
    if let (Some(given), Some((name, definition))) = (pattern.parameter(), module.named_function(site.whole))
        && parameters(definition).len() > given.position
    {
        let found = use_of(reader, site);
        let fall = if is_nothing(&found.fall) {
            match without(module, definition) {
                Fall::Nothing => found.fall,
                other => other,
            }
        } else {
            found.fall
        };
        // Other files write down only a part of the names that they ask an exported function for.
        let is_part = !given.before.is_empty() || !given.after.is_empty();
        if is_part && is_exported(module, name, definition) {
            output.computed(&given.before, site.whole.span());
        }
        let helper = Helper { definition, given, fall, value_type: found.value_type };
        helpers.entry(name).or_insert(helper);
        return;
    }
    if !pattern.is_elsewhere() {
        let span = match &site.name {
            super::environment::Named::By(node) => node.span(),
            super::environment::Named::Plain(_, span) => *span,
        };
        output.computed(&pattern.prefix(), span);
    }
}

/// Whether other files may call a function: it, or the class around it, is exported.
fn is_exported<'t>(module: &Module<'t>, name: &str, definition: Node<'t>) -> bool {
    let is_listed = |node: Node<'t>| match node.kind() {
        "export_specifier" => node.field("name").is_some_and(|listed| listed.text() == name),
        "assignment_expression" => node.field("left").is_some_and(|left| left.text().contains("exports")),
        _ => false,
    };
    module.ancestors(definition).any(|(above, ..)| above.kind() == "export_statement" || is_listed(above))
        || module.nodes().any(is_listed)
}

/// What a helper does without a value: throw, or take its parameter `default`.
fn without<'t>(module: &Module<'t>, definition: Node<'t>) -> Fall {
    let default = parameters(definition)
        .iter()
        .position(|parameter| parameter.name.contains("efault") || parameter.name.contains("allback"));
    match default {
        Some(position) => Fall::Parameter(position),
        None if refuses(module, definition) => Fall::Fails,
        None => Fall::Nothing,
    }
}

/// A call of a helper with a name.
fn helper_call<'t>(
    reader: &Reader<'_, 't>,
    call: Node<'t>,
    helpers: &Helpers<'t>,
    next: &mut Helpers<'t>,
    output: &mut Output<'_>,
) {
    let module = reader.module;
    let Some((object, name)) = callee(call) else { return };
    if object.is_some_and(|object| !matches!(object.kind(), "this")) {
        return;
    }
    let Some(helper) = helpers.get(name.text()) else { return };
    let (listed, given) = (parameters(helper.definition), arguments(call));
    let argument = |position: usize| given.get(position).copied().or(listed.get(position)?.default);
    let Some(key) = argument(helper.given.position) else { return };
    let refuses = || refuses(module, helper.definition);
    for pattern in names(module, key) {
        let fall = match &helper.fall {
            Fall::Parameter(position) => match argument(*position) {
                Some(default) => fallback(module, default, 8).1,
                None => Fall::Nothing,
            },
            other => other.clone(),
        };
        let fall = match fall {
            Fall::Nothing if matches!(helper.fall, Fall::Parameter(_)) && refuses() => Fall::Fails,
            other => other,
        };
        if let Some(name) = pattern.known() {
            let key = format!("{}{name}{}", helper.given.before, helper.given.after);
            let mut found = usage(module, call, Vec::new(), fall, reader.guards);
            found.value_type = found.value_type.or_else(|| helper.value_type.clone());
            output.read(&key, pattern.span, output.phase, as_read(reader, call, found));
        } else if let (Some(given), Some((name, definition))) =
            (pattern.parameter(), module.named_function(call))
        {
            next.entry(name).or_insert(Helper {
                definition,
                given: Given {
                    before: format!("{}{}", helper.given.before, given.before),
                    after: format!("{}{}", given.after, helper.given.after),
                    ..given
                },
                fall: match fall {
                    Fall::Nothing => without(module, definition),
                    other => other,
                },
                value_type: helper.value_type.clone(),
            });
        } else if !pattern.is_elsewhere() {
            output.computed(&format!("{}{}", helper.given.before, pattern.prefix()), key.span());
        }
    }
}

/// A loop that picks variables by their names: `Object.keys(process.env).filter(k => k.startsWith("P_"))`.
fn matching_loop<'t>(module: &Module<'t>, node: Node<'t>, output: &mut Output<'_>) {
    if node.kind() != "call_expression" {
        return;
    }
    let Some((Some(object), method)) = callee(node) else { return };
    if object.text() != "Object" || !matches!(method.text(), "keys" | "entries") {
        return;
    }
    let Some(argument) = arguments(node).first().copied().filter(|part| is_environment(module, *part)) else {
        return;
    };
    let Some((whole, _, _)) = module
        .ancestors(node)
        .find(|(above, ..)| above.kind().ends_with("statement") || above.kind().ends_with("declaration"))
    else {
        return;
    };
    let mut prefixes = BTreeSet::new();
    let mut is_filtered = false;
    for part in whole.walk().take(4_000).map(|step| step.node) {
        if part.kind() == "regex" {
            let text = part.text().trim_start_matches('/');
            if let Some(rest) = text.strip_prefix('^') {
                prefixes
                    .insert(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect());
            }
            is_filtered = true;
            continue;
        }
        let Some((Some(_), method)) = callee(part).filter(|_| part.kind() == "call_expression") else {
            continue;
        };
        match method.text() {
            "startsWith" => {
                let Some(argument) = arguments(part).first().copied() else { continue };
                prefixes.extend(names(module, argument).into_iter().map(|pattern| pattern.prefix()));
            }
            "filter" | "find" | "includes" | "endsWith" | "match" | "test" => is_filtered = true,
            _ => {}
        }
    }
    if prefixes.iter().any(String::is_empty) {
        prefixes.clear();
        is_filtered = true;
    }
    if prefixes.is_empty() && is_filtered {
        output.gap(argument.span(), Hidden::Reads, "the variables are picked by a loop");
    }
    for prefix in prefixes {
        let reason = "the variables are picked by the start of their names";
        output.gap(argument.span(), Hidden::ReadsWithPrefix(prefix), reason);
    }
}

/// The keys whose values `node` is made of, names of constants followed.
pub(super) fn keys_behind<'t>(module: &Module<'t>, node: Node<'t>) -> Vec<(KeyName, crate::text::Span)> {
    let mut found: Vec<(KeyName, crate::text::Span)> = Vec::new();
    let mut open = vec![node];
    let mut seen = BTreeSet::new();
    while let Some(node) = open.pop() {
        if !seen.insert(node.id()) || seen.len() > 64 {
            continue;
        }
        for part in node.walk().take(600).map(|step| step.node) {
            for site in sites(module, part) {
                for pattern in names_of(module, &site.name) {
                    found.extend(pattern.known().map(|name| (KeyName::new(&name), pattern.span)));
                }
            }
            let is_name = matches!(part.kind(), "identifier" | "shorthand_property_identifier");
            if let Some(value) = is_name.then(|| module.value(part)).flatten() {
                open.push(inner(value));
            }
        }
    }
    found
}

/// Whether a literal list or text stands behind `node`.
pub(super) fn texts<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Vec<String>> {
    match literal(module, node)?.literal {
        Literal::Text(text) => Some(vec![text]),
        list => list.texts(),
    }
}
