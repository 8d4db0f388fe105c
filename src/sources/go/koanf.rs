//! koanf: it takes all variables that begin as its provider is told.
//!
//! Source: the documentation of koanf, "Reading environment variables", of both versions of the provider.

use super::source::Source;
use crate::fact::Hidden;
use crate::sources::gather::Gather;

/// Adds what koanf's providers of variables hide: `env.Provider("APP_", ".", ..)` and
/// `env.Provider(".", env.Opt{Prefix: "APP_"})`.
pub(super) fn read(source: &Source<'_>, gather: &mut Gather<'_>) {
    if !source.imports("knadh/koanf") {
        return;
    }
    for call in source.all("call_expression") {
        let function = call.field("function").map_or("", |function| function.text());
        let is_provider = matches!(function, "env.Provider" | "env.ProviderWithValue");
        let Some(arguments) = call.field("arguments").filter(|_| is_provider) else { continue };
        let texts = arguments.walk().filter_map(|step| step.node.string());
        let is_prefix = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
        let prefix = texts.take(8).find(|text| is_prefix(&text.value));
        let hides = prefix.map_or(Hidden::Reads, |prefix| Hidden::ReadsWithPrefix(prefix.value));
        gather.gap(call.span(), hides, "koanf makes its keys of the names of variables");
    }
}
