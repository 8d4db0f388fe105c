//! `createEnv` of t3-env, whose schema has a half for the server and one for browsers.

use super::super::environment::is_environment;
use super::super::module::{callee, key_span, property};
use super::super::output::Output;
use super::list::List;
use super::{Input, Schemas};
use crate::fact::SchemaHalf;
use crate::syntax::tree::Node;
use crate::text::{Span, Spanned};

/// Where the fields of a half stand.
pub(super) struct Half {
    pub(super) half: SchemaHalf,
    pub(super) span: Span,
    pub(super) prefix: Option<Spanned<String>>,
    pub(super) list: Option<List>,
}

impl<'t> Schemas<'_, '_, 't> {
    /// `createEnv({ server, client, shared, runtimeEnv })` of t3-env.
    pub(super) fn halves(&mut self, call: Node<'t>, options: Node<'t>, output: &mut Output<'_>) {
        let module = self.module();
        let options = module.resolved(options);
        let part = |name: &str| property(options, name).map(|(_, value)| module.resolved(value));
        let runtime = part("runtimeEnv")
            .or_else(|| part("runtimeEnvStrict"))
            .or_else(|| part("experimental__runtimeEnv"));
        let relays = runtime.map(|runtime| self.relays(runtime)).unwrap_or_default();
        let is_whole = relays.is_empty() && runtime.is_none_or(|runtime| is_environment(module, runtime));
        let strict = ["runtimeEnvStrict", "runtimeEnv"].iter().find_map(|name| property(options, name));
        let browser = || property(options, "experimental__runtimeEnv");
        let is_skipped = part("skipValidation").is_some_and(|value| value.kind() == "true");
        let prefix = property(options, "clientPrefix").and_then(|(_, value)| value.string());
        let prefix = prefix.or_else(|| self.prefix_of_package(call));
        // Next's takes all else from the process, on the server.
        let is_by_list = strict.is_some() || browser().is_none();
        let name = self.name_around(call);
        for (half, word) in
            [(SchemaHalf::Server, "server"), (SchemaHalf::Client, "client"), (SchemaHalf::Shared, "shared")]
        {
            let Some((key, value)) = property(options, word) else { continue };
            // Without a list of its own, the server's half takes all that the process has.
            let list = strict.or_else(|| browser().filter(|_| half == SchemaHalf::Client));
            let list = list.and_then(|(key, list)| List::of(key, self.module().resolved(list)));
            let half = Half { half, span: key_span(key), prefix: prefix.clone(), list };
            let objects = self.pieces(value);
            let input = if is_whole {
                Input::environment()
            } else {
                let is_environment = half.half == SchemaHalf::Server && !is_by_list;
                Input { is_environment, relays: relays.clone(), ..Input::default() }
            };
            let settings = (!is_skipped).then_some(name.as_str());
            self.emit(settings, &objects, &input, Some((&half, is_skipped)), output);
        }
    }

    /// The prefix that the package which `call` is of asks of the names in `client`. Source: the types of those
    /// packages.
    fn prefix_of_package(&self, call: Node<'t>) -> Option<Spanned<String>> {
        let (_, function) = callee(call)?;
        let import = self.module().import(function.text())?;
        let prefix = match import.from {
            "@t3-oss/env-nextjs" => "NEXT_PUBLIC_",
            "@t3-oss/env-nuxt" => "NUXT_PUBLIC_",
            _ => return None,
        };
        Some(Spanned::new(prefix.to_owned(), import.at.span()))
    }
}
