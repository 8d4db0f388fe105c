//! The port on which a platform asks an image that the tree builds.

use crate::fact::is_aside;
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{FileId, Location};

/// Reports the `internal_port` of a `fly.toml` that its Dockerfile does not expose, where no other file and no variable
/// of the platform says that number: a program may listen there all the same.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let asking = index.command_builds().filter(|(_, build, _)| build.asked_port.is_some());
    for (file, build, dockerfile) in asking {
        let Some(port) = &build.asked_port else { continue };
        let exposed = exposed(index, dockerfile, build.target.as_deref());
        let is_seen = index.extraction(dockerfile).is_some_and(|extraction| extraction.gaps.is_empty());
        let is_told = index.facts_in(file).any(|fact| fact.key.ends_with("PORT"));
        if exposed.is_empty()
            || exposed.contains(&port.value)
            || !is_seen
            || is_told
            || is_aside(&index.path(file))
            || is_named(index, file, port.value)
        {
            continue;
        }
        let number = port.value;
        let numbers: Vec<String> = exposed.iter().map(u16::to_string).collect();
        let listens = numbers.join(", ");
        let path = index.files.path(dockerfile);
        let base = index.dockerfile(dockerfile).and_then(|dockerfile| dockerfile.stages.last());
        let mut finding = reporter.report(
            format!("the platform asks the app on port {number}, and {path} exposes {listens}"),
            Location::new(file, port.span),
            "nothing else in the tree names this port",
        );
        if let Some(stage) = base {
            finding = finding.label(Location::new(dockerfile, stage.base.span), "its image");
        }
        finding
            .why("the proxy gets a refused connection, and the deployment is taken for unhealthy")
            .help(format!("write `internal_port = {}`", numbers.first().map_or("", String::as_str)));
    }
}

/// The ports that the image of a Dockerfile exposes.
fn exposed(index: &Index, file: FileId, target: Option<&str>) -> Vec<u16> {
    let stages = index.dockerfile(file).map(|dockerfile| dockerfile.stages.as_slice()).unwrap_or_default();
    let named = target.map(|wanted| {
        stages.iter().position(|stage| stage.name.as_ref().is_some_and(|name| name.value == wanted))
    });
    let Some(stage) = named.unwrap_or(stages.len().checked_sub(1)) else { return Vec::new() };
    let under = index.stages_under(file, stage).into_iter();
    under.filter_map(|stage| stages.get(stage)).flat_map(|stage| &stage.exposed_ports).copied().collect()
}

/// Whether another file names the number.
fn is_named(index: &Index, besides: FileId, port: u16) -> bool {
    let number = port.to_string();
    index.files.iter().filter(|file| file.id != besides).any(|file| {
        file.text.match_indices(&number).any(|(at, _)| {
            let is_digit = |c: char| c.is_ascii_digit();
            !file.text.get(..at).is_some_and(|before| before.ends_with(is_digit))
                && !file.text.get(at + number.len()..).is_some_and(|behind| behind.starts_with(is_digit))
        })
    })
}
