//! Values that have to be texts: the server refuses a number or a truth value in their place.
//!
//! Source: `EnvVar.value` and `ConfigMap.data`,
//! <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.31/>.

use super::Reader;
use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::yaml::{Node, Scalar, resolve};

/// Tells of a value of `key` that is no text.
pub(super) fn check(reader: &mut Reader<'_>, key: &str, value: &Node) {
    // A template of Helm may put it in quotes.
    if reader.is_template || value.via_alias || value.tag.is_some() {
        return;
    }
    let what = match resolve(value) {
        Some(Scalar::Int(_) | Scalar::Float(_)) => "a number",
        Some(Scalar::Bool(_)) => "a truth value",
        _ => return,
    };
    let message = format!("the value of `{key}` is {what}, not a text");
    let problem = Problem::new(ProblemKind::UnquotedScalar, value.span, message, "has to be a text")
        .why("Kubernetes takes nothing but texts here, and refuses the whole object")
        .about(&KeyName::new(key))
        .mended_by_quotes();
    reader.found.problems.push(problem);
}
