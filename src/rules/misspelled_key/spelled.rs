//! Lists of keys that code spells nearly all of. Code that computes some name does not compute those of the others.

use std::collections::BTreeMap;

use super::left_out::{runs_code, site_of};
use crate::fact::{Fact, Place};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key};
use crate::text::FileId;

/// Of the keys of a dotenv, so many must be named somewhere else.
const ENOUGH: usize = 10;

/// Of the keys of a dotenv, so many percent.
const PERCENT: usize = 90;

/// What was found out about lists.
#[derive(Default)]
pub(super) struct Spelled {
    dotenvs: BTreeMap<FileId, bool>,
}

impl Spelled {
    /// Whether nearly all keys that are listed beside that of a statement are spelled by whoever uses them.
    pub(super) fn are_in(&mut self, index: &Index, fact: &Fact) -> bool {
        match fact.place {
            Place::Dotenv => *self.dotenvs.entry(fact.file).or_insert_with(|| are_in(index, fact.file)),
            Place::Container(_) => site_of(index, fact).is_some_and(|site| runs_code(index, site)),
            _ => false,
        }
    }
}

fn are_in(index: &Index, file: FileId) -> bool {
    let keys = index.keys_in(file).into_iter().filter(|key| !is_tool_key(key));
    let (named, others): (Vec<&KeyName>, Vec<&KeyName>) =
        keys.partition(|key| index.is_named_besides(key, &[]));
    named.len() >= ENOUGH && named.len() * 100 >= (named.len() + others.len()) * PERCENT
}
