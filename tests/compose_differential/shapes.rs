//! The shapes of what a service says: whatever is called wrong, the real program refuses.

use envcheck::engine::Settings;

use super::{Case, program};
use crate::support::page::{cases, spell};

/// Keys of a service whose shape is judged.
const KEYS: &[&str] = &[
    "build",
    "cap_add",
    "cap_drop",
    "command",
    "container_name",
    "depends_on",
    "deploy",
    "device_cgroup_rules",
    "devices",
    "dns",
    "entrypoint",
    "expose",
    "extends",
    "external_links",
    "extra_hosts",
    "group_add",
    "healthcheck",
    "hostname",
    "labels",
    "links",
    "logging",
    "mem_limit",
    "network_mode",
    "networks",
    "pid",
    "platform",
    "ports",
    "privileged",
    "profiles",
    "pull_policy",
    "read_only",
    "restart",
    "security_opt",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "user",
    "volumes",
    "volumes_from",
    "working_dir",
];

#[test]
fn shapes_that_are_called_wrong_are_refused() {
    let Some(program) = program::find() else { return };
    let mut wrong = 0;
    for key in KEYS {
        for shape in ["text", "[text]", "{ text: text }"] {
            let compose = format!("services:\n  web:\n    image: app\n    {key}: {shape}\n");
            let page = format!("# page\n\n## {key}\n\n`compose.yaml`\n\n```yaml\n{compose}```\n");
            let found = spell(&cases(&page)[0].run(&Settings::default()));
            let ours = found.contains(&format!("`{key}` of `web` is "));
            let case = Case {
                tree: vec![("compose.yaml".to_owned(), compose)],
                files: vec!["compose.yaml".to_owned()],
                ..Case::default()
            };
            let theirs = program.config(&case);
            let refuses = theirs.as_ref().err().is_some_and(|why| why.contains(&format!(".{key} must be a")));
            assert!(!ours || theirs.is_err(), "`{key}: {shape}` is called wrong, and is not");
            assert!(ours || !refuses, "`{key}: {shape}` passes, and {theirs:?}");
            wrong += usize::from(ours);
        }
    }
    assert!(wrong > KEYS.len(), "{wrong}");
}
