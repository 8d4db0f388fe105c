//! `schema-key-not-relayed`

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::fact::{RelayList, SchemaKey};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::text::{FileId, Location, Span, Spanned};

crate::declare_rule! {
    /// Reports a key of an env schema that the schema is handed no value for: `runtimeEnv` lists the others, and not this
    /// one.
    ///
    /// It also reports a key that the list takes from the variable of another key, which has an entry of its own
    /// (`CLIENT_SECRET: process.env.CLIENT_ID`).
    ///
    /// Schemas with such a list are those of t3-env. With `runtimeEnv: process.env`, or where something is spread into
    /// the list, nothing is left out. `experimental__runtimeEnv` lists what browsers read.
    ///
    /// ## Why it matters
    ///
    /// The schema looks at nothing but the list. A key that is left out of it is undefined however well the environment
    /// is set: a required one stops the program in every environment, an optional one is never there.
    ///
    /// ## Example
    ///
    /// `env.ts`
    /// ```ts
    /// export const env = createEnv({
    ///   server: { API_TOKEN: z.string(), DATABASE_URL: z.string().url() },
    ///   client: {},
    ///   runtimeEnv: { API_TOKEN: process.env.API_TOKEN },
    /// });
    /// ```
    ///
    /// ```text
    /// warning[schema-key-not-relayed]: the schema asks for `DATABASE_URL`, and `runtimeEnv` does not hand it over
    /// ```
    ///
    /// ## What to do
    ///
    /// Add `DATABASE_URL: process.env.DATABASE_URL` to the list, or take the key out of the schema.
    pub struct SchemaKeyNotRelayed = "schema-key-not-relayed", Build, Warning, by_file, fixes;
}

impl SchemaKeyNotRelayed {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, script) in index.typescript_files() {
            if index.is_aside(file) {
                continue;
            }
            for entry in &script.schema {
                if let Some(from) = &entry.crossed {
                    crossed(reporter, file, entry, from);
                }
                let Some(list) = &entry.left_out_of else { continue };
                let key = &entry.key.value;
                let line = line(entry, list);
                let mut finding = reporter
                    .report(
                        format!(
                            "the schema asks for `{key}`, and `{}` does not hand it over",
                            list.name.value
                        ),
                        Location::new(file, entry.key.span),
                        "undefined, whatever the environment holds",
                    )
                    .label(Location::new(file, list.name.span), "all that the schema gets")
                    .key(key)
                    .why("the schema looks at nothing but this list")
                    .help(format!("add `{line}` to `{}`", list.name.value));
                if let Some(edit) = edit(index, file, list, &line) {
                    finding = finding.fix(Fix {
                        title: format!("add it to `{}`", list.name.value),
                        edits: vec![edit],
                        applicability: Applicability::Unsafe,
                    });
                }
                drop(finding);
            }
        }
    }
}

/// Tells of a key that is handed the value of its neighbour.
fn crossed(reporter: &mut Reporter<'_>, file: FileId, entry: &SchemaKey, from: &Spanned<KeyName>) {
    let (key, other) = (&entry.key.value, &from.value);
    reporter
        .report(
            format!("the schema is handed the value of `{other}` for `{key}`"),
            Location::new(file, from.span),
            format!("the variable of `{other}`, which has an entry of its own"),
        )
        .label(Location::new(file, entry.key.span), "asked for here")
        .key(key)
        .why("what the environment has under this name reaches nobody")
        .help(format!("take `{key}` from the variable of its own name"));
}

/// The entry that is missing.
fn line(entry: &SchemaKey, list: &RelayList) -> String {
    let key = entry.key.value.as_str();
    let from = if list.first.value.contains("import.meta.env") { "import.meta.env" } else { "process.env" };
    format!("{key}: {from}.{key}")
}

/// Puts an entry before the first one, on a line of its own if that has one.
fn edit(index: &Index, file: FileId, list: &RelayList, line: &str) -> Option<Edit> {
    let text = &index.files.get(file)?.text;
    let start = list.first.span.range().start;
    let begin = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(begin..start)?;
    let end = if text.get(..begin)?.ends_with("\r\n") { "\r\n" } else { "\n" };
    let behind = if before.trim().is_empty() { format!("{end}{before}") } else { " ".to_owned() };
    let at = Location::new(file, Span::at(start));
    Some(Edit { at, replacement: format!("{line},{behind}") })
}
