//! The real program.

use std::process::Command;

use serde_json::Value;

use super::Case;

/// How the program is called.
pub(super) struct Compose(Vec<String>);

/// The real program, if this machine has it; else says so.
pub(super) fn find() -> Option<Compose> {
    let named = std::env::var("ENVCHECK_TEST_COMPOSE").ok();
    let known = [vec!["docker".to_owned(), "compose".to_owned()], vec!["docker-compose".to_owned()]];
    let candidates = named.map(|path| vec![path]).into_iter().chain(known);
    for words in candidates {
        let output = Command::new(&words[0]).args(&words[1..]).arg("version").output();
        // The old program in Python calls itself `docker-compose version`.
        if output
            .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("Docker Compose version"))
        {
            return Some(Compose(words));
        }
    }
    #[expect(clippy::print_stderr, reason = "a check that did not run must be told")]
    let () = eprintln!("\n!! SKIPPED: no `docker compose` here; `.ci/install-compose` installs it\n");
    None
}

impl Compose {
    /// What `docker compose config` says about a project, or why it refuses it.
    pub(super) fn config(&self, case: &Case) -> Result<Value, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &case.tree {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut command = Command::new(&self.0[0]);
        command.args(&self.0[1..]).current_dir(folder.path()).env_clear().args(["-p", "demo"]);
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.env("HOME", folder.path()).envs(case.variables.iter().cloned());
        for (flag, values) in
            [("-f", &case.files), ("--env-file", &case.env_files), ("--profile", &case.profiles)]
        {
            for value in values {
                command.args([flag, value]);
            }
        }
        let output = command.args(["config", "--format", "json"]).output().unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let mut config = serde_json::from_slice(&output.stdout).unwrap();
        unescape(&mut config);
        Ok(config)
    }
}

/// `config` doubles every `$`, so that its output can be read again.
fn unescape(node: &mut Value) {
    match node {
        Value::String(text) => *text = text.replace("$$", "$"),
        Value::Array(items) => items.iter_mut().for_each(unescape),
        Value::Object(entries) => {
            let old = std::mem::take(entries);
            for (key, mut value) in old {
                unescape(&mut value);
                entries.insert(key.replace("$$", "$"), value);
            }
        }
        _ => {}
    }
}
