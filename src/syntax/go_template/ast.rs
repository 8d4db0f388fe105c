//! The tree that a template is read into.

use crate::text::{Span, Spanned};

/// A template.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Template {
    /// Its parts, in order.
    pub nodes: Vec<Node>,
    /// What Go would refuse; with any of these the template renders nothing at all.
    pub errors: Vec<TemplateError>,
}

/// Something that Go refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplateError {
    /// Where.
    pub span: Span,
    /// What is wrong, in one line.
    pub message: String,
    /// What is to be seen there.
    pub label: String,
    /// What to do, if it can be said.
    pub help: Option<String>,
    /// Another place that belongs to it.
    pub related: Option<(Span, String)>,
}

impl TemplateError {
    pub(super) fn new(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span, message: message.into(), label: label.into(), help: None, related: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some((span, label.into()));
        self
    }
}

/// A part of a template.
#[derive(Clone, PartialEq, Debug)]
pub enum Node {
    /// Text between actions. Present also where trimming leaves nothing of it.
    Text(Text),
    /// `{{ pipeline }}`, which prints, declares or assigns.
    Action(Pipeline),
    /// `{{ if }}`, `{{ with }}` or `{{ range }}`.
    Block(Block),
    /// `{{ define "name" }}`: renders nothing where it stands.
    Define(Vec<Node>),
    /// `{{ block "name" pipeline }}`: a definition that is rendered where it stands.
    Named(Pipeline, Vec<Node>),
    /// `{{ template "name" pipeline }}`, with the span of the action.
    Include(Span),
    /// `{{ break }}` or `{{ continue }}`, with the span of the action.
    Leave(Span),
    /// An action that Go refuses.
    Broken(Span),
}

/// Text between actions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text {
    /// What is rendered of it.
    pub span: Span,
    /// All of it, with the white space that trim markers take away.
    pub raw: Span,
}

/// The word that opens a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keyword {
    /// `if`
    If,
    /// `with`
    With,
    /// `range`
    Range,
}

/// A block from its first keyword to its `{{ end }}`.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// `if`, `with` or `range`, then one for each `else if` and `else with`.
    pub arms: Vec<Arm>,
    /// What stands behind a plain `{{ else }}`.
    pub otherwise: Option<Vec<Node>>,
    /// The action that opens it.
    pub span: Span,
}

/// One condition of a block and what is rendered under it.
#[derive(Clone, PartialEq, Debug)]
pub struct Arm {
    /// The keyword before the condition.
    pub keyword: Keyword,
    /// The condition.
    pub pipeline: Pipeline,
    /// What is rendered if it holds.
    pub body: Vec<Node>,
}

/// `$x := command | command`
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pipeline {
    /// All of it, without the delimiters of the action.
    pub span: Span,
    /// The variables it sets, with their `$`; two only in a `range`.
    pub variables: Vec<Spanned<String>>,
    /// Whether it sets variables that exist (`=`) rather than new ones (`:=`).
    pub assigns: bool,
    /// Its commands; none where the action is broken.
    pub commands: Vec<Command>,
}

/// Operands with spaces between: a function and its arguments, or one value.
#[derive(Clone, PartialEq, Debug)]
pub struct Command {
    /// All of it.
    pub span: Span,
    /// At least one.
    pub operands: Vec<Operand>,
}

/// A term and the fields taken of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Operand {
    /// All of it.
    pub span: Span,
    /// The term.
    pub term: Term,
    /// `.Data.data.X` behind it, without the dots; the span of each is that of its name.
    pub fields: Vec<Spanned<String>>,
}

/// The smallest part of an expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Term {
    /// `.`, or nothing before the first field of `.Data.data`.
    Dot,
    /// `nil`
    Nil,
    /// `true` or `false`
    Bool(bool),
    /// A number or a character, as written.
    Number(String),
    /// A string.
    Text {
        /// Its value.
        value: String,
        /// Whether the value stands in the file as it is, from the second byte of the operand on.
        verbatim: bool,
    },
    /// `$x`, with its `$`.
    Variable(String),
    /// The name of a function.
    Function(String),
    /// `( pipeline )`
    Group(Box<Pipeline>),
}
