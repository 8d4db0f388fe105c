//! Keys that code for browsers asks for, though no bundler puts them there.

use std::collections::BTreeSet;

use super::environment::{Access, Site, sites};
use super::flow::is_nothing;
use super::name::{is_capital, names_of};
use super::output::Output;
use super::place::Inlining;
use super::process::{Reader, use_of};
use super::script::front_matter;
use crate::fact::{Bundler, Phase, Runs, Unreplaced};
use crate::key::{KeyName, is_tool_key, public_prefix};
use crate::syntax::tree::Node;
use crate::text::{SourceFile, Span, Spanned, TreePath};

/// What a file says that tells by itself whether a server runs it.
const TELLS_SERVER: &[&str] = &[
    "typeof window",
    "typeof document",
    "isServer",
    "IS_SERVER",
    "NEXT_RUNTIME",
    "import.meta.env.SSR",
    "isBrowser",
];

/// Names that bundlers know without a prefix. Sources: the documentation of Vite, "Env Variables and Modes", of
/// Astro, "Using environment variables", and of Next.js, "Environment Variables".
const KNOWN: &[&str] = &[
    "MODE",
    "BASE_URL",
    "PROD",
    "DEV",
    "SSR",
    "NODE_ENV",
    "TURBOPACK",
    "FAST_REFRESH",
    "SITE",
    "ASSETS_PREFIX",
];

/// Adds what the file asks for in a browser in vain.
pub(super) fn read(reader: &Reader<'_, '_>, file: &SourceFile, output: &mut Output<'_>) {
    if output.phase != Phase::Run || TELLS_SERVER.iter().any(|word| file.text.contains(word)) {
        return;
    }
    let path = &file.path;
    if is_for_both(path) {
        private_imports(reader, output);
    }
    let is_client = reader.reach.is_client;
    let is_page = is_page(path);
    let is_component = [".vue", ".svelte", ".tsx", ".jsx"].iter().any(|ending| path.name().ends_with(ending));
    // Outside of its front matter, the code of an Astro component is that of scripts for the browser.
    let scripts =
        path.name().ends_with(".astro").then(|| front_matter(&file.text).map_or(0, |front| front.end));
    let is_server = output.script.runs == Runs::Server && scripts.is_none();
    if is_server || !is_client && !is_page && !is_component && scripts.is_none() {
        return;
    }
    let mut told = BTreeSet::new();
    for site in reader.module.nodes().flat_map(|node| sites(reader.module, node)) {
        let is_in_script = scripts.is_some_and(|start| site.whole.span().range().start >= start);
        let by = match site.inlining {
            Inlining::Always if is_in_script => Bundler::Astro,
            _ if scripts.is_some() => continue,
            Inlining::IfPublic if is_client || is_page && is_in_component(reader, site.whole) => {
                Bundler::Next
            }
            Inlining::IfPublic if is_component => Bundler::ReactScripts,
            Inlining::Always if is_component => Bundler::Vite,
            _ => continue,
        };
        let Some((key, span)) = wanted(reader, &site) else { continue };
        if told.insert(key.clone()) {
            let has_default = !is_nothing(&use_of(reader, &site).fall);
            output.script.unreplaced.push(Unreplaced { key: Spanned::new(key, span), by, has_default });
        }
    }
}

/// The key that a site takes, if only its name would put it into a bundle and does not.
fn wanted<'t>(reader: &Reader<'_, 't>, site: &Site<'t>) -> Option<(KeyName, Span)> {
    let patterns = names_of(reader.module, &site.name);
    let ([pattern], Access::Get(_)) = (patterns.as_slice(), site.access) else { return None };
    let name = pattern.known().filter(|name| is_capital(name))?;
    let is_given = public_prefix(&name).is_some() || is_tool_key(&name) || KNOWN.contains(&name.as_str());
    (!is_given).then(|| (KeyName::new(&name), pattern.span))
}

/// Whether the file is a page of the older router of Next.js.
fn is_page(path: &TreePath) -> bool {
    let name = path.name();
    let mut parts = path.folder().parts().map(str::to_owned).collect::<Vec<_>>().into_iter();
    parts.any(|part| part == "pages")
        && parts.next().is_none_or(|part| part != "api")
        && !name.starts_with("_document.")
        && [".tsx", ".jsx", ".js"].iter().any(|ending| name.ends_with(ending))
}

/// Whether the code stands in the component that a page exports, in its declaration or by its name; what fetches its
/// data runs on the server only.
fn is_in_component<'t>(reader: &Reader<'_, 't>, node: Node<'t>) -> bool {
    let above: Vec<Node<'t>> = reader.module.ancestors(node).map(|(above, ..)| above).collect();
    let mut exports = above.iter().filter(|above| above.kind() == "export_statement");
    if exports.any(|above| above.text().starts_with("export default function")) {
        return true;
    }
    // The outermost: what is declared at the top of the module.
    let declared = above.iter().rev().find_map(|above| match above.kind() {
        "function_declaration" => above.field("name"),
        "variable_declarator" => {
            let is_function = above.field("value").is_some_and(|value| value.kind() == "arrow_function");
            above.field("name").filter(|_| is_function)
        }
        _ => None,
    });
    declared.is_some_and(|name| is_default_export(reader, name.text()))
}

/// Whether the module exports something of this name by default, as it is or wrapped: `export default withAuth(Page)`.
fn is_default_export(reader: &Reader<'_, '_>, name: &str) -> bool {
    let exports = reader.module.nodes().filter(|node| node.kind() == "export_statement");
    let mut defaults = exports.filter_map(|node| node.text().strip_prefix("export default "));
    defaults.any(|exported| {
        let exported = exported.trim_end().trim_end_matches(';');
        exported.len() < LONGEST_EXPORT
            && exported.split(|c: char| c != '_' && c != '$' && !c.is_alphanumeric()).any(|word| word == name)
    })
}

/// A longer default export, in bytes, is a declaration itself and no name in wrappers.
const LONGEST_EXPORT: usize = 200;

/// Whether SvelteKit runs the file on the server and in the browser.
fn is_for_both(path: &TreePath) -> bool {
    let name = path.name();
    name.ends_with(".svelte") || ["+page.ts", "+page.js", "+layout.ts", "+layout.js"].contains(&name)
}

/// `import { K } from "$env/static/private"`, and what is taken of `env` of `$env/dynamic/private`.
fn private_imports(reader: &Reader<'_, '_>, output: &mut Output<'_>) {
    for (_, import) in reader.module.imports() {
        if matches!(import.from, "$env/static/private" | "$env/dynamic/private") {
            let key = Spanned::new(KeyName::new(import.name), import.at.span());
            output.script.unreplaced.push(Unreplaced { key, by: Bundler::SvelteKit, has_default: false });
        }
    }
}
