//! Quotes that reach the program.

mod docker;

use crate::declare_rule;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::{Reporter, by_fault, enumerate_some, of_several_keys, repair_of_all};
use crate::text::FileId;

declare_rule! {
    /// Reports quotes that were meant as notation and become part of the value: in a list, in a dotenv, in the default of
    /// a variable of compose (`${X:-"x"}`).
    ///
    /// In a dotenv quotes are notation for most readers. `docker run --env-file` knows none, so they are reported where a
    /// script, a Makefile, `package.json` or a step of a workflow hands it the file, or the file that people make from an example.
    ///
    /// ## Why it matters
    ///
    /// The program is given `"info"` where it expects `info`: an unknown level, a URL that no client can
    /// parse, a password that does not match. The line looks right to everybody who reads it.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     image: app
    ///     environment:
    ///       - LOG_LEVEL="info"
    /// ```
    ///
    /// ```text
    /// warning[literal-quotes]: the quotes become part of the value of `LOG_LEVEL`
    /// ```
    ///
    /// ## What to do
    ///
    /// Leave the quotes out, or put them where the notation knows them: in a YAML list around the whole
    /// item, in a dotenv directly around the value. Quotes that the program is to see are clearer in the
    /// map form of `environment`: `KEY: '"x"'`, which is never reported.
    pub struct LiteralQuotes = "literal-quotes", Syntax, Warning, fixes, by_file + docker::ask => joined;
}

impl LiteralQuotes {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let why = "the program reads the value with the quotes in it";
        reporter.problems(index, ProblemKind::LiteralQuotes, why, "leave the quotes out");
    }
}

/// So many keys of one file are told one by one.
const FEW: usize = 2;

/// So many further places of a habit are shown.
const SHOWN: usize = 3;

/// Quotes of one kind all over a file are one habit of who wrote it. What can be mended does not wait for what a
/// program writes or people have to look at.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_shown_only = |found: &Diagnostic| {
        found.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::DisplayOnly)
    };
    let habit = |found: &Diagnostic| -> Option<(FileId, String, bool)> {
        Some((found.primary()?.at.file, found.why.clone()?, is_shown_only(found)))
    };
    let groups = by_fault(found, habit).into_iter();
    groups
        .flat_map(|group| {
            let is_one_key = group.windows(2).all(|pair| matches!(pair, [a, b] if a.key == b.key));
            if group.len() <= FEW && !is_one_key {
                return group;
            }
            by_fault(group, |found| Some(found.fix.is_some())).into_iter().flat_map(one_of).collect()
        })
        .collect()
}

fn one_of(group: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some((keys, mut one)) = of_several_keys(&group) else { return group };
    let condition = if one.message.ends_with(" is not set") { " where nobody sets them" } else { "" };
    one.message = match keys.as_slice() {
        [name] => format!("the quotes become part of the value of `{name}` in {} places", group.len()),
        names => format!("the quotes become part of the values of {}{condition}", enumerate_some(names)),
    };
    let others = group.iter().skip(1).filter_map(|found| found.labels.first().cloned());
    one.labels.extend(others.take(SHOWN));
    one.fix = repair_of_all(&group);
    one.help = Some("leave the quotes out".to_owned());
    vec![one]
}
