//! Words and signs of Python source.

use super::kind::Kind;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sign {
    Name,
    Integer,
    Float,
    // Words that are no names.
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    False,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    None,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    True,
    Try,
    While,
    With,
    Yield,
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
    Equal,
    ColonEqual,
    Arrow,
    /// `+=` and its like.
    Assigning,
    /// Any other operator.
    Operator(Kind),
    StringStart,
    StringContent,
    StringEnd,
    /// `{` and `}` in an f-string.
    FillIn,
    FilledIn,
    /// `!r` and `:` before what is filled in is written.
    Conversion,
    FormatStart,
    /// The end of a logical line; [`Token::extra`] is the indentation of the next one.
    Newline,
    End,
    /// What cannot stand in a program.
    Stray,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) sign: Sign,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) extra: u32,
}

/// What a word is, if it is no name.
///
/// Source: <https://docs.python.org/3/reference/lexical_analysis.html#keywords>.
pub(super) fn keyword(word: &[u8]) -> Sign {
    match word {
        b"and" => Sign::And,
        b"as" => Sign::As,
        b"assert" => Sign::Assert,
        b"async" => Sign::Async,
        b"await" => Sign::Await,
        b"break" => Sign::Break,
        b"class" => Sign::Class,
        b"continue" => Sign::Continue,
        b"def" => Sign::Def,
        b"del" => Sign::Del,
        b"elif" => Sign::Elif,
        b"else" => Sign::Else,
        b"except" => Sign::Except,
        b"False" => Sign::False,
        b"finally" => Sign::Finally,
        b"for" => Sign::For,
        b"from" => Sign::From,
        b"global" => Sign::Global,
        b"if" => Sign::If,
        b"import" => Sign::Import,
        b"in" => Sign::In,
        b"is" => Sign::Is,
        b"lambda" => Sign::Lambda,
        b"None" => Sign::None,
        b"nonlocal" => Sign::Nonlocal,
        b"not" => Sign::Not,
        b"or" => Sign::Or,
        b"pass" => Sign::Pass,
        b"raise" => Sign::Raise,
        b"return" => Sign::Return,
        b"True" => Sign::True,
        b"try" => Sign::Try,
        b"while" => Sign::While,
        b"with" => Sign::With,
        b"yield" => Sign::Yield,
        _ => Sign::Name,
    }
}

/// The operator that a text begins with, and its length.
pub(super) fn operator(text: &[u8]) -> Option<(Sign, usize)> {
    let at = |position: usize| text.get(position).copied().unwrap_or(0);
    let assigning = |length: usize, plain: Kind| {
        if at(length) == b'=' { (Sign::Assigning, length + 1) } else { (Sign::Operator(plain), length) }
    };
    Some(match at(0) {
        b'(' => (Sign::OpenParen, 1),
        b'[' => (Sign::OpenBracket, 1),
        b'{' => (Sign::OpenBrace, 1),
        b')' => (Sign::CloseParen, 1),
        b']' => (Sign::CloseBracket, 1),
        b'}' => (Sign::CloseBrace, 1),
        b',' => (Sign::Comma, 1),
        b';' => (Sign::Semicolon, 1),
        b'.' if at(1) == b'.' && at(2) == b'.' => (Sign::Ellipsis, 3),
        b'.' => (Sign::Dot, 1),
        b':' if at(1) == b'=' => (Sign::ColonEqual, 2),
        b':' => (Sign::Colon, 1),
        b'=' if at(1) == b'=' => (Sign::Operator(Kind::Equals), 2),
        b'=' => (Sign::Equal, 1),
        b'!' if at(1) == b'=' => (Sign::Operator(Kind::Differs), 2),
        b'-' if at(1) == b'>' => (Sign::Arrow, 2),
        b'-' => assigning(1, Kind::Minus),
        b'+' => assigning(1, Kind::Plus),
        b'*' if at(1) == b'*' => assigning(2, Kind::Power),
        b'*' => assigning(1, Kind::Times),
        b'/' if at(1) == b'/' => assigning(2, Kind::DivideDown),
        b'/' => assigning(1, Kind::Divide),
        b'%' => assigning(1, Kind::Modulo),
        b'@' => assigning(1, Kind::At),
        b'&' => assigning(1, Kind::BitAnd),
        b'|' => assigning(1, Kind::BitOr),
        b'^' => assigning(1, Kind::BitXor),
        b'~' => (Sign::Operator(Kind::Invert), 1),
        b'<' if at(1) == b'<' => assigning(2, Kind::ShiftLeft),
        b'<' if at(1) == b'=' => (Sign::Operator(Kind::SmallerOrEqual), 2),
        b'<' if at(1) == b'>' => (Sign::Operator(Kind::DiffersAsBefore), 2),
        b'<' => (Sign::Operator(Kind::Smaller), 1),
        b'>' if at(1) == b'>' => assigning(2, Kind::ShiftRight),
        b'>' if at(1) == b'=' => (Sign::Operator(Kind::LargerOrEqual), 2),
        b'>' => (Sign::Operator(Kind::Larger), 1),
        _ => return None,
    })
}

/// The kind of an operator such as `+=`.
pub(super) fn assigning(text: &str) -> Kind {
    match text {
        "-=" => Kind::SubtractFrom,
        "*=" => Kind::MultiplyBy,
        "/=" => Kind::DivideBy,
        "@=" => Kind::MatrixMultiplyBy,
        "//=" => Kind::DivideDownBy,
        "%=" => Kind::ModuloBy,
        "**=" => Kind::RaiseBy,
        ">>=" => Kind::ShiftRightBy,
        "<<=" => Kind::ShiftLeftBy,
        "&=" => Kind::AndWith,
        "^=" => Kind::XorWith,
        "|=" => Kind::OrWith,
        _ => Kind::AddTo,
    }
}
