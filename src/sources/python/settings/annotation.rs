//! What an annotation asks of the text of a variable.

use super::super::literal::{Literal, literal};
use super::super::module::{Arguments, Module, inner};
use super::class::{Kind, Lineage, definition};
use super::field::is_field_call;
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// The shape of a field.
#[derive(Clone, Debug)]
pub(super) enum Shape<'t> {
    /// Read as it stands, as this type if that is certain.
    Plain(Option<ValueType>),
    /// A list, set or tuple: JSON.
    Items,
    /// A mapping: JSON, also in parts.
    Map,
    /// A model of this file: JSON, also in parts.
    Model(Node<'t>),
    /// A class that is not known here; it may be a model.
    Foreign,
}

/// All that an annotation says.
#[derive(Clone, Debug)]
pub(super) struct Meaning<'t> {
    pub(super) shape: Shape<'t>,
    /// Whether `None` is allowed.
    pub(super) is_optional: bool,
    pub(super) is_secret: bool,
    /// Whether the text is not decoded as JSON (`NoDecode`).
    pub(super) is_raw: bool,
    pub(super) is_class_variable: bool,
    pub(super) is_final: bool,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    /// Calls of `Field` in `Annotated[T, ..]`.
    pub(super) field_calls: Vec<Node<'t>>,
}

impl<'t> Meaning<'t> {
    fn plain(value_type: Option<ValueType>) -> Self {
        Self {
            shape: Shape::Plain(value_type),
            is_optional: false,
            is_secret: false,
            is_raw: false,
            is_class_variable: false,
            is_final: false,
            min: None,
            max: None,
            field_calls: Vec::new(),
        }
    }

    fn shaped(shape: Shape<'t>) -> Self {
        Self { shape, ..Self::plain(None) }
    }

    fn secret() -> Self {
        Self { is_secret: true, ..Self::plain(Some(ValueType::String)) }
    }

    /// The meaning of a field without annotation, from its default.
    pub(super) fn of_default(default: Literal) -> Self {
        match default {
            Literal::None => Self::plain(None),
            Literal::Bool(_) => Self::plain(Some(ValueType::Bool)),
            Literal::Int(_) => Self::plain(Some(int(None, None))),
            Literal::Float(_) => Self::plain(Some(ValueType::Float)),
            Literal::Str(_) => Self::plain(Some(ValueType::String)),
            Literal::List(_) => Self::shaped(Shape::Items),
            Literal::Dict(_) => Self::shaped(Shape::Map),
        }
    }
}

fn int(min: Option<i64>, max: Option<i64>) -> ValueType {
    ValueType::Int { min, max }
}

fn url(schemes: &[&str]) -> Meaning<'static> {
    let schemes = schemes.iter().map(|&scheme| scheme.to_owned()).collect();
    Meaning::plain(Some(ValueType::Url { schemes }))
}

/// What `annotation` asks for. `depth` bounds how far classes and aliases are followed.
pub(super) fn meaning<'t>(module: &Module<'t>, annotation: Node<'t>, depth: usize) -> Meaning<'t> {
    module.begin();
    evaluate(module, annotation, 8_usize.saturating_sub(depth))
}

fn evaluate<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> Meaning<'t> {
    let node = inner(node);
    let Some(depth) = depth.checked_sub(1).filter(|_| module.step().is_some()) else {
        return Meaning::plain(None);
    };
    match node.kind() {
        "none" => Meaning { is_optional: true, ..Meaning::plain(None) },
        "union_type" => union(module, &node.named().collect::<Vec<_>>(), depth),
        "binary_operator" => {
            let sides: Vec<Node<'_>> = node.field("left").into_iter().chain(node.field("right")).collect();
            union(module, &sides, depth)
        }
        "generic_type" => {
            let mut parts = node.named();
            let (Some(head), Some(list)) = (parts.next(), parts.next()) else { return Meaning::plain(None) };
            generic(module, head.text(), &list.named().map(inner).collect::<Vec<_>>(), depth)
        }
        "subscript" => {
            let Some(head) = node.field("value") else { return Meaning::plain(None) };
            generic(
                module,
                last(head.text()),
                &node.fields("subscript").map(inner).collect::<Vec<_>>(),
                depth,
            )
        }
        "identifier" | "attribute" => named(module, node, depth),
        "call" => constrained(module, node),
        _ => Meaning::plain(None),
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn union<'t>(module: &Module<'t>, members: &[Node<'t>], depth: usize) -> Meaning<'t> {
    let mut meanings: Vec<Meaning<'t>> =
        members.iter().map(|&member| evaluate(module, member, depth)).collect();
    let is_optional = meanings.iter().any(|meaning| meaning.is_optional);
    let is_secret = meanings.iter().any(|meaning| meaning.is_secret);
    let is_none = |node: &Node<'t>| inner(*node).kind() == "none";
    let mut at = 0;
    meanings.retain(|_| {
        at += 1;
        !members.get(at - 1).is_some_and(is_none)
    });
    match (meanings.pop(), meanings.is_empty()) {
        (Some(only), true) => Meaning { is_optional, ..only },
        _ => Meaning { is_optional, is_secret, ..Meaning::plain(None) },
    }
}

fn generic<'t>(module: &Module<'t>, head: &str, arguments: &[Node<'t>], depth: usize) -> Meaning<'t> {
    let first =
        || arguments.first().map_or_else(|| Meaning::plain(None), |&node| evaluate(module, node, depth));
    match head {
        "Optional" => Meaning { is_optional: true, ..first() },
        "Union" => union(module, arguments, depth),
        "Annotated" => {
            let mut found = first();
            for node in arguments.iter().skip(1) {
                annotated(module, *node, &mut found);
            }
            found
        }
        "Literal" => {
            let words: Option<Vec<String>> =
                arguments.iter().map(|node| node.string().map(|word| word.value)).collect();
            Meaning::plain(words.map(ValueType::OneOf))
        }
        "ClassVar" => Meaning { is_class_variable: true, ..Meaning::plain(None) },
        "Final" => Meaning { is_final: true, ..first() },
        "Json" => Meaning::plain(Some(ValueType::Json)),
        "Secret" => Meaning::secret(),
        "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "tuple" | "Tuple" | "Sequence"
        | "deque" | "Deque" | "AbstractSet" | "Iterable" | "Collection" => Meaning::shaped(Shape::Items),
        "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict" | "OrderedDict"
        | "Counter" => Meaning::shaped(Shape::Map),
        "type" | "Type" | "Callable" | "ImportString" => Meaning::plain(Some(ValueType::String)),
        _ => Meaning::shaped(Shape::Foreign),
    }
}

/// One more thing in `Annotated[T, ..]`.
fn annotated<'t>(module: &Module<'t>, node: Node<'t>, found: &mut Meaning<'t>) {
    if is_field_call(node) {
        found.field_calls.push(node);
        return;
    }
    let name = last(node.field("function").unwrap_or(node).text());
    let bound = || match literal(module, Arguments::of_call(node).at(0)?)?.literal {
        Literal::Int(number) => Some(number),
        _ => None,
    };
    match name {
        "NoDecode" => found.is_raw = true,
        "Ge" => found.min = bound(),
        "Gt" => found.min = bound().and_then(|number| number.checked_add(1)),
        "Le" => found.max = bound(),
        "Lt" => found.max = bound().and_then(|number| number.checked_sub(1)),
        "BeforeValidator" | "PlainValidator" | "WrapValidator" => {
            if matches!(found.shape, Shape::Plain(_)) {
                found.shape = Shape::Plain(None);
            }
        }
        _ => {}
    }
}

fn named<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> Meaning<'t> {
    let name = last(node.text());
    if node.kind() == "identifier" {
        if let Some(class) = module.class(name) {
            return own_class(module, class);
        }
        if let Some(alias) = module.value(node) {
            return evaluate(module, alias, depth);
        }
    }
    let http = ["http", "https"];
    match name {
        "str" | "EmailStr" | "NameEmail" | "Path" | "FilePath" | "DirectoryPath" | "NewPath" | "PurePath"
        | "PosixPath" | "StrictStr" | "ImportString" | "LiteralString" => {
            Meaning::plain(Some(ValueType::String))
        }
        "int" | "StrictInt" => Meaning::plain(Some(int(None, None))),
        "PositiveInt" => Meaning::plain(Some(int(Some(1), None))),
        "NonNegativeInt" | "ByteSizeInt" => Meaning::plain(Some(int(Some(0), None))),
        "NegativeInt" => Meaning::plain(Some(int(None, Some(-1)))),
        "NonPositiveInt" => Meaning::plain(Some(int(None, Some(0)))),
        "float" | "Decimal" | "PositiveFloat" | "NonNegativeFloat" | "FiniteFloat" => {
            Meaning::plain(Some(ValueType::Float))
        }
        "bool" | "StrictBool" => Meaning::plain(Some(ValueType::Bool)),
        "SecretStr" | "SecretBytes" => Meaning::secret(),
        "timedelta" => Meaning::plain(Some(ValueType::Duration)),
        "Json" => Meaning::plain(Some(ValueType::Json)),
        "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "tuple" | "Tuple" | "Sequence"
        | "deque" => Meaning::shaped(Shape::Items),
        "dict" | "Dict" | "Mapping" => Meaning::shaped(Shape::Map),
        "AnyUrl" | "FileUrl" | "Url" | "CockroachDsn" | "SnowflakeDsn" | "ClickHouseDsn" => url(&[]),
        "AnyHttpUrl" | "HttpUrl" => url(&http),
        "AnyWebsocketUrl" | "WebsocketUrl" => url(&["ws", "wss"]),
        "FtpUrl" => url(&["ftp"]),
        "PostgresDsn" => url(&[
            "postgres",
            "postgresql",
            "postgresql+asyncpg",
            "postgresql+pg8000",
            "postgresql+psycopg",
            "postgresql+psycopg2",
            "postgresql+psycopg2cffi",
            "postgresql+py-postgresql",
            "postgresql+pygresql",
        ]),
        "RedisDsn" => url(&["redis", "rediss"]),
        "AmqpDsn" => url(&["amqp", "amqps"]),
        "MongoDsn" => url(&["mongodb", "mongodb+srv"]),
        "KafkaDsn" => url(&["kafka"]),
        "NatsDsn" => url(&["nats", "tls", "ws", "wss"]),
        "MySQLDsn" | "MariaDBDsn" => url(&[]),
        "Any" | "object" | "bytes" | "date" | "datetime" | "time" | "UUID" | "UUID4" | "IPvAnyAddress"
        | "Pattern" | "ByteSize" | "complex" => Meaning::plain(None),
        _ => Meaning::shaped(Shape::Foreign),
    }
}

/// A class of this file: an enumeration, a model, or something else.
fn own_class<'t>(module: &Module<'t>, class: Node<'t>) -> Meaning<'t> {
    let bases = Arguments::of(class.field("superclasses"));
    let is_enum = bases.positional.iter().any(|base| {
        matches!(last(base.text()), "Enum" | "StrEnum" | "IntEnum" | "Flag" | "IntFlag" | "TextChoices")
    });
    if is_enum {
        let is_auto_lower = bases.positional.iter().any(|base| last(base.text()) == "StrEnum");
        return Meaning::plain(members(module, class, is_auto_lower).map(ValueType::OneOf));
    }
    match Lineage::of(module, class).kind {
        Kind::Model | Kind::Settings { .. } => Meaning::shaped(Shape::Model(class)),
        Kind::Other => Meaning::shaped(Shape::Foreign),
    }
}

/// The texts that an enumeration accepts; `None` if it accepts others too.
fn members(module: &Module<'_>, class: Node<'_>, is_auto_lower: bool) -> Option<Vec<String>> {
    let mut words = Vec::new();
    for statement in class.field("body")?.named() {
        let node = definition(statement)?;
        if node.field("name").is_some_and(|name| name.text() == "_missing_") {
            return None;
        }
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { continue };
        if node.kind() != "assignment" || left.text().starts_with('_') {
            continue;
        }
        let is_auto = right.kind() == "call" && right.text().ends_with("auto()");
        words.push(match literal(module, right) {
            Some(found) => found.literal.as_environment()?,
            None if is_auto && is_auto_lower => left.text().to_lowercase(),
            None => return None,
        });
    }
    (!words.is_empty()).then_some(words)
}

/// `conint(ge=1)` and its like.
fn constrained<'t>(module: &Module<'t>, call: Node<'t>) -> Meaning<'t> {
    let arguments = Arguments::of_call(call);
    let bound = |name: &str| match literal(module, arguments.keyword(name)?)?.literal {
        Literal::Int(number) => Some(number),
        _ => None,
    };
    match last(call.field("function").map_or("", Node::text)) {
        "conint" => {
            let min = bound("ge").or_else(|| bound("gt").and_then(|number| number.checked_add(1)));
            let max = bound("le").or_else(|| bound("lt").and_then(|number| number.checked_sub(1)));
            Meaning::plain(Some(int(min, max)))
        }
        "confloat" | "condecimal" => Meaning::plain(Some(ValueType::Float)),
        "constr" => Meaning::plain(Some(ValueType::String)),
        "conlist" | "conset" | "confrozenset" => Meaning::shaped(Shape::Items),
        _ => Meaning::plain(None),
    }
}
