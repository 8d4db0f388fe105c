//! Declarations of the types of `process.env` and `import.meta.env`: they neither read nor set a key.

use super::module::{Module, key_span, key_text};
use super::output::Output;
use crate::fact::Document;

/// Adds the keys that interfaces of the environment declare; `KEY?: string` is optional.
pub(super) fn read(module: &Module<'_>, output: &mut Output<'_>) {
    for node in module.nodes().filter(|node| node.kind() == "interface_declaration") {
        let name = node.field("name").map_or("", |name| name.text());
        if !matches!(name, "ProcessEnv" | "ImportMetaEnv") {
            continue;
        }
        let Some(body) = node.field("body") else { continue };
        for part in body.named().filter(|part| part.kind() == "property_signature") {
            let Some(key) = part.field("name") else { continue };
            let Some(text) = key_text(key) else { continue };
            let says_undefined = part.field("type").is_some_and(|said| said.text().contains("undefined"));
            let is_optional = says_undefined || part.children().any(|child| child.kind() == "?");
            let document = Document { example: None, commented: is_optional, about: None };
            output.documents(&text, key_span(key), document);
        }
    }
}
