//! Calls of functions.

use super::evaluate::Evaluator;
use super::functions;
use super::value::{Cond, SecretRead, Val, VariableRead};
use crate::fact::{Fallback, Hidden, Need, PathPart, Problem, ProblemKind, Reference, Value};
use crate::key::KeyName;
use crate::secret::Secret;
use crate::syntax::go_template::Operand;
use crate::text::Span;

impl Evaluator<'_> {
    /// The value of a call. `function` is the operand that names it, `span` the whole command.
    pub(super) fn call(&mut self, name: &str, arguments: Vec<Val>, function: &Operand, span: Span) -> Val {
        match name {
            "secret" => self.secret(&arguments, span),
            "env" | "mustEnv" | "envOrDefault" => self.variable(name, &arguments, span),
            "or" => self.either(arguments),
            "and" => {
                let conditions: Vec<Cond> = arguments.into_iter().map(Val::condition).collect();
                conditions.iter().for_each(|condition| self.tested(condition));
                Val::Test(Box::new(Cond::All(conditions)))
            }
            "not" => match <[Val; 1]>::try_from(arguments) {
                Ok([value]) => {
                    let condition = value.condition();
                    self.tested(&condition);
                    Val::Test(Box::new(Cond::Not(Box::new(condition))))
                }
                Err(_) => Val::Unknown,
            },
            "eq" | "ne" => self.compared(&arguments, name == "ne"),
            "lt" | "le" | "gt" | "ge" => {
                self.undemanded(&arguments);
                Val::Test(Box::new(Cond::Opaque))
            }
            "printf" => self.printf(arguments, span),
            "print" => Val::Joined(arguments),
            "index" => self.index(arguments, span),
            "key_or_default" | "keyOrDefault" => match arguments.into_iter().nth(1) {
                Some(default) => Val::Either(vec![Val::Unknown, default]),
                None => Val::Unknown,
            },
            "toJSON" | "toUnescapedJSON" => match <[Val; 1]>::try_from(arguments) {
                Ok([Val::Secret(_) | Val::Data(_) | Val::Fields(_)]) => {
                    self.gap(span, Hidden::Reads, "all fields of the secret are read");
                    Val::Unknown
                }
                Ok([value]) => Val::Quoted(Box::new(value)),
                Err(_) => Val::Unknown,
            },
            "writeToFile" => Val::Text { text: String::new(), span, verbatim: false },
            // `scratch.Set` and its like print nothing.
            "scratch" if function.fields.first().is_some_and(|field| field.value.contains("Set")) => {
                Val::Text { text: String::new(), span, verbatim: false }
            }
            "executeTemplate" => {
                self.gap(span, Hidden::Provisions, "what an included template renders is not followed");
                Val::Unknown
            }
            _ => {
                if !functions::is_known(name) {
                    self.unknown_function(name, function.span);
                }
                self.made(arguments, span)
            }
        }
    }

    /// What a function makes of values, where only their origin can be told.
    pub(super) fn made(&mut self, arguments: Vec<Val>, span: Span) -> Val {
        if arguments.iter().any(|value| matches!(value, Val::Secret(_) | Val::Data(_) | Val::Fields(_))) {
            self.gap(span, Hidden::Reads, "all fields of the secret are read");
        }
        if arguments.is_empty() { Val::Unknown } else { Val::Made(arguments) }
    }

    fn unknown_function(&mut self, name: &str, operand: Span) {
        let span = Span::new(operand.start as usize, operand.start as usize + name.len());
        self.gap(span, Hidden::Provisions, "a function is called that is not known");
        if !self.knows_all_functions {
            return;
        }
        let message = format!("the function `{name}` is not known to consul-template");
        let problem = Problem::new(ProblemKind::TemplateSyntax, span, message, "no such function");
        self.problems.push(match functions::near(name) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("call a function of consul-template, of sprig with `sprig_` before its name, or of Go's text/template"),
        });
    }

    fn secret(&mut self, arguments: &[Val], span: Span) -> Val {
        let Some(path) = arguments.first() else { return Val::Unknown };
        let mut parts = Vec::new();
        self.path(path, &mut parts);
        self.reads.secrets.push(SecretRead { path: parts, span });
        Val::Secret(self.reads.secrets.len() - 1)
    }

    /// Spells a path as constants and variables; a variable in a path is needed.
    fn path(&mut self, value: &Val, parts: &mut Vec<PathPart>) {
        match value {
            Val::Text { text, .. } => match parts.last_mut() {
                Some(PathPart::Text(before)) => before.push_str(text),
                _ => parts.push(PathPart::Text(text.clone())),
            },
            Val::Joined(values) => values.iter().for_each(|value| self.path(value, parts)),
            value => match self.reference(value) {
                Some((variable, reference)) => {
                    if reference.fallback == Fallback::Empty
                        && let Some(read) = self.reads.variables.get_mut(variable)
                        && read.need == Need::Unknown
                    {
                        read.need = Need::Required;
                    }
                    parts.push(PathPart::Variable(reference));
                }
                None => parts.push(PathPart::Unknown),
            },
        }
    }

    /// The reference that a value is, if it is a variable with or without a constant fallback.
    pub(super) fn reference(&self, value: &Val) -> Option<(usize, Reference)> {
        let variable = value.variable()?;
        let read = self.reads.variables.get(variable)?;
        let fallback = match value {
            Val::Either(values) => match values.get(1) {
                Some(Val::Text { text, span, .. }) => {
                    Fallback::Default { text: Secret::new(text), span: *span, or_empty: true }
                }
                _ => Fallback::Empty,
            },
            _ => Fallback::Empty,
        };
        Some((variable, Reference { key: read.key.clone(), span: read.span, fallback }))
    }

    fn variable(&mut self, function: &str, arguments: &[Val], call: Span) -> Val {
        let Some(Val::Text { text, span, .. }) = arguments.first() else {
            self.gap(call, Hidden::Reads, "the name of a variable is computed");
            return Val::Unknown;
        };
        let default = match arguments.get(1) {
            Some(value @ Val::Text { .. }) if function == "envOrDefault" => Some(value.clone()),
            _ => None,
        };
        let need = match (&default, function) {
            (Some(Val::Text { text, span, .. }), _) => Need::Default(Value::literal(text, *span)),
            (_, "mustEnv") => Need::Required,
            (_, "envOrDefault") => Need::Optional,
            _ => Need::Unknown,
        };
        self.reads.variables.push(VariableRead { key: KeyName::new(text), span: *span, need });
        let variable = Val::Variable(self.reads.variables.len() - 1);
        match default {
            Some(default) => Val::Either(vec![variable, default]),
            None if function == "envOrDefault" => Val::Either(vec![variable, Val::Unknown]),
            None => variable,
        }
    }

    fn either(&mut self, arguments: Vec<Val>) -> Val {
        if arguments.iter().any(|value| matches!(value, Val::Test(_))) {
            let conditions: Vec<Cond> = arguments.into_iter().map(Val::condition).collect();
            conditions.iter().for_each(|condition| self.tested(condition));
            return Val::Test(Box::new(Cond::Any(conditions)));
        }
        // All but the last may be absent.
        let default = match arguments.last() {
            Some(Val::Text { text, span, .. }) => Some(Value::literal(text, *span)),
            _ => None,
        };
        let (_, optional) = arguments.split_last().unwrap_or((&Val::Unknown, &[]));
        let need = || default.clone().map_or(Need::Optional, Need::Default);
        for value in optional {
            match value {
                Val::Field(field) => {
                    if let Some(read) = self.reads.fields.get_mut(*field) {
                        read.need = need();
                    }
                }
                Val::Variable(variable) => {
                    if let Some(read) = self.reads.variables.get_mut(*variable)
                        && read.need != Need::Required
                    {
                        read.need = need();
                    }
                }
                _ => {}
            }
        }
        match <[Val; 1]>::try_from(arguments) {
            Ok([value]) => value,
            Err(arguments) => Val::Either(arguments),
        }
    }

    fn compared(&mut self, arguments: &[Val], negated: bool) -> Val {
        let opaque = Val::Test(Box::new(Cond::Opaque));
        self.undemanded(arguments);
        let (Some(first), Some(others)) = (arguments.first(), arguments.get(1..)) else { return opaque };
        let words = |values: &[Val]| values.iter().map(|value| value.text().map(str::to_owned)).collect();
        let (variable, any_of): (_, Option<Vec<String>>) = match (first.variable(), others) {
            (Some(variable), others) => (Some(variable), words(others)),
            (None, [other]) => (other.variable(), words(std::slice::from_ref(first))),
            _ => (None, None),
        };
        match (variable, any_of) {
            (Some(variable), Some(any_of)) if !any_of.is_empty() => {
                Val::Test(Box::new(Cond::Equals { variable, any_of, negated }))
            }
            _ => opaque,
        }
    }

    /// Notes that fields are only compared: what happens without them is not said.
    fn undemanded(&mut self, values: &[Val]) {
        for value in values {
            if let Val::Field(field) = value
                && let Some(read) = self.reads.fields.get_mut(*field)
                && read.need == Need::Required
            {
                read.need = Need::Unknown;
            }
        }
    }

    fn index(&mut self, arguments: Vec<Val>, call: Span) -> Val {
        let mut arguments = arguments.into_iter();
        let mut value = arguments.next().unwrap_or(Val::Unknown);
        for key in arguments {
            value = match (value, key) {
                (Val::Secret(secret), Val::Text { text, .. }) if text == "Data" => Val::Data(secret),
                (Val::Data(secret), Val::Text { text, .. }) if text == "data" => Val::Fields(secret),
                (Val::Data(secret) | Val::Fields(secret), Val::Text { text, span, .. }) => {
                    self.read_field(secret, &text, span)
                }
                (Val::Data(_) | Val::Fields(_), _) => {
                    self.gap(call, Hidden::Reads, "the name of a field is computed");
                    Val::Unknown
                }
                (value @ Val::Field(_), _) => value,
                _ => Val::Unknown,
            };
        }
        value
    }

    /// `printf`: the format's constant parts with the arguments between them.
    fn printf(&mut self, arguments: Vec<Val>, call: Span) -> Val {
        let mut arguments = arguments.into_iter();
        let Some(Val::Text { text: format, span, verbatim }) = arguments.next() else {
            return self.made(arguments.collect(), call);
        };
        let mut parts: Vec<Val> = Vec::new();
        let constant = |text: &str, at: usize| {
            let exact = Span::new(span.start as usize + at, span.start as usize + at + text.len());
            Val::Text { text: text.to_owned(), span: if verbatim { exact } else { span }, verbatim }
        };
        let mut at = 0;
        while let Some(percent) = format.get(at..).and_then(|rest| rest.find('%')) {
            let percent = at + percent;
            if percent > at {
                parts.push(constant(format.get(at..percent).unwrap_or(""), at));
            }
            // Flags, width and precision.
            let verb = format.get(percent + 1..).unwrap_or("");
            let flags = verb.len()
                - verb
                    .trim_start_matches([
                        '+', '-', '#', ' ', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
                    ])
                    .len();
            let verb = verb.get(flags..).and_then(|rest| rest.chars().next());
            at = percent + 1 + flags + verb.map_or(0, char::len_utf8);
            if verb == Some('%') {
                parts.push(Val::Text { text: "%".to_owned(), span, verbatim: false });
                continue;
            }
            let argument = arguments.next().unwrap_or(Val::Unknown);
            parts.push(match verb {
                Some('s' | 'v') if flags == 0 => argument,
                Some('d') if flags == 0 => argument,
                Some('q') if flags == 0 => Val::Quoted(Box::new(argument)),
                _ => Val::Made(vec![argument]),
            });
        }
        if at < format.len() {
            parts.push(constant(format.get(at..).unwrap_or(""), at));
        }
        // Go prints superfluous arguments in a form of its own.
        parts.extend(arguments.map(|argument| Val::Made(vec![argument])));
        match <[Val; 1]>::try_from(parts) {
            Ok([part]) => part,
            Err(parts) => Val::Joined(parts),
        }
    }
}
