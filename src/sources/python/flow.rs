//! What happens around an expression that reads a variable: defaults behind `or`, conversions, guards.

use super::environment::{Access, sites};
use super::literal::{Literal, default_value, literal};
use super::module::{Arguments, Binding, DEPTH, Module, inner};
use super::name::names;
use crate::fact::{Origin, Value};
use crate::key::KeyName;
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// What a reader takes where the variable has no value.
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
#[derive(Debug)]
pub(super) struct Use {
    pub(super) fall: Fall,
    pub(super) alternatives: Vec<KeyName>,
    pub(super) value_type: Option<ValueType>,
    /// Whether any text but the empty one counts as true.
    pub(super) takes_text_for_truth: bool,
}

/// What stands behind `or`, or in a default's place: other variables, and what happens without them.
pub(super) fn fallback<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> (Vec<KeyName>, Fall) {
    let node = inner(node);
    let computed = || (Vec::new(), Fall::Takes(Value::of(Origin::Unknown, node.span())));
    let Some(depth) = depth.checked_sub(1) else { return computed() };
    if node.kind() == "boolean_operator"
        && let (Some(left), Some(right)) = (node.field("left"), node.field("right"))
    {
        let (mut keys, first) = fallback(module, left, depth);
        let (more, last) = fallback(module, right, depth);
        keys.extend(more);
        let fall = if is_nothing(&first) { last } else { first };
        return (keys, fall);
    }
    if let Some(object) = stripped(node) {
        return fallback(module, object, depth);
    }
    if let [site] = sites(module, node).as_slice()
        && let [name] = names(module, site.name).as_slice()
        && let Some(name) = name.known()
    {
        let key = KeyName::new(&name);
        return match site.access {
            Access::Get(None) => (vec![key], Fall::Nothing),
            Access::Get(Some(default)) => {
                let (mut keys, fall) = fallback(module, default, depth);
                keys.insert(0, key);
                (keys, fall)
            }
            Access::Item => (vec![key], Fall::Fails),
            _ => computed(),
        };
    }
    if node.kind() == "identifier"
        && let Some((_, [Binding::Parameter(number, _)])) = module.lookup(node)
    {
        return (Vec::new(), Fall::Parameter(*number));
    }
    if node.kind() == "call" && gives_up(node) {
        return (Vec::new(), Fall::Fails);
    }
    match default_value(module, node) {
        Some(value) => (Vec::new(), Fall::Takes(value)),
        None => (Vec::new(), Fall::Nothing),
    }
}

/// Whether without a value there is none at all, or an empty one.
pub(super) fn is_nothing(fall: &Fall) -> bool {
    match fall {
        Fall::Nothing => true,
        Fall::Takes(value) => value.is_empty(),
        _ => false,
    }
}

/// The object of `x.strip()` and its like, which change nothing that matters.
fn stripped(node: Node<'_>) -> Option<Node<'_>> {
    let function = node.field("function").filter(|_| node.kind() == "call")?;
    let method = function.field("attribute")?.text();
    matches!(method, "strip" | "lstrip" | "rstrip" | "lower" | "upper" | "casefold")
        .then(|| function.field("object"))?
}

/// Reads what is done with the value of `read`, which without a variable falls as `fall`.
pub(super) fn usage<'t>(module: &Module<'t>, read: Node<'t>, alternatives: Vec<KeyName>, fall: Fall) -> Use {
    let mut usage = Use { fall, alternatives, value_type: None, takes_text_for_truth: false };
    let mut behind_or = false;
    let mut at = read;
    for _ in 0..DEPTH {
        let Some((above, field)) = module.parent(at) else { break };
        match above.kind() {
            "parenthesized_expression" => at = above,
            "attribute" if field == Some("object") => {
                let Some((call, Some("function"))) = module.parent(above) else { break };
                if stripped(call).is_some() {
                    at = call;
                    continue;
                }
                if above.field("attribute").is_some_and(|name| name.text() == "split") {
                    usage.value_type = list_type(call);
                }
                break;
            }
            "boolean_operator" => {
                if above.children().any(|child| child.kind() == "and") {
                    break;
                }
                behind_or = true;
                at = above;
                if field == Some("left")
                    && let Some(right) = above.field("right")
                {
                    let (keys, fall) = fallback(module, right, 8);
                    for key in keys {
                        if !usage.alternatives.contains(&key) {
                            usage.alternatives.push(key);
                        }
                    }
                    if is_nothing(&usage.fall) {
                        usage.fall = fall;
                    }
                }
            }
            "argument_list" => {
                let Some((call, _)) = module.parent(above) else { break };
                if above.named().next() != Some(at) {
                    break;
                }
                let function = call.field("function").map_or("", Node::text);
                usage.takes_text_for_truth = function == "bool";
                let tolerant = behind_or || is_guarded(module, read, &["ValueError", "TypeError"]);
                usage.value_type = match function {
                    "int" if !tolerant => Some(ValueType::Int { min: None, max: None }),
                    "float" if !tolerant => Some(ValueType::Float),
                    "strtobool" | "distutils.util.strtobool" if !tolerant => Some(ValueType::Bool),
                    "json.loads" if !tolerant => Some(ValueType::Json),
                    "Path" | "pathlib.Path" => Some(ValueType::String),
                    _ => None,
                };
                break;
            }
            "comparison_operator" => {
                usage.value_type = truth_type(module, above, at);
                usage.takes_text_for_truth = is_switch(module, above, at);
                break;
            }
            _ => break,
        }
    }
    usage
}

fn list_type(call: Node<'_>) -> Option<ValueType> {
    let separator = Arguments::of_call(call).at(0)?.string()?.value;
    (!separator.is_empty()).then(|| ValueType::List { separator, item: Box::new(ValueType::String) })
}

/// `x == "true"` and `x in ("1", "true")` read a truth value.
fn truth_type(module: &Module<'_>, comparison: Node<'_>, value: Node<'_>) -> Option<ValueType> {
    let other = comparison.named().find(|part| *part != value)?;
    if comparison.named().next() != Some(value) {
        return None;
    }
    const WORDS: &[&str] = &["1", "0", "true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", ""];
    let is_word = |literal: &Literal| match literal {
        Literal::Str(text) => WORDS.contains(&text.to_ascii_lowercase().as_str()),
        _ => false,
    };
    let all = match literal(module, other)?.literal {
        Literal::List(items) => !items.is_empty() && items.iter().all(is_word),
        Literal::Str(text) if text.is_empty() => false,
        single => is_word(&single),
    };
    all.then_some(ValueType::Bool)
}

/// Whether a setting is on as soon as there is any text: `USE_TLS = os.environ.get("USE_TLS") is not None`.
fn is_switch<'t>(module: &Module<'t>, comparison: Node<'t>, value: Node<'t>) -> bool {
    let behind = comparison.text().strip_prefix(value.text()).unwrap_or("");
    behind.split_whitespace().eq(["is", "not", "None"])
        && module.parent(comparison).is_some_and(|(above, field)| {
            matches!(above.kind(), "assignment") && field == Some("right")
                || matches!(above.kind(), "keyword_argument" | "pair") && field == Some("value")
        })
}

/// Whether a `try` around `node` catches one of `errors` and goes on.
pub(super) fn is_guarded(module: &Module<'_>, node: Node<'_>, errors: &[&str]) -> bool {
    for (above, field, _) in module.ancestors(node) {
        match above.kind() {
            "try_statement" if field == Some("body") => {
                let caught = above.named().any(|clause| {
                    clause.kind() == "except_clause" && catches(clause, errors) && !gives_up(clause)
                });
                if caught {
                    return true;
                }
            }
            "with_statement" if field == Some("body") => {
                let clause = above.named().next().map_or("", Node::text);
                if clause.contains("suppress(") {
                    return true;
                }
            }
            "function_definition" | "lambda" | "class_definition" => return false,
            _ => {}
        }
    }
    false
}

fn catches(clause: Node<'_>, errors: &[&str]) -> bool {
    let Some(head) = clause.named().next().filter(|head| head.kind() != "block") else { return true };
    head.walk().filter(|step| step.node.kind() == "identifier").any(|step| {
        matches!(step.node.text(), "Exception" | "BaseException" | "LookupError")
            || errors.contains(&step.node.text())
    })
}

/// Whether a block raises or leaves the program.
pub(super) fn gives_up(block: Node<'_>) -> bool {
    block.walk().take(400).any(|step| match step.node.kind() {
        "raise_statement" => true,
        "call" => step.node.field("function").is_some_and(|function| {
            matches!(
                function.text(),
                "sys.exit" | "exit" | "quit" | "os._exit" | "pytest.fail" | "fail" | "fatal" | "die"
            )
        }),
        _ => false,
    })
}

/// Whether `node` stands where it runs only under some condition.
pub(super) fn is_conditional(module: &Module<'_>, node: Node<'_>) -> bool {
    module.ancestors(node).any(|(above, field, below)| match above.kind() {
        "if_statement" | "elif_clause" | "while_statement" => {
            field != Some("condition")
                && !above.field("condition").is_some_and(|condition| condition.text().contains("__name__"))
        }
        "conditional_expression" => above.named().nth(1) != Some(below),
        "boolean_operator" => field == Some("right"),
        "case_clause" | "except_clause" | "if_clause" => true,
        _ => false,
    })
}

/// Whether the function refuses to go on without a value: an `if` about something missing that raises.
pub(super) fn refuses(function: Node<'_>) -> bool {
    let Some(body) = function.field("body") else { return false };
    body.walk().filter(|step| step.node.kind() == "if_statement").take(40).any(|step| {
        let Some(condition) = step.node.field("condition").map(inner) else { return false };
        let about_missing = match condition.kind() {
            "not_operator" => true,
            "comparison_operator" => condition.children().any(|child| {
                matches!(child.kind(), "not in" | "none") || child.kind() == "is" || child.text() == "\"\""
            }),
            _ => false,
        };
        about_missing && step.node.field("consequence").is_some_and(gives_up)
    })
}
