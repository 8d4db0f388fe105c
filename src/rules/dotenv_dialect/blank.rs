//! Values of several words without quotes, where a program reads the file that stumbles over the first blank.
//!
//! Source: `Parser\EntryParser` of vlucas/phpdotenv ("unexpected whitespace"), `Dotenv::lexValue` of symfony/dotenv ("A
//! value containing spaces must be surrounded by quotes"), and the shell, for which a command begins behind the blank.

use super::difference::Difference;
use super::readers::live_paths;
use crate::diagnostic::Edit;
use crate::index::Index;
use crate::syntax::dotenv::{Piece, PieceKind, Quote};
use crate::text::{Location, SourceFile, Span};

/// What packages of PHP bring a reader of the `.env` beside `composer.json`, and how it is called.
const PHP: &[(&str, &str)] = &[
    ("laravel/framework", "phpdotenv"),
    ("vlucas/phpdotenv", "phpdotenv"),
    ("symfony/dotenv", "Symfony's dotenv"),
    ("symfony/framework-bundle", "Symfony's dotenv"),
];

/// A program that reads a dotenv file, and stumbles over blanks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    name: &'static str,
    /// Whether it runs what stands behind the blank.
    is_shell: bool,
}

/// The program that reads the file and stumbles over blanks, if there is one.
pub(super) fn reader(index: &Index, file: &SourceFile) -> Option<Reader> {
    let named = |word: &str, text: &str| text.contains(&format!("\"{word}\""));
    let manifest = file.path.folder().join("composer.json").and_then(|path| index.files.at(&path));
    let php = manifest.filter(|_| file.path.name().starts_with(".env")).and_then(|manifest| {
        PHP.iter().find(|(package, _)| named(package, &manifest.text)).map(|(_, name)| *name)
    });
    if let Some(name) = php {
        return Some(Reader { name, is_shell: false });
    }
    let is_sourced = live_paths(&file.path).iter().any(|path| index.dotenv_named_by(path).shell);
    is_sourced.then_some(Reader { name: "the shell", is_shell: true })
}

/// What the reader makes of a line whose value has blanks and no quotes.
pub(super) fn stumbles(file: &SourceFile, piece: &Piece, reader: Reader) -> Option<(Difference, Vec<Edit>)> {
    let PieceKind::Assignment(found) = &piece.kind else { return None };
    let value = file.slice(found.value.span);
    let is_plain = found.value.quote == Quote::None
        && found.behind.is_none()
        && !found.spaced
        && !value.contains(['\'', '"', '\\', '`', '$', '\n']);
    // For a shell these end the command, and what stands behind is another matter.
    let is_command = reader.is_shell && value.contains([';', '&', '|', '(', '<', '>', '#']);
    let (_, behind) = value.split_once([' ', '\t']).filter(|_| is_plain && !is_command)?;
    let (start, end) = (found.value.span.start as usize, found.value.span.end as usize);
    let blank = end - behind.len();
    let (key, name) = (file.slice(found.key), reader.name);
    let message = if reader.is_shell {
        format!("{name} ends `{key}` at the blank, and takes what stands behind for a command")
    } else {
        format!("{name} refuses the file for the blanks in `{key}`")
    };
    let difference = Difference {
        sort: if reader.is_shell { "blank for a shell" } else { "blank for PHP" },
        key: found.key,
        span: Span::new(blank.saturating_sub(1), blank),
        message,
        label: "a blank in a value without quotes",
        why: if reader.is_shell {
            "a script of the tree sources this file, and is left without the variable"
        } else {
            "no command of the application starts while a value with blanks has no quotes"
        },
        help: "put the value in quotes",
    };
    let quote = |at: usize| Edit { at: Location::new(file.id, Span::at(at)), replacement: "\"".to_owned() };
    Some((difference, vec![quote(start), quote(end)]))
}
