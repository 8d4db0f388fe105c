//! Where images run commands of Prisma while they are built.

use std::collections::BTreeSet;

use super::PrismaConfig;
use crate::fact::Dockerfile;
use crate::index::{Index, Reached, names_dotenv};
use crate::syntax::dockerfile::{Arguments, Instruction, Joined, Keyword, parse, path_in_image};
use crate::text::{FileId, Span, TreePath};

/// A `RUN` that comes to a command of Prisma which loads a configuration of the tree.
#[derive(Clone, Debug)]
pub struct PrismaRun {
    /// The number of its stage.
    pub stage: usize,
    /// The command of the instruction.
    pub at: Span,
    /// The text of the instruction.
    pub text: String,
    /// What it comes to.
    pub reached: Reached,
    /// The variables that `ENV` and `ARG` of the stage, or of those below it, define above.
    pub defined: BTreeSet<String>,
    /// Whether a dotenv file may lie beside the configuration: an instruction names one, or the whole folder is copied and
    /// nothing shows that it is built where none is.
    pub dotenv: BesideConfig,
}

/// Whether a dotenv file may lie in an image beside a configuration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum BesideConfig {
    /// An instruction names one.
    Named,
    /// One that a developer has may be copied with the folder.
    Maybe,
    /// None, at least where a workflow builds the image.
    None,
}

/// What is known of a stage, up to the instruction that is read.
#[derive(Clone, Default)]
struct Layer {
    defined: BTreeSet<String>,
    /// The working directory, where it is known.
    folder: Option<String>,
    /// What of the context lies where, by its absolute path in the image, in the order of copies.
    copied: Vec<(String, TreePath)>,
    names_dotenv: bool,
    /// Whether the base image may define anything.
    is_strange: bool,
}

impl Index {
    /// The commands of images that load a configuration of Prisma; of each stage the first.
    #[must_use]
    pub fn prisma_in_image(
        &self,
        file: FileId,
        dockerfile: &Dockerfile,
        config: &PrismaConfig<'_>,
    ) -> Vec<PrismaRun> {
        let mut found = Vec::new();
        let (contexts, is_known) = self.contexts_of(file);
        let Some(source) = self.files.get(file) else { return found };
        let [context] = contexts.as_slice() else { return found };
        if !is_known && !context.within_root().is_empty() {
            return found;
        }
        let mut layers: Vec<Layer> = Vec::new();
        for instruction in &parse(&source.text).instructions {
            if instruction.keyword == Some(Keyword::From) {
                let Some(stage) = dockerfile.stages.get(layers.len()) else { break };
                let layer = match stage.base_stage {
                    Some(base) => layers.get(base).cloned().unwrap_or_default(),
                    None => Layer {
                        folder: Some("/".to_owned()),
                        is_strange: !is_library(&stage.base),
                        ..Layer::default()
                    },
                };
                layers.push(layer);
                continue;
            }
            let Some(number) = layers.len().checked_sub(1) else { continue };
            let from = source_layer(instruction, dockerfile, &layers);
            let Some(layer) = layers.last_mut() else { continue };
            let text = source.text.get(instruction.span.range()).unwrap_or("");
            layer.names_dotenv |= names_dotenv(text);
            match instruction.keyword {
                Some(Keyword::Run) if !layer.is_strange => {
                    let is_first = found.iter().all(|run: &PrismaRun| run.stage != number);
                    let run = || self.prisma_run(layer, instruction, config);
                    if let Some((at, reached)) = is_first.then(run).flatten() {
                        let dotenv = if layer.names_dotenv {
                            BesideConfig::Named
                        } else if self.is_dotenv_left_out(file, context, config) {
                            BesideConfig::None
                        } else {
                            BesideConfig::Maybe
                        };
                        let defined = layer.defined.clone();
                        found.push(PrismaRun {
                            stage: number,
                            at,
                            text: text.to_owned(),
                            reached,
                            defined,
                            dotenv,
                        });
                    }
                }
                _ => layer.follow(self, instruction, context, from.as_ref()),
            }
        }
        found
    }

    fn prisma_run(
        &self,
        layer: &Layer,
        instruction: &Instruction,
        config: &PrismaConfig<'_>,
    ) -> Option<(Span, Reached)> {
        let folder = layer.folder.as_ref()?;
        let holds = |path: &TreePath| {
            layer.resolved(&format!("{}/{}", folder.trim_end_matches('/'), path.name())).as_ref()
                == Some(path)
        };
        if !holds(&self.path(config.file)) {
            return None;
        }
        let text = match &instruction.arguments {
            Arguments::Text(text) if instruction.heredocs.is_empty() => text.clone(),
            Arguments::Text(_) => match instruction.heredocs.as_slice() {
                [only] => only.body.clone(),
                _ => return None,
            },
            _ => return None,
        };
        let reached = self.loads_prisma_config(config, text.as_str())?;
        // A script of the package is there only with its manifest.
        let has_manifest = || config.folder.join("package.json").is_some_and(|path| holds(&path));
        (reached.at.is_none() || has_manifest()).then(|| (text.span_of(reached.range.clone()), reached))
    }

    /// Whether no dotenv of a developer comes along: the `.dockerignore` keeps it out, or a workflow builds the image.
    fn is_dotenv_left_out(&self, file: FileId, context: &TreePath, config: &PrismaConfig<'_>) -> bool {
        self.kept_out.contains(&(context.clone(), config.folder.clone()))
            || self.builders_of(file).any(|at| self.workflow(at).is_some())
    }
}

impl Layer {
    fn follow(
        &mut self,
        index: &Index,
        instruction: &Instruction,
        context: &TreePath,
        from: Option<&Option<Layer>>,
    ) {
        match (instruction.keyword, &instruction.arguments) {
            (Some(Keyword::Workdir), Arguments::Text(text)) => {
                self.folder =
                    self.folder.as_ref().and_then(|folder| path_in_image(folder, text.as_str().trim()));
            }
            (Some(Keyword::Env | Keyword::Arg), Arguments::Pairs(pairs)) => {
                self.defined.extend(pairs.iter().map(|pair| pair.key.as_str().to_owned()));
            }
            (Some(Keyword::Copy | Keyword::Add), Arguments::Words(words) | Arguments::Exec(words)) => {
                let Some((to, sources)) = words.split_last() else { return };
                let Some(to_path) =
                    self.folder.as_ref().and_then(|folder| path_in_image(folder, to.as_str()))
                else {
                    return;
                };
                let is_folder = to.as_str().ends_with('/') || to.as_str().ends_with('.') || sources.len() > 1;
                for source in sources.iter().map(Joined::as_str) {
                    match from {
                        None => self.copy(index, context, source, &to_path, is_folder),
                        Some(layer) => {
                            let Some(source) = layer.as_ref().and_then(|_| path_in_image("/", source)) else {
                                continue;
                            };
                            let below = layer.iter().flat_map(|layer| layer.below(&source, &to_path));
                            self.copied.extend(below);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn copy(&mut self, index: &Index, context: &TreePath, source: &str, to: &str, is_folder: bool) {
        let Some(path) = context.join(source.trim_start_matches('/')) else { return };
        let below = |name: &str| format!("{}/{name}", to.trim_end_matches('/'));
        if let Some((before, behind)) = path.name().split_once('*').filter(|_| !source.contains('$')) {
            let files = index.files.iter().filter(|file| {
                let name = file.path.name();
                file.path.folder() == path.folder() && name.starts_with(before) && name.ends_with(behind)
            });
            self.copied.extend(files.map(|file| (below(file.path.name()), file.path.clone())));
        } else if index.files.at(&path).is_some() {
            let at = if is_folder { below(path.name()) } else { to.to_owned() };
            self.copied.push((at, path));
        } else {
            self.copied.push((to.to_owned(), path));
        }
    }

    /// The path of the tree that lies at a path of the image; the last that was copied there.
    fn resolved(&self, path: &str) -> Option<TreePath> {
        let mut found = self.copied.iter().rev().filter_map(|(at, source)| {
            let rest = path.strip_prefix(at.trim_end_matches('/'))?;
            match rest.strip_prefix('/') {
                Some(rest) => source.join(rest),
                None => rest.is_empty().then(|| source.clone()),
            }
        });
        found.next()
    }

    /// What a copy of `source` of this stage to `to` brings along.
    fn below(&self, source: &str, to: &str) -> Vec<(String, TreePath)> {
        let inside = self.copied.iter().filter_map(|(at, path)| {
            let rest = at
                .strip_prefix(source.trim_end_matches('/'))
                .filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
            Some((format!("{}{rest}", to.trim_end_matches('/')), path.clone()))
        });
        let own = self.resolved(source).map(|path| (to.to_owned(), path));
        own.into_iter().chain(inside).collect()
    }
}

/// The stage that an instruction copies from, where it is one of this file.
fn source_layer(
    instruction: &Instruction,
    dockerfile: &Dockerfile,
    layers: &[Layer],
) -> Option<Option<Layer>> {
    let from = instruction.flag("--from")?.as_str();
    let number = dockerfile.stage_from(from);
    Some(number.and_then(|number| layers.get(number)).cloned())
}

/// Whether an image is an official one of a runtime or a distribution, which defines no variable of an application.
fn is_library(image: &str) -> bool {
    let name = image.split([':', '@']).next().unwrap_or("");
    let name =
        name.trim_start_matches("docker.io/").trim_start_matches("library/").trim_start_matches("oven/");
    !name.is_empty() && !name.contains(['/', '$'])
}
