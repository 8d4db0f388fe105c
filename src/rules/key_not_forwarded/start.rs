//! Reads that surely stop a program at its start, whoever makes them: a settings class, or a line of a module that runs
//! when the program starts.

mod release;

use crate::fact::{Fact, Need, Read, is_name_of_settings, is_tool};
use crate::index::{Index, Site};
use crate::text::SourceFile;

pub(super) use release::comes_to as is_of_release;

/// Modules with which a program starts, by their names without ending; those of its settings come with them.
const OF_START: &[&str] = &["main", "app", "application", "server", "index", "wsgi", "asgi", "__main__"];

/// Functions by which a program takes its configuration when it starts.
const LOADERS: &[&str] =
    &["main", "init", "load", "mustload", "loadconfig", "newconfig", "from_env", "new", "load_config"];

/// Whether the program of a site cannot start without this read: a field of a settings class, or, where the site has
/// nothing but its list, a line that its start comes to.
pub(in crate::rules) fn stops_at_start(index: &Index, site: &Site, fact: &Fact, read: &Read) -> bool {
    read.need == Need::Required
        && (read.settings.is_some() || release::comes_to(index, site, fact) || is_at_start(index, site, fact))
}

/// Whether a line of a module refuses to go on without this variable, in code that any program loads which imports the
/// module: a guard at the left margin, or a constant there that is guarded below.
pub(super) fn refuses_in_module(index: &Index, fact: &Fact, read: &Read) -> bool {
    let Some(source) = index.files.get(fact.file).filter(|_| read.need == Need::Required) else {
        return false;
    };
    let lines = Lines::around(source, fact);
    match source.path.name().rsplit('.').next() {
        Some("js" | "mjs" | "cjs" | "ts" | "mts" | "cts") => lines.script() || lines.guarded_constant(),
        _ => false,
    }
}

fn is_at_start(index: &Index, site: &Site, fact: &Fact) -> bool {
    let Some(service) = index.compose_service(site) else { return false };
    let (Some(source), Some(code)) = (index.files.get(fact.file), &site.code) else { return false };
    // What else it is given is not listed; what it runs instead may start elsewhere.
    if !service.env_files.is_empty() || !service.commands.is_empty() || service.extends.is_some() {
        return false;
    }
    let path = &source.path;
    let is_named = path
        .name()
        .split('.')
        .next()
        .is_some_and(|stem| is_name_of_settings(stem) || OF_START.contains(&stem));
    let below = path.within_root().strip_prefix(code.within_root()).unwrap_or("");
    let is_near = below.trim_start_matches('/').split('/').count() <= 3;
    if !is_named || !is_near || is_tool(path) || index.is_aside(fact.file) {
        return false;
    }
    let lines = Lines::around(source, fact);
    match path.name().rsplit('.').next() {
        Some("py") => lines.python(),
        Some("js" | "mjs" | "cjs" | "ts" | "mts" | "cts") => lines.script(),
        Some("go") => lines.function("func ", &['\t']) && is_only_program(index, source, "func main()"),
        Some("rs") => lines.function("fn ", &[' ']) && is_only_program(index, source, "fn main()"),
        _ => false,
    }
}

/// A line that reads, and what stands around it.
struct Lines<'t> {
    line: &'t str,
    next: &'t str,
    above: &'t str,
}

impl<'t> Lines<'t> {
    fn around(source: &'t SourceFile, fact: &Fact) -> Self {
        let before = source.text.get(..fact.span.start as usize).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let mut rest = source.text.get(line_start..).unwrap_or("").split('\n');
        Self {
            line: rest.next().unwrap_or(""),
            next: rest.next().unwrap_or(""),
            above: before.get(..line_start).unwrap_or(""),
        }
    }

    /// `const x = process.env.X;` at the left margin. What is read there without `!` and is required all the same, the
    /// module asks for below, in the scope of the constant.
    fn guarded_constant(&self) -> bool {
        let is_constant = self.line.starts_with("const ") || self.line.starts_with("export const ");
        let value = self.line.split_once("= process.env.").map_or("", |(_, value)| value);
        let value = value.trim_end().trim_end_matches(';');
        is_constant
            && !value.is_empty()
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    /// A statement at the left margin that is one line.
    fn python(&self) -> bool {
        let first = self.line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("");
        let is_statement = !first.is_empty()
            && !matches!(
                first,
                "if" | "elif"
                    | "else"
                    | "for"
                    | "while"
                    | "with"
                    | "try"
                    | "except"
                    | "def"
                    | "class"
                    | "async"
                    | "lambda"
                    | "assert"
                    | "del"
            );
        is_statement && ![" if ", " or ", "lambda", " and "].iter().any(|word| self.line.contains(word))
    }

    /// `if (!process.env.X) throw`, or `const x = required("X")`, at the left margin.
    fn script(&self) -> bool {
        let stops = |text: &str| text.contains("throw ") || text.contains("process.exit(1)");
        let behind = self.line.split_once(')').map_or("", |(_, behind)| behind);
        let is_guard = self.line.starts_with("if (!")
            && !self.line.contains("&&")
            && (stops(behind) || behind.trim_end().ends_with('{') && stops(self.next));
        let is_constant = self.line.starts_with("const ") || self.line.starts_with("export const ");
        let is_call = is_constant
            && self.line.contains("= ")
            && !["=>", "??", "||", "&&", " ? ", "function", "process.env"]
                .iter()
                .any(|word| self.line.contains(word));
        is_guard || is_call
    }

    /// A statement that is directly in a function which the start calls, or at the left margin.
    fn function(&self, word: &str, indent: &[char]) -> bool {
        let is_outside = self.line.starts_with("var ");
        let level = self.line.len() - self.line.trim_start_matches(indent).len();
        let is_direct = level == if indent == ['\t'] { 1 } else { 4 };
        let head = self.above.lines().rev().find(|line| {
            let line = line.trim_start_matches("pub ").trim_start_matches("async ");
            line.starts_with(word)
        });
        let name = head.and_then(|head| head.split(word).nth(1)?.split('(').next());
        let is_closed =
            || self.above.lines().rev().take_while(|line| Some(*line) != head).any(|line| line == "}");
        let is_loader = name.is_some_and(|name| LOADERS.contains(&name.trim().to_ascii_lowercase().as_str()));
        let is_plain =
            !["if ", "&&", "||", "unwrap_or", ".ok()", "match "].iter().any(|word| self.line.contains(word));
        is_plain && (is_outside || is_direct && is_loader && !is_closed())
    }
}

/// Whether the tree around a file has one program, so that no other one is meant.
fn is_only_program(index: &Index, source: &SourceFile, main: &str) -> bool {
    let ending = source.path.name().rsplit('.').next().unwrap_or("");
    let folder = source.path.folder();
    let top = folder.parts().next().unwrap_or("").to_owned();
    let files = index.files.iter().filter(|file| {
        file.path.name().ends_with(&format!(".{ending}"))
            && (top.is_empty() || file.path.parts().next() == Some(top.as_str()))
            && !index.is_aside(file.id)
    });
    files.filter(|file| file.text.contains(main)).take(2).count() == 1
}
