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
}

impl Reach {
    pub(super) fn of(path: &TreePath, module: &Module<'_>) -> Self {
        Self { runs: runs(path, module) }
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

/// Whether the file begins with a directive: `"use client"`.
pub(super) fn says(module: &Module<'_>, word: &str) -> bool {
    let first = module.nodes().skip(1).take(24).filter(|node| node.kind() == "expression_statement");
    let mut directives = first.filter_map(|node| Some(node.named().next()?.string()?.value));
    directives.any(|directive| directive == word)
}

fn runs(path: &TreePath, module: &Module<'_>) -> Runs {
    let name = path.name();
    // `entry.client.tsx` of Remix, `hooks.client.ts` of SvelteKit, `chart.client.vue` of Nuxt.
    if says(module, "use client") || name.contains(".client.") || name.starts_with("instrumentation-client.")
    {
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
    if says(module, "use server")
        || is_api
        || is_server_name
        || parts.iter().any(|part| SERVER_FOLDERS.contains(part))
        || imports_server()
    {
        return Runs::Server;
    }
    if name.ends_with(".vue") || name.ends_with(".svelte") { Runs::Browser } else { Runs::Unknown }
}
