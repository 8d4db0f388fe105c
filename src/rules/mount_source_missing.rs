//! `mount-source-missing`

use std::collections::BTreeSet;

use super::copy_source_missing::is_made_by;
use crate::fact::ComposeMount;
use crate::index::{BuildLink, EnvFileLink, Index, Site};
use crate::rule::Reporter;
use crate::text::{Location, TreePath};

crate::declare_rule! {
    /// Reports a compose file that mounts a configuration or a script which is not in the tree, though one of that name
    /// lies in another folder, or one of nearly that name where it is looked for (`otel.yaml`, `otel.yml`).
    ///
    /// It speaks of files with the ending of a configuration, of a script or of SQL, and of the folders from which
    /// databases take their first scripts; only where something else that the compose file names is in its place; and not of
    /// what is ignored or what some script makes. A first script of a database that lies nowhere, and that no other file
    /// names, is told of as well.
    ///
    /// ## Why it matters
    ///
    /// Docker makes an empty folder where nothing stands, and mounts that. The program finds a folder in place of its
    /// configuration, or a database starts without its schema and says nothing.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   otel:
    ///     image: otel/opentelemetry-collector
    ///     volumes:
    ///       - ./otel.yaml:/etc/otelcol/config.yaml
    /// ```
    ///
    /// `otel.yml`
    /// ```yaml
    /// receivers: {}
    /// ```
    ///
    /// ```text
    /// warning[mount-source-missing]: `otel` mounts `./otel.yaml`, and nothing stands there
    /// ```
    ///
    /// ## What to do
    ///
    /// Write the path from the folder of the compose file.
    pub struct MountSourceMissing = "mount-source-missing", Missing, Warning, by_file;
}

/// Endings of files that people write.
const WRITTEN: &[&str] = &[
    "yaml",
    "yml",
    "toml",
    "conf",
    "cfg",
    "ini",
    "sql",
    "sh",
    "xml",
    "properties",
    "tmpl",
    "tpl",
    "template",
    "hcl",
    "lua",
    "acl",
    "rules",
    "js",
    "mjs",
    "ts",
    "py",
];

/// Folders of images that run what they find in them when they start.
const STARTS: &[&str] =
    &["/docker-entrypoint-initdb.d", "/docker-entrypoint.d", "/etc/nginx/conf.d", "/etc/nginx/templates"];

/// Signs of a line that makes a file.
const MAKES: &[&str] = &[
    "cp ", "mv ", "> ", ">> ", "tee ", "-o ", "-O ", "--output", "curl", "wget", "tar ", "unzip", "ln ",
    "mkdir", "generate",
];

impl MountSourceMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        if index.absent_mounts.is_empty() {
            return;
        }
        let mut told = BTreeSet::new();
        for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
            let Some(service) = index.compose_service(site) else { continue };
            let folder = index.path(site.file).folder();
            for mount in &service.mounts {
                let wanted = folder.join(&mount.source);
                let Some((wanted, instead)) =
                    wanted.and_then(|wanted| index.absent_mounts.get_key_value(&wanted))
                else {
                    continue;
                };
                let is_meant = match instead {
                    Some(instead) => wanted.folder() == instead.folder() || is_in_place(index, site, &folder),
                    None => mount.is_first_script() && !index.is_path_mentioned(wanted, site.file),
                };
                if !is_meant
                    || !is_written_by_people(mount, wanted)
                    || is_made(index, wanted.name())
                    || !told.insert((site.file, wanted))
                {
                    continue;
                }
                let help = match instead {
                    Some(instead) => format!("did you mean {instead}?"),
                    None => "delete the mount, or put the file there".to_owned(),
                };
                let name = &service.name.value;
                reporter
                    .report(
                        format!("`{name}` mounts `{}`, and nothing stands there", mount.source.value),
                        Location::new(site.file, mount.source.span),
                        "not in the tree",
                    )
                    .why("Docker makes an empty folder in its place and mounts that, without a word")
                    .help(help);
            }
        }
    }
}

fn is_written_by_people(mount: &ComposeMount, wanted: &TreePath) -> bool {
    let target = mount.target.trim_end_matches('/');
    match wanted.name().rsplit_once('.') {
        Some((stem, ending)) => !stem.is_empty() && WRITTEN.contains(&ending),
        None => STARTS.contains(&target),
    }
}

/// Whether something else that the compose files of the folder name stands where they say, so that they are used
/// where they lie and not carried somewhere else.
fn is_in_place(index: &Index, site: &Site, folder: &TreePath) -> bool {
    let here = index.sites().iter().filter(|other| other.file == site.file);
    here.into_iter().any(|other| {
        let is_built = matches!(other.build, BuildLink::Dockerfile(_));
        let takes =
            other.env_files.iter().any(|link| matches!(link, EnvFileLink::File(_) | EnvFileLink::Example(_)));
        let mounts = index.compose_service(other).is_some_and(|service| {
            let paths = service.mounts.iter().filter(|mount| mount.source.starts_with('.'));
            paths.filter_map(|mount| folder.join(&mount.source)).any(|path| index.files.at(&path).is_some())
        });
        is_built || takes || mounts
    })
}

/// Whether a line of some file, compose files left out, seems to make a file of this name.
fn is_made(index: &Index, name: &str) -> bool {
    is_made_by(index, name, MAKES, |file| index.compose(file).is_none())
}
