//! Defaults that are handed over where the reader takes something else: a cast, or the base of a number.
//!
//! Sources: `Env.parse_value` and the methods of `Env` of django-environ, `Config.__call__` of starlette, the
//! documentation of `int`, `float` and `bool`.

use super::environment::{Access, Site};
use super::module::{Arguments, Module};
use super::name::names;
use super::output::Output;
use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::tree::Node;
use crate::text::Span;

/// Whether `node` is a value that is written down, and nothing that converts a text.
fn is_value(node: Node<'_>) -> bool {
    match node.kind() {
        "string" | "concatenated_string" | "integer" | "float" | "true" | "false" => true,
        // `[int]` and `(str,)` say what the items are converted to.
        "list" | "tuple" => node.named().next().is_none_or(is_value),
        _ => false,
    }
}

/// Notes a call whose second argument is a value where `cast` stands; whether it is one. `default` is where the
/// default would stand.
pub(super) fn cast<'t>(
    key: &str,
    call: &Arguments<'t>,
    (cast_at, default_at): (usize, usize),
    output: &mut Output<'_>,
) -> Option<Node<'t>> {
    let given = call.at(cast_at).filter(|given| is_value(*given))?;
    if call.at(default_at).is_some() || call.keyword("default").is_some() || call.keyword("cast").is_some() {
        return None;
    }
    let message = format!("the default of `{key}` is handed over as its cast");
    let mut problem = Problem::new(
        ProblemKind::MisplacedDefault,
        given.span(),
        message,
        "taken for what converts",
    )
    .why("without a variable the code fails as if there were no default, and with one it calls this value")
    .help("write `default=` before it")
    .about(&KeyName::new(key));
    problem.repair = vec![(Span::at(given.span().start as usize), "default=".to_owned())];
    output.problem(problem);
    Some(given)
}

/// Notes `os.getenv("K" "256")`: without the comma, the default is the end of the name.
pub(super) fn joined(site: &Site<'_>, output: &mut Output<'_>) {
    if site.access != Access::Get(None) || site.name.kind() != "concatenated_string" {
        return;
    }
    let parts: Vec<Node<'_>> = site.name.named().collect();
    let [first, second] = parts.as_slice() else { return };
    let (Some(key), Some(rest)) = (first.string(), second.string()) else { return };
    let is_one_name = key.value.ends_with('_') || rest.value.starts_with('_') || rest.value.is_empty();
    if is_one_name || site.name.text().contains('\n') || !KeyName::new(&key.value).is_identifier() {
        return;
    }
    let message = format!("the default of `{}` is a part of the name, for want of a comma", key.value);
    let mut problem = Problem::new(
        ProblemKind::MisplacedDefault,
        second.span(),
        message,
        format!("Python reads `{}{}`", key.value, rest.value),
    )
    .why("Python joins texts that stand side by side, so that a variable of another name is read, with no default")
    .help("write a comma between them")
    .about(&KeyName::new(&key.value));
    problem.repair = vec![(Span::at(first.span().end as usize), ",".to_owned())];
    output.problem(problem);
}

/// Notes `int(os.environ.get("K"), 0)`.
pub(super) fn base<'t>(module: &Module<'t>, site: &Site<'t>, output: &mut Output<'_>) {
    if site.access != Access::Get(None) {
        return;
    }
    let Some((list, _)) = module.parent(site.whole).filter(|(above, _)| above.kind() == "argument_list")
    else {
        return;
    };
    let Some((call, _)) = module.parent(list).filter(|(call, _)| call.kind() == "call") else { return };
    let arguments = Arguments::of_call(call);
    let [first, second] = arguments.positional.as_slice() else { return };
    let function = call.field("function").map_or("", Node::text);
    let how = match function {
        // A base of 2 to 36 may be meant as one.
        "int" => match second.text().parse::<u32>() {
            Ok(number) if !(2..=36).contains(&number) => "as its base",
            _ => return,
        },
        "float" | "bool" if is_value(*second) => "which takes one argument",
        _ => return,
    };
    let patterns = names(module, site.name);
    let ([pattern], true) = (patterns.as_slice(), *first == site.whole && arguments.keywords.is_empty())
    else {
        return;
    };
    let (Some(key), Some(inner)) = (pattern.known(), site.whole.field("arguments")) else { return };
    let message = format!("the default of `{key}` is handed to `{function}`, {how}");
    let (given, end) = (second.span(), inner.span().end as usize);
    let mut problem =
        Problem::new(ProblemKind::MisplacedDefault, given, message, "belongs into the call before it")
            .why("without the variable there is nothing to convert, and the program stops")
            .help(format!("hand it to the call that reads: `.get(\"{key}\", {})`", second.text()))
            .about(&KeyName::new(&key));
    if let Some(at) = end.checked_sub(1).filter(|_| inner.text().ends_with(')')) {
        let gone = Span::new(first.span().end as usize, given.end as usize);
        problem.repair = vec![(Span::at(at), format!(", {}", second.text())), (gone, String::new())];
    }
    output.problem(problem);
}
