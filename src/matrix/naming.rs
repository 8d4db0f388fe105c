//! How things are called.

use super::model::Said;

/// Patterns for names, each optional.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Naming {
    /// The style of keys.
    pub key: Option<Said<KeyStyle>>,
    /// Container names.
    pub container: Option<Said<Pattern>>,
    /// Database names.
    pub database: Option<Said<Pattern>>,
    /// Bucket names.
    pub bucket: Option<Said<Pattern>>,
    /// Network names.
    pub network: Option<Said<Pattern>>,
    /// Volume names.
    pub volume: Option<Said<Pattern>>,
}

/// A style of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyStyle {
    /// `UPPER_SNAKE`.
    UpperSnake,
}

/// A name with holes: `{project}-{service}{suffix}`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pattern {
    /// Its parts, in order.
    pub parts: Vec<PatternPart>,
}

/// A part of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PatternPart {
    /// Text as it stands.
    Text(String),
    /// The project's name.
    Project,
    /// The service's name, or the name of the compose service at hand.
    Service,
    /// The environment's name.
    Environment,
    /// The environment's suffix.
    Suffix,
    /// A number, for example of a pull request: one or more digits.
    Number,
    /// Anything.
    Any,
}

impl Pattern {
    /// Reads a pattern; the error is the unknown word between braces.
    ///
    /// # Errors
    /// The first `{word}` that is none of `project`, `service`, `environment`, `suffix`, `number`,
    /// `any`; or an unclosed brace, as its rest.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, behind) = after.split_once('}').ok_or_else(|| after.to_owned())?;
            if !before.is_empty() {
                parts.push(PatternPart::Text(before.to_owned()));
            }
            parts.push(match word {
                "project" => PatternPart::Project,
                "service" => PatternPart::Service,
                "environment" => PatternPart::Environment,
                "suffix" => PatternPart::Suffix,
                "number" | "pr" => PatternPart::Number,
                "any" => PatternPart::Any,
                other => return Err(other.to_owned()),
            });
            rest = behind;
        }
        if !rest.is_empty() {
            parts.push(PatternPart::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }
}
