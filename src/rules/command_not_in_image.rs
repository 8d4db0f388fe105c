//! `command-not-in-image`

use crate::declare_rule;
use crate::fact::{ProblemKind, asks_with};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::Location;

const WHY: &str =
    "the check fails each time, so the container counts as unhealthy, and what waits for it never starts";

declare_rule! {
    /// Reports a health check that asks with `curl` or `wget` in an image without it, and a command that names a script
    /// by a relative path, which a `COPY` put elsewhere than the last `WORKDIR`, or by its bare name, which a `COPY` put where
    /// no command is looked for.
    ///
    /// What a base brings along is known of `alpine`, `debian`, `ubuntu`, distroless images, and of `node`, `python`,
    /// `ruby` and `golang` as `-alpine` or `-slim`. Where anything may bring the program (a package manager, a script, a
    /// copy of a folder of programs), the rule says nothing.
    ///
    /// ## Why it matters
    ///
    /// The image builds and starts. Only the check fails, each time: the container counts as unhealthy, services that
    /// wait for it (`condition: service_healthy`) never start, and an orchestrator restarts it forever.
    ///
    /// ## Example
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM node:22-alpine
    /// COPY . /app
    /// HEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1
    /// CMD ["node", "/app/server.js"]
    /// ```
    ///
    /// ```text
    /// warning[command-not-in-image]: the health check runs `curl`, which the image does not have
    /// ```
    ///
    /// ## What to do
    ///
    /// Install the program in the last stage, or ask with what the image has: `wget` of BusyBox on Alpine, the
    /// language's own runtime elsewhere. Name a script by its whole path.
    pub struct CommandNotInImage = "command-not-in-image", Build, Warning, by_file;
}

impl CommandNotInImage {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(index, ProblemKind::CommandNotInImage, WHY, "");
        for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
            let Some(service) = index.compose_service(site) else { continue };
            let check = match service.checks.as_slice() {
                [one] => Some((one, asks_with(one))),
                [form, script] if form.value == "CMD-SHELL" => Some((script, asks_with(script))),
                [form, program, ..] if form.value == "CMD" => Some((program, asks_with(program))),
                _ => None,
            };
            let Some((at, Some(tool))) = check else { continue };
            let Some((file, number)) = index.image_stage(site) else { continue };
            let stage = index.dockerfile(file).and_then(|dockerfile| dockerfile.stages.get(number));
            let Some(stage) = stage.filter(|stage| stage.lacks.contains(&tool)) else { continue };
            reporter
                .report(
                    format!(
                        "the health check of `{}` runs `{tool}`, which its image does not have",
                        service.name.value
                    ),
                    Location::new(site.file, at.span),
                    "not found in the container",
                )
                .label(Location::new(file, stage.base.span), "this base brings none, and nothing installs it")
                .why(WHY)
                .help(format!("install `{tool}` in the last stage, or ask with what the image has"));
        }
    }
}
