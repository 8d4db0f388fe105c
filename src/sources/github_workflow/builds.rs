//! Steps that build an image with `docker/build-push-action`.

use super::{Reader, Scope};
use crate::fact::{ImageBuild, Origin, Phase, Place, Provide, Provision, Role, Value};
use crate::key::KeyName;
use crate::syntax::github_expression;
use crate::syntax::yaml::Node;
use crate::text::Spanned;

pub(super) fn read(
    reader: &mut Reader<'_>,
    uses: Spanned<String>,
    with: Option<&Node>,
    scope: Scope<'_>,
    step: usize,
    is_elsewhere: bool,
) -> ImageBuild {
    let input = |name: &str| with.and_then(|with| with.get(name));
    let text = |name: &str| input(name).and_then(|node| reader.spelled(node));
    let (context, file, target) = (text("context"), text("file"), text("target"));
    if let Some(args) = input("build-args") {
        read_arguments(reader, args, scope, step);
    }
    ImageBuild { step, uses, context, file, target, is_elsewhere }
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
