//! A Go struct whose tags name variables gets a field.

use super::NewKey;
use super::code::about;
use super::go_layout::{Row, aligned};
use crate::diagnostic::Edit;
use crate::fact::SettingsClass;
use crate::matrix::Kind;
use crate::rule::repair::edit;
use crate::secret::Secret;
use crate::syntax::tree::{Language, Node, parse};
use crate::text::{SourceFile, Span, line_ending};
use crate::value_type::ValueType;

/// How a library writes down in a tag what a field reads.
///
/// Source: the documentation of the libraries.
#[derive(Clone, Copy)]
struct Notation {
    /// The path of the library ends with this, but for a number of its version.
    library: &'static str,
    /// What holds the name.
    name: &'static str,
    required: Said,
    default: Said,
    /// What holds the words about a field, where there is such a thing.
    about: Option<&'static str>,
}

/// Where something is said of a field.
#[derive(Clone, Copy)]
enum Said {
    /// In a tag of its own.
    Tag(&'static str),
    /// Behind the name, after a comma.
    Option(&'static str),
}

const KELSEY: &str = "kelseyhightower/envconfig";

const NOTATIONS: &[Notation] = &[
    Notation {
        library: "caarlos0/env",
        name: "env",
        required: Said::Option("required"),
        default: Said::Tag("envDefault"),
        about: None,
    },
    Notation {
        library: KELSEY,
        name: "envconfig",
        required: Said::Tag("required"),
        default: Said::Tag("default"),
        about: Some("desc"),
    },
    Notation {
        library: "sethvargo/go-envconfig",
        name: "env",
        required: Said::Option("required"),
        default: Said::Option("default"),
        about: None,
    },
    Notation {
        library: "cleanenv",
        name: "env",
        required: Said::Tag("env-required"),
        default: Said::Tag("env-default"),
        about: Some("env-description"),
    },
    Notation {
        library: "joeshaw/envdecode",
        name: "env",
        required: Said::Option("required"),
        default: Said::Option("default"),
        about: None,
    },
    Notation {
        library: "go-simpler.org/env",
        name: "env",
        required: Said::Option("required"),
        default: Said::Tag("default"),
        about: Some("usage"),
    },
];

/// Adds a field behind the last one that reads a variable, and keeps the columns of the fields around it.
pub(super) fn field(file: &SourceFile, class: &SettingsClass, wanted: &NewKey) -> Option<Vec<Edit>> {
    let tree = parse(Language::Go, &file.text)?;
    let notation = notation(tree.root())?;
    let spec = tree.walk().map(|step| step.node).find(|node| {
        node.kind() == "type_spec" && node.field("name").is_some_and(|name| name.span() == class.name.span)
    })?;
    let body = spec.field("type").filter(|body| body.kind() == "struct_type")?;
    let list = body.named().find(|part| part.kind() == "field_declaration_list")?;
    let fields: Vec<Node<'_>> = list.named().filter(|part| part.kind() == "field_declaration").collect();
    let position = fields.iter().rposition(|field| reads(*field, &notation))?;
    let model = *fields.get(position)?;
    let rows: Vec<Row<'_>> = fields.iter().filter_map(|field| Row::of(&file.text, *field)).collect();
    if rows.len() != fields.len() {
        return None;
    }
    let row = rows.get(position)?;
    let name = camel(wanted.entry.key.get(class.prefix.len()..)?);
    let is_taken = fields.iter().any(|field| field.fields("name").any(|other| other.text() == name));
    if is_taken || name.is_empty() {
        return None;
    }
    let in_tag =
        notation.about.filter(|about| model.field("tag").is_some_and(|tag| value(tag, about).is_some()));
    let comment = about(wanted).filter(|_| in_tag.is_none());
    let tag = tag(&notation, class, wanted, in_tag)?;
    let added = [name.as_str(), kind_of(wanted), &tag];
    let layout = aligned(&rows, position, &added, comment.is_some());
    let ending = line_ending(&file.text);
    let comment = comment.map(|about| format!("{ending}{}// {about}", row.indent)).unwrap_or_default();
    let line = format!("{comment}{ending}{}{}", row.indent, layout.added);
    let mut edits: Vec<Edit> = layout.moved.into_iter().map(|moved| edit(file.id, moved)).collect();
    edits.push(edit(file.id, (Span::at(row.end as usize), line)));
    Some(edits)
}

/// The notation of the one library that the file imports.
fn notation(root: Node<'_>) -> Option<Notation> {
    let paths: Vec<String> = root
        .walk()
        .map(|step| step.node)
        .filter(|node| node.kind() == "import_spec")
        .filter_map(|spec| Some(spec.field("path")?.string()?.value))
        .collect();
    let imported = |library: &str| {
        paths.iter().any(|path| {
            let at = path.find(library).map(|at| path.get(at + library.len()..).unwrap_or(""));
            at.is_some_and(|rest| rest.is_empty() || rest.starts_with("/v"))
        })
    };
    let mut known = NOTATIONS.iter().filter(|notation| imported(notation.library));
    let first = known.next()?;
    known.next().is_none().then_some(*first)
}

/// Whether a field reads a variable by itself.
fn reads(field: Node<'_>, notation: &Notation) -> bool {
    let Some(tag) = field.field("tag").filter(|tag| tag.text().starts_with('`')) else { return false };
    value(tag, notation.name).is_some_and(|name| !name.is_empty() && !name.starts_with([',', '-', '"']))
        || notation.library == KELSEY && value(tag, "split_words").is_some()
}

/// What follows upon `word:"` in a tag.
fn value<'t>(tag: Node<'t>, word: &str) -> Option<&'t str> {
    let mut words = tag.text().trim_matches('`').split_whitespace();
    words.find_map(|part| part.strip_prefix(word)?.strip_prefix(":\""))
}

/// The tag of the new field; `None` for a text that no tag can hold.
fn tag(
    notation: &Notation,
    class: &SettingsClass,
    wanted: &NewKey,
    about_in: Option<&str>,
) -> Option<String> {
    let entry = &wanted.entry;
    let mut name = entry.key.get(class.prefix.len()..)?.to_owned();
    let mut tags = Vec::new();
    let default = entry.default.as_ref().map(Secret::reveal).filter(|_| wanted.kind != Kind::Secret);
    if let Some(default) = default {
        match notation.default {
            Said::Tag(word) => tags.push(format!("{word}:{}", quoted(default)?)),
            // A default goes on to the end of the tag, but a dollar sign is taken for a reference.
            Said::Option(word) if !default.contains(['"', '\\', '`', '\n', '$', ',']) => {
                name.push_str(&format!(",{word}={default}"));
            }
            Said::Option(_) => return None,
        }
    } else if entry.is_required {
        match notation.required {
            Said::Tag(word) => tags.push(format!("{word}:\"true\"")),
            Said::Option(word) => name.push_str(&format!(",{word}")),
        }
    }
    if let (Some(word), Some(about)) = (about_in, about(wanted)) {
        tags.push(format!("{word}:{}", quoted(&about)?));
    }
    tags.insert(0, format!("{}:\"{name}\"", notation.name));
    Some(format!("`{}`", tags.join(" ")))
}

/// A text as the value of a tag stands; `None` for one that no literal between backquotes holds.
fn quoted(text: &str) -> Option<String> {
    (!text.contains(['`', '\r', '\n']))
        .then(|| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn kind_of(wanted: &NewKey) -> &'static str {
    match &wanted.entry.value_type {
        Some(ValueType::Int { .. } | ValueType::Port) => "int",
        Some(ValueType::Float) => "float64",
        Some(ValueType::Bool) => "bool",
        _ => "string",
    }
}

/// Words that Go writes in capitals as a whole.
///
/// Source: `commonInitialisms` of golint.
const INITIALISMS: &[&str] = &[
    "ACL", "API", "ASCII", "CPU", "CSS", "DNS", "EOF", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON",
    "LHS", "QPS", "RAM", "RHS", "RPC", "SLA", "SMTP", "SQL", "SSH", "TCP", "TLS", "TTL", "UDP", "UI", "UID",
    "UUID", "URI", "URL", "UTF8", "VM", "XML", "XMPP", "XSRF", "XSS",
];

/// `API_BASE_PATH` as `APIBasePath`.
pub(super) fn camel(key: &str) -> String {
    let word = |word: &str| {
        if INITIALISMS.contains(&word) {
            return word.to_owned();
        }
        let mut chars = word.chars();
        let first = chars.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(chars.map(|c| c.to_ascii_lowercase())).collect()
    };
    key.split('_').map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::{camel, quoted};

    #[test]
    fn names_of_fields() {
        assert_eq!(camel("PAGE_SIZE"), "PageSize");
        assert_eq!(camel("API_BASE_URL"), "APIBaseURL");
        assert_eq!(camel("S3_BUCKET_ID"), "S3BucketID");
    }

    #[test]
    fn values_of_tags() {
        assert_eq!(quoted(r#"a "b" \"#).as_deref(), Some(r#""a \"b\" \\""#));
        assert_eq!(quoted("`"), None);
    }
}
