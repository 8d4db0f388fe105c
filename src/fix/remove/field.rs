//! A field of a settings class that nobody uses goes with its key.

use super::lines::widened;
use crate::fact::{Fact, Place, Role};
use crate::fix::names::{extension, is_script, language, words};
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::repair::edit;
use crate::syntax::tree::{self, Node};
use crate::syntax::yaml::edit::Replaced;
use crate::text::{Location, SourceFile, Span};

/// Takes the fields out that read `key` and nothing else, where no code names them.
pub(super) fn unused(index: &Index, key: &KeyName, plan: &mut Plan, gone: &mut Vec<Location>) {
    let facts = index
        .facts_of(key)
        .chain(index.small_spellings(key).flat_map(|small| index.facts_of(small)))
        .filter(|fact| fact.place == Place::Process);
    for fact in facts {
        let is_field = matches!(&fact.role, Role::Reads(read) if read.settings.is_some() && read.alternatives.is_empty());
        let at = fact.at();
        let is_gone = gone.iter().any(|gone| gone.contains(at));
        if !is_field || is_gone {
            continue;
        }
        let Some((name, replaced)) = index.files.get(fact.file).and_then(|file| field(file, fact)) else {
            continue;
        };
        let own = Location::new(fact.file, replaced.0);
        if is_used(index, key, &name, own) {
            continue;
        }
        gone.push(own);
        let mut edits = vec![edit(fact.file, replaced)];
        let default = index.files.get(fact.file).and_then(|file| default_function(file, own.span));
        if let Some(function) = default {
            gone.push(Location::new(fact.file, function));
            edits.push(edit(fact.file, (function, String::new())));
        }
        plan.step(index, format!("take the field `{name}` out, which no code uses"), edits);
    }
}

/// Whether any other place of the same language says the name of the field, or of the key.
fn is_used(index: &Index, key: &KeyName, name: &str, own: Location) -> bool {
    let Some(declaring) = index.files.get(own.file) else { return true };
    let ending = extension(&declaring.path);
    index.files.iter().any(|file| {
        let other = extension(&file.path);
        let is_one = other == ending || is_script(other) && is_script(ending);
        is_one
            && words(&file.text, name)
                .chain(words(&file.text, key))
                .any(|span| file.id != own.file || !own.span.contains(span))
    })
}

/// The name of the field that a statement declares, and the lines that go with it.
fn field(file: &SourceFile, fact: &Fact) -> Option<(String, Replaced)> {
    let tree = tree::parse(language(&file.path)?, &file.text)?;
    let around: Vec<Node<'_>> = tree
        .walk()
        .map(|step| step.node)
        .filter(|node| node.span().contains(fact.span))
        .filter(|node| matches!(node.kind(), "assignment" | "pair" | "field_declaration"))
        .collect();
    let node = around.last()?;
    let name = ["left", "key", "name"].iter().find_map(|field| node.field(field))?.text();
    let is_name = name.chars().all(|c| c == '_' || c.is_alphanumeric());
    if !is_name {
        return None;
    }
    let (sign, lines) = lines(&file.text, node.span(), extension(&file.path))?;
    // The comments of Go begin with the name that they are about.
    let wide = |key: &str| widened(&file.text, (lines, String::new()), key, sign);
    let replaced = [wide(&fact.key), wide(name)].into_iter().max_by_key(|(span, _)| span.len())?;
    let is_last = extension(&file.path) == "py" && !has_company(&file.text, replaced.0);
    (!is_last).then(|| (name.to_owned(), replaced))
}

/// The function that an attribute of serde in `field` names for the default, where nothing else of the file names it;
/// with what documents it, and one of the blank lines around it.
fn default_function(file: &SourceFile, field: Span) -> Option<Span> {
    if extension(&file.path) != "rs" {
        return None;
    }
    let text = &file.text;
    let attribute =
        text.get(field.range())?.lines().find(|line| line.trim_start().starts_with("#[serde("))?;
    let name = attribute.split_once("default = \"")?.1.split('"').next()?;
    let tree = tree::parse(language(&file.path)?, text)?;
    let function = tree.walk().map(|step| step.node).find(|node| {
        node.kind() == "function_item" && node.field("name").is_some_and(|found| found.text() == name)
    })?;
    let (_, lines) = lines(text, function.span(), "rs")?;
    // Who else may call a public function is not known.
    let is_private = !function.text().trim_start().starts_with("pub");
    let is_named_elsewhere = words(text, name).any(|span| !field.contains(span) && !lines.contains(span));
    let behind = text.get(lines.end as usize..)?;
    let blank = behind.split_inclusive('\n').next().filter(|line| line.trim().is_empty()).map_or(0, str::len);
    (is_private && !is_named_elsewhere).then(|| Span::new(lines.start as usize, lines.end as usize + blank))
}

/// The whole lines of a declaration, with its attributes and what documents it, and the sign of comments there.
fn lines(text: &str, span: Span, ending: &str) -> Option<(&'static str, Span)> {
    let before = text.get(..span.start as usize)?;
    let mut start = before.rfind('\n').map_or(0, |newline| newline + 1);
    if !text.get(start..span.start as usize)?.trim().is_empty() {
        return None;
    }
    let behind = text.get(span.end as usize..)?;
    let length = behind.find('\n').map_or(behind.len(), |newline| newline + 1);
    let rest = behind.get(..length)?.trim().trim_start_matches([',', ';']).trim();
    let sign = if ending == "py" { "#" } else { "//" };
    if !rest.is_empty() && !rest.starts_with(sign) {
        return None;
    }
    let mut end = span.end as usize + length;
    if ending == "py" {
        let next = text.get(end..)?.split_inclusive('\n').next().unwrap_or("");
        let said = next.trim();
        let is_text = ["\"\"\"", "'''"]
            .iter()
            .any(|quote| said.len() >= 6 && said.starts_with(quote) && said.ends_with(quote));
        end += if is_text { next.len() } else { 0 };
    } else {
        for line in text.get(..start)?.split_inclusive('\n').rev() {
            let said = line.trim();
            let is_own = said.starts_with("#[") && said.ends_with(']')
                || said.starts_with("///")
                || said.starts_with("/**") && said.ends_with("*/");
            if !is_own {
                break;
            }
            start -= line.len();
        }
    }
    Some((sign, Span::new(start, end)))
}

/// Whether something else stands beside lines of a block of Python: a block must not be empty.
fn has_company(text: &str, gone: Span) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = text.get(gone.range()).unwrap_or("");
    let own = own
        .lines()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .map_or(0, indent);
    let is_beside = |line: &&str| {
        let said = line.trim();
        !said.is_empty() && !said.starts_with('#')
    };
    let above = text.get(..gone.start as usize).unwrap_or("").lines().rev().find(is_beside);
    let below = text.get(gone.end as usize..).unwrap_or("").lines().find(is_beside);
    above.is_some_and(|line| indent(line) >= own) || below.is_some_and(|line| indent(line) >= own)
}
