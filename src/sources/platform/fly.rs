//! What `fly.toml` says of the image: `[build]`, and the port that the proxy asks.

use toml::de::{DeTable, DeValue};

use super::Reader;
use super::tables::on_characters;
use crate::fact::CommandBuild;
use crate::text::{Span, Spanned};

/// Notes what `fly deploy` builds, unless another builder or an image is named.
pub(super) fn builds(reader: &mut Reader<'_>) {
    let text = &reader.file.text;
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return;
    }
    let build = match table.get_ref().get("build").map(toml::Spanned::get_ref) {
        Some(DeValue::Table(build)) => Some(build),
        _ => None,
    };
    let has = |field: &str| build.is_some_and(|build| build.get(field).is_some());
    if ["image", "builder", "buildpacks", "builtin"].iter().any(|field| has(field)) {
        return;
    }
    let spanned = |field: &str| match build?.get(field) {
        Some(value) => match value.get_ref() {
            DeValue::String(path) => Some(Spanned::new(path.to_string(), on_characters(text, value.span()))),
            _ => None,
        },
        None => None,
    };
    let args = match build.and_then(|build| build.get("args")).map(toml::Spanned::get_ref) {
        Some(DeValue::Table(args)) => args
            .iter()
            .map(|(name, _)| Spanned::new(name.get_ref().to_string(), on_characters(text, name.span())))
            .filter(|name| text.get(name.span.range()) == Some(name.as_str()))
            .collect(),
        _ => Vec::new(),
    };
    let target = spanned("build-target").map(|target| target.to_ascii_lowercase());
    let asked_port = match table.get_ref().get("http_service").map(toml::Spanned::get_ref) {
        Some(DeValue::Table(service)) => service.get("internal_port").and_then(|port| match port.get_ref() {
            DeValue::Integer(number) => {
                Some(Spanned::new(number.as_str().parse().ok()?, on_characters(text, port.span())))
            }
            _ => None,
        }),
        _ => None,
    };
    let context = Spanned::new(".".to_owned(), Span::at(0));
    let file = spanned("dockerfile");
    let build = CommandBuild { context, file, args, target, asked_port, ..CommandBuild::default() };
    reader.script.builds.push(build);
}
