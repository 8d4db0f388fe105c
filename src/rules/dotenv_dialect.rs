//! `dotenv-dialect`

mod blank;
mod difference;
mod readers;
mod repair;

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::diagnostic::{Edit, Fix};
use crate::fact::SourceKind;
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::{OptionKind, OptionSpec, Reporter};
use crate::syntax::dotenv::{Document, Piece, PieceKind};
use crate::text::{Location, SourceFile};

use difference::{Difference, difference};
use readers::readers;
use repair::repair;

pub(super) use readers::live_paths;

declare_rule! {
    /// Reports a dotenv line that the programs which read the file read differently, in a way that changes
    /// the value.
    ///
    /// ## Why it matters
    ///
    /// There is no dotenv standard. docker compose takes `pa$word` for a variable and cuts the password,
    /// python-dotenv keeps it; npm's dotenv cuts `p#ss` at the `#`, the others do not; in `KEY= # comment`
    /// docker compose reads the comment as the value. The service then works in one way of starting it and
    /// fails in another.
    ///
    /// Which programs read a file is told from the tree: compose files beside it or naming it, settings
    /// classes, code that loads dotenv files, `export`. Where nothing is known, docker compose,
    /// python-dotenv and npm's dotenv are compared. Differences that change no value are not reported.
    ///
    /// A value with blanks and without quotes is reported where phpdotenv or Symfony's reader (`composer.json` beside the
    /// file) refuses the file for it, or a script of the tree sources the file.
    ///
    /// ## Example
    ///
    /// `.env`
    /// ```dotenv
    /// DB_PASSWORD=pa$word
    /// ```
    ///
    /// ```text
    /// warning[dotenv-dialect]: docker compose takes the `$` in `DB_PASSWORD` for a variable; npm's dotenv and python-dotenv keep it
    /// ```
    ///
    /// ## What to do
    ///
    /// Put the value in single quotes: docker compose, python-dotenv, npm's dotenv and shells then take `#` and
    /// `$word` for plain characters. dotenv-expand still replaces a `$word` there: write `\$` for it.
    ///
    /// `--unsafe-fixes` puts the quotes where every program that reads the file then takes the value as it is written.
    pub struct DotenvDialect = "dotenv-dialect", Syntax, Warning, fixes, by_file { options: [READERS] };
}

const READERS: OptionSpec = OptionSpec {
    name: "readers",
    kind: OptionKind::Words(&["docker compose", "python-dotenv", "npm's dotenv", "dotenvy", "the shell"]),
    about: "The programs that are compared.",
};

/// The most further lines that one finding points at.
const MOST_PLACES: usize = 4;

impl DotenvDialect {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (id, extraction) in index.in_focus() {
            if index.kind(id) != Some(SourceKind("dotenv")) {
                continue;
            }
            // A shell script or a template has one reader, which is none of these.
            if !extraction.gaps.is_empty() {
                continue;
            }
            if let Some(file) = index.files.get(id) {
                Self::judge(index, file, reporter);
            }
        }
    }

    fn judge(index: &Index, file: &SourceFile, reporter: &mut Reporter<'_>) {
        let document = Document::parse(&file.text);
        let unlike =
            |text: &str| text.contains(['#', '$', '`', '\\', '\'', '"', ' ', '\t', '&', ';', '\r', ':', '(']);
        let suspects: Vec<_> = document
            .pieces
            .iter()
            .filter(|piece| matches!(piece.kind, PieceKind::Assignment(_)) && unlike(file.slice(piece.span)))
            .collect();
        if suspects.is_empty() {
            return;
        }
        let mut readers = readers(index, file, &document);
        readers.dialects.retain(|dialect| reporter.options().chooses(&READERS, dialect.name()));
        // One finding per sort of difference: the repair is the same.
        let mut found: BTreeMap<&'static str, (Vec<Difference>, Option<Vec<Edit>>)> = BTreeMap::new();
        let has_blank = |piece: &&&Piece| file.slice(piece.span).trim().contains([' ', '\t']);
        let stumbling = suspects.iter().find(has_blank).and_then(|_| blank::reader(index, file));
        for piece in suspects {
            let stumbles = stumbling.and_then(|reader| blank::stumbles(file, piece, reader));
            let told = match stumbles {
                Some((difference, edits)) => Some((difference, Some(edits))),
                None => difference(file, &document, piece, &readers).map(|difference| {
                    let edits = repair(file, piece, difference.sort, &readers);
                    (difference, edits)
                }),
            };
            let Some((difference, edits)) = told else { continue };
            let (same, repaired) =
                found.entry(difference.sort).or_insert_with(|| (Vec::new(), Some(Vec::new())));
            same.push(difference);
            // All lines of a finding or none.
            *repaired = repaired.take().zip(edits).map(|(all, edits)| [all, edits].concat());
        }
        for (sort, (differences, repaired)) in found {
            let mut differences = differences.into_iter();
            let Some(first) = differences.next() else { continue };
            let key = KeyName::new(file.slice(first.key));
            let mut finding = reporter.report(first.message, Location::new(file.id, first.span), first.label);
            for other in differences.by_ref().take(MOST_PLACES) {
                finding = finding.label(Location::new(file.id, other.span), other.label);
            }
            let more = differences.count();
            let why = match more {
                0 => first.why.to_owned(),
                1 => format!("{}; 1 more line of this file is like it", first.why),
                _ => format!("{}; {more} more lines of this file are like it", first.why),
            };
            let title = match sort {
                "comment" => "write down that the value is empty",
                "tab" => "put a space before the comment",
                _ => "put the value in quotes",
            };
            let fix = Fix::unsafe_if_any(title, repaired.unwrap_or_default());
            finding.key(&key).fix_if(fix).why(why).help(first.help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DotenvDialect;
    use crate::fact::{
        ComposeFile, ComposeService, EnvFile, Extraction, SettingsClass, SourceKind, Structure,
    };
    use crate::index::Index;
    use crate::matrix::Matrix;
    use crate::rule::{Reporter, Rule};
    use crate::text::{FileId, Files, SourceFile, Span, Spanned, TreePath};

    /// What the rule says about one dotenv beside files with these shapes or texts.
    fn messages(dotenv: (&str, &str), others: Vec<(&str, &'static str, &str, Structure)>) -> Vec<String> {
        let mut files = Vec::new();
        let mut extractions = Vec::new();
        let mut kinds = Vec::new();
        let mut add = |path: &str, kind, text: &str, structure| {
            let id = FileId(files.len() as u32);
            files.push(SourceFile::new(id, TreePath::parse(path).unwrap(), text.to_owned()));
            extractions.push(Extraction { structure, ..Extraction::default() });
            kinds.push(Some(SourceKind(kind)));
        };
        add(dotenv.0, "dotenv", dotenv.1, Structure::None);
        for (path, kind, text, structure) in others {
            add(path, kind, text, structure);
        }
        let index = Index::build(Files::new(files), Matrix::default(), Vec::new(), extractions, kinds);
        let mut found = Vec::new();
        DotenvDialect.check(&index, &mut Reporter::new(DotenvDialect.meta(), &mut found));
        found.into_iter().map(|diagnostic| diagnostic.message).collect()
    }

    fn said(text: &str) -> Spanned<String> {
        Spanned::new(text.to_owned(), Span::default())
    }

    fn compose(env_files: &[&str]) -> Structure {
        let env_files =
            env_files.iter().map(|path| EnvFile { path: said(path), required: true, raw: false }).collect();
        let service = ComposeService { env_files, ..ComposeService::default() };
        Structure::Compose(ComposeFile { services: vec![service], ..ComposeFile::default() })
    }

    #[test]
    fn compose_alone_is_told_what_it_cuts_and_nothing_else() {
        let text = "A= # c\nB=x\t# c\nC=pa$word\nD=a#b\nE=a b\nF=\"x\\ty\"\n";
        let found = messages((".env.example", text), vec![("compose.yaml", "compose", "", compose(&[]))]);
        assert_eq!(
            found,
            [
                "docker compose reads the comment behind `A=` as its value",
                "docker compose takes the `$` in `C` for a variable",
                "docker compose takes the comment into the value of `B`",
            ]
        );
    }

    #[test]
    fn an_example_speaks_for_the_file_that_compose_names() {
        let text = "A= # c\n";
        let named = vec![("deploy/compose.yaml", "compose", "", compose(&["../api/app.env"]))];
        assert_eq!(messages(("api/app.env.example", text), named.clone()).len(), 1);
        assert_eq!(messages(("api/other.env.example", text), named), [""; 0]);
    }

    #[test]
    fn compose_and_python_disagree_about_references() {
        let settings = Structure::Settings(vec![SettingsClass {
            env_files: vec![said(".env")],
            ..SettingsClass::default()
        }]);
        let others = vec![("compose.yaml", "compose", "", compose(&[])), ("app.py", "python", "", settings)];
        let found = messages((".env", "A=$HOME/x\nB=${HOME}\nC='${HOME}'\nD=a#b\n"), others);
        assert_eq!(found, ["`A` has one value for python-dotenv, another for docker compose"]);
    }

    #[test]
    fn known_loaders_of_node_and_rust() {
        let node = vec![("src/a.ts", "typescript", "import 'dotenv/config'", Structure::None)];
        assert_eq!(messages((".env", "A=a#b\n"), node), [""; 0]);
        let both = vec![
            ("src/a.ts", "typescript", "import 'dotenv/config'", Structure::None),
            ("src/main.rs", "rust", "dotenvy::dotenv()", Structure::None),
        ];
        assert_eq!(
            messages((".env", "A=a#b\nB=a b\n"), both),
            [
                "npm's dotenv cuts `A` at the `#`; dotenvy reads on",
                "dotenvy stumbles over the line of `B` (cannot parse the line); npm's dotenv reads a value",
            ]
        );
    }
}
