//! The project's name: what compose, else the manifest of the tree's own package calls it.

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use toml::de::DeTable;

use super::{Tree, whole};
use crate::matrix::Said;
use crate::text::{Location, SourceFile, Span, TreePath};

/// Names that say nothing about a project.
const MEANINGLESS: &[&str] = &["app", "root", "monorepo", "workspace", "project", "web", "repo", "main"];

/// Manifests of packages that tell the name, at the root of the tree; the first one that does counts.
const MANIFESTS: [&str; 3] = ["package.json", "pyproject.toml", "Cargo.toml"];

/// The name of the project that a file tells by being the manifest of the tree's own package.
pub(super) fn project_name_in(file: &SourceFile) -> Option<String> {
    MANIFESTS.contains(&file.path.as_str()).then(|| by_manifest(file))?.map(|name| name.value)
}

/// The name of the project, if a file at the root tells it.
pub(super) fn guess(tree: &Tree<'_>) -> Option<Said<String>> {
    by_compose(tree).or_else(|| {
        MANIFESTS.into_iter().find_map(|name| {
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
        "package.json" => name_in_json(&file.text)?,
        _ => name_in_toml(&file.text)?,
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

/// The name in the object that a text begins with, also where what follows it is at fault: while a manifest is edited, its
/// name stays.
fn name_in_json(text: &str) -> Option<String> {
    struct Name<'n>(&'n mut Option<String>);

    impl<'de> Visitor<'de> for Name<'_> {
        type Value = ();

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("a manifest")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(key) = map.next_key::<String>()? {
                if key == "name" {
                    *self.0 = map.next_value().ok();
                    break;
                }
                map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }

    let mut name = None;
    // A fault behind the name is no matter, and before it there is none to be had.
    let _fault = serde_json::Deserializer::from_str(text).deserialize_map(Name(&mut name));
    name
}

/// The name in the table of the package, with what else is at fault passed over.
fn name_in_toml(text: &str) -> Option<String> {
    let (manifest, _faults) = DeTable::parse_recoverable(text);
    let manifest = manifest.get_ref();
    let table = manifest.get("project").or_else(|| manifest.get("package"))?.get_ref().as_table()?;
    Some(table.get("name")?.get_ref().as_str()?.to_owned())
}

/// Whether a text can stand in names of containers and the like, and tells something.
fn is_name(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(is_word)
        && !MEANINGLESS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_manifests() {
        assert_eq!(name_in_json(r#"{"private": true, "name": "shop"}"#).as_deref(), Some("shop"));
        assert_eq!(name_in_json("{\"name\": \"shop\",\n  \"scripts\": {\"a\": }\n").as_deref(), Some("shop"));
        assert_eq!(name_in_json("{\"name\": \"shop\"}\n# more").as_deref(), Some("shop"));
        assert_eq!(name_in_json("{\"scripts\": {\"name\": \"a\"}, \"name\": 3}"), None);
        for text in ["", "[]", "{", "{\"name\"", "{\"name\": \"sh", "\"name\""] {
            assert_eq!(name_in_json(text), None, "{text}");
        }
        assert_eq!(name_in_toml("[project]\nname = 'shop'\n[tool\nx").as_deref(), Some("shop"));
        assert_eq!(name_in_toml("[package]\nversion = \"1\"\nname = \"shop\"\n").as_deref(), Some("shop"));
        assert_eq!(name_in_toml("name = \"shop\"\n"), None);
    }
}
