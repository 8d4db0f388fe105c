//! Statements.

use super::kind::{Kind, Part};
use super::parser::{Open, Parsed, Parser, Unexpected};
use super::token::Sign;

/// What was found where a simple statement may stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Simple {
    /// An expression, of which no statement was made.
    Expression,
    Statement,
    /// `a := range b`
    Range,
    /// `a := b`, before `.(type)`, of which no statement was made.
    Guard,
}

/// Where a simple statement stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Block,
    For,
    Switch,
}

/// Whether a list of statements ends.
fn is_end(sign: Sign) -> bool {
    matches!(sign, Sign::CloseBrace | Sign::Case | Sign::Default)
}

impl Parser<'_> {
    pub(super) fn block(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::OpenBrace)?;
        self.inside(Self::statement_list)?;
        self.expect(Sign::CloseBrace)?;
        self.close(open, Kind::Block);
        Ok(())
    }

    /// The statements up to the end of a block or a case; of none, there is no node.
    pub(super) fn statement_list(&mut self) -> Parsed {
        if is_end(self.sign()) {
            return Ok(());
        }
        let open = self.open();
        loop {
            self.nested(Self::statement)?;
            if is_end(self.sign()) {
                break;
            }
            // What follows may be the rest of the header.
            if self.is_at(Sign::Semicolon) && self.is_behind_doubtful_block() {
                return Err(Unexpected);
            }
            self.terminator()?;
            if is_end(self.sign()) {
                break;
            }
        }
        self.close(open, Kind::StatementList);
        Ok(())
    }

    fn statement(&mut self) -> Parsed {
        let is_below_label = std::mem::take(&mut self.is_below_label);
        let open = self.open();
        let kind = match self.sign() {
            Sign::Const | Sign::Type | Sign::Var => return self.declaration(),
            Sign::If => return self.if_statement(),
            Sign::For => return self.for_statement(),
            Sign::Switch => return self.switch_statement(),
            Sign::Select => return self.select_statement(),
            Sign::OpenBrace => return self.block(),
            Sign::Return => {
                self.take();
                if !self.sign().ends_statement() {
                    self.expression_list()?;
                }
                Kind::ReturnStatement
            }
            Sign::Go | Sign::Defer => {
                let sign = self.take().sign;
                self.expression()?;
                if sign == Sign::Go { Kind::GoStatement } else { Kind::DeferStatement }
            }
            Sign::Break | Sign::Continue | Sign::Goto => {
                let sign = self.take().sign;
                if sign == Sign::Goto || self.sign().is_name() {
                    self.name(Kind::LabelName)?;
                }
                match sign {
                    Sign::Break => Kind::BreakStatement,
                    Sign::Continue => Kind::ContinueStatement,
                    _ => Kind::GotoStatement,
                }
            }
            Sign::Fallthrough => {
                self.take();
                Kind::FallthroughStatement
            }
            Sign::Name if self.ahead(1) == Sign::Colon => {
                self.leaf(Kind::LabelName);
                self.part(Part::Label);
                self.take();
                // Nothing may stand behind the last label of a block, but not behind the last of two.
                if !is_end(self.sign()) {
                    self.is_below_label = true;
                    self.nested(Self::statement)?;
                } else if is_below_label {
                    return Err(Unexpected);
                }
                Kind::LabeledStatement
            }
            _ => {
                if self.simple(Place::Block)? == Simple::Expression {
                    // The grammar may take a value that nobody uses for the block of the statement before.
                    if self.before() == Sign::CloseBrace {
                        return Err(Unexpected);
                    }
                    self.close(open, Kind::ExpressionStatement);
                }
                return Ok(());
            }
        };
        self.close(open, kind);
        Ok(())
    }

    pub(super) fn simple(&mut self, place: Place) -> Result<Simple, Unexpected> {
        let open = self.open();
        self.expression()?;
        let kind = match self.sign() {
            Sign::Comma | Sign::Define | Sign::Equal | Sign::Assigning(_) => {
                self.rest_of_list(open)?;
                self.part(Part::Left);
                return self.assignment(open, place);
            }
            Sign::Increment => {
                self.take();
                Kind::IncStatement
            }
            Sign::Decrement => {
                self.take();
                Kind::DecStatement
            }
            Sign::Arrow => {
                self.part(Part::Channel);
                self.take();
                self.expression()?;
                self.part(Part::Value);
                Kind::SendStatement
            }
            _ => return Ok(Simple::Expression),
        };
        self.close(open, kind);
        Ok(Simple::Statement)
    }

    /// What stands behind the left side of an assignment.
    fn assignment(&mut self, open: Open, place: Place) -> Result<Simple, Unexpected> {
        let left = self.builder.mark();
        let sign = self.sign();
        let is_range = place == Place::For && self.ahead(1) == Sign::Range;
        match sign {
            Sign::Define | Sign::Equal if is_range => {
                self.take();
                self.take();
                self.expression()?;
                self.part(Part::Right);
                self.close(open, Kind::RangeClause);
                return Ok(Simple::Range);
            }
            Sign::Define => {
                self.take();
            }
            Sign::Equal => {
                self.leaf(Kind::Equal);
                self.part(Part::Operator);
            }
            Sign::Assigning(kind) => {
                self.leaf(kind);
                self.part(Part::Operator);
            }
            _ => return Err(Unexpected),
        }
        let right = self.open();
        self.expression()?;
        if self.is_at_guard() {
            if place != Place::Switch || sign != Sign::Define {
                return Err(Unexpected);
            }
            self.builder.part_before(left, Part::Alias);
            return Ok(Simple::Guard);
        }
        self.rest_of_list(right)?;
        self.part(Part::Right);
        let is_new = sign == Sign::Define;
        self.close(open, if is_new { Kind::ShortVarDeclaration } else { Kind::AssignmentStatement });
        Ok(Simple::Statement)
    }

    /// Whether `.(type)` stands here.
    pub(super) fn is_at_guard(&self) -> bool {
        self.is_at(Sign::Dot) && self.ahead(1) == Sign::OpenParen && self.ahead(2) == Sign::Type
    }

    /// Takes `.(type)` behind an operand.
    pub(super) fn guard(&mut self) -> Parsed {
        if self.builder.is_last(Kind::BinaryExpression) || self.builder.is_last(Kind::UnaryExpression) {
            return Err(Unexpected);
        }
        self.part(Part::Value);
        for _ in 0..3 {
            self.take();
        }
        self.expect(Sign::CloseParen)
    }

    /// Parses the header of a statement, in which a brace opens the body.
    pub(super) fn header<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Unexpected>,
    ) -> Result<T, Unexpected> {
        let was_header = std::mem::replace(&mut self.is_header, true);
        let parsed = parse(self);
        self.is_header = was_header;
        parsed
    }

    /// Makes the first statement of a header of what was found, up to the `;` behind it.
    pub(super) fn initializer(&mut self, open: Open, found: Simple) -> Parsed {
        match found {
            Simple::Expression => self.close(open, Kind::ExpressionStatement),
            Simple::Statement => {}
            Simple::Range | Simple::Guard => return Err(Unexpected),
        }
        self.part(Part::Initializer);
        self.expect(Sign::Semicolon)
    }

    fn if_statement(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::If)?;
        self.header(|parser| {
            let first = parser.open();
            let mut found = parser.simple(Place::Block)?;
            if parser.is_at(Sign::Semicolon) {
                parser.initializer(first, found)?;
                parser.expression()?;
                found = Simple::Expression;
            }
            parser.part(Part::Condition);
            if found == Simple::Expression { Ok(()) } else { Err(Unexpected) }
        })?;
        self.body(Self::block)?;
        self.part(Part::Consequence);
        if self.takes(Sign::Else) {
            match self.sign() {
                Sign::If => self.nested(Self::if_statement)?,
                _ => self.block()?,
            }
            self.part(Part::Alternative);
        }
        self.close(open, Kind::IfStatement);
        Ok(())
    }

    fn for_statement(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::For)?;
        if !self.is_at(Sign::OpenBrace) {
            self.header(Self::for_header)?;
        }
        self.body(Self::block)?;
        self.part(Part::Body);
        self.close(open, Kind::ForStatement);
        Ok(())
    }

    fn for_header(&mut self) -> Parsed {
        let open = self.open();
        if self.takes(Sign::Range) {
            self.expression()?;
            self.part(Part::Right);
            self.close(open, Kind::RangeClause);
            return Ok(());
        }
        if !self.takes(Sign::Semicolon) {
            match self.simple(Place::For)? {
                Simple::Range => return Ok(()),
                Simple::Expression if !self.is_at(Sign::Semicolon) => return Ok(()),
                found => self.initializer(open, found)?,
            }
        }
        if !self.is_at(Sign::Semicolon) {
            self.expression()?;
            self.part(Part::Condition);
        }
        self.expect(Sign::Semicolon)?;
        if !self.is_at(Sign::OpenBrace) {
            let update = self.open();
            if self.simple(Place::Block)? == Simple::Expression {
                self.close(update, Kind::ExpressionStatement);
            }
            self.part(Part::Update);
        }
        self.close(open, Kind::ForClause);
        Ok(())
    }
}
