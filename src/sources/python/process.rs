//! Reads of `os.environ`, directly and through the small functions that files write around it.

use std::collections::{BTreeMap, BTreeSet};

use super::environment::{Access, Site, brings_unseen, is_environment, sites};
use super::flow::{Fall, Use, fallback, gives_up, is_conditional, is_guarded, is_nothing, refuses, usage};
use super::guard::Guards;
use super::literal::default_value;
use super::module::{Arguments, Module, parameters};
use super::name::{Given, Pattern, names, names_in};
use super::output::Output;
use crate::fact::{Hidden, Need, Origin, Read, Value};
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

/// Adds all that the file does with the environment of its process.
pub(super) fn read(module: &Module<'_>, output: &mut Output<'_>) {
    let mut found: Vec<Site<'_>> = Vec::new();
    for node in module.nodes() {
        found.extend(sites(module, node));
        if brings_unseen(module, node) {
            output.sets_unseen("", node.span());
        }
        matching_loop(module, node, output);
    }
    let circumstances = Circumstances::of(module, &found);
    let guards = Guards::of(module);
    let mut helpers = BTreeMap::new();
    for site in &found {
        super::misplaced::base(module, site, output);
        super::misplaced::joined(site, output);
        for pattern in names(module, site.name) {
            emit(module, site, &pattern, (&circumstances, &guards), &mut helpers, output);
        }
    }
    super::constants::find(module, &found, output);
    // A function around such a function is found in the next round.
    let mut latest = helpers.clone();
    for _ in 0..3 {
        if latest.is_empty() {
            break;
        }
        let mut next = BTreeMap::new();
        for call in module.nodes().filter(|node| node.kind() == "call") {
            helper_call(module, call, &latest, &mut next, output);
        }
        next.retain(|name, _| !helpers.contains_key(name));
        helpers.extend(next.clone());
        latest = next;
    }
}

/// What else the file does with the same variables.
struct Circumstances {
    /// Variables that a scope looks at before it relies on them.
    tested: BTreeSet<(usize, String)>,
    /// Variables that the file sets itself.
    written: BTreeSet<String>,
    /// Variables that a test sets before it looks at them.
    patched: BTreeSet<(usize, String)>,
    /// Expressions by which a scope sets variables, as written.
    written_as: BTreeSet<(usize, String)>,
}

impl Circumstances {
    fn of<'t>(module: &Module<'t>, found: &[Site<'t>]) -> Self {
        let mut all = Self {
            tested: BTreeSet::new(),
            written: BTreeSet::new(),
            patched: BTreeSet::new(),
            written_as: BTreeSet::new(),
        };
        for site in found {
            let scope = module.scope(site.whole);
            let known = || names(module, site.name).into_iter().filter_map(|name| name.known());
            match site.access {
                Access::Get(_) | Access::Test => all.tested.extend(known().map(|name| (scope, name))),
                Access::Set(_) | Access::SetIfUnset(_) | Access::Touch => {
                    all.written.extend(known());
                    all.written_as.insert((scope, site.name.text().to_owned()));
                }
                Access::Patch => all.patched.extend(known().map(|name| (scope, name))),
                Access::Item => {}
            }
        }
        all
    }
}

fn emit<'t>(
    module: &Module<'t>,
    site: &Site<'t>,
    pattern: &Pattern,
    (circumstances, guards): (&Circumstances, &Guards<'t>),
    helpers: &mut BTreeMap<&'t str, Helper<'t>>,
    output: &mut Output<'_>,
) {
    let scope = module.scope(site.whole);
    if let Some(name) = pattern.known() {
        match site.access {
            Access::Touch => return output.observed(&name, pattern.span),
            Access::Set(value) => {
                let is_sure = !is_conditional(module, site.whole);
                return output.set(&name, pattern.span, given(module, site, value), is_sure);
            }
            // `level = os.environ.setdefault("LEVEL", "info")` takes what is there.
            Access::SetIfUnset(value) if is_used(module, site.whole) => {
                let need = value.map_or(Need::Optional, |_| Need::Default(given(module, site, value)));
                return output.read(&name, pattern.span, Read::with_need(need));
            }
            Access::SetIfUnset(value) => {
                return output.set(&name, pattern.span, given(module, site, value), false);
            }
            Access::Patch => return,
            Access::Item | Access::Get(_) | Access::Test => {}
        }
        let mut found = need_of(module, site);
        // `os.getenv("K") or exit("no K")`
        let is_refused = matches!(site.access, Access::Get(_))
            && found.alternatives.is_empty()
            && found.fall == Fall::Fails;
        let is_demanded = is_refused || is_nothing(&found.fall) && guards.about(module, site.whole);
        let statement = module.ancestors(site.whole).find(|(above, ..)| above.kind().ends_with("_statement"));
        let statement = statement.map_or(site.whole, |(statement, ..)| statement);
        if is_demanded && !circumstances.written.contains(&name) && !is_conditional(module, statement) {
            return output.read(&name, pattern.span, with(Need::Required, found));
        }
        if found.fall == Fall::Fails {
            let is_patched = circumstances.patched.contains(&(scope, name.clone()));
            if is_patched || circumstances.written.contains(&name) {
                return output.read(&name, pattern.span, with(Need::Unknown, found));
            }
            if circumstances.tested.contains(&(scope, name.clone())) {
                found.fall = Fall::Nothing;
            } else if is_conditional(module, site.whole) {
                return output.read(&name, pattern.span, with(Need::Unknown, found));
            }
        }
        let said = match found.fall.clone() {
            Fall::Fails => Need::Required,
            Fall::Nothing => Need::Optional,
            Fall::Takes(value) => Need::Default(value),
            Fall::Parameter(_) => Need::Default(Value::of(Origin::Unknown, site.whole.span())),
        };
        output.read(&name, pattern.span, with(said, found));
        return;
    }
    if matches!(site.access, Access::Set(_) | Access::SetIfUnset(_)) {
        return output.sets_unseen(&pattern.prefix(), site.name.span());
    }
    if !matches!(site.access, Access::Item | Access::Get(_))
        || circumstances.written_as.contains(&(scope, site.name.text().to_owned()))
    {
        return;
    }
    if let (Some(given), Some(definition)) = (pattern.parameter(), module.function(site.whole))
        && let Some(name) = definition.field("name")
    {
        let Use { mut fall, mut value_type, .. } = need_of(module, site);
        if is_nothing(&fall) {
            fall = match without(definition) {
                Fall::Nothing => fall,
                other => other,
            };
        }
        if definition.field("return_type").is_some_and(|annotation| annotation.text() == "bool") {
            value_type = Some(ValueType::Bool);
        }
        helpers.entry(name.text()).or_insert(Helper { definition, given, fall, value_type });
        return;
    }
    if !pattern.is_elsewhere() {
        output.computed(&pattern.prefix(), site.name.span());
    }
}

/// What a site sets the variable to.
fn given<'t>(module: &Module<'t>, site: &Site<'t>, value: Option<Node<'t>>) -> Value {
    let unknown = || Value::of(Origin::Unknown, value.unwrap_or(site.whole).span());
    value.and_then(|value| default_value(module, value)).unwrap_or_else(unknown)
}

/// Whether something is done with what an expression yields.
fn is_used<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    module.parent(node).is_some_and(|(above, _)| above.kind() != "expression_statement")
}

/// What a helper does without a value: raise, or take its parameter `default`.
fn without(definition: Node<'_>) -> Fall {
    let default = parameters(definition)
        .iter()
        .position(|(name, _)| name.contains("default") || name.contains("fallback"));
    match default {
        Some(position) => Fall::Parameter(position),
        None if refuses(definition) => Fall::Fails,
        None => Fall::Nothing,
    }
}

fn with(need: Need, found: Use) -> Read {
    Read {
        alternatives: found.alternatives,
        value_type: found.value_type,
        takes_text_for_truth: found.takes_text_for_truth,
        ..Read::with_need(need)
    }
}

fn need_of<'t>(module: &Module<'t>, site: &Site<'t>) -> Use {
    let (alternatives, fall) = match site.access {
        Access::Item if is_guarded(module, site.whole, &["KeyError"]) => (Vec::new(), Fall::Nothing),
        Access::Item => (Vec::new(), Fall::Fails),
        Access::Get(Some(default)) => fallback(module, default, 8),
        _ => (Vec::new(), Fall::Nothing),
    };
    if site.access == Access::Test {
        return Use { fall, alternatives, value_type: None, takes_text_for_truth: false };
    }
    usage(module, site.whole, alternatives, fall)
}

/// A call of a helper with a name.
fn helper_call<'t>(
    module: &Module<'t>,
    call: Node<'t>,
    helpers: &BTreeMap<&'t str, Helper<'t>>,
    next: &mut BTreeMap<&'t str, Helper<'t>>,
    output: &mut Output<'_>,
) {
    let Some(function) = call.field("function") else { return };
    let (name, is_method) = match (function.kind(), function.field("object"), function.field("attribute")) {
        ("identifier", ..) => (function, false),
        (_, Some(object), Some(method)) if matches!(object.text(), "self" | "cls") => (method, true),
        _ => return,
    };
    let Some(helper) = helpers.get(name.text()) else { return };
    let listed = parameters(helper.definition);
    let skipped =
        usize::from(is_method && listed.first().is_some_and(|(first, _)| matches!(*first, "self" | "cls")));
    let arguments = Arguments::of_call(call);
    let argument = |position: usize| {
        let (name, default) = listed.get(position)?;
        arguments.get(name, position.checked_sub(skipped)?).or(*default)
    };
    let Some(key) = argument(helper.given.position) else { return };
    let outer = module.function(call);
    let patterns = if helper.given.is_list { names_in(module, key) } else { names(module, key) };
    for pattern in patterns {
        let fall = match &helper.fall {
            Fall::Parameter(position) => match argument(*position) {
                Some(default) => fallback(module, default, 8).1,
                None if refuses(helper.definition) => Fall::Fails,
                None => Fall::Nothing,
            },
            other => other.clone(),
        };
        let fall = match fall {
            Fall::Nothing if matches!(helper.fall, Fall::Parameter(_)) && refuses(helper.definition) => {
                Fall::Fails
            }
            other => other,
        };
        if let Some(name) = pattern.known() {
            let key = format!("{}{name}{}", helper.given.before, helper.given.after);
            let mut usage = usage(module, call, Vec::new(), fall);
            let need = match usage.fall.clone() {
                Fall::Fails if is_conditional(module, call) => Need::Unknown,
                Fall::Fails if is_guarded(module, call, &["KeyError", "RuntimeError", "ValueError"]) => {
                    Need::Optional
                }
                Fall::Fails => Need::Required,
                Fall::Nothing => Need::Optional,
                Fall::Takes(value) => Need::Default(value),
                Fall::Parameter(_) => Need::Default(Value::of(Origin::Unknown, call.span())),
            };
            usage.value_type = usage.value_type.or_else(|| helper.value_type.clone());
            output.read(&key, pattern.span, with(need, usage));
        } else if let (Some(given), Some(definition)) = (pattern.parameter(), outer)
            && let Some(name) = definition.field("name")
        {
            next.entry(name.text()).or_insert(Helper {
                definition,
                given: Given {
                    before: format!("{}{}", helper.given.before, given.before),
                    after: format!("{}{}", given.after, helper.given.after),
                    ..given
                },
                fall: match fall {
                    Fall::Nothing => without(definition),
                    other => other,
                },
                value_type: helper.value_type.clone(),
            });
        } else if !pattern.is_elsewhere() {
            output.computed(&format!("{}{}", helper.given.before, pattern.prefix()), key.span());
        }
    }
}

/// `for k, v in os.environ.items()` that picks variables by what their names look like.
fn matching_loop<'t>(module: &Module<'t>, node: Node<'t>, output: &mut Output<'_>) {
    if !matches!(node.kind(), "for_statement" | "for_in_clause") {
        return;
    }
    let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
    let container = match right.field("function").filter(|_| right.kind() == "call") {
        Some(function) => match (function.field("object"), function.field("attribute").map(Node::text)) {
            (Some(object), Some("items" | "keys")) => object,
            _ => match Arguments::of_call(right).at(0) {
                Some(argument) if matches!(function.text(), "sorted" | "list" | "dict" | "set") => argument,
                _ => return,
            },
        },
        None => right,
    };
    if !is_environment(module, container) {
        return;
    }
    let key = if left.kind() == "identifier" { Some(left) } else { left.named().next() };
    let Some(key) = key.map(Node::text) else { return };
    let whole = if node.kind() == "for_statement" {
        node
    } else {
        match module.parent(node) {
            Some((comprehension, _)) => comprehension,
            None => return,
        }
    };
    let mut prefixes = Vec::new();
    let mut is_filtered = node.kind() == "for_statement";
    for step in whole.walk() {
        let part = step.node;
        is_filtered |= part.kind() == "if_clause";
        let Some(function) = part.field("function").filter(|_| part.kind() == "call") else { continue };
        let is_match = function.field("attribute").is_some_and(|name| name.text() == "startswith")
            && function.field("object").is_some_and(|object| object.text() == key);
        let is_negated = module.parent(part).is_some_and(|(above, _)| above.kind() == "not_operator");
        if is_match && !is_negated {
            let argument = Arguments::of_call(part).at(0);
            prefixes.extend(argument.into_iter().flat_map(|argument| {
                let items: Vec<Node<'_>> =
                    if argument.kind() == "tuple" { argument.named().collect() } else { vec![argument] };
                items.into_iter().flat_map(|item| names(module, item)).map(|pattern| pattern.prefix())
            }));
        } else if is_match {
            is_filtered = false;
        }
    }
    if prefixes.iter().any(String::is_empty) {
        prefixes.clear();
        is_filtered = true;
    }
    if prefixes.is_empty() {
        let restores = gives_up(whole) || !is_filtered;
        if !restores {
            output.gap(right.span(), Hidden::Reads, "the variables are picked by a loop");
        }
    }
    for prefix in prefixes {
        output.gap(
            right.span(),
            Hidden::ReadsWithPrefix(prefix),
            "the variables are picked by the start of their names",
        );
    }
}
