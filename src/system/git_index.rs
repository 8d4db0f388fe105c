//! Which files git tracks, read from its index.
//!
//! The format is that of gitformat-index(5), versions 2 to 4. What is not understood in full (a split or
//! sparse index, a broken one) yields nothing, since a part of the list would be taken for the whole.

use std::collections::BTreeSet;

/// The paths of all entries that are files; `None` if they cannot all be told.
pub(super) fn tracked_paths(bytes: &[u8]) -> Option<BTreeSet<String>> {
    // The length of object names is that of the repository's hash, which the index does not tell.
    [20, 32].into_iter().find_map(|hash| read(bytes, hash))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(u32::from_be_bytes(four))
}

fn read(bytes: &[u8], hash: usize) -> Option<BTreeSet<String>> {
    let version = number(bytes, 4)?;
    if bytes.get(..4)? != b"DIRC" || !(2..=4).contains(&version) {
        return None;
    }
    let count = number(bytes, 8)?;
    // The last bytes are a checksum of all the others.
    let end = bytes.len().checked_sub(hash)?;
    let mut paths = BTreeSet::new();
    let mut name: Vec<u8> = Vec::new();
    let mut at = 12;
    for _ in 0..count {
        let start = at;
        let mode = number(bytes, start + 24)?;
        // File, executable, link, module.
        if !matches!(mode, 0o100_644 | 0o100_755 | 0o120_000 | 0o160_000) {
            return None;
        }
        let flags_at = start + 40 + hash;
        let flags = u16::from_be_bytes(bytes.get(flags_at..flags_at + 2)?.try_into().ok()?);
        let is_extended = flags & 0x4000 != 0;
        if is_extended && version == 2 {
            return None;
        }
        at = flags_at + if is_extended { 4 } else { 2 };
        if version == 4 {
            let (cut, behind) = offset(bytes, at)?;
            name.truncate(name.len().checked_sub(cut)?);
            at = behind;
        } else {
            name.clear();
        }
        let rest = bytes.get(at..end)?;
        let length = rest.iter().position(|&byte| byte == 0)?;
        name.extend_from_slice(rest.get(..length)?);
        at += length + 1;
        let told = usize::from(flags & 0x0fff);
        if told != 0x0fff && told != name.len() || name.is_empty() {
            return None;
        }
        if version != 4 {
            // Entries fill whole groups of eight bytes.
            at = start + (at - start).next_multiple_of(8);
        }
        let is_file = matches!(mode, 0o100_644 | 0o100_755);
        if let Some(path) = std::str::from_utf8(&name).ok().filter(|_| is_file) {
            paths.insert(path.to_owned());
        }
    }
    // Extensions: a name, a length, a content. In a split index entries stand elsewhere.
    while at < end {
        let name = bytes.get(at..at + 4)?;
        let length = usize::try_from(number(bytes, at + 4)?).ok()?;
        if matches!(name, b"link" | b"sdir") {
            return None;
        }
        at = at.checked_add(8)?.checked_add(length)?;
    }
    (at == end).then_some(paths)
}

/// A number of version 4, as pack files write offsets, and where it ends.
fn offset(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
    }
    Some((value, at + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::tracked_paths;

    /// An index with these entries, as git writes it.
    fn index(version: u32, hash: usize, paths: &[&str]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend((paths.len() as u32).to_be_bytes());
        let mut before = "";
        for path in paths {
            let start = bytes.len();
            bytes.extend([7; 24]);
            bytes.extend(0o100_644_u32.to_be_bytes());
            bytes.extend([7; 12]);
            bytes.extend(vec![9; hash]);
            bytes.extend((path.len().min(0xfff) as u16).to_be_bytes());
            if version == 4 {
                let same = path.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
                let cut = before.len() - same;
                assert!(cut < 128);
                bytes.push(cut as u8);
                bytes.extend(path.as_bytes()[same..].iter().chain(&[0]));
                before = path;
            } else {
                bytes.extend(path.bytes());
                bytes.push(0);
                while !(bytes.len() - start).is_multiple_of(8) {
                    bytes.push(0);
                }
            }
        }
        bytes.extend(b"TREE\0\0\0\x02ab");
        bytes.extend(vec![0; hash]);
        bytes
    }

    #[test]
    fn reads_all_versions() {
        let long = "d/".repeat(3000) + "e";
        let paths = [".env.local", "apps/api/.env", "apps/api/main.rs", "b", "b.c", long.as_str()];
        for version in 2..=4 {
            for hash in [20, 32] {
                let paths = if version == 4 { &paths[..5] } else { &paths[..] };
                let found = tracked_paths(&index(version, hash, paths)).unwrap();
                assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), paths, "{version} {hash}");
            }
        }
        assert_eq!(tracked_paths(&index(2, 20, &[])).unwrap().len(), 0);
    }

    #[test]
    fn a_part_is_not_taken_for_the_whole() {
        let whole = index(2, 20, &["a", "b"]);
        for end in 0..whole.len() {
            // What is cut off behind the entries, nobody needs.
            assert!(tracked_paths(&whole[..end]).is_none_or(|paths| paths.len() == 2), "{end}");
        }
        let mut split = index(2, 20, &["a"]);
        let at = split.windows(4).position(|four| four == b"TREE").unwrap();
        split[at..at + 4].copy_from_slice(b"link");
        assert_eq!(tracked_paths(&split), None);
    }

    proptest! {
        #[test]
        fn never_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..300), version in 0u32..6) {
            let _ = tracked_paths(&bytes);
            let mut head = b"DIRC".to_vec();
            head.extend(version.to_be_bytes());
            head.append(&mut bytes);
            let _ = tracked_paths(&head);
        }
    }
}
