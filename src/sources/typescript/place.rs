//! Where a file's code runs and when: told from its path, its directives and its imports.

use super::module::Module;
use crate::fact::{Phase, Runs};
use crate::key::public_prefix;
use crate::text::TreePath;

/// How bundlers treat an expression that reads a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Inlining {
    /// Not at all: the name is computed, or the environment goes by another name.
    Never,
    /// `process.env.K` as written: replaced where the key is public.
    IfPublic,
    /// `import.meta.env.K`: replaced.
    Always,
}

/// Where a file's code runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) runs: Runs,
    /// Whether the file itself says that it is for browsers.
    pub(super) is_client: bool,
}

impl Reach {
    pub(super) fn of(path: &TreePath, code: &str, module: &Module<'_>) -> Self {
        let is_client = says(code, "use client") || path.name().starts_with("instrumentation-client.");
        Self { runs: if is_client { Runs::Browser } else { runs(path, code, module) }, is_client }
    }

    /// When a read of `key` takes place: a bundler takes the values of public keys while it builds.
    pub(super) fn phase(self, key: &str, inlining: Inlining, file: Phase) -> Phase {
        let is_baked = match inlining {
            Inlining::Always => true,
            Inlining::IfPublic => {
                self.runs != Runs::Server && public_prefix(key).is_some_and(|prefix| prefix != "PUBLIC_")
            }
            Inlining::Never => false,
        };
        if file == Phase::Run && is_baked { Phase::Build } else { file }
    }
}

/// Configuration of programs that build bundles, by the beginning of its name.
const BUILD_CONFIGS: &[&str] = &[
    "next.config.",
    "vite.config.",
    "webpack.",
    "rollup.config.",
    "astro.config.",
    "nuxt.config.",
    "svelte.config.",
    "tailwind.config.",
    "postcss.config.",
    "babel.config.",
    "tsup.config.",
    "esbuild.",
    "rspack.config.",
    "rsbuild.config.",
    "craco.config.",
    "metro.config.",
    "app.config.",
    "vue.config.",
    "gatsby-config.",
    "remix.config.",
    "eslint.config.",
    "quasar.config.",
    "electron.vite.config.",
    "capacitor.config.",
    "docusaurus.config.",
];

/// Configuration and set-up of test runners, by the beginning of its name.
const TEST_CONFIGS: &[&str] =
    &["jest.", "vitest.", "playwright.", "cypress.", "karma.", "wdio.", "mocha", ".mocharc", "setupTests."];

/// Folders of tests.
const TEST_FOLDERS: &[&str] =
    &["tests", "test", "e2e", "__tests__", "__mocks__", "cypress", "playwright", "spec", "test-utils"];

/// When a file's code runs, as far as its path tells.
pub(super) fn phase(path: &TreePath) -> Phase {
    let name = path.name();
    let starts = |known: &[&str]| known.iter().any(|start| name.starts_with(start));
    let in_tests = path.folder().parts().any(|part| TEST_FOLDERS.contains(&part));
    if in_tests || name.contains(".test.") || name.contains(".spec.") || starts(TEST_CONFIGS) {
        Phase::Test
    } else if starts(BUILD_CONFIGS) {
        Phase::Build
    } else {
        Phase::Run
    }
}

/// Modules that only servers have.
const SERVER_MODULES: &[&str] = &[
    "server-only",
    "fs",
    "fs/promises",
    "child_process",
    "http",
    "https",
    "net",
    "tls",
    "os",
    "cluster",
    "worker_threads",
    "next/headers",
    "next/server",
    "express",
    "fastify",
    "koa",
    "hono",
    "@hono/node-server",
    "@prisma/client",
    "pg",
    "postgres",
    "mysql2",
    "ioredis",
    "redis",
    "bullmq",
    "nodemailer",
    "aws-sdk",
    "winston",
    "pino",
    "dotenv",
    "dotenv/config",
];

/// Folders whose code runs on the server.
const SERVER_FOLDERS: &[&str] =
    &["server", "backend", "workers", "worker", "prisma", "migrations", "cli", "bin"];

/// Whether code begins with a directive, alone or among others: `"use client"`. The same words further down are only a text.
fn says(code: &str, word: &str) -> bool {
    let mut rest = code.trim_start_matches('\u{feff}');
    if rest.starts_with("#!") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
        } else if let Some((directive, behind)) = quoted(rest) {
            if directive == word {
                return true;
            }
            rest = behind;
        } else {
            return false;
        }
    }
}

/// A text in quotes without escapes that is a statement of its own, and what follows it.
fn quoted(code: &str) -> Option<(&str, &str)> {
    let quote = code.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (text, behind) = code.get(1..)?.split_once(quote)?;
    let line = behind.trim_start_matches([' ', '\t']);
    let ends = line.is_empty() || line.starts_with([';', '\r', '\n', '/', '}']);
    (ends && !text.contains(['\n', '\\'])).then_some((text, behind))
}

fn runs(path: &TreePath, code: &str, module: &Module<'_>) -> Runs {
    let name = path.name();
    // `entry.client.tsx` of Remix, `hooks.client.ts` of SvelteKit, `chart.client.vue` of Nuxt.
    if name.contains(".client.") {
        return Runs::Browser;
    }
    let folder = path.folder();
    let parts: Vec<&str> = folder.parts().map(|part| part.trim_matches(['(', ')'])).collect::<Vec<_>>();
    let is_api = parts.windows(2).any(|pair| matches!(pair[0], "app" | "pages") && pair[1] == "api");
    // Components of Next.js's app folder run on the server unless they say otherwise.
    let is_server_component = parts.contains(&"app")
        && ["page.", "layout.", "template.", "loading.", "not-found."]
            .iter()
            .any(|start| name.starts_with(start))
        && (name.ends_with("x") || name.ends_with(".js"));
    let is_server_name = is_server_component
        || name.contains(".server.")
        || name.starts_with("+server.")
        || name.starts_with("route.")
        || name.starts_with("middleware.")
        || name.starts_with("instrumentation.")
        || name.ends_with(".astro")
        || name.contains(".config.");
    let is_server_module = |from: &str| {
        SERVER_MODULES.contains(&from)
            || from.starts_with("node:")
            || from.starts_with("@nestjs/")
            || from.starts_with("@aws-sdk/")
            || from.starts_with("$env/static/private")
            || from.starts_with("$env/dynamic/private")
    };
    let imports_server = || module.sources().any(is_server_module);
    if says(code, "use server")
        || is_api
        || is_server_name
        || parts.iter().any(|part| SERVER_FOLDERS.contains(part))
        || imports_server()
    {
        return Runs::Server;
    }
    if name.ends_with(".vue") || name.ends_with(".svelte") { Runs::Browser } else { Runs::Unknown }
}

#[cfg(test)]
mod tests {
    use super::says;

    #[test]
    fn directives_begin_a_file() {
        for code in [
            "\"use client\"\nimport a from 'a';",
            "'use client';",
            "#!/usr/bin/env node\n/* a */ // b\n\n\"use strict\"; 'use client' // c\n",
            "\u{feff}\"use client\"",
        ] {
            assert!(says(code, "use client"), "{code}");
        }
        for code in [
            "import a from 'a';\n\"use client\";",
            "const a = 1;\n\"use client\";",
            "\"use client\".length",
            "\"use client\" + a;",
            "\"use client",
            "// \"use client\"",
            "/* \"use client\"",
            "'use server'",
            "",
        ] {
            assert!(!says(code, "use client"), "{code}");
        }
    }
}
