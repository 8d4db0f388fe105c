//! What Go's types and conversions tell about values.

use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// What a field's type tells.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Shape<'t> {
    /// The type's name with its package, pointers and slices taken off.
    pub(super) name: &'t str,
    pub(super) is_pointer: bool,
    pub(super) is_list: bool,
    /// An anonymous struct.
    pub(super) body: Option<Node<'t>>,
}

/// Reads a type.
pub(super) fn shape(node: Node<'_>) -> Shape<'_> {
    let mut shape = Shape::default();
    let mut at = node;
    for _ in 0..6 {
        match at.kind() {
            "pointer_type" => shape.is_pointer = true,
            "slice_type" => shape.is_list = true,
            "parenthesized_type" => {}
            "struct_type" => {
                shape.body = Some(at);
                return shape;
            }
            _ => break,
        }
        match at.field("element").or_else(|| at.named().next()) {
            Some(inside) => at = inside,
            None => break,
        }
    }
    shape.name = at.text();
    shape
}

impl Shape<'_> {
    /// The type of values that are read into it; lists have `separator` between their items.
    pub(super) fn value_type(&self, separator: &str) -> Option<ValueType> {
        if !self.is_list {
            return named(self.name);
        }
        if matches!(self.name, "byte" | "uint8") {
            return Some(ValueType::String);
        }
        let item = Box::new(named(self.name)?);
        Some(ValueType::List { separator: separator.to_owned(), item })
    }
}

/// The type of values that a Go type of this name is parsed from.
pub(super) fn named(name: &str) -> Option<ValueType> {
    let int = |min, max| Some(ValueType::Int { min, max });
    match name {
        "uint8" => int(Some(0), Some(i64::from(u8::MAX))),
        "uint16" => int(Some(0), Some(i64::from(u16::MAX))),
        "uint32" => int(Some(0), Some(i64::from(u32::MAX))),
        "uint" | "uint64" => int(Some(0), None),
        "int8" => int(Some(i64::from(i8::MIN)), Some(i64::from(i8::MAX))),
        "int16" => int(Some(i64::from(i16::MIN)), Some(i64::from(i16::MAX))),
        "int32" => int(Some(i64::from(i32::MIN)), Some(i64::from(i32::MAX))),
        "int" | "int64" => int(None, None),
        "float32" | "float64" => Some(ValueType::Float),
        "bool" => Some(ValueType::Bool),
        "string" => Some(ValueType::String),
        "time.Duration" => Some(ValueType::Duration),
        "url.URL" => Some(ValueType::Url { schemes: Vec::new() }),
        _ => None,
    }
}

/// The type that a function of the standard library converts a text into.
///
/// Source: the documentation of the packages `strconv`, `time` and `net/url`. `url.Parse` takes nearly
/// any text, so it tells nothing.
pub(super) fn converted(package: &str, function: &str) -> Option<ValueType> {
    match (package, function) {
        ("strconv", "Atoi" | "ParseInt") => named("int"),
        ("strconv", "ParseUint") => named("uint"),
        ("strconv", "ParseFloat") => named("float64"),
        ("strconv", "ParseBool") => named("bool"),
        ("time", "ParseDuration") => named("time.Duration"),
        _ => None,
    }
}
