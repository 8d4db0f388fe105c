//! The search for what makes a file of code worth parsing.

use std::sync::LazyLock;

use super::super::signs::{Guarded, Words, any_of};

/// Without one of these or a call that [`CALLS`] knows, a file reads no variable in a way that is understood here.
const SIGNS: &[&str] = &[
    "process.env",
    "process?.env",
    "import.meta.env",
    "Bun.env",
    "Deno.env",
    "createEnv(",
    "cleanEnv(",
    "parseEnv(",
    "loadEnv(",
    "createEnv }",
    "createEnv,",
    "createEnv as",
    "$env/",
    "ProcessEnv",
    "ImportMetaEnv",
    "\"env-var\"",
    "'env-var'",
    "envField",
    "runtimeConfig",
    "convict(",
    "Env.create(",
    "Env.rules(",
    "\"arktype\"",
    "'arktype'",
    "arkenv",
    "fastify/env",
    "fastify-env",
    "env-schema",
    "envsafe(",
    "getSecret(",
    "Config.literal(",
];

static ANY_SIGN: LazyLock<Words> = LazyLock::new(|| any_of(SIGNS));

/// Calls of functions that by their names read a variable. Repetitions have
/// no bound: one makes a pattern slow to compile, and no search faster.
static CALLS: LazyLock<[Guarded; 5]> = LazyLock::new(|| {
    [
        Guarded::behind(
            calls_with_a_name,
            concat!(
                // Signs of ASCII only: others force the search to its slow way, and take long to build.
                r#"(?:(?:[eE]nv|ENV|required?|optional)[0-9A-Za-z_]*|(?:[eE]nv|[cC]onfig|[sS]ervice)[?!)]{0,2}\.get|getOrThrow|Config\.[0-9A-Za-z]+)"#,
                r#"(?:<[\t -=?-~]*>)?\([ \t\r\n]*["'`][A-Z][A-Z0-9_]{2,}["'`]"#,
            ),
        ),
        // `const { env } = process`, and the environment as a module of its own.
        Guarded::new(
            "= process|/environment",
            r#"= process(?:[^0-9A-Za-z_.(\[]|$)|/environment(?:\.[a-z]{2,3})?["'`]"#,
        ),
        Guarded::new(
            r"process(?:\.js)?[\x22']",
            r#"[{,][ \t\r\n]*env[ \t\r\n,}][^;"']*from[ \t\r\n]{0,8}["'](?:node:)?process["']"#,
        ),
        Guarded::new("class-validator", r"class [0-9A-Za-z_]*Env|plainTo(?:Instance|Class)\("),
        Guarded::new("typebox", r"Object\([ \t\r\n]*\{[ \t\r\n]*[A-Z][A-Z0-9]*_?[A-Z0-9_]*:"),
    ]
});

/// Fields of schemas whose names are keys: `A_KEY: z.string()`.
static FIELDS: LazyLock<Guarded> = LazyLock::new(|| {
    Guarded::behind(
        has_fields_of_schemas,
        r"[A-Z][A-Z0-9]*_[A-Z0-9_]+:[ \t\r\n]*(?:z|v|zod|Joi|joi|yup|Yup)[ \t\r\n?!]*\.",
    )
});

/// What stands behind each `sign` of a text, and the blanks after it; never empty.
fn behind_each(text: &str, sign: u8) -> impl Iterator<Item = &[u8]> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(sign, bytes).filter_map(|at| {
        let mut from = at + 1;
        while matches!(bytes.get(from)?, b' ' | b'\t' | b'\r' | b'\n') {
            from += 1;
        }
        bytes.get(from..)
    })
}

/// Whether something is called with a text in capitals: `f("A_KEY"`.
fn calls_with_a_name(text: &str) -> bool {
    let is_of_name = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    behind_each(text, b'(').any(|given| {
        matches!(given, [b'"' | b'\'' | b'`', b'A'..=b'Z', second, third, ..]
            if is_of_name(second) && is_of_name(third))
    })
}

/// Whether a property is made by a library of schemas: `A_KEY: z.string()`.
fn has_fields_of_schemas(text: &str) -> bool {
    behind_each(text, b':').any(|value| {
        matches!(value.first(), Some(b'z' | b'v' | b'J' | b'j' | b'y' | b'Y'))
            && ["z", "v", "zod", "Joi", "joi", "yup", "Yup"].iter().any(|library| {
                let rest = value.strip_prefix(library.as_bytes());
                rest.is_some_and(|rest| {
                    let glue = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'?' | b'!');
                    rest.get(rest.iter().take_while(glue).count()) == Some(&b'.')
                })
            })
    })
}

/// Whether a text may read or set a variable.
pub(super) fn stands_in(text: &str) -> bool {
    ANY_SIGN.stand_in(text) || has_fields(text) || CALLS.iter().any(|call| call.is_match(text))
}

/// Whether a text has fields of a schema whose names are keys.
pub(super) fn has_fields(text: &str) -> bool {
    FIELDS.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::stands_in;

    #[test]
    fn fields_of_schemas_are_signs() {
        for yes in ["{ A_KEY: z.string() }", "{ A_KEY: Joi?.boolean() }", "{ A_KEY:\n  yup\n    .string() }"]
        {
            assert!(stands_in(yes), "{yes}");
        }
        for no in ["{ A_KEY: zone.string() }", "{ name: z.string() }", "{ A_KEY: z }", "f(\"AB\")"] {
            assert!(!stands_in(no), "{no}");
        }
    }
}
