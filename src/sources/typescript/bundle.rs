//! What bundlers write into the code they build, by their own configuration.

use super::module::{Module, is_function, key_span, key_text, pairs, property};
use super::output::Output;
use super::process::keys_behind;
use crate::fact::Inlined;
use crate::syntax::tree::Node;
use crate::text::{Spanned, TreePath};

/// Settings of a Next.js configuration that end up in every page and script. Source: the documentation of Next.js,
/// "basePath" and "assetPrefix".
const SETTINGS: &[(&str, &str)] = &[
    ("assetPrefix", "`assetPrefix` of the Next.js configuration"),
    ("basePath", "`basePath` of the Next.js configuration"),
];

/// Adds `env:` of a Next.js configuration and `define:` of one of Vite.
pub(super) fn read<'t>(module: &Module<'t>, path: &TreePath, output: &mut Output<'_>) {
    let Some((setting, by)) = setting(path) else { return };
    for node in module.nodes().filter(|node| node.kind() == "object" && is_top(module, *node)) {
        for &(name, by) in SETTINGS.iter().filter(|_| setting == "env") {
            let Some((key, value)) = property(node, name) else { continue };
            let keys = keys_behind(module, value);
            let keys: Vec<_> = keys.into_iter().map(|(key, span)| Spanned::new(key, span)).collect();
            if !keys.is_empty() {
                let name = Spanned::new(name.to_owned(), key_span(key));
                output.script.inlined.push(Inlined { name, by, keys, is_setting: true });
            }
        }
        let Some((_, value)) = property(node, setting) else { continue };
        let object = module.resolved(value);
        let short = object.named().filter(|part| part.kind() == "shorthand_property_identifier");
        for (key, value) in pairs(object).into_iter().chain(short.map(|name| (name, name))) {
            let Some(text) = key_text(key) else { continue };
            let keys = keys_behind(module, value);
            let keys: Vec<_> = keys.into_iter().map(|(key, span)| Spanned::new(key, span)).collect();
            let name = Spanned::new(text, key_span(key));
            output.script.inlined.push(Inlined { name, by, keys, is_setting: false });
        }
    }
}

/// The setting by which a bundler's configuration replaces names by values, and what to call it.
fn setting(path: &TreePath) -> Option<(&'static str, &'static str)> {
    let name = path.name();
    if name.starts_with("next.config.") {
        Some(("env", "`env` of the Next.js configuration"))
    } else if name.starts_with("vite.config.") || name.starts_with("astro.config.") {
        Some(("define", "`define` of the Vite configuration"))
    } else {
        None
    }
}

/// Whether a file may be the configuration of a bundler that replaces names by values.
pub(super) fn may_replace(path: &TreePath, text: &str) -> bool {
    setting(path).is_some_and(|(setting, _)| text.contains(setting))
}

/// Whether an object is a configuration itself, not a part of one.
fn is_top<'t>(module: &Module<'t>, object: Node<'t>) -> bool {
    module
        .ancestors(object)
        .take_while(|(above, ..)| !is_function(above.kind()))
        .all(|(above, ..)| !matches!(above.kind(), "object" | "array"))
}
