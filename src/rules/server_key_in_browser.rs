//! `server-key-in-browser`

use crate::fact::{Bundler, Unreplaced};
use crate::index::Index;
use crate::key::{KeyName, is_secret_name, segments};
use crate::rule::Reporter;
use crate::text::{FileId, Location, SourceFile, Span, TreePath};

crate::declare_rule! {
    /// Reports a key that code for browsers reads, though the build puts only keys with a public prefix there.
    ///
    /// Such code is a module of a Next.js application that says `"use client"`, a page of its older router, a
    /// component that Vite or Create React App builds, and a script in a component of Astro. SvelteKit refuses to build what imports `$env/static/private` or
    /// `$env/dynamic/private` there.
    ///
    /// Left out are files that ask whether a server runs them (`typeof window`), and keys that the bundler's
    /// configuration names, or may replace by something that is not read here (a plugin, `envPrefix`, a spread).
    ///
    /// ## Why it matters
    ///
    /// A browser has no environment. Where the page is rendered on the server first, the value is even there, and gone
    /// as soon as the browser takes over. What operators set has no effect.
    ///
    /// ## Example
    ///
    /// `next.config.js`
    /// ```js
    /// module.exports = {};
    /// ```
    ///
    /// `src/login.tsx`
    /// ```tsx
    /// "use client";
    /// export const url = process.env.LOGIN_URL ?? "https://login.example.com";
    /// ```
    ///
    /// ```text
    /// warning[server-key-in-browser]: `LOGIN_URL` is read in code for browsers, which get only keys that begin with `NEXT_PUBLIC_`
    /// ```
    ///
    /// ## What to do
    ///
    /// Read the key on the server and hand on what browsers may know. If everybody may know the value, give the key the
    /// public prefix, and set it where the bundle is built.
    pub struct ServerKeyInBrowser = "server-key-in-browser", Build, Warning;
}

impl ServerKeyInBrowser {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, script) in index.typescript_files().filter(|(_, script)| !script.unreplaced.is_empty()) {
            if index.is_aside(file) {
                continue;
            }
            let path = index.path(file);
            for read in &script.unreplaced {
                match read.by {
                    Bundler::SvelteKit => refused(reporter, file, read),
                    by => {
                        let found = configuration(index, &path, by).map(|config| (by, config));
                        // Other applications have a folder of pages as well.
                        let found = found.or_else(|| {
                            let by = Some(Bundler::ReactScripts).filter(|_| by == Bundler::Next)?;
                            Some((by, configuration(index, &path, by)?))
                        });
                        if let Some((by, config)) = found
                            && !may_replace(index, &config.text, by, &read.key.value)
                        {
                            speak(reporter, file, config, by, read);
                        }
                    }
                }
            }
        }
    }
}

/// The endings of configurations written in code.
const ENDINGS: &[&str] = &["js", "mjs", "cjs", "ts", "mts", "cts"];

/// The bundler's configuration in the nearest folder around a file that has one. Configurations of frameworks around
/// Vite bring rules of their own.
fn configuration<'i>(index: &'i Index, path: &TreePath, by: Bundler) -> Option<&'i SourceFile> {
    let in_folder = |folder: &TreePath, name: &str| {
        ENDINGS.iter().find_map(|ending| index.files.at(&folder.join(&format!("{name}.config.{ending}"))?))
    };
    let mut folder = path.folder();
    loop {
        let found = match by {
            Bundler::Next => in_folder(&folder, "next"),
            Bundler::ReactScripts => {
                // The nearest package decides.
                let package = folder.join("package.json").and_then(|path| index.files.at(&path));
                if let Some(package) = package {
                    return Some(package).filter(|package| package.text.contains("\"react-scripts\""));
                }
                None
            }
            Bundler::Astro => in_folder(&folder, "astro"),
            Bundler::Vite | Bundler::SvelteKit => in_folder(&folder, "vite"),
        };
        let is_framework = ["astro", "nuxt", "svelte", "react-router", "remix", "app", "quasar", "wxt"]
            .iter()
            .any(|name| by == Bundler::Vite && in_folder(&folder, name).is_some());
        if is_framework {
            return None;
        }
        if found.is_some() {
            return found;
        }
        if folder.within_root().is_empty() {
            return None;
        }
        folder = folder.folder();
    }
}

/// Words of configurations that may put more into a bundle than keys with the usual prefix.
const MORE: &[(&str, Bundler)] = &[
    ("DefinePlugin", Bundler::Next),
    ("EnvironmentPlugin", Bundler::Next),
    ("otenv", Bundler::Next),
    ("env: {\n    ...", Bundler::Next),
    ("...process.env", Bundler::Next),
    ("define:", Bundler::Next),
    ("craco", Bundler::ReactScripts),
    ("rewired", Bundler::ReactScripts),
    ("env-cmd", Bundler::ReactScripts),
    ("\"next\"", Bundler::ReactScripts),
    ("envPrefix", Bundler::Astro),
    ("define:", Bundler::Astro),
    ("nvironment", Bundler::Astro),
    ("loadEnv", Bundler::Astro),
    ("process.env", Bundler::Astro),
    ("envPrefix", Bundler::Vite),
    ("define", Bundler::Vite),
    ("nvironment", Bundler::Vite),
    ("nv(", Bundler::Vite),
    ("process.env", Bundler::Vite),
    ("import-meta-env", Bundler::Vite),
    ("ssr", Bundler::Vite),
    ("bun", Bundler::Vite),
    ("@cloudflare", Bundler::Vite),
    ("laravel", Bundler::Vite),
    ("mergeConfig", Bundler::Vite),
    ("vike", Bundler::Vite),
    ("tanstackStart", Bundler::Vite),
    ("solid", Bundler::Vite),
    ("qwik", Bundler::Vite),
    ("remix", Bundler::Vite),
    ("reactRouter", Bundler::Vite),
    ("redwood", Bundler::Vite),
];

/// Whether the configuration may put the key into the bundle all the same.
fn may_replace(index: &Index, config: &str, bundler: Bundler, key: &KeyName) -> bool {
    // `env` that is no object written out on the spot, or that takes in another.
    let is_open = config.match_indices("env").any(|(at, _)| {
        let is_word = !config[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
        let rest = config.get(at + 3..).unwrap_or("");
        let rest = rest.trim_start();
        is_word
            && bundler == Bundler::Next
            && match rest.strip_prefix(':').map(str::trim_start) {
                Some(value) => {
                    !value.starts_with('{')
                        || value.split('}').next().is_some_and(|object| object.contains("..."))
                }
                None => rest.starts_with([',', '}', '=']),
            }
    });
    is_open
        || index.is_inlined(key)
        || config.contains(key.as_str())
        || MORE.iter().any(|(word, by)| *by == bundler && config.contains(word))
        || index.public_prefixes().any(|prefix| !prefix.is_empty() && key.starts_with(prefix))
        // What tests and tools for components are given, they put there by themselves.
        || segments(key).any(|part| matches!(part, "TEST" | "JEST" | "VITEST" | "STORYBOOK" | "CYPRESS" | "E2E" | "PLAYWRIGHT"))
}

fn speak(reporter: &mut Reporter<'_>, file: FileId, config: &SourceFile, by: Bundler, read: &Unreplaced) {
    let key = &read.key.value;
    let (prefix, object) = match by {
        Bundler::Next => ("NEXT_PUBLIC_", "process.env"),
        Bundler::ReactScripts => ("REACT_APP_", "process.env"),
        Bundler::Astro => ("PUBLIC_", "import.meta.env"),
        Bundler::Vite | Bundler::SvelteKit => ("VITE_", "import.meta.env"),
    };
    let label =
        if read.has_default { "browsers always take the default" } else { "never has a value in a browser" };
    let help = if is_secret_name(key) {
        "read it on the server, and hand on only what browsers may know".to_owned()
    } else {
        format!(
            "read it on the server and hand the value on, or rename it to `{prefix}{key}` if everybody may know it"
        )
    };
    let finding = reporter
        .report(
            format!("`{key}` is read in code for browsers, which get only keys that begin with `{prefix}`"),
            Location::new(file, read.key.span),
            label,
        )
        .key(key)
        .why(format!(
            "a browser has no environment; the build replaces `{object}.{prefix}…` and nothing else"
        ))
        .help(help);
    if let Some(at) = beginning(config) {
        finding.label(at, "builds the code, and puts no other key there");
    }
}

/// Where a configuration says that it is one.
fn beginning(config: &SourceFile) -> Option<Location> {
    let words = ["\"react-scripts\"", "export default", "module.exports"];
    let (at, word) = words.iter().find_map(|word| Some((config.text.find(word)?, word)))?;
    Some(Location::new(config.id, Span::new(at, at + word.len())))
}

/// SvelteKit fails to build it.
fn refused(reporter: &mut Reporter<'_>, file: FileId, read: &Unreplaced) {
    let key = &read.key.value;
    // `env` of `$env/dynamic/private` is no key, but all of them.
    let is_all = **key == *"env";
    let message = if is_all {
        "the private environment is imported by code for browsers".to_owned()
    } else {
        format!("`{key}` of the private environment is imported by code for browsers")
    };
    let at = Location::new(file, read.key.span);
    let finding = reporter.report(message, at, "SvelteKit refuses to build this");
    let finding = if is_all { finding } else { finding.key(key) };
    finding.why("what SvelteKit's private modules hold may reach no browser").help(
        "import it in a file for the server (`+page.server.ts`, `$lib/server`), and hand on what browsers may know",
    );
}
