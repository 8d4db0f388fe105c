//! Files of platforms that run an app, and the variables they give it.
//!
//! - Fly.io `fly.toml`: `[env]`, `[build.args]`
//! - Render `render.yaml`: `envVars` of services and groups
//! - Heroku `app.json`: `env`, which documents what has no value and no generator
//! - Vercel `vercel.json`: `env`, `build.env`; Netlify `netlify.toml`: `environment` tables
//! - Cloudflare `wrangler.toml`: `[vars]`
//! - Visual Studio Code `.vscode/launch.json`: `env` of configurations
//! - Google App Engine `app.yaml`: `env_variables`; DigitalOcean `.do/app.yaml`: `envs`
//! - Kamal `config/deploy.yml`: `env` of the app and its accessories, `builder`
//! - systemd `*.service`: `Environment=`, `EnvironmentFile=`
//!
//! All of them hold secrets of their own beside the file, so there is a gap for what supplies the app.

mod fly;
mod kamal;
mod tables;
mod unit;

use crate::fact::{
    CommandFile, Document, Extraction, Extractor, Fact, Gap, Hidden, Origin, Phase, Place, Provide,
    Provision, Role, SourceKind, Structure, Value,
};
use crate::key::KeyName;
use crate::syntax::yaml::{Entry, Node, parse};
use crate::text::{SourceFile, Span, TreePath};

/// Reads files of platforms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Platform;

/// Which platform a file is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Fly,
    Render,
    Heroku,
    Vercel,
    Netlify,
    Cloudflare,
    Launch,
    AppEngine,
    DigitalOcean,
    Kamal,
    Systemd,
}

/// Entries that one file may lead to through aliases.
const MAX_ENTRIES: usize = 1 << 14;

fn format(path: &TreePath) -> Option<Format> {
    let name = path.name();
    let is_toml_of = |stem: &str| name.starts_with(stem) && name.ends_with(".toml");
    Some(match name {
        "render.yaml" | "render.yml" => Format::Render,
        "app.json" => Format::Heroku,
        "vercel.json" => Format::Vercel,
        "netlify.toml" => Format::Netlify,
        "app.yaml" | "app.yml" if path.folder().name() == ".do" => Format::DigitalOcean,
        "app.yaml" | "app.yml" => Format::AppEngine,
        _ if kamal::is_deployment(path) => Format::Kamal,
        "launch.json" if path.folder().name() == ".vscode" => Format::Launch,
        _ if is_toml_of("fly.") => Format::Fly,
        _ if is_toml_of("wrangler") => Format::Cloudflare,
        _ if name.ends_with(".service") => Format::Systemd,
        _ => return None,
    })
}

impl Extractor for Platform {
    fn kind(&self) -> SourceKind {
        SourceKind("platform")
    }

    fn claims(&self, path: &TreePath) -> bool {
        format(path).is_some() && !super::mentions::is_foreign(path)
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        let words: &[&str] = match format(path) {
            Some(Format::Heroku | Format::Vercel | Format::Launch) => &["\"env\""],
            Some(Format::Render) => &["envVars"],
            Some(Format::Systemd) => &["[Service]"],
            Some(Format::Fly) => &["[env]", "[build", "internal_port"],
            Some(Format::AppEngine) => &["env_variables:"],
            Some(Format::DigitalOcean) => &["envs:"],
            Some(Format::Kamal) => return kamal::confirms(text),
            Some(Format::Netlify) => &["environment"],
            Some(Format::Cloudflare) => &["vars"],
            None => &[],
        };
        words.iter().any(|word| text.contains(word))
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut reader =
            Reader { file, found: Extraction::default(), script: CommandFile::default(), left: MAX_ENTRIES };
        match format(&file.path) {
            Some(Format::Systemd) => unit::read(&mut reader),
            Some(Format::Fly) => {
                tables::read(&mut reader, "fly", |path| match path {
                    ["env"] => Some(tables::Table::Run),
                    ["build", "args"] => Some(tables::Table::Build),
                    _ => None,
                });
                fly::builds(&mut reader);
            }
            Some(Format::Netlify) => tables::read(&mut reader, "netlify", |path| match path {
                ["build", "environment"] | ["context", _, "environment"] => Some(tables::Table::Run),
                _ => None,
            }),
            Some(Format::Cloudflare) => tables::read(&mut reader, "wrangler", |path| match path {
                ["vars"] | ["env", _, "vars"] => Some(tables::Table::Run),
                _ => None,
            }),
            Some(other) => reader.tree(other),
            None => {}
        }
        let mut found = reader.found;
        found.gaps.push(Gap {
            span: Span::at(0),
            hides: Hidden::Provisions,
            reason: "the platform holds variables that are not in its file",
        });
        found.facts.sort_by_key(|fact| fact.span);
        if !reader.script.is_empty() {
            found.structure = Structure::Commands(Box::new(reader.script));
        }
        found.mentions = super::mentions::Mentions.extract(file).mentions;
        found
    }
}

struct Reader<'a> {
    file: &'a SourceFile,
    found: Extraction,
    script: CommandFile,
    left: usize,
}

impl Reader<'_> {
    fn fact(&mut self, key: &str, span: Span, place: Place, role: Role) {
        let phase = if matches!(place, Place::BuildArgs(_)) { Phase::Build } else { Phase::Run };
        let key = KeyName::new(key);
        self.left = self.left.saturating_sub(1);
        if key.is_identifier() && self.left > 0 {
            self.found.facts.push(Fact { key, file: self.file.id, span, place, phase, role });
        }
    }

    fn provides(&mut self, key: &str, span: Span, place: Place, value: Value) {
        self.fact(key, span, place, Role::Provides(Provide { value, provision: Provision::Always }));
    }

    /// Files that are JSON or YAML.
    fn tree(&mut self, format: Format) {
        // Comments of JSON with comments are blotted out where they stand alone.
        let text = without_comments(&self.file.text);
        let parsed = parse(&text);
        if let Some(error) = parsed.errors.first() {
            let reason = "the file is not valid from here on";
            self.found.gaps.push(Gap { span: error.span, hides: Hidden::Provisions, reason });
        }
        let Some(document) = parsed.documents.first() else { return };
        match format {
            Format::Heroku => {
                for entry in document.get("env").map(Node::entries).unwrap_or_default() {
                    self.heroku(entry);
                }
            }
            Format::Vercel => {
                self.map(document.get("env"), "vercel");
                self.map(document.get("build").and_then(|build| build.get("env")), "vercel");
            }
            Format::Launch => {
                for configuration in document.get("configurations").map(Node::items).unwrap_or_default() {
                    self.map(configuration.get("env"), "launch");
                }
            }
            Format::AppEngine => {
                self.map(document.get("env_variables"), "app-engine");
                for Entry { key, value } in
                    document.get("build_env_variables").map(Node::entries).unwrap_or_default()
                {
                    if let Some(name) = key.as_str() {
                        let place = Place::BuildArgs("app-engine".to_owned());
                        self.provides(name, key.span, place, Value::of(Origin::Unknown, value.span));
                    }
                }
            }
            Format::DigitalOcean => {
                self.digital_ocean(document, "app");
                for list in ["services", "workers", "jobs", "static_sites", "functions"] {
                    for item in document.get(list).map(Node::items).unwrap_or_default() {
                        let name = item.get("name").and_then(Node::as_str).unwrap_or(list);
                        self.digital_ocean(item, name);
                    }
                }
            }
            Format::Kamal => kamal::read(self, document),
            Format::Render => {
                for list in ["services", "envVarGroups", "databases"] {
                    for item in document.get(list).map(Node::items).unwrap_or_default() {
                        let name = item.get("name").and_then(Node::as_str).unwrap_or("render");
                        for variable in item.get("envVars").map(Node::items).unwrap_or_default() {
                            self.render(variable, name);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// A map of names to texts.
    fn map(&mut self, node: Option<&Node>, app: &str) {
        for Entry { key, value } in node.map(Node::entries).unwrap_or_default() {
            // `@name` and `${env:NAME}` refer to what is elsewhere.
            let given = match value.as_str() {
                Some(text) if !text.starts_with('@') && !text.contains("${") => {
                    Value::literal(text, value.span)
                }
                _ => Value::of(Origin::Unknown, value.span),
            };
            if let Some(name) = key.as_str() {
                self.provides(name, key.span, Place::Workload(app.to_owned()), given);
            }
        }
    }

    /// `"KEY": "value"` or `"KEY": { "value": ..., "generator": "secret", "required": false }`.
    fn heroku(&mut self, entry: &Entry) {
        let Some(name) = entry.key.as_str() else { return };
        let place = Place::Workload("heroku".to_owned());
        let value = if entry.value.is_mapping() { entry.value.get("value") } else { Some(&entry.value) };
        let given = match value.and_then(|value| Some((value.as_str()?, value.span))) {
            Some((text, span)) => Value::literal(text, span),
            None if entry.value.get("generator").is_some() => Value::of(Origin::Unknown, entry.key.span),
            None => {
                let about = entry.value.get("description").and_then(Node::as_str).map(str::to_owned);
                let is_optional = entry.value.get("required").and_then(Node::as_str) == Some("false");
                let document = Document { example: None, commented: is_optional, about };
                return self.fact(name, entry.key.span, place, Role::Documents(document));
            }
        };
        self.provides(name, entry.key.span, place, given);
    }

    /// `envs:` of an app or a part of it: `key`, `value`, `scope`, `type: SECRET`.
    fn digital_ocean(&mut self, node: &Node, app: &str) {
        for variable in node.get("envs").map(Node::items).unwrap_or_default() {
            let Some((key, name)) = variable.get("key").and_then(|key| Some((key, key.as_str()?))) else {
                continue;
            };
            let value = variable.get("value");
            // `${db.DATABASE_URL}` refers to another part; an encrypted value is none.
            let given = match value.and_then(|value| Some((value.as_str()?, value.span))) {
                Some((text, span)) if !text.contains("${") && !text.starts_with("EV[") => {
                    Value::literal(text, span)
                }
                _ => Value::of(Origin::Unknown, value.map_or(key.span, |value| value.span)),
            };
            let place = match variable.get("scope").and_then(Node::as_str) {
                Some("BUILD_TIME") => Place::BuildArgs(app.to_owned()),
                _ => Place::Workload(app.to_owned()),
            };
            self.provides(name, key.span, place, given);
        }
    }

    /// `- key: KEY` with `value`, `generateValue`, `fromDatabase`, `fromService` or `sync: false`.
    fn render(&mut self, variable: &Node, app: &str) {
        let Some(key) = variable.get("key") else { return };
        let Some(name) = key.as_str() else { return };
        let given = match variable.get("value") {
            Some(value) => match value.as_str() {
                Some(text) => Value::literal(text, value.span),
                None => Value::of(Origin::Unknown, value.span),
            },
            None => Value::of(Origin::Unknown, key.span),
        };
        self.provides(name, key.span, Place::Workload(app.to_owned()), given);
    }
}

/// Lines that are a comment of JSON with comments become blank; all bytes stay in place.
fn without_comments(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("//") {
            result.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            result.push_str(line);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::Platform;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};
    use proptest::prelude::*;

    const NAMES: &[&str] = &[
        "fly.toml",
        "render.yaml",
        "app.json",
        "vercel.json",
        "netlify.toml",
        "wrangler.toml",
        "app.yaml",
        ".do/app.yaml",
        "config/deploy.yml",
        ".vscode/launch.json",
        "a.service",
    ];

    proptest! {
        #[test]
        fn spans_lie_in_the_file(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "[env]\n", "AB = \"c\"\n", "[build.environment]\n", "{\"env\": {", "\"AB\": \"c\",", "\"CD\": {\"value\": 1}", "}", "}\n", "// é\n",
                "services:\n- envVars:\n", "env_variables:\n  AB: c\n", "service: a\nimage: b\nenv:\n  clear:\n    AB: é\n  secret: [CD, 'EF:GH']\n", "builder:\n  args: { AB: 1 }\n", "  - key: AB\n    value: é\n", "[Service]\n", "Environment=AB=c \"D E=f\"\n", "EnvironmentFile=-/x/.env\n", "\r\n",
                "\u{feff}", "\0", "\\\n", "'", "\"\"\"",
            ]),
            0..20,
        )) {
            for name in NAMES {
                let file = SourceFile::new(FileId(0), TreePath::parse(name).unwrap(), parts.concat());
                let found = Platform.extract(&file);
                for span in found.facts.iter().map(|fact| fact.span).chain(found.gaps.iter().map(|gap| gap.span)) {
                    prop_assert!(file.text.get(span.range()).is_some());
                }
            }
        }
    }
}
