//! Statements that stand on one line.

use super::expression::ends_list;
use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Unexpected};
use super::token::{Sign, assigning};

fn ends_statement(sign: Sign) -> bool {
    matches!(sign, Sign::Newline | Sign::End | Sign::Semicolon)
}

impl Parser<'_> {
    /// The simple statements of a line, to its end.
    pub(super) fn line_of_statements(&mut self) {
        loop {
            let (mark, start) = (self.mark(), self.start());
            let is_whole = self.simple().is_ok() && ends_statement(self.sign());
            if !is_whole {
                self.recover(mark, start);
            }
            if !self.takes(Sign::Semicolon) || ends_statement(self.sign()) {
                break;
            }
        }
        self.takes(Sign::Semicolon);
        self.takes(Sign::Newline);
    }

    fn simple(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let kind = match self.sign() {
            Sign::Import => {
                self.take();
                self.imported(false)?;
                Kind::ImportStatement
            }
            Sign::From => self.from()?,
            Sign::Pass => self.alone(Kind::PassStatement),
            Sign::Break => self.alone(Kind::BreakStatement),
            Sign::Continue => self.alone(Kind::ContinueStatement),
            Sign::Return => {
                self.take();
                if !ends_statement(self.sign()) {
                    self.expressions()?;
                }
                Kind::ReturnStatement
            }
            Sign::Raise => {
                self.take();
                if !ends_statement(self.sign()) && !self.is_at(Sign::From) {
                    self.expressions()?;
                }
                if self.takes(Sign::From) {
                    self.expression()?;
                    self.part(Part::Cause);
                }
                Kind::RaiseStatement
            }
            Sign::Del => {
                self.take();
                self.expressions()?;
                Kind::DeleteStatement
            }
            Sign::Assert => {
                self.take();
                self.list(ends_statement, Self::expression)?;
                Kind::AssertStatement
            }
            Sign::Global | Sign::Nonlocal => {
                let kind =
                    if self.is_at(Sign::Global) { Kind::GlobalStatement } else { Kind::NonlocalStatement };
                self.take();
                self.list(ends_statement, Self::identifier)?;
                kind
            }
            Sign::Name if self.says("print") => self.print()?,
            Sign::Name if self.says("exec") => {
                self.take();
                self.primary_code()?;
                Kind::ExecStatement
            }
            Sign::Name
                if self.is_word("type")
                    && self.ahead(1).sign == Sign::Name
                    && matches!(self.ahead(2).sign, Sign::Equal | Sign::OpenBracket) =>
            {
                self.take();
                self.annotation()?;
                self.part(Part::Left);
                self.expect(Sign::Equal)?;
                self.annotation()?;
                self.part(Part::Right);
                Kind::TypeAliasStatement
            }
            _ => {
                self.expression_statement()?;
                Kind::ExpressionStatement
            }
        };
        self.close(mark, kind, start);
        Ok(())
    }

    fn alone(&mut self, kind: Kind) -> Kind {
        self.take();
        kind
    }

    /// Whether the line begins with a word of Python 2, which is a name today.
    fn says(&self, word: &str) -> bool {
        let next = self.ahead(1).sign;
        self.is_word(word)
            && (matches!(
                next,
                Sign::Name
                    | Sign::StringStart
                    | Sign::Integer
                    | Sign::Float
                    | Sign::None
                    | Sign::True
                    | Sign::False
            ) || word == "print" && next == Sign::Operator(Kind::ShiftRight))
    }

    /// `print a, b` or `print >>file, a`
    fn print(&mut self) -> Result<Kind, Unexpected> {
        self.take();
        let (mark, start) = (self.mark(), self.start());
        if self.takes(Sign::Operator(Kind::ShiftRight)) {
            self.expression()?;
            self.close(mark, Kind::Chevron, start);
            self.takes(Sign::Comma);
        }
        self.list(ends_statement, |parser| {
            parser.expression()?;
            parser.part(Part::Argument);
            Ok(())
        })?;
        Ok(Kind::PrintStatement)
    }

    /// The code behind `exec`, and where it runs.
    fn primary_code(&mut self) -> Parsed {
        self.target()?;
        self.part(Part::Code);
        if self.takes(Sign::In) {
            self.list(ends_statement, Self::expression)?;
        }
        Ok(())
    }

    /// `from .. import ..`
    fn from(&mut self) -> Result<Kind, Unexpected> {
        self.take();
        if self.is_word("__future__") {
            self.take();
            self.expect(Sign::Import)?;
            self.imported(true)?;
            return Ok(Kind::FutureImportStatement);
        }
        let (mark, start) = (self.mark(), self.start());
        if matches!(self.sign(), Sign::Dot | Sign::Ellipsis) {
            while self.takes(Sign::Dot) || self.takes(Sign::Ellipsis) {}
            self.close(mark, Kind::ImportPrefix, start);
            if !self.is_at(Sign::Import) {
                self.dotted_name()?;
            }
            self.close(mark, Kind::RelativeImport, start);
        } else {
            self.dotted_name()?;
        }
        self.part(Part::ModuleName);
        self.expect(Sign::Import)?;
        if self.is_at(Sign::Operator(Kind::Times)) {
            self.leaf(Kind::WildcardImport);
        } else {
            self.imported(true)?;
        }
        Ok(Kind::ImportFromStatement)
    }

    /// The names behind `import`.
    fn imported(&mut self, may_have_brackets: bool) -> Parsed {
        let has_brackets = may_have_brackets && self.takes(Sign::OpenParen);
        let count = self.list(
            |sign| ends_statement(sign) || sign == Sign::CloseParen,
            |parser| {
                let (mark, start) = (parser.mark(), parser.start());
                parser.dotted_name()?;
                if parser.is_at(Sign::As) {
                    parser.part(Part::Name);
                    parser.take();
                    parser.identifier()?;
                    parser.part(Part::Alias);
                    parser.close(mark, Kind::AliasedImport, start);
                }
                parser.part(Part::Name);
                Ok(())
            },
        )?;
        if has_brackets {
            self.expect(Sign::CloseParen)?;
        }
        if count == 0 { Err(Unexpected) } else { Ok(()) }
    }

    /// `a.b.c`
    pub(super) fn dotted_name(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.identifier()?;
        while self.takes(Sign::Dot) {
            self.attribute_name()?;
        }
        self.close(mark, Kind::DottedName, start);
        Ok(())
    }

    /// Expressions, or an assignment.
    fn expression_statement(&mut self) -> Parsed {
        if self.is_at(Sign::Yield) {
            return self.yielding();
        }
        let (mark, start) = (self.mark(), self.start());
        self.item()?;
        let has_comma = self.takes(Sign::Comma);
        if has_comma {
            self.list(ends_list, Self::item)?;
        }
        match self.sign() {
            Sign::Equal | Sign::Assigning | Sign::Colon => {
                if has_comma {
                    self.close(mark, Kind::ExpressionList, start);
                }
                self.assignment(mark, start)
            }
            _ => Ok(()),
        }
    }

    /// `= value`, `: type = value` or `+= value` behind what was completed since `mark`.
    fn assignment(&mut self, mark: super::builder::Mark, start: u32) -> Parsed {
        self.builder.make_patterns(mark);
        self.part(Part::Left);
        if self.is_at(Sign::Assigning) {
            let token = self.token();
            self.leaf(assigning(self.text_of(token)));
            self.part(Part::Operator);
            self.nested(Self::assigned)?;
            self.part(Part::Right);
            self.close(mark, Kind::AugmentedAssignment, start);
            return Ok(());
        }
        if self.takes(Sign::Colon) {
            self.annotation()?;
            self.part(Part::Type);
        }
        if self.takes(Sign::Equal) {
            self.nested(Self::assigned)?;
            self.part(Part::Right);
        }
        self.close(mark, Kind::Assignment, start);
        Ok(())
    }

    /// What is assigned, which may be an assignment too.
    fn assigned(&mut self) -> Parsed {
        if self.is_at(Sign::Yield) {
            return self.yielding();
        }
        let (mark, start) = (self.mark(), self.start());
        self.expressions()?;
        if matches!(self.sign(), Sign::Equal | Sign::Assigning) {
            return self.assignment(mark, start);
        }
        Ok(())
    }
}
