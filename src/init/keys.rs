//! `keys:` of the matrix.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Writer;
use super::yaml::{list, one_or_more, scalar};
use crate::matrix::{KeySpec, Kind, Matrix, Required};
use crate::secret::is_plainly_public;
use crate::value_type::ValueType;

/// A line holds this much, in characters, before an entry is spread over several.
const WIDTH: usize = 110;

const HEAD: &str = "
# What can be said about a key:
#
#   kind      config    plain configuration, read while the service runs; this is the default
#             secret    comes from a store, and never stands in a file
#             public    baked into what browsers download, when the image is built
#             build     read while the image is built
#             platform  taken by an image, by compose or by a tool, and read by no code here
#   service   who uses it; all services, if nothing is said
#   type      string, int, float, bool, port, url, duration, list, json, or more closely:
#             { one_of: [a, b] }, { int: { min: 1 } }, { url: [https] }, { pattern: '...' }
#   required  where it must be set: all, deployed (preview, staging, production), or [production, ...]
#   default   what the code takes where nothing is set
#   aliases   other names that the code accepts
#   about     what it is for
";

pub(super) fn write(writer: &Writer<'_>, matrix: &Matrix, out: &mut String) {
    out.push_str(HEAD);
    if matrix.keys.is_empty() {
        out.push_str("#\n# No code that envcheck can read reads any key, so none is listed.\n#\n# keys:\n");
        out.push_str("#   DATABASE_URL: { kind: secret, required: deployed, about: Where the data is. }\n");
        return;
    }
    out.push_str("keys:\n");
    let mut groups: BTreeMap<(u8, Vec<&str>), Vec<&KeySpec>> = BTreeMap::new();
    for spec in matrix.keys.values() {
        let services: Vec<&str> = spec.services.iter().map(|name| name.value.as_str()).collect();
        let rank = match (spec.kind.value, services.len()) {
            (Kind::Platform, _) => 3,
            (_, 0) => 2,
            (_, 1) => 0,
            _ => 1,
        };
        groups.entry((rank, services)).or_default().push(spec);
    }
    let has_headings = groups.len() > 1;
    for (position, ((rank, services), specs)) in groups.iter().enumerate() {
        if has_headings {
            let names: Vec<String> = services.iter().map(|name| scalar(name)).collect();
            let heading = match rank {
                3 => "taken by compose, images and tools".to_owned(),
                2 => "all services".to_owned(),
                _ => names.join(", "),
            };
            let gap = if position > 0 { "\n" } else { "" };
            let _ = writeln!(out, "{gap}  # {heading}");
        }
        for spec in specs {
            write_key(writer, spec, out);
        }
    }
}

fn write_key(writer: &Writer<'_>, spec: &KeySpec, out: &mut String) {
    let name = scalar(&spec.name.value);
    let from = writer.from(spec.name.at);
    let entries = entries(spec);
    let fields: Vec<String> = entries.iter().map(|(word, value)| format!("{word}: {value}")).collect();
    let line = format!("  {name}: {{ {} }}", fields.join(", "));
    if entries.is_empty() {
        let _ = writeln!(out, "  {name}: {{}}{from}");
    } else if line.chars().count() <= WIDTH {
        let _ = writeln!(out, "{line}{from}");
    } else {
        let _ = writeln!(out, "  {name}:{from}");
        for field in fields {
            let _ = writeln!(out, "    {field}");
        }
    }
}

/// What is said about a key, in the order in which the head of the file explains it.
fn entries(spec: &KeySpec) -> Vec<(&'static str, String)> {
    let mut entries = Vec::new();
    let kind = match spec.kind.value {
        Kind::Config => None,
        Kind::Secret => Some("secret"),
        Kind::Public => Some("public"),
        Kind::Build => Some("build"),
        Kind::Platform => Some("platform"),
    };
    entries.extend(kind.map(|kind| ("kind", kind.to_owned())));
    if !spec.services.is_empty() {
        let word = if spec.services.len() == 1 { "service" } else { "services" };
        entries.push((word, one_or_more(spec.services.iter().map(|name| name.value.as_str()))));
    }
    entries.extend(spec.value_type.as_ref().map(|said| ("type", value_type(&said.value))));
    let required = match &spec.required.value {
        Required::Never => None,
        Required::All => Some("all".to_owned()),
        Required::Deployed => Some("deployed".to_owned()),
        Required::In(names) => Some(list(names.iter().map(|name| name.value.as_str()))),
    };
    entries.extend(required.map(|required| ("required", required)));
    // Whatever the guess says: a value that might be secret is never written down.
    if let Some(default) = &spec.default
        && spec.kind.value != Kind::Secret
        && !crate::key::is_secret_name(&spec.name.value)
        && is_plainly_public(default.reveal())
    {
        entries.push(("default", scalar(default.reveal())));
    }
    if !spec.aliases.is_empty() {
        entries.push(("aliases", list(spec.aliases.iter().map(|alias| alias.value.as_str()))));
    }
    entries.extend(spec.about.as_ref().map(|about| ("about", scalar(about))));
    entries
}

fn value_type(value_type: &ValueType) -> String {
    match value_type {
        ValueType::String => "string".to_owned(),
        ValueType::Int { min: None, max: None } => "int".to_owned(),
        ValueType::Int { min, max } => {
            let bound = |word: &str, bound: &Option<i64>| bound.map(|bound| format!("{word}: {bound}"));
            let bounds: Vec<String> = [bound("min", min), bound("max", max)].into_iter().flatten().collect();
            format!("{{ int: {{ {} }} }}", bounds.join(", "))
        }
        ValueType::Float => "float".to_owned(),
        ValueType::Bool => "bool".to_owned(),
        ValueType::Port => "port".to_owned(),
        ValueType::Url { schemes } if schemes.is_empty() => "url".to_owned(),
        ValueType::Url { schemes } => format!("{{ url: {} }}", list(schemes.iter().map(String::as_str))),
        ValueType::OneOf(words) => format!("{{ one_of: {} }}", list(words.iter().map(String::as_str))),
        ValueType::Pattern(pattern) => format!("{{ pattern: {} }}", scalar(pattern)),
        ValueType::Duration => "duration".to_owned(),
        ValueType::Json => "json".to_owned(),
        ValueType::List { separator, item } if separator == "," && **item == ValueType::String => {
            "list".to_owned()
        }
        ValueType::List { separator, item } => {
            format!("{{ list: {{ separator: {}, item: {} }} }}", scalar(separator), self::value_type(item))
        }
    }
}
