//! What the types of fields tell about values.

use std::ops::Range;

use super::token::Tokens;
use crate::value_type::ValueType;

/// What a field's type tells.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Shape<'t> {
    /// The type's last name, wrappers taken off.
    pub(super) name: &'t str,
    pub(super) is_option: bool,
    pub(super) is_list: bool,
    pub(super) is_secret: bool,
}

impl Shape<'_> {
    /// The type of one value.
    pub(super) fn item_type(&self) -> Option<ValueType> {
        named(self.name)
    }
}

/// Reads the type at `range`.
pub(super) fn shape<'t>(tokens: &Tokens<'t>, mut range: Range<usize>) -> Shape<'t> {
    let mut shape = Shape::default();
    for _ in 0..MAX_WRAPPERS {
        // A path's last word stands at the end or before its arguments.
        let mut last = None;
        for position in range.clone() {
            if tokens.is(position, "<") {
                break;
            }
            last = tokens.ident(position).filter(|word| *word != "mut" && *word != "dyn").or(last);
        }
        let Some(name) = last else { return shape };
        shape.name = name;
        match name {
            "Option" => shape.is_option = true,
            "Vec" | "HashSet" | "BTreeSet" | "IndexSet" | "VecDeque" => shape.is_list = true,
            "Secret" | "SecretBox" | "Redacted" | "Sensitive" | "SecretValue" | "Zeroizing" => {
                shape.is_secret = true
            }
            "SecretString" => {
                shape.is_secret = true;
                shape.name = "String";
                return shape;
            }
            "Box" | "Arc" | "Rc" | "Cow" => {}
            _ => return shape,
        }
        let Some(open) = range.clone().find(|&position| tokens.is(position, "<")) else { return shape };
        let end = tokens.past_generics(open).saturating_sub(1).clamp(open, range.end);
        let Some(inner) = tokens.split(open + 1..end.max(open + 1), ",").pop() else { return shape };
        range = inner;
    }
    shape
}

const MAX_WRAPPERS: usize = 8;

/// The type of values that a Rust type of this name is parsed from.
pub(super) fn named(name: &str) -> Option<ValueType> {
    let int = |min, max| Some(ValueType::Int { min, max });
    match name {
        "u8" => int(Some(0), Some(i64::from(u8::MAX))),
        "u16" => int(Some(0), Some(i64::from(u16::MAX))),
        "u32" => int(Some(0), Some(i64::from(u32::MAX))),
        "u64" | "u128" | "usize" => int(Some(0), None),
        "i8" => int(Some(i64::from(i8::MIN)), Some(i64::from(i8::MAX))),
        "i16" => int(Some(i64::from(i16::MIN)), Some(i64::from(i16::MAX))),
        "i32" => int(Some(i64::from(i32::MIN)), Some(i64::from(i32::MAX))),
        "i64" | "i128" | "isize" => int(None, None),
        "NonZeroU16" => int(Some(1), Some(i64::from(u16::MAX))),
        "NonZeroU8" => int(Some(1), Some(i64::from(u8::MAX))),
        "NonZeroU32" => int(Some(1), Some(i64::from(u32::MAX))),
        "NonZeroU64" | "NonZeroUsize" => int(Some(1), None),
        "f32" | "f64" => Some(ValueType::Float),
        "bool" => Some(ValueType::Bool),
        "String" | "str" | "OsString" | "PathBuf" | "CString" => Some(ValueType::String),
        "Url" => Some(ValueType::Url { schemes: Vec::new() }),
        _ => None,
    }
}
