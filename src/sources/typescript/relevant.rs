//! Which statements of a file may touch the environment.

use std::ops::Range;

use super::super::relevant::{Graph, Parts, Touch, before, behind, words};
use super::name::is_capital;
use super::narrow::Narrow;
use super::statements::divide;
use crate::text::TreePath;

/// Shorter files, in bytes, are parsed as a whole.
const SHORT: usize = 1 << 10;

/// What files say that take variables in words which [`touch`] does not know.
const OWN_WORDS: &[&str] = &[
    "convict(",
    "adonisjs/",
    "Adonis/Core/Env",
    "arktype",
    "arkenv",
    "fastify/env",
    "fastify-env",
    "env-schema",
    "envsafe",
    "typebox",
    "\"effect\"",
    "'effect'",
    "effect/Config",
    "effect/config",
    "getSecret(",
];

/// A file's parts, and the comments of those that are not parsed, as far as they are known.
#[derive(Debug)]
pub(super) struct Divided {
    pub(super) parts: Parts,
    pub(super) comments: Vec<Range<usize>>,
}

/// Divides a file.
pub(super) fn parts(path: &TreePath, text: &str) -> Divided {
    let whole = || Divided { parts: Parts::whole(text), comments: Vec::new() };
    // Decorators and languages of schemas say in words of their own what is a key; a bundler's configuration is all
    // about what it takes.
    if text.len() < SHORT
        || OWN_WORDS.iter().any(|word| text.contains(word))
        || text.contains("class-validator") && (text.contains("plainTo") || text.contains("Env"))
        || path.name().contains("config")
    {
        return whole();
    }
    let Some(found) = divide(text).filter(|found| !found.statements.is_empty()) else { return whole() };
    let is_module = text.contains("/environment");
    let touches: Vec<Touch> =
        found.statements.iter().map(|one| touch(code(text, &one.range), is_module)).collect();
    let (readers, kept) = Graph::of(text, &found.statements).kept(&touches, true);
    let narrow = Narrow { text, readers: &readers, is_module };
    let mut parts = Parts::of(&[], &[]);
    for (statement, is_kept) in found.statements.iter().zip(kept) {
        if is_kept {
            narrow.add(statement.range.clone(), 0, &mut parts);
        } else {
            parts.push(statement.range.clone(), false);
        }
    }
    Divided { parts, comments: found.comments }
}

fn code<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    text.get(range.clone()).unwrap_or("")
}

/// What a statement has to do with variables, and with schemas of them.
pub(super) fn touch(code: &str, is_module: bool) -> Touch {
    let mut has_schema = false;
    let mut has_key = false;
    // `import.meta.env`, also as `(import.meta as any).env` and `{ env } = import.meta`.
    let mut has_owner = false;
    let mut env = Touch::None;
    let mut found = Touch::None;
    for word in words(code) {
        has_schema |= matches!(word, "z" | "v" | "zod" | "Joi" | "joi" | "yup" | "Yup");
        has_key |= word.contains('_') && is_capital(word) && behind(code, word).starts_with(':');
        match word {
            "meta" | "Bun" | "Deno" => has_owner = true,
            "process" if !is_object_of_node(code, word) => continue,
            "process" => {
                has_owner = true;
                let is_object = behind(code, word).starts_with(['.', '?']);
                found = found.max(if is_object { Touch::Plain } else { Touch::Any });
            }
            "env" => env = env.max(if is_property(behind(code, word)) { Touch::Plain } else { Touch::Any }),
            _ => {}
        }
        if is_sign(word, code, is_module) {
            let is_plain = word != "process" && is_plain_call(behind(code, word).trim_start_matches(GLUE));
            found = found.max(if is_plain || word == "process" { Touch::Plain } else { Touch::Any });
        }
        if has_owner {
            found = found.max(env);
        }
        if found == Touch::Any || has_schema && has_key {
            return Touch::Any;
        }
    }
    found
}

/// Whether the word `process` stands for Node's object: not in prose, in `file-process.ts` or as the name of a method.
fn is_object_of_node(code: &str, word: &str) -> bool {
    let behind = behind(code, word);
    let before = before(code, word);
    let is_member = || {
        let owner = before.strip_suffix("?.").or_else(|| before.strip_suffix('.'));
        // What stands in brackets may be the global object: `(globalThis as any).process`.
        let owner = owner.filter(|before| before.ends_with(|c: char| c.is_ascii_alphanumeric()));
        let owner = owner.map(|before| words(before.rsplit('\n').next().unwrap_or("")).last().unwrap_or(""));
        owner.is_some_and(|owner| !matches!(owner, "globalThis" | "global" | "window" | "self"))
    };
    let next = behind.trim_start_matches([' ', '\t']);
    let is_prose = next.len() < behind.len()
        && words(next).next().is_some_and(|other| {
            next.starts_with(other) && !matches!(other, "as" | "satisfies" | "in" | "instanceof" | "is")
        });
    let is_part = behind.starts_with('-') || before.ends_with('-');
    !is_prose && !is_part && !is_member()
}

/// Whether a property stands behind an object whose name is written down.
fn is_property(behind: &str) -> bool {
    if let Some(rest) = behind.strip_prefix('[') {
        return text_in(rest).is_some_and(|rest| rest.starts_with(']'));
    }
    let Some(rest) = behind.strip_prefix('?').unwrap_or(behind).strip_prefix('.') else { return false };
    let name = words(rest).next().filter(|name| rest.starts_with(name)).unwrap_or("");
    let is_method = matches!(name, "get" | "has" | "hasOwnProperty" | "set" | "delete");
    !name.is_empty() && (!is_method || is_plain_call(rest.get(name.len()..).unwrap_or("")))
}

/// Whether what stands behind a name calls it, or `get` of it, with a text that is written down.
fn is_plain_call(behind: &str) -> bool {
    let behind = behind.strip_prefix(".get").unwrap_or(behind);
    let types = behind.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    let given = types.map_or(behind, |(_, rest)| rest).strip_prefix('(').and_then(text_in);
    given.is_some_and(|rest| rest.starts_with([')', ',']))
}

/// What stands behind a text in quotes, and behind the blanks around it.
fn text_in(code: &str) -> Option<&str> {
    let code = code.trim_start();
    let quote = code.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    code.get(1..)?.split_once(quote).map(|(_, rest)| rest.trim_start())
}

/// What may stand between a name and the method that is called of it.
const GLUE: &[char] = &['?', '!', ')', ' ', '\t', '\r', '\n'];

/// Whether a name is that of the environment, of what reads it, or of what tells where the code runs. What stands
/// behind it in `code` tells calls; `is_module` where the environment may be a module of its own.
fn is_sign(word: &str, code: &str, is_module: bool) -> bool {
    let is_call = || behind(code, word).starts_with(['(', '<', '`']);
    let is_got = || {
        let method = behind(code, word).trim_start_matches(GLUE).strip_prefix(".get");
        method.is_some_and(|rest| rest.starts_with(['(', '<']))
    };
    match word {
        "process" | "getOrThrow" | "$env" | "processEnv" => true,
        "require" | "required" | "optional" => is_call() && !behind(code, word).starts_with("()"),
        _ if word.ends_with("onfig") || word.ends_with("ervice") => is_got() || is_about(word) && is_call(),
        // Most words have none of the pairs that all names of the environment have.
        _ if !word.as_bytes().windows(2).any(|pair| matches!(pair, b"nv" | b"NV")) => false,
        // A function by its name, or the environment as a module of its own.
        _ if word.contains("nvironment") => {
            is_call() || is_module && behind(code, word).starts_with(['.', '['])
        }
        // Types of the environment as a whole.
        _ if word.ends_with("ProcessEnv") || word.ends_with("MetaEnv") => true,
        // What only holds a variable, or is named for environments of another kind, reads nothing.
        _ => is_about(word) && (is_call() || is_got()),
    }
}

/// Whether a name holds the word for the environment.
fn is_about(word: &str) -> bool {
    let is_capital = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_lowercase());
    word.ends_with("env")
        || word.contains("ENV")
        || word.strip_prefix("env").is_some_and(is_capital)
        || word.match_indices("Env").any(|(at, found)| word.get(at + found.len()..).is_some_and(is_capital))
}

#[cfg(test)]
mod tests {
    use super::{Touch, parts, touch};
    use crate::text::TreePath;

    /// What is parsed of a text that is long by a function which touches nothing.
    fn parsed(text: &str) -> String {
        let padding = "  padding(1, 2, 3);\n".repeat(300);
        let long = format!("{text}function padding() {{\n{padding}}}\n");
        let path = TreePath::parse("a.ts").unwrap();
        parts(&path, &long).parts.parsed.into_iter().map(|range| &long[range]).collect()
    }

    #[test]
    fn what_touches_nothing_goes() {
        let text = "import a from 'a';\nfunction b() {\n  return 1;\n}\nconst c = `\nfunction d() {}\n`;\n";
        assert_eq!(parsed(text), "import a from 'a';\n");
        let text =
            "const get = (name: string) => process.env[name];\nconst a = () => get('A');\nconst b = 1;\n";
        assert_eq!(parsed(text), text.replace("const b = 1;\n", ""));
    }

    #[test]
    fn what_a_reader_needs_stays() {
        let text = "const KEYS = ['A'];\nconst OTHER = ['B'];\nfunction fail(): never {\n  throw new Error();\n}\n\
                    for (const key of KEYS) process.env[key] ?? fail();\n";
        assert_eq!(parsed(text), text.replace("const OTHER = ['B'];\n", ""));
        let text = "const flag = () => z.string();\nconst schema = z.object({ A_B: flag() });\nconst other = z.object({ a: 1 });\n";
        assert_eq!(parsed(text), text.replace("const other = z.object({ a: 1 });\n", ""));
    }

    #[test]
    fn who_uses_a_value_goes() {
        let text = "import a from 'a';\nconst url = () => `${process.env.A_URL}/x`;\nfunction b() {\n  return url();\n}\n";
        assert_eq!(parsed(text), text.replace("function b() {\n  return url();\n}\n", ""));
        // A function around one that takes any name is one itself.
        let text = "const get = (name) => process.env[name];\nfunction b(name) {\n  log(process.env.A);\n  return get(name);\n}\nfunction c() {\n  return b('B');\n}\n";
        assert_eq!(parsed(text), text);
        let body = "  other();\n".repeat(100);
        let head = "function b() {\n  const url = process.env.A_URL;\n  const to = join(url);\n";
        let text = format!("{head}  if (!url) {{\n    throw new Error();\n  }}\n{body}}}\n");
        let expected = text.replace(&body, "").replace("  const to = join(url);\n", "");
        assert_eq!(parsed(&text), expected);
    }

    #[test]
    fn elements_and_what_they_use_go() {
        let body = "  const c = use();\n".repeat(50);
        let head = "export function F({\n  a,\n}: {\n  a: A;\n}) {\n";
        let kept = "  const open = () => {\n    window.open(process.env.A_URL);\n  };\n";
        let text = format!(
            "{head}{kept}{body}  return (\n    <b open={{c}} onClick={{open}}>\n    </b>\n  );\n}}\n"
        );
        assert_eq!(parsed(&text), format!("{head}{kept}}}\n"));
    }

    #[test]
    fn of_a_try_block_what_has_nothing_to_do_with_it_goes() {
        let body = "    compute();\n".repeat(50);
        let text = format!(
            "async function b() {{\n  before();\n  try {{\n{body}    const a = process.env.A_URL;\n  }} catch {{\n    c();\n  }}\n}}\n"
        );
        assert_eq!(parsed(&text), text.replace(&body, "").replace("  before();\n", ""));
    }

    #[test]
    fn what_is_parsed_does_not_grow_with_what_has_nothing_to_do_with_it() {
        let of = |count: usize| {
            let others =
                "function other() {\n  const a = compute();\n  return <b>{a}</b>;\n}\n".repeat(count);
            let body = "  const c = compute();\n  use(c);\n".repeat(count);
            let reads = format!("function d() {{\n{body}  const url = process.env.A_URL;\n  use(url);\n}}\n");
            parsed(&format!("import a from 'a';\n{others}{reads}")).len()
        };
        assert_eq!(of(50), of(5_000));
    }

    #[test]
    fn what_a_statement_has_to_do_with_variables() {
        for (text, expected) in [
            ("const a = process.env.A ?? env.B;", Touch::Plain),
            ("const a = process.env['A']!;", Touch::Plain),
            ("const a = process.env['A_' + b];", Touch::Any),
            ("const a = process.env[b];", Touch::Any),
            ("const { a } = process.env;", Touch::Any),
            ("const { env: { A } } = process;", Touch::Any),
            ("const a = (import.meta as any).env.A;", Touch::Plain),
            ("const { env } = import.meta;", Touch::Any),
            ("const a = Deno.env.get('A');", Touch::Plain),
            ("const a = Deno.env.get(b);", Touch::Any),
            ("const a = config.get<string>('A', 'b');", Touch::Plain),
            ("const a = config.get(b);", Touch::Any),
            ("const a = requireEnv(\"A\");", Touch::Plain),
            ("const a = requireEnv(`A_${b}`);", Touch::Any),
            ("const a = (globalThis as any).process.env.A;", Touch::Plain),
            ("const a = global.process?.env.A;", Touch::Plain),
            ("f(process as any);", Touch::Any),
            ("import a from './file-process-bar';", Touch::None),
            ("await queue.process(job); // process all of them", Touch::None),
            ("const a = c.env.A;", Touch::None),
            ("const a = INVALID_ENVIRONMENT_ID;", Touch::None),
            ("const a = z.object({ A_B: z.string() });", Touch::Any),
        ] {
            assert_eq!(touch(text, false), expected, "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_it_go() {
        let text = "const envelope = (id) => sendEnvelope(id);\nconst seven = 7;\n";
        assert_eq!(parsed(text), "");
    }
}
