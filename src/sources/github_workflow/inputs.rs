//! What steps hand to actions that build or publish images: paths of this tree, and the account that they log in as.

use std::sync::LazyLock;

use super::Reader;
use crate::fact::{BuildPath, BuildPathOf, CommandBuild, Problem, ProblemKind};
use crate::key::KeyName;
use crate::sources::signs::{Words, any_of};
use crate::syntax::github_expression::{self, Context};
use crate::syntax::shell::may_change_folder;
use crate::syntax::yaml::{Node, NodeKind, Style};
use crate::text::Spanned;

/// Inputs of `docker/build-push-action`. Source: its `action.yml`.
const BUILD_INPUTS: &[&str] = &[
    "add-hosts",
    "allow",
    "annotations",
    "attests",
    "build-args",
    "build-contexts",
    "builder",
    "cache-from",
    "cache-to",
    "call",
    "cgroup-parent",
    "context",
    "file",
    "labels",
    "load",
    "network",
    "no-cache",
    "no-cache-filters",
    "outputs",
    "platforms",
    "provenance",
    "pull",
    "push",
    "sbom",
    "secret-envs",
    "secret-files",
    "secrets",
    "shm-size",
    "ssh",
    "tags",
    "target",
    "ulimit",
];

/// Inputs that hold the path of a Dockerfile, whatever the action.
const DOCKERFILES: &[&str] =
    &["dockerfile", "dockerfile-path", "docker-file", "dockerfile-location", "path-to-dockerfile"];

/// Parts of names of inputs from which an action may take other paths.
const FOLDERS: &[&str] = &["context", "dir", "directory", "folder", "path", "workdir", "root", "project"];

/// Programs by which a script may make files that it does not name.
static MAKERS: LazyLock<Words> = LazyLock::new(|| {
    any_of(&[
        "git clone",
        "git checkout",
        "git mv",
        "git submodule",
        "cp -",
        "mv ",
        "rsync ",
        "tar ",
        "unzip ",
        "gh release download",
        "gh repo clone",
        "gh run download",
        "cookiecutter",
    ])
});

/// Words in the names of actions that bring files.
static BRINGERS: LazyLock<Words> =
    LazyLock::new(|| any_of(&["download", "restore", "template", "submodule", "clone", "render"]));

/// The steps of a job up to the one that is read, for what they may have made.
#[derive(Default)]
pub(super) struct Before<'n> {
    scripts: Vec<&'n str>,
    /// Whether files of other places may lie in the work folder.
    holds_others: bool,
    /// Whether an action or a script may have brought any program: GitHub's own actions and Docker's bring what they say.
    brings_any: bool,
}

impl<'n> Before<'n> {
    /// Adds a `run:`.
    pub(super) fn script(&mut self, run: &'n Node) {
        self.scripts.extend(run.as_str());
        self.brings_any |= run.as_str().is_none();
    }

    /// Adds a `uses:`, without its version.
    pub(super) fn action(&mut self, action: &str, is_elsewhere: bool) {
        self.brings_any |= !action.starts_with("actions/") && !action.starts_with("docker/");
        self.holds_others |= is_elsewhere
            || action.starts_with("./")
            || (action.contains("checkout") && action != "actions/checkout")
            || BRINGERS.stand_in(action);
    }

    /// Whether files that the tree does not have may lie in the work folder.
    pub(super) fn may_make_any(&self) -> bool {
        self.holds_others || !self.scripts.is_empty()
    }

    /// Whether a program may have been brought that scripts call by one of these words.
    pub(super) fn may_bring(&self, words: &[&str]) -> bool {
        self.brings_any || self.scripts.iter().any(|script| words.iter().any(|word| script.contains(word)))
    }

    fn may_make(&self, reader: &mut Reader<'_>, path: &str) -> bool {
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        self.holds_others
            || self
                .scripts
                .iter()
                .any(|script| !reader.take(script.len()) || script.contains(name) || MAKERS.stand_in(script))
    }
}

/// The name of an input as most actions would write it.
fn usual(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

fn is_build(action: &str) -> bool {
    action.ends_with("/build-push-action")
}

/// The Dockerfile and the context that a step names.
pub(super) fn build_paths(
    reader: &mut Reader<'_>,
    action: &str,
    with: &Node,
    before: &Before<'_>,
) -> Vec<BuildPath> {
    let inputs = reader.entries(with);
    let inputs: Vec<(String, &Node)> =
        inputs.iter().map(|(name, entry)| (usual(name), &entry.value)).collect();
    let has_context = inputs.iter().any(|(name, _)| name == "context");
    let has_file = inputs.iter().any(|(name, _)| name == "file");
    let mut folders: Vec<String> = Vec::new();
    for (name, node) in &inputs {
        let is_folder =
            name.split('-').any(|part| FOLDERS.contains(&part)) && !DOCKERFILES.contains(&name.as_str());
        match node.as_str() {
            // From where paths are taken is computed, or lies elsewhere.
            Some(text) if is_folder && (text.contains("{{") || text.contains("://")) => return Vec::new(),
            Some(text) if is_folder && !is_build(action) => folders.push(text.to_owned()),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (name, node) in inputs {
        let of = match name.as_str() {
            name if DOCKERFILES.contains(&name) => BuildPathOf::Dockerfile,
            "file" if has_context || is_build(action) => BuildPathOf::Dockerfile,
            "context" if is_build(action) => BuildPathOf::Context,
            _ => continue,
        };
        let Some(written) = reader.spelled(node) else { continue };
        let is_plain =
            !written.contains(['$', '{', ':', '#', '*', '~', '\\', '\n']) && !written.trim().is_empty();
        if !is_plain {
            continue;
        }
        let may_be_made = before.may_make(reader, &written);
        if of == BuildPathOf::Context && !has_file {
            let path = format!("{}/Dockerfile", written.trim_end_matches('/'));
            let may_be_made = before.may_make(reader, &path);
            let path = Spanned::new(path, written.span);
            found.push(BuildPath {
                of: BuildPathOf::UsualDockerfile,
                path,
                folders: Vec::new(),
                may_be_made,
            });
        }
        found.push(BuildPath { of, path: written, folders: folders.clone(), may_be_made });
    }
    found
}

/// The Dockerfiles that a script builds from the root of the repository. `text` is the script, `before` what runs
/// before it.
pub(super) fn built_by_script(
    reader: &mut Reader<'_>,
    text: &str,
    builds: &[CommandBuild],
    before: &Before<'_>,
) -> Vec<BuildPath> {
    let is_open = may_change_folder(text) || MAKERS.stand_in(text);
    let mut found = Vec::new();
    // What another file says of the build, nobody misses here.
    for build in builds.iter().filter(|build| !is_open && build.configured_by.is_none()) {
        let is_plain = |path: &str| !path.contains(['$', ':', '#', '*', '~', '\\']) && path != "-";
        if !is_plain(&build.context)
            || build.file.as_ref().is_some_and(|file| !is_plain(file) || file.starts_with('/'))
        {
            continue;
        }
        let path = match &build.file {
            Some(file) => file.clone(),
            None if build.context.starts_with('/') => continue,
            None => {
                let path = format!("{}/Dockerfile", build.context.trim_end_matches('/'));
                Spanned::new(path, build.context.span)
            }
        };
        // The name of what a script builds stands in it, and as often that of what it writes.
        let name = path.rsplit('/').next().unwrap_or("");
        let is_written = build.file.is_some() && text.matches(name).count() > builds.len()
            || build.file.is_none() && text.contains("Dockerfile");
        let may_be_made = is_written || before.may_make(reader, &path);
        found.push(BuildPath { of: BuildPathOf::Dockerfile, path, folders: Vec::new(), may_be_made });
    }
    found
}

/// Inputs of a build that stand as lines in the text of another input.
pub(super) fn swallowed(reader: &mut Reader<'_>, action: &str, with: &Node) {
    if action != "docker/build-push-action" {
        return;
    }
    for (input, entry) in reader.entries(with) {
        if !matches!(entry.value.kind, NodeKind::Scalar { style: Style::Block, .. }) {
            continue;
        }
        let Some(placed) = reader.placed(&entry.value) else { return };
        let mut from = 0;
        for line in placed.text.split_inclusive('\n') {
            let at = from + (line.len() - line.trim_start().len());
            from += line.len();
            let Some((name, value)) = line.trim().split_once(':') else { continue };
            if !BUILD_INPUTS.contains(&name) || name == input || !(value.is_empty() || value.starts_with(' '))
            {
                continue;
            }
            let message = format!("`{name}` stands inside of the text of `{input}`");
            let span = placed.place(&(at..at + name.len()));
            let problem =
                Problem::new(ProblemKind::WorkflowStructure, span, message, "a line of a text, and no input");
            reader.problem(
                problem
                    .why(format!(
                        "the action takes the line for one of its {input}, and never gets the input"
                    ))
                    .help(format!("put `{name}:` beside `{input}:`, below `with:`")),
            );
        }
    }
}

/// Names under which Docker Hub is known.
const HUB: &[&str] =
    &["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"];

/// Beginnings of inputs that are about Docker Hub, whatever the action.
const STEMS: &[&str] = &["docker-hub-", "dockerhub-", "docker-"];

/// The name of an account of Docker Hub, and what proves that one is its owner, as one secret.
///
/// Other registries take a token for both, so nothing is said of them.
pub(super) fn account(reader: &mut Reader<'_>, uses: &Spanned<String>, with: &Node) {
    let inputs = reader.entries(with);
    let is_registry = |name: &str| {
        let name = usual(name);
        ["registry", "server", "host", "endpoint", "url"].iter().any(|word| name.contains(word))
    };
    let is_hub = |node: &Node| {
        let text = node.as_str().unwrap_or("").trim_start_matches("https://");
        text.is_empty()
            || HUB.iter().any(|hub| {
                text.strip_prefix(hub).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
    };
    let is_about_docker = uses.to_ascii_lowercase().contains("docker");
    if inputs.iter().any(|(name, entry)| is_registry(name) && !is_hub(&entry.value)) {
        return;
    }
    let find = |words: &[&str]| {
        inputs.iter().find(|(name, _)| {
            let name = usual(name);
            match STEMS.iter().find_map(|stem| name.strip_prefix(stem)) {
                Some(rest) => words.contains(&rest),
                None => is_about_docker && words.contains(&name.as_str()),
            }
        })
    };
    let (Some((_, user)), Some((proof, password))) =
        (find(&["username", "user"]), find(&["password", "token", "access-token"]))
    else {
        return;
    };
    let (Some(first), Some(second)) = (secret(reader, &user.value), secret(reader, &password.value)) else {
        return;
    };
    if !first.value.eq_ignore_ascii_case(&second.value) {
        return;
    }
    let message =
        format!("the name of the account is taken from `secrets.{}`, as its `{proof}` is", first.value);
    let problem =
        Problem::new(ProblemKind::CrossedSecret, first.span, message, "taken for the name of the account")
            .about(&KeyName::new(&first.value))
            .related(second.span, "and for what proves it")
            .why("Docker Hub wants the name of an account here, and refuses the login")
            .help(format!(
                "take the secret or the variable that holds the name, such as `{}`",
                named_for(&first.value)
            ));
    reader.problem(problem);
}

/// The secret that a value is as a whole.
fn secret(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<String>> {
    let placed = reader.placed(node)?;
    let [expression] = github_expression::find(placed.text.trim()).try_into().ok()?;
    let inside = placed.text.trim();
    let [used] = expression.uses.as_slice() else { return None };
    let member =
        used.member.clone().filter(|_| used.context == Context::Secrets && expression.calls.is_empty())?;
    let is_whole = expression.whole == (0..inside.len()) && inside.get(member.end..)?.trim() == "}}";
    let name = inside.get(member)?.to_owned();
    is_whole.then(|| Spanned::new(name, node.span))
}

/// The name of a secret beside that of a token: `HUB_USERNAME` beside `HUB_TOKEN`.
fn named_for(token: &str) -> String {
    let stem = ["_ACCESS_TOKEN", "_TOKEN", "_PASSWORD", "_PAT", "_SECRET", "_KEY"]
        .iter()
        .find_map(|end| token.strip_suffix(end));
    format!("{}_USERNAME", stem.unwrap_or("DOCKERHUB"))
}
