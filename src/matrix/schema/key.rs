//! `services:` and `keys:`.

use schemars::JsonSchema;

use super::word::{OneOrMore, Path, Scalar, Scheme, Text, without_null};

/// The name of a key: a letter or `_`, then letters, digits and `_`.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline)]
pub struct KeyText(#[schemars(regex(pattern = r"^[A-Za-z_][A-Za-z0-9_]*$"))] pub String);

/// A service: code with its own process environment.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Service {
    /// Its folder: files below it speak for it. Of nested roots the deepest counts.
    pub root: Option<Path>,
    /// What compose files call it; its own name by default.
    pub compose: Option<OneOrMore<Text>>,
    /// Its Dockerfile, where compose files do not tell.
    pub dockerfile: Option<Path>,
    /// The prefix of keys that are baked into what browsers download: `NEXT_PUBLIC_`.
    pub public_prefix: Option<Text>,
    /// The prefix that all its own keys must have.
    pub key_prefix: Option<Text>,
    /// What people should know about it.
    pub about: Option<String>,
}

/// A key: what it holds, who uses it, where it must be supplied.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Key {
    /// What kind of value it holds, which decides how it may travel; `config` by default.
    pub kind: Option<Kind>,
    /// The service that uses it; all by default.
    pub service: Option<OneOrMore<Text>>,
    /// The services that use it; all by default.
    pub services: Option<OneOrMore<Text>>,
    /// The type of its value.
    #[schemars(rename = "type")]
    pub value_type: Option<ValueType>,
    /// The environments in which it must be supplied; `never` by default.
    pub required: Option<Required>,
    /// The value that stands where nothing is supplied.
    #[schemars(transform = without_null)]
    pub default: Option<Scalar>,
    /// Older names that code still accepts.
    pub aliases: Option<OneOrMore<KeyText>>,
    /// Who looks after it.
    pub owner: Option<Text>,
    /// Whether it is on its way out, and what to use instead.
    pub deprecated: Option<Deprecated>,
    /// What it is for.
    pub about: Option<String>,
    /// Keys whose value must be the same in each environment.
    pub equals: Option<OneOrMore<KeyText>>,
    /// Keys whose value must be another in each environment.
    pub differs: Option<OneOrMore<KeyText>>,
    /// Keys with whose value this one's must begin.
    pub starts_with: Option<OneOrMore<KeyText>>,
    /// Keys with whose value this one's must end.
    pub ends_with: Option<OneOrMore<KeyText>>,
    /// Keys whose value this one's must contain.
    pub contains: Option<OneOrMore<KeyText>>,
}

/// What kind of value a key holds.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Kind {
    /// Plain configuration, read at run time.
    Config,
    /// A secret, which comes from the store.
    Secret,
    /// Read by code that browsers download; baked in at build time.
    Public,
    /// Read while the image is built.
    Build,
    /// Consumed by the platform, an image or a tool; no code of the tree reads it.
    Platform,
}

/// The environments in which a key must be supplied.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Required {
    /// By rule.
    Rule(RequiredRule),
    /// By name.
    Names(Vec<Text>),
}

/// A rule that tells the environments in which a key must be supplied.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum RequiredRule {
    /// In each.
    All,
    /// In those of the tiers preview, staging and production.
    Deployed,
    /// In none.
    Never,
}

/// A key on its way out.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Deprecated {
    /// Whether it is.
    Flag(bool),
    /// What people should know.
    Message(String),
    /// What people should know and do.
    Advice(Advice),
}

/// What people should know and do about a key on its way out.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Advice {
    /// What they should know.
    pub message: Option<Text>,
    /// The key to use instead.
    #[schemars(rename = "use")]
    pub replacement: Option<KeyText>,
}

/// The type of a value.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum ValueType {
    /// A type by its name.
    Word(TypeWord),
    /// A type with particulars.
    Form(TypeForm),
}

/// A type by its name.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum TypeWord {
    /// Any text.
    String,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A truth value: true, false, 1, 0, yes, no, on, off.
    Bool,
    /// A TCP or UDP port, 1 to 65535.
    Port,
    /// A URL of any scheme.
    Url,
    /// A duration: `30s`, `1h30m`, `PT5M`.
    Duration,
    /// Texts with commas between them.
    List,
    /// JSON; what pydantic-settings asks of lists, maps and models.
    Json,
}

/// A type with particulars.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum TypeForm {
    /// A whole number within bounds.
    Int(Bounds),
    /// A URL of one of these schemes.
    Url(OneOrMore<Scheme>),
    /// One of these values.
    OneOf(#[schemars(length(min = 1))] Vec<Scalar>),
    /// A text that this regular expression matches as a whole.
    Pattern(#[schemars(extend("format" = "regex"))] Text),
    /// A list of values of one type.
    List(Items),
}

/// Bounds of a whole number, both inclusive.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Bounds {
    /// The smallest allowed.
    pub min: Option<i64>,
    /// The largest allowed.
    pub max: Option<i64>,
}

/// A list of values of one type.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Items {
    /// What stands between the items; a comma by default.
    #[schemars(length(min = 1))]
    pub separator: Option<String>,
    /// The items' type; `string` by default.
    pub item: Option<Box<ValueType>>,
}
