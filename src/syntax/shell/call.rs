//! Which program a command calls, and what it sets for it.

use super::commands::Command;
use super::words::Word;

impl Command {
    /// The words that begin with the command's name: assignments, `env`, `exec`, `sudo` and the like
    /// before it are left out.
    #[must_use]
    pub fn call(&self) -> &[Word] {
        let mut words = self.words.as_slice();
        while let Some((first, rest)) = words.split_first() {
            let is_prefix = first.assignment().is_some()
                || matches!(
                    first.text.as_str(),
                    "exec" | "sudo" | "command" | "nohup" | "env" | "cross-env" | "time" | "then"
                );
            if !is_prefix {
                break;
            }
            words = rest;
            while first.assignment().is_none() && words.first().is_some_and(|word| word.text.starts_with('-'))
            {
                words = words.get(1..).unwrap_or_default();
            }
        }
        words
    }

    /// The assignments that stand before the command's name.
    pub fn assignments(&self) -> impl Iterator<Item = (&Word, &str, &str)> {
        let count = self.words.len() - self.call().len();
        self.words.iter().take(count).filter_map(|word| {
            let (name, value) = word.assignment()?;
            Some((word, name, value))
        })
    }
}

impl Word {
    /// The name and value of `NAME=value` and `NAME+=value`.
    #[must_use]
    pub fn assignment(&self) -> Option<(&str, &str)> {
        let (name, value) = self.text.split_once('=')?;
        let name = name.strip_suffix('+').unwrap_or(name);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        is_name.then_some((name, value))
    }
}
