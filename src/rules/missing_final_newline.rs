//! `missing-final-newline`

use rayon::prelude::*;

use crate::declare_rule;
use crate::fact::{ProblemKind, is_aside};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{FileId, Location, SourceFile, Span, TreePath};

declare_rule! {
    /// Reports a dotenv file whose last line has no newline.
    ///
    /// Where a script of the tree appends to the file, or to the copy that people make of it, the rule speaks
    /// always; elsewhere under `--strict` only.
    ///
    /// ## Why it matters
    ///
    /// `echo "KEY=value" >> .env` then writes behind the last value instead of below it: two keys are lost in
    /// one line, and no reader complains.
    ///
    /// ## Example
    ///
    /// The example ends behind the last digit (`␃`).
    ///
    /// `.env.example`
    /// ```dotenv
    /// LOG_LEVEL=info
    /// RETENTION_DAYS=30␃
    /// ```
    ///
    /// `setup.sh`
    /// ```sh
    /// cp .env.example .env
    /// echo "SECRET_KEY=$(openssl rand -hex 32)" >> .env
    /// ```
    ///
    /// ```text
    /// warning[missing-final-newline]: the file does not end with a newline
    /// ```
    ///
    /// The copy ends in `RETENTION_DAYS=30SECRET_KEY=...`.
    ///
    /// ## What to do
    ///
    /// End the file with a newline.
    pub struct MissingFinalNewline = "missing-final-newline", Syntax, Warning, partly_strict, fixes, by_file;
}

impl MissingFinalNewline {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut appends = None;
        for (file, problem) in index.problems(ProblemKind::MissingFinalNewline) {
            let appended = appended_at(index, file, appends.get_or_insert_with(|| Append::all(index)));
            if appended.is_none() && !reporter.is_strict() {
                continue;
            }
            let why = "what a script appends to the file becomes a part of the last value";
            let mut finding = reporter.problem(file, problem, why, "add a newline at the end");
            if let Some(at) = appended {
                finding = finding.label(at, "this text lands on the last line of it");
            }
            if let Some(last) = index.facts_in(file).last() {
                finding = finding.key(&last.key);
            }
            drop(finding);
        }
    }
}

/// A line that appends to a file.
struct Append {
    at: Location,
    /// The file, as the line names it from the root of the tree and from the folder that the line stands in.
    targets: Vec<TreePath>,
}

impl Append {
    /// Those of all files, in the order of places.
    fn all(index: &Index) -> Vec<Self> {
        let scripts: Vec<&SourceFile> = index.files.iter().collect();
        let scripts = scripts.into_par_iter();
        let scripts = scripts.filter(|script| script.text.contains(">>") && !is_aside(&script.path));
        scripts.flat_map_iter(Self::all_in).collect()
    }

    fn all_in(script: &SourceFile) -> Vec<Self> {
        let mut found = Vec::new();
        let mut start = 0;
        for line in script.text.split_inclusive('\n') {
            if let Some(behind) = line.split_once(">>").map(|(_, behind)| behind.trim_start_matches(['>', ' ']))
                && !line.trim_start().starts_with('#')
                // A text that begins with a newline mends it.
                && !line.contains("\\n")
            {
                let end = behind.find([' ', ';', ')', '&', '|', '\n', '\r']).unwrap_or(behind.len());
                let target = behind.get(..end).unwrap_or("").trim_matches(['"', '\'']);
                let from_root = TreePath::root(script.path.root_name()).join(target);
                let targets: Vec<TreePath> =
                    from_root.into_iter().chain(script.path.folder().join(target)).collect();
                if !target.is_empty() && !targets.is_empty() {
                    let span = Span::new(start, start + line.trim_end().len());
                    found.push(Self { at: Location::new(script.id, span), targets });
                }
            }
            start += line.len();
        }
        found
    }
}

/// Where a script appends to a dotenv, or to the file that people make from it.
fn appended_at(index: &Index, file: FileId, appends: &[Append]) -> Option<Location> {
    let path = index.path(file);
    let names: Vec<TreePath> = std::iter::once(path.clone()).chain(copy_of(&path)).collect();
    let is_meant = |append: &&Append| append.targets.iter().any(|target| names.contains(target));
    appends.iter().find(is_meant).map(|append| append.at)
}

/// The file that people make from an example.
fn copy_of(example: &TreePath) -> Option<TreePath> {
    let name = example.name();
    let bare =
        [".example", ".sample", ".template", ".dist"].iter().find_map(|mark| name.strip_suffix(mark))?;
    example.folder().join(bare)
}
