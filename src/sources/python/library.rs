//! Readers that libraries offer: decouple, django-environ, environs, starlette, click; and functions of
//! other files whose names tell that they read the environment.

use std::collections::{BTreeMap, BTreeSet};

use super::literal::{Literal, default_value, literal, text};
use super::mention::is_key_like;
use super::module::{Arguments, Module, inner};
use super::name::names;
use super::output::Output;
use crate::fact::{Hidden, Need, Read, Value};
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// What kind of reader a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reader {
    /// `config("K", default, cast)` of decouple; fails without default, as do the next three.
    Decouple,
    /// `config("K", cast, default)` of starlette.
    Starlette,
    /// `env("K", cast, default)`, `env.bool("K", default)` of django-environ.
    Django,
    /// `env("K", default)`, `env.bool("K", default)` of environs.
    Environs,
    /// A function of another file; what it does without a value is not known.
    Told,
}

impl Reader {
    fn is_env(self) -> bool {
        matches!(self, Self::Django | Self::Environs)
    }

    /// Where a call has its default and its cast, if they have no names.
    fn positions(self, method: Option<&str>) -> (usize, Option<usize>) {
        match (self, method) {
            (Self::Decouple, _) => (1, Some(2)),
            (Self::Starlette, _) | (Self::Django, None | Some("get_value" | "list" | "tuple" | "dict")) => {
                (2, Some(1))
            }
            _ => (1, None),
        }
    }
}

/// Functions that by their names read one variable.
const TELLING: &[&str] = &[
    "env",
    "env_bool",
    "env_float",
    "env_int",
    "env_list",
    "env_or_default",
    "env_str",
    "env_var",
    "get_bool_env",
    "get_env",
    "get_env_bool",
    "get_env_int",
    "get_env_or_default",
    "get_env_value",
    "get_env_var",
    "get_env_variable",
    "get_int_env",
    "get_required_env",
    "getenv",
    "getenv_bool",
    "getenv_int",
    "getenv_or",
    "must_env",
    "must_getenv",
    "read_env",
    "require_env",
    "require_env_var",
    "required_env",
    "required_env_var",
];

/// Whether a function by its name reads one variable.
pub(super) fn is_telling(name: &str) -> bool {
    TELLING.contains(&name)
}

/// Adds what the file reads by libraries.
pub(super) fn read(module: &Module<'_>, output: &mut Output<'_>) {
    let library = Library::of(module);
    let has_options = output.text().contains("envvar");
    for call in module.nodes().filter(|node| node.kind() == "call") {
        library.call(module, call, output);
        if has_options {
            command_line_option(module, call, output);
        }
        whole_prefix(module, call, output);
        database_url(module, call, output);
    }
}

/// `dj_database_url.config()` reads `DATABASE_URL`, or what `env=` names. Source: its README.
fn database_url<'t>(module: &Module<'t>, call: Node<'t>, output: &mut Output<'_>) {
    let Some(function) = call.field("function") else { return };
    if module.path(function).is_none_or(|path| path != "dj_database_url.config") {
        return;
    }
    let arguments = Arguments::of_call(call);
    let given = arguments.get("env", 0).map(|name| (text(module, name), name.string()));
    let (name, span) = match given {
        None => ("DATABASE_URL".to_owned(), function.span()),
        Some((Some(name), written)) => (name, written.map_or(function.span(), |written| written.span)),
        Some((None, _)) => return,
    };
    let need = match arguments.get("default", 1) {
        Some(default) => default_value(module, default).map_or(Need::Optional, Need::Default),
        None => Need::Optional,
    };
    let value_type = Some(ValueType::Url { schemes: Vec::new() });
    output.read(&name, span, Read { value_type, ..Read::with_need(need) });
}

/// Flask's `from_prefixed_env` and dynaconf take all variables with a prefix.
fn whole_prefix<'t>(module: &Module<'t>, call: Node<'t>, output: &mut Output<'_>) {
    let Some(function) = call.field("function") else { return };
    let arguments = || Arguments::of_call(call);
    let (given, usual) = match function.field("attribute").unwrap_or(function).text() {
        "from_prefixed_env" => (arguments().get("prefix", 0), "FLASK"),
        "Dynaconf" | "LazySettings" => (arguments().keyword("envvar_prefix"), "DYNACONF"),
        _ => return,
    };
    let prefix = match given {
        None => Some(format!("{usual}_")),
        Some(given) => {
            text(module, given).filter(|prefix| !prefix.is_empty()).map(|prefix| format!("{prefix}_"))
        }
    };
    let hides = prefix.map_or(Hidden::Reads, Hidden::ReadsWithPrefix);
    output.gap(function.span(), hides, "the library takes all variables with a prefix");
}

/// What the file has of libraries.
struct Library<'t> {
    /// Functions that the file defines; what they read is seen by looking into them.
    own: BTreeSet<&'t str>,
    /// Defaults and casts of `environ.Env(K=(bool, False))`.
    schemes: BTreeMap<&'t str, Node<'t>>,
    /// `env.prefix = "APP_"` of django-environ, by the name of the reader.
    prefixes: BTreeMap<&'t str, String>,
}

impl<'t> Library<'t> {
    fn of(module: &Module<'t>) -> Self {
        let mut library = Self { own: BTreeSet::new(), schemes: BTreeMap::new(), prefixes: BTreeMap::new() };
        for node in module.nodes() {
            match node.kind() {
                "function_definition" => library.own.extend(node.field("name").map(Node::text)),
                "call" if is_env_class(module, node.field("function")) => {
                    library.schemes.extend(Arguments::of_call(node).keywords);
                }
                "assignment" => {
                    let target = node.field("left").filter(|left| left.kind() == "attribute");
                    let is_prefix =
                        |name: &Node<'t>| name.field("attribute").is_some_and(|name| name.text() == "prefix");
                    let Some(target) = target.filter(is_prefix) else { continue };
                    let given = node.field("right").and_then(|value| text(module, value));
                    if let (Some(object), Some(prefix)) = (target.field("object"), given) {
                        library.prefixes.insert(object.text(), prefix);
                    }
                }
                _ => {}
            }
        }
        library
    }

    /// What `node` is, where it is called or where a method of it is.
    fn reader(&self, module: &Module<'t>, node: Node<'t>) -> Option<Reader> {
        if node.kind() != "identifier" {
            return None;
        }
        if let Some(path) = module.path(node) {
            return match path.as_str() {
                "decouple.config" => Some(Reader::Decouple),
                "environs.env" => Some(Reader::Environs),
                _ => None,
            };
        }
        let made = module.value(node).map(inner).filter(|value| value.kind() == "call")?;
        let function = made.field("function")?;
        match module.path(function).as_deref() {
            Some("decouple.AutoConfig" | "decouple.Config") => Some(Reader::Decouple),
            Some("starlette.config.Config") => Some(Reader::Starlette),
            Some(path) if is_env_class(module, Some(function)) => {
                Some(if path.starts_with("environs.") { Reader::Environs } else { Reader::Django })
            }
            _ => None,
        }
    }

    fn call(&self, module: &Module<'t>, call: Node<'t>, output: &mut Output<'_>) {
        let Some(function) = call.field("function") else { return };
        let (object, method) = match function.kind() {
            "identifier" => (function, None),
            _ => match (function.field("object"), function.field("attribute")) {
                (Some(object), Some(method)) => (object, Some(method.text())),
                _ => return,
            },
        };
        let reader = match self.reader(module, object) {
            Some(reader) => reader,
            None if self.tells(module, function, object, method) => Reader::Told,
            None => return,
        };
        let arguments = Arguments::of_call(call);
        if reader.is_env() && arguments.get("var", 0).is_none() {
            let implied = match method {
                Some("db" | "db_url" | "dj_db_url") => "DATABASE_URL",
                Some("cache" | "cache_url") => "CACHE_URL",
                Some("email_url") => "EMAIL_URL",
                Some("search_url") => "SEARCH_URL",
                _ => return,
            };
            let need = match arguments.keyword("default") {
                Some(default) => default_value(module, default).map_or(Need::Optional, Need::Default),
                None => Need::Required,
            };
            output.read(implied, function.span(), Read::with_need(need));
            return;
        }
        if reader.is_env() && method.is_some_and(|method| !is_conversion(method)) {
            return;
        }
        if matches!(reader, Reader::Decouple | Reader::Starlette) && !matches!(method, None | Some("get")) {
            return;
        }
        let name = ["name", "var", "option", "key"].iter().find_map(|name| arguments.keyword(name));
        let Some(name) = name.or_else(|| arguments.at(0)) else { return };
        if reader == Reader::Told && !name.string().is_some_and(|name| is_key_like(&name.value)) {
            return;
        }
        for pattern in names(module, name) {
            let Some(key) = pattern.known() else {
                output.computed(&pattern.prefix(), name.span());
                continue;
            };
            let prefix = self.prefixes.get(object.text()).map_or("", String::as_str);
            let key = format!("{prefix}{}{key}", prefix_around(module, call));
            let scheme = self.schemes.get(key.as_str()).copied().filter(|_| reader.is_env());
            let parts: Vec<Node<'t>> =
                scheme.filter(|scheme| scheme.kind() == "tuple").into_iter().flat_map(Node::named).collect();
            let (default_at, cast_at) = reader.positions(method);
            let default = arguments.get("default", default_at);
            let misplaced = cast_at.and_then(|cast_at| {
                let is_known = matches!(reader, Reader::Django | Reader::Starlette);
                let call = is_known.then_some(&arguments)?;
                super::misplaced::cast(&key, call, (cast_at, default_at), output)
            });
            // What was meant counts, so that one fault is told once.
            let default = default.or(misplaced);
            let default = default.or_else(|| arguments.keyword("fallback")).or(parts.get(1).copied());
            let given_cast = cast_at.filter(|_| misplaced.is_none()).and_then(|at| arguments.at(at));
            let cast = arguments.keyword("cast").or(given_cast);
            let cast = cast.or(parts.first().copied()).or(scheme);
            let need = match default {
                Some(default) => match listed(module, default).or_else(|| default_value(module, default)) {
                    Some(value) => Need::Default(value),
                    None => Need::Optional,
                },
                None if reader == Reader::Told => Need::Unknown,
                None if super::flow::is_conditional(module, call) => Need::Unknown,
                None => Need::Required,
            };
            let cast = cast.map_or("", Node::text);
            let value_type = method.and_then(converted).or_else(|| cast_to(cast));
            let is_secret = cast == "Secret";
            let read = Read { value_type, is_secret, ..Read::with_need(need) };
            output.read(&key, pattern.span, read);
        }
    }

    /// Whether a function of another file tells by its name that it reads a variable.
    fn tells(&self, module: &Module<'t>, function: Node<'t>, object: Node<'t>, method: Option<&str>) -> bool {
        if let Some(path) = module.path(function)
            && path.starts_with("os.")
        {
            return false;
        }
        match method {
            None => {
                is_telling(object.text())
                    && !self.own.contains(object.text())
                    && module.path(object).is_some()
            }
            // `env.bool("K")` with an `env` that another file made.
            Some(method) if object.text() == "env" => {
                method != "get" && is_conversion(method) && module.path(object).is_some()
            }
            Some(method) => {
                method != "env"
                    && method != "read_env"
                    && is_telling(method)
                    && object.kind() == "identifier"
                    && module.path(object).is_some()
            }
        }
    }
}

/// A list as these libraries read it: with commas.
fn listed(module: &Module<'_>, default: Node<'_>) -> Option<Value> {
    let found = literal(module, default)?;
    let Literal::List(items) = found.literal else { return None };
    let items: Option<Vec<String>> = items.iter().map(Literal::as_environment).collect();
    Some(Value::literal(&items?.join(","), found.span))
}

fn is_env_class(module: &Module<'_>, function: Option<Node<'_>>) -> bool {
    function.and_then(|function| module.path(function)).is_some_and(|path| {
        matches!(
            path.as_str(),
            "environ.Env" | "environ.FileAwareEnv" | "environs.Env" | "environs.FileAwareEnv"
        )
    })
}

fn is_conversion(method: &str) -> bool {
    matches!(
        method,
        "str"
            | "bytes"
            | "bool"
            | "int"
            | "float"
            | "json"
            | "list"
            | "tuple"
            | "dict"
            | "url"
            | "path"
            | "db"
            | "db_url"
            | "dj_db_url"
            | "cache"
            | "cache_url"
            | "email"
            | "email_url"
            | "search_url"
            | "get_value"
            | "decimal"
            | "datetime"
            | "date"
            | "time"
            | "timedelta"
            | "uuid"
            | "log_level"
            | "enum"
            | "unicode"
            | "channels"
            | "channels_url"
            | "dj_email_url"
            | "dj_cache_url"
    )
}

fn converted(method: &str) -> Option<ValueType> {
    match method {
        "str" => Some(ValueType::String),
        "bool" => Some(ValueType::Bool),
        "int" => Some(ValueType::Int { min: None, max: None }),
        "float" => Some(ValueType::Float),
        "json" => Some(ValueType::Json),
        "list" | "tuple" => {
            Some(ValueType::List { separator: ",".to_owned(), item: Box::new(ValueType::String) })
        }
        "url" | "db" | "db_url" | "dj_db_url" | "cache" | "cache_url" | "dj_cache_url" => {
            Some(ValueType::Url { schemes: Vec::new() })
        }
        _ => None,
    }
}

fn cast_to(cast: &str) -> Option<ValueType> {
    match cast {
        "Csv()" | "CommaSeparatedStrings" => converted("list"),
        "str" | "bool" | "int" | "float" | "list" => converted(cast).filter(|_| cast != "list"),
        _ => None,
    }
}

/// The prefix of `with env.prefixed("APP_"):` blocks around a call.
fn prefix_around<'t>(module: &Module<'t>, call: Node<'t>) -> String {
    let mut prefix = String::new();
    for (above, field, _) in module.ancestors(call) {
        if above.kind() != "with_statement" || field != Some("body") {
            continue;
        }
        let prefixed = above.walk().take(30).map(|step| step.node).find(|node| {
            node.kind() == "call"
                && node.field("function").is_some_and(|function| function.text().ends_with(".prefixed"))
        });
        if let Some(found) = prefixed.and_then(|call| text(module, Arguments::of_call(call).at(0)?)) {
            prefix.insert_str(0, &found);
        }
    }
    prefix
}

/// `envvar="K"` of click and typer.
fn command_line_option<'t>(module: &Module<'t>, call: Node<'t>, output: &mut Output<'_>) {
    let arguments = Arguments::of_call(call);
    let Some(given) = arguments.keyword("envvar").map(inner) else { return };
    let keys: Vec<Node<'t>> =
        if matches!(given.kind(), "list" | "tuple") { given.named().collect() } else { vec![given] };
    let is_typer = matches!(function_name(call), "Option" | "Argument");
    let default = arguments.keyword("default").or_else(|| arguments.at(0).filter(|_| is_typer));
    let is_required = arguments.keyword("required").is_some_and(|value| value.text() == "True")
        || default.is_some_and(|value| value.text() == "...");
    let need = match default.filter(|value| value.text() != "...") {
        // What the command line does not give, the variable has to.
        None if is_required => Need::Unknown,
        Some(default) => default_value(module, default).map_or(Need::Optional, Need::Default),
        None => Need::Optional,
    };
    for key in keys {
        for pattern in names(module, key) {
            if let Some(name) = pattern.known() {
                output.read(&name, pattern.span, Read::with_need(need.clone()));
            }
        }
    }
}

/// The last part of the name of the function that is called.
fn function_name(call: Node<'_>) -> &str {
    let function = call.field("function");
    function.map_or("", |function| function.field("attribute").unwrap_or(function).text())
}
