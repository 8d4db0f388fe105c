//! Classes whose fields are keys, with the decorators of class-validator.

use std::collections::BTreeSet;

use super::super::environment::{Access, is_environment, sites};
use super::super::flow::{Fall, is_nothing};
use super::super::literal::{default_value, literal};
use super::super::module::{Binding, Module, arguments, callee, property};
use super::super::name::{is_capital, names_of};
use super::super::output::Output;
use super::super::process::{Reader, as_read, use_of};
use super::chain::words;
use super::field::Field;
use super::text_form::formed;
use crate::fact::{Need, Read};
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// Adds the fields of classes that stand for the environment.
pub(super) fn read<'t>(reader: &Reader<'_, 't>, claimed: &mut BTreeSet<usize>, output: &mut Output<'_>) {
    let module = reader.module;
    // Decorators of these names mean something else elsewhere.
    if !module.sources().any(|from| from.starts_with("class-validator")) {
        return;
    }
    let classes = module.nodes().filter(|node| matches!(node.kind(), "class_declaration" | "class"));
    let filled = filled(module);
    for class in classes {
        let name = class.field("name").map_or("", |name| name.text());
        let is_environment = name.contains("Env") || filled.contains(name);
        let Some(body) = class.field("body").filter(|_| is_environment) else { continue };
        let mut decorators: Vec<Node<'t>> = Vec::new();
        // Where the members before end.
        let mut behind = body.span().start;
        for part in body.named() {
            match part.kind() {
                "decorator" => decorators.push(part),
                "public_field_definition" => {
                    decorators.extend(part.named().filter(|inside| inside.kind() == "decorator"));
                    let about = doc_comment(module, behind, decorators.first().copied().unwrap_or(part));
                    member(reader, (name, about), part, &decorators, claimed, output);
                    behind = part.span().end;
                    decorators.clear();
                }
                _ => {
                    behind = part.span().end;
                    decorators.clear();
                }
            }
        }
    }
}

/// The classes that are filled with the environment: by `plainToInstance(Settings, process.env)`, or in a function
/// `validate` that Nest hands it to.
fn filled<'t>(module: &Module<'t>) -> BTreeSet<&'t str> {
    let calls = module.nodes().filter(|node| node.kind() == "call_expression");
    let each = calls.filter_map(|call| {
        let (None, name) = callee(call)? else { return None };
        let given = arguments(call);
        let (class, input) = (given.first().copied()?, given.get(1).copied()?);
        let is_handed = || {
            let is_parameter = matches!(module.lookup(input), Some((_, [.., Binding::Parameter(..)])));
            is_parameter && module.named_function(call).is_some_and(|(name, _)| name.starts_with("validate"))
        };
        let is_filled = matches!(name.text(), "plainToInstance" | "plainToClass")
            && (is_environment(module, input) || is_handed());
        is_filled.then(|| class.text())
    });
    each.collect()
}

/// One field: its decorators judge what its initialiser takes from the environment, or the variable of its own name.
fn member<'t>(
    reader: &Reader<'_, 't>,
    (class, about): (&str, Option<String>),
    part: Node<'t>,
    decorators: &[Node<'t>],
    claimed: &mut BTreeSet<usize>,
    output: &mut Output<'_>,
) {
    let module = reader.module;
    let Some(name) = part.field("name").filter(|name| is_capital(name.text())) else { return };
    let decorated = judge(module, decorators);
    let Some(value) = part.field("value") else {
        let Some(mut field) = decorated else { return };
        if part.children().any(|child| child.kind() == "?") {
            field.fall = Fall::Nothing;
        }
        let read = Read {
            value_type: field.value_type.clone(),
            settings: Some(class.to_owned()),
            about,
            ..Read::with_need(field.need(name.span()))
        };
        output.read(name.text(), name.span(), output.phase, read);
        return;
    };
    let found: Vec<_> = value.walk().take(400).flat_map(|step| sites(module, step.node)).collect();
    if found.is_empty() {
        if let Some(field) = decorated {
            let need = default_value(module, value).map_or(Need::Optional, Need::Default);
            let settings = Some(class.to_owned());
            let read = Read { value_type: field.value_type, settings, about, ..Read::with_need(need) };
            output.read(name.text(), name.span(), output.phase, read);
        }
        return;
    }
    let [site] = found.as_slice() else { return };
    let patterns = names_of(module, &site.name);
    let ([pattern], Access::Get(_)) = (patterns.as_slice(), site.access) else { return };
    let Some(key) = pattern.known() else { return };
    claimed.insert(site.whole.id());
    let used = use_of(reader, site);
    let is_bare = is_nothing(&used.fall);
    let mut read = as_read(reader, site.whole, used);
    read.about = about;
    let behind = default_behind(module, site.whole, value).filter(|_| is_bare);
    if let Some(default) = behind.filter(|need| !matches!(need, Need::Default(value) if value.is_empty())) {
        read.need = default;
    } else if is_bare && let Some(field) = &decorated {
        read.need = field.need(pattern.span);
    }
    if let Some(field) = decorated {
        let is_optional = is_nothing(&field.fall) || matches!(read.need, Need::Default(_));
        let refuses = field.value_type.as_ref().is_some_and(|value_type| value_type.check("").is_err());
        read.refuses_empty = is_optional && refuses && is_raw(site.whole, value);
        read.value_type = field.value_type;
        read.settings = Some(class.to_owned());
    }
    output.read(&key, pattern.span, output.phase, read);
}

/// Whether a field holds the text of a variable as it is: `process.env.X`, or `process.env.X ?? "..."`.
fn is_raw(site: Node<'_>, value: Node<'_>) -> bool {
    let is_nullish = || value.field("operator").is_some_and(|operator| operator.text() == "??");
    site == value || value.kind() == "binary_expression" && is_nullish() && value.field("left") == Some(site)
}

/// `this.toNumber(environment.PORT) ?? 3000` and `this.toNumber(environment.PORT ?? "3000")`.
fn default_behind<'t>(module: &Module<'t>, site: Node<'t>, value: Node<'t>) -> Option<Need> {
    for (above, field, _) in module.ancestors(site) {
        if above.kind() == "binary_expression"
            && field == Some("left")
            && above.field("operator").is_some_and(|operator| matches!(operator.text(), "??" | "||"))
        {
            let right = above.field("right")?;
            return Some(default_value(module, right).map_or(Need::Optional, Need::Default));
        }
        if above == value {
            return None;
        }
    }
    None
}

/// What the decorators of class-validator say; `None` where there are none that say anything.
fn judge<'t>(module: &Module<'t>, decorators: &[Node<'t>]) -> Option<Field> {
    let mut field = Field::required(None);
    let (mut is_judged, mut is_optional, mut is_conditional) = (false, false, false);
    let (mut min, mut max) = (None, None);
    let mut is_transformed = false;
    for decorator in decorators {
        let Some(call) = decorator.named().next() else { continue };
        let name = if call.kind() == "call_expression" {
            callee(call).map_or("", |(_, name)| name.text())
        } else {
            call.text()
        };
        let given = arguments(call);
        let first = given.first().copied();
        match name {
            "IsOptional" => is_optional = true,
            "Transform" => is_transformed = true,
            "ValidateIf" => is_conditional = true,
            "IsUrl" => {
                let schemes = first.map(|options| module.resolved(options)).and_then(|options| {
                    let (_, protocols) = property(options, "protocols")?;
                    literal(module, protocols)?.literal.texts()
                });
                field.value_type = Some(ValueType::Url { schemes: schemes.unwrap_or_default() });
            }
            "IsIn" | "IsEnum" => field.value_type = first.and_then(|first| words(module, first)),
            "MinLength" | "MaxLength" | "IsUUID" | "IsEmail" | "Matches" if field.value_type.is_none() => {
                field.value_type = formed(module, name, &given);
            }
            "IsInt" => field.value_type = Some(ValueType::Int { min: None, max: None }),
            "IsNumber" | "IsNumberString" => field.value_type = Some(ValueType::Float),
            "IsPort" => field.value_type = Some(ValueType::Port),
            "IsBooleanString" => field.value_type = Some(ValueType::Bool),
            "Min" => min = first.and_then(|first| first.text().parse::<i64>().ok()),
            "Max" => max = first.and_then(|first| first.text().parse::<i64>().ok()),
            _ => {}
        }
        is_judged |=
            name.starts_with("Is") || matches!(name, "Length" | "MinLength" | "Matches" | "Min" | "Max");
    }
    if let Some(ValueType::Int { .. }) = field.value_type {
        field.value_type = Some(ValueType::Int { min, max });
    }
    if is_transformed && matches!(field.value_type, Some(ValueType::Pattern(_))) {
        field.value_type = None;
    }
    if is_optional {
        field.fall = Fall::Nothing;
    } else if is_conditional {
        field.is_unknown = true;
    }
    (is_judged || is_optional).then_some(field)
}

/// The comment for documentation that stands between the offset `behind` and a field, up to its first empty line.
fn doc_comment<'t>(module: &Module<'t>, behind: u32, part: Node<'t>) -> Option<String> {
    let comments = module.comments();
    let before = comments.partition_point(|comment| comment.span().start < part.span().start);
    let comment = comments.get(before.checked_sub(1)?).filter(|comment| comment.span().start >= behind)?;
    let text = comment.text().strip_prefix("/**")?.trim_end_matches("*/");
    let words: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches('*').trim())
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty() && !line.starts_with('@'))
        .collect();
    let text = words.join(" ");
    (!text.is_empty()).then_some(text)
}
