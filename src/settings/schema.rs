//! The format of settings for editors and validators: a JSON Schema, generated from types that describe
//! what the file may say, and from what each rule says about itself.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::matrix::schema::word::{OneOrMore, Text};
use crate::rule::{OptionKind, OptionSpec, RuleMeta};
use crate::rules;

/// What a team asks of the rules.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Settings {
    /// Run only these rules, whatever their level.
    pub select: Option<OneOrMore<RuleName>>,
    /// Do not run these rules.
    pub ignore: Option<OneOrMore<RuleName>>,
    /// Whether rules of the level strict speak too.
    pub strict: Option<bool>,
    /// Levels and options by rule.
    pub rules: Option<Rules>,
    /// Levels for parts of the tree; a later one wins.
    pub overrides: Option<Vec<Override>>,
    /// Paths that are no part of the project, in the syntax of .gitignore: vendored code, fixtures.
    pub exclude: Option<OneOrMore<Text>>,
    /// The baseline, relative to the root of the tree; `envcheck.baseline.json` if nothing is said. The flag
    /// `--baseline` wins over it.
    pub baseline: Option<Text>,
}

/// Levels for a part of the tree.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Override {
    /// The part, in the syntax of .gitignore.
    pub paths: OneOrMore<Text>,
    /// The levels there.
    pub rules: Levels,
}

/// How a rule is set to speak.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Level {
    /// Always, and its findings are errors.
    Error,
    /// Always, and its findings are warnings.
    Warning,
    /// Only under `--strict` or when selected by name.
    Strict,
    /// Never.
    Off,
}

/// The name of a rule.
pub struct RuleName;

impl JsonSchema for RuleName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuleName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = rules::ALL.iter().map(|rule| rule.meta().id.0).collect();
        json_schema!({ "description": "The name of a rule.", "type": "string", "enum": names })
    }
}

/// A level per rule.
pub struct Levels;

impl JsonSchema for Levels {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Levels".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (names, level) = (generator.subschema_for::<RuleName>(), generator.subschema_for::<Level>());
        json_schema!({
            "description": "A level per rule.",
            "type": "object",
            "propertyNames": names,
            "additionalProperties": level
        })
    }
}

/// A level, or a level and options, per rule.
pub struct Rules;

impl JsonSchema for Rules {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<Level>();
        let mut properties = Map::new();
        for meta in rules::ALL.iter().map(|rule| rule.meta()) {
            let mut table = options_schema(meta);
            if let Some(Value::Object(entries)) = table.get_mut("properties") {
                entries.shift_insert(0, "level".to_owned(), level.clone().to_value());
            }
            let rule = json!({ "description": first_sentence(&meta.summary()), "anyOf": [level, table] });
            properties.insert(meta.id.0.to_owned(), rule);
        }
        json_schema!({
            "description": "A level, or a table of a level and options, per rule.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false
        })
    }
}

/// A text up to its first full stop; one within code or a word ends nothing.
fn first_sentence(text: &str) -> &str {
    let mut ends = text.match_indices(". ").map(|(at, _)| at + 1);
    let is_outside = |end: &usize| text.get(..*end).is_some_and(|text| text.matches('`').count() % 2 == 0);
    ends.find(is_outside).and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The JSON Schema of a rule's options.
#[must_use]
pub fn options_schema(meta: &RuleMeta) -> Value {
    let properties: Map<String, Value> =
        meta.all_options().map(|option| (option.name.to_owned(), option_schema(option))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn option_schema(option: &OptionSpec) -> Value {
    let list = |item: Value| json!({ "anyOf": [item, { "type": "array", "items": item }] });
    let mut schema = match option.kind {
        OptionKind::Patterns | OptionKind::Texts => list(json!({ "type": "string", "pattern": r"\S" })),
        OptionKind::Words(words) => list(json!({ "type": "string", "enum": words })),
        OptionKind::Flag(default) => json!({ "type": "boolean", "default": default }),
    };
    if let Value::Object(entries) = &mut schema {
        entries.shift_insert(0, "description".to_owned(), option.about.into());
    }
    schema
}

/// The JSON Schema of `envcheck.toml`, as indented text.
#[must_use]
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema: Schema = generator.into_root_schema_for::<Settings>();
    schema.insert("title".to_owned(), "Settings of envcheck".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
