//! The types that code and the matrix give to values.

/// The type that code or the matrix gives to a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ValueType {
    /// Any text.
    String,
    /// A whole number, possibly within bounds (inclusive).
    Int {
        /// Smallest allowed.
        min: Option<i64>,
        /// Largest allowed.
        max: Option<i64>,
    },
    /// A number with a fraction.
    Float,
    /// A truth value.
    Bool,
    /// A TCP or UDP port, 1 to 65535.
    Port,
    /// A URL; `schemes` empty means any scheme.
    Url {
        /// Allowed schemes, lower case.
        schemes: Vec<String>,
    },
    /// One of the listed words, exactly.
    OneOf(Vec<String>),
    /// A text that matches this regular expression as a whole.
    Pattern(String),
    /// A duration such as `30s` or `5m`.
    Duration,
    /// A list of values between `separator`s.
    List {
        /// What stands between the items.
        separator: String,
        /// The items' type.
        item: Box<ValueType>,
    },
    /// JSON; what pydantic-settings asks of lists, maps and models.
    Json,
}
