//! What an entry of a schema says of a key, in the words of zod, valibot or envalid.

use super::NewKey;
use super::code::about;
use crate::diagnostic::Edit;
use crate::matrix::Kind;
use crate::rule::repair::edit;
use crate::secret::Secret;
use crate::syntax::tree::{Node, Tree};
use crate::text::{SourceFile, Span};
use crate::value_type::ValueType;

/// What is written behind the name of a new entry.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) value: String,
    /// What is said about the key stands in the value itself.
    pub(super) tells_about: bool,
    /// The name that the file has to import, where it does not yet.
    pub(super) import: Option<Edit>,
}

/// A value in the words of the schema's last entry; `None` where that is of no library that is known.
pub(super) fn like(file: &SourceFile, tree: &Tree<'_>, last: Node<'_>, wanted: &NewKey) -> Option<Written> {
    let words = Words { file, wanted };
    let plain = |value: String| Written { value, tells_about: false, import: None };
    let head = last.text().split(['.', '(', '\r', '\n']).next().unwrap_or("").trim_end();
    if head == "z" {
        return Some(plain(words.zod()));
    }
    if matches!(head, "Joi" | "joi") && file.text.to_ascii_lowercase().contains("joi") {
        return Some(plain(words.joi(head)));
    }
    let (clause, from) = imports(tree).find(|(clause, from)| match from.as_str() {
        "valibot" => namespace(*clause) == Some(head),
        "envalid" => namespace(*clause) == Some(head) || imported(*clause).any(|name| name == head),
        _ => false,
    })?;
    if from == "valibot" {
        return words.valibot(head).map(plain);
    }
    let namespace = namespace(clause);
    let (name, value) = words.envalid();
    let (value, import) = match namespace.filter(|namespace| *namespace == head) {
        Some(namespace) => (format!("{namespace}.{value}"), None),
        None if imported(clause).any(|known| known == name) => (value, None),
        None => {
            let last = specifiers(clause).last()?;
            (value, Some(edit(file.id, (Span::at(last.span().end as usize), format!(", {name}")))))
        }
    };
    Some(Written { value, tells_about: true, import })
}

/// The imports of a file, each with the module it names.
fn imports<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = (Node<'t>, String)> {
    tree.root().named().filter(|node| node.kind() == "import_statement").filter_map(|import| {
        let from = import.field("source")?.string()?.value;
        let clause = import.named().find(|part| part.kind() == "import_clause")?;
        Some((clause, from))
    })
}

/// The name of a module as a whole: `* as v`, or what it exports by default.
fn namespace(clause: Node<'_>) -> Option<&str> {
    clause.named().find_map(|part| match part.kind() {
        "identifier" => Some(part.text()),
        "namespace_import" => part.named().next().map(Node::text),
        _ => None,
    })
}

fn specifiers(clause: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    clause
        .named()
        .filter(|part| part.kind() == "named_imports")
        .flat_map(Node::named)
        .filter(|part| part.kind() == "import_specifier")
}

/// The names that are imported and keep their names.
fn imported(clause: Node<'_>) -> impl Iterator<Item = &str> {
    specifiers(clause)
        .filter(|part| part.field("alias").is_none())
        .filter_map(|part| part.field("name").map(Node::text))
}

struct Words<'a> {
    file: &'a SourceFile,
    wanted: &'a NewKey,
}

impl Words<'_> {
    fn text(&self, text: &str) -> String {
        let own = &self.file.text;
        let quote = if own.matches('\'').count() > own.matches('"').count() { '\'' } else { '"' };
        let escaped = text.replace('\\', "\\\\").replace(quote, &format!("\\{quote}")).replace('\n', "\\n");
        format!("{quote}{escaped}{quote}")
    }

    fn default(&self) -> Option<&str> {
        let default = self.wanted.entry.default.as_ref().map(Secret::reveal);
        default.filter(|_| self.wanted.kind != Kind::Secret)
    }

    fn zod(&self) -> String {
        let (entry, default) = (&self.wanted.entry, self.default());
        let (kind, default) = match &entry.value_type {
            Some(ValueType::Int { .. }) => ("z.coerce.number().int()".to_owned(), default.map(str::to_owned)),
            Some(ValueType::Port) => {
                ("z.coerce.number().int().min(1).max(65535)".to_owned(), default.map(str::to_owned))
            }
            Some(ValueType::Float) => ("z.coerce.number()".to_owned(), default.map(str::to_owned)),
            // `z.coerce.boolean()` takes "false" for true.
            Some(ValueType::Bool) => (
                format!("z.enum([{}, {}])", self.text("true"), self.text("false")),
                default.map(|default| self.text(&default.to_ascii_lowercase())),
            ),
            Some(ValueType::Url { .. }) => {
                let kind = if self.file.text.contains("z.url(") { "z.url()" } else { "z.string().url()" };
                (kind.to_owned(), default.map(|default| self.text(default)))
            }
            _ if entry.is_required => {
                ("z.string().min(1)".to_owned(), default.map(|default| self.text(default)))
            }
            _ => ("z.string()".to_owned(), default.map(|default| self.text(default))),
        };
        match default {
            Some(default) => format!("{kind}.default({default})"),
            None if entry.is_required => kind,
            None => format!("{kind}.optional()"),
        }
    }

    /// A text of Joi refuses to be empty unless it is told otherwise.
    fn joi(&self, joi: &str) -> String {
        let (entry, default) = (&self.wanted.entry, self.default());
        let kind = match &entry.value_type {
            Some(ValueType::Int { .. }) => "number().integer()",
            Some(ValueType::Port) => "number().port()",
            Some(ValueType::Float) => "number()",
            Some(ValueType::Bool) => "boolean()",
            Some(ValueType::Url { .. }) => "string().uri()",
            _ if entry.is_required || default.is_some_and(|default| !default.is_empty()) => "string()",
            _ => "string().allow(\"\")",
        };
        let kind = if kind.ends_with("(\"\")") {
            format!("string().allow({})", self.text(""))
        } else {
            kind.to_owned()
        };
        match default {
            Some(default) if kind.starts_with("string") => {
                format!("{joi}.{kind}.default({})", self.text(default))
            }
            Some(default) => format!("{joi}.{kind}.default({})", default.to_ascii_lowercase()),
            None if entry.is_required => format!("{joi}.{kind}.required()"),
            None => format!("{joi}.{kind}"),
        }
    }

    /// What valibot takes a default for is a text like that of the variable. `None` for a pipe where the file is
    /// written for a release that has none.
    fn valibot(&self, v: &str) -> Option<String> {
        let number = format!("{v}.pipe({v}.string(), {v}.transform(Number), ");
        let mut default = self.default().map(str::to_owned);
        let kind = match &self.wanted.entry.value_type {
            Some(ValueType::Int { .. }) => format!("{number}{v}.integer())"),
            Some(ValueType::Port) => {
                format!("{number}{v}.integer(), {v}.minValue(1), {v}.maxValue(65535))")
            }
            Some(ValueType::Float) => format!("{number}{v}.number())"),
            Some(ValueType::Bool) => {
                default = default.map(|default| default.to_ascii_lowercase());
                format!("{v}.picklist([{}, {}])", self.text("true"), self.text("false"))
            }
            Some(ValueType::Url { .. }) => format!("{v}.pipe({v}.string(), {v}.url())"),
            _ => format!("{v}.string()"),
        };
        let is_before_pipes = self.file.text.contains(&format!("{v}.string(["));
        if is_before_pipes && kind.contains(".pipe(") {
            return None;
        }
        Some(match default {
            Some(default) => format!("{v}.optional({kind}, {})", self.text(&default)),
            None if self.wanted.entry.is_required => kind,
            None => format!("{v}.optional({kind})"),
        })
    }

    /// The validator and the whole value.
    fn envalid(&self) -> (&'static str, String) {
        let entry = &self.wanted.entry;
        let (name, is_text) = match &entry.value_type {
            Some(ValueType::Int { .. } | ValueType::Float) => ("num", false),
            Some(ValueType::Port) => ("port", false),
            Some(ValueType::Bool) => ("bool", false),
            Some(ValueType::Url { .. }) => ("url", true),
            _ => ("str", true),
        };
        let default = self.default().map(|default| match name {
            "bool" => {
                let is_true = matches!(default.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on");
                is_true.to_string()
            }
            _ if is_text => self.text(default),
            _ => default.to_owned(),
        });
        let default = match default {
            None if !entry.is_required => Some("undefined".to_owned()),
            default => default,
        };
        let mut options: Vec<String> = Vec::new();
        options.extend(default.map(|default| format!("default: {default}")));
        options.extend(about(self.wanted).map(|about| format!("desc: {}", self.text(&about))));
        let options =
            if options.is_empty() { String::new() } else { format!("{{ {} }}", options.join(", ")) };
        (name, format!("{name}({options})"))
    }
}
