//! Which objects of a program are of one settings class, as far as its source says so.

use std::collections::BTreeSet;

use crate::fix::names::{is_function, language, opening, words};
use crate::syntax::tree::{Language, Node, Step, parse};
use crate::text::{SourceFile, Span};

/// The names by which code gets at objects of a class.
#[derive(Debug, Default)]
pub(super) struct Objects {
    class: String,
    /// What holds one: variables, fields, properties.
    holders: BTreeSet<String>,
    /// What gives one back when it is called.
    makers: BTreeSet<String>,
}

/// What one file says of names, and where it says so.
pub(super) struct Bound {
    /// Each name that is bound, in which function, and whether to an object of the class.
    names: Vec<(String, Span, Held)>,
    /// The bodies in which `self` is one.
    own: Vec<Span>,
    /// Whether another file may bind what this one does not.
    takes_all: bool,
}

/// What a name holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Held {
    /// An object of the class.
    One,
    /// Something else, or nobody knows.
    Other,
    /// What another file calls so.
    Foreign,
}

/// A binding as the code writes it.
struct Binding<'t> {
    target: &'t str,
    is_part: bool,
    within: Span,
    declared: &'t str,
    value: &'t str,
}

/// So often names lead to further ones: a function that gives one back, a variable that takes it, and a field.
const ROUNDS: usize = 4;

impl Objects {
    /// Looks through `files` for what holds objects of `class`, which one of them declares.
    pub(super) fn of(class: &str, files: &[&SourceFile]) -> Self {
        let mut objects = Self { class: class.to_owned(), ..Self::default() };
        for _ in 0..ROUNDS {
            let known = objects.holders.len() + objects.makers.len();
            for file in files {
                let names = [&objects.class].into_iter().chain(&objects.holders).chain(&objects.makers);
                if names.into_iter().any(|name| words(&file.text, name).next().is_some()) {
                    objects.learn(file);
                }
            }
            if objects.holders.len() + objects.makers.len() == known {
                break;
            }
        }
        objects
    }

    fn learn(&mut self, file: &SourceFile) {
        let Some(language) = language(&file.path) else { return };
        let Some(tree) = parse(language, &file.text) else { return };
        let mut open: Vec<Step<'_>> = Vec::new();
        for step in tree.walk() {
            open.truncate(step.depth);
            if let Some(name) = self.maker(&open, step.node) {
                self.makers.insert(name);
            }
            for binding in bindings(&open, &step, file.text.len()) {
                if self.held(language, &binding) == Held::One {
                    self.holders.insert(binding.target.to_owned());
                }
            }
            open.push(step);
        }
    }

    /// A function that says that it gives back an object of the class, or that does.
    fn maker(&self, open: &[Step<'_>], node: Node<'_>) -> Option<String> {
        match node.kind() {
            "function_definition" | "function_item" => {
                let given = node.field("return_type")?;
                self.is_type(given.text()).then(|| node.field("name").map(|name| name.text().to_owned()))?
            }
            "return_statement" => {
                let value = node.text().strip_prefix("return")?.trim();
                let function = open.iter().rev().find(|step| is_function(step.node.kind()))?;
                self.is_made(value).then(|| function.node.field("name").map(|name| name.text().to_owned()))?
            }
            _ => None,
        }
    }

    fn is_type(&self, text: &str) -> bool {
        words(text, &self.class).next().is_some()
    }

    /// Whether a call says by its name that it gives an object of the class.
    fn is_made(&self, value: &str) -> bool {
        let Some(head) =
            value.strip_suffix(')').and_then(|_| opening(value, '(', ')').and_then(|at| value.get(..at)))
        else {
            return false;
        };
        self.gives_one(head)
    }

    /// Whether a call of `path` gives an object of the class.
    fn gives_one(&self, path: &str) -> bool {
        let last = last_name(path);
        last == self.class || self.makers.contains(last)
    }

    /// Whether a path is to what holds an object of the class.
    fn holds_one(&self, path: &str) -> bool {
        self.holders.contains(last_name(path))
    }

    fn held(&self, language: Language, binding: &Binding<'_>) -> Held {
        if !binding.declared.is_empty() {
            return if self.is_type(binding.declared) { Held::One } else { Held::Other };
        }
        let value = binding.value.trim().trim_start_matches("await ").trim_start_matches('&');
        let is_one = match language {
            _ if is_path(value) => self.holds_one(value),
            Language::Python => value.split(" or ").any(|value| self.is_made(value) || self.is_handed(value)),
            Language::Rust => self.is_built(value),
            _ => false,
        };
        if is_one { Held::One } else { Held::Other }
    }

    /// `Depends(get_settings)`: whoever calls the function hands one in.
    fn is_handed(&self, value: &str) -> bool {
        let argument = value.strip_prefix("Depends(").and_then(|rest| rest.strip_suffix(')'));
        argument.is_some_and(|argument| self.gives_one(argument.trim()))
    }

    /// `Config::load()?`, `envy::from_env::<Config>()`, `Arc::new(Config::load())`, `config.clone()`.
    fn is_built(&self, value: &str) -> bool {
        let mut head = value.split('(').next().unwrap_or("");
        let is_wrapped = WRAPPERS.iter().any(|wrapper| head.trim().starts_with(wrapper));
        if is_wrapped {
            head = value;
        }
        let made = || self.makers.iter().any(|maker| words(head, maker).next().is_some());
        let copied =
            || head.trim().strip_suffix(".clone").is_some_and(|from| is_path(from) && self.holds_one(from));
        let held = || is_wrapped && self.holders.iter().any(|holder| words(head, holder).next().is_some());
        words(head, &self.class).next().is_some()
            || value.contains(&format!("<{}>", self.class))
            || made()
            || copied()
            || held()
    }

    /// What `file` says of names.
    pub(super) fn bound(&self, file: &SourceFile) -> Option<Bound> {
        let language = language(&file.path)?;
        let tree = parse(language, &file.text)?;
        let mut bound = Bound { names: Vec::new(), own: Vec::new(), takes_all: false };
        let mut open: Vec<Step<'_>> = Vec::new();
        for step in tree.walk() {
            open.truncate(step.depth);
            let node = step.node;
            match node.kind() {
                "class_definition" => {
                    let is_it = node.field("name").is_some_and(|name| name.text() == self.class)
                        || node.field("superclasses").is_some_and(|bases| self.is_type(bases.text()));
                    bound.own.extend(is_it.then(|| node.span()));
                }
                "impl_item" => {
                    let is_it = node.field("type").is_some_and(|of| last_name(of.text()) == self.class);
                    bound.own.extend(is_it.then(|| node.span()));
                }
                "import_from_statement" | "use_declaration" => {
                    bound.takes_all |= node.text().trim_end_matches([';', ')', ' ', '}']).ends_with('*');
                    let whole = Span::new(0, file.text.len());
                    let known = self.holders.iter().filter(|name| words(node.text(), name).next().is_some());
                    bound.names.extend(known.map(|name| (name.clone(), whole, Held::Foreign)));
                }
                _ => {}
            }
            for binding in bindings(&open, &step, file.text.len()) {
                let held = self.held(language, &binding);
                if !binding.is_part {
                    bound.names.push((binding.target.to_owned(), binding.within, held));
                }
            }
            open.push(step);
        }
        Some(bound)
    }

    /// Whether the code `of` at `at` is an object of the class.
    pub(super) fn is_one(&self, bound: &Bound, of: &str, at: Span) -> bool {
        let of = passed_through(of.trim().trim_start_matches(['&', '*']));
        if matches!(of, "self" | "cls") {
            return bound.own.iter().any(|own| own.contains(at));
        }
        if of.ends_with(')') {
            return self.is_made(of)
                || of.split('(').next().is_some_and(|head| words(head, &self.class).next().is_some());
        }
        let last = last_name(of);
        if last != of {
            return self.holders.contains(last) || self.makers.contains(last);
        }
        // What the innermost function binds is what is meant.
        let around = bound.names.iter().filter(|(name, within, _)| name == of && within.contains(at));
        let innermost = around.clone().map(|(_, within, _)| within.end - within.start).min();
        let mut said =
            around.filter(|(_, within, _)| Some(within.end - within.start) == innermost).peekable();
        match said.peek() {
            Some(_) => said.all(|(.., held)| *held != Held::Other),
            None => bound.takes_all && self.holders.contains(of),
        }
    }
}

/// What wraps an object and lets its parts be reached all the same.
const WRAPPERS: &[&str] = &[
    "Arc::",
    "Rc::",
    "Box::",
    "Lazy::",
    "LazyLock::",
    "OnceLock::",
    "OnceCell::",
    "Data::",
    "web::Data::",
    "State::",
    "Extension::",
    "std::sync::",
    "Some(",
];

/// Calls that give the object on which they are made, or a copy.
const PASSING: &[&str] = &[
    ".clone()",
    ".unwrap()",
    ".as_ref()",
    ".borrow()",
    ".get()",
    ".lock()",
    ".read()",
    ".to_owned()",
    ".await",
    ".model_copy()",
    "?",
    "!",
];

fn passed_through(mut of: &str) -> &str {
    while let Some(shorter) = PASSING.iter().find_map(|call| of.strip_suffix(call)) {
        of = shorter.trim_end();
    }
    of
}

/// Whether a text is names with dots or colons between them, and no more.
fn is_path(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '_' | '.' | ':') || c.is_alphanumeric())
}

/// `c` of `a.b::c`.
fn last_name(path: &str) -> &str {
    path.rsplit(['.', ':']).next().unwrap_or(path).trim()
}

/// The class or struct in which `at` stands, by its name and with all of its text.
pub(super) fn owner(file: &SourceFile, at: Span) -> Option<(String, Span)> {
    let tree = parse(language(&file.path)?, &file.text)?;
    let around = tree.walk().filter(|step| {
        matches!(step.node.kind(), "class_definition" | "struct_item") && step.node.span().contains(at)
    });
    let owner = around.last()?.node;
    Some((owner.field("name")?.text().to_owned(), owner.span()))
}

/// Whether what is bound in a node is seen in another way outside of it.
fn is_scope(kind: &str) -> bool {
    kind == "class_definition" || is_function(kind)
}

/// What a node binds, of Python and Rust.
fn bindings<'t>(open: &[Step<'t>], step: &Step<'t>, length: usize) -> Vec<Binding<'t>> {
    let node = step.node;
    let text = |field: &str| node.field(field).map_or("", |node| node.text());
    let above = open.last().map_or("", |step| step.node.kind());
    let bind = |target: &'t str, declared: &'t str, value: &'t str| {
        let mut around = open.iter().rev().map(|step| step.node).filter(|node| is_scope(node.kind()));
        let is_of_class = around.clone().next().is_some_and(|node| !is_function(node.kind()));
        let function = around.find(|node| is_function(node.kind()));
        let within = function.map_or(Span::new(0, length), Node::span);
        let target = target.trim_start_matches("mut ").trim_start_matches("ref ");
        let name = last_name(target);
        let is_part = name != target || is_of_class || node.kind() == "field_declaration";
        Binding { target: name, is_part, within, declared, value }
    };
    match node.kind() {
        "assignment" => vec![bind(text("left"), text("type"), text("right"))],
        "aliased_import" => vec![bind(text("alias"), "", text("name"))],
        "named_expression" => vec![bind(text("name"), "", text("value"))],
        "typed_default_parameter" => vec![bind(text("name"), text("type"), "")],
        "default_parameter" => vec![bind(text("name"), "", text("value"))],
        "typed_parameter" => {
            let name = node.named().next().map_or("", |name| name.text());
            vec![bind(name, text("type"), "")]
        }
        "let_declaration" | "parameter" => vec![bind(text("pattern"), text("type"), text("value"))],
        "static_item" | "const_item" | "field_declaration" => {
            vec![bind(text("name"), text("type"), text("value"))]
        }
        "for_statement" | "for_in_clause" => node
            .field("left")
            .into_iter()
            .flat_map(|left| left.walk())
            .filter(|step| step.node.kind() == "identifier")
            .map(|step| bind(step.node.text(), "", ""))
            .collect(),
        "for_expression" => vec![bind(text("pattern"), "", "")],
        "identifier"
            if matches!(
                above,
                "parameters" | "lambda_parameters" | "closure_parameters" | "as_pattern_target"
            ) =>
        {
            vec![bind(node.text(), "", "")]
        }
        _ => Vec::new(),
    }
}
