//! Keys that the matrix requires and that somebody sets to an empty text.

use crate::index::{Given, Giver, Index};
use crate::rule::{Reporter, enumerate};

pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    if !index.matrix.is_declared() {
        return;
    }
    for given in index.given_values() {
        let Some(spec) = index.matrix.keys.get(given.key).filter(|_| is_emptied(&given)) else { continue };
        let environments = given.environments.iter().filter(|environment| spec.is_required_in(environment));
        let names: Vec<String> = environments.map(|environment| environment.name.value.clone()).collect();
        if names.is_empty() {
            continue;
        }
        let message =
            format!("`{}` is required in {}, and is set to an empty text", given.key, enumerate(&names));
        let mut finding = reporter.report(message, given.at, "empty").key(given.key).environments(names);
        if let Some(at) = spec.required.at {
            finding = finding.label(at, "required here");
        }
        finding
            .why("an empty value passes for a set one, so the service starts and fails later")
            .help("set the value, or leave the key out, so that its absence is told");
    }
}

/// Whether somebody surely sets the key to nothing.
fn is_emptied(given: &Given<'_>) -> bool {
    let is_set = matches!(given.by, Giver::Matrix | Giver::Dotenv | Giver::Container(_) | Giver::Template);
    is_set && given.is_plain && given.text.is_empty()
}
