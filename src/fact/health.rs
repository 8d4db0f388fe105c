//! What health checks ask with.

use crate::syntax::shell::{Item, commands};

/// Programs that health checks ask with and that small images lack.
pub const HEALTH_TOOLS: &[&str] = &["curl", "wget"];

/// The tool of that name or path, if it is one of those that health checks ask with.
#[must_use]
pub fn health_tool(program: &str) -> Option<&'static str> {
    let name = program.rsplit('/').next().unwrap_or(program);
    HEALTH_TOOLS.iter().copied().find(|tool| *tool == name)
}

/// The tool that the text of a check asks with; `None` if it may do without, by another program.
#[must_use]
pub fn asks_with(script: &str) -> Option<&'static str> {
    let mut found = None;
    for item in commands(script).iter().flatten() {
        let Item::Command(command) = item else { continue };
        let name = command.words.first().map_or("", |word| word.text.as_str());
        match health_tool(name) {
            Some(tool) if found.is_none_or(|other| other == tool) => found = Some(tool),
            Some(_) => return None,
            None if matches!(
                name,
                "exit" | "true" | "false" | "grep" | "test" | "[" | "echo" | "head" | "cat"
            ) => {}
            None => return None,
        }
    }
    found
}
