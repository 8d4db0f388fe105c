//! Which statements of a file may touch the environment.

use std::ops::Range;

use super::super::relevant::{Graph, Parts, SHORT, behind, words};
use super::name::is_capital;
use super::narrow::Narrow;
use super::statements::divide;
use crate::text::TreePath;

/// A file's parts, and the comments of those that are not parsed, as far as they are known.
#[derive(Debug)]
pub(super) struct Divided {
    pub(super) parts: Parts,
    pub(super) comments: Vec<Range<usize>>,
}

/// Divides a file.
pub(super) fn parts(path: &TreePath, text: &str) -> Divided {
    let whole = || Divided { parts: Parts::whole(text), comments: Vec::new() };
    // Decorators say in words of their own which fields of a class are keys; a bundler's configuration is all about
    // what it takes.
    if text.len() < SHORT || text.contains("class-validator") || path.name().contains("config") {
        return whole();
    }
    let Some(found) = divide(text).filter(|found| !found.statements.is_empty()) else { return whole() };
    let is_module = text.contains("/environment");
    let touches: Vec<bool> =
        found.statements.iter().map(|one| touches(code(text, &one.range), is_module)).collect();
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

/// Whether a statement may read or set a variable, or hold a schema of variables.
pub(super) fn touches(code: &str, is_module: bool) -> bool {
    let mut has_schema = false;
    let mut has_key = false;
    let mut has_owner = false;
    let mut has_env = false;
    for word in words(code) {
        has_schema |= matches!(word, "z" | "v" | "zod" | "Joi" | "joi" | "yup" | "Yup");
        has_key |= word.contains('_') && is_capital(word) && behind(code, word).starts_with(':');
        // `import.meta.env`, also as `(import.meta as any).env` and `{ env } = import.meta`.
        has_owner |= matches!(word, "meta" | "Bun" | "Deno");
        has_env |= word == "env";
        if has_schema && has_key || has_owner && has_env || is_sign(word, code, is_module) {
            return true;
        }
    }
    false
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
    use super::parts;
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
    fn words_that_only_look_like_it_go() {
        let text = "const envelope = (id) => sendEnvelope(id);\nconst seven = 7;\n";
        assert_eq!(parsed(text), "");
    }
}
