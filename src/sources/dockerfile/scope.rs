//! Which uses of variables nothing defines.
//!
//! A base image may define any variable, so that absence in the file alone proves nothing. A use is
//! reported where the file itself shows that the name was meant (an `ARG` before the first `FROM`, a
//! later line, another stage, a name one slip away) and the base image is known not to bring it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::base::{self, Environment};
use super::events::{Event, EventKind};
use super::names::is_upper;
use crate::diagnostic::Applicability;
use crate::fact::{Dockerfile, Problem, ProblemKind};
use crate::key::{KeyName, is_letter_off, public_prefix};
use crate::text::Span;

/// How many stages one may stand upon another; more are not followed.
const DEPTH: usize = 256;

/// A definition of a name in a stage.
#[derive(Clone, Copy)]
struct Definition {
    /// Position among the events.
    position: usize,
    instruction: usize,
    span: Span,
    is_arg: bool,
}

/// The problems of all uses.
pub(super) fn judge(
    events: &[Event],
    dockerfile: &Dockerfile,
    images: &[Option<String>],
    declared_behind: &dyn Fn(usize) -> Option<(Span, &'static str)>,
) -> Vec<Problem> {
    let mut scopes = Scopes {
        dockerfile,
        declared_behind,
        images,
        defined: BTreeMap::new(),
        used_in_from: BTreeSet::new(),
        first_stages: BTreeMap::new(),
        brought: RefCell::new(BTreeMap::new()),
    };
    scopes.collect(events);
    let mut told: BTreeSet<(Option<usize>, &str)> = BTreeSet::new();
    let mut problems = Vec::new();
    // What BuildKit would set is one oversight, however many of them a stage uses.
    let mut automatic: BTreeMap<usize, Vec<&Event>> = BTreeMap::new();
    for (position, event) in events.iter().enumerate() {
        if !is_use(event.kind) || told.contains(&(event.stage, event.name.value.as_str())) {
            continue;
        }
        if let Some(problem) = scopes.judge(event, position) {
            told.insert((event.stage, &event.name.value));
            let is_undeclared = problem.kind == ProblemKind::BuildArgOutOfScope && problem.related.is_empty();
            match event.stage.filter(|_| is_undeclared && base::is_automatic(&event.name.value)) {
                Some(stage) => automatic.entry(stage).or_default().push(event),
                None => problems.push(problem.about(&KeyName::new(&event.name.value))),
            }
        }
    }
    problems.extend(automatic.iter().filter_map(|(stage, events)| scopes.automatic(events, *stage)));
    problems
}

fn is_use(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Arg | EventKind::Env)
}

/// Whether something else than the Dockerfile defines a name.
#[derive(Clone, Copy)]
struct Brought {
    /// The image may.
    may_be: bool,
    /// It is defined as a rule, so that nobody misses a definition.
    as_a_rule: bool,
}

struct Scopes<'a> {
    dockerfile: &'a Dockerfile,
    /// Where the lines of a stage begin, behind its `FROM`, with what ends a line there.
    declared_behind: &'a dyn Fn(usize) -> Option<(Span, &'static str)>,
    images: &'a [Option<String>],
    /// The definitions of each name, by stage, in order; `None` is before the first `FROM`.
    defined: BTreeMap<&'a str, BTreeMap<Option<usize>, Vec<Definition>>>,
    /// Names that `FROM` lines or arguments before the first use.
    used_in_from: BTreeSet<&'a str>,
    /// For each name, the first stage that defines it.
    first_stages: BTreeMap<&'a str, (usize, Definition)>,
    /// What was asked about a name in a stage that something else than the file may define.
    brought: RefCell<BTreeMap<(usize, &'a str), Brought>>,
}

impl<'a> Scopes<'a> {
    fn collect(&mut self, events: &'a [Event]) {
        for (position, event) in events.iter().enumerate() {
            let name = event.name.value.as_str();
            if is_use(event.kind) {
                if event.kind == EventKind::UseInFrom || event.stage.is_none() {
                    self.used_in_from.insert(name);
                }
                continue;
            }
            let definition = Definition {
                position,
                instruction: event.instruction,
                span: event.name.span,
                is_arg: event.kind == EventKind::Arg,
            };
            self.defined.entry(name).or_default().entry(event.stage).or_default().push(definition);
            if let Some(stage) = event.stage {
                self.first_stages.entry(name).or_insert((stage, definition));
            }
        }
    }

    /// The first definition of a name in a stage.
    fn first(&self, name: &str, stage: Option<usize>) -> Option<Definition> {
        self.defined.get(name)?.get(&stage)?.first().copied()
    }

    /// The stage and those that it stands upon, the nearest first.
    fn chain(&self, stage: usize) -> impl Iterator<Item = usize> {
        let stages = &self.dockerfile.stages;
        std::iter::successors(Some(stage), move |&number| {
            // A base stands before what it carries, so that this ends.
            stages.get(number)?.base_stage.filter(|&base| base < number)
        })
        .take(DEPTH)
    }

    fn is_visible(&self, name: &str, stage: usize, position: usize) -> bool {
        self.chain(stage).any(|stage| {
            self.first(name, Some(stage)).is_some_and(|definition| definition.position < position)
        })
    }

    /// What the image at the bottom of a stage brings.
    fn environment(&self, stage: usize) -> Environment<'a> {
        let bottom = self.chain(stage).last().unwrap_or(stage);
        let is_image = self.dockerfile.stages.get(bottom).is_some_and(|stage| stage.base_stage.is_none());
        match self.images.get(bottom) {
            Some(Some(image)) if is_image => base::environment(image),
            _ => Environment::Unknown,
        }
    }

    fn brought(&self, name: &'a str, stage: usize) -> Brought {
        *self.brought.borrow_mut().entry((stage, name)).or_insert_with(|| {
            let environment = self.environment(stage);
            let may_be = base::may_define(environment, name);
            let as_a_rule = match environment {
                Environment::Unknown => base::is_ambient(name),
                _ => may_be,
            };
            Brought { may_be, as_a_rule }
        })
    }

    fn judge(&self, event: &'a Event, position: usize) -> Option<Problem> {
        let name = event.name.value.as_str();
        match (event.stage, event.kind) {
            (Some(stage), EventKind::UseInFrom) => self.judge_from(event, name, stage),
            (Some(stage), EventKind::UseAtRunTime) => self.judge_at_run_time(event, name, stage),
            (Some(stage), _) => self.judge_in_stage(event, name, stage, position),
            (None, _) => None,
        }
    }

    /// A variable in the command of the finished container: only an `ENV`, wherever it stands, outlives
    /// the build.
    fn judge_at_run_time(&self, event: &Event, name: &str, stage: usize) -> Option<Problem> {
        let definitions = |stage: Option<usize>| {
            let of_stage = self.defined.get(name).and_then(|stages| stages.get(&stage));
            of_stage.map(Vec::as_slice).unwrap_or_default()
        };
        let chain: Vec<&Definition> = self.chain(stage).flat_map(|stage| definitions(Some(stage))).collect();
        let argument = chain.iter().copied().chain(definitions(None)).find(|definition| definition.is_arg)?;
        if chain.iter().any(|definition| !definition.is_arg)
            || base::is_of_the_system(name)
            || match self.environment(stage) {
                Environment::Unknown => base::is_ambient(name),
                known => base::may_define(known, name),
            }
        {
            return None;
        }
        let message = format!("`{name}` is empty when the container runs: it is an `ARG` and no `ENV`");
        Some(
            Problem::new(ProblemKind::BuildArgAtRunTime, event.name.span, message, "empty here")
                .related(argument.span, "lives only while the image is built")
                .help(format!("add `ENV {name}=${name}` behind the `ARG`")),
        )
    }

    /// A variable in a `FROM` line: only arguments before the first `FROM` count.
    fn judge_from(&self, event: &Event, name: &str, stage: usize) -> Option<Problem> {
        if base::is_automatic(name) || self.first(name, None).is_some() {
            return None;
        }
        let span = event.name.span;
        if let Some((other, definition)) = self.first_stages.get(name).filter(|(other, _)| *other < stage) {
            let what = if definition.is_arg { "ARG" } else { "ENV" };
            return Some(
                Problem::new(
                    ProblemKind::BuildArgOutOfScope,
                    span,
                    format!("`{name}` is empty in this `FROM`: a stage's `{what}` does not reach it"),
                    "only `ARG`s before the first `FROM` count here",
                )
                .related(definition.span, format!("defined only inside {}", self.called(*other)))
                .help(format!("declare `ARG {name}` before the first `FROM`")),
            );
        }
        // Without any `ARG` for `FROM` lines, another tool fills in the variable before BuildKit sees it.
        if !self.defined.values().any(|stages| stages.contains_key(&None)) {
            return None;
        }
        let near =
            self.defined.iter().find(|(other, stages)| stages.contains_key(&None) && is_slip(name, other));
        let problem = Problem::new(
            ProblemKind::UndefinedInStage,
            span,
            format!("`{name}` is used in `FROM`, and no `ARG` before the first `FROM` declares it"),
            "always empty, even with `--build-arg`",
        );
        Some(match near.and_then(|(other, stages)| Some((other, stages.get(&None)?.first()?))) {
            Some((other, definition)) => {
                let mut problem = problem
                    .related(definition.span, "a similar name is declared here")
                    .help(format!("did you mean `{other}`?"));
                problem.repair = vec![(span, (*other).to_owned())];
                problem.trust = Applicability::Unsafe;
                problem
            }
            None => problem.help(format!("declare `ARG {name}` before the first `FROM`")),
        })
    }

    fn judge_in_stage(&self, event: &Event, name: &'a str, stage: usize, position: usize) -> Option<Problem> {
        if base::is_of_the_system(name) || self.is_visible(name, stage, position) {
            return None;
        }
        let Brought { may_be: may_come_with_image, as_a_rule } = self.brought(name, stage);
        if as_a_rule {
            return None;
        }
        let own = self.first(name, Some(stage));
        if let Some(global) = self.first(name, None) {
            let only_for_stages = !self.used_in_from.contains(name);
            let is_certain = only_for_stages || own.is_some() || !may_come_with_image;
            return is_certain.then(|| self.out_of_scope(event, name, stage, global));
        }
        match (event.kind, own) {
            // `X=$X:/more` adds to whatever there may be.
            (EventKind::UseInOwnValue { is_all: false }, _) => return None,
            (EventKind::UseInOwnValue { is_all: true }, Some(own)) if own.position > position => {
                return (!may_come_with_image).then(|| set_to_itself(event, name));
            }
            (_, Some(later)) => {
                // An `ENV` further down may change what the image brings; an `ARG` has no reason to.
                let is_slip_of_order = later.instruction == event.instruction && later.span < event.name.span;
                let is_certain = later.is_arg || is_slip_of_order || !may_come_with_image;
                return is_certain.then(|| used_before(event, name, later));
            }
            (_, None) => {}
        }
        if may_come_with_image || (event.kind == EventKind::UseByShell && !is_upper(name)) {
            return None;
        }
        if base::is_automatic(name) {
            return self.automatic(&[event], stage);
        }
        if let Some((other, definition)) = self.first_stages.get(name) {
            return Some(self.in_another_stage(event, name, stage, *other, *definition));
        }
        self.slip(event, name, stage).or_else(|| self.public(event, name, stage))
    }

    /// A key that bundlers write into what browsers download: no base image brings one.
    fn public(&self, event: &Event, name: &str, stage: usize) -> Option<Problem> {
        let is_public = public_prefix(name).is_some_and(|prefix| prefix != "PUBLIC_");
        let problem = Problem::new(
            ProblemKind::UndefinedInStage,
            event.name.span,
            format!("`{name}` is not defined in {}", self.called(stage)),
            "empty here",
        );
        is_public.then(|| problem.help(format!("declare `ARG {name}` in the stage, above this line")))
    }

    fn out_of_scope(&self, event: &Event, name: &str, stage: usize, global: Definition) -> Problem {
        let called = self.called(stage);
        let redeclares = self
            .first(name, Some(stage))
            .is_some_and(|own| own.is_arg && own.instruction == event.instruction);
        let help = if redeclares {
            format!("write `ARG {name}` without a value: it takes over the default")
        } else {
            format!("add `ARG {name}` to {called}, above this line; it takes over the default")
        };
        let mut problem = Problem::new(
            ProblemKind::BuildArgOutOfScope,
            event.name.span,
            format!("`{name}` is empty in {called}: its `ARG` stands before the first `FROM`"),
            format!("no `ARG {name}` in {called} before this line"),
        )
        .related(global.span, "declared for `FROM` lines only")
        .help(help);
        // A line that declares it anew has a value of its own, which may be meant.
        if !redeclares {
            problem.repair.extend(self.declaration(name, stage));
        }
        problem
    }

    /// A line that declares arguments at the beginning of a stage.
    fn declaration(&self, names: &str, stage: usize) -> Option<(Span, String)> {
        let (at, ending) = (self.declared_behind)(stage)?;
        Some((at, format!("{ending}ARG {names}")))
    }

    fn automatic(&self, events: &[&Event], stage: usize) -> Option<Problem> {
        let called = self.called(stage);
        let (first, others) = events.split_first()?;
        let names: Vec<&str> = events.iter().map(|event| event.name.value.as_str()).collect();
        let quoted = match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("`{}` and `{last}`", rest.join("`, `")),
            _ => format!("`{}`", first.name.value),
        };
        let (are, them) = if others.is_empty() { ("is", "it") } else { ("are", "them") };
        let missing = |name: &str| format!("no `ARG {name}` in {called} before this line");
        let mut problem = Problem::new(
            ProblemKind::BuildArgOutOfScope,
            first.name.span,
            format!("{quoted} {are} empty in {called}: BuildKit sets {them}, but the stage does not declare {them}"),
            missing(&first.name.value),
        )
        .about(&KeyName::new(&first.name.value))
        .help(format!("add `ARG {}` to {called}, above this line", names.join(" ")));
        problem.repair.extend(self.declaration(&names.join(" "), stage));
        for other in others {
            problem = problem.related(other.name.span, missing(&other.name.value));
            problem.further.push(KeyName::new(&other.name.value));
        }
        Some(problem)
    }

    fn in_another_stage(
        &self,
        event: &Event,
        name: &str,
        stage: usize,
        other: usize,
        definition: Definition,
    ) -> Problem {
        let (called, other) = (self.called(stage), self.called(other));
        let what = if definition.is_arg { "ARG" } else { "ENV" };
        Problem::new(
            ProblemKind::UndefinedInStage,
            event.name.span,
            format!("`{name}` is not defined in {called}"),
            "empty here",
        )
        .related(definition.span, format!("defined in {other} only"))
        .help(format!("repeat the `{what}` in {called}, or start it `FROM` a stage that has it"))
    }

    /// A name that differs from a visible one by a slip of the pen.
    fn slip(&self, event: &Event, name: &str, stage: usize) -> Option<Problem> {
        let (meant, definition) = self.defined.keys().find_map(|other| {
            let visible = self.chain(stage).find_map(|stage| self.first(other, Some(stage)))?;
            is_slip(name, other).then_some((*other, visible))
        })?;
        let problem = Problem::new(
            ProblemKind::UndefinedInStage,
            event.name.span,
            format!("`{name}` is not defined in {}; did you mean `{meant}`?", self.called(stage)),
            "nothing defines this name",
        )
        .related(definition.span, "a similar name is defined here")
        .help(format!("write `{meant}`, or define `{name}`"));
        Some(problem)
    }

    /// A stage as messages call it.
    fn called(&self, stage: usize) -> String {
        match self.dockerfile.stages.get(stage).and_then(|stage| stage.name.as_ref()) {
            Some(name) => format!("stage `{}`", name.value),
            None if self.dockerfile.stages.len() == 1 => "the stage".to_owned(),
            None => format!("stage {stage}"),
        }
    }
}

/// `ENV X=$X` where nothing defines X before.
fn set_to_itself(event: &Event, name: &str) -> Problem {
    Problem::new(
        ProblemKind::UndefinedInStage,
        event.name.span,
        format!("`{name}` is set to itself, and nothing defines it before"),
        "empty here",
    )
    .help(format!("add `ARG {name}` above this line, if it is to come from the build"))
}

/// A use above the line that defines its name.
fn used_before(event: &Event, name: &str, later: Definition) -> Problem {
    if later.is_arg {
        return Problem::new(
            ProblemKind::BuildArgOutOfScope,
            event.name.span,
            format!("`{name}` is used before the `ARG` that declares it"),
            "empty here",
        )
        .related(later.span, "declared only here")
        .help(format!("move `ARG {name}` above this line"));
    }
    let problem = Problem::new(
        ProblemKind::UndefinedInStage,
        event.name.span,
        format!("`{name}` is used before the `ENV` that sets it"),
        "empty here",
    );
    if later.instruction == event.instruction {
        problem
            .related(later.span, "set by the same instruction, for those that follow")
            .why("all values of one `ENV` see the environment as it was before the instruction")
            .help(format!("set `{name}` in an `ENV` of its own, above this one"))
    } else {
        problem
            .related(later.span, "set only here")
            .help(format!("move the `ENV` of `{name}` above this line"))
    }
}

/// Whether `name` is `meant` with one letter wrong, missing, too many or two swapped.
fn is_slip(name: &str, meant: &str) -> bool {
    name != meant
        && name.len().min(meant.len()) >= 6
        && name.len().abs_diff(meant.len()) < 2
        && is_letter_off(name, meant)
}
