//! The structs of a file with their fields.

use super::super::source::Source;
use super::super::tags::Tags;
use super::super::types::{Shape, shape};
use crate::syntax::tree::Node;
use crate::text::{Span, Spanned};

/// A struct.
#[derive(Clone, Debug)]
pub(super) struct Struct<'t> {
    pub(super) name: Spanned<String>,
    pub(super) fields: Vec<Field<'t>>,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub(super) struct Field<'t> {
    /// Empty for an embedded struct.
    pub(super) name: &'t str,
    pub(super) span: Span,
    pub(super) shape: Shape<'t>,
    pub(super) tags: Tags<'t>,
    /// The struct that is declared in the field itself.
    pub(super) inline: Option<Struct<'t>>,
}

/// All structs that are declared under a name, be it that of a variable.
pub(super) fn structs<'t>(source: &Source<'t>) -> Vec<Struct<'t>> {
    source
        .nodes()
        .filter(|node| matches!(node.kind(), "type_spec" | "var_spec"))
        .filter_map(|spec| {
            let (name, body) = (spec.field("name")?, spec.field("type")?);
            (body.kind() == "struct_type").then(|| Struct { name: name.spelled(), fields: fields(body, 0) })
        })
        .collect()
}

/// How deep structs are looked into that are declared in fields.
const MAX_INLINE: usize = 6;

/// The fields of a `struct_type`.
pub(super) fn fields(body: Node<'_>, depth: usize) -> Vec<Field<'_>> {
    if depth > MAX_INLINE {
        return Vec::new();
    }
    let list = body.named().find(|part| part.kind() == "field_declaration_list");
    let declarations =
        list.into_iter().flat_map(Node::named).filter(|part| part.kind() == "field_declaration");
    declarations
        .flat_map(|declaration| {
            let tags = Tags::of(declaration);
            let shape = declaration.field("type").map(shape).unwrap_or_default();
            let inline = shape.body.map(|body| Struct {
                name: Spanned::new(String::new(), body.span()),
                fields: fields(body, depth + 1),
            });
            let mut names: Vec<(&str, Span)> =
                declaration.fields("name").map(|name| (name.text(), name.span())).collect();
            if names.is_empty() {
                names.push(("", declaration.span()));
            }
            let one = move |(name, span)| Field {
                name,
                span,
                shape: shape.clone(),
                tags: tags.clone(),
                inline: inline.clone(),
            };
            names.into_iter().map(one).collect::<Vec<_>>()
        })
        .collect()
}

/// `DBHost` as `DB_HOST`.
///
/// Source: `toEnvName` of caarlos0/env.
pub(super) fn screaming(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (at, &char) in chars.iter().enumerate().filter(|(_, char)| **char != '_') {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        if !text.is_empty()
            && char.is_uppercase()
            && let Some(next) = chars.get(at + 1)
            && (next.is_lowercase() || before.is_some_and(|before| before.is_lowercase()))
        {
            text.push('_');
        }
        text.extend(char.to_uppercase());
    }
    text
}

/// The words of a field's name with `_` between, as `split_words` divides them.
///
/// Source: the regular expressions of kelseyhightower/envconfig.
pub(super) fn split_words(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (at, &char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let next_is_small = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let breaks =
            char.is_uppercase() && before.is_some_and(|before| !before.is_uppercase() || next_is_small);
        if breaks && !text.ends_with('_') && !text.is_empty() {
            text.push('_');
        }
        text.push(char);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{screaming, split_words};

    #[test]
    fn names_of_fields() {
        assert_eq!(screaming("DBHost"), "DB_HOST");
        assert_eq!(screaming("Home"), "HOME");
        assert_eq!(screaming("SomeURL"), "SOME_URL");
        assert_eq!(split_words("MultiWordVar"), "Multi_Word_Var");
        assert_eq!(split_words("MultiWordACRWithAutoSplit"), "Multi_Word_ACR_With_Auto_Split");
    }
}
