//! The texts that matrix files are made of.

use schemars::{JsonSchema, Schema};

/// A text that is not blank.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline)]
pub struct Text(#[schemars(regex(pattern = r"\S"))] pub String);

/// A path inside the tree, relative to its root, with `/` between its parts. A file of a second,
/// named root is written `infra:path`.
#[derive(JsonSchema)]
#[schemars(inline)]
pub struct Path(#[schemars(regex(pattern = r"^(?![/~]|\.\./|\.\.$)[^\\]*\S[^\\]*$"))] pub String);

/// The scheme of a URL, without or with `:` or `://` behind it.
#[derive(JsonSchema)]
#[schemars(inline)]
pub struct Scheme(
    #[schemars(regex(pattern = r"^(jdbc:)?[A-Za-z][A-Za-z0-9+._-]*(:|://)?$"))]
    pub String,
);

/// One value or a list of them.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum OneOrMore<T> {
    /// One.
    One(T),
    /// Several.
    More(Vec<T>),
}

/// A value of a key; it counts as the text that is written.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum Scalar {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
}

/// Takes `null` out of what an optional entry allows: an entry without a value would leave open
/// whether an empty text is meant.
pub(super) fn without_null(schema: &mut Schema) {
    if let Some(serde_json::Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
    }
    if let Some(serde_json::Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
    }
}
