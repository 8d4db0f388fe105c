//! The port on which a platform asks an image that the tree builds.

use super::{exposed_by, names_number};
use crate::fact::is_aside;
use crate::index::{Index, Sieve};
use crate::rule::Reporter;
use crate::text::{FileId, Location};

/// Reports the `internal_port` of a `fly.toml` that its Dockerfile does not expose, where no other file and no variable
/// of the platform says that number: a program may listen there all the same.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let files = index.sifted(&ASKED).into_iter();
    let builds = files.flat_map(|file| {
        index.command_builds_in(file).map(move |(build, dockerfile)| (file, build, dockerfile))
    });
    for (file, build, dockerfile) in builds {
        let Some(port) = &build.asked_port else { continue };
        let stage = index.stage_called(dockerfile, build.target.as_deref());
        let exposed: Vec<u16> =
            stage.into_iter().flat_map(|stage| exposed_by(index, dockerfile, stage)).collect();
        let is_seen = index.is_read_whole(dockerfile);
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

static ASKED: Sieve =
    Sieve::Commands(|_, script| script.builds.iter().any(|build| build.asked_port.is_some()));

/// Whether another file names the number.
fn is_named(index: &Index, besides: FileId, port: u16) -> bool {
    index.files.iter().any(|file| file.id != besides && names_number(&file.text, port))
}
