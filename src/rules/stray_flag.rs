//! `stray-flag`

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::fact::CommandFile;
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{FileId, Location, SourceFile, Span};

crate::declare_rule! {
    /// Reports a line of a script, or of a step of a workflow, that begins with a flag: the line before it does not end
    /// with `\\`.
    ///
    /// ## Why it matters
    ///
    /// The command above runs without the flag, and the shell then looks for a program of that name. Build arguments
    /// and variables that were to be passed are not.
    ///
    /// ## Example
    ///
    /// `build.sh`
    /// ```sh
    /// docker build --tag app .
    ///   --build-arg COMMIT="$(git rev-parse HEAD)"
    /// ```
    ///
    /// ```text
    /// warning[stray-flag]: `--build-arg` begins a command
    /// ```
    ///
    /// ## What to do
    ///
    /// End the line above with `\\` and nothing behind it, or put the flag before the last argument.
    pub struct StrayFlag = "stray-flag", Syntax, Warning, fixes, by_file;
}

impl StrayFlag {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, script) in index.command_files() {
            speak(index, reporter, file, script);
        }
    }
}

fn speak(index: &Index, reporter: &mut Reporter<'_>, file: FileId, script: &CommandFile) {
    let Some((first, others)) = script.stray_flags.split_first() else { return };
    let message = format!("`{}` begins a command", first.value);
    let mut finding = reporter.report(message, Location::new(file, first.span), "taken for a program");
    for other in others.iter().take(3) {
        finding = finding.label(Location::new(file, other.span), "so is this");
    }
    let fix = index.files.get(file).and_then(|file| repair(file, script));
    finding
        .fix_if(fix)
        .why("the command above ended without it, and no program has this name")
        .help("end the line above with `\\`, with nothing behind it");
}

/// Ends the lines above with `\`; `None` where a line above is empty, or a remark, or holds one.
fn repair(file: &SourceFile, script: &CommandFile) -> Option<Fix> {
    // Who wrote the sign, and a blank behind it, has said what is meant.
    let mut was_meant = true;
    let mut edits = Vec::new();
    for flag in &script.stray_flags {
        let begin = file.text.get(..flag.span.start as usize)?.rfind('\n')?;
        let above = file.text.get(..begin)?;
        let line = above.get(above.rfind('\n').map_or(0, |newline| newline + 1)..)?;
        let start = begin - line.len();
        let words = line.trim_end();
        let is_signed = words.strip_suffix('\\').is_some_and(|before| before.ends_with([' ', '\t']));
        let is_open = words.ends_with(['|', '&', ';', '{', '(', '>', '-', ':', '\\']);
        if words.trim_start().is_empty() || words.contains('#') || is_open && !is_signed {
            return None;
        }
        was_meant &= is_signed;
        let ending = if line.ends_with('\r') { "\r" } else { "" };
        let span = Span::new(start + words.len(), begin);
        let sign = if is_signed { ending.to_owned() } else { format!(" \\{ending}") };
        edits.push(Edit { at: Location::new(file.id, span), replacement: sign });
    }
    let applicability = if was_meant { Applicability::Safe } else { Applicability::Unsafe };
    let title = "end the line above with `\\`".to_owned();
    (!edits.is_empty()).then_some(Fix { title, edits, applicability })
}
