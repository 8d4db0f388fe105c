//! Words and signs of TypeScript source.

use super::kind::Kind;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sign {
    /// A word, [`Token::word`] tells which; any but [`Word::Other`] may be more than a name.
    Name,
    /// `#name`.
    Private,
    Number,
    /// A whole string with its quotes.
    String,
    /// The mark at the beginning of a template.
    Template,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Colon,
    Semicolon,
    Dot,
    Ellipsis,
    Question,
    QuestionDot,
    Arrow,
    Equal,
    At,
    /// `<`, which may open a list of types or an element.
    Less,
    /// `>` alone, whatever follows: it may close a list of types.
    Greater,
    /// `/` or `/=`, either of which may begin a regular expression.
    Slash,
    Bang,
    Tilde,
    /// `++` or `--`.
    Step(Kind),
    /// `+=` and its like.
    Assigning(Kind),
    /// Any other operator.
    Operator(Kind),
    End,
    /// What this reader does not take.
    Stray,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) sign: Sign,
    pub(super) word: Word,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Whether a line ends before it, outside of comments.
    pub(super) newline: bool,
    /// Whether there are comments before it that are no nodes yet.
    pub(super) comments: bool,
}

/// Declares the words that are more than names.
macro_rules! words {
    ($($variant:ident $text:literal,)*) => {
        /// A word that may be more than a name.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub(super) enum Word { $($variant,)* Other }

        impl Word {
            /// What a word is.
            pub(super) fn of(text: &[u8]) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Other,
                }
            }
        }
    };
}

// Words before `Any` are no names in expressions.
words! {
    Await b"await",
    Break b"break",
    Case b"case",
    Catch b"catch",
    Class b"class",
    Const b"const",
    Continue b"continue",
    Debugger b"debugger",
    Default b"default",
    Delete b"delete",
    Do b"do",
    Else b"else",
    Enum b"enum",
    Export b"export",
    Extends b"extends",
    False b"false",
    Finally b"finally",
    For b"for",
    Function b"function",
    If b"if",
    Import b"import",
    In b"in",
    InstanceOf b"instanceof",
    New b"new",
    Null b"null",
    Return b"return",
    Super b"super",
    Switch b"switch",
    This b"this",
    Throw b"throw",
    True b"true",
    Try b"try",
    Typeof b"typeof",
    Undefined b"undefined",
    Using b"using",
    Var b"var",
    Void b"void",
    While b"while",
    With b"with",
    Yield b"yield",
    Any b"any",
    Abstract b"abstract",
    Accessor b"accessor",
    As b"as",
    Asserts b"asserts",
    Assert b"assert",
    Async b"async",
    Boolean b"boolean",
    Declare b"declare",
    From b"from",
    Get b"get",
    Global b"global",
    Implements b"implements",
    Infer b"infer",
    Interface b"interface",
    Is b"is",
    Keyof b"keyof",
    Let b"let",
    Module b"module",
    Namespace b"namespace",
    Never b"never",
    Number b"number",
    Object b"object",
    Of b"of",
    Override b"override",
    Private b"private",
    Protected b"protected",
    Public b"public",
    Readonly b"readonly",
    Require b"require",
    Satisfies b"satisfies",
    Set b"set",
    Static b"static",
    String b"string",
    Symbol b"symbol",
    Type b"type",
    Unique b"unique",
    Unknown b"unknown",
}

impl Word {
    /// Whether it is a name wherever an expression may stand.
    pub(super) fn is_name(self) -> bool {
        self >= Self::Any
    }
}

/// The sign that a text begins with, and its length.
pub(super) fn sign(text: &[u8]) -> Option<(Sign, usize)> {
    let at = |position: usize| text.get(position).copied().unwrap_or(0);
    let operator = |kind: Kind, length: usize| (Sign::Operator(kind), length);
    let assigning = |kind: Kind, length: usize| (Sign::Assigning(kind), length);
    Some(match at(0) {
        b'(' => (Sign::OpenParen, 1),
        b')' => (Sign::CloseParen, 1),
        b'[' => (Sign::OpenBracket, 1),
        b']' => (Sign::CloseBracket, 1),
        b'{' => (Sign::OpenBrace, 1),
        b'}' => (Sign::CloseBrace, 1),
        b',' => (Sign::Comma, 1),
        b':' => (Sign::Colon, 1),
        b';' => (Sign::Semicolon, 1),
        b'@' => (Sign::At, 1),
        b'~' => (Sign::Tilde, 1),
        b'>' => (Sign::Greater, 1),
        b'/' => (Sign::Slash, 1),
        b'.' if at(1) == b'.' && at(2) == b'.' => (Sign::Ellipsis, 3),
        b'.' => (Sign::Dot, 1),
        b'?' if at(1) == b'?' && at(2) == b'=' => assigning(Kind::CoalesceWith, 3),
        b'?' if at(1) == b'?' => operator(Kind::Coalesce, 2),
        b'?' if at(1) == b'.' => (Sign::QuestionDot, 2),
        b'?' => (Sign::Question, 1),
        b'=' if at(1) == b'>' => (Sign::Arrow, 2),
        b'=' if at(1) == b'=' && at(2) == b'=' => operator(Kind::EqualsStrictly, 3),
        b'=' if at(1) == b'=' => operator(Kind::Equals, 2),
        b'=' => (Sign::Equal, 1),
        b'!' if at(1) == b'=' && at(2) == b'=' => operator(Kind::DiffersStrictly, 3),
        b'!' if at(1) == b'=' => operator(Kind::Differs, 2),
        b'!' => (Sign::Bang, 1),
        b'+' if at(1) == b'+' => (Sign::Step(Kind::Increment), 2),
        b'+' if at(1) == b'=' => assigning(Kind::AddTo, 2),
        b'+' => operator(Kind::Plus, 1),
        // It may end a comment of HTML.
        b'-' if at(1) == b'-' && at(2) == b'>' => return None,
        b'-' if at(1) == b'-' => (Sign::Step(Kind::Decrement), 2),
        b'-' if at(1) == b'=' => assigning(Kind::SubtractFrom, 2),
        b'-' => operator(Kind::Minus, 1),
        b'*' if at(1) == b'*' && at(2) == b'=' => assigning(Kind::RaiseBy, 3),
        b'*' if at(1) == b'*' => operator(Kind::Power, 2),
        b'*' if at(1) == b'=' => assigning(Kind::MultiplyBy, 2),
        b'*' => operator(Kind::Times, 1),
        b'%' if at(1) == b'=' => assigning(Kind::ModuloBy, 2),
        b'%' => operator(Kind::Modulo, 1),
        b'&' if at(1) == b'&' && at(2) == b'=' => assigning(Kind::BothWith, 3),
        b'&' if at(1) == b'&' => operator(Kind::And, 2),
        b'&' if at(1) == b'=' => assigning(Kind::AndWith, 2),
        b'&' => operator(Kind::BitAnd, 1),
        b'|' if at(1) == b'|' && at(2) == b'=' => assigning(Kind::EitherWith, 3),
        b'|' if at(1) == b'|' => operator(Kind::Or, 2),
        b'|' if at(1) == b'=' => assigning(Kind::OrWith, 2),
        b'|' => operator(Kind::BitOr, 1),
        b'^' if at(1) == b'=' => assigning(Kind::XorWith, 2),
        b'^' => operator(Kind::BitXor, 1),
        // It may begin a comment of HTML.
        b'<' if at(1) == b'!' => return None,
        b'<' if at(1) == b'<' && at(2) == b'=' => assigning(Kind::ShiftLeftBy, 3),
        b'<' if at(1) == b'<' => operator(Kind::ShiftLeft, 2),
        b'<' if at(1) == b'=' => operator(Kind::SmallerOrEqual, 2),
        b'<' => (Sign::Less, 1),
        _ => return None,
    })
}

/// The operator that a text beginning with `>` begins with, and its length.
pub(super) fn larger(text: &[u8]) -> (Sign, usize) {
    let length = text.iter().take(3).take_while(|byte| **byte == b'>').count();
    let assigns = text.get(length) == Some(&b'=');
    match (length, assigns) {
        (1, false) => (Sign::Operator(Kind::Larger), 1),
        (1, true) => (Sign::Operator(Kind::LargerOrEqual), 2),
        (2, false) => (Sign::Operator(Kind::ShiftRight), 2),
        (2, true) => (Sign::Assigning(Kind::ShiftRightBy), 3),
        (3, false) => (Sign::Operator(Kind::ShiftUnsigned), 3),
        _ => (Sign::Assigning(Kind::ShiftUnsignedBy), 4),
    }
}
