//! Libraries of schemas that chain methods, and how they are told.

use super::super::module::Module;
use crate::syntax::tree::Node;

/// A library of schemas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Library {
    Zod,
    Valibot,
    /// Joi, or yup, which is alike.
    Joi,
    Envalid,
}

/// The library that `node` names: by its import, else by the name that it usually goes by.
pub(super) fn library<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Library> {
    if node.kind() != "identifier" {
        return None;
    }
    let imported = module.import(node.text()).filter(|import| {
        // `import { z } from "zod"`; other names are those of its functions.
        matches!(import.name, "*" | "default" | "z" | "zod" | "Joi")
    });
    imported.and_then(|import| library_from(import.from)).or(match node.text() {
        "z" | "zod" => Some(Library::Zod),
        "v" | "valibot" => Some(Library::Valibot),
        "Joi" | "joi" | "yup" | "Yup" => Some(Library::Joi),
        "envalid" => Some(Library::Envalid),
        _ => None,
    })
}

/// The library of a package.
pub(super) fn library_from(path: &str) -> Option<Library> {
    match path {
        "zod" | "zod/v3" | "zod/v4" | "zod/mini" | "zod/v4-mini" => Some(Library::Zod),
        "valibot" => Some(Library::Valibot),
        "joi" | "@hapi/joi" | "yup" => Some(Library::Joi),
        "envalid" => Some(Library::Envalid),
        _ => None,
    }
}

/// The name that a chain of calls begins with.
pub(super) fn root_of_chain(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    for _ in 0..24 {
        at = match at.kind() {
            "call_expression" => at.field("function")?,
            "member_expression" => at.field("object")?,
            "identifier" => return Some(at),
            _ => return None,
        };
    }
    None
}

/// Whether a schema of this name judges the environment, as NestJS's manual calls them.
pub(super) fn is_of_environment(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["env", "validationschema", "configschema"].iter().any(|part| name.contains(part))
}
