//! Task runners that hand on listed keys alone list the key, where its relatives stand.

use super::NewKey;
use crate::fact::Structure;
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::key::{KeyName, public_prefix, segments};
use crate::matrix::Service;
use crate::rule::repair::edit;
use crate::syntax::yaml::edit::Replaced;
use crate::text::{Span, Spanned, line_ending};

/// Adds the key to the lists of `turbo.json` that name keys with the same beginning.
pub(super) fn list(index: &Index, wanted: &NewKey, service: &Service, plan: &mut Plan) {
    let key = &wanted.entry.key;
    for file in index.files.iter() {
        let Some(Structure::TaskRunner(runner)) =
            index.extraction(file.id).map(|extraction| &extraction.structure)
        else {
            continue;
        };
        let concerns = service.root.as_ref().is_none_or(|root| root.value.is_below(&file.path.folder()));
        if !concerns {
            continue;
        }
        let lists = std::iter::once(&runner.global).chain(runner.tasks.iter().map(|task| &task.env));
        let added: Vec<Replaced> = lists.filter_map(|keys| behind(&file.text, keys, key)).collect();
        if !added.is_empty() {
            let edits = added.into_iter().map(|added| edit(file.id, added)).collect();
            plan.step(index, format!("list `{key}` among its relatives"), edits);
        }
    }
}

/// The key behind its last relative in a list, unless a pattern covers it.
fn behind(text: &str, keys: &[Spanned<KeyName>], key: &KeyName) -> Option<Replaced> {
    let covers =
        |known: &Spanned<KeyName>| known.value.strip_suffix('*').is_some_and(|start| key.starts_with(start));
    if keys.iter().any(covers) {
        return None;
    }
    let beginning = |key: &KeyName| {
        public_prefix(key).map(str::to_owned).or_else(|| Some(segments(key).next()?.to_owned()))
    };
    let own = beginning(key);
    let last =
        keys.iter().filter(|known| beginning(&known.value) == own).max_by_key(|known| known.span.start)?;
    let (start, end) = (last.span.start as usize, last.span.end as usize + 1);
    // Only items of lists in double quotes, as JSON has them.
    let is_item = text.get(..start)?.ends_with('"') && text.get(last.span.end as usize..)?.starts_with('"');
    let line = text.get(..start - 1)?.rfind('\n').map_or(0, |newline| newline + 1);
    let lead = text.get(line..start - 1)?;
    let gap = if lead.trim().is_empty() { format!("{}{lead}", line_ending(text)) } else { " ".to_owned() };
    is_item.then(|| (Span::at(end), format!(",{gap}\"{key}\"")))
}
