//! The format of matrix files for editors and validators: JSON Schemas, generated from types that
//! describe what the files may say.
//!
//! Nothing is read through these types: [`super::read()`] keeps places and suggests what was meant. A
//! test holds that both accept and refuse the same.

pub mod environment;
pub mod key;
pub mod word;

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use environment::{Environment, Naming};
use key::{Key, KeyText, Service};
use word::{OneOrMore, Path, Text};

/// The deployment environments of a project: its services, its keys, and how things are called.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("patternProperties" = {"^x-": {}}))]
pub struct Matrix {
    /// The version of the format; 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The project's name, which patterns write as `{project}`.
    pub project: Option<Text>,
    /// Services by name: code with its own process environment.
    pub services: Option<BTreeMap<Text, Option<Service>>>,
    /// Keys by name.
    pub keys: Option<BTreeMap<KeyText, Option<Key>>>,
    /// Environments by name, where they are not files of their own beside this one.
    pub environments: Option<BTreeMap<Text, Option<Environment>>>,
    /// Patterns for names in all environments.
    pub naming: Option<Naming>,
    /// Whether the matrix lists every key of the tree, so that any other is a mistake.
    pub complete: Option<bool>,
    /// Whether keys, names and values have to be written in ASCII.
    pub ascii: Option<bool>,
    /// Example files that must document every key of their services.
    pub documents: Option<OneOrMore<Path>>,
    /// Paths that are no part of the project, in the syntax of .gitignore: vendored code, fixtures.
    pub exclude: Option<OneOrMore<Text>>,
    /// What a team asks of the rules: the entries of `envcheck.toml`, which `envcheck schema settings` describes.
    pub lint: Option<BTreeMap<String, serde_json::Value>>,
    /// What people should know about the project.
    pub about: Option<String>,
}

/// The JSON Schema of `envs/matrix.yaml`, and of a matrix in one file, as indented text.
#[must_use]
pub fn schema() -> String {
    print::<Matrix>("Matrix of envcheck")
}

/// The JSON Schema of `envs/<name>.yaml`, one environment in a file of its own, as indented text.
#[must_use]
pub fn environment_schema() -> String {
    print::<Environment>("Environment of envcheck")
}

fn print<T: JsonSchema>(title: &str) -> String {
    let mut schema: Schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
