//! Our rendering held against Go's own: `tests/data/go_templates.jsonl` holds templates with the
//! text that Go's text/template (1.27) made of them, or the error with which it refused them.

mod generate;
mod live;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::evaluate::{Piece, evaluate};
use super::value::{Cond, Reads, Val};
use crate::fact::PathPart;
use crate::syntax::go_template::parse;

#[derive(Deserialize)]
struct Row {
    template: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    secrets: BTreeMap<String, BTreeMap<String, String>>,
    output: Option<String>,
    error: Option<String>,
}

struct World<'a> {
    row: &'a Row,
    reads: &'a Reads,
}

/// A value in one world; an absent field is `None`.
type Known = Option<String>;

impl World<'_> {
    fn pieces(&self, pieces: &[Piece], out: &mut String) -> Option<()> {
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(&self.row.template[text.span.range()]),
                Piece::Value { value, .. } => {
                    out.push_str(&self.value(value)?.unwrap_or_else(|| "<no value>".to_owned()));
                }
                Piece::Branch { arms, otherwise } => {
                    let mut body = otherwise;
                    for (condition, arm) in arms {
                        if self.holds(condition)? {
                            body = arm;
                            break;
                        }
                    }
                    self.pieces(body, out)?;
                }
                Piece::Loop(_) => return None,
            }
        }
        Some(())
    }

    /// What a value is here; the outer `None` where evaluation did not follow it.
    fn value(&self, value: &Val) -> Option<Known> {
        // What Go prints for an absent value depends on the verb.
        let text = |value: &Val| self.value(value)?;
        Some(match value {
            Val::Text { text, .. } => Some(text.clone()),
            Val::Variable(number) => Some(
                self.row.env.get(self.reads.variables[*number].key.as_str()).cloned().unwrap_or_default(),
            ),
            Val::Field(number) => {
                let read = &self.reads.fields[*number];
                let mut path = String::new();
                for part in &self.reads.secrets[read.secret].path {
                    match part {
                        PathPart::Text(text) => path.push_str(text),
                        PathPart::Variable(reference) => {
                            path.push_str(self.row.env.get(reference.key.as_str())?)
                        }
                        PathPart::Unknown => return None,
                    }
                }
                self.row.secrets.get(&path).and_then(|fields| fields.get(read.field.as_str())).cloned()
            }
            Val::Joined(values) => Some(values.iter().map(text).collect::<Option<String>>()?),
            Val::Either(values) => {
                let mut last = None;
                for value in values {
                    last = self.value(value)?;
                    if last.as_ref().is_some_and(|text| !text.is_empty()) {
                        break;
                    }
                }
                last
            }
            Val::Choice(choices, otherwise) => {
                for (condition, value) in choices {
                    if self.holds(condition)? {
                        return self.value(value);
                    }
                }
                self.value(otherwise)?
            }
            Val::Quoted(value) => Some(match self.value(value)? {
                None => "%!q(<nil>)".to_owned(),
                Some(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            }),
            _ => return None,
        })
    }

    fn holds(&self, condition: &Cond) -> Option<bool> {
        Some(match condition {
            Cond::Equals { variable, any_of, negated } => {
                let value = self.value(&Val::Variable(*variable))?.unwrap_or_default();
                any_of.contains(&value) != *negated
            }
            Cond::Given(value) => self.value(value)?.is_some_and(|text| !text.is_empty()),
            Cond::Not(condition) => !self.holds(condition)?,
            Cond::All(all) => {
                all.iter().map(|one| self.holds(one)).collect::<Option<Vec<_>>>()?.iter().all(|one| *one)
            }
            Cond::Any(any) => {
                any.iter().map(|one| self.holds(one)).collect::<Option<Vec<_>>>()?.iter().any(|one| *one)
            }
            Cond::Always => true,
            Cond::Opaque => return None,
        })
    }
}

/// What comparing one row tells.
enum Verdict {
    Same,
    Unlike(String),
    /// The evaluation did not follow it, and says so.
    Unseen,
}

fn compare(row: &Row) -> Verdict {
    let template = parse(&row.template);
    let evaluated = evaluate(&row.template, &template, true);
    let refused = template.errors.first().map(|error| error.message.clone());
    let refused = refused.or(evaluated.problems.first().map(|problem| problem.message.clone()));
    match (&row.error, &row.output) {
        (Some(error), _) if error.starts_with("parse") => match refused {
            None => Verdict::Unlike(format!("Go refuses: {error}\n{}", row.template)),
            Some(_) => Verdict::Same,
        },
        (_, Some(expected)) => {
            if let Some(refused) = refused {
                return Verdict::Unlike(format!("Go reads it, we say: {refused}\n{}", row.template));
            }
            let mut found = String::new();
            let world = World { row, reads: &evaluated.reads };
            match world.pieces(&evaluated.pieces, &mut found) {
                None => Verdict::Unseen,
                Some(()) if found == *expected => Verdict::Same,
                Some(()) => Verdict::Unlike(format!("{}\n--- Go\n{expected}\n--- we\n{found}", row.template)),
            }
        }
        _ => Verdict::Unseen,
    }
}

#[test]
fn renders_as_go_does() {
    let table = include_str!("../../../tests/data/go_templates.jsonl");
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (number, line) in table.lines().enumerate() {
        match compare(&serde_json::from_str(line).unwrap()) {
            Verdict::Same => compared += 1,
            Verdict::Unlike(how) => wrong.push(format!("{}: {how}", number + 1)),
            Verdict::Unseen => {}
        }
    }
    let shown = wrong[..wrong.len().min(8)].join("\n====\n");
    assert!(wrong.is_empty(), "{} wrong of {compared}\n{shown}", wrong.len());
    assert!(compared * 10 > table.lines().count() * 7, "only {compared} rows could be compared");
}
