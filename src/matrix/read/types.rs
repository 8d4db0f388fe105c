//! Reading `type:`.

use super::MatrixProblem;
use super::reader::{Reader, one_of, suggestion};
use super::tree::{Content, Kind, Tree};
use crate::matrix::Said;
use crate::value_type::ValueType;

/// Types that a word alone says.
const WORDS: [&str; 9] = ["string", "int", "float", "bool", "port", "url", "duration", "list", "json"];

/// Types that a map with one entry says.
const FORMS: [&str; 5] = ["int", "url", "one_of", "pattern", "list"];

/// What other formats call a type.
const SYNONYMS: [(&str, &str); 9] = [
    ("integer", "`int`"),
    ("number", "`float`"),
    ("boolean", "`bool`"),
    ("str", "`string`"),
    ("text", "`string`"),
    ("uri", "`url`"),
    ("timedelta", "`duration`"),
    ("enum", "`{ one_of: […] }`"),
    ("regex", "`{ pattern: … }`"),
];

/// Lists nest no deeper; a separator for a third level could not be told apart anyway.
const MAX_NESTING: usize = 4;

impl Reader {
    /// A type, by a word or by a map with one entry.
    pub(super) fn value_type(&mut self, tree: &Tree) -> Option<Said<ValueType>> {
        self.type_at(tree, 0).map(|value_type| Said::at(value_type, tree.at))
    }

    fn type_at(&mut self, tree: &Tree, depth: usize) -> Option<ValueType> {
        if depth > MAX_NESTING {
            self.tell(MatrixProblem::new(tree.at, "`type` nests too deep", "not read"));
            return None;
        }
        match &tree.content {
            Content::Scalar(Kind::Text, word) => {
                let found = plain(word);
                if found.is_none() {
                    let help = if FORMS.contains(&word.as_str()) {
                        format!("write `{{ {word}: … }}`")
                    } else {
                        let known = SYNONYMS.iter().find(|(other, _)| other.eq_ignore_ascii_case(word));
                        known.map_or_else(
                            || suggestion(word, &WORDS, ""),
                            |(_, meant)| format!("did you mean {meant}?"),
                        )
                    };
                    let message = format!(
                        "`type` must be {}, or a map such as `{{ int: {{ min: 1 }} }}`",
                        one_of(&WORDS)
                    );
                    self.tell(MatrixProblem::new(tree.at, message, "no such type").help(help));
                }
                found
            }
            Content::Table(_) => self.form(tree, depth),
            _ => {
                self.ill_typed("type", tree, "the name of a type or a map with one entry");
                None
            }
        }
    }

    fn form(&mut self, tree: &Tree, depth: usize) -> Option<ValueType> {
        let entries = self.fields("type", tree, "a map", &FORMS);
        let [entry] = entries.as_slice() else {
            let unsaid = tree.entries().iter().any(|entry| entry.value.content == Content::Null);
            if tree.entries().is_empty() || entries.len() > 1 || unsaid {
                let message = format!("`type` must have exactly one of the entries {}", one_of(&FORMS));
                self.tell(MatrixProblem::new(tree.at, message, format!("{} entries", entries.len())));
            }
            return None;
        };
        if tree.entries().len() > 1 {
            return None;
        }
        let value = &entry.value;
        match entry.key.as_str() {
            "int" => self.bounds(value),
            "url" => {
                let schemes = self.schemes("url", value);
                Some(ValueType::Url { schemes: schemes.into_iter().map(|scheme| scheme.value).collect() })
            }
            "one_of" => self.words(value),
            "pattern" => self.pattern(value),
            _ => self.list(value, depth),
        }
    }

    fn bounds(&mut self, tree: &Tree) -> Option<ValueType> {
        let (mut min, mut max) = (None, None);
        for entry in self.fields("int", tree, "a map with `min` and `max`", &["min", "max"]) {
            let bound = match entry.value.content {
                Content::Scalar(Kind::Int(number), _) => i64::try_from(number).ok(),
                _ => None,
            };
            if bound.is_none() {
                self.ill_typed(&entry.key, &entry.value, "a whole number");
            } else if entry.key == "min" {
                min = bound;
            } else {
                max = bound;
            }
        }
        if let (Some(low), Some(high)) = (min, max)
            && low > high
        {
            let message = format!("no number lies from {low} to {high}");
            self.tell(MatrixProblem::new(tree.at, message, "`min` is above `max`"));
            return None;
        }
        matches!(tree.content, Content::Table(_)).then_some(ValueType::Int { min, max })
    }

    fn words(&mut self, tree: &Tree) -> Option<ValueType> {
        let Content::List(items) = &tree.content else {
            self.ill_typed("one_of", tree, "a list of values");
            return None;
        };
        let mut words = Vec::new();
        for item in items {
            match &item.content {
                Content::Scalar(_, text) => words.push(text.clone()),
                _ => self.ill_typed("one_of", item, "a list of values"),
            }
        }
        if items.is_empty() {
            self.tell(MatrixProblem::new(tree.at, "`one_of` allows no value at all", "empty"));
            return None;
        }
        Some(ValueType::OneOf(words))
    }

    fn pattern(&mut self, tree: &Tree) -> Option<ValueType> {
        let text = self.text("pattern", tree)?;
        match regex::Regex::new(&text) {
            Ok(_) => Some(ValueType::Pattern(text.value)),
            Err(error) => {
                let label = match error {
                    regex::Error::CompiledTooBig(_) => "too large when compiled".to_owned(),
                    // The last line says what is wrong; those before draw the place.
                    error => error
                        .to_string()
                        .lines()
                        .last()
                        .map_or_else(String::new, |line| line.trim_start_matches("error: ").to_owned()),
                };
                self.tell(
                    MatrixProblem::new(tree.at, "`pattern` is no regular expression", label)
                        .help("the syntax is that of Rust's `regex`: no look-around, no back-references"),
                );
                None
            }
        }
    }

    fn list(&mut self, tree: &Tree, depth: usize) -> Option<ValueType> {
        let mut separator = None;
        let mut item = None;
        for entry in self.fields("list", tree, "a map with `separator` and `item`", &["separator", "item"]) {
            match (entry.key.as_str(), &entry.value.content) {
                ("item", _) => item = Some(self.type_at(&entry.value, depth + 1)?),
                (_, Content::Scalar(Kind::Text, text)) if !text.is_empty() => separator = Some(text.clone()),
                _ => self.ill_typed("separator", &entry.value, "a text that is not empty"),
            }
        }
        matches!(tree.content, Content::Table(_)).then(|| ValueType::List {
            separator: separator.unwrap_or_else(|| ",".to_owned()),
            item: Box::new(item.unwrap_or(ValueType::String)),
        })
    }

    /// URL schemes, in lower case, written with or without `:` or `://` behind them.
    pub(super) fn schemes(&mut self, name: &str, tree: &Tree) -> Vec<Said<String>> {
        let mut schemes = self.texts(name, tree);
        schemes.retain_mut(|scheme| {
            let bare = scheme.value.strip_suffix("://").or_else(|| scheme.value.strip_suffix(':'));
            let bare = bare.unwrap_or(&scheme.value).to_ascii_lowercase();
            let holds = crate::value_type::url::is_scheme(&bare);
            if let (false, Some(at)) = (holds, scheme.at) {
                self.problems.push(
                    MatrixProblem::new(at, format!("`{name}` must list URL schemes"), "not a scheme")
                        .help("a scheme is what stands before `://`: `https`, `postgresql+asyncpg`"),
                );
            }
            scheme.value = bare;
            holds
        });
        schemes
    }
}

fn plain(word: &str) -> Option<ValueType> {
    Some(match word {
        "string" => ValueType::String,
        "int" => ValueType::Int { min: None, max: None },
        "float" => ValueType::Float,
        "bool" => ValueType::Bool,
        "port" => ValueType::Port,
        "url" => ValueType::Url { schemes: Vec::new() },
        "duration" => ValueType::Duration,
        "list" => ValueType::List { separator: ",".to_owned(), item: Box::new(ValueType::String) },
        "json" => ValueType::Json,
        _ => return None,
    })
}
