//! Words and signs of Go source.

use super::kind::Kind;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sign {
    Name,
    // Names that the grammar knows where an expression may stand.
    New,
    Make,
    Nil,
    True,
    False,
    Iota,
    // Words that are no names.
    Break,
    Case,
    Chan,
    Const,
    Continue,
    Default,
    Defer,
    Else,
    Fallthrough,
    For,
    Func,
    Go,
    Goto,
    If,
    Import,
    Interface,
    Map,
    Package,
    Range,
    Return,
    Select,
    Struct,
    Switch,
    Type,
    Var,
    Integer,
    Float,
    Imaginary,
    Rune,
    /// In double quotes; [`Token::extra`] is not 0 if something in it is escaped.
    Text,
    /// In backquotes.
    RawText,
    // Brackets. An opening one knows where its partner is: [`Token::extra`].
    OpenParen,
    OpenBracket,
    OpenBrace,
    CloseParen,
    CloseBracket,
    CloseBrace,
    Comma,
    Colon,
    Dot,
    Ellipsis,
    Semicolon,
    /// `:=`
    Define,
    Equal,
    /// `+=` and its like.
    Assigning(Kind),
    Increment,
    Decrement,
    Tilde,
    Arrow,
    /// Any other operator.
    Operator(Kind),
    /// The end of a line that ends a statement.
    Newline,
    End,
}

impl Sign {
    /// Whether it is a name where no expression may stand.
    pub(super) fn is_name(self) -> bool {
        matches!(
            self,
            Self::Name | Self::New | Self::Make | Self::Nil | Self::True | Self::False | Self::Iota
        )
    }

    /// Whether a line that ends behind it ends a statement.
    ///
    /// Source: <https://go.dev/ref/spec#Semicolons>.
    pub(super) fn may_end(self) -> bool {
        self.is_name()
            || matches!(
                self,
                Self::Integer
                    | Self::Float
                    | Self::Imaginary
                    | Self::Rune
                    | Self::Text
                    | Self::RawText
                    | Self::Break
                    | Self::Continue
                    | Self::Fallthrough
                    | Self::Return
                    | Self::Increment
                    | Self::Decrement
                    | Self::CloseParen
                    | Self::CloseBracket
                    | Self::CloseBrace
            )
    }

    /// Whether nothing more of a statement can stand here.
    pub(super) fn ends_statement(self) -> bool {
        matches!(
            self,
            Self::Newline | Self::Semicolon | Self::CloseBrace | Self::Case | Self::Default | Self::End
        )
    }

    /// How strongly a binary operator binds.
    ///
    /// Source: <https://go.dev/ref/spec#Operator_precedence>.
    pub(super) fn precedence(self) -> Option<u8> {
        let Self::Operator(kind) = self else { return None };
        Some(match kind {
            Kind::Star
            | Kind::Divide
            | Kind::Modulo
            | Kind::ShiftLeft
            | Kind::ShiftRight
            | Kind::BitAnd
            | Kind::Clear => 5,
            Kind::Plus | Kind::Minus | Kind::BitOr | Kind::BitXor => 4,
            Kind::Equals
            | Kind::Differs
            | Kind::Smaller
            | Kind::SmallerOrEqual
            | Kind::Larger
            | Kind::LargerOrEqual => 3,
            Kind::And => 2,
            Kind::Or => 1,
            _ => return None,
        })
    }
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) sign: Sign,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) extra: u32,
}

/// What a word is.
///
/// Source: <https://go.dev/ref/spec#Keywords>.
pub(super) fn word(word: &[u8]) -> Sign {
    match word {
        b"break" => Sign::Break,
        b"case" => Sign::Case,
        b"chan" => Sign::Chan,
        b"const" => Sign::Const,
        b"continue" => Sign::Continue,
        b"default" => Sign::Default,
        b"defer" => Sign::Defer,
        b"else" => Sign::Else,
        b"fallthrough" => Sign::Fallthrough,
        b"false" => Sign::False,
        b"for" => Sign::For,
        b"func" => Sign::Func,
        b"go" => Sign::Go,
        b"goto" => Sign::Goto,
        b"if" => Sign::If,
        b"import" => Sign::Import,
        b"interface" => Sign::Interface,
        b"iota" => Sign::Iota,
        b"make" => Sign::Make,
        b"map" => Sign::Map,
        b"new" => Sign::New,
        b"nil" => Sign::Nil,
        b"package" => Sign::Package,
        b"range" => Sign::Range,
        b"return" => Sign::Return,
        b"select" => Sign::Select,
        b"struct" => Sign::Struct,
        b"switch" => Sign::Switch,
        b"true" => Sign::True,
        b"type" => Sign::Type,
        b"var" => Sign::Var,
        _ => Sign::Name,
    }
}

/// The sign that a text begins with, and its length.
///
/// Source: <https://go.dev/ref/spec#Operators_and_punctuation>.
pub(super) fn sign(text: &[u8]) -> Option<(Sign, usize)> {
    let at = |position: usize| text.get(position).copied().unwrap_or(0);
    let assigning = |length: usize, plain: Kind, by: Kind| {
        if at(length) == b'=' { (Sign::Assigning(by), length + 1) } else { (Sign::Operator(plain), length) }
    };
    Some(match (at(0), at(1)) {
        (b'(', _) => (Sign::OpenParen, 1),
        (b'[', _) => (Sign::OpenBracket, 1),
        (b'{', _) => (Sign::OpenBrace, 1),
        (b')', _) => (Sign::CloseParen, 1),
        (b']', _) => (Sign::CloseBracket, 1),
        (b'}', _) => (Sign::CloseBrace, 1),
        (b',', _) => (Sign::Comma, 1),
        (b';', _) => (Sign::Semicolon, 1),
        (b'.', b'.') if at(2) == b'.' => (Sign::Ellipsis, 3),
        (b'.', _) => (Sign::Dot, 1),
        (b':', b'=') => (Sign::Define, 2),
        (b':', _) => (Sign::Colon, 1),
        (b'=', b'=') => (Sign::Operator(Kind::Equals), 2),
        (b'=', _) => (Sign::Equal, 1),
        (b'!', b'=') => (Sign::Operator(Kind::Differs), 2),
        (b'!', _) => (Sign::Operator(Kind::Not), 1),
        (b'+', b'+') => (Sign::Increment, 2),
        (b'+', _) => assigning(1, Kind::Plus, Kind::AddTo),
        (b'-', b'-') => (Sign::Decrement, 2),
        (b'-', _) => assigning(1, Kind::Minus, Kind::SubtractFrom),
        (b'*', _) => assigning(1, Kind::Star, Kind::MultiplyBy),
        (b'/', _) => assigning(1, Kind::Divide, Kind::DivideBy),
        (b'%', _) => assigning(1, Kind::Modulo, Kind::ModuloBy),
        (b'&', b'&') => (Sign::Operator(Kind::And), 2),
        (b'&', b'^') => assigning(2, Kind::Clear, Kind::ClearWith),
        (b'&', _) => assigning(1, Kind::BitAnd, Kind::AndWith),
        (b'|', b'|') => (Sign::Operator(Kind::Or), 2),
        (b'|', _) => assigning(1, Kind::BitOr, Kind::OrWith),
        (b'^', _) => assigning(1, Kind::BitXor, Kind::XorWith),
        (b'<', b'-') => (Sign::Arrow, 2),
        (b'<', b'<') => assigning(2, Kind::ShiftLeft, Kind::ShiftLeftBy),
        (b'<', b'=') => (Sign::Operator(Kind::SmallerOrEqual), 2),
        (b'<', _) => (Sign::Operator(Kind::Smaller), 1),
        (b'>', b'>') => assigning(2, Kind::ShiftRight, Kind::ShiftRightBy),
        (b'>', b'=') => (Sign::Operator(Kind::LargerOrEqual), 2),
        (b'>', _) => (Sign::Operator(Kind::Larger), 1),
        (b'~', _) => (Sign::Tilde, 1),
        _ => return None,
    })
}
