//! The names of the images that steps build with `docker/build-push-action`, written out as far as the file tells them.

use std::collections::BTreeMap;

use super::{Reader, Scope};
use crate::fact::{NamedImage, Place, Role};
use crate::syntax::github_expression::{self, Context, ContextUse, Expression};
use crate::syntax::image_name::name_of;
use crate::syntax::yaml::Node;

/// The action that makes tags and labels for images. Source: the `action.yml` of `docker/metadata-action`.
const METADATA: &str = "docker/metadata-action";

/// So many jobs of a matrix are looked at; GitHub runs at most 256.
const MOST_JOBS: usize = 64;

/// How often a variable is followed to one that it takes its value from.
const MOST_HOPS: usize = 4;

/// The variables of one job of a matrix, by their paths: `app`, `app.name`.
type Row = BTreeMap<String, String>;

/// What the steps of a job have told so far about images.
#[derive(Default)]
pub(super) struct Named {
    rows: Vec<Row>,
    /// The names of images in the order in which `docker/metadata-action` was given them, by the id of its step.
    of_steps: BTreeMap<String, Vec<String>>,
}

impl Named {
    /// Those of a job with this `strategy:`.
    pub(super) fn of(reader: &mut Reader<'_>, strategy: Option<&Node>) -> Self {
        let matrix = strategy.and_then(|strategy| strategy.get("matrix"));
        Self {
            rows: matrix.map(|matrix| rows(reader, matrix)).unwrap_or_default(),
            of_steps: BTreeMap::new(),
        }
    }

    /// Looks at a step with `uses:`; the images that it builds.
    pub(super) fn step(
        &mut self,
        reader: &mut Reader<'_>,
        action: &str,
        (id, with): (Option<&Node>, Option<&Node>),
        scope: Scope<'_>,
    ) -> Vec<NamedImage> {
        let Some(with) = with else { return Vec::new() };
        let input = |name: &str| with.get(name).and_then(Node::as_str);
        if action == METADATA {
            if let (Some(id), Some(images)) = (id.and_then(Node::as_str), input("images")) {
                self.of_steps.insert(id.to_ascii_lowercase(), lines(images));
            }
            return Vec::new();
        }
        if !action.ends_with("/build-push-action") {
            return Vec::new();
        }
        let mut written: Vec<String> = Vec::new();
        for line in input("tags").map(lines).unwrap_or_default() {
            match self.metadata_of(&line) {
                Some(images) => written.extend(images.iter().cloned()),
                None => written.push(line),
            }
        }
        // `type=image,name=ghcr.io/acme/app,push-by-digest=true`.
        let outputs = input("outputs").unwrap_or_default();
        written.extend(
            outputs.split(',').filter_map(|part| Some(part.trim().strip_prefix("name=")?.to_owned())),
        );
        let bytes = written.iter().map(String::len).sum::<usize>();
        let empty = [Row::new()];
        let rows: &[Row] = if self.rows.is_empty() { &empty } else { &self.rows };
        let mut found: Vec<NamedImage> = Vec::new();
        for row in rows {
            if !reader.take(bytes) {
                break;
            }
            let told = |text: &str| told(reader, text, row, scope, MOST_HOPS);
            let path = |name: &str| match input(name) {
                Some(text) => Some(told(text)).filter(|text| is_path(text)).map(Some),
                None => Some(None),
            };
            let (Some(context), Some(file)) = (path("context"), path("file")) else { continue };
            let target = input("target").map(|target| told(target).to_ascii_lowercase());
            for name in written.iter().filter_map(|image| name_of(&told(image))) {
                let image = NamedImage {
                    name,
                    context: context.clone().unwrap_or_else(|| ".".to_owned()),
                    file: file.clone(),
                    target: target.clone().filter(|target| !target.is_empty()),
                };
                if !found.contains(&image) {
                    found.push(image);
                }
            }
        }
        found
    }

    /// The images of a step of `docker/metadata-action` whose tags a text takes.
    fn metadata_of(&self, text: &str) -> Option<&Vec<String>> {
        let [expression] = github_expression::find(text).try_into().ok()?;
        let used = expression.uses.iter().find(|used| text.get(used.name.clone()) == Some("steps"))?;
        let id = text.get(used.member.clone()?)?.to_ascii_lowercase();
        self.of_steps.get(&id)
    }
}

/// What stands in an input that is a list: one a line, or divided by commas outside of expressions.
fn lines(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let expressions = github_expression::find(line);
        let is_inside = |at: usize| expressions.iter().any(|expression| expression.whole.contains(&at));
        let mut from = 0;
        let commas = line.match_indices(',').map(|(at, _)| at).filter(|at| !is_inside(*at));
        for end in commas.chain([line.len()]) {
            found.push(line.get(from..end).unwrap_or_default().trim());
            from = end + 1;
        }
    }
    found.retain(|part| !part.is_empty() && !part.starts_with('#'));
    found.into_iter().map(|part| part.strip_prefix("name=").unwrap_or(part).to_owned()).collect()
}

/// Whether a text is a path of the repository that is written down.
fn is_path(text: &str) -> bool {
    !text.is_empty() && !text.contains(['*', '$', ':', '#', '\n']) && !text.starts_with('/')
}

/// The text with what its expressions are, where the file tells, and `*` where it does not.
fn told(reader: &Reader<'_>, text: &str, row: &Row, scope: Scope<'_>, hops: usize) -> String {
    let mut found = String::with_capacity(text.len());
    let mut from = 0;
    for expression in github_expression::find(text) {
        found.push_str(text.get(from..expression.whole.start).unwrap_or_default());
        let value = only_use(text, &expression).and_then(|used| value(reader, text, used, row, scope, hops));
        found.push_str(value.as_deref().unwrap_or("*"));
        from = expression.whole.end;
    }
    found.push_str(text.get(from..).unwrap_or_default());
    found
}

/// The context that an expression is, where it is nothing else.
fn only_use<'e>(text: &str, expression: &'e Expression) -> Option<&'e ContextUse> {
    let [used] = expression.uses.as_slice() else { return None };
    let inside = text.get(expression.whole.start + 3..expression.whole.end - 2)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    inside.trim().bytes().all(is_plain).then_some(used)
}

fn value(
    reader: &Reader<'_>,
    text: &str,
    used: &ContextUse,
    row: &Row,
    scope: Scope<'_>,
    hops: usize,
) -> Option<String> {
    let member = text.get(used.member.clone()?)?;
    if used.context == Context::Env {
        let written = variable(reader, member, scope).filter(|_| hops > 0)?;
        return Some(told(reader, written, row, scope, hops - 1));
    }
    match text.get(used.name.clone())? {
        "matrix" => {
            let further = used.further.iter().filter_map(|part| text.get(part.clone()));
            let path: Vec<&str> = std::iter::once(member).chain(further).collect();
            row.get(&path.join(".")).cloned()
        }
        // Owner and name.
        "github" if member == "repository" => Some("*/*".to_owned()),
        "github" if member == "workspace" => Some(".".to_owned()),
        _ => None,
    }
}

/// What an `env:` around a step says of a variable, the nearest first.
fn variable<'a>(reader: &Reader<'a>, name: &str, scope: Scope<'_>) -> Option<&'a str> {
    [scope, scope.job(), Scope::default()].into_iter().find_map(|scope| {
        let place: Place = scope.place();
        let own = |fact: &&crate::fact::Fact| fact.place == place && fact.key.as_str() == name;
        let fact =
            reader.found.facts.iter().filter(own).find(|fact| matches!(fact.role, Role::Provides(_)))?;
        let Role::Provides(provide) = &fact.role else { return None };
        let written = reader.file.slice(provide.value.span).trim();
        (!written.contains('\n')).then(|| written.trim_matches(['"', '\'']))
    })
}

/// The variables of each job of a matrix: all that its lists make together, with what `include:` adds.
fn rows(reader: &mut Reader<'_>, matrix: &Node) -> Vec<Row> {
    let mut rows = vec![Row::new()];
    let mut names: Vec<String> = Vec::new();
    let mut included = Vec::new();
    for (name, entry) in reader.entries(matrix) {
        match name {
            "include" => included = entry.value.items().to_vec(),
            "exclude" => {}
            _ => {
                let values: Vec<Row> =
                    entry.value.items().iter().take(MOST_JOBS).map(|item| leaves(name, item)).collect();
                if values.is_empty() {
                    continue;
                }
                names.push(name.to_owned());
                let product = rows.iter().flat_map(|row| values.iter().map(move |value| joined(row, value)));
                rows = product.take(MOST_JOBS).collect();
            }
        }
    }
    if names.is_empty() {
        rows.clear();
    }
    for item in included.iter().take(MOST_JOBS) {
        let mut added = Row::new();
        for entry in item.entries() {
            if let Some(name) = entry.key.as_str() {
                added.extend(leaves(name, &entry.value));
            }
        }
        let is_of_matrix = |path: &str| names.iter().any(|name| path.split('.').next() == Some(name));
        let mut is_taken = false;
        for row in rows.iter_mut() {
            let agrees =
                added.iter().all(|(path, value)| !is_of_matrix(path) || row.get(path) == Some(value));
            if agrees && !names.is_empty() {
                is_taken = true;
                row.extend(added.iter().map(|(path, value)| (path.clone(), value.clone())));
            }
        }
        if !is_taken && rows.len() < MOST_JOBS {
            rows.push(added);
        }
    }
    rows
}

fn joined(row: &Row, value: &Row) -> Row {
    row.iter().chain(value).map(|(path, value)| (path.clone(), value.clone())).collect()
}

/// The texts that a value of a matrix holds, by their paths.
fn leaves(name: &str, node: &Node) -> Row {
    let mut found = Row::new();
    if let Some(text) = node.as_str() {
        found.insert(name.to_owned(), text.to_owned());
    }
    for entry in node.raw_entries() {
        if let (Some(field), Some(text)) = (entry.key.as_str(), entry.value.as_str()) {
            found.insert(format!("{name}.{field}"), text.to_owned());
        }
    }
    found
}
