//! Constants of a module that take variables, beside one another: one that takes what another one is called after, and
//! numbers of Django that stay texts once somebody sets their variable.
//!
//! Sources: Django adds, compares or hands these settings to sockets as numbers (`SessionMiddleware`, `set_cookie`,
//! `MultiPartParser`, `HttpRequest.body`, `BaseDatabaseWrapper.connect`, `PasswordResetTokenGenerator`,
//! `smtp.EmailBackend`).

use std::collections::BTreeMap;

use super::environment::{Access, Site};
use super::module::Module;
use super::name::names;
use super::output::Output;
use crate::fact::{Problem, ProblemKind};
use crate::key::{KeyName, segments};
use crate::syntax::tree::Node;
use crate::text::{Span, Spanned};

/// Settings of Django that have to be numbers.
const NUMBERS: &[&str] = &[
    "SESSION_COOKIE_AGE",
    "CSRF_COOKIE_AGE",
    "DATA_UPLOAD_MAX_MEMORY_SIZE",
    "DATA_UPLOAD_MAX_NUMBER_FIELDS",
    "DATA_UPLOAD_MAX_NUMBER_FILES",
    "FILE_UPLOAD_MAX_MEMORY_SIZE",
    "CONN_MAX_AGE",
    "PASSWORD_RESET_TIMEOUT",
    "EMAIL_TIMEOUT",
];

/// A constant of the module that is nothing but a variable.
struct Constant<'t> {
    name: &'t str,
    key: Spanned<String>,
    whole: Node<'t>,
    default: Option<Node<'t>>,
}

pub(super) fn find<'t>(module: &Module<'t>, sites: &[Site<'t>], output: &mut Output<'_>) {
    let constants: Vec<Constant<'t>> = sites.iter().filter_map(|site| constant(module, site)).collect();
    for one in constants.iter().filter(|one| NUMBERS.contains(&one.name)) {
        let Some(default) = one.default.filter(|default| is_number(*default)) else { continue };
        let key = &one.key.value;
        let message = format!("`{key}` stays a text where Django wants a number");
        let mut problem = Problem::new(
            ProblemKind::RefusedText,
            one.whole.span(),
            message,
            "a text once the variable is set",
        )
        .related(default.span(), "only the default is a number")
        .why("every variable is a text: what adds or compares this setting fails as soon as somebody sets it")
        .help("convert it: `int(os.environ.get(..))`")
        .about(&KeyName::new(key));
        let (start, end) = (one.whole.span().start as usize, one.whole.span().end as usize);
        problem.repair = vec![(Span::at(start), "int(".to_owned()), (Span::at(end), ")".to_owned())];
        output.problem(problem);
    }
    // By the key: the constant that is called as its variable.
    let own: BTreeMap<&str, &Constant<'t>> =
        constants.iter().filter(|one| one.name == one.key.value).map(|one| (one.name, one)).collect();
    for one in constants.iter().filter(|one| !own.contains_key(one.name)) {
        let Some(other) = own.get(one.key.value.as_str()) else { continue };
        if segments(one.name).last() != segments(other.name).last() || segments(one.name).count() < 2 {
            continue;
        }
        let message =
            format!("`{}` is set, and the constant of that name takes `{}`", one.name, one.key.value);
        output.problem(
            Problem::new(
                ProblemKind::CrossedRead,
                one.key.span,
                message,
                "another variable than its name says",
            )
            .related(other.key.span, "goes here already, under its own name")
            .why("the program takes one variable for both, and whoever sets the other changes nothing")
            .help(format!("read `{}` here", one.name))
            .about(&KeyName::new(one.name)),
        );
    }
}

/// The constant that a read fills by itself.
fn constant<'t>(module: &Module<'t>, site: &Site<'t>) -> Option<Constant<'t>> {
    let default = match site.access {
        Access::Get(default) => default,
        Access::Item => None,
        _ => return None,
    };
    let (assignment, field) = module.parent(site.whole)?;
    if assignment.kind() != "assignment" || field != Some("right") {
        return None;
    }
    let name = assignment.field("left").filter(|left| left.kind() == "identifier")?.text();
    if name.len() < 2 || name.contains(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let patterns = names(module, site.name);
    let [pattern] = patterns.as_slice() else { return None };
    let key = Spanned::new(pattern.known()?, pattern.span);
    Some(Constant { name, key, whole: site.whole, default })
}

/// Whether a default is a number that is written down, or a product of such.
fn is_number(node: Node<'_>) -> bool {
    match node.kind() {
        "integer" | "float" => true,
        "binary_operator" => {
            let side = |name: &str| node.field(name).is_some_and(is_number);
            side("left") && side("right")
        }
        "parenthesized_expression" => node.named().next().is_some_and(is_number),
        _ => false,
    }
}
