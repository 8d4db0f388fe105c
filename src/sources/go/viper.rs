//! viper: bound variables, and those that its keys stand for.
//!
//! Source: the documentation of viper, "Working with Environment Variables".

use super::literal::value;
use super::name::{Name, names};
use super::source::{Source, arguments};
use crate::fact::{Hidden, Need, Read};
use crate::sources::gather::Gather;
use crate::syntax::tree::Node;
use crate::text::Spanned;

/// How the file has told viper to make names of variables.
#[derive(Default)]
struct Naming {
    prefix: String,
    replaces: Vec<(String, String)>,
    /// Where `AutomaticEnv` is called.
    automatic: Option<crate::text::Span>,
}

impl Naming {
    /// The variable that stands for a key.
    fn variable(&self, key: &str) -> String {
        let mut name = if self.prefix.is_empty() { key.to_owned() } else { format!("{}_{key}", self.prefix) };
        name.make_ascii_uppercase();
        for (from, to) in &self.replaces {
            name = name.replace(from.as_str(), to);
        }
        name
    }
}

/// Adds what viper reads as this file tells it.
pub(super) fn read<'t>(source: &Source<'t>, gather: &mut Gather<'_>) {
    if !source.imports("spf13/viper") {
        return;
    }
    let calls: Vec<(&str, Node<'t>)> =
        source.all("call_expression").filter_map(|call| method(call)).collect();
    let mut naming = Naming::default();
    for (name, call) in &calls {
        match *name {
            "SetEnvPrefix" => {
                naming.prefix = text(source, *call, 0).map(|text| text.value).unwrap_or_default()
            }
            "SetEnvKeyReplacer" => naming.replaces = replaced(*call),
            "AutomaticEnv" => naming.automatic = Some(call.span()),
            _ => {}
        }
    }
    for (name, call) in &calls {
        match *name {
            "BindEnv" | "MustBindEnv" => bound(source, *call, &naming, gather),
            "SetDefault" if naming.automatic.is_some() => {
                let Some(key) = text(source, *call, 0) else { continue };
                let default = arguments(*call).get(1).map(|default| value(source, *default));
                let need = match default {
                    Some(default) if !default.is_empty() => Need::Default(default),
                    _ => Need::Optional,
                };
                read_key(&naming, key, need, gather);
            }
            _ if name.starts_with("Get") && naming.automatic.is_some() => {
                let has_default = |key: &str| {
                    calls.iter().any(|(name, call)| {
                        *name == "SetDefault" && text(source, *call, 0).is_some_and(|text| text.value == key)
                    })
                };
                if let Some(key) = text(source, *call, 0).filter(|key| !has_default(&key.value)) {
                    read_key(&naming, key, Need::Optional, gather);
                }
            }
            _ => {}
        }
    }
    if let Some(span) = naming.automatic {
        let reason = "viper makes the names of variables from its keys";
        let hides = match naming.prefix.as_str() {
            "" => Hidden::Reads,
            prefix => Hidden::ReadsWithPrefix(format!("{}_", prefix.to_ascii_uppercase())),
        };
        gather.gap(span, hides, reason);
    }
}

/// The name of a method of viper or of one of its instances.
fn method(call: Node<'_>) -> Option<(&str, Node<'_>)> {
    let function = call.field("function").filter(|function| function.kind() == "selector_expression")?;
    let name = function.field("field")?.text();
    let receiver = function.field("operand")?.text();
    let last = receiver.rsplit('.').next().unwrap_or(receiver).to_ascii_lowercase();
    let is_viper = matches!(last.as_str(), "v" | "vip" | "vp") || last.contains("viper");
    let is_telling = matches!(name, "BindEnv" | "SetEnvPrefix" | "AutomaticEnv" | "SetEnvKeyReplacer");
    (is_viper || is_telling).then_some((name, call))
}

fn text<'t>(source: &Source<'t>, call: Node<'t>, position: usize) -> Option<Spanned<String>> {
    match names(source, *arguments(call).get(position)?).as_slice() {
        [Name::Written(text)] => Some(text.clone()),
        _ => None,
    }
}

/// The pairs of `strings.NewReplacer(".", "_")`.
fn replaced(call: Node<'_>) -> Vec<(String, String)> {
    let Some(replacer) = arguments(call).first().copied().filter(|one| one.kind() == "call_expression")
    else {
        return Vec::new();
    };
    let texts: Vec<String> =
        arguments(replacer).into_iter().filter_map(|one| Some(one.string()?.value)).collect();
    texts.chunks_exact(2).filter_map(|pair| Some((pair.first()?.clone(), pair.get(1)?.clone()))).collect()
}

fn bound<'t>(source: &Source<'t>, call: Node<'t>, naming: &Naming, gather: &mut Gather<'_>) {
    let given = arguments(call);
    let variables = given.get(1..).unwrap_or_default();
    if variables.is_empty() {
        match text(source, call, 0) {
            Some(key) => read_key(naming, key, Need::Optional, gather),
            None => gather.computed(&naming.variable(""), call.span()),
        }
    }
    for variable in variables {
        for name in names(source, *variable) {
            match name {
                Name::Written(name) => gather.read(&name, Read::with_need(Need::Optional)),
                Name::Prefixed(prefix) => gather.computed(&prefix, variable.span()),
                Name::Given(given) => gather.computed(&given.before, variable.span()),
                Name::Elsewhere => {}
            }
        }
    }
}

fn read_key(naming: &Naming, mut key: Spanned<String>, need: Need, gather: &mut Gather<'_>) {
    key.value = naming.variable(&key.value);
    gather.read(&key, Read::with_need(need));
}
