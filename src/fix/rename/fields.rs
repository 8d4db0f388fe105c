//! Fields of settings classes that read a key by their own, small name.

use std::collections::BTreeSet;

use super::objects::{Bound, Objects, owner};
use super::{Rename, Taken};
use crate::diagnostic::Edit;
use crate::fact::{Fact, Place, Role};
use crate::fix::names::{How, Named, extension, named, opening, receiver, taken, words};
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::text::{Location, SourceFile, Span};

/// Fields of settings classes that read the key by their own, small name: the field and its uses.
pub(super) fn fields(index: &Index, wanted: &Rename, plan: &mut Plan) -> Result<(), Taken> {
    let facts = index
        .facts_of(&wanted.old)
        .chain(index.small_spellings(&wanted.old).flat_map(|small| index.facts_of(small)));
    let mut done = BTreeSet::new();
    for fact in facts.filter(|fact| fact.place == Place::Process) {
        let Some(file) = index.files.get(fact.file) else { continue };
        let written = file.slice(fact.span).to_owned();
        let is_of_class = matches!(&fact.role, Role::Reads(read) if read.settings.is_some());
        if is_of_class && written == wanted.old.as_str() {
            aliased(index, wanted, file, fact.span, plan);
        }
        let prefix = wanted.old.len().checked_sub(written.len());
        let is_own = written != wanted.old.as_str() && !written.is_empty();
        let Some(prefix) = prefix.filter(|_| is_own && done.insert(fact.at())) else { continue };
        let (Some(head), Some(tail)) = (wanted.old.get(..prefix), wanted.old.get(prefix..)) else { continue };
        let place = index.files.spell(fact.at());
        if file.path.name().ends_with(".go") {
            in_struct(index, wanted, (file, fact.span), (head, &written), plan);
            continue;
        }
        let spelled = wanted.new.strip_prefix(head).map(str::to_ascii_lowercase);
        match spelled {
            Some(new) if tail.eq_ignore_ascii_case(&written) && !new.is_empty() => {
                field(index, &written, &new, fact, plan)?;
            }
            _ if is_spelled(file, fact.span, &wanted.old) => {}
            None if tail.eq_ignore_ascii_case(&written) && !head.is_empty() => plan.leave_undone(
                place,
                format!(
                    "`{written}` reads `{}` behind the prefix `{head}`: give it the alias `{}`",
                    wanted.old, wanted.new
                ),
            ),
            _ => plan
                .leave_undone(place, format!("`{written}` reads `{}` under a name of its own", wanted.old)),
        }
    }
    Ok(())
}

/// Whether an attribute before the field at `at` spells the key, so that it has its new name already.
fn is_spelled(file: &SourceFile, at: Span, key: &str) -> bool {
    let mut before = file.text.get(..at.start as usize).unwrap_or("").trim_end();
    loop {
        if let Some(more) = before.strip_suffix("pub") {
            before = more.trim_end();
        } else if before.ends_with(')')
            && let Some(at) = opening(before, '(', ')')
            && let Some(more) = before.get(..at).and_then(|more| more.strip_suffix("pub"))
        {
            before = more.trim_end();
        } else if before.ends_with(']')
            && let Some(at) = opening(before, '[', ']')
            && let Some(more) = before.get(..at).and_then(|more| more.trim_end().strip_suffix('#'))
        {
            let attribute = before.get(at..).unwrap_or("");
            if words(attribute, key).next().is_some() {
                return true;
            }
            before = more.trim_end();
        } else {
            return false;
        }
    }
}

/// A field of a Go struct that reads the key without the prefix of all: its tag is renamed. Where the field itself
/// is the name, code uses it everywhere.
fn in_struct(
    index: &Index,
    wanted: &Rename,
    (file, at): (&SourceFile, Span),
    (head, written): (&str, &str),
    plan: &mut Plan,
) {
    let place = format!("{}:{}", file.path, file.line_column(at.start).line);
    let is_quoted = file.text.get(..at.start as usize).is_some_and(|before| before.ends_with('"'));
    match wanted.new.strip_prefix(head) {
        Some(new) if is_quoted && wanted.old.ends_with(written) && !new.is_empty() => {
            let edit = Edit { at: Location::new(file.id, at), replacement: new.to_owned() };
            plan.step(index, format!("rename `{written}` to `{new}` behind the prefix `{head}`"), vec![edit]);
        }
        _ if is_quoted => {
            plan.leave_undone(place, format!("`{written}` reads `{}` under a name of its own", wanted.old));
        }
        _ => plan.leave_undone(
            place,
            format!("the field `{written}` reads `{}` by its name: a tag gives it another", wanted.old),
        ),
    }
}

/// How far before an alias its field may stand, in bytes.
const FIELD_REACH: usize = 400;

/// A field that reads the key by an alias keeps its own name, also where that is the key in small letters.
fn aliased(index: &Index, wanted: &Rename, file: &SourceFile, at: Span, plan: &mut Plan) {
    let small = wanted.old.to_ascii_lowercase();
    let from = file.text.floor_char_boundary((at.start as usize).saturating_sub(FIELD_REACH));
    let Some(before) = file.text.get(from..at.start as usize) else { return };
    let declared = words(before, &small).filter(|span| {
        before.get(span.end as usize..).is_some_and(|behind| behind.trim_start().starts_with(':'))
    });
    if let Some(span) = declared.last() {
        let at = Location::new(file.id, span.shifted(from));
        plan.leave(
            index.files.spell(at),
            format!("the field `{small}` keeps its name; only the key that it reads is renamed"),
        );
    }
}

/// Renames a field where it is declared, and where code says `.field` of an object that is known to have it; other
/// places are to be looked at. Refused where the class has the new name already.
fn field(index: &Index, old: &str, new: &str, fact: &Fact, plan: &mut Plan) -> Result<(), Taken> {
    let at = fact.at();
    let Some(declaring) = index.files.get(at.file) else { return Ok(()) };
    let service = |path| index.matrix.service_at(path).map(|service| &service.name.value);
    let files: Vec<&SourceFile> = index
        .files
        .iter()
        .filter(|file| extension(&file.path) == extension(&declaring.path))
        .filter(|file| service(&file.path) == service(&declaring.path))
        .collect();
    let class = owner(declaring, at.span);
    if let Some((class, span)) = &class {
        is_free(index, (declaring, *span), class, &files, (old, new, at.span))?;
    }
    let objects = class.map(|(class, _)| Objects::of(&class, &files));
    let mut edits = vec![Edit { at, replacement: new.to_owned() }];
    for file in files {
        let mut bound: Option<Option<Bound>> = None;
        let mut renamed: Vec<Named> = Vec::new();
        for span in words(&file.text, old).filter(|&span| Location::new(file.id, span) != at) {
            let here = Location::new(file.id, span);
            let is_known = receiver(&file.text, span).is_some_and(|of| {
                let Some(objects) = &objects else { return false };
                let bound = bound.get_or_insert_with(|| objects.bound(file));
                bound.as_ref().is_some_and(|bound| objects.is_one(bound, of, span))
            });
            if is_known {
                let of = receiver(&file.text, span).unwrap_or("").to_owned();
                renamed.push(Named { span, how: How::Member(of) });
                edits.push(Edit { at: here, replacement: new.to_owned() });
            } else {
                plan.leave(index.files.spell(here), format!("`{old}` may be the field that becomes `{new}`"));
            }
        }
        if let Some(span) = taken(&renamed, &named(&file.path, &file.text, new)) {
            return Err(Taken::at(index, new, Location::new(file.id, span)));
        }
    }
    let uses = match edits.len() - 1 {
        0 => String::new(),
        1 => ", and its one use".to_owned(),
        number => format!(", and its {number} uses: read them"),
    };
    plan.step(index, format!("rename the field `{old}` to `{new}`{uses}"), edits);
    Ok(())
}

/// Refuses where a class, one that it is made from or one that is made from it has the name already.
fn is_free(
    index: &Index,
    (declaring, owner): (&SourceFile, Span),
    class: &str,
    files: &[&SourceFile],
    (old, new, at): (&str, &str, Span),
) -> Result<(), Taken> {
    let head = |file: &SourceFile, class: Span| -> String {
        let text = file.slice(class);
        text.split([':', '{']).next().unwrap_or(text).to_owned()
    };
    let own = head(declaring, owner);
    let field = named(&declaring.path, &declaring.text, old).into_iter().filter(|field| field.span == at);
    let field: Vec<Named> = field.collect();
    if let Some(span) = taken(&field, &named(&declaring.path, &declaring.text, new)) {
        return Err(Taken::at(index, new, Location::new(declaring.id, span)));
    }
    for file in files {
        for part in named(&file.path, &file.text, new) {
            let How::Part(other) = part.how else { continue };
            let other = head(file, other);
            let Some(bases) = other.strip_prefix("class ") else { continue };
            let name = bases.split('(').next().unwrap_or(bases).trim();
            let bases = bases.get(name.len()..).unwrap_or("");
            let own_bases = own.split_once('(').map_or("", |(_, bases)| bases);
            let is_kin = words(bases, class).next().is_some() || words(own_bases, name).next().is_some();
            if is_kin {
                return Err(Taken::at(index, new, Location::new(file.id, part.span)));
            }
        }
    }
    Ok(())
}
