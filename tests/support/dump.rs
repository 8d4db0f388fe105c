//! An extraction in a form for people to check. Values are shown: fixtures hold no real secret.

use std::fmt::Write as _;

use envcheck::fact::{
    CommandFile, Condition, Extraction, Fallback, NamedImage, Need, Origin, Provision, Role, Structure, Value,
};
use envcheck::text::{SourceFile, Span};

pub(crate) fn dump(file: &SourceFile, extraction: &Extraction) -> String {
    let mut text = String::new();
    let at = |span: Span| {
        assert!(file.text.get(span.range()).is_some(), "{}: bad span {span:?}", file.path);
        let position = file.line_column(span.start);
        format!("{}:{}", position.line, position.column)
    };
    for fact in &extraction.facts {
        let said = match &fact.role {
            Role::Reads(read) => {
                let mut said = match &read.need {
                    Need::Required => "reads, required".to_owned(),
                    Need::Optional => "reads, optional".to_owned(),
                    Need::Default(default) => format!("reads, default {}", value(default)),
                    Need::Unknown => "reads".to_owned(),
                };
                if let Some(value_type) = &read.value_type {
                    write!(said, ", as {value_type:?}").unwrap();
                }
                if !read.alternatives.is_empty() {
                    write!(said, ", or {:?}", read.alternatives).unwrap();
                }
                if read.folds_case {
                    said.push_str(", folds case");
                }
                if read.is_secret {
                    said.push_str(", secret");
                }
                if let Some(settings) = &read.settings {
                    write!(said, ", in {settings}").unwrap();
                }
                if let Some(about) = &read.about {
                    write!(said, ", about {about:?}").unwrap();
                }
                said
            }
            Role::Provides(provide) => {
                let mut said = format!("provides {}", value(&provide.value));
                match &provide.provision {
                    Provision::Always => {}
                    Provision::OrElse(other) => write!(said, ", else {}", value(other)).unwrap(),
                    Provision::Conditional(conditions) => {
                        let conditions: Vec<String> = conditions.iter().map(condition).collect();
                        write!(said, ", if {}", conditions.join(" and ")).unwrap();
                    }
                }
                said
            }
            Role::Documents(document) => {
                let mut said = "documents".to_owned();
                if let Some(example) = &document.example {
                    write!(said, " {}", value(example)).unwrap();
                }
                if document.commented {
                    said.push_str(", commented out");
                }
                if let Some(about) = &document.about {
                    write!(said, ", about {about:?}").unwrap();
                }
                said
            }
            Role::Observed => "occurs".to_owned(),
        };
        writeln!(text, "{} {} [{:?}, {:?}] {said}", at(fact.span), fact.key, fact.place, fact.phase).unwrap();
    }
    for problem in &extraction.problems {
        writeln!(text, "{} problem {:?}: {}", at(problem.span), problem.kind, problem.message).unwrap();
    }
    for gap in &extraction.gaps {
        writeln!(text, "{} gap, hides {:?}: {}", at(gap.span), gap.hides, gap.reason).unwrap();
    }
    if let Structure::Commands(script) = &extraction.structure {
        script_file(&mut text, script, &at);
    }
    if let Structure::Workflow(workflow) = &extraction.structure {
        for step in workflow.scripts() {
            script_file(&mut text, &step.does, &at);
        }
        for image in workflow.jobs.iter().flat_map(|job| &job.images) {
            let NamedImage { name, context, file, target } = image;
            writeln!(text, "publishes {name} of {context}{}", of_build(file.as_deref(), target)).unwrap();
        }
    }
    for mention in &extraction.mentions {
        writeln!(text, "{} mentions {}", at(mention.span), mention.key).unwrap();
    }
    text
}

fn script_file(text: &mut String, script: &CommandFile, at: &dyn Fn(Span) -> String) {
    for run in &script.runs {
        let sets = if run.sets.is_empty() { String::new() } else { format!(" with {:?}", run.sets) };
        writeln!(text, "{} runs {} by {:?}{sets}", at(run.name.span), run.name.value, run.by).unwrap();
    }
    for build in script.builds.iter().filter(|build| !build.images.is_empty()) {
        let (of, names) = (at(build.context.span), build.images.join(", "));
        let how = of_build(build.file.as_ref().map(|file| file.as_str()), &build.target);
        writeln!(text, "{of} builds {names} of {}{how}", build.context.value).unwrap();
    }
    for source in &script.sources {
        writeln!(text, "{} sources {}", at(source.span), source.value).unwrap();
    }
    for file in &script.docker_env_files {
        writeln!(text, "{} hands on {}", at(file.span), file.value).unwrap();
    }
    for write in &script.writes {
        let how = if write.appends { "appends to" } else { "writes" };
        let newline = if write.begins_with_newline { ", with a newline first" } else { "" };
        writeln!(text, "{} {how} {}{newline}", at(write.path.span), write.path.value).unwrap();
    }
    for copy in &script.copies {
        let how = if copy.is_conditional { "may copy" } else { "copies" };
        writeln!(text, "{} {how} {} to {}", at(copy.from.span), copy.from.value, copy.to.value).unwrap();
    }
}

fn of_build(file: Option<&str>, target: &Option<String>) -> String {
    let file = file.map_or(String::new(), |file| format!(" by {file}"));
    let target = target.as_ref().map_or(String::new(), |target| format!(" to {target}"));
    format!("{file}{target}")
}

fn value(value: &Value) -> String {
    let mut said = match &value.origin {
        Origin::Literal => format!("{:?}", value.text.reveal()),
        Origin::Host => "from the host".to_owned(),
        Origin::Vault(vault) => format!("from Vault {} field {}", vault.path, vault.field),
        Origin::Unknown => "something".to_owned(),
    };
    if !value.references.is_empty() {
        let references: Vec<String> = value
            .references
            .iter()
            .map(|reference| {
                let operator = match &reference.fallback {
                    Fallback::Empty => String::new(),
                    Fallback::Default { text, or_empty, .. } => {
                        format!("{}-{}", if *or_empty { ":" } else { "" }, text.reveal())
                    }
                    Fallback::Refuse { or_empty } => (if *or_empty { ":?" } else { "?" }).to_owned(),
                    Fallback::Alternative => "+".to_owned(),
                };
                format!("{}{operator}", reference.key)
            })
            .collect();
        write!(said, " of {{{}}}", references.join(", ")).unwrap();
    }
    said
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Equals { key, any_of, negated } => {
            format!("{key} {} {}", if *negated { "is not" } else { "is" }, any_of.join("|"))
        }
        Condition::Opaque => "something".to_owned(),
    }
}
