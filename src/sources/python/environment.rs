//! What of a file is the environment of its process: `os.environ` under whatever name.

use super::module::{Arguments, Binding, Module, inner};
use crate::syntax::tree::Node;

/// How an expression touches a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Access<'t> {
    /// `os.environ[K]`: fails without it.
    Item,
    /// `os.environ.get(K, default)`.
    Get(Option<Node<'t>>),
    /// `K in os.environ`.
    Test,
    /// It is set for this process, to this where the value is seen.
    Set(Option<Node<'t>>),
    /// It is set unless it has a value.
    SetIfUnset(Option<Node<'t>>),
    /// It is removed, or set for a child.
    Touch,
    /// A test sets or removes it for as long as itself runs.
    Patch,
}

/// One expression that names a variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'t> {
    /// The expression of the name.
    pub(super) name: Node<'t>,
    /// The whole expression.
    pub(super) whole: Node<'t>,
    pub(super) access: Access<'t>,
}

/// Whether `node` is the environment of the process or a copy of it.
pub(super) fn is_environment(module: &Module<'_>, node: Node<'_>) -> bool {
    module.begin();
    judge(module, node, 10)
}

fn judge(module: &Module<'_>, node: Node<'_>, depth: usize) -> bool {
    let node = inner(node);
    let Some(depth) = depth.checked_sub(1).filter(|_| module.step().is_some()) else { return false };
    let field = |name| node.field(name).is_some_and(|part| judge(module, part, depth));
    match node.kind() {
        "attribute" => module.path(node).as_deref() == Some("os.environ"),
        "identifier" => {
            if module.path(node).as_deref() == Some("os.environ") {
                return true;
            }
            let Some((_, bindings)) = module.lookup(node) else { return false };
            // A parameter with this name is what callers hand the environment in by.
            let handed_in = |binding: &Binding<'_>| match binding {
                Binding::Parameter(_, default) => {
                    node.text() == "environ" || default.is_some_and(|default| judge(module, default, depth))
                }
                Binding::Value(value) => judge(module, *value, depth),
                Binding::Other => false,
            };
            bindings.iter().take(4).any(handed_in)
        }
        "boolean_operator" => field("left") || field("right"),
        "conditional_expression" => {
            let parts: Vec<Node<'_>> = node.named().collect();
            matches!(parts.as_slice(), [yes, _, no]
                if judge(module, *yes, depth) || judge(module, *no, depth))
        }
        "dictionary" => node
            .named()
            .filter(|part| part.kind() == "dictionary_splat")
            .filter_map(|splat| splat.named().next())
            .any(|part| judge(module, part, depth)),
        "call" => {
            let Some(function) = node.field("function") else { return false };
            match (function.text(), function.field("object"), function.field("attribute")) {
                ("dict" | "copy.copy" | "copy.deepcopy", ..) => {
                    Arguments::of_call(node).at(0).is_some_and(|argument| judge(module, argument, depth))
                }
                (_, Some(object), Some(method)) => method.text() == "copy" && judge(module, object, depth),
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether calling `node` gets a variable: `os.getenv`, `os.environ.get`, or a name for one of them.
fn is_getter(module: &Module<'_>, node: Node<'_>, depth: usize) -> bool {
    let node = inner(node);
    if matches!(module.path(node).as_deref(), Some("os.getenv" | "os.environ.get")) {
        return true;
    }
    match node.kind() {
        "attribute" => {
            node.field("attribute").is_some_and(|name| name.text() == "get")
                && node.field("object").is_some_and(|object| is_environment(module, object))
        }
        "identifier" => {
            depth > 0 && module.value(node).is_some_and(|value| is_getter(module, value, depth - 1))
        }
        _ => false,
    }
}

/// The sites that `node` itself is; its parts are asked about on their own.
pub(super) fn sites<'t>(module: &Module<'t>, node: Node<'t>) -> Vec<Site<'t>> {
    match node.kind() {
        "subscript" => of_subscript(module, node).into_iter().collect(),
        "comparison_operator" => of_comparison(module, node).into_iter().collect(),
        "call" => of_call(module, node),
        _ => Vec::new(),
    }
}

fn of_subscript<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Site<'t>> {
    if !is_environment(module, node.field("value")?) {
        return None;
    }
    let access = match module.parent(node) {
        Some((parent, Some("left")))
            if matches!(parent.kind(), "assignment" | "augmented_assignment" | "for_statement") =>
        {
            let value = parent.field("right").filter(|_| parent.kind() == "assignment");
            if is_own(module, node.field("value")?) { Access::Set(value) } else { Access::Touch }
        }
        Some((parent, _)) if parent.kind() == "delete_statement" => Access::Touch,
        _ => Access::Item,
    };
    Some(Site { name: node.field("subscript")?, whole: node, access })
}

fn of_comparison<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Site<'t>> {
    let mut parts = node.named();
    let (name, container) = (parts.next()?, parts.next()?);
    let is_test = node.children().any(|child| !child.is_named() && matches!(child.kind(), "in" | "not in"));
    (is_test && is_environment(module, container)).then_some(Site { name, whole: node, access: Access::Test })
}

fn of_call<'t>(module: &Module<'t>, call: Node<'t>) -> Vec<Site<'t>> {
    let Some(function) = call.field("function") else { return Vec::new() };
    let arguments = || Arguments::of_call(call);
    let site = |name: Option<Node<'t>>, access| {
        name.map(|name| Site { name, whole: call, access }).into_iter().collect::<Vec<_>>()
    };
    if is_getter(module, function, 3) {
        let arguments = arguments();
        return site(arguments.get("key", 0), Access::Get(arguments.get("default", 1)));
    }
    match module.path(function).as_deref() {
        Some("os.putenv") => return site(arguments().at(0), Access::Set(arguments().at(1))),
        Some("os.unsetenv") => return site(arguments().at(0), Access::Touch),
        _ => {}
    }
    let (Some(object), Some(method)) = (function.field("object"), function.field("attribute")) else {
        return Vec::new();
    };
    match method.text() {
        "setenv" | "delenv" if object.text() == "monkeypatch" || object.text() == "mp" => {
            site(arguments().get("name", 0), Access::Patch)
        }
        "dict" if object.text().ends_with("patch") => {
            let arguments = arguments();
            let patched = arguments.at(0).is_some_and(|target| {
                is_environment(module, target)
                    || target.string().is_some_and(|text| text.value == "os.environ")
            });
            if patched { written(call, arguments.get("values", 1)) } else { Vec::new() }
        }
        "setdefault" if is_own(module, object) => {
            site(arguments().at(0), Access::SetIfUnset(arguments().at(1)))
        }
        "pop" | "setdefault" | "__getitem__" | "__contains__" if is_environment(module, object) => {
            site(arguments().at(0), Access::Touch)
        }
        "update" if is_environment(module, object) => {
            let mut found = written(call, arguments().at(0));
            if !is_own(module, object) {
                found.iter_mut().for_each(|site| site.access = Access::Touch);
            }
            found
        }
        _ => Vec::new(),
    }
}

/// Whether `node` is the environment of the process itself, and no copy.
fn is_own<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    let is_environ = |node: Node<'t>| module.path(node).as_deref() == Some("os.environ");
    let node = inner(node);
    is_environ(node) || node.kind() == "identifier" && module.value(node).is_some_and(is_environ)
}

/// Whether `node` sets variables of the process whose names stand elsewhere: `os.environ.update(loaded)`,
/// `os.environ |= loaded`.
pub(super) fn brings_unseen<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    let is_seen = |mapping: Node<'t>| {
        let mapping = inner(mapping);
        mapping.kind() == "dictionary" && mapping.named().all(|part| part.is_extra() || part.kind() == "pair")
    };
    match node.kind() {
        "augmented_assignment" => {
            node.children().any(|child| child.kind() == "|=")
                && node.field("left").is_some_and(|left| is_own(module, left))
                && node.field("right").is_some_and(|right| !is_seen(right))
        }
        "call" => node.field("function").is_some_and(|function| {
            let method = function.field("attribute").is_some_and(|name| name.text() == "update");
            method
                && function.field("object").is_some_and(|object| is_own(module, object))
                && node.field("arguments").is_some_and(|arguments| {
                    arguments.named().any(|argument| !argument.is_extra() && !is_seen(argument))
                })
        }),
        _ => false,
    }
}

/// The keys of a dictionary that is written into the environment.
fn written<'t>(call: Node<'t>, mapping: Option<Node<'t>>) -> Vec<Site<'t>> {
    let pairs = mapping.map(inner).filter(|mapping| mapping.kind() == "dictionary");
    pairs
        .into_iter()
        .flat_map(Node::named)
        .filter_map(|pair| Some((pair.field("key")?, pair.field("value"))))
        .map(|(name, value)| Site { name, whole: call, access: Access::Set(value) })
        .collect()
}
