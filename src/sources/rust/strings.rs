//! What strings say by themselves: names of keys, and instructions to Cargo.

use super::Reading;
use super::call::{is_key, is_upper_snake};
use super::source::Source;
use super::token::Kind;
use crate::text::{Span, Spanned};

/// How a build script tells Cargo to set a variable for the compiler.
///
/// Source: the Cargo book, "Build scripts", `cargo::rustc-env`; one colon is the older form.
const SETS: &[&str] = &["cargo::rustc-env=", "cargo:rustc-env="];

/// Notes the names in all strings: a constant here may be read elsewhere.
pub(super) fn read(source: &Source<'_>, reading: &mut Reading) {
    for at in 0..source.tokens.len() {
        let Some(Kind::Str { inside, .. }) = source.tokens.get(at).map(|token| token.kind) else { continue };
        let Some(text) = source.tokens.string(at) else { continue };
        if is_upper_snake(&text.value) {
            reading.mention(&text);
        } else if let Some((prefix, rest)) =
            SETS.iter().find_map(|prefix| Some((prefix, text.value.strip_prefix(prefix)?)))
            && let Some((name, _)) = rest.split_once('=')
            && is_key(name)
        {
            let start = inside.start as usize + prefix.len();
            reading.set_for_compiler(&Spanned::new(name.to_owned(), Span::new(start, start + name.len())));
        }
    }
}
