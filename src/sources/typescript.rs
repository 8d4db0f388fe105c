//! TypeScript and JavaScript, also in components of Vue, Svelte and Astro: `process.env` and its kin, schemas, and
//! what frameworks and bundlers make of keys.
//!
//! What is read: `process.env`, `import.meta.env`, `Bun.env` and `Deno.env` under any name, with constants, loops
//! over literals and functions of the same file that take the name (`process`); readers of libraries and functions
//! of other files whose names tell (`library`); schemas of t3-env, zod, valibot, Joi, envalid, class-validator,
//! convict, Adonis, arktype, env-schema and TypeBox (`schema`), configurations of Effect (`effect`). A name that is computed is a [`Gap`]. The environment handed on as a whole is none: whoever is handed
//! it writes down the names it takes, or lies outside of the tree. Declarations of types document keys
//! (`declaration`). Other words in capitals are mentions, except in comments.

mod body;
mod bundle;
mod declaration;
mod effect;
mod environment;
mod flow;
mod framework;
mod handed_on;
mod library;
mod literal;
mod module;
mod name;
mod narrow;
mod output;
mod place;
mod process;
mod relevant;
mod schema;
mod script;
mod shape;
mod sign;
mod statements;
mod text;
mod unreplaced;

use std::ops::Range;

use super::mentions::Mentions;
use super::relevant::Parts;
use crate::fact::{Extraction, Extractor, Gap, Hidden, Mention, Need, Phase, Read, Runs, SourceKind};
use crate::syntax::tree::{Language, parse_parts};
use crate::text::{SourceFile, Span, TreePath};

use flow::Guards;
use module::Module;
use output::Output;
use place::Reach;
use process::Reader;

/// Reads `*.ts`, `*.js` and their kin.
#[derive(Clone, Copy, Debug)]
pub(super) struct TypeScript;

const ENDINGS: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "astro"];

/// Folders of code that somebody else wrote or a tool made.
const FOREIGN_FOLDERS: &[&str] =
    &["node_modules", "vendor", "target", "third_party", "__snapshots__", ".git", ".yarn", ".next", ".nuxt"];

impl Extractor for TypeScript {
    fn kind(&self) -> SourceKind {
        SourceKind("typescript")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        let is_known = name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending));
        is_known
            && !name.contains(".min.")
            && !name.contains(".bundle.")
            && !path.folder().parts().any(|part| FOREIGN_FOLDERS.contains(&part))
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        if script::is_minified(text) {
            return script::takes_any(text);
        }
        sign::stands_in(text) || bundle::may_replace(path, text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        if script::is_minified(&file.text) {
            return script::of_minified(&file.text);
        }
        let (code, language) = script::code(&file.path, &file.text);
        let divided = relevant::parts(&file.path, &code);
        read(file, language, &code, &divided)
    }

    fn extract_whole(&self, file: &SourceFile) -> Extraction {
        if script::is_minified(&file.text) {
            return script::of_minified(&file.text);
        }
        let (code, language) = script::code(&file.path, &file.text);
        read(file, language, &code, &relevant::Divided { parts: Parts::whole(&code), comments: Vec::new() })
    }
}

/// What the parsed parts of a file say.
fn read(file: &SourceFile, language: Language, code: &str, divided: &relevant::Divided) -> Extraction {
    let relevant::Divided { parts, comments } = divided;
    let Some(tree) = parse_parts(language, code, &parts.parsed) else {
        let gap = Gap {
            span: Span::at(0),
            hides: Hidden::Reads,
            reason: "the file is too large or too broken to be parsed",
        };
        let mentions = Mentions.extract(file).mentions;
        return Extraction { gaps: vec![gap], mentions, ..Extraction::default() };
    };
    let module = Module::read(&tree);
    let guards = Guards::of(&module);
    let reach = Reach::of(&file.path, code, &module);
    let mut output = Output::new(file, place::phase(&file.path));
    output.script.runs = reach.runs;
    let reader = Reader { module: &module, guards: &guards, reach: &reach };
    let claimed = schema::read(&reader, &mut output);
    let own = process::read(&reader, &claimed, &mut output);
    library::read(&reader, &own, &mut output);
    effect::read(&reader, &mut output);
    bundle::read(&module, &file.path, &mut output);
    framework::read(&module, &file.path, &mut output);
    declaration::read(&module, &mut output);
    text::read(&module, file, &mut output);
    unreplaced::read(&reader, file, &mut output);
    if script::is_component(&file.path) {
        for (key, span) in script::in_markup(&file.text, code) {
            let phase = if output.phase == Phase::Test { Phase::Test } else { Phase::Build };
            output.read(&key, span, phase, Read::with_need(Need::Optional));
        }
    }
    if output.script.runs == Runs::Unknown && is_bundled(&output) {
        output.script.runs = Runs::Browser;
    }
    let comments =
        left_out(comments, &parts.left_out).chain(module.comments().iter().map(|one| one.span().range()));
    output.finish(mentions(file, comments))
}

/// Whether the file is code that a bundler fills in: it takes keys from `import.meta.env`.
fn is_bundled(output: &Output<'_>) -> bool {
    output.phase == Phase::Run
        && output.extraction.facts.iter().any(|fact| fact.phase == Phase::Build)
        && !output.script.schema.iter().any(|key| key.half == crate::fact::SchemaHalf::Server)
}

/// Those of `comments` that lie in a part that was left out.
fn left_out<'r>(
    comments: &'r [Range<usize>],
    parts: &'r [Range<usize>],
) -> impl Iterator<Item = Range<usize>> + 'r {
    let is_left_out = |comment: &&Range<usize>| {
        let at = parts.partition_point(|part| part.end <= comment.start);
        parts.get(at).is_some_and(|part| part.start <= comment.start)
    };
    comments.iter().filter(is_left_out).cloned()
}

/// The words of the file that look like keys, outside of `comments`.
fn mentions(file: &SourceFile, comments: impl Iterator<Item = Range<usize>>) -> Vec<Mention> {
    let mut text = file.text.clone().into_bytes();
    for comment in comments {
        if let Some(part) = text.get_mut(comment) {
            part.fill(b' ');
        }
    }
    let text = String::from_utf8(text).unwrap_or_default();
    Mentions.extract(&SourceFile::new(file.id, file.path.clone(), text)).mentions
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use proptest::prelude::*;

    use super::TypeScript;
    use crate::fact::{Extraction, Extractor, Hidden, Need, Role, Structure};
    use crate::text::{FileId, SourceFile, Span, TreePath};

    fn extract_as(path: &str, text: &str) -> Extraction {
        let path = TreePath::parse(path).unwrap();
        let file = SourceFile::new(FileId(0), path, text.to_owned());
        let found = TypeScript.extract(&file);
        let inside = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
        for fact in &found.facts {
            inside(fact.span);
            match &fact.role {
                Role::Reads(read) => {
                    if let Need::Default(value) = &read.need {
                        inside(value.span);
                    }
                }
                Role::Provides(provide) => inside(provide.value.span),
                Role::Documents(_) | Role::Observed => {}
            }
        }
        if let Structure::Script(script) = &found.structure {
            script.schema.iter().for_each(|key| inside(key.key.span));
            script.inlined.iter().for_each(|inlined| inside(inlined.name.span));
        }
        found.gaps.iter().for_each(|gap| inside(gap.span));
        for mention in &found.mentions {
            inside(mention.span);
            assert_eq!(text.get(mention.span.range()), Some(mention.key.as_str()));
        }
        found
    }

    fn extract(text: &str) -> Extraction {
        extract_as("app/main.ts", text)
    }

    #[test]
    fn names_that_name_each_other_end() {
        let twice = "let a = 'x';\n".to_owned() + &"a = a + a;\n".repeat(300) + "process.env[a]\n";
        extract(&twice);
        let doubled: String = (0..60).map(|at| format!("const v{} = v{at} + v{at};\n", at + 1)).collect();
        extract(&format!("const v0 = 'x';\n{doubled}process.env[v60] ?? v60;\n"));
        extract("const a = b; const b = a; process.env[a]; a.parse(process.env); a.X;");
        extract("const f = (x) => f(x); const s = z.object({ A_B: f(1) }); s.parse(process.env);");
        extract("const o = { ...o, A_B: o }; cleanEnv(process.env, o); createEnv(o);");
    }

    #[test]
    fn deep_and_long_source_ends() {
        let began = Instant::now();
        for unit in [
            "process.env[",
            "(",
            "`${",
            "process.env.A || ",
            "x = ",
            "!",
            "z.object({A_B:",
            "{",
            "[",
            "a?.b",
            "<a>",
            "=> ",
            "if (!process.env.A) throw ",
            "const {A_B} = process.env, ",
            "z.string().optional()",
        ] {
            extract(&format!("process.env.B_KEY;\n{}", unit.repeat(3_000)));
        }
        extract(&"const a = process.env.A_KEY;\n".repeat(5_000));
        extract(&format!("const X = [{}]; for (const x of X) process.env[x];", "'A', ".repeat(20_000)));
        extract(&format!("const f = (n) => process.env[n];\n{}", "f('A_KEY');\n".repeat(5_000)));
        assert!(began.elapsed().as_secs() < 120, "{:?}", began.elapsed());
    }

    #[test]
    fn bundles_are_not_parsed() {
        let line = "a=process.env.A_KEY,b=process.env[\"B_KEY\"],c=process.env,d=process.env.NODE_ENV;";
        let plain = extract(&line.repeat(100_000));
        let hides = |found: &Extraction| found.gaps.iter().map(|gap| gap.hides.clone()).collect::<Vec<_>>();
        assert!(plain.facts.is_empty());
        assert_eq!(hides(&plain), [Hidden::Uses]);
        let names: Vec<&str> = plain.mentions.iter().map(|mention| mention.key.as_str()).collect();
        assert_eq!(names, ["A_KEY", "B_KEY", "NODE_ENV"]);
        let computed = extract(&format!("{}process.env[e]", line.repeat(1_000)));
        assert_eq!(hides(&computed), [Hidden::Uses, Hidden::Reads]);
        let path = TreePath::parse("a.js").unwrap();
        assert!(TypeScript.confirms(&path, &line.repeat(1_000)));
        assert!(!TypeScript.confirms(&path, &"a=b;".repeat(100_000)));
    }

    /// The text with more to do in each function that stands on lines of its own, before and behind what it does.
    fn lengthened(text: &str) -> String {
        let mut long = String::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let is_function =
                line.ends_with("=> {") || line.ends_with(") {") && !line.trim_start().starts_with("if");
            let indent = lines.peek().map_or("", |next| &next[..next.len() - next.trim_start().len()]);
            long += &format!("{line}\n");
            if is_function && !indent.is_empty() {
                long += &format!("{indent}other.compute(1, 2, 3);\n{indent}void 0;\n").repeat(40);
            }
        }
        long
    }

    #[test]
    fn parts_tell_what_the_whole_does() {
        for page in [
            include_str!("../../tests/sources/typescript/frameworks.md"),
            include_str!("../../tests/sources/typescript/helpers.md"),
            include_str!("../../tests/sources/typescript/process.md"),
            include_str!("../../tests/sources/typescript/schemas.md"),
        ] {
            for text in page.split("\n```ts").skip(1).filter_map(|rest| rest.split("\n```").next()) {
                let text = &lengthened(text.split_once('\n').map_or("", |(_, text)| text));
                let long = format!("{text}\nfunction padding() {{\n{}}}\n", "  padding(1);\n".repeat(400));
                let path = TreePath::parse("app/main.ts").unwrap();
                let file = SourceFile::new(FileId(0), path, long.clone());
                let (found, expected) = (TypeScript.extract(&file), TypeScript.extract_whole(&file));
                assert_eq!(found.facts, expected.facts, "{text}");
                assert_eq!(found.gaps, expected.gaps, "{text}");
                assert_eq!(found.structure, expected.structure, "{text}");
            }
        }
    }

    fn parts() -> impl Strategy<Value = Vec<&'static str>> {
        let parts = vec![
            "process.env",
            "import.meta.env",
            ".A_KEY",
            "[",
            "]",
            "(",
            ")",
            "'B_KEY'",
            "\"é\"",
            "`${",
            "}`",
            " ?? ",
            " || ",
            "!",
            "\n",
            ";",
            "const ",
            "x",
            " = ",
            "{",
            "}",
            ",",
            ": ",
            "z.object(",
            "z.string()",
            ".optional()",
            ".default(",
            "createEnv(",
            "server",
            "client",
            "runtimeEnv",
            "=> ",
            "function f(name",
            "return ",
            "if (",
            "throw ",
            "class Environment ",
            "@IsUrl()",
            "env(",
            "requireEnv(",
            ".parse(",
            "import ",
            " from ",
            "// c\n",
            "/*",
            "*/",
            "\r\n",
            "\u{feff}",
            "\0",
            "interface ProcessEnv ",
            "?",
            "...",
            "1",
            "<script>",
            "</script>",
            "---\n",
            "\"use client\"",
            "v.pipe(",
            "Joi.",
            "cleanEnv(",
            "for (const x of ",
            "delete ",
            "as any",
            "<",
        ];
        proptest::collection::vec(proptest::sample::select(parts), 0..60)
    }

    proptest! {
        #[test]
        fn random_source_never_panics(parts in parts()) {
            let text = parts.concat();
            for path in ["a.ts", "next.config.js", "a.vue", "a.astro"] {
                extract_as(path, &text);
            }
        }

        #[test]
        fn random_text_never_panics(text in "\\PC{0,200}") {
            extract(&text);
            extract_as("a.svelte", &text);
        }
    }
}
