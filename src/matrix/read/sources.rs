//! Reading `sources:` of an environment.

use super::MatrixProblem;
use super::reader::{Reader, one_of, suggestion};
use super::tree::{Content, Entry, Kind, Tree};
use crate::matrix::{EnvSource, Said};
use crate::text::TreePath;

const SOURCES: [&str; 6] = ["dotenv", "compose", "vault", "workflow", "deploy", "platform"];

impl Reader {
    pub(super) fn sources(&mut self, tree: &Tree) -> Vec<Said<EnvSource>> {
        let Content::List(items) = &tree.content else {
            self.ill_typed("sources", tree, "a list, highest precedence first");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.source(item)).collect()
    }

    fn source(&mut self, tree: &Tree) -> Option<Said<EnvSource>> {
        if !matches!(tree.content, Content::Table(_)) {
            let message = "a source must be a map with one entry, its kind";
            let problem = MatrixProblem::new(tree.at, message, format!("this is {}", tree.noun()));
            self.tell(problem.help(format!("begin with {}: `- dotenv: .env`", one_of(&SOURCES))));
            return None;
        }
        let entries = self.map("sources", tree, "a map");
        for entry in &entries {
            if !SOURCES.contains(&entry.key.as_str()) {
                let message = format!("unknown kind of source `{}`", entry.key);
                let help = suggestion(&entry.key, &SOURCES, "kinds are");
                self.tell(MatrixProblem::new(entry.key_at, message, "not a kind of source").help(help));
                return None;
            }
        }
        let [entry] = entries.as_slice() else {
            let message = "a source must be a map with one entry, its kind";
            let problem = MatrixProblem::new(tree.at, message, format!("{} entries", entries.len()));
            self.tell(problem.help("begin each source with `-`"));
            return None;
        };
        let source = match entry.key.as_str() {
            "dotenv" => self.dotenv(entry),
            "compose" => self.compose(entry),
            "vault" => self.vault(entry),
            "workflow" => self.workflow(entry),
            "deploy" => self.deploy(entry),
            _ => Some(self.platform(entry)),
        }?;
        Some(Said::at(source, entry.key_at))
    }

    fn dotenv(&mut self, of: &Entry) -> Option<EnvSource> {
        if matches!(of.value.content, Content::Scalar(..)) {
            return Some(EnvSource::Dotenv { file: self.path("dotenv", &of.value)?, services: Vec::new() });
        }
        let (mut file, mut services) = (None, Vec::new());
        for entry in self.fields("dotenv", &of.value, "a path or a map with `file`", &["file", "services"]) {
            match entry.key.as_str() {
                "file" => file = Some(self.path("file", &entry.value)?),
                _ => services = self.texts("services", &entry.value),
            }
        }
        Some(EnvSource::Dotenv { file: self.needed(of, "file", file)?, services })
    }

    fn compose(&mut self, of: &Entry) -> Option<EnvSource> {
        if matches!(of.value.content, Content::Scalar(..) | Content::List(_)) {
            let files = self.paths("compose", &of.value);
            let files = self.some_files(of, "compose", files)?;
            return Some(EnvSource::Compose { files, profiles: Vec::new(), env_files: Vec::new() });
        }
        let (mut files, mut profiles, mut env_files) = (None, Vec::new(), Vec::new());
        let known = ["files", "profiles", "env_files"];
        for entry in self.fields("compose", &of.value, "a path or a map with `files`", &known) {
            match entry.key.as_str() {
                "files" => {
                    let paths = self.paths("files", &entry.value);
                    files = Some(self.some_files(entry, "files", paths)?);
                }
                "profiles" => profiles = self.texts("profiles", &entry.value),
                _ => env_files = self.paths("env_files", &entry.value),
            }
        }
        Some(EnvSource::Compose { files: self.needed(of, "files", files)?, profiles, env_files })
    }

    fn some_files(
        &mut self,
        of: &Entry,
        name: &str,
        files: Vec<Said<TreePath>>,
    ) -> Option<Vec<Said<TreePath>>> {
        if matches!(&of.value.content, Content::List(items) if items.is_empty()) {
            self.tell(MatrixProblem::new(of.value.at, format!("`{name}` names no file"), "empty"));
        }
        (!files.is_empty()).then_some(files)
    }

    fn vault(&mut self, of: &Entry) -> Option<EnvSource> {
        let mut source = (None, None, None, Default::default(), Vec::new());
        if let Content::Scalar(..) = of.value.content {
            source.0 = Some(self.path("vault", &of.value)?);
        }
        let known = ["template", "agent", "policy", "env", "services"];
        let entries = match of.value.content {
            Content::Scalar(..) => Vec::new(),
            _ => self.fields("vault", &of.value, "a path or a map with `template`", &known),
        };
        for entry in entries {
            let value = &entry.value;
            match entry.key.as_str() {
                "template" => source.0 = Some(self.path("template", value)?),
                "agent" => source.1 = self.path("agent", value),
                "policy" => source.2 = self.path("policy", value),
                "env" => {
                    // The agent's own environment chooses between secrets and holds none.
                    source.3 = self
                        .values("env", value)
                        .into_iter()
                        .map(|(key, said)| {
                            let at = said.at;
                            (key, Said { value: said.value.reveal().to_owned(), at })
                        })
                        .collect();
                }
                _ => source.4 = self.texts("services", value),
            }
        }
        let (template, agent, policy, env, services) = source;
        let template = self.needed(of, "template", template)?;
        Some(EnvSource::Vault { template, agent, policy, env, services })
    }

    fn workflow(&mut self, of: &Entry) -> Option<EnvSource> {
        if matches!(of.value.content, Content::Scalar(..)) {
            return Some(EnvSource::Workflow { file: self.path("workflow", &of.value)?, job: None });
        }
        let (mut file, mut job) = (None, None);
        for entry in self.fields("workflow", &of.value, "a path or a map with `file`", &["file", "job"]) {
            match entry.key.as_str() {
                "file" => file = Some(self.path("file", &entry.value)?),
                _ => job = self.text("job", &entry.value),
            }
        }
        Some(EnvSource::Workflow { file: self.needed(of, "file", file)?, job })
    }

    fn deploy(&mut self, of: &Entry) -> Option<EnvSource> {
        if matches!(of.value.content, Content::Scalar(..)) {
            let file = self.path("deploy", &of.value)?;
            return Some(EnvSource::Deploy { file, into: None, services: Vec::new() });
        }
        let (mut file, mut into, mut services) = (None, None, Vec::new());
        let known = ["file", "into", "services"];
        for entry in self.fields("deploy", &of.value, "a path or a map with `file`", &known) {
            match entry.key.as_str() {
                "file" => file = Some(self.path("file", &entry.value)?),
                "into" => into = self.text("into", &entry.value),
                _ => services = self.texts("services", &entry.value),
            }
        }
        Some(EnvSource::Deploy { file: self.needed(of, "file", file)?, into, services })
    }

    fn platform(&mut self, of: &Entry) -> EnvSource {
        let (mut keys, mut services) = (Vec::new(), Vec::new());
        match &of.value.content {
            Content::Null => {}
            Content::Scalar(Kind::Text, _) | Content::List(_) => keys = self.key_names("platform", &of.value),
            _ => {
                for entry in self.fields("platform", &of.value, "a list of keys", &["keys", "services"]) {
                    match entry.key.as_str() {
                        "keys" => keys = self.key_names("keys", &entry.value),
                        _ => services = self.texts("services", &entry.value),
                    }
                }
            }
        }
        EnvSource::Platform { keys, services }
    }

    /// An entry that a source cannot do without.
    fn needed<T>(&mut self, of: &Entry, name: &str, found: Option<T>) -> Option<T> {
        if found.is_none() && matches!(of.value.content, Content::Table(_) | Content::Null) {
            let message = format!("the source `{}` lacks `{name}`", of.key);
            self.tell(MatrixProblem::new(of.key_at, message, format!("no `{name}`")));
        }
        found
    }
}
