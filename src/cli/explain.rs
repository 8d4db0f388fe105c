//! `envcheck explain`: a rule's page.

use super::arguments::Explain;
use super::failure::Failure;
use super::select::rule_named;
use super::{Exit, Output};
use crate::render::{page, rule_page};
use crate::rule::Rule;
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
        let markdown = rule_page(rule.meta());
        if output.streams.stdout_is_terminal {
            write!(output.out, "{}", page(&markdown, &output.screen))?;
        } else {
            write!(output.out, "{markdown}")?;
        }
    }
    Ok(Exit::Clean)
}
