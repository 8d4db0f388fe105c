//! String literals and what they fill in.

use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Unexpected};
use super::token::Sign;

impl Parser<'_> {
    /// A string, or several that stand side by side.
    pub(super) fn strings(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let mut count = 0;
        while self.is_at(Sign::StringStart) {
            self.string()?;
            count += 1;
        }
        if count > 1 {
            self.close(mark, Kind::ConcatenatedString, start);
        }
        Ok(())
    }

    fn string(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.leaf(Kind::StringStart);
        loop {
            match self.sign() {
                Sign::StringContent => self.leaf(Kind::StringContent),
                Sign::FillIn => self.fill_in(Kind::Interpolation)?,
                Sign::StringEnd => break,
                _ => return Err(Unexpected),
            }
        }
        self.leaf(Kind::StringEnd);
        self.close(mark, Kind::String, start);
        Ok(())
    }

    /// `{x!r:>8}`
    fn fill_in(&mut self, kind: Kind) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if self.is_at(Sign::Yield) {
            self.yielding()?;
        } else {
            self.nested(Self::expressions)?;
        }
        self.part(Part::Expression);
        // `{x=}`
        self.takes(Sign::Equal);
        if self.is_at(Sign::Conversion) {
            self.leaf(Kind::TypeConversion);
            self.part(Part::TypeConversion);
        }
        if self.is_at(Sign::FormatStart) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            while self.is_at(Sign::FillIn) {
                self.nested(|parser| parser.fill_in(Kind::FormatExpression))?;
            }
            // What is not filled in is no token.
            let end = self.start();
            self.builder.close(mark, Kind::FormatSpecifier, start, end);
            self.part(Part::FormatSpecifier);
        }
        self.expect(Sign::FilledIn)?;
        self.close(mark, kind, start);
        Ok(())
    }
}
