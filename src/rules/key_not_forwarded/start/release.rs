//! `config/runtime.exs` of Elixir, which a release evaluates before anything else.

use crate::fact::{Fact, Role};
use crate::index::{Index, Site};

/// The block that Phoenix writes for what only production demands.
const FOR_PRODUCTION: &str = "if config_env() == :prod do";

/// Whether the container of a site evaluates this read when it starts: in no block, or in the one for production while
/// the image is made for that.
pub(in crate::rules::key_not_forwarded) fn comes_to(index: &Index, site: &Site, fact: &Fact) -> bool {
    let Some(source) = index.files.get(fact.file) else { return false };
    let is_runtime = source.path.name() == "runtime.exs" && source.path.folder().name() == "config";
    let Some(service) = index.compose_service(site).filter(|_| is_runtime) else { return false };
    let is_open = !service.commands.is_empty() || !service.env_files.is_empty() || service.extends.is_some();
    let blocks = blocks_around(&source.text, fact.span.start as usize);
    let is_reached = match blocks.as_slice() {
        [] => true,
        [only] => *only == FOR_PRODUCTION && is_of_production(index, site),
        _ => false,
    };
    !is_open && is_reached
}

/// The lines that open a block, a function or an alternative around a place, from the inside out; as the formatter of
/// Elixir indents them.
fn blocks_around(text: &str, at: usize) -> Vec<&str> {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    let mut indent = depth(line);
    if ["if ", "unless ", "case ", "cond ", "with ", "for ", "fn ", "&&", " and "]
        .iter()
        .any(|word| line.contains(word))
    {
        found.push(line.trim());
    }
    for above in text.get(..start).unwrap_or("").lines().rev() {
        let code = above.trim();
        if code.is_empty() || code.starts_with('#') || depth(above) >= indent {
            continue;
        }
        indent = depth(above);
        let opens = [" do", "->", "else", "rescue", "catch", "after"].iter().any(|end| code.ends_with(end));
        if opens || ["if ", "unless ", "case ", "cond ", "fn "].iter().any(|word| code.starts_with(word)) {
            found.push(code);
        }
    }
    found
}

/// Whether the image of a site says `MIX_ENV=prod`, and the service nothing else.
fn is_of_production(index: &Index, site: &Site) -> bool {
    let is_prod = |fact: &Fact| match &fact.role {
        Role::Provides(provide) => provide.value.plain() == Some("prod"),
        _ => false,
    };
    let mut own = index.environment_of(site).filter(|fact| *fact.key == *"MIX_ENV").peekable();
    if own.peek().is_some() {
        return own.all(is_prod);
    }
    let image = index.image_stage(site);
    image.and_then(|(file, stage)| index.stage_environment(file, stage, "MIX_ENV")).is_some_and(is_prod)
}

#[cfg(test)]
mod tests {
    use super::{FOR_PRODUCTION, blocks_around};

    #[test]
    fn blocks_by_their_margins() {
        let text = "import Config\n\nif config_env() == :prod do\n  url =\n    get(\"A\") ||\n      raise \"x\"\n\n  if x do\n    get(\"B\")\n  end\nend\n\nget(\"C\")\n";
        let around = |name: &str| blocks_around(text, text.find(name).unwrap());
        assert_eq!(around("\"A\""), [FOR_PRODUCTION]);
        assert_eq!(around("\"B\""), ["if x do", FOR_PRODUCTION]);
        assert!(around("\"C\"").is_empty());
    }
}
