//! One walk over all instructions: facts, and the order in which names are defined and used.

use std::collections::{BTreeMap, BTreeSet};

use super::base;
use super::events::{Event, EventKind};
use super::logged;
use super::names::{is_upper, to_value, upper_names};
use super::script::{self, Command};
use super::stages::mount_option;
use crate::fact::{
    Condition, Dockerfile, Fact, Gap, Hidden, Mention, Need, Origin, Phase, Place, Problem, Provide,
    Provision, Role, ScriptRun, Value, is_aside, must_not_be_printed,
};
use crate::key::KeyName;
use crate::syntax::dockerfile::{
    Arguments, Document, Expansion, Instruction, Joined, Keyword, Operator, Pair, Substitution, expand,
    expand_unquoted,
};
use crate::syntax::shell::{self, ShellOperator};
use crate::text::{FileId, SourceFile, Span, Spanned};

/// What a walk yields.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) facts: Vec<Fact>,
    pub(super) gaps: Vec<Gap>,
    pub(super) mentions: Vec<Mention>,
    /// Definitions and uses, in the order in which BuildKit comes to them.
    pub(super) events: Vec<Event>,
    /// The scripts that `ENTRYPOINT` and `CMD` run, each with the number of its stage.
    pub(super) runs: Vec<(usize, ScriptRun)>,
    pub(super) problems: Vec<Problem>,
}

/// Which shell runs commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Platform {
    /// One that expands `$X`.
    Posix,
    /// `cmd`, PowerShell or one that is not known.
    Other,
}

/// Walks over a document.
pub(super) fn walk(
    document: &Document,
    dockerfile: &Dockerfile,
    images: &[Option<String>],
    file: &SourceFile,
) -> Walk {
    let mut walker = Walker {
        walk: Walk::default(),
        file: file.id,
        is_aside: is_aside(&file.path),
        secrets: BTreeSet::new(),
        escape: document.escape,
        stage: None,
        instruction: 0,
        defaults: BTreeMap::new(),
        declared: declared(document),
        platforms: Vec::new(),
        unread: Vec::new(),
        follows_env: false,
    };
    for (number, instruction) in document.instructions.iter().enumerate() {
        walker.instruction = number;
        if instruction.keyword == Some(Keyword::From) {
            walker.from(instruction, dockerfile, images);
        } else {
            walker.instruction(instruction);
        }
        walker.follows_env = instruction.keyword == Some(Keyword::Env)
            || (walker.follows_env && instruction.keyword.is_none());
    }
    walker.mention();
    walker.walk
}

/// All names that the document declares anywhere.
fn declared(document: &Document) -> BTreeSet<String> {
    let pairs = |instruction: &Instruction| match &instruction.arguments {
        Arguments::Pairs(pairs) => pairs.iter().map(|pair| pair.key.as_str().to_owned()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    document
        .instructions
        .iter()
        .filter(|instruction| matches!(instruction.keyword, Some(Keyword::Arg | Keyword::Env)))
        .flat_map(pairs)
        .collect()
}

struct Walker {
    walk: Walk,
    file: FileId,
    /// Whether the file lies where nothing is built for anybody.
    is_aside: bool,
    /// The arguments and mounted secrets that whoever builds the image fills in.
    secrets: BTreeSet<String>,
    escape: char,
    stage: Option<usize>,
    instruction: usize,
    /// The defaults of the arguments before the first `FROM`.
    defaults: BTreeMap<String, Value>,
    declared: BTreeSet<String>,
    /// The shell at the end of each stage so far.
    platforms: Vec<Platform>,
    /// Texts in which names may stand that nobody here understands.
    unread: Vec<Joined>,
    /// Whether the last known instruction is an `ENV`.
    follows_env: bool,
}

impl Walker {
    fn from(&mut self, instruction: &Instruction, dockerfile: &Dockerfile, images: &[Option<String>]) {
        let number = self.stage.map_or(0, |stage| stage + 1);
        self.stage = Some(number);
        let base = dockerfile.stages.get(number).and_then(|stage| stage.base_stage);
        let image = images.get(number).and_then(|image| image.as_deref());
        self.platforms.push(match base.and_then(|base| self.platforms.get(base)) {
            Some(inherited) => *inherited,
            None => base::platform(image, self.escape),
        });
        let words = match &instruction.arguments {
            Arguments::Words(words) => words.as_slice(),
            _ => &[],
        };
        for word in instruction.flag("--platform").into_iter().chain(words.first()) {
            for found in expand(word, self.escape).substitutions {
                if takes_value(&found.operator) {
                    self.event(found.name, EventKind::UseInFrom);
                }
            }
        }
    }

    fn instruction(&mut self, instruction: &Instruction) {
        use Keyword::{
            Add, Arg, Cmd, Copy, Entrypoint, Env, Expose, Healthcheck, Label, Onbuild, Run, Shell,
            Stopsignal, User, Volume, Workdir,
        };
        let Some(keyword) = instruction.keyword else {
            let reason = "an instruction that BuildKit does not know";
            self.walk.gaps.push(Gap { span: instruction.span, hides: Hidden::Anything, reason });
            self.lost_line_of_env(instruction);
            return;
        };
        match (keyword, &instruction.arguments) {
            (Arg, Arguments::Pairs(pairs)) => {
                // BuildKit takes the words of a comment for arguments; nobody else does.
                let meant = pairs.iter().take_while(|pair| !pair.key.as_str().starts_with('#'));
                meant.for_each(|pair| self.arg(pair));
            }
            (Env, Arguments::Pairs(pairs)) => self.env(pairs),
            (Label, Arguments::Pairs(pairs)) => {
                for pair in pairs {
                    self.uses(&pair.key);
                    pair.value.iter().for_each(|value| self.uses(value));
                }
            }
            (Add | Copy | Volume | Expose, Arguments::Words(words) | Arguments::Exec(words)) => {
                for flag in &instruction.flags {
                    if matches!(flag.name.value.as_str(), "--chown" | "--chmod" | "--checksum") {
                        flag.value.iter().for_each(|value| self.uses(value));
                    }
                }
                words.iter().for_each(|word| self.uses(word));
                for heredoc in &instruction.heredocs {
                    if heredoc.is_expanded {
                        self.substitutions(expand_unquoted(&heredoc.body).substitutions);
                    }
                }
            }
            (Workdir | User | Stopsignal, Arguments::Text(text)) => self.uses(text),
            (Run, arguments) => {
                self.mounts(instruction);
                self.command(instruction, arguments, Phase::Build);
            }
            (Cmd | Entrypoint, arguments) => self.command(instruction, arguments, Phase::Run),
            (Healthcheck, Arguments::Check(_, command)) => self.command(instruction, command, Phase::Run),
            (Shell, Arguments::Exec(words)) => {
                let program = words.first().map_or("", Joined::as_str);
                let platform = if script::is_shell(program) { Platform::Posix } else { Platform::Other };
                if let Some(current) = self.platforms.last_mut() {
                    *current = platform;
                }
            }
            (Onbuild, Arguments::Trigger(inner)) => self.trigger(inner),
            _ => {}
        }
    }

    /// A trigger runs in stages that start from this one; here it only tells names.
    fn trigger(&mut self, inner: &Instruction) {
        match &inner.arguments {
            Arguments::Pairs(pairs) => {
                let kind = if inner.keyword == Some(Keyword::Arg) { EventKind::Arg } else { EventKind::Env };
                for pair in pairs.iter().filter(|_| inner.keyword != Some(Keyword::Label)) {
                    self.event(Spanned::new(pair.key.as_str().to_owned(), pair.key.span()), kind);
                }
            }
            Arguments::Text(text) => self.unread.push(text.clone()),
            Arguments::Words(words) | Arguments::Exec(words) => self.unread.extend(words.iter().cloned()),
            _ => {}
        }
    }

    fn arg(&mut self, pair: &Pair) {
        let name = pair.key.as_str();
        let value = pair.value.as_ref().map(|value| {
            let expansion = expand(value, self.escape);
            self.observe_in_value(&expansion, name, false);
            to_value(expansion, value.span())
        });
        if !KeyName::new(name).is_identifier() {
            return;
        }
        let default = match (&value, self.stage) {
            (None, Some(_)) => self.defaults.get(name).cloned(),
            _ => value.clone(),
        };
        if let (None, Some(value)) = (self.stage, value) {
            self.defaults.insert(name.to_owned(), value);
        }
        self.event(Spanned::new(name.to_owned(), pair.key.span()), EventKind::Arg);
        if default.as_ref().is_none_or(|default| default.plain() == Some("")) && must_not_be_printed(name) {
            self.secrets.insert(name.to_owned());
        }
        let need = default.map_or(Need::Optional, Need::Default);
        self.fact(name, pair.key.span(), Place::BuildArg(self.stage), Phase::Build, Role::read(need));
    }

    fn env(&mut self, pairs: &[Pair]) {
        // All values see the environment as it was before the instruction.
        let mut values: Vec<Option<Value>> = Vec::new();
        for pair in pairs {
            self.observe(&expand(&pair.key, self.escape));
            // `K = v` is told as such; all else that is said of it is said of what was meant.
            let meant = pair.behind_sign();
            let value = meant.as_ref().or(pair.value.as_ref()).map(|value| {
                let expansion = expand(value, self.escape);
                self.observe_in_value(&expansion, pair.key.as_str(), true);
                to_value(expansion, value.span())
            });
            // A word without `=` is refused, and mostly the rest of the value before it.
            if let (None, false, Some(Some(last))) = (&value, pair.is_legacy, values.last_mut()) {
                last.span = last.span.cover(pair.key.span());
            }
            values.push(value);
        }
        let Some(stage) = self.stage else { return };
        for (pair, value) in pairs.iter().zip(values) {
            let key = expand(&pair.key, self.escape);
            if !key.substitutions.is_empty() {
                let reason = "the name of a variable is computed";
                self.walk.gaps.push(Gap { span: pair.key.span(), hides: Hidden::Provisions, reason });
                continue;
            }
            let Some(value) = value else { continue };
            if key.text.is_empty() {
                continue;
            }
            self.event(Spanned::new(key.text.clone(), pair.key.span()), EventKind::Env);
            let provide = Provide { value, provision: Provision::Always };
            self.fact(&key.text, pair.key.span(), Place::Stage(stage), Phase::Run, Role::Provides(provide));
        }
    }

    /// `K=v` on a line of its own behind an `ENV` whose last line lacks its `\\`: BuildKit refuses the
    /// file, yet the value is one.
    fn lost_line_of_env(&mut self, instruction: &Instruction) {
        let Some((name, value)) = instruction.word.value.split_once('=').filter(|_| self.follows_env) else {
            return;
        };
        let is_whole = instruction.word.span.len() == instruction.word.value.len();
        let Some(stage) = self.stage.filter(|_| is_whole && KeyName::new(name).is_identifier()) else {
            return;
        };
        let start = instruction.word.span.range().start;
        let end = instruction.span.range().end.max(start + name.len() + 1);
        let value = Value::literal(value, Span::new(start + name.len() + 1, end));
        let provision = Provision::Conditional(vec![Condition::Opaque]);
        let role = Role::Provides(Provide { value, provision });
        self.fact(name, Span::new(start, start + name.len()), Place::Stage(stage), Phase::Run, role);
    }

    fn mounts(&mut self, instruction: &Instruction) {
        for flag in instruction.flags.iter().filter(|flag| flag.name.value == "--mount") {
            let Some(value) = &flag.value else { continue };
            self.uses(value);
            let env = mount_option(value.as_str(), "env").filter(|name| !name.is_empty());
            let (Some(env), Some("secret"), Some(stage)) =
                (env, mount_option(value.as_str(), "type"), self.stage)
            else {
                continue;
            };
            let start = value.as_str().find(env).unwrap_or(0);
            let start = value.as_str().find(&format!("env={env}")).map_or(start, |at| at + "env=".len());
            let span = value.span_of(start..start + env.len());
            self.event(Spanned::new(env.to_owned(), span), EventKind::Env);
            self.secrets.insert(env.to_owned());
            let value = Value::of(Origin::Unknown, Span::at(span.range().end));
            let provide = Provide { value, provision: Provision::Always };
            self.fact(env, span, Place::Stage(stage), Phase::Build, Role::Provides(provide));
        }
    }

    /// Notes the variables in a word that BuildKit expands; the value that they go into tells them.
    fn observe(&mut self, expansion: &Expansion) {
        for found in &expansion.substitutions {
            if takes_value(&found.operator) {
                self.event(found.name.clone(), EventKind::UseByBuildKit);
            }
        }
    }

    /// The same for the value of a variable, which may refer to the name itself. For an `ARG` that is
    /// harmless: its default is empty either way.
    fn observe_in_value(&mut self, expansion: &Expansion, key: &str, is_env: bool) {
        let is_all = is_env && expansion.parts.len() == 1;
        for found in expansion.substitutions.iter().filter(|found| takes_value(&found.operator)) {
            let is_own = found.name.value == key;
            let kind = if is_own { EventKind::UseInOwnValue { is_all } } else { EventKind::UseByBuildKit };
            self.event(found.name.clone(), kind);
        }
    }

    /// A word that BuildKit expands.
    fn uses(&mut self, word: &Joined) {
        self.substitutions(expand(word, self.escape).substitutions);
    }

    fn substitutions(&mut self, substitutions: Vec<Substitution>) {
        for found in substitutions {
            if takes_value(&found.operator) {
                self.event(found.name.clone(), EventKind::UseByBuildKit);
            }
            let need = match found.operator {
                Operator::Default { text, .. } => Need::Default(Value::literal(&text.value, text.span)),
                Operator::Refuse { .. } => Need::Required,
                Operator::Alternative => Need::Optional,
                Operator::Take => Need::Unknown,
            };
            self.read(&found.name.value, found.name.span, Phase::Build, need);
        }
    }

    fn command(&mut self, instruction: &Instruction, arguments: &Arguments, phase: Phase) {
        let is_text = matches!(arguments, Arguments::Text(_));
        let command = script::command(instruction, arguments);
        let script = match command {
            Command::Shell(script) if !is_text || self.platforms.last() != Some(&Platform::Other) => script,
            Command::Shell(script) => return self.unread.push(script),
            Command::Other(texts) => {
                self.starts(logged::started_by_words(instruction, &texts));
                return self.unread.extend(texts);
            }
        };
        let text = script.as_str();
        let found = shell::scan(text);
        if let Some(stage) = self.stage.filter(|_| !self.is_aside) {
            self.starts(logged::started_by_shell(instruction, &script, self.file, stage));
            let problems = logged::problems(instruction, &script, &found, &self.secrets);
            self.walk.problems.extend(problems);
        }
        for used in &found.uses {
            if found.sets(text, used) {
                continue;
            }
            let name = text.get(used.name.clone()).unwrap_or("");
            let span = script.span_of(used.name.clone());
            let (need, takes) = match &used.operator {
                ShellOperator::Take => (Need::Unknown, true),
                ShellOperator::Refuse { .. } => (Need::Required, true),
                ShellOperator::Alternative => (Need::Optional, false),
                ShellOperator::Default { text: default, .. } => {
                    let written = text.get(default.clone()).unwrap_or("");
                    (Need::Default(Value::literal(written, script.span_of(default.clone()))), false)
                }
            };
            if takes && !found.takes_in_other_text {
                let is_build = phase == Phase::Build;
                let kind = if is_build { EventKind::UseByShell } else { EventKind::UseAtRunTime };
                self.event(Spanned::new(name.to_owned(), span), kind);
            }
            let is_key = self.declared.contains(name) || (is_upper(name) && !found.takes_in_other_text);
            if is_key {
                self.read(name, span, phase, need);
            }
        }
        self.unread.push(script);
    }

    fn starts(&mut self, runs: Vec<ScriptRun>) {
        if let Some(stage) = self.stage {
            self.walk.runs.extend(runs.into_iter().map(|run| (stage, run)));
        }
    }

    fn read(&mut self, name: &str, span: Span, phase: Phase, need: Need) {
        let Some(stage) = self.stage else { return };
        if !base::is_of_the_system(name) {
            self.fact(name, span, Place::Stage(stage), phase, Role::read(need));
        }
    }

    fn event(&mut self, name: Spanned<String>, kind: EventKind) {
        self.walk.events.push(Event { name, stage: self.stage, instruction: self.instruction, kind });
    }

    fn fact(&mut self, name: &str, span: Span, place: Place, phase: Phase, role: Role) {
        self.walk.facts.push(Fact { key: KeyName::new(name), file: self.file, span, place, phase, role });
    }

    /// Names that look like keys in texts that are not understood, each once.
    fn mention(&mut self) {
        let mut found: BTreeMap<String, Span> = BTreeMap::new();
        for text in &self.unread {
            for range in upper_names(text.as_str()) {
                let name = text.as_str().get(range.clone()).unwrap_or("");
                if !found.contains_key(name) {
                    found.insert(name.to_owned(), text.span_of(range));
                }
            }
        }
        for fact in &self.walk.facts {
            found.remove(fact.key.as_str());
        }
        let mentions = found.into_iter().map(|(name, span)| Mention { key: KeyName::new(&name), span });
        self.walk.mentions = mentions.collect();
        self.walk.mentions.sort_by_key(|mention| mention.span);
    }
}

/// Whether a use is left with nothing if its variable is not defined.
fn takes_value(operator: &Operator) -> bool {
    matches!(operator, Operator::Take | Operator::Refuse { .. })
}
