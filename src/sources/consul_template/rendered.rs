//! The rendered text as a dotenv, for all ways through the branches at once.
//!
//! Where branches meet, the line may have been left in several states (inside of a value, at a
//! line's start, ...); all are carried on, equal ones as one. So the cost is linear in the template,
//! and every state stands for a text that can really be rendered.

mod broken;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::Piece;
use super::value::{Cond, Val};
use crate::fact::{Gap, Hidden, Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::go_template::Text;
use crate::text::Span;

use broken::is_assignment;

/// States carried at once; more than templates that render lines ever have.
const MAX_STATES: usize = 16;

/// Conditions of earlier arms that are kept for a later arm.
const MAX_CHAIN: usize = 8;

/// An assignment of the rendered text.
#[derive(Debug)]
pub(super) struct Assignment {
    pub(super) key: KeyName,
    pub(super) span: Span,
    /// Where among the branches the key stands.
    pub(super) arm: usize,
    /// What its value is made of, each with its place among the branches. `None` where it ends in an arm
    /// that its key does not stand in: other arms may let it go on.
    pub(super) parts: Vec<(usize, Option<Part>)>,
    /// Whether another way through the branches renders it behind something else on its line, so that it is no
    /// assignment there.
    pub(super) may_be_lost: bool,
}

/// A part of a value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Part {
    Text { text: String, span: Span },
    Value { value: Val, span: Span },
}

/// A place among the branches: the arm of a branch, or all of the template (number 0).
#[derive(Debug)]
pub(super) struct Arm {
    pub(super) parent: usize,
    /// The number of the branch; arms of one branch exclude each other.
    pub(super) branch: usize,
    /// The conditions that hold here, those of the arms before it as `false`.
    pub(super) conditions: Vec<(Cond, bool)>,
}

/// What the rendered text holds.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub(super) assignments: Vec<Assignment>,
    pub(super) arms: Vec<Arm>,
    pub(super) gaps: Vec<Gap>,
    pub(super) problems: Vec<Problem>,
    /// Lines that are no assignment, comment or blank.
    pub(super) other_lines: usize,
    /// Whether a line is the head of a section (`[section]`), which no dotenv has.
    pub(super) has_sections: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// At the start of a line, or behind white space there.
    Start,
    /// In a comment.
    Comment { cut: Option<Span> },
    /// In a line that is no assignment; `is_name` while it could still become one.
    Other { is_name: bool },
    /// In the value of an assignment.
    Value { assignment: usize, quote: Quote, cut: Option<Span>, separates: bool },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Quote {
    /// Nothing of the value has been seen.
    Nothing,
    Bare,
    Single,
    Double,
    /// Behind a closing quote.
    Closed,
    /// In a comment behind the value.
    Remark,
}

/// Reads what `pieces` render.
pub(super) fn read(text: &str, pieces: &[Piece]) -> Rendered {
    let mut reader = Reader {
        text,
        states: vec![State::Start],
        arm: 0,
        branches: 0,
        loops: 0,
        by_start: BTreeMap::new(),
        told_gaps: BTreeSet::new(),
        told_problems: BTreeSet::new(),
        done: Rendered::default(),
    };
    reader.done.arms.push(Arm { parent: 0, branch: 0, conditions: Vec::new() });
    reader.pieces(pieces);
    reader.finish();
    reader.done
}

struct Reader<'a> {
    text: &'a str,
    states: Vec<State>,
    arm: usize,
    branches: usize,
    loops: usize,
    /// Assignments by the place of their key, their arm and their key: several may come from one
    /// constant.
    by_start: BTreeMap<(Span, usize, KeyName), usize>,
    told_gaps: BTreeSet<Span>,
    told_problems: BTreeSet<(ProblemKind, Span)>,
    done: Rendered,
}

impl Reader<'_> {
    fn pieces(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.source_text(*text),
                Piece::Value { value, span } => self.value(value, *span),
                Piece::Branch { arms, otherwise } => self.branch(arms, otherwise),
                Piece::Loop(body) => {
                    let before = self.states.clone();
                    self.branches += 1;
                    self.loops += 1;
                    let after = self.arm(self.branches, vec![(Cond::Opaque, true)], &before, body);
                    self.loops -= 1;
                    self.states = before;
                    self.join(after);
                }
            }
        }
    }

    fn branch(&mut self, arms: &[(Cond, Vec<Piece>)], otherwise: &[Piece]) {
        self.branches += 1;
        let branch = self.branches;
        let before = self.states.clone();
        let mut after = Vec::new();
        let mut conditions: Vec<(Cond, bool)> = Vec::new();
        // Where the first condition holds whenever anything is rendered, nothing passes by it.
        let always = arms.first().is_some_and(|(condition, _)| *condition == Cond::Always);
        for (condition, body) in arms {
            let mut here = conditions.clone();
            here.push((condition.clone(), true));
            // What a chain of many arms excludes is of no use to anybody.
            if conditions.len() < MAX_CHAIN {
                conditions.push((condition.clone(), false));
            }
            let states = self.arm(branch, here, &before, body);
            if !always || after.is_empty() {
                after.extend(states);
            }
        }
        let states = self.arm(branch, conditions, &before, otherwise);
        if !always {
            after.extend(states);
        }
        self.states = Vec::new();
        self.join(after);
    }

    /// Reads one arm of a branch; returns the states it ends in.
    fn arm(
        &mut self,
        branch: usize,
        conditions: Vec<(Cond, bool)>,
        before: &[State],
        body: &[Piece],
    ) -> Vec<State> {
        self.states = before.to_vec();
        self.done.arms.push(Arm { parent: self.arm, branch, conditions });
        let outer = std::mem::replace(&mut self.arm, self.done.arms.len() - 1);
        self.pieces(body);
        self.arm = outer;
        std::mem::take(&mut self.states)
    }

    /// Adds states to the current ones, equal ones once.
    fn join(&mut self, others: Vec<State>) {
        for state in others {
            if !self.states.contains(&state) {
                if self.states.len() >= MAX_STATES {
                    self.gap(Span::at(0), "too many ways lead through the template");
                    return;
                }
                self.states.push(state);
            }
        }
    }

    fn gap(&mut self, span: Span, reason: &'static str) {
        if self.told_gaps.insert(span) {
            self.done.gaps.push(Gap { span, hides: Hidden::Provisions, reason });
        }
    }

    fn source_text(&mut self, text: Text) {
        let newline = |from: u32, to: u32| {
            self.text.get(from as usize..to as usize).is_some_and(|space| space.contains('\n'))
        };
        let (start, end) = (text.raw.start, text.raw.end);
        let before =
            newline(start, text.span.start).then(|| Span { start: start.saturating_sub(3), end: start });
        let after = newline(text.span.end, end).then(|| {
            let end = end as usize;
            Span::new(end, (end + 3).min(self.text.len()))
        });
        // Where both markers take the same white space, the first is shown.
        self.cut(before);
        self.text(text.span, None);
        if !(text.span.is_empty() && before.is_some()) {
            self.cut(after);
        }
    }

    /// Notes that a trim marker takes a newline away here.
    fn cut(&mut self, marker: Option<Span>) {
        let Some(marker) = marker else { return };
        for state in &mut self.states {
            if let State::Comment { cut } | State::Value { cut, .. } = state {
                cut.get_or_insert(marker);
            }
        }
    }

    /// Reads constant text: that of the template at `span`, or `other` text that stands for it.
    fn text(&mut self, span: Span, other: Option<&str>) {
        let source = self.text.get(span.range()).unwrap_or("");
        let text = other.unwrap_or(source);
        let verbatim = text == source;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let content = line.strip_suffix('\n').unwrap_or(line);
            let place = if verbatim {
                Span::new(span.start as usize + at, span.start as usize + at + content.len())
            } else {
                span
            };
            if !content.is_empty() {
                let (mut begun, mut is_lost) = (Vec::new(), false);
                self.each_state(|reader, state| {
                    let next = reader.within_line(state, content, place, verbatim);
                    match (state, next) {
                        (State::Value { assignment: old, .. }, State::Value { assignment, .. })
                            if old == assignment =>
                        {
                            is_lost = true;
                        }
                        (_, State::Value { assignment, .. }) => begun.push(assignment),
                        (State::Start, _) => {}
                        _ => is_lost = true,
                    }
                    next
                });
                for number in begun.into_iter().filter(|_| is_lost) {
                    if let Some(assignment) = self.done.assignments.get_mut(number) {
                        assignment.may_be_lost = true;
                    }
                }
            }
            if content.len() < line.len() {
                self.each_state(|reader, state| reader.at_newline(state));
            }
            at += line.len();
        }
    }

    fn each_state(&mut self, mut step: impl FnMut(&mut Self, State) -> State) {
        let states = std::mem::take(&mut self.states);
        let mut next = Vec::with_capacity(states.len());
        for state in states {
            let state = step(self, state);
            if !next.contains(&state) {
                next.push(state);
            }
        }
        self.states = next;
    }

    fn at_newline(&mut self, state: State) -> State {
        match state {
            State::Value { assignment, quote: quote @ (Quote::Single | Quote::Double), .. } => {
                State::Value { assignment, quote, cut: None, separates: false }
            }
            State::Value { assignment, .. } => {
                if self.done.assignments.get(assignment).is_some_and(|one| one.arm != self.arm) {
                    self.add(assignment, None);
                }
                State::Start
            }
            _ => State::Start,
        }
    }

    fn within_line(&mut self, state: State, line: &str, span: Span, verbatim: bool) -> State {
        match state {
            State::Start => self.line_start(line, span, verbatim),
            State::Comment { cut: Some(cut) } if is_assignment(line) && self.loops == 0 => {
                self.glued(line, span, cut, None);
                self.line_start(line, span, verbatim)
            }
            State::Comment { .. } => State::Comment { cut: None },
            State::Other { .. } => State::Other { is_name: false },
            State::Value { assignment, quote, cut, separates } => {
                // Behind a bare `KEY=` the text may be its value, a list that trim markers join.
                let no_list = line.trim_start().starts_with("export ") || line.starts_with([' ', '\t']);
                let has_parts = |one: &Assignment| one.parts.iter().any(|(_, part)| part.is_some());
                let is_open = matches!(quote, Quote::Bare | Quote::Closed | Quote::Remark)
                    || quote == Quote::Nothing
                        && (no_list
                            || verbatim && line.starts_with("# ")
                            || self.done.assignments.get(assignment).is_some_and(has_parts));
                if let Some(cut) = cut
                    && is_open
                    && !separates
                    && self.loops == 0
                {
                    if is_assignment(line) {
                        self.glued(line, span, cut, Some(assignment));
                        return self.line_start(line, span, verbatim);
                    }
                    if verbatim && line.starts_with("# ") {
                        self.glued_comment(span, cut, assignment);
                        return State::Comment { cut: None };
                    }
                }
                if verbatim && self.opens_next(quote, line, span) {
                    self.unbalanced(assignment, Some(span));
                    return self.line_start(line, span, verbatim);
                }
                self.in_value(assignment, quote, line, span)
            }
        }
    }

    fn line_start(&mut self, line: &str, span: Span, verbatim: bool) -> State {
        let content = line.trim_start_matches([' ', '\t', '\r', '\u{feff}']);
        if content.is_empty() {
            return State::Start;
        }
        if content.starts_with('#') {
            return State::Comment { cut: None };
        }
        let mut start = line.len() - content.len();
        let mut rest = content;
        if let Some(exported) = content.strip_prefix("export ") {
            rest = exported.trim_start();
            start = line.len() - rest.len();
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let key = KeyName::new(rest.get(..end).unwrap_or(""));
        let Some(value) =
            rest.get(end..).and_then(|rest| rest.strip_prefix('=')).filter(|_| key.is_identifier())
        else {
            self.done.other_lines += 1;
            self.done.has_sections |= content.starts_with('[') && content.trim_end().ends_with(']');
            return State::Other { is_name: end == rest.len() };
        };
        let place = |from: usize, to: usize| {
            let base = span.start as usize;
            if verbatim { Span::new(base + from, base + to) } else { span }
        };
        let key_span = place(start, start + end);
        let number = self.done.assignments.len();
        let number = *self.by_start.entry((key_span, self.arm, key.clone())).or_insert(number);
        if number == self.done.assignments.len() {
            let (span, arm) = (key_span, self.arm);
            self.done.assignments.push(Assignment { key, span, arm, parts: Vec::new(), may_be_lost: false });
        }
        let behind = start + end + 1;
        self.in_value(number, Quote::Nothing, value, place(behind, line.len()))
    }
}
