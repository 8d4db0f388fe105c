//! `non-ascii`

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::index::Index;
use crate::rule::{Finding, OptionKind, OptionSpec, Reporter, enumerate};
use crate::text::{Location, Span};

declare_rule! {
    /// Reports a key, a name or a value with characters beyond ASCII, where the matrix asks for ASCII only.
    ///
    /// A matrix asks for it with `ascii: true`. Keys are those that any file sets, documents or reads, names
    /// are those of the matrix and of containers, networks and volumes, values are those that supply an
    /// environment. Comments may be written in any language.
    ///
    /// ## Why it matters
    ///
    /// A letter that looks like another (`А` of Cyrillic, a typographic quote, a space that does not break)
    /// makes a key that nobody reads and a password that nobody can type. Shells, templates and web consoles
    /// that take another encoding change the others on their way.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// ascii: true
    /// services: { api: { root: api } }
    /// keys: { MAIL_FROM: { service: api } }
    /// environments:
    ///   staging: { values: { MAIL_FROM: "Büro <office@example.com>" } }
    /// ```
    ///
    /// ```text
    /// warning[non-ascii]: the value of `MAIL_FROM` in `staging` is not all ASCII, and the matrix asks for that
    /// ```
    ///
    /// ## What to do
    ///
    /// Write it in ASCII, or take the key out with the option `allow`.
    pub struct NonAscii = "non-ascii", Naming, Warning, needs_matrix { options: [PARTS] };
}

const PARTS: OptionSpec = OptionSpec {
    name: "parts",
    kind: OptionKind::Words(&["keys", "names", "values"]),
    about: "What has to be written in ASCII.",
};

impl NonAscii {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let Some(asked) = &index.matrix.ascii else { return };
        let options = reporter.options();
        let end = |finding: Finding<'_>| {
            let finding = match asked.at {
                Some(at) => finding.label(at, "asked for here"),
                None => finding,
            };
            finding
                .why(
                    "characters that look alike are different keys, and not every tool on the way keeps them",
                )
                .help("write it in ASCII");
        };
        let mut told: BTreeSet<String> = BTreeSet::new();
        for fact in index.facts().filter(|_| options.chooses(&PARTS, "keys")) {
            if let Some(found) = beyond(&fact.key)
                && told.insert(fact.key.to_string())
            {
                let message =
                    format!("the key `{}` holds `{found}`, and the matrix asks for ASCII only", fact.key);
                end(reporter.report(message, fact.at(), format!("holds {found}")).key(&fact.key));
            }
        }
        for (what, name, at) in names(index).into_iter().filter(|_| options.chooses(&PARTS, "names")) {
            if let (Some(found), Some(at)) = (beyond(&name), at) {
                let message =
                    format!("the {what} `{name}` holds `{found}`, and the matrix asks for ASCII only");
                end(reporter.report(message, at, format!("holds {found}")));
            }
        }
        for held in index.held_texts(|_| true).into_iter().filter(|_| options.chooses(&PARTS, "values")) {
            // Of a value, which may be secret, not even one character is told.
            if !held.text.reveal().is_ascii() {
                let (key, names) = (held.key(), enumerate(&held.environment_names()));
                let message =
                    format!("the value of `{key}` in {names} is not all ASCII, and the matrix asks for that");
                let finding = reporter.report(message, held.at, "holds characters beyond ASCII").key(key);
                end(finding.environments(held.environment_names()));
            }
        }
    }
}

/// The first character beyond ASCII, as its number: letters may look like others.
fn beyond(text: &str) -> Option<String> {
    text.chars().find(|c| !c.is_ascii()).map(|c| format!("U+{:04X}", c as u32))
}

/// The names of the matrix and of what compose files create.
fn names(index: &Index) -> Vec<(&'static str, String, Option<Location>)> {
    let matrix = &index.matrix;
    let mut names = Vec::new();
    names.extend(matrix.project.iter().map(|name| ("project", name.value.clone(), name.at)));
    names.extend(matrix.services.values().map(|one| ("service", one.name.value.clone(), one.name.at)));
    names.extend(matrix.environments.iter().map(|one| ("environment", one.name.value.clone(), one.name.at)));
    for file in index.files.iter() {
        let Some(compose) = index.compose(file.id) else { continue };
        let at = |span: Span| Some(Location::new(file.id, span));
        for service in &compose.services {
            let container =
                service.container_name.iter().map(|name| ("container", name.value.clone(), at(name.span)));
            names.extend(container);
        }
        for resource in &compose.resources {
            names.extend(resource.name.iter().map(|name| (resource.kind, name.value.clone(), at(name.span))));
        }
    }
    names
}
