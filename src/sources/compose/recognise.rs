//! Which YAML files are compose files, and which of those are templates.

use std::sync::LazyLock;

use regex::Regex;

use crate::syntax::yaml::{Node, NodeKind, Parsed};
use crate::text::{SourceFile, Span, TreePath};

/// All keys of a service in the compose specification (`compose-spec.json`, November 2026), and those
/// of older file formats.
pub(super) const SERVICE_KEYS: &[&str] = &[
    "annotations",
    "attach",
    "blkio_config",
    "build",
    "cap_add",
    "cap_drop",
    "cgroup",
    "cgroup_parent",
    "command",
    "configs",
    "container_name",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpu_shares",
    "cpus",
    "cpuset",
    "credential_spec",
    "depends_on",
    "deploy",
    "develop",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extends",
    "external_links",
    "extra_hosts",
    "gpus",
    "group_add",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "ipc",
    "isolation",
    "label_file",
    "labels",
    "links",
    "logging",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "models",
    "network_mode",
    "networks",
    "oom_kill_disable",
    "oom_score_adj",
    "pid",
    "pids_limit",
    "platform",
    "ports",
    "post_start",
    "pre_start",
    "pre_stop",
    "privileged",
    "profiles",
    "provider",
    "pull_policy",
    "pull_refresh_after",
    "read_only",
    "restart",
    "runtime",
    "scale",
    "secrets",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "use_api_socket",
    "user",
    "userns_mode",
    "uts",
    "volume_driver",
    "volumes",
    "volumes_from",
    "working_dir",
];

/// Files of other programs that have `services:` too.
const OTHERS: &[&str] = &[
    "azure.yaml",
    "devspace.yaml",
    "render.yaml",
    "serverless.yml",
    "serverless-compose.yml",
    "skaffold.yaml",
    "garden.yml",
    "okteto.yml",
    "app.yaml",
    "app.yml",
    "mkdocs.yml",
    "pubspec.yaml",
];

pub(super) fn claims(path: &TreePath) -> bool {
    let name = path.name();
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml
        && !OTHERS.contains(&name)
        && ![".lando", ".woodpecker", ".drone", ".travis"].iter().any(|other| name.starts_with(other))
        && path.parts().all(|part| part != ".woodpecker")
        && !name.starts_with(".gitlab-ci")
        && !path.within_root().starts_with(".github/workflows/")
}

/// Whether the name alone says that the file is one for compose.
fn is_named_compose(path: &TreePath) -> bool {
    let name = path.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.split(['.', '-', '_']).any(|word| word == "compose")
        || stem.starts_with("docker-stack")
        || stem.starts_with("docker-compose")
}

/// Looks for a `services:` at the beginning of a line and, where the name of the file does not tell,
/// at the keys two levels below it: most have to be keys of compose services, so that the `services:`
/// of Symfony, Lando, azd and others is left alone.
pub(super) fn confirms(path: &TreePath, text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let Some(rest) = lines.by_ref().find_map(services_line) else { return false };
    if is_named_compose(path) {
        return !lines.find(|line| has_content(line)).is_some_and(|line| line.trim_start().starts_with("- "));
    }
    if rest.starts_with('{') {
        return SERVICE_KEYS.iter().any(|key| rest.contains(&format!("{key}:")));
    }
    let (mut name_indent, mut key_indent) = (None, None);
    let (mut known, mut unknown) = (0_usize, 0_usize);
    for line in lines.filter(|line| has_content(line)) {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if indent == 0 {
            break;
        }
        let expected = *name_indent.get_or_insert(indent);
        if indent <= expected {
            key_indent = None;
            let name = content.split(':').next().unwrap_or("").trim_matches(['"', '\'']);
            let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
            if name != "<<" && !(content.contains(':') && name.bytes().all(is_name)) {
                return false;
            }
        } else if indent == *key_indent.get_or_insert(indent) {
            let key = content.split(':').next().unwrap_or("");
            if SERVICE_KEYS.contains(&key) {
                known += 1;
            } else if key != "<<" && !key.starts_with("x-") && !content.starts_with(['-', '}', ']']) {
                unknown += 1;
            }
        }
    }
    known > unknown
}

/// What follows `services:` if the line begins with it and nothing but an anchor, a flow mapping or a
/// comment follows.
fn services_line(line: &str) -> Option<&str> {
    let unquoted = line.strip_prefix("\"services\"").or_else(|| line.strip_prefix("'services'"));
    let rest = unquoted.or_else(|| line.strip_prefix("services"))?.trim_start().strip_prefix(':')?;
    let rest = rest.trim();
    (rest.is_empty() || rest.starts_with(['{', '#', '&', '!', '$'])).then_some(rest)
}

fn has_content(line: &str) -> bool {
    let content = line.trim();
    !content.is_empty() && !content.starts_with('#')
}

#[expect(clippy::expect_used, reason = "a constant pattern; a test uses it")]
static ACTION: LazyLock<Regex> = LazyLock::new(|| {
    // Jinja, cookiecutter and Helm name variables or keywords; the `{{.Name}}` and `{{json .}}` that
    // docker fills in do not count, nor does `${{ ... }}`, which compose itself refuses.
    Regex::new(r"(?-u)(?:^|(?u:[^$\{]))(\{%[-+]?\s|\{\{-?\s*(?:\.Values\b|\.Release\b|(?:cookiecutter|copier|inputs|item|vars)\.|if\b|range\b|include\b|[a-z_][A-Za-z0-9_]*\s*(?:\||\}\})))")
        .expect("constant pattern")
});

/// The first action of another program's template, if the file is one.
///
/// `{{ x }}` in the text of a script, a label or a format string is no template of the file; so an
/// action counts where YAML stumbles over it, where a line begins with it, in a name or an image, or if
/// it names what only Helm, cookiecutter and copier have.
pub(super) fn template_action(file: &SourceFile, parsed: &Parsed) -> Option<Span> {
    if !file.text.contains("{{") && !file.text.contains("{%") {
        return None;
    }
    let stumbles = !parsed.errors.is_empty() || parsed.documents.iter().any(has_mapping_as_key);
    let mut offset = 0;
    for line in file.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let content = line.trim_start();
        let Some(action) = ACTION.captures(line).and_then(|found| found.get(1)) else { continue };
        if content.starts_with('#') && !content.starts_with("#{") {
            continue;
        }
        let is_bare = ["{%", "{{"].iter().any(|open| content.starts_with(open));
        let key = content.trim_start_matches("- ").split(':').next().unwrap_or("").trim_matches(['"', '\'']);
        let in_name =
            matches!(key, "image" | "container_name" | "hostname" | "name" | "dockerfile" | "context")
                || key.contains("{{");
        let is_unmistakable = ["Values", "Release", "cookiecutter", "copier"];
        let is_unmistakable = is_unmistakable.iter().any(|word| action.as_str().contains(word));
        if stumbles || is_unmistakable || is_bare && action.as_str().starts_with("{%") || in_name {
            let span = action.range();
            return Some(Span::new(start + span.start, start + span.end));
        }
    }
    None
}

/// What `key: {{ x }}` is to YAML: a mapping whose key is a mapping.
fn has_mapping_as_key(node: &Node) -> bool {
    if node.via_alias {
        return false;
    }
    match &node.kind {
        NodeKind::Scalar { .. } => false,
        NodeKind::Sequence(items) => items.iter().any(has_mapping_as_key),
        NodeKind::Mapping(entries) => {
            entries.iter().any(|entry| entry.key.is_mapping() || has_mapping_as_key(&entry.value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{claims, confirms};
    use crate::text::TreePath;

    fn is_compose(path: &str, text: &str) -> bool {
        let path = TreePath::parse(path).unwrap();
        claims(&path) && confirms(&path, text)
    }

    #[test]
    fn compose_files_are_known_by_their_services() {
        for text in [
            "services:\n  web:\n    image: a\n",
            "\u{feff}version: '3'\r\n\r\nservices: # all\r\n\r\n  web:\r\n    build: .\r\n",
            "x-a: &a\n  b: c\nservices:\n    web:\n        <<: *a\n        environment:\n          - class=x\n",
            "services: {web: {image: a}}\n",
        ] {
            assert!(is_compose("deploy/stack.yml", text), "{text}");
        }
        assert!(is_compose("docker-compose.override.yml", "services:\n  web:\n    x-foo: 1\n"));
        assert!(is_compose("infra:a/compose.yaml", "services:\n"));
    }

    #[test]
    fn other_files_with_services_are_left_alone() {
        for (path, text) in [
            (".gitlab-ci.yml", "services:\n  - docker:dind\n"),
            ("ci.yml", "services:\n  - docker:dind\nimage: a\n"),
            ("render.yaml", "services:\n  - type: web\n    image: a\n"),
            (
                "config/services.yaml",
                "services:\n  _defaults:\n    autowire: true\n  App\\Foo:\n    class: x\n",
            ),
            (
                "config/services.yaml",
                "services:\n  app.mailer:\n    class: X\n    arguments: []\n    tags: []\n",
            ),
            (".lando.yml", "services:\n  web:\n    image: a\n"),
            (".woodpecker/test.yaml", "services:\n  db:\n    image: a\n"),
            ("azure.yaml", "services:\n  web:\n    project: .\n    host: containerapp\n"),
            ("deps.yaml", "services:\n  platform/alerting:\n    depends_on:\n      - libs/**\n"),
            (".github/workflows/ci.yml", "services:\n  web:\n    image: a\n"),
            ("a.yml", "jobs:\n  a:\n    services:\n      db:\n        image: a\n"),
            ("a.yml", "services: none\n"),
        ] {
            assert!(!is_compose(path, text), "{path}: {text}");
        }
    }
}
