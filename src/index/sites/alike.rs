//! Whether compose files say the same of what their services run, are given and mount, and Dockerfiles of their stages.

use crate::fact::{ComposeFile, ComposeService, Dockerfile};

/// Whether the services of two texts of a compose file are joined with the same things, wherever in the text they stand.
pub(in crate::index) fn are_joined_alike(old: &ComposeFile, new: &ComposeFile) -> bool {
    old.services.len() == new.services.len()
        && old.services.iter().zip(&new.services).all(|(one, other)| said_by(one) == said_by(other))
}

fn said_by(service: &ComposeService) -> impl PartialEq + use<'_> {
    let build = service.build.as_ref().map(|build| {
        let dockerfile = build.dockerfile.as_ref().map(|name| &name.value);
        let target = build.target.as_ref().map(|target| &target.value);
        (&build.context.value, dockerfile, build.inline, target, build.names_source())
    });
    let env_files = service.env_files.iter().map(|entry| (&entry.path.value, entry.required, entry.raw));
    let mounts = service.mounts.iter().map(|mount| (&mount.source.value, &mount.target));
    (
        &service.name.value,
        service.image.as_ref().map(|image| &image.value),
        service.container_name.as_ref().map(|name| &name.value),
        (service.is_complete, service.only_adds()),
        build,
        env_files.collect::<Vec<_>>(),
        mounts.collect::<Vec<_>>(),
    )
}

/// Whether two texts of a Dockerfile make the same stages of the same others, and of code.
pub(in crate::index) fn are_made_alike(old: &Dockerfile, new: &Dockerfile) -> bool {
    let stages = |dockerfile: &Dockerfile| {
        let stages = dockerfile.stages.iter().map(|stage| {
            let name = stage.name.as_ref().map(|name| name.value.clone());
            (name, stage.base.value.clone(), stage.base_stage, stage.copies_source, stage.uses_stages.clone())
        });
        stages.collect::<Vec<_>>()
    };
    stages(old) == stages(new)
}
