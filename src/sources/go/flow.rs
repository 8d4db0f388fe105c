//! What Go code does with a variable's value: defaults, conversions, and what happens without one.

use super::literal::{literal, value};
use super::source::{Binding, Source, arguments, inner, parameters};
use super::types::converted;
use crate::fact::{Need, Origin, Value};
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// What a reader does where the variable has no value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Fall {
    /// It fails.
    Fails,
    /// It goes on with nothing.
    Nothing,
    /// It takes this.
    Takes(Value),
    /// It takes what is handed in as this parameter of the function around it.
    Parameter(usize),
}

/// What an expression does with a variable's value.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) fall: Fall,
    pub(super) value_type: Option<ValueType>,
}

/// The need that a fall at `whole` makes.
pub(super) fn need<'t>(source: &Source<'t>, whole: Node<'t>, fall: Fall) -> Need {
    match fall {
        Fall::Fails if is_conditional(source, whole) => Need::Unknown,
        Fall::Fails => Need::Required,
        Fall::Nothing => Need::Optional,
        Fall::Takes(value) => Need::Default(value),
        Fall::Parameter(_) => Need::Default(Value::of(Origin::Unknown, whole.span())),
    }
}

/// What becomes of the value of `whole`, a call that reads a variable.
pub(super) fn usage<'t>(source: &Source<'t>, whole: Node<'t>) -> Use {
    let mut value_type = None;
    let mut at = whole;
    for _ in 0..8 {
        let Some((parent, field)) = source.parent(at) else { break };
        match parent.kind() {
            "parenthesized_expression" | "expression_list" => at = parent,
            "argument_list" => {
                let Some((call, _)) = source.parent(parent) else { break };
                let given = arguments(call);
                let is_first = given.first().is_some_and(|first| first.id() == at.id());
                match call.field("function").and_then(|function| source.member(function)) {
                    Some(("strings", _)) if is_first => at = call,
                    Some(("cmp", "Or")) => {
                        let last = given.last().copied().filter(|last| last.id() != at.id());
                        let fall = last.map_or(Fall::Nothing, |last| taken(source, last));
                        return Use { fall, value_type };
                    }
                    Some((package, function)) if is_first && converted(package, function).is_some() => {
                        value_type = converted(package, function);
                        at = call;
                    }
                    _ => return Use { fall: Fall::Nothing, value_type },
                }
            }
            "binary_expression" => {
                let other = parent.field(if field == Some("left") { "right" } else { "left" });
                let text = other.map(inner).and_then(Node::string).map(|text| text.value);
                if matches!(text.as_deref(), Some("true" | "false")) {
                    value_type = Some(ValueType::Bool);
                }
                let judged = source
                    .ancestors(parent)
                    .find(|(above, ..)| above.kind() == "if_statement")
                    .filter(|(_, field, _)| *field == Some("condition"))
                    .and_then(|(test, ..)| judge(source, test, &Tested::new(at.text())));
                return Use { fall: judged.unwrap_or(Fall::Nothing), value_type };
            }
            "short_var_declaration" | "assignment_statement" | "var_spec" => {
                return bound(source, parent, at, value_type);
            }
            _ => break,
        }
    }
    Use { fall: Fall::Nothing, value_type }
}

/// What is looked at by a test.
struct Tested<'t> {
    /// The expression with the value.
    value: &'t str,
    /// The variable that tells whether there is one (`ok`), or what went wrong (`err`).
    second: Option<&'t str>,
}

impl<'t> Tested<'t> {
    fn new(value: &'t str) -> Self {
        Self { value, second: None }
    }
}

/// `v := os.Getenv("K")`, `v, ok := os.LookupEnv("K")`, `n, err := strconv.Atoi(..)`, and what follows.
fn bound<'t>(source: &Source<'t>, binding: Node<'t>, at: Node<'t>, value_type: Option<ValueType>) -> Use {
    let targets: Vec<Node<'t>> = match binding.field("left") {
        Some(left) => left.named().collect(),
        None => binding.fields("name").filter(|name| name.is_named()).collect(),
    };
    let values: Vec<Node<'t>> = binding
        .field("right")
        .or_else(|| binding.field("value"))
        .map_or_else(Vec::new, |right| right.named().collect());
    let position = values.iter().position(|value| value.span().end >= at.span().end).unwrap_or(0);
    let (target, second) = match (targets.as_slice(), values.len()) {
        ([value, second], 1) => (Some(*value), Some(second.text()).filter(|name| *name != "_")),
        _ => (targets.get(position).copied(), None),
    };
    let Some(target) = target else { return Use { fall: Fall::Nothing, value_type } };
    let tested = Tested { value: target.text(), second };
    let mut value_type = value_type;
    if let Some((test, Some("initializer"))) = source.parent(binding)
        && test.kind() == "if_statement"
    {
        let fall = judge(source, test, &tested).unwrap_or(Fall::Nothing);
        return Use { fall, value_type };
    }
    let Some((_, behind)) = source.statement(binding) else {
        return Use { fall: Fall::Nothing, value_type };
    };
    let mut fall = None;
    for statement in behind {
        if value_type.is_none() && target.kind() == "identifier" {
            value_type = conversion(source, statement, target.text());
        }
        if fall.is_none() && statement.kind() == "if_statement" {
            fall = judge(source, statement, &tested);
        }
        // Another value under the same name ends what is known.
        if fall.is_some() || is_assigned(statement, target.text()) {
            break;
        }
    }
    Use { fall: fall.unwrap_or(Fall::Nothing), value_type }
}

/// `n, err := strconv.Atoi(v)` as a statement of its own or before the test of an `if`.
fn conversion<'t>(source: &Source<'t>, statement: Node<'t>, variable: &str) -> Option<ValueType> {
    let statement = match statement.kind() {
        "if_statement" => statement.field("initializer")?,
        _ => statement,
    };
    let right = match statement.kind() {
        "short_var_declaration" | "assignment_statement" => statement.field("right")?,
        "return_statement" => statement.named().next()?,
        _ => return None,
    };
    let call = right.named().next().filter(|call| call.kind() == "call_expression")?;
    let (package, function) = source.member(call.field("function")?)?;
    arguments(call).first().filter(|first| first.text() == variable)?;
    converted(package, function)
}

fn is_assigned(statement: Node<'_>, target: &str) -> bool {
    statement.kind() == "assignment_statement"
        && statement.field("left").is_some_and(|left| left.named().any(|one| one.text() == target))
}

/// What a test tells about the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    Absent,
    Present,
}

/// What happens without a value, by an `if` that looks at it; `None` if it does not.
fn judge<'t>(source: &Source<'t>, test: Node<'t>, tested: &Tested<'_>) -> Option<Fall> {
    let condition = inner(test.field("condition")?);
    let (finding, is_certain) = finding(condition, tested, 6)?;
    let consequence = test.field("consequence")?;
    match finding {
        Finding::Absent => {
            let fall = outcome(source, consequence, tested);
            Some(if is_certain || matches!(fall, Fall::Takes(_)) { fall } else { Fall::Nothing })
        }
        Finding::Present => {
            if let Some(alternative) = test.field("alternative") {
                let fall = outcome(source, alternative, tested);
                return Some(fall);
            }
            if ends(consequence) && is_certain {
                let (_, behind) = source.statement(test)?;
                let behind: Vec<Node<'t>> = behind.into_iter().take(3).collect();
                return Some(outcome_of(source, behind.into_iter(), tested));
            }
            Some(preset(source, consequence).map_or(Fall::Nothing, Fall::Takes))
        }
    }
}

/// What `condition` tells, and whether it holds in just that case.
fn finding(condition: Node<'_>, tested: &Tested<'_>, depth: usize) -> Option<(Finding, bool)> {
    let depth = depth.checked_sub(1)?;
    let condition = inner(condition);
    let is_second = |node: Node<'_>| tested.second.is_some_and(|second| node.text() == second);
    match condition.kind() {
        "identifier" if is_second(condition) => Some((Finding::Present, true)),
        "unary_expression" if condition.text().starts_with('!') => {
            let (found, is_certain) = finding(condition.field("operand")?, tested, depth)?;
            let opposite = if found == Finding::Present { Finding::Absent } else { Finding::Present };
            Some((opposite, is_certain))
        }
        "binary_expression" => {
            let (left, right) = (inner(condition.field("left")?), inner(condition.field("right")?));
            let operator = condition.field("operator")?.text();
            if matches!(operator, "&&" | "||") {
                let found = finding(left, tested, depth).or_else(|| finding(right, tested, depth))?;
                // `v == "" || ..` holds whenever there is no value, `v == "" && ..` only sometimes.
                let is_certain = match (operator, found.0) {
                    ("||", Finding::Absent) | ("&&", Finding::Present) => found.1,
                    _ => false,
                };
                return Some((found.0, is_certain));
            }
            if is_second(left) && right.text() == "nil" {
                return match operator {
                    "!=" => Some((Finding::Absent, true)),
                    "==" => Some((Finding::Present, true)),
                    _ => None,
                };
            }
            let value = stripped(left);
            let is_length = left.text().starts_with("len(");
            let is_empty = if is_length { right.text() == "0" } else { is_empty_text(right) };
            if value != tested.value || !is_empty {
                return None;
            }
            match operator {
                "==" => Some((Finding::Absent, true)),
                "!=" | ">" => Some((Finding::Present, true)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_empty_text(node: Node<'_>) -> bool {
    matches!(node.text(), "\"\"" | "``")
}

/// The value inside `len(v)` and `strings.TrimSpace(v)`.
fn stripped(node: Node<'_>) -> &str {
    let text = node.text();
    ["len(", "strings.TrimSpace("]
        .iter()
        .find_map(|call| text.strip_prefix(call)?.strip_suffix(')'))
        .unwrap_or(text)
}

/// The statements of a block, whatever the grammar puts between.
fn statements(block: Node<'_>) -> Vec<Node<'_>> {
    block
        .named()
        .flat_map(|part| match part.kind() {
            "statement_list" => part.named().collect::<Vec<_>>(),
            _ => vec![part],
        })
        .take(40)
        .collect()
}

fn ends(block: Node<'_>) -> bool {
    let last = statements(block).pop();
    last.is_some_and(|last| matches!(last.kind(), "return_statement" | "continue_statement"))
}

fn outcome<'t>(source: &Source<'t>, block: Node<'t>, tested: &Tested<'_>) -> Fall {
    outcome_of(source, statements(block).into_iter(), tested)
}

/// What statements do that run where there is no value.
fn outcome_of<'t>(
    source: &Source<'t>,
    statements: impl Iterator<Item = Node<'t>>,
    tested: &Tested<'_>,
) -> Fall {
    for statement in statements {
        match statement.kind() {
            "assignment_statement" if is_assigned(statement, tested.value) => {
                let right = statement.field("right").and_then(|right| right.named().next());
                return right.map_or(Fall::Nothing, |right| taken(source, right));
            }
            "return_statement" => return returned(source, statement),
            "expression_statement" => {
                let text = statement.text();
                let called = text.split_once('(').map_or(text, |(called, _)| called);
                let name = called.rsplit('.').next().unwrap_or(called);
                if called == "panic"
                    || name.starts_with("Fatal")
                    || name.starts_with("Panic")
                    || name == "Exit" && !text.ends_with("(0)")
                {
                    return Fall::Fails;
                }
                if name.starts_with("Skip") {
                    return Fall::Nothing;
                }
            }
            _ => {}
        }
    }
    Fall::Nothing
}

/// `return "default"`, `return fallback`, `return nil, errors.New(..)`.
fn returned<'t>(source: &Source<'t>, statement: Node<'t>) -> Fall {
    let values: Vec<Node<'t>> = statement
        .named()
        .flat_map(|list| {
            if list.kind() == "expression_list" { list.named().collect::<Vec<_>>() } else { vec![list] }
        })
        .collect();
    if values.iter().any(|value| is_error(*value)) {
        return Fall::Fails;
    }
    match values.first() {
        Some(first) if first.text() != "nil" => match taken(source, *first) {
            Fall::Takes(value) if value.origin == Origin::Unknown => Fall::Nothing,
            fall => fall,
        },
        _ => Fall::Nothing,
    }
}

fn is_error(value: Node<'_>) -> bool {
    let text = value.text();
    let head = text.split(['(', '{']).next().unwrap_or(text);
    let last = head.rsplit('.').next().unwrap_or(head);
    head.starts_with("errors.")
        || last == "Errorf"
        || last == "err"
        || last.starts_with("Err") && last.len() > 3
        || last.ends_with("Error") && text.contains(['(', '{'])
}

/// What an expression in a default's place makes of the absence.
pub(super) fn taken<'t>(source: &Source<'t>, node: Node<'t>) -> Fall {
    let node = inner(node);
    if node.kind() == "identifier"
        && let Some((_, bindings)) = source.lookup(node)
        && let [Binding::Parameter(position)] = bindings.as_slice()
    {
        return Fall::Parameter(*position);
    }
    match value(source, node) {
        found if found.is_empty() => Fall::Nothing,
        found => Fall::Takes(found),
    }
}

/// `port := "8080"` before `if v := os.Getenv("PORT"); v != "" { port = v }`.
fn preset<'t>(source: &Source<'t>, consequence: Node<'t>) -> Option<Value> {
    let assignments: Vec<Node<'t>> =
        statements(consequence).into_iter().filter(|one| one.kind() == "assignment_statement").collect();
    let [assignment] = assignments.as_slice() else { return None };
    let target = assignment.field("left")?.named().next().filter(|target| target.kind() == "identifier")?;
    let (_, bindings) = source.lookup(target)?;
    let first = bindings.iter().find_map(|binding| match binding {
        Binding::Value(value) => Some(*value),
        _ => None,
    })?;
    literal(source, first, 3).filter(|value| !value.is_empty())
}

/// Whether the node runs only in some cases: in a branch, a case or a loop.
pub(super) fn is_conditional<'t>(source: &Source<'t>, node: Node<'t>) -> bool {
    source.ancestors(node).any(|(above, field, _)| match above.kind() {
        "if_statement" => matches!(field, Some("consequence" | "alternative")),
        "expression_case" | "default_case" | "type_case" | "communication_case" => true,
        _ => false,
    })
}

/// What a function without a value does besides: it takes its parameter for defaults, or fails.
pub(super) fn without(definition: Node<'_>) -> Fall {
    let is_default = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["default", "fallback", "def"].iter().any(|word| name.starts_with(word) || name.ends_with(word))
    };
    match parameters(definition).iter().position(|(name, _)| is_default(name)) {
        Some(position) => Fall::Parameter(position),
        None => Fall::Nothing,
    }
}
