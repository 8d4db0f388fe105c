//! What the readers of single languages share: names of nodes, and trees that are made from the leaves on.

use super::Record;

/// Declares an enumeration whose variants have the names of the grammar.
macro_rules! names {
    ($(#[$about:meta])* $enum:ident { $($variant:ident $name:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum $enum { $($variant,)* }

        impl $enum {
            pub(super) const NAMES: &[&'static str] = &[$($name,)*];
        }
    };
}

pub(super) use names;

/// The nodes in the order of the text, each before its children, of nodes as a parser completes them, each behind its
/// children. The last one completed is the root.
pub(super) fn in_order(completed: &[Record]) -> Vec<Record> {
    let mut found = completed.to_vec();
    // Where the nodes end that are open, the innermost last: the children of a node come here from last to first,
    // and each ends where the next one begins.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    for node in completed.iter().rev() {
        while ends.pop_if(|(first, end)| first >= end).is_some() {}
        let size = node.size as usize;
        let start = match ends.last_mut() {
            Some((_, end)) => {
                *end = end.saturating_sub(size);
                *end
            }
            None => 0,
        };
        if let Some(place) = found.get_mut(start) {
            *place = *node;
        }
        if size > 1 {
            ends.push((start + 1, start + size));
        }
    }
    found
}
