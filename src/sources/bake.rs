//! `docker-bake.hcl`: images that `docker buildx bake` builds, with their names. Source: Docker's "Bake file reference".

use std::collections::BTreeMap;

use super::mentions::Mentions;
use crate::fact::{CommandBuild, CommandFile, Extraction, Extractor, SourceKind, Structure};
use crate::syntax::hcl::{self, Block, Body, Value};
use crate::syntax::image_name::name_of;
use crate::text::{SourceFile, Spanned, TreePath};

/// Reads bake files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bake;

/// How many targets one takes what it does not say from, each from the next.
const MOST_INHERITED: usize = 8;

impl Extractor for Bake {
    fn kind(&self) -> SourceKind {
        SourceKind("bake")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().ends_with(".hcl") && path.name().contains("bake")
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.lines().any(|line| line.starts_with("target \""))
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let body = hcl::parse(&file.text);
        let targets: BTreeMap<&str, &Block> = body.blocks_of("target").filter_map(named).collect();
        let variables = variables(&body);
        let mut script = CommandFile::default();
        for (name, target) in &targets {
            script.builds.extend(build(&targets, &variables, name, target));
        }
        let mentions = Mentions.extract(file).mentions;
        Extraction { mentions, structure: Structure::Commands(Box::new(script)), ..Extraction::default() }
    }
}

fn named(block: &Block) -> Option<(&str, &Block)> {
    Some((block.labels.first()?.value.as_str(), block))
}

/// The defaults of variables, by their names.
fn variables(body: &Body) -> BTreeMap<&str, &str> {
    let found = body.blocks_of("variable").filter_map(named);
    found
        .filter_map(|(name, block)| Some((name, block.body.attribute("default")?.text()?.as_str())))
        .collect()
}

fn build(
    targets: &BTreeMap<&str, &Block>,
    variables: &BTreeMap<&str, &str>,
    name: &str,
    target: &Block,
) -> Option<CommandBuild> {
    let chain = chain(targets, name);
    let attribute = |name: &str| chain.iter().find_map(|block| block.body.attribute(name));
    let text = |name: &str| match attribute(name) {
        Some(Value::Text(text)) => Some(Some(text.clone())),
        Some(_) => None,
        None => Some(None),
    };
    let Some(Value::List(tags)) = attribute("tags") else { return None };
    let images: Vec<String> =
        tags.iter().filter_map(Value::text).filter_map(|tag| name_of(&told(tag, variables))).collect();
    let (context, file, stage) = (text("context")?, text("dockerfile")?, text("target")?);
    let at = target.kind.span;
    let context = context.unwrap_or_else(|| Spanned::new(".".to_owned(), at));
    let is_written = |text: &str| !text.contains("${") && !text.contains("://");
    if !is_written(&context) || file.as_ref().is_some_and(|file| !is_written(file)) || images.is_empty() {
        return None;
    }
    // Bake looks for it in the context, as a command does not.
    let file = file.map(|file| {
        let path = format!("{}/{}", context.trim_end_matches('/'), file.value);
        Spanned::new(path, file.span)
    });
    let stage = stage.map(|stage| stage.to_ascii_lowercase());
    Some(CommandBuild { context, file, images, target: stage, ..CommandBuild::default() })
}

/// A target and those that it inherits from, the last named first.
fn chain<'b>(targets: &BTreeMap<&str, &'b Block>, name: &str) -> Vec<&'b Block> {
    let mut found: Vec<&Block> = Vec::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop().filter(|_| found.len() < MOST_INHERITED) {
        let Some(block) = targets.get(name.as_str()) else { continue };
        if found.iter().any(|known| std::ptr::eq(*known, *block)) {
            continue;
        }
        found.push(block);
        if let Some(Value::List(bases)) = block.body.attribute("inherits") {
            open.extend(bases.iter().filter_map(Value::text).map(|base| base.value.clone()));
        }
    }
    found
}

/// A text with the defaults of its variables; others stay as they are.
fn told(text: &str, variables: &BTreeMap<&str, &str>) -> String {
    let mut found = text.to_owned();
    for (name, value) in variables.iter().filter(|(_, value)| !value.is_empty()) {
        found = found.replace(&format!("${{{name}}}"), value);
    }
    found
}
