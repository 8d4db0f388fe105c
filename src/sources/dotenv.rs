//! Dotenv files: `.env`, `.env.production.example`, `dev.env`, `.envs/.local/.django` ...

mod about;
mod broken;
mod name;
mod repeated;
mod slips;

use crate::fact::Condition;
use crate::fact::{
    Document as Documents, DotenvFile, Extraction, Extractor, Fact, Fallback, Gap, Origin, Phase, Place,
    Problem, ProblemKind, Provide, Provision, Reference, Role, SourceKind, Structure, Value,
};
use crate::key::{KeyName, is_secret_name};
use crate::secret::Secret;
use crate::syntax::dotenv::{
    Assignment, CommentedAssignment, Document, PieceKind, Quote, Raw, commented_assignment, references,
};
use crate::text::{SourceFile, Span, TreePath, line_ending};

use about::About;
use broken::Lines;

/// Whether the name of a file says that it is a dotenv.
pub(super) fn is_dotenv_name(name: &str) -> bool {
    TreePath::parse(name).is_some_and(|path| name::claim(&path) != name::Claim::No)
}

/// The extractor of dotenv files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dotenv;

impl Extractor for Dotenv {
    fn kind(&self) -> SourceKind {
        SourceKind("dotenv")
    }

    fn claims(&self, path: &TreePath) -> bool {
        name::claim(path) != name::Claim::No
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        name::claim(path) == name::Claim::ByName || name::looks_like_dotenv(text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let document = Document::parse(&file.text);
        let is_example = name::is_example(&file.path);
        let environment = name::environment(&file.path);
        let phase = if name::is_test(&file.path) { Phase::Test } else { Phase::Run };
        let lines = Lines::of(&file.text, &document);
        let facts = Vec::with_capacity(document.pieces.len());
        let mut reader = Reader { file, is_example, phase, facts, hidden: Vec::new() };
        let mut problems = broken::problems(&file.text, &document, &lines);
        let spaced = document.assignments().any(|assignment| assignment.spaced);
        let mut about = About::default();
        let mut last: Option<&Assignment> = None;
        for (number, piece) in document.pieces.iter().enumerate() {
            if lines.is_foreign(number) {
                reader.hidden.push(piece.span);
                about.forget();
                continue;
            }
            let conditional = lines.is_conditional(number);
            match &piece.kind {
                PieceKind::Blank => {
                    about.forget();
                    last = None;
                }
                PieceKind::Comment(span) => match commented_assignment(&file.text, *span) {
                    Some(found) if !found.spaced || spaced => {
                        if found.prose {
                            about.add(&file.text, *span);
                        }
                        let text = about.take(&file.text, found.comment);
                        reader.commented(&found, text);
                    }
                    _ => about.add(&file.text, *span),
                },
                PieceKind::Assignment(found) => {
                    let text = about.take(&file.text, found.comment);
                    reader.assignment(found, text, conditional);
                    problems.extend(broken::literal_quotes(&file.text, found));
                    problems.extend(slips::entities(&file.text, found));
                    if lines.gap().is_none() {
                        problems.extend(slips::problems(&file.text, found));
                    }
                    last = Some(found);
                }
                PieceKind::Bare(found) => {
                    let text = about.take(&file.text, None);
                    reader.bare(found.key, text);
                }
                PieceKind::Junk(span) => {
                    about.forget();
                    // Broken lines behind a secret may be a part of it.
                    if last.is_some_and(|last| !last.value.closed || is_secret_name(file.slice(last.key))) {
                        reader.hidden.push(*span);
                    } else {
                        reader.hide_words(*span);
                    }
                }
            }
        }
        problems.extend(repeated::problems(&file.text, &document, &lines));
        problems.extend(final_newline(&file.text));
        problems.sort_by_key(|problem| problem.span);
        let gaps = lines.gap().map(|(span, hides, reason)| Gap { span, hides, reason }).into_iter().collect();
        Extraction {
            facts: reader.facts,
            problems,
            gaps,
            structure: Structure::Dotenv(DotenvFile { is_example, environment, hidden: reader.hidden }),
            ..Extraction::default()
        }
    }
}

struct Reader<'a> {
    file: &'a SourceFile,
    is_example: bool,
    phase: Phase,
    facts: Vec<Fact>,
    hidden: Vec<Span>,
}

impl Reader<'_> {
    fn fact(&mut self, key: Span, role: Role) {
        let fact = Fact {
            key: KeyName::new(self.file.slice(key)),
            file: self.file.id,
            span: key,
            place: Place::Dotenv,
            phase: self.phase,
            role,
        };
        self.facts.push(fact);
    }

    fn assignment(&mut self, found: &Assignment, about: Option<String>, conditional: bool) {
        let value = self.value(found.key, &found.value);
        self.hidden.extend(found.behind);
        let role = if self.is_example {
            Role::Documents(Documents { example: Some(value), commented: false, about })
        } else {
            let provision =
                if conditional { Provision::Conditional(vec![Condition::Opaque]) } else { Provision::Always };
            Role::Provides(Provide { value, provision })
        };
        self.fact(found.key, role);
    }

    fn commented(&mut self, found: &CommentedAssignment, about: Option<String>) {
        let example = if found.prose {
            self.hidden.push(found.value.span);
            None
        } else {
            Some(self.value(found.key, &found.value))
        };
        self.fact(found.key, Role::Documents(Documents { example, commented: true, about }));
    }

    /// A key alone: compose and docker take its value from whoever runs them. A word in lower case
    /// is rather a slip, and says nothing about any key.
    fn bare(&mut self, key: Span, about: Option<String>) {
        let name = self.file.slice(key);
        if !name::is_upper_snake(name) {
            self.hidden.push(key);
            return;
        }
        let role = if self.is_example {
            Role::Documents(Documents { example: None, commented: false, about })
        } else {
            let value = Value::of(Origin::Host, Span::at(key.end as usize));
            Role::Provides(Provide { value, provision: Provision::Always })
        };
        self.fact(key, role);
    }

    fn value(&mut self, key: Span, raw: &Raw) -> Value {
        let text = &self.file.text;
        let written = self.file.slice(raw.span);
        if raw.quote == Quote::Backtick || (raw.quote != Quote::Single && written.contains("$(")) {
            self.hidden.push(raw.span);
            return Value::of(Origin::Unknown, raw.span);
        }
        let references: Vec<Reference> = references(text, raw)
            .into_iter()
            .map(|found| Reference {
                key: KeyName::new(self.file.slice(found.name)),
                span: found.name,
                fallback: match found.operator {
                    "-" | ":-" => Fallback::Default {
                        text: Secret::new(self.file.slice(found.word)),
                        span: found.word,
                        or_empty: found.operator == ":-",
                    },
                    "?" | ":?" => Fallback::Refuse { or_empty: found.operator == ":?" },
                    "+" | ":+" => Fallback::Alternative,
                    _ => Fallback::Empty,
                },
            })
            .collect();
        // A `$` inside a password looks like a reference, and a value with references is not masked.
        let glued = references.iter().any(|reference| {
            let before = text.get(raw.inner.start as usize..reference.span.start as usize).unwrap_or("");
            before.strip_suffix('$').is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric()))
        });
        if !references.is_empty() && (glued || is_secret_name(self.file.slice(key))) {
            self.hidden.push(raw.span);
        }
        Value { text: Secret::new(&raw.unquoted(text)), span: raw.span, origin: Origin::Literal, references }
    }

    /// Hides what may be secret in a line that is no assignment: all but short words of letters.
    fn hide_words(&mut self, span: Span) {
        let line = self.file.slice(span);
        let all = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(is_secret_name);
        for word in line.split_whitespace() {
            let harmless =
                !all && word.len() <= 16 && !word.contains(|c: char| c.is_ascii_digit() || c == '=');
            let offset = word.as_ptr() as usize - line.as_ptr() as usize + span.start as usize;
            if !harmless && !is_secret_name(word) {
                self.hidden.push(Span::new(offset, offset + word.len()));
            }
        }
    }
}

/// A text that does not end with a line break.
fn final_newline(text: &str) -> Option<Problem> {
    if text.is_empty() || text.ends_with('\n') {
        return None;
    }
    let last = text.trim_end().char_indices().next_back()?;
    let mut problem = Problem::new(
        ProblemKind::MissingFinalNewline,
        Span::new(last.0, last.0 + last.1.len_utf8()),
        "the file does not end with a newline",
        "the last line ends here",
    );
    problem.repair.push((Span::at(text.len()), line_ending(text).to_owned()));
    Some(problem)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Dotenv;
    use crate::fact::{Extraction, Extractor, ProblemKind, Structure};
    use crate::text::{FileId, SourceFile, TreePath};

    fn extract(path: &str, text: &str) -> (SourceFile, Extraction) {
        let file = SourceFile::new(FileId(0), TreePath::parse(path).unwrap(), text.to_owned());
        let extraction = Dotenv.extract(&file);
        (file, extraction)
    }

    #[test]
    fn many_lines_take_linear_time() {
        let distinct: String = (0..30_000).map(|number| format!("KEY_{number}=value\n")).collect();
        assert_eq!(extract(".env", &distinct).1.facts.len(), 30_000);
        for line in
            ["KEY=a\n", "A={\n", "A=-----BEGIN\n", "no way\n", "if x\n", "# A=b\n", "# text\n", "A=\"x\n"]
        {
            let (_, extraction) = extract(".env", &line.repeat(30_000));
            assert!(extraction.problems.len() <= 30_001, "{line}");
        }
    }

    #[test]
    fn broken_lines_behind_a_secret_are_hidden() {
        let text = "DB_PASSWORD=correct horse\nbattery staple\n";
        let (_, extraction) = extract(".env", text);
        let Structure::Dotenv(dotenv) = extraction.structure else { panic!("a dotenv") };
        assert_eq!(
            dotenv.hidden.iter().map(|span| &text[span.range()]).collect::<Vec<_>>(),
            ["battery staple"]
        );
        assert_eq!(extraction.problems[0].kind, ProblemKind::DotenvSyntax);
    }

    proptest! {
        #[test]
        fn spans_lie_in_the_file(
            text in prop_oneof![any::<String>(), "([A-Z_]{1,3}|[=:#'\"` \\n\\r\t$\\\\{}-]|export |if |é|\u{feff}|<<<<<<<|-----BEGIN){0,60}"],
            path in prop::sample::select(vec![".env", ".env.example", "tests/.env"]),
        ) {
            let (file, extraction) = extract(path, &text);
            let mut spans: Vec<_> = extraction.facts.iter().map(|fact| fact.span).collect();
            for problem in &extraction.problems {
                spans.push(problem.span);
                spans.extend(problem.related.iter().map(|(span, _)| *span));
                spans.extend(problem.repair.iter().map(|(span, _)| *span));
            }
            spans.extend(extraction.gaps.iter().map(|gap| gap.span));
            if let Structure::Dotenv(dotenv) = &extraction.structure {
                spans.extend(&dotenv.hidden);
            }
            for span in spans {
                prop_assert!(file.text.get(span.range()).is_some(), "{:?}", span);
            }
            for fact in &extraction.facts {
                prop_assert_eq!(file.slice(fact.span), fact.key.as_str());
            }
        }
    }
}
