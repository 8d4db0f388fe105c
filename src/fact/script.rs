//! What TypeScript and JavaScript say beyond single reads: where the code runs, what bundlers write into it, and
//! in which half of a schema a key stands.

use crate::key::KeyName;
use crate::text::{Span, Spanned};

/// A file of TypeScript or JavaScript, or a component that holds some.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ScriptFile {
    /// Where its code runs.
    pub runs: Runs,
    /// The entries of schemas that tell server and browser apart.
    pub schema: Vec<SchemaKey>,
    /// What a bundler's configuration writes into the code it builds.
    pub inlined: Vec<Inlined>,
    /// What it asks for in a browser, where no build puts the key.
    pub unreplaced: Vec<Unreplaced>,
}

/// A read in code for browsers of a key without the prefix by which a bundler knows what to put there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreplaced {
    /// The key, where it is read.
    pub key: Spanned<KeyName>,
    /// Who builds the bundle.
    pub by: Bundler,
    /// Whether the code has something to take instead.
    pub has_default: bool,
}

/// Who makes of code what browsers are given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Bundler {
    /// Next.js, which replaces `process.env.NEXT_PUBLIC_K`.
    Next,
    /// Create React App, which replaces `process.env.REACT_APP_K`.
    ReactScripts,
    /// Vite, which replaces `import.meta.env.VITE_K`.
    Vite,
    /// Astro, which replaces `import.meta.env.PUBLIC_K` in the scripts of its components.
    Astro,
    /// SvelteKit, which refuses `$env/static/private` and `$env/dynamic/private` there.
    SvelteKit,
}

/// Where code runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Runs {
    /// In browsers: it is part of a bundle.
    Browser,
    /// On the server only.
    Server,
    /// The file does not tell.
    #[default]
    Unknown,
}

/// A key in a schema with halves (`createEnv` of t3-env).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SchemaKey {
    /// The key, as the schema names it.
    pub key: Spanned<KeyName>,
    /// The half it stands in.
    pub half: SchemaHalf,
    /// The name of that half, where it is written.
    pub half_span: Span,
    /// `clientPrefix:`, where the schema has one.
    pub client_prefix: Option<Spanned<String>>,
    /// The list that the schema takes its values from, where it lists them one by one and this key is none of them.
    pub left_out_of: Option<RelayList>,
    /// The variable that the list takes it from, if that is the one of another key of the list.
    pub crossed: Option<Spanned<KeyName>>,
}

/// A list of the values that a schema is handed (`runtimeEnv: { KEY: process.env.KEY }`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelayList {
    /// What it is called, where it is written.
    pub name: Spanned<String>,
    /// Its first entry.
    pub first: Spanned<String>,
}

/// A half of a schema.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SchemaHalf {
    /// `server:`.
    Server,
    /// `client:`.
    Client,
    /// `shared:`.
    Shared,
}

/// A name that a bundler replaces by a value while it builds (`env:` of Next.js, `define:` of Vite).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inlined {
    /// The name in the code that is built, as written.
    pub name: Spanned<String>,
    /// The setting that inlines it, as users call it: "`env` of the Next.js configuration".
    pub by: &'static str,
    /// The keys that its value is made of, with the places where they are read.
    pub keys: Vec<Spanned<KeyName>>,
    /// Whether it is a setting of the bundler's own, and no name in the code.
    pub is_setting: bool,
}
