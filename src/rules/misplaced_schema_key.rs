//! `misplaced-schema-key`

use crate::fact::{SchemaHalf, SchemaKey};
use crate::index::Index;
use crate::key::public_prefix;
use crate::rule::Reporter;
use crate::text::Location;

crate::declare_rule! {
    /// Reports a public key in the server half of an env schema, or a key without the public prefix in its client half.
    ///
    /// Schemas with halves are those of t3-env: `createEnv({ server, client, shared })`. The prefix is the schema's
    /// own `clientPrefix`, else the one that the name says (`NEXT_PUBLIC_`, `VITE_` ...).
    ///
    /// ## Why it matters
    ///
    /// The prefix decides what browsers get, not the half. A public key among those of the server is published all
    /// the same, and code in the browser that asks for it through the schema fails. A key without the prefix in the
    /// client half never reaches the browser.
    ///
    /// ## Example
    ///
    /// `env.ts`
    /// ```ts
    /// import { createEnv } from "@t3-oss/env-nextjs";
    /// export const env = createEnv({
    ///   server: { NEXT_PUBLIC_APP_URL: z.string().url() },
    ///   client: {},
    /// });
    /// ```
    ///
    /// ```text
    /// warning[misplaced-schema-key]: `NEXT_PUBLIC_APP_URL` stands among the keys of the server, and `NEXT_PUBLIC_` publishes it to every browser
    /// ```
    ///
    /// ## What to do
    ///
    /// Move the key to the other half, or give it the name that its half asks for.
    pub struct MisplacedSchemaKey = "misplaced-schema-key", Build, Warning, by_file;
}

impl MisplacedSchemaKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, script) in index.typescript_files() {
            if index.is_aside(file) {
                continue;
            }
            for entry in &script.schema {
                let Some((message, label, half, help)) = fault(&script.schema, entry) else { continue };
                let mut finding = reporter
                    .report(message, Location::new(file, entry.key.span), label)
                    .label(Location::new(file, entry.half_span), half)
                    .key(&entry.key.value);
                if let Some(prefix) = &entry.client_prefix {
                    let at = Location::new(file, prefix.span);
                    finding = finding
                        .label(at, format!("public keys of this schema begin with `{}`", prefix.value));
                }
                finding
                    .why(
                        "the prefix decides what browsers get, whatever half of the schema the key stands in",
                    )
                    .help(help);
            }
        }
    }
}

/// Message, label, label of the half, and advice.
type Words = (String, String, &'static str, String);

fn fault(schema: &[SchemaKey], entry: &SchemaKey) -> Option<Words> {
    let key = &entry.key.value;
    let own =
        entry.client_prefix.as_ref().map(|prefix| prefix.value.as_str()).filter(|prefix| !prefix.is_empty());
    match entry.half {
        SchemaHalf::Server => {
            // `PUBLIC_` is a word before it is a prefix.
            let known = || public_prefix(key).filter(|prefix| *prefix != "PUBLIC_");
            let prefix = match own {
                Some(own) => Some(own).filter(|own| key.starts_with(own)),
                None => known(),
            }?;
            Some((
                format!(
                    "`{key}` stands among the keys of the server, and `{prefix}` publishes it to every browser"
                ),
                "built into what browsers download".to_owned(),
                "keys that only the server reads",
                format!("move it to `client`, or drop `{prefix}` if browsers do not need it"),
            ))
        }
        SchemaHalf::Client => {
            let siblings = || {
                schema
                    .iter()
                    .filter(|other| other.half == SchemaHalf::Client)
                    .find_map(|other| public_prefix(&other.key.value))
            };
            let prefix = own.or_else(siblings)?;
            (!key.starts_with(prefix)).then(|| {
                (
                    format!("`{key}` stands among the keys for browsers, which get only those that begin with `{prefix}`"),
                    "never reaches a browser".to_owned(),
                    "keys that browsers read",
                    format!("rename it to `{prefix}{key}`, or move it to `server`"),
                )
            })
        }
        SchemaHalf::Shared => None,
    }
}
