//! `stray-flag`

use crate::fact::{CommandFile, Structure};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{FileId, Location};

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
    pub struct StrayFlag = "stray-flag", Syntax, Warning, by_file;
}

impl StrayFlag {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, structure) in index.structures() {
            match structure {
                Structure::Commands(script) => speak(reporter, file, script),
                Structure::Workflow(workflow) => {
                    workflow.scripts().for_each(|step| speak(reporter, file, &step.does));
                }
                _ => {}
            }
        }
    }
}

fn speak(reporter: &mut Reporter<'_>, file: FileId, script: &CommandFile) {
    let Some((first, others)) = script.stray_flags.split_first() else { return };
    let message = format!("`{}` begins a command", first.value);
    let mut finding = reporter.report(message, Location::new(file, first.span), "taken for a program");
    for other in others.iter().take(3) {
        finding = finding.label(Location::new(file, other.span), "so is this");
    }
    finding
        .why("the command above ended without it, and no program has this name")
        .help("end the line above with `\\`, with nothing behind it");
}
