//! Stages that services build and that their Dockerfile does not have.

use super::unknown::nearest;
use crate::index::{BuildLink, Index};
use crate::rule::{Reporter, enumerate_some};
use crate::syntax::interpolation::expand_defaults;
use crate::text::{FileId, Location};

/// Reports the `target:` of each build of a compose file whose Dockerfile has no such stage.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>, file: FileId) {
    if index.is_aside(file) {
        return;
    }
    for site in index.sites_in(file) {
        let (Some(service), BuildLink::Dockerfile(dockerfile)) = (index.compose_service(site), &site.build)
        else {
            continue;
        };
        let build = service.build.as_ref().filter(|build| !build.inline);
        let Some(target) = build.and_then(|build| build.target.as_ref()) else { continue };
        // The number of a stage names it as well.
        let wanted =
            expand_defaults(target).filter(|wanted| !wanted.is_empty() && wanted.parse::<usize>().is_err());
        let Some(wanted) = wanted.filter(|_| is_plain(index, *dockerfile)) else { continue };
        let stages = index.dockerfile(*dockerfile).map(|file| file.stages.as_slice()).unwrap_or_default();
        let names: Vec<&str> =
            stages.iter().filter_map(|stage| stage.name.as_ref()).map(|name| name.value.as_str()).collect();
        if stages.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(&wanted)) {
            continue;
        }
        let path = index.path(*dockerfile);
        let help = match (nearest(&wanted.to_ascii_lowercase(), &names), names.as_slice()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => format!("name a stage so (`FROM ... AS {wanted}`), or remove `target:`"),
            (None, names) => format!("its stages are {}", enumerate_some(names)),
        };
        let mut finding = reporter.report(
            format!("`{}` builds the stage `{wanted}`, which {path} does not have", service.name.value),
            Location::new(file, target.span),
            "no such stage",
        );
        if let Some(stage) = stages.first() {
            let first = stage.name.as_ref().unwrap_or(&stage.base);
            finding = finding.label(Location::new(*dockerfile, first.span), "the stages begin here");
        }
        finding.why("the build stops before its first step, so the service has no image").help(help);
    }
}

/// Whether a Dockerfile is read whole, and by the reader that everybody has: another one may know other instructions.
fn is_plain(index: &Index, dockerfile: FileId) -> bool {
    let text = index.files.get(dockerfile).map_or("", |file| file.text.as_str());
    let reader =
        text.lines().next().and_then(|line| line.trim_start_matches(['#', ' ']).strip_prefix("syntax"));
    let is_usual = reader.is_none_or(|reader| reader.contains("docker/dockerfile"));
    let is_whole = index
        .extraction(dockerfile)
        .is_some_and(|read| read.gaps.iter().all(|gap| gap.hides != crate::fact::Hidden::Anything));
    is_usual && is_whole
}
