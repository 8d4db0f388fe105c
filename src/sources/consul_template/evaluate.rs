//! From the tree of a template to what it renders: texts, values, and branches with their conditions.

use std::collections::{BTreeMap, BTreeSet};

use super::value::{Cond, FieldRead, Reads, Val};
use crate::fact::{Gap, Hidden, Need, Problem, Value};
use crate::key::KeyName;
use crate::syntax::go_template::{Block, Keyword, Node, Operand, Pipeline, Template, Term, Text};
use crate::text::{Span, Spanned};

/// Variables kept at once, so that looking one up costs no more than a bound.
const MAX_VARIABLES: usize = 200;

/// The last values that a part assigned to variables, by their position.
type Assigned = BTreeMap<usize, Val>;

/// A part of what is rendered.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Piece {
    /// Text of the template.
    Text(Text),
    /// What an action prints.
    Value { value: Val, span: Span },
    /// The first arm whose condition holds, else the last part.
    Branch { arms: Vec<(Cond, Vec<Piece>)>, otherwise: Vec<Piece> },
    /// Any number of times what stands in it.
    Loop(Vec<Piece>),
}

/// A template after evaluation.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    pub(super) pieces: Vec<Piece>,
    pub(super) reads: Reads,
    pub(super) gaps: Vec<Gap>,
    pub(super) problems: Vec<Problem>,
}

/// Evaluates a template of the source `text`.
pub(super) fn evaluate(text: &str, template: &Template, knows_all_functions: bool) -> Evaluated {
    let mut evaluator = Evaluator {
        text,
        knows_all_functions,
        reads: Reads::default(),
        gaps: Vec::new(),
        told_gaps: BTreeSet::new(),
        problems: Vec::new(),
        variables: Vec::new(),
        journal: Vec::new(),
        dot: Val::Unknown,
        conditions: Vec::new(),
    };
    let pieces = evaluator.nodes(&template.nodes);
    Evaluated { pieces, reads: evaluator.reads, gaps: evaluator.gaps, problems: evaluator.problems }
}

pub(super) struct Evaluator<'a> {
    pub(super) text: &'a str,
    /// Whether a function that is not in our list does not exist.
    pub(super) knows_all_functions: bool,
    pub(super) reads: Reads,
    pub(super) gaps: Vec<Gap>,
    told_gaps: BTreeSet<(Span, Hidden)>,
    pub(super) problems: Vec<Problem>,
    /// Variables in scope, the innermost last.
    variables: Vec<(String, Val)>,
    /// What variables held before each assignment, by their position.
    journal: Vec<(usize, Val)>,
    dot: Val,
    /// The conditions under which the current part is rendered.
    conditions: Vec<Cond>,
}

impl Evaluator<'_> {
    fn nodes(&mut self, nodes: &[Node]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for node in nodes {
            match node {
                Node::Text(text) => pieces.push(Piece::Text(*text)),
                Node::Action(pipeline) => {
                    let value = self.pipeline(pipeline);
                    if pipeline.variables.is_empty() {
                        pieces.push(Piece::Value { value, span: pipeline.span });
                    } else {
                        self.bind(pipeline, value);
                    }
                }
                Node::Block(block) => self.block(block, &mut pieces),
                // What it renders is a matter of the actions that include it.
                Node::Define(_) => {}
                Node::Named(pipeline, body) => {
                    let dot = self.pipeline(pipeline);
                    let outer = std::mem::replace(&mut self.dot, dot);
                    let variables = std::mem::take(&mut self.variables);
                    pieces.extend(self.nodes(body));
                    self.variables = variables;
                    self.dot = outer;
                }
                Node::Include(span) => {
                    self.gap(*span, Hidden::Provisions, "what an included template renders is not followed");
                    pieces.push(Piece::Value { value: Val::Unknown, span: *span });
                }
                Node::Leave(_) => {}
                Node::Broken(span) => pieces.push(Piece::Value { value: Val::Unknown, span: *span }),
            }
        }
        pieces
    }

    pub(super) fn gap(&mut self, span: Span, hides: Hidden, reason: &'static str) {
        if self.told_gaps.insert((span, hides.clone())) {
            self.gaps.push(Gap { span, hides, reason });
        }
    }

    fn bind(&mut self, pipeline: &Pipeline, value: Val) {
        let Some(name) = pipeline.variables.last() else { return };
        let known = self.variables.iter().rposition(|(known, _)| *known == name.value);
        match known {
            Some(position) if pipeline.assigns => self.assign(position, value.bounded()),
            _ if self.variables.len() < MAX_VARIABLES => {
                self.variables.push((name.value.clone(), value.bounded()));
            }
            _ => {}
        }
    }

    fn assign(&mut self, position: usize, value: Val) {
        if let Some((_, slot)) = self.variables.get_mut(position) {
            let before = std::mem::replace(slot, value);
            self.journal.push((position, before));
        }
    }

    /// Evaluates a part that may or may not be rendered. Its assignments are undone and handed back.
    fn part(&mut self, nodes: &[Node]) -> (Vec<Piece>, Assigned) {
        let mark = self.journal.len();
        let scope = self.variables.len();
        let pieces = self.nodes(nodes);
        self.variables.truncate(scope);
        let mut assigned = Assigned::new();
        while self.journal.len() > mark {
            let Some((position, before)) = self.journal.pop() else { break };
            if let Some((_, slot)) = self.variables.get_mut(position) {
                let now = std::mem::replace(slot, before);
                assigned.entry(position).or_insert(now);
            }
        }
        (pieces, assigned)
    }

    fn block(&mut self, block: &Block, pieces: &mut Vec<Piece>) {
        if block.arms.first().is_some_and(|arm| arm.keyword == Keyword::Range) {
            return self.range(block, pieces);
        }
        let base = self.variables.len();
        let depth = self.conditions.len();
        let mut arms: Vec<(Cond, Vec<Piece>)> = Vec::new();
        let mut outcomes: Vec<Assigned> = Vec::new();
        for arm in &block.arms {
            let value = self.pipeline(&arm.pipeline);
            // Seen by the arms behind it too.
            if !arm.pipeline.variables.is_empty() {
                self.bind(&arm.pipeline, value.clone());
            }
            let condition = value.clone().condition();
            self.tested(&condition);
            let outer = self.dot.clone();
            if arm.keyword == Keyword::With {
                self.dot = value.bounded();
            }
            self.conditions.push(condition.clone());
            let (body, assigned) = self.part(&arm.body);
            self.dot = outer;
            outcomes.push(assigned);
            arms.push((condition, body));
        }
        let (otherwise, assigned) = self.part(block.otherwise.as_deref().unwrap_or_default());
        self.conditions.truncate(depth);
        self.variables.truncate(base);
        self.merge(&arms, &outcomes, &assigned);
        if let [(Cond::Given(Val::Field(field)), then)] = arms.as_slice()
            && block.arms.first().is_some_and(|arm| arm.keyword == Keyword::With)
            && renders_one_value(self.text, then)
            && let Some(default) = constant(self.text, &otherwise)
            && let Some(read) = self.reads.fields.get_mut(*field)
        {
            read.need = Need::Default(default);
        }
        pieces.push(Piece::Branch { arms, otherwise });
    }

    /// Makes each variable that was assigned to a choice between what the parts left in it.
    fn merge(&mut self, arms: &[(Cond, Vec<Piece>)], outcomes: &[Assigned], otherwise: &Assigned) {
        let touched: BTreeSet<usize> =
            outcomes.iter().chain([otherwise]).flat_map(|assigned| assigned.keys().copied()).collect();
        for position in touched {
            let Some((_, before)) = self.variables.get(position) else { continue };
            let after = |assigned: &Assigned| assigned.get(&position).unwrap_or(before).clone();
            let choices: Vec<(Cond, Val)> = arms
                .iter()
                .zip(outcomes)
                .map(|((condition, _), assigned)| (condition.clone(), after(assigned)))
                .collect();
            let otherwise = after(otherwise);
            let merged = match choices.first() {
                Some((Cond::Always, value)) => value.clone(),
                _ if choices.iter().all(|(_, value)| *value == otherwise) => otherwise,
                _ => Val::Choice(choices, Box::new(otherwise)).bounded(),
            };
            self.assign(position, merged);
        }
    }

    fn range(&mut self, block: &Block, pieces: &mut Vec<Piece>) {
        let base = self.variables.len();
        self.gap(block.span, Hidden::Provisions, "what a `range` renders depends on data");
        self.conditions.push(Cond::Opaque);
        let mut touched = BTreeSet::new();
        for arm in &block.arms {
            let value = self.pipeline(&arm.pipeline);
            if matches!(value, Val::Secret(_) | Val::Data(_) | Val::Fields(_)) {
                self.gap(arm.pipeline.span, Hidden::Reads, "all fields of the secret are read");
            }
            for name in &arm.pipeline.variables {
                if self.variables.len() < MAX_VARIABLES {
                    self.variables.push((name.value.clone(), Val::Unknown));
                }
            }
            let outer = std::mem::replace(&mut self.dot, Val::Unknown);
            let (body, assigned) = self.part(&arm.body);
            self.dot = outer;
            touched.extend(assigned.into_keys());
            pieces.push(Piece::Loop(body));
        }
        let (body, assigned) = self.part(block.otherwise.as_deref().unwrap_or_default());
        touched.extend(assigned.into_keys());
        pieces.push(Piece::Loop(body));
        self.conditions.pop();
        self.variables.truncate(base);
        for position in touched {
            self.assign(position, Val::Unknown);
        }
    }

    /// Notes that a condition copes with what it tests being absent.
    pub(super) fn tested(&mut self, condition: &Cond) {
        match condition {
            Cond::Given(Val::Field(field)) => {
                if let Some(read) = self.reads.fields.get_mut(*field)
                    && !matches!(read.need, Need::Default(_))
                {
                    read.need = Need::Optional;
                }
            }
            Cond::Given(Val::Variable(variable)) => {
                if let Some(read) = self.reads.variables.get_mut(*variable)
                    && read.need == Need::Unknown
                {
                    read.need = Need::Optional;
                }
            }
            Cond::Not(condition) => self.tested(condition),
            Cond::All(conditions) | Cond::Any(conditions) => {
                for condition in conditions {
                    self.tested(condition);
                }
            }
            Cond::Given(_) | Cond::Equals { .. } | Cond::Always | Cond::Opaque => {}
        }
    }

    pub(super) fn pipeline(&mut self, pipeline: &Pipeline) -> Val {
        let mut piped: Option<Val> = None;
        for command in &pipeline.commands {
            let mut operands = command.operands.iter();
            let Some(first) = operands.next() else { continue };
            let mut arguments: Vec<Val> = operands.map(|operand| self.operand(operand)).collect();
            arguments.extend(piped.take());
            let value = match &first.term {
                Term::Function(name) => {
                    let value = self.call(name, arguments, first, command.span);
                    self.fields(value, &first.fields)
                }
                _ if arguments.is_empty() => self.operand(first),
                _ => {
                    arguments.insert(0, self.operand(first));
                    self.made(arguments, command.span)
                }
            };
            piped = Some(value.bounded());
        }
        piped.unwrap_or(Val::Unknown)
    }

    fn operand(&mut self, operand: &Operand) -> Val {
        let value = match &operand.term {
            Term::Dot => self.dot.clone(),
            // Beyond the bound, a variable may be one that was not kept.
            Term::Variable(name) if name == "$" || self.variables.len() >= MAX_VARIABLES => Val::Unknown,
            Term::Variable(name) => self
                .variables
                .iter()
                .rev()
                .find(|(known, _)| known == name)
                .map_or(Val::Unknown, |(_, value)| value.clone()),
            Term::Text { value, verbatim } => {
                let quotes = if *verbatim { 1 } else { 0 };
                let span =
                    Span::new(operand.span.start as usize + quotes, operand.span.end as usize - quotes);
                Val::Text { text: value.clone(), span, verbatim: *verbatim }
            }
            // Other numbers are not printed as they are written.
            Term::Number(number) if number.parse::<i64>().is_ok_and(|value| value.to_string() == *number) => {
                Val::Text { text: number.clone(), span: operand.span, verbatim: true }
            }
            Term::Number(_) => Val::Unknown,
            Term::Bool(value) => Val::Text { text: value.to_string(), span: operand.span, verbatim: true },
            Term::Nil => Val::Unknown,
            Term::Group(pipeline) => self.pipeline(pipeline),
            Term::Function(name) => self.call(name, Vec::new(), operand, operand.span),
        };
        self.fields(value, &operand.fields)
    }

    fn fields(&mut self, mut value: Val, fields: &[Spanned<String>]) -> Val {
        for field in fields {
            value = match (value, field.value.as_str()) {
                (Val::Secret(secret), "Data") => Val::Data(secret),
                (Val::Data(secret), "data") => Val::Fields(secret),
                (Val::Data(_), "metadata") => Val::Unknown,
                (Val::Data(secret) | Val::Fields(secret), name) => self.read_field(secret, name, field.span),
                // A field of a field is a part of it.
                (value @ Val::Field(_), _) => value,
                _ => Val::Unknown,
            };
        }
        value
    }

    pub(super) fn read_field(&mut self, secret: usize, name: &str, span: Span) -> Val {
        let field = KeyName::new(name);
        let pattern = self.reads.pattern(secret);
        let mut is_guarded = false;
        for condition in &self.conditions {
            condition.each(&mut |value| {
                if let Val::Field(other) = value
                    && let Some(other) = self.reads.fields.get(*other)
                {
                    is_guarded |= other.field == field && self.reads.pattern(other.secret) == pattern;
                }
            });
        }
        let certain = self.conditions.iter().all(|condition| *condition == Cond::Always);
        let need = match (is_guarded, certain) {
            (true, _) => Need::Optional,
            (false, true) => Need::Required,
            (false, false) => Need::Unknown,
        };
        self.reads.fields.push(FieldRead { secret, field, span, need, is_guarded });
        Val::Field(self.reads.fields.len() - 1)
    }
}

/// Whether a part renders one value and nothing else but quotes.
fn renders_one_value(text: &str, pieces: &[Piece]) -> bool {
    let mut values = 0;
    pieces.iter().all(|piece| match piece {
        Piece::Text(part) => text.get(part.span.range()).is_some_and(|text| matches!(text, "" | "\"" | "'")),
        Piece::Value { .. } => {
            values += 1;
            values == 1
        }
        Piece::Branch { .. } | Piece::Loop(_) => false,
    }) && values == 1
}

/// The constant that a part renders, without its quotes.
fn constant(text: &str, pieces: &[Piece]) -> Option<Value> {
    let mut found: Option<(String, Span)> = None;
    for piece in pieces {
        let (part, span) = match piece {
            Piece::Text(part) if part.span.is_empty() => continue,
            Piece::Text(part) => (text.get(part.span.range())?.to_owned(), part.span),
            Piece::Value { value: Val::Text { text, span, .. }, .. } => (text.clone(), *span),
            Piece::Value { value: Val::Quoted(inner), .. } => match &**inner {
                Val::Text { text, span, .. } => (text.clone(), *span),
                _ => return None,
            },
            _ => return None,
        };
        if part.contains('\n') || found.is_some() {
            return None;
        }
        found = Some((part, span));
    }
    let (text, span) = found?;
    let unquoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(&text);
    Some(Value::literal(unquoted, span))
}
