//! The stages of a Dockerfile.

use std::collections::BTreeMap;

use crate::fact::{CopiedPath, Dockerfile, Stage};
use crate::syntax::dockerfile::{Arguments, Document, Instruction, Keyword, expand};
use crate::text::{Span, Spanned};

/// How patterns end that name no code.
const DATA: &[&str] = &[".json", ".lock", ".toml", ".txt", ".yaml", ".yml", ".sum", ".mod", ".xml", "lock*"];

/// The shape of a document whose file has `end` bytes, and the image that each stage starts from, where
/// that is constant or follows from defaults.
pub(super) fn dockerfile(document: &Document, end: usize) -> (Dockerfile, Vec<Option<String>>) {
    let mut reader = Reader {
        escape: document.escape,
        globals: BTreeMap::new(),
        values: BTreeMap::new(),
        names: BTreeMap::new(),
        stages: Vec::new(),
        images: Vec::new(),
    };
    for instruction in &document.instructions {
        reader.instruction(instruction);
    }
    let mut stages = reader.stages;
    let starts: Vec<usize> = stages.iter().map(|stage| stage.span.range().start).collect();
    for (number, stage) in stages.iter_mut().enumerate() {
        let until = starts.get(number + 1).copied().unwrap_or(end);
        stage.span = Span::new(stage.span.range().start, until);
    }
    (Dockerfile { stages }, reader.images)
}

struct Reader {
    escape: char,
    /// The defaults of the arguments before the first `FROM`.
    globals: BTreeMap<String, String>,
    /// The values that the current stage gives to its variables.
    values: BTreeMap<String, String>,
    /// The latest stage of each name.
    names: BTreeMap<String, usize>,
    stages: Vec<Stage>,
    images: Vec<Option<String>>,
}

impl Reader {
    fn instruction(&mut self, instruction: &Instruction) {
        match (instruction.keyword, &instruction.arguments) {
            (Some(Keyword::From), arguments) => self.from(instruction, arguments),
            (Some(Keyword::Arg | Keyword::Env), Arguments::Pairs(pairs)) => {
                for pair in pairs {
                    let Some(value) = &pair.value else { continue };
                    let values = if self.stages.is_empty() { &mut self.globals } else { &mut self.values };
                    if let Some(text) = expand(value, self.escape).filled(values) {
                        values.insert(pair.key.as_str().to_owned(), text);
                    }
                }
            }
            (Some(Keyword::Copy | Keyword::Add), arguments) => self.copy(instruction, arguments),
            (Some(Keyword::Run), _) => {
                for flag in instruction.flags.iter().filter(|flag| flag.name.value == "--mount") {
                    let Some(value) = &flag.value else { continue };
                    let option = |name: &str| mount_option(value.as_str(), name);
                    match option("from") {
                        Some(from) => self.uses(from),
                        None if matches!(option("type"), None | Some("bind")) => {
                            self.copies_source();
                            self.copies_more();
                        }
                        None => {}
                    }
                }
            }
            (Some(Keyword::Expose), Arguments::Words(words)) => {
                for word in words {
                    let Some(text) = expand(word, self.escape).filled(&self.values) else { continue };
                    let found = ports(&text);
                    if let Some(stage) = self.stages.last_mut() {
                        stage.exposed_ports.extend(found);
                    }
                }
            }
            _ => {}
        }
    }

    fn from(&mut self, instruction: &Instruction, arguments: &Arguments) {
        let words = match arguments {
            Arguments::Words(words) => words.as_slice(),
            _ => &[],
        };
        let base = words.first().map(|word| Spanned::new(word.as_str().to_owned(), word.span()));
        let name = name_of_stage(instruction);
        let image = words.first().and_then(|word| expand(word, self.escape).filled(&self.globals));
        let base_stage = image.as_ref().and_then(|image| self.named(image));
        self.values.clear();
        self.names.extend(name.iter().map(|name| (name.value.clone(), self.stages.len())));
        self.images.push(image);
        self.stages.push(Stage {
            name,
            base: base
                .unwrap_or_else(|| Spanned::new(String::new(), Span::at(instruction.word.span.range().end))),
            base_stage,
            span: instruction.span,
            ..Stage::default()
        });
    }

    fn copy(&mut self, instruction: &Instruction, arguments: &Arguments) {
        if let Some(from) = instruction.flag("--from") {
            return self.uses(from.as_str());
        }
        let (Arguments::Words(words) | Arguments::Exec(words)) = arguments else { return };
        let sources = words.len().saturating_sub(1);
        let is_local =
            |text: &str| !text.contains("://") && !text.contains("<<") && !text.starts_with("git@");
        if words.iter().take(sources).any(|word| is_local(word.as_str())) {
            self.copies_source();
        }
        // `--parents` and its kin give the path a meaning of their own.
        let is_plain = instruction
            .flags
            .iter()
            .all(|flag| matches!(flag.name.as_str(), "--chown" | "--chmod" | "--link"));
        if !is_plain {
            return self.copies_more();
        }
        if !instruction.heredocs.is_empty() {
            return;
        }
        for word in words.iter().take(sources).filter(|word| is_local(word.as_str())) {
            let found = expand(word, self.escape);
            let Some(path) = found.filled(&self.values) else {
                self.copies_more();
                continue;
            };
            if path.contains(['*', '?', '[', '$', '\\']) {
                // `package*.json` and its kin are no code.
                if !DATA.iter().any(|ending| path.ends_with(ending)) {
                    self.copies_more();
                }
                continue;
            }
            let names = found.substitutions.iter().map(|found| found.name.value.clone()).collect();
            if let Some(stage) = self.stages.last_mut() {
                stage.copies.push(CopiedPath { path: Spanned::new(path, word.span()), variables: names });
            }
        }
    }

    fn copies_source(&mut self) {
        if let Some(stage) = self.stages.last_mut() {
            stage.copies_source = true;
        }
    }

    fn copies_more(&mut self) {
        if let Some(stage) = self.stages.last_mut() {
            stage.copies_more = true;
        }
    }

    /// The latest stage of this name.
    fn named(&self, name: &str) -> Option<usize> {
        self.names.get(&name.to_ascii_lowercase()).copied()
    }

    /// Notes that the current stage takes files from another.
    fn uses(&mut self, from: &str) {
        let own = self.stages.len().saturating_sub(1);
        let other = match from.parse::<usize>() {
            Ok(number) => (number < own).then_some(number),
            Err(_) => self.named(from).filter(|&number| number != own),
        };
        if let (Some(other), Some(stage)) = (other, self.stages.last_mut())
            && !stage.uses_stages.contains(&other)
        {
            stage.uses_stages.push(other);
        }
    }
}

/// The name that a `FROM` gives to its stage, in small letters; `None` for other instructions.
pub(super) fn name_of_stage(instruction: &Instruction) -> Option<Spanned<String>> {
    let (Some(Keyword::From), Arguments::Words(words)) = (instruction.keyword, &instruction.arguments) else {
        return None;
    };
    let [_, between, name, ..] = words.as_slice() else { return None };
    let is_named = between.as_str().eq_ignore_ascii_case("as");
    is_named.then(|| Spanned::new(name.as_str().to_ascii_lowercase(), name.span()))
}

/// The value of an option of `--mount=`.
pub(super) fn mount_option<'a>(mount: &'a str, name: &str) -> Option<&'a str> {
    mount.split(',').find_map(|field| {
        let (key, value) = field.split_once('=')?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// The ports of `80`, `80/tcp` or a short range.
fn ports(text: &str) -> Vec<u16> {
    let number = text.split('/').next().unwrap_or(text);
    match number.split_once('-') {
        Some((from, to)) => match (from.parse::<u16>(), to.parse::<u16>()) {
            (Ok(from), Ok(to)) if from <= to && to - from < 64 => (from..=to).collect(),
            _ => Vec::new(),
        },
        None => number.parse().into_iter().collect(),
    }
}
