//! Steps of workflows that build the image pass the key as a build argument.

use super::NewKey;
use crate::diagnostic::Edit;
use crate::fact::Place;
use crate::fix::plan::Plan;
use crate::index::{BuildLink, Index, StepBuild};
use crate::rule::repair::edit;
use crate::text::{FileId, Span, line_ending};

/// Passes the key to the builds of `images`, Dockerfiles.
pub(super) fn pass(index: &Index, wanted: &NewKey, images: &[FileId], plan: &mut Plan) {
    let key = wanted.entry.key.as_str();
    for build in index.step_builds() {
        let BuildLink::Dockerfile(file) = build.link else { continue };
        if !images.contains(&file) {
            continue;
        }
        let path = index.path(build.file);
        match argument(index, &build, key) {
            Some(added) => {
                plan.step(index, format!("pass `{key}` to the build of the image"), vec![added]);
                plan.leave("GitHub", format!("set the variable `{key}` in the settings of the repository"));
            }
            None => plan.leave(
                path.to_string(),
                format!("a step builds this image: add `{key}=...` to its `build-args`"),
            ),
        }
    }
}

/// A line behind the last argument of a step's `build-args: |`. Its value comes from the variable of the repository
/// that has its name, whatever the others are.
fn argument(index: &Index, build: &StepBuild<'_>, key: &str) -> Option<Edit> {
    let text = &index.files.get(build.file)?.text;
    let job = (!build.job.id.value.is_empty()).then(|| build.job.id.value.clone());
    let own = |place: &Place| matches!(place, Place::StepBuildArgs { job: of, step } if *of == job && *step == build.build.step);
    let last =
        index.facts_in(build.file).filter(|fact| own(&fact.place)).max_by_key(|fact| fact.span.start)?;
    let start = text.get(..last.span.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
    let indent = text.get(start..last.span.start as usize)?;
    let rest = text.get(last.span.end as usize..)?;
    let line = rest.get(..rest.find('\n').unwrap_or(rest.len()))?.trim_end();
    let is_line = line.is_empty() || line.starts_with('=');
    if !is_line || !indent.trim().is_empty() || indent.is_empty() {
        return None;
    }
    let at = last.span.end as usize + line.len();
    let line = format!("{}{indent}{key}=${{{{ vars.{key} }}}}", line_ending(text));
    Some(edit(build.file, (Span::at(at), line)))
}
