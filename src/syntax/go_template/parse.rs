//! From segments to a tree, following Go's `text/template/parse/parse.go`.

use super::ast::{Arm, Block, Keyword, Node, Pipeline, Template, TemplateError};
use super::lex::{Action, Segment, segments};
use super::pipeline::Cursor;
use crate::text::Span;

/// Blocks open at once, beyond which the rest of the file is passed over, so that walks over the
/// tree cannot exhaust the stack.
const MAX_DEPTH: usize = 64;

/// Bytes looked at on each side of an action to see what stands on its line.
const NEAR: usize = 200;

/// Reads a template. Never fails: see [`Template::errors`].
#[must_use]
pub fn parse(text: &str) -> Template {
    let mut parser = Parser {
        text,
        errors: Vec::new(),
        scope: Vec::new(),
        open: Vec::new(),
        ranges: 0,
        suspects: Vec::new(),
    };
    let segments = segments(text, &mut parser.errors);
    parser.open.push(Open::root());
    for segment in segments {
        match segment {
            Segment::Text(text) => parser.append(Node::Text(text)),
            Segment::Action(action) => {
                parser.action(action);
                if parser.open.len() > MAX_DEPTH {
                    break;
                }
            }
        }
    }
    let nodes = parser.close_all();
    parser.errors.sort_by_key(|error| error.span);
    Template { nodes, errors: parser.errors }
}

/// A block whose `{{ end }}` has not been seen.
struct Open {
    kind: Kind,
    span: Span,
    nodes: Vec<Node>,
    /// How many variables were in scope before it.
    scope: usize,
    /// Whether it opens between other things of its line, so that its `end` is expected there too.
    is_suspect: bool,
}

/// What an action does to the variables in scope.
enum Scope {
    Stays,
    /// A scope of its own begins.
    Begins,
    /// The variables behind the first `keep` go; `outer` replaces a scope of its own.
    Ends {
        keep: usize,
        outer: Option<Vec<String>>,
    },
}

enum Kind {
    Root,
    Block { arms: Vec<Arm>, current: Option<(Keyword, Pipeline)>, otherwise: Option<Span> },
    Define(Vec<String>),
    Named(Pipeline, Vec<String>),
}

impl Open {
    fn root() -> Self {
        Self { kind: Kind::Root, span: Span::at(0), nodes: Vec::new(), scope: 0, is_suspect: false }
    }
}

struct Parser<'a> {
    text: &'a str,
    errors: Vec<TemplateError>,
    scope: Vec<String>,
    open: Vec<Open>,
    /// How many `range` blocks are open.
    ranges: usize,
    /// Blocks that open behind text and end on another line.
    suspects: Vec<Span>,
}

impl Parser<'_> {
    fn append(&mut self, node: Node) {
        if let Some(open) = self.open.last_mut() {
            open.nodes.push(node);
        }
    }

    fn begin(&mut self, kind: Kind, span: Span, scope: usize) {
        let is_suspect = self.begins_within_a_line(span);
        self.open.push(Open { kind, span, nodes: Vec::new(), scope, is_suspect });
        if self.open.len() > MAX_DEPTH {
            let message = format!("blocks are nested deeper than {MAX_DEPTH} levels");
            self.errors.push(TemplateError::new(span, message, "the rest is passed over"));
        }
    }

    /// Whether text stands before the action on its line, and something behind it.
    fn begins_within_a_line(&self, span: Span) -> bool {
        let (start, end) = (span.start as usize, span.end as usize);
        let near = self.text.floor_char_boundary(start.saturating_sub(NEAR));
        let line = self.text.get(near..start).and_then(|before| before.rsplit('\n').next()).unwrap_or("");
        let far = self.text.floor_char_boundary(end.saturating_add(NEAR));
        let after = self.text.get(end..far).and_then(|rest| rest.lines().next()).unwrap_or("");
        !line.trim().is_empty() && !line.trim().starts_with("{{") && !after.trim().is_empty()
    }

    fn action(&mut self, mut action: Action) {
        let broken = action.error.take();
        let is_broken = broken.is_some();
        self.errors.extend(broken);
        let span = action.span;
        let scope_before = self.scope.len();
        let end = span.end as usize - 2.min(span.len());
        let mut scope = std::mem::take(&mut self.scope);
        let mut cursor = Cursor::new(&action.tokens, end, &mut scope);
        let keyword = cursor.keyword();
        match self.control(keyword, &mut cursor, span, scope_before, is_broken) {
            Scope::Stays => {}
            // A definition sees no variables but its own.
            Scope::Begins => {
                if let Some(Open { kind: Kind::Define(outer) | Kind::Named(_, outer), .. }) =
                    self.open.last_mut()
                {
                    *outer = std::mem::take(&mut scope);
                }
            }
            Scope::Ends { keep, outer } => {
                scope = outer.unwrap_or(scope);
                scope.truncate(keep);
            }
        }
        self.scope = scope;
    }

    /// One action behind its keyword.
    fn control(
        &mut self,
        keyword: Option<&'static str>,
        cursor: &mut Cursor<'_>,
        span: Span,
        scope: usize,
        is_broken: bool,
    ) -> Scope {
        match keyword {
            Some(word @ ("if" | "with" | "range")) => {
                let keyword = of_word(word);
                let pipeline = self.pipeline(cursor, word, is_broken);
                self.ranges += usize::from(keyword == Keyword::Range);
                let kind =
                    Kind::Block { arms: Vec::new(), current: Some((keyword, pipeline)), otherwise: None };
                self.begin(kind, span, scope);
                Scope::Stays
            }
            Some("else") => {
                self.otherwise(cursor, span, is_broken);
                Scope::Stays
            }
            Some("end") => {
                self.check(is_broken, |_| cursor.finish("end"));
                self.end(span)
            }
            Some("define") => {
                self.check(is_broken, |_| cursor.string("define").and_then(|()| cursor.finish("define")));
                if self.open.len() > 1 {
                    let error =
                        TemplateError::new(span, "`define` stands inside of a block", "not allowed here");
                    self.errors.push(error.help("define templates at the top level of the file"));
                }
                self.begin(Kind::Define(Vec::new()), span, scope);
                Scope::Begins
            }
            Some("block") => {
                self.check(is_broken, |_| cursor.string("block"));
                let pipeline = self.pipeline(cursor, "block", is_broken);
                self.begin(Kind::Named(pipeline, Vec::new()), span, scope);
                Scope::Begins
            }
            Some("template") => {
                self.check(is_broken, |_| cursor.string("template"));
                if !cursor.is_at_end() {
                    self.pipeline(cursor, "template", is_broken);
                }
                self.append(Node::Include(span));
                Scope::Stays
            }
            Some(word) => {
                self.check(is_broken, |_| cursor.finish(word));
                if self.ranges == 0 {
                    let message = format!("`{word}` stands outside of `range`");
                    self.errors.push(TemplateError::new(span, message, "not inside of a loop"));
                }
                self.append(Node::Leave(span));
                Scope::Stays
            }
            // What was read before the error may still tell something.
            None if is_broken => {
                let node = cursor.pipeline("an action", 0).map_or(Node::Broken(span), Node::Action);
                self.append(node);
                Scope::Stays
            }
            None => {
                match cursor.pipeline("an action", 0) {
                    Ok(pipeline) => self.append(Node::Action(pipeline)),
                    Err(error) => {
                        self.errors.push(match cursor.is_empty() {
                            true => TemplateError::new(span, "an action is empty", "nothing stands in it"),
                            false => error,
                        });
                        self.append(Node::Broken(span));
                    }
                }
                Scope::Stays
            }
        }
    }

    fn check(&mut self, is_broken: bool, read: impl FnOnce(()) -> Result<(), TemplateError>) {
        if let Err(error) = read(())
            && !is_broken
        {
            self.errors.push(error);
        }
    }

    fn pipeline(&mut self, cursor: &mut Cursor<'_>, of: &str, is_broken: bool) -> Pipeline {
        cursor.pipeline(of, 0).unwrap_or_else(|error| {
            if !is_broken {
                self.errors.push(error);
            }
            Pipeline::default()
        })
    }

    fn otherwise(&mut self, cursor: &mut Cursor<'_>, span: Span, is_broken: bool) {
        let next = cursor.keyword();
        let arm = match next {
            Some(word @ ("if" | "with")) => Some((of_word(word), self.pipeline(cursor, word, is_broken))),
            _ => {
                self.check(is_broken, |_| cursor.finish("else"));
                None
            }
        };
        let Some(Open { kind: Kind::Block { arms, current, otherwise }, nodes, span: opened, .. }) =
            self.open.last_mut()
        else {
            let error =
                TemplateError::new(span, "`else` belongs to no block", "no `if`, `with` or `range` is open");
            self.errors.push(error);
            return;
        };
        if let Some(first) = otherwise {
            let error = TemplateError::new(span, "a block has a second `else`", "this one is too much");
            self.errors.push(error.related(*first, "the first `else` is here"));
            return;
        }
        // Go joins `else if` only to `if`, and `else with` only to `with`.
        if let (Some((next, _)), Some((before, _))) = (&arm, &*current)
            && next != before
        {
            let word = if *next == Keyword::If { "if" } else { "with" };
            let message = format!("`else {word}` does not continue a block of another kind");
            let error = TemplateError::new(span, message, "not allowed here");
            self.errors.push(
                error
                    .related(*opened, "the block opens here")
                    .help(format!("write `{{{{ else }}}}{{{{ {word} .. }}}}`, and one more `{{{{ end }}}}`")),
            );
        }
        if let Some((keyword, pipeline)) = current.take() {
            arms.push(Arm { keyword, pipeline, body: std::mem::take(nodes) });
        }
        match arm {
            Some(arm) => *current = Some(arm),
            None => *otherwise = Some(span),
        }
    }

    /// Closes the innermost block.
    fn end(&mut self, span: Span) -> Scope {
        if self.open.len() > 1
            && let Some(mut open) = self.open.pop()
        {
            let between = self.text.get(open.span.end as usize..span.start as usize).unwrap_or("");
            if open.is_suspect && between.contains('\n') {
                self.suspects.push(open.span);
            }
            let outer = match &mut open.kind {
                Kind::Define(outer) | Kind::Named(_, outer) => Some(std::mem::take(outer)),
                Kind::Root | Kind::Block { .. } => None,
            };
            let keep = open.scope;
            self.finish(open);
            return Scope::Ends { keep, outer };
        }
        let error = TemplateError::new(span, "`end` closes nothing", "no block is open here");
        self.errors.push(error.help("remove it, or open its block"));
        Scope::Stays
    }

    fn finish(&mut self, open: Open) {
        let Open { kind, span, nodes, .. } = open;
        match kind {
            Kind::Root => {
                for node in nodes {
                    self.append(node);
                }
            }
            Kind::Block { mut arms, current, otherwise } => {
                let otherwise = match current {
                    Some((keyword, pipeline)) => {
                        arms.push(Arm { keyword, pipeline, body: nodes });
                        None
                    }
                    None => otherwise.map(|_| nodes),
                };
                if arms.first().is_some_and(|arm| arm.keyword == Keyword::Range) {
                    self.ranges = self.ranges.saturating_sub(1);
                }
                self.append(Node::Block(Block { arms, otherwise, span }));
            }
            Kind::Define(_) => self.append(Node::Define(nodes)),
            Kind::Named(pipeline, _) => self.append(Node::Named(pipeline, nodes)),
        }
    }

    /// Reports what is still open at the end of the file.
    fn close_all(&mut self) -> Vec<Node> {
        let unclosed = self.open.len().saturating_sub(1);
        let too_deep = self.open.len() > MAX_DEPTH;
        if unclosed > 0 && !too_deep {
            // Which block lacks its end cannot be known; one that opens within a line and is not
            // closed on it is the likeliest.
            let still_open = || self.open.iter().skip(1);
            let suspect = still_open().find(|open| open.is_suspect).map(|open| open.span);
            let suspect = self.suspects.iter().copied().chain(suspect).min();
            if let Some(span) = suspect.or_else(|| still_open().next().map(|open| open.span)) {
                let message = match unclosed {
                    1 => "a block is never closed".to_owned(),
                    many => format!("{many} blocks are never closed"),
                };
                let error = TemplateError::new(span, message, "`{{ end }}` is missing for this block");
                self.errors.push(error.help("close every `if`, `with` and `range` with `{{ end }}`"));
            }
        }
        while self.open.len() > 1 {
            if let Some(open) = self.open.pop() {
                self.finish(open);
            }
        }
        self.open.pop().map(|root| root.nodes).unwrap_or_default()
    }
}

fn of_word(word: &str) -> Keyword {
    match word {
        "with" => Keyword::With,
        "range" => Keyword::Range,
        _ => Keyword::If,
    }
}
