//! Pipelines of GitLab: variables of all jobs and of one, and what their scripts read.
//!
//! The grammar is GitLab's "CI/CD YAML syntax reference". A pipeline may take in others (`include`,
//! `extends` of them, `trigger`), and projects and groups hold variables of their own, so there is always a
//! gap for what supplies a job.

use std::ops::Range;

use super::shell::{Source, read};
use crate::fact::{
    CommandFile, Extraction, Extractor, Fact, Gap, Hidden, Origin, Phase, Place, Provide, Provision, Role,
    SourceKind, Structure, Value,
};
use crate::key::KeyName;
use crate::syntax::yaml::{Node, Placed, parse};
use crate::text::{SourceFile, Span, TreePath};

/// Reads pipelines of GitLab.
#[derive(Clone, Copy, Debug)]
pub(super) struct GitlabCi;

/// Entries of a pipeline that are no jobs.
const GLOBAL: &[&str] = &[
    "stages",
    "variables",
    "include",
    "default",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
    "pages_options",
];

/// Nodes that one job may lead to through aliases.
const MAX_NODES: usize = 1 << 14;

impl Extractor for GitlabCi {
    fn kind(&self) -> SourceKind {
        SourceKind("gitlab-ci")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        name.ends_with(".gitlab-ci.yml")
            || name.ends_with(".gitlab-ci.yaml")
            || ((name.ends_with(".yml") || name.ends_with(".yaml"))
                && path.folder().parts().any(|part| part == ".gitlab" || part == ".gitlab-ci"))
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut reader =
            Reader { file, found: Extraction::default(), script: CommandFile::default(), left: MAX_NODES };
        let parsed = parse(&file.text);
        if let Some(error) = parsed.errors.first() {
            reader.gap(error.span, "the file is not valid YAML from here on");
        }
        for document in &parsed.documents {
            reader.pipeline(document);
        }
        let mut found = reader.found;
        found.facts.sort_by_key(|fact| fact.span);
        found.facts.dedup();
        found.structure = Structure::Commands(Box::new(reader.script));
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
    fn gap(&mut self, span: Span, reason: &'static str) {
        self.found.gaps.push(Gap { span, hides: Hidden::Provisions, reason });
    }

    fn take(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    fn pipeline(&mut self, document: &Node) {
        self.gap(Span::at(0), "GitLab holds variables of the project and the group");
        for entry in document.entries() {
            let Some(name) = entry.key.as_str().filter(|_| self.take()) else { continue };
            match name {
                "variables" => self.variables(&entry.value, None),
                "include" => self.gap(entry.key.span, "the pipeline takes in others"),
                "workflow" => self.rules(&entry.value, None),
                "before_script" | "after_script" => self.shell(&[&entry.value], None),
                "default" => self.job(&entry.value, None),
                "services" => self.services(&entry.value),
                _ if !GLOBAL.contains(&name) => self.job(&entry.value, Some(name)),
                _ => {}
            }
        }
    }

    fn job(&mut self, node: &Node, job: Option<&str>) {
        if !node.is_mapping() {
            return;
        }
        if let Some(variables) = node.get("variables") {
            self.variables(variables, job);
        }
        self.rules(node, job);
        if let Some(services) = node.get("services") {
            self.services(services);
        }
        let scripts: Vec<&Node> =
            ["before_script", "script", "after_script"].iter().filter_map(|field| node.get(field)).collect();
        self.shell(&scripts, job);
    }

    fn rules(&mut self, node: &Node, job: Option<&str>) {
        for rule in node.get("rules").map(Node::items).unwrap_or_default() {
            if let (Some(variables), true) = (rule.get("variables"), self.take()) {
                self.variables(variables, job);
            }
        }
    }

    /// `variables:` of service containers reach those alone.
    fn services(&mut self, node: &Node) {
        for service in node.items() {
            let name =
                service.get("alias").or(service.get("name")).and_then(Node::as_str).unwrap_or("service");
            let place = Place::Workload(name.to_owned());
            for entry in service.get("variables").map(Node::entries).unwrap_or_default() {
                self.provides(&entry.key, Some(&entry.value), place.clone());
            }
        }
    }

    fn variables(&mut self, node: &Node, job: Option<&str>) {
        let place = Place::Job { job: job.map(str::to_owned), step: None };
        for entry in node.entries() {
            if !self.take() {
                return;
            }
            let value = if entry.value.is_mapping() { entry.value.get("value") } else { Some(&entry.value) };
            self.provides(&entry.key, value, place.clone());
        }
    }

    fn provides(&mut self, key: &Node, value: Option<&Node>, place: Place) {
        let Some(name) = key.as_str() else { return };
        let given = match value {
            Some(node) if node.is_null() => Value::literal("", node.span),
            Some(node) => match node.as_str() {
                Some(text) if !text.contains('$') => Value::literal(text, node.span),
                _ => Value::of(Origin::Unknown, node.span),
            },
            None => Value::of(Origin::Unknown, key.span),
        };
        let role = Role::Provides(Provide { value: given, provision: Provision::Always });
        let key_name = KeyName::new(name);
        if key_name.is_identifier() {
            let fact =
                Fact { key: key_name, file: self.file.id, span: key.span, place, phase: Phase::Run, role };
            self.found.facts.push(fact);
        }
    }

    /// The lines of scripts, which one shell reads one after the other.
    fn shell(&mut self, scripts: &[&Node], job: Option<&str>) {
        let mut pieces: Vec<(usize, Placed<'_>)> = Vec::new();
        let mut text = String::new();
        for script in scripts {
            self.collect(script, &mut text, &mut pieces, 0);
        }
        let own = Place::Job { job: job.map(str::to_owned), step: None };
        let place = |range: &Range<usize>| {
            let before = pieces.partition_point(|(at, _)| *at <= range.start);
            let Some((at, placed)) = before.checked_sub(1).and_then(|last| pieces.get(last)) else {
                return Span::at(0);
            };
            let end = range.end.saturating_sub(*at).min(placed.text.len());
            placed.place(&(range.start.saturating_sub(*at).min(end)..end))
        };
        let said = read(&Source {
            text: &text,
            written: &text,
            file: self.file.id,
            place: &place,
            own,
            computed: &[],
        });
        let is_gitlabs = |fact: &Fact| {
            matches!(fact.role, Role::Reads(_))
                && (fact.key.starts_with("CI_") || fact.key.starts_with("GITLAB_"))
        };
        self.found.facts.extend(said.facts.into_iter().filter(|fact| !is_gitlabs(fact)));
        self.found.gaps.extend(said.gaps);
        self.found.hidden.extend(said.hidden);
        self.script.runs.extend(said.script.runs);
        self.script.sources.extend(said.script.sources);
        self.script.docker_env_files.extend(said.script.docker_env_files);
        self.script.writes.extend(said.script.writes);
        self.script.copies.extend(said.script.copies);
        self.script.builds.extend(said.script.builds);
    }

    /// Lists of commands nest, for example where anchors stand in them.
    fn collect<'n>(
        &mut self,
        node: &'n Node,
        text: &mut String,
        pieces: &mut Vec<(usize, Placed<'n>)>,
        depth: usize,
    ) {
        if depth > 8 || node.tag.is_some() || !self.take() {
            return;
        }
        for item in node.items() {
            self.collect(item, text, pieces, depth + 1);
        }
        if let Some(placed) = Placed::of(&self.file.text, node)
            && text.len() + placed.text.len() < 2 * self.file.text.len() + 64
        {
            pieces.push((text.len(), placed.clone()));
            text.push_str(placed.text);
            text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::GitlabCi;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spans_lie_in_the_file(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "variables:\n  AB: c\n", "job:\n  script:\n", "    - echo $AB\n", "    - |\n      [ -z \"$CD\" ] && exit 1\n", "  variables: {X: $Y}\n",
                "  rules:\n    - variables: {R: é}\n", "include: x\n", "    - &a [b, $C]\n", "    - *a\n", "\u{feff}", "\r\n", "\0", "    - !reference [x, y]\n",
                "    - 'it''s $Q'\n", "    - \"\\t$W\"\n",
            ]),
            0..30,
        )) {
            let path = TreePath::parse(".gitlab-ci.yml").unwrap();
            let file = SourceFile::new(FileId(0), path, parts.concat());
            let found = GitlabCi.extract(&file);
            for span in found.facts.iter().map(|fact| fact.span).chain(found.hidden).chain(found.gaps.iter().map(|gap| gap.span)) {
                prop_assert!(file.text.get(span.range()).is_some());
            }
        }
    }
}
