//! Statements of cases: by value, by type, and by what a channel holds.

use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Unexpected};
use super::statement::{Place, Simple};
use super::token::Sign;

impl Parser<'_> {
    pub(super) fn switch_statement(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::Switch)?;
        let is_by_type = self.header(Self::switch_header)?;
        self.body(|parser| {
            parser.cases(|parser| if is_by_type { parser.type_case() } else { parser.expression_case() })
        })?;
        let kind = if is_by_type { Kind::TypeSwitchStatement } else { Kind::ExpressionSwitchStatement };
        self.close(open, kind);
        Ok(())
    }

    /// What stands before the cases; says whether they are by type.
    fn switch_header(&mut self) -> Result<bool, Unexpected> {
        if self.is_at(Sign::OpenBrace) {
            return Ok(false);
        }
        let open = self.open();
        let mut found = self.simple(Place::Switch)?;
        if self.is_at(Sign::Semicolon) {
            self.initializer(open, found)?;
            if self.is_at(Sign::OpenBrace) {
                return Ok(false);
            }
            found = self.simple(Place::Switch)?;
        }
        if self.is_at_guard() && found != Simple::Statement {
            self.guard()?;
            return Ok(true);
        }
        self.part(Part::Value);
        if found == Simple::Expression { Ok(false) } else { Err(Unexpected) }
    }

    /// Cases in braces.
    fn cases(&mut self, mut case: impl FnMut(&mut Self) -> Parsed) -> Parsed {
        self.expect(Sign::OpenBrace)?;
        self.inside(|parser| {
            while !parser.is_at(Sign::CloseBrace) {
                let open = parser.open();
                if parser.takes(Sign::Default) {
                    parser.expect(Sign::Colon)?;
                    parser.statement_list()?;
                    parser.close(open, Kind::DefaultCase);
                } else {
                    case(parser)?;
                }
            }
            parser.expect(Sign::CloseBrace)
        })
    }

    fn expression_case(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::Case)?;
        self.expression_list()?;
        self.part(Part::Value);
        self.expect(Sign::Colon)?;
        self.statement_list()?;
        self.close(open, Kind::ExpressionCase);
        Ok(())
    }

    fn type_case(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::Case)?;
        loop {
            if self.is_at(Sign::Nil) {
                self.leaf(Kind::TypeIdentifier)
            } else {
                self.type_()?
            }
            self.part(Part::Type);
            if !self.takes(Sign::Comma) {
                break;
            }
        }
        self.expect(Sign::Colon)?;
        self.statement_list()?;
        self.close(open, Kind::TypeCase);
        Ok(())
    }

    pub(super) fn select_statement(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::Select)?;
        self.cases(Self::communication_case)?;
        self.close(open, Kind::SelectStatement);
        Ok(())
    }

    fn communication_case(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::Case)?;
        let communication = self.open();
        self.expression()?;
        let kind = match self.sign() {
            Sign::Arrow => {
                self.part(Part::Channel);
                self.take();
                self.expression()?;
                self.part(Part::Value);
                Kind::SendStatement
            }
            Sign::Comma | Sign::Define | Sign::Equal => {
                self.rest_of_list(communication)?;
                self.part(Part::Left);
                if !self.takes(Sign::Define) {
                    self.expect(Sign::Equal)?;
                }
                self.expression()?;
                self.part(Part::Right);
                Kind::ReceiveStatement
            }
            _ => {
                self.part(Part::Right);
                Kind::ReceiveStatement
            }
        };
        self.close(communication, kind);
        self.part(Part::Communication);
        self.expect(Sign::Colon)?;
        self.statement_list()?;
        self.close(open, Kind::CommunicationCase);
        Ok(())
    }
}
