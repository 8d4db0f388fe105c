//! The project's name: what compose, else the manifest of the tree's own package calls it.

use super::{Tree, whole};
use crate::matrix::Said;
use crate::text::{Location, SourceFile, Span, TreePath};

/// Names that say nothing about a project.
const MEANINGLESS: &[&str] = &["app", "root", "monorepo", "workspace", "project", "web", "repo", "main"];

/// The name of the project, if a file at the root tells it.
pub(super) fn guess(tree: &Tree<'_>) -> Option<Said<String>> {
    by_compose(tree).or_else(|| {
        ["package.json", "pyproject.toml", "Cargo.toml"].into_iter().find_map(|name| {
            let file = tree.files.at(&TreePath::root(None).join(name)?)?;
            by_manifest(file)
        })
    })
}

fn by_compose(tree: &Tree<'_>) -> Option<Said<String>> {
    tree.composes().filter(|(file, _)| file.path.folder() == TreePath::root(None)).find_map(
        |(file, compose)| {
            let name = compose.project.as_ref().filter(|name| is_name(name))?;
            Some(Said::at(name.value.clone(), Location::new(file.id, name.span)))
        },
    )
}

fn by_manifest(file: &SourceFile) -> Option<Said<String>> {
    let written = match file.path.name() {
        "package.json" => {
            let manifest: serde_json::Value = serde_json::from_str(&file.text).ok()?;
            manifest.get("name")?.as_str()?.to_owned()
        }
        _ => {
            let manifest: toml::Table = file.text.parse().ok()?;
            let table = manifest.get("project").or_else(|| manifest.get("package"))?;
            table.get("name")?.as_str()?.to_owned()
        }
    };
    // `@scope/name`: where the name is no name, the scope is.
    let (scope, name) = match written.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
        Some((scope, name)) => (Some(scope), name),
        None => (None, written.as_str()),
    };
    let found = [Some(name), scope].into_iter().flatten().find(|name| is_name(name))?;
    let quoted = format!("\"{written}\"");
    let at = file.text.find(&quoted).map_or_else(
        || whole(file.id),
        |start| Location::new(file.id, Span::new(start, start + quoted.len())),
    );
    Some(Said::at(found.to_owned(), at))
}

/// Whether a text can stand in names of containers and the like, and tells something.
fn is_name(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(is_word)
        && !MEANINGLESS.contains(&text.to_ascii_lowercase().as_str())
}
