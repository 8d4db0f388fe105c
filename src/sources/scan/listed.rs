//! Names that a loop takes from a list which the file writes down.

use std::collections::BTreeMap;

use super::Code;
use crate::syntax::code::{Kind, Tokens};
use crate::text::{Span, Spanned};

/// How far before its use a loop may bind a word, in tokens.
const REACH: usize = 300;

/// Items beyond which a list is data.
const MAX_ITEMS: usize = 200;

/// Where the lists begin that words are bound to; `None` for a word that is bound to several.
pub(super) type Lists<'t> = BTreeMap<&'t str, Option<usize>>;

/// Notes the list that may begin at `value`, for `word`.
pub(super) fn note<'t>(lists: &mut Lists<'t>, tokens: &Tokens<'t>, word: &'t str, value: usize) {
    if tokens.is(value, "[") || words_of(tokens, value).is_some() {
        lists.entry(word).and_modify(|known| *known = None).or_insert(Some(value));
    }
}

/// The names that `word`, used at `at`, goes through, if a loop around it takes them from a written list.
pub(super) fn items(code: &Code<'_, '_>, at: usize, word: &str) -> Option<Vec<Spanned<String>>> {
    let tokens = code.tokens;
    let binder = (at.saturating_sub(REACH)..at).rev().find(|&position| {
        tokens.is(position, word)
            && (is_block_parameter(tokens, position)
                || tokens.is_before(position, "for")
                || tokens.is_before(position, "fn")
                || tokens.is_before(position, "as")
                || tokens.is_before(position, "=>"))
    })?;
    // Where brackets hold the loop's body, the use has to stand in them.
    let opens = [binder.saturating_sub(2), binder + 1, binder + 2];
    let body = opens.into_iter().find_map(|open| tokens.group(open, "{"));
    if body.is_some_and(|body| !body.contains(&at)) {
        return None;
    }
    let before = binder.checked_sub(1)?;
    match tokens.word(before) {
        // `for name <- list do`
        Some("for") => {
            let arrow = tokens.is(binder + 1, "<") && tokens.is(binder + 2, "-");
            of(code, binder + 1 + if arrow { 2 } else { usize::from(tokens.is(binder + 1, "<-")) })
        }
        // `Enum.each(list, fn name ->`
        Some("fn") => ending(code, before.checked_sub(2).filter(|_| tokens.is_before(before, ","))?),
        // `foreach (list as $name)`, `as $key => $name`
        Some("as") => ending(code, before.checked_sub(1)?),
        _ if tokens.is(before, "=>") => {
            let key = before.checked_sub(2).filter(|&as_word| tokens.is(as_word, "as"))?;
            ending(code, key.checked_sub(1)?)
        }
        // `list.each do |name|`
        _ => {
            let dot = before.checked_sub(3).filter(|&dot| tokens.is(dot, ".") || tokens.is(dot, "&."))?;
            ending(code, dot.checked_sub(1)?)
        }
    }
}

/// `{ |name|` or `do |name|` behind a method that hands on each item as it is.
fn is_block_parameter(tokens: &Tokens<'_>, at: usize) -> bool {
    let method = at.checked_sub(3).and_then(|method| tokens.word(method));
    let is_each = method.is_some_and(|method| {
        matches!(
            method,
            "each" | "map" | "select" | "reject" | "all?" | "any?" | "none?" | "filter_map" | "flat_map"
        )
    });
    is_each
        && tokens.is(at + 1, "|")
        && tokens.is_before(at, "|")
        && at.checked_sub(2).is_some_and(|open| tokens.is(open, "{") || tokens.is(open, "do"))
}

/// The items of the list whose last token stands at `last`.
fn ending(code: &Code<'_, '_>, last: usize) -> Option<Vec<Spanned<String>>> {
    let tokens = code.tokens;
    // `%w[A B].freeze.each`
    if tokens.is(last, "freeze") {
        return ending(code, last.checked_sub(2).filter(|_| tokens.is_before(last, "."))?);
    }
    if tokens.is(last, "]") {
        let opens = |at: &usize| tokens.is(*at, "[") && tokens.past(*at) == last + 1;
        return of(code, (last.saturating_sub(4 * MAX_ITEMS)..last).rev().find(opens)?);
    }
    of(code, last)
}

/// The items of the list that begins at `at`, or that the word there is bound to.
fn of(code: &Code<'_, '_>, at: usize) -> Option<Vec<Spanned<String>>> {
    let tokens = code.tokens;
    let at = match tokens.word(at) {
        Some(word) => (*code.lists.get(word)?)?,
        None => at,
    };
    if let Some(words) = words_of(tokens, at) {
        return Some(words);
    }
    let parts = tokens.split(tokens.group(at, "[")?);
    if parts.len() > MAX_ITEMS {
        return None;
    }
    let text = |part: &std::ops::Range<usize>| {
        tokens.string(part.start).filter(|_| part.len() == 1 && !tokens.has_code(part.start))
    };
    let items = parts.iter().map(text).collect::<Option<Vec<_>>>()?;
    (!items.is_empty()).then_some(items)
}

/// The words of `%w[A B]` or `~w(A B)`.
fn words_of(tokens: &Tokens<'_>, at: usize) -> Option<Vec<Spanned<String>>> {
    let token = tokens.get(at).filter(|token| !matches!(token.kind, Kind::Word | Kind::Punct))?;
    let rest = ["%w", "%W", "~w"].iter().find_map(|sign| token.text.strip_prefix(sign))?;
    let inside = rest.get(1..rest.len().checked_sub(1)?)?;
    let start = token.span.start as usize + 3;
    let words = inside.split_whitespace().take(MAX_ITEMS).map(|word| {
        let from = start + (word.as_ptr().addr() - inside.as_ptr().addr());
        Spanned::new(word.to_owned(), Span::new(from, from + word.len()))
    });
    let words: Vec<_> = words.collect();
    (!words.is_empty()).then_some(words)
}
