//! Values of `ENV` that were meant to take a variable and are a text: `A=&A` and `A=$`, slips for `A=$A`.

use std::collections::BTreeSet;

use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::dockerfile::{Arguments, Document, Keyword};

pub(super) fn find(document: &Document) -> Vec<Problem> {
    let pairs = |keyword: Keyword| {
        let instructions = document.instructions.iter().filter(move |one| one.keyword == Some(keyword));
        instructions.flat_map(|one| match &one.arguments {
            Arguments::Pairs(pairs) => pairs.as_slice(),
            _ => &[],
        })
    };
    let mut arguments: Option<BTreeSet<&str>> = None;
    let mut problems = Vec::new();
    for pair in pairs(Keyword::Env) {
        let Some(value) = &pair.value else { continue };
        let text = value.as_str().trim().trim_matches('"');
        let name = match text.strip_prefix('&') {
            Some(name) => name,
            None if text == "$" => pair.key.as_str(),
            None => continue,
        };
        let declared =
            arguments.get_or_insert_with(|| pairs(Keyword::Arg).map(|pair| pair.key.as_str()).collect());
        if !declared.contains(name) {
            continue;
        }
        let message = format!("`{}` is the text `{text}`: nothing is expanded here", pair.key.as_str());
        let mut problem =
            Problem::new(ProblemKind::VariableAsText, value.span(), message, "taken as it stands")
                .why(format!("only `$` and the name behind it stand for the argument `{name}`"))
                .help(format!("write `${name}`"))
                .about(&KeyName::new(pair.key.as_str()));
        problem.repair = vec![(value.trimmed().span(), format!("${name}"))];
        problems.push(problem);
    }
    problems
}
