//! From the tokens of one action to a pipeline.

use super::ast::{Command, Operand, Pipeline, TemplateError, Term};
use super::lex::{Token, TokenKind};
use crate::text::{Span, Spanned};

/// Nesting of parentheses beyond which an action is given up.
const MAX_DEPTH: usize = 64;

/// Variables in scope beyond which nothing is said about undeclared ones, so that looking one up
/// costs no more than a bound.
const MAX_VARIABLES: usize = 200;

const KEYWORDS: [&str; 10] =
    ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

/// Reads the tokens of an action behind its keyword.
pub(super) struct Cursor<'a> {
    tokens: &'a [Token],
    at: usize,
    /// Where the action ends, for errors at its end.
    end: usize,
    /// Variables in scope, with their `$`.
    scope: &'a mut Vec<String>,
}

type Result<T> = std::result::Result<T, TemplateError>;

impl<'a> Cursor<'a> {
    pub(super) fn new(tokens: &'a [Token], end: usize, scope: &'a mut Vec<String>) -> Self {
        Self { tokens, at: 0, end, scope }
    }

    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(|token| token.kind == TokenKind::Space) {
            self.at += 1;
        }
    }

    fn position(&self) -> usize {
        self.peek().map_or(self.end, |token| token.span.start as usize)
    }

    /// The keyword that comes next, taken.
    pub(super) fn keyword(&mut self) -> Option<&'static str> {
        self.skip_spaces();
        let TokenKind::Word(word) = &self.peek()?.kind else { return None };
        let keyword = KEYWORDS.into_iter().find(|keyword| keyword == word)?;
        self.at += 1;
        Some(keyword)
    }

    /// A string that comes next, taken.
    pub(super) fn string(&mut self, of: &str) -> Result<()> {
        self.skip_spaces();
        match self.peek() {
            Some(Token { kind: TokenKind::Text { .. }, .. }) => {
                self.at += 1;
                Ok(())
            }
            _ => Err(self.unexpected(&format!("`{of}` needs the name of a template in quotes"))),
        }
    }

    /// Refuses what is left of the action.
    pub(super) fn finish(&mut self, what: &str) -> Result<()> {
        self.skip_spaces();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected(&format!("`{what}` takes nothing behind it"))),
        }
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.skip_spaces();
        self.peek().is_none()
    }

    /// Whether the action holds nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.iter().all(|token| token.kind == TokenKind::Space)
    }

    fn unexpected(&self, message: &str) -> TemplateError {
        match self.peek() {
            Some(token) => TemplateError::new(token.span, message, "unexpected here"),
            None => TemplateError::new(Span::at(self.end), message, "the action ends here"),
        }
    }

    /// A pipeline up to the end of the action or, inside of parentheses, to their end.
    pub(super) fn pipeline(&mut self, of: &str, depth: usize) -> Result<Pipeline> {
        if depth > MAX_DEPTH {
            return Err(self.unexpected("parentheses are nested too deeply"));
        }
        self.skip_spaces();
        let start = self.position();
        let mut pipeline = Pipeline::default();
        self.declarations(&mut pipeline, of)?;
        loop {
            self.skip_spaces();
            match self.peek().map(|token| &token.kind) {
                None => break,
                Some(TokenKind::Close) if depth > 0 => break,
                Some(_) => {
                    let command = self.command(of, depth)?;
                    pipeline.commands.push(command);
                }
            }
        }
        if pipeline.commands.is_empty() {
            let error = TemplateError::new(
                Span::new(start, self.position()),
                format!("`{of}` has no value"),
                "a value is missing here",
            );
            return Err(error);
        }
        pipeline.span =
            Span::new(start, pipeline.commands.last().map_or(start, |last| last.span.end as usize));
        for later in pipeline.commands.iter().skip(1) {
            let first = later.operands.first();
            if let Some(Operand {
                term: Term::Dot | Term::Nil | Term::Bool(_) | Term::Number(_) | Term::Text { .. },
                fields,
                span,
            }) = first
                && fields.is_empty()
            {
                let error =
                    TemplateError::new(*span, "only a function can stand behind `|`", "not a function");
                return Err(error);
            }
        }
        Ok(pipeline)
    }

    /// `$x :=`, `$x =`, and in a `range` `$i, $x :=`.
    fn declarations(&mut self, pipeline: &mut Pipeline, of: &str) -> Result<()> {
        loop {
            let back = self.at;
            let Some(Token { kind: TokenKind::Variable(name), span }) = self.peek() else { return Ok(()) };
            self.at += 1;
            self.skip_spaces();
            match self.peek().map(|token| &token.kind) {
                Some(kind @ (TokenKind::Assign | TokenKind::Declare)) => {
                    pipeline.assigns = *kind == TokenKind::Assign;
                    self.at += 1;
                    pipeline.variables.push(Spanned::new(name.clone(), *span));
                    self.declare(name);
                    return Ok(());
                }
                Some(TokenKind::Comma) if of == "range" && pipeline.variables.is_empty() => {
                    self.at += 1;
                    pipeline.variables.push(Spanned::new(name.clone(), *span));
                    self.declare(name);
                    self.skip_spaces();
                }
                _ => {
                    self.at = back;
                    return Ok(());
                }
            }
        }
    }

    fn declare(&mut self, name: &str) {
        if self.scope.len() < MAX_VARIABLES {
            self.scope.push(name.to_owned());
        }
    }

    fn command(&mut self, of: &str, depth: usize) -> Result<Command> {
        let start = self.position();
        let mut operands: Vec<Operand> = Vec::new();
        loop {
            self.skip_spaces();
            let operand = self.operand(of, depth)?;
            if let Some(operand) = operand {
                operands.push(operand);
            }
            match self.peek().map(|token| &token.kind) {
                Some(TokenKind::Space) => {}
                Some(TokenKind::Pipe) => {
                    self.at += 1;
                    // Go takes nothing behind the last `|` for nothing.
                    break;
                }
                None => break,
                Some(TokenKind::Close) if depth > 0 => break,
                Some(_) if operands.is_empty() => {
                    return Err(self.unexpected("a value is missing before this"));
                }
                Some(_) => return Err(self.unexpected("a space is missing between two values")),
            }
        }
        let Some(last) = operands.last() else { return Err(self.unexpected("a value is missing here")) };
        let span = Span::new(start, last.span.end as usize);
        Ok(Command { span, operands })
    }

    fn operand(&mut self, of: &str, depth: usize) -> Result<Option<Operand>> {
        let Some(token) = self.peek() else { return Ok(None) };
        let mut span = token.span;
        let mut fields = Vec::new();
        let term = match &token.kind {
            TokenKind::Dot => Term::Dot,
            TokenKind::Field(name) => {
                fields.push(field(name, token.span));
                Term::Dot
            }
            TokenKind::Variable(name) => {
                if name != "$" && self.scope.len() < MAX_VARIABLES && !self.scope.contains(name) {
                    let error = TemplateError::new(
                        token.span,
                        format!("the variable `{name}` is used and never declared before"),
                        "not declared",
                    );
                    let near = self.scope.iter().find(|other| strsim::osa_distance(other, name) <= 2);
                    return Err(match near.filter(|other| other.len() > 3) {
                        Some(near) => error.help(format!("did you mean `{near}`?")),
                        None => error.help(format!("declare it first: `{{{{ {name} := .. }}}}`")),
                    });
                }
                Term::Variable(name.clone())
            }
            TokenKind::Word(word) => match word.as_str() {
                "true" => Term::Bool(true),
                "false" => Term::Bool(false),
                "nil" => Term::Nil,
                word if KEYWORDS.contains(&word) => {
                    return Err(self.unexpected(&format!("the keyword `{word}` stands inside of `{of}`")));
                }
                word => Term::Function(word.to_owned()),
            },
            TokenKind::Number(number) => Term::Number(number.clone()),
            TokenKind::Text { value, verbatim } => Term::Text { value: value.clone(), verbatim: *verbatim },
            TokenKind::Open => {
                self.at += 1;
                let inner = self.pipeline("parentheses", depth + 1)?;
                // The tokens hold as many `)` as `(`.
                let Some(close) = self.peek() else { return Err(self.unexpected("`)` is missing")) };
                span = span.cover(close.span);
                Term::Group(Box::new(inner))
            }
            TokenKind::Space
            | TokenKind::Assign
            | TokenKind::Declare
            | TokenKind::Pipe
            | TokenKind::Comma
            | TokenKind::Close => return Ok(None),
        };
        self.at += 1;
        while let Some(Token { kind: TokenKind::Field(name), span: at }) = self.peek() {
            if matches!(term, Term::Nil | Term::Bool(_) | Term::Number(_) | Term::Text { .. })
                || token.kind == TokenKind::Dot
            {
                return Err(self.unexpected("a field cannot follow this directly"));
            }
            fields.push(field(name, *at));
            span = span.cover(*at);
            self.at += 1;
        }
        Ok(Some(Operand { span, term, fields }))
    }
}

/// A field with the span of its name, the dot left out.
fn field(name: &str, span: Span) -> Spanned<String> {
    Spanned::new(name.to_owned(), Span { start: span.end - u32::try_from(name.len()).unwrap_or(0), ..span })
}
