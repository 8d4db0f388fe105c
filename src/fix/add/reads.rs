//! Code without a class or schema, that reads its variables one by one in one place, reads one more there.

use std::cmp::Reverse;

use super::code::is_code_of;
use super::rust::literals;
use super::{NewKey, go_struct, python_reads, rust_reads, typescript_reads};
use crate::diagnostic::Edit;
use crate::fact::{Fact, Place, Read, is_name_of_settings};
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::matrix::Service;
use crate::text::{SourceFile, Span, TreePath};

/// A place that reads variables one by one.
pub(super) struct Readers {
    /// What it is called in a plan.
    pub(super) name: String,
    /// Where it begins.
    pub(super) span: Span,
    /// How many variables it reads.
    pub(super) count: usize,
    /// What adds one; `None` where only people should.
    pub(super) edits: Option<Vec<Edit>>,
    /// The struct of Rust that it is, with the places that know the field then: who builds it elsewhere wants it too.
    pub(super) item: Option<(String, Vec<Span>)>,
}

/// Fewer reads than this make no list of settings, unless the file is called so.
const ENOUGH: usize = 3;

/// What files are called that hold what a program is started with.
const OF_COMMAND_LINE: &[&str] = &["options", "cli", "args"];

/// Adds a read of the key to the one place of a service's code where variables are read; whether there is one.
pub(super) fn add(index: &Index, wanted: &NewKey, service: &Service, plan: &mut Plan) -> bool {
    let mut found: Vec<(u8, usize, &SourceFile, Readers)> = Vec::new();
    for file in index.files.iter().filter(|file| is_code_of(index, service, file)) {
        let facts: Vec<(&Fact, &Read)> = index
            .facts_in(file.id)
            .filter(|fact| fact.place == Place::Process)
            .filter_map(Fact::as_read)
            .collect();
        let reads: Vec<Span> = facts.iter().map(|(fact, _)| fact.span).collect();
        if reads.is_empty() {
            continue;
        }
        let name = file.path.name();
        let extension = name.rsplit('.').next().unwrap_or("");
        let places = match extension {
            "py" => python_reads::of(file, &reads, wanted),
            "rs" => rust_reads::of(file, &facts, wanted),
            "go" => go_struct::of(file, &facts, wanted),
            "ts" | "tsx" | "mts" | "cts" | "js" | "mjs" | "cjs" => typescript_reads::of(file, &reads, wanted),
            _ => Vec::new(),
        };
        let rank = rank(&file.path);
        let enough =
            places.into_iter().filter(|place| rank > 0 || place.count >= ENOUGH || extension == "rs");
        found.extend(enough.map(|place| (rank, place.count, file, place)));
    }
    found.sort_by_key(|(rank, count, ..)| Reverse((*rank, *count)));
    let mut found = found.into_iter();
    let Some((rank, most, file, best)) = found.next() else { return false };
    let is_clear = found.next().is_none_or(|(other, count, ..)| other < rank || count * 2 <= most);
    let what = format!("read `{}` in {}", wanted.entry.key, best.name);
    let line = file.line_column(best.span.start).line;
    match best.edits.filter(|_| is_clear) {
        Some(edits) => {
            if let Some((name, item)) = &best.item {
                literals(index, file, (name, item), &wanted.entry.key.to_ascii_lowercase(), plan);
            }
            plan.step(index, what, edits);
        }
        None => plan.leave(format!("{}:{line}", file.path), what),
    }
    true
}

/// How much the name of a file says that it holds the settings: it is called so, or its folder is, as that of
/// `settings/production.py`. `next.config.js` and its like tell a program about itself.
fn rank(path: &TreePath) -> u8 {
    let stem = path.name().split('.').next().unwrap_or("").to_ascii_lowercase();
    let is_settings = is_name_of_settings(&stem) || OF_COMMAND_LINE.contains(&stem.as_str());
    let is_named = is_settings && path.name().matches('.').count() == 1;
    match path.folder().name() {
        _ if is_named => 2,
        "settings" | "config" => 1,
        _ => 0,
    }
}

/// Where the line that holds byte `at` ends, if nothing but a comment that begins with `sign` follows there.
pub(super) fn end_of_line(text: &str, at: usize, sign: &str) -> Option<usize> {
    let rest = text.get(at..)?;
    let line = rest.get(..rest.find(['\r', '\n']).unwrap_or(rest.len()))?;
    (line.trim().is_empty() || line.trim_start().starts_with(sign)).then_some(at + line.len())
}

/// The blanks before byte `at`, if nothing else stands before it on its line.
pub(super) fn indent_at(text: &str, at: usize) -> Option<&str> {
    let begin = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    text.get(begin..at).map(|lead| lead.trim_start_matches('\u{feff}')).filter(|lead| lead.trim().is_empty())
}
