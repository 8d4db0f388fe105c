//! `envcheck explain`: a rule's page.

use super::arguments::Explain;
use super::failure::Failure;
use super::select::rule_named;
use super::{Exit, Output};
use crate::render::page;
use crate::rule::{Rule, RuleMeta};
use crate::rules;

pub(super) fn run(arguments: &Explain, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let chosen: Vec<&dyn Rule> = match &arguments.rule {
        Some(name) => vec![rule_named(name, "")?],
        None => rules::ALL.to_vec(),
    };
    for (position, rule) in chosen.iter().enumerate() {
        if position > 0 {
            writeln!(output.out)?;
        }
        let markdown = markdown(rule.meta());
        if output.streams.stdout_is_terminal {
            write!(output.out, "{}", page(&markdown, &output.screen))?;
        } else {
            write!(output.out, "{markdown}")?;
        }
    }
    Ok(Exit::Clean)
}

/// The whole page, with the rule's name as title.
fn markdown(meta: &RuleMeta) -> String {
    let level = match meta.level {
        crate::rule::Level::Strict => "speaks only with `--strict` or when selected by name",
        crate::rule::Level::Error => "level error",
        crate::rule::Level::Warning => "level warning",
    };
    let needs = if meta.needs_matrix { ", needs a declared matrix" } else { "" };
    // Doc comments keep the blank behind `///`.
    let body: Vec<&str> = meta.page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    format!("# {}\n\nGroup {}, {level}{needs}.\n\n{}\n", meta.id, meta.group.word(), body.join("\n").trim())
}
