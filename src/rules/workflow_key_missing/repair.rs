//! Passing on what another step of the same workflow is given.

use std::collections::BTreeMap;

use super::Lacking;
use super::given::Level;
use crate::diagnostic::Fix;
use crate::fact::{Place, Role, StepScript};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::repair::edit;
use crate::syntax::yaml::edit::Edits;

/// Gives the step all that it lacks, where another step is given the secret or variable of the same name: that it is there
/// is known of no other.
pub(super) fn pass_on(
    index: &Index,
    level: &Level<'_>,
    step: &StepScript,
    lacking: &BTreeMap<&KeyName, Lacking<'_>>,
) -> Option<Fix> {
    let values: Option<Vec<(&KeyName, String)>> = lacking
        .iter()
        .map(|(key, lacking)| {
            let value = lacking.input.is_none().then(|| of_another_step(index, level, key)).flatten()?;
            Some((*key, value))
        })
        .collect();
    let values = values?;
    let variables: Vec<(&str, &str)> =
        values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let text = &index.files.get(level.file)?.text;
    let added = Edits::of(text).add_beside(step.span, "env", &variables)?;
    let names: Vec<&str> = values.iter().map(|(key, _)| key.as_str()).collect();
    let title = format!("pass {} on as another step does", crate::rule::enumerate(&names));
    Fix::unsafe_if_any(title, vec![edit(level.file, added)])
}

/// `${{ secrets.KEY }}` or `${{ vars.KEY }}`, if a step that sees the same secrets is given it under the same name.
fn of_another_step(index: &Index, level: &Level<'_>, key: &KeyName) -> Option<String> {
    let source = index.files.get(level.file)?;
    let environment = |id: &str| {
        let job = level.workflow.jobs.iter().find(|job| job.id.value == id)?;
        Some(job.environment.as_ref().map(|name| name.value.as_str()))
    };
    let own = environment(&level.job.id.value)?;
    index.facts_in(level.file).filter(|fact| fact.key == *key).find_map(|fact| {
        let (Place::Job { job: Some(job), step: Some(_) }, Role::Provides(provide)) =
            (&fact.place, &fact.role)
        else {
            return None;
        };
        let written = source.slice(provide.value.span).trim().trim_matches(['"', '\'']);
        let inside = written.strip_prefix("${{")?.strip_suffix("}}")?.trim();
        let is_own_name = ["secrets", "vars"].iter().any(|store| inside == format!("{store}.{key}"));
        (is_own_name && environment(job) == Some(own)).then(|| format!("${{{{ {inside} }}}}"))
    })
}
