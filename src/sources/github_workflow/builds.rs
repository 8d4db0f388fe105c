//! Steps that build an image with `docker/build-push-action`.

use super::{Reader, Scope};
use crate::fact::{ImageBuild, Origin, Phase, Place, Problem, ProblemKind, Provide, Provision, Role, Value};
use crate::key::KeyName;
use crate::syntax::github_expression;
use crate::syntax::yaml::{Entry, Node, NodeKind, Style};
use crate::text::{Span, Spanned};

pub(super) fn read(
    reader: &mut Reader<'_>,
    uses: Spanned<String>,
    with: Option<&Node>,
    scope: Scope<'_>,
    step: usize,
    (is_elsewhere, follows_others): (bool, bool),
) -> ImageBuild {
    let input = |name: &str| with.and_then(|with| with.get(name));
    let text = |name: &str| input(name).and_then(|node| reader.spelled(node));
    let (context, file, target) = (text("context"), text("file"), text("target"));
    if let Some(entry) = with.and_then(|with| with.entry("build-args")) {
        fold(reader, entry);
        read_arguments(reader, &entry.value, scope, step);
    }
    ImageBuild { step, uses, context, file, target, is_elsewhere, follows_others }
}

/// Several lines of arguments that YAML makes one line of: a plain scalar, or one after `>`.
fn fold(reader: &mut Reader<'_>, entry: &Entry) {
    let (key, node) = (&entry.key, &entry.value);
    let Some(placed) = reader.placed(node) else { return };
    let Some(written) = reader.file.text.get(node.span.range()) else { return };
    let is_begin = |line: &str| {
        let name = line.trim_start().split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| KeyName::new(name).is_identifier())
    };
    let behind = key.span.end as usize;
    let between = reader.file.text.get(behind..node.span.start as usize).unwrap_or("");
    let is_block = matches!(node.kind, NodeKind::Scalar { style: Style::Block, .. });
    let sign = between
        .find('>')
        .map(|at| behind + at)
        .or(written.starts_with('>').then_some(node.span.range().start));
    let is_plain = matches!(node.kind, NodeKind::Scalar { style: Style::Plain, .. }) && !node.via_alias;
    let mut names: Vec<&str> = Vec::new();
    for line in written.lines().filter(|line| is_begin(line)) {
        names.extend(line.trim_start().split('=').next());
    }
    let folded = placed.text.lines().filter(|line| is_begin(line)).count();
    let ([first, .., last], true) =
        (names.as_slice(), (is_plain || (is_block && sign.is_some())) && folded < names.len())
    else {
        return;
    };
    let message = format!(
        "YAML folds these {} build arguments into one line, so only `{first}` is passed",
        names.len()
    );
    let label = format!("`{first}` gets all of it, to `{last}`");
    let mut problem =
        Problem::new(ProblemKind::FoldedBuildArgs, key.span, message, label).about(&KeyName::new(first));
    if let (true, Some(at)) = (is_block, sign) {
        problem.repair.push((Span::new(at, at + 1), "|".to_owned()));
    } else if between.trim() == ":" && between.contains('\n') {
        let colon = behind + between.find(':').unwrap_or(0) + 1;
        problem.repair.push((Span::at(colon), " |".to_owned()));
    }
    reader.problem(problem);
}

/// `NAME=value`, one per line; `#` begins a comment (docker/actions-toolkit, `getInputList`).
fn read_arguments(reader: &mut Reader<'_>, node: &Node, scope: Scope<'_>, step: usize) {
    let Some(placed) = reader.placed(node) else { return };
    let mut from = 0;
    for line in placed.text.split_inclusive('\n') {
        let at = from;
        from += line.len();
        let content = line.trim();
        let begin = at + (line.len() - line.trim_start().len());
        let begin = begin + usize::from(content.starts_with('"'));
        let quoted = content.strip_prefix('"');
        let content = quoted.map_or(content, |quoted| quoted.strip_suffix('"').unwrap_or(quoted));
        let Some((name, value)) = content.split_once('=') else { continue };
        if !KeyName::new(name).is_identifier() {
            continue;
        }
        let value_at = begin + name.len() + 1;
        let span = placed.place(&(value_at..value_at + value.len()));
        // Without any value there is no place for one.
        let span = if value.is_empty() { placed.place(&(begin..begin + name.len())) } else { span };
        let value = if github_expression::find(value).is_empty() {
            Value::literal(value, span)
        } else {
            Value::of(Origin::Unknown, span)
        };
        let place = Place::StepBuildArgs { job: scope.job.map(str::to_owned), step };
        let role = Role::Provides(Provide { value, provision: Provision::Always });
        reader.fact(name, placed.place(&(begin..begin + name.len())), place, Phase::Build, role);
    }
}
