//! POSIX shell text: which variables it expands, and which it sets itself.
//!
//! [`scan`] is not a parser of the shell's grammar: quoting, comments, command substitutions, arithmetic and
//! heredocs are followed as far as they decide whether a `$X` is expanded. What a script sets is
//! answered widely: a name counts as set if the text assigns it anywhere. [`commands()`] says who is called.
//!
//! The rules are those of POSIX.1-2024, "Shell Command Language", sections 2.2 to 2.7.

mod assignments;
mod call;
mod commands;
mod expansions;
mod outputs;
mod quoting;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;

pub use commands::{Block, Command, End, Item, Part, Redirect, RedirectKind, commands};
pub use expansions::{ShellOperator, ShellUse};
pub use outputs::{Outputs, Print, Printed, Target, Trace};
pub use quoting::{Fault, faults};
pub use words::Word;

use assignments::Assignment;

/// How many assignments of one name are looked at; honest scripts nest none in each other.
const NESTED: usize = 64;

/// What a shell text does with variables. All ranges are byte offsets in the text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Script {
    /// The variables it expands, in order; special parameters (`$1`, `$@`) left out.
    pub uses: Vec<ShellUse>,
    /// The variables it sets, each with the values as written; an empty range for `read X`, `for X`.
    pub assignments: BTreeMap<String, Vec<Range<usize>>>,
    /// Whether it takes in text that is not seen here and may set anything: `. file`, `source`,
    /// `eval`, `export $(...)`.
    pub takes_in_other_text: bool,
}

/// Whether a script may change its folder, so that its paths are not those of where it starts.
#[must_use]
pub fn may_change_folder(text: &str) -> bool {
    ["cd ", "pushd ", "chdir "].iter().any(|word| text.contains(word))
}

/// Reads a shell text. Never fails: behind an unclosed quote nothing is seen.
#[must_use]
pub fn scan(text: &str) -> Script {
    let (mut uses, assigned) = expansions::find(text);
    uses.sort_by_key(|found| found.name.start);
    let (mut found, takes_in_other_text) = assignments::find(text);
    found.extend(assigned);
    let mut assignments: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
    for Assignment { name, value } in found {
        assignments.entry(name).or_default().push(value);
    }
    Script { uses, assignments, takes_in_other_text }
}

/// What a shell text prints, and where that goes. Never fails; cost is linear.
#[must_use]
pub fn outputs(text: &str) -> Outputs {
    outputs::find(text)
}

impl Script {
    /// The expansions within a part of the text.
    #[must_use]
    pub fn uses_in(&self, part: &Range<usize>) -> &[ShellUse] {
        let from = self.uses.partition_point(|found| found.name.start < part.start);
        let to = self.uses.partition_point(|found| found.name.end <= part.end);
        self.uses.get(from..to).unwrap_or_default()
    }

    /// Whether the script itself gives the variable of `found` its value.
    #[must_use]
    pub fn sets(&self, text: &str, found: &ShellUse) -> bool {
        let name = text.get(found.name.clone()).unwrap_or("");
        // In `X=$X` the right side takes the value from outside.
        self.assignments
            .get(name)
            .is_some_and(|values| values.iter().take(NESTED).any(|value| !value.contains(&found.name.start)))
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    fn uses(text: &str) -> Vec<&str> {
        scan(text).uses.iter().map(|found| &text[found.name.clone()]).collect()
    }

    fn outer(text: &str) -> Vec<&str> {
        let script = scan(text);
        let outer = script.uses.iter().filter(|found| !script.sets(text, found));
        outer.map(|found| &text[found.name.clone()]).collect()
    }

    #[test]
    fn follows_quotes() {
        assert_eq!(
            uses(r#"echo $A "$B" '$C' \$D "\$E" "'$F'" ${G} $1 $@ $$ ${#H} $'$I'"#),
            ["A", "B", "F", "G", "H"]
        );
        assert_eq!(uses("echo $A # $B\necho $C a#$D"), ["A", "C", "D"]);
        assert_eq!(
            uses(r#"X="$(echo "$A" '$B' `echo $C`)" $((D + $E)) ${F:-"$G"} ${H%'$I'}"#),
            ["A", "C", "E", "F", "G", "H"]
        );
        assert_eq!(uses("it's $A"), Vec::<&str>::new());
    }

    #[test]
    fn follows_heredocs() {
        assert_eq!(
            uses("cat <<EOF > x\n$A 'it' $B\nEOF\ncat <<-'Q'\n$C it's\n\tQ\necho $D <<< $E"),
            ["A", "B", "D", "E"]
        );
        assert_eq!(uses("cat <<EOF\n$A"), ["A"]);
    }

    #[test]
    fn knows_what_a_script_sets() {
        assert_eq!(outer("A=1; echo $A $B"), ["B"]);
        assert_eq!(outer("A=$A cmd; for B in x; do echo $B; done; read -r C D; echo $C $D"), ["A"]);
        assert_eq!(outer("export A; : ${B:=x}; echo $A $B $C; printf -v C x"), Vec::<&str>::new());
        assert_eq!(outer("cmd --build-arg A=\"${A} x\" -DB=$B; test \"$C\" == d"), ["A", "B", "C"]);
        for text in [". /etc/os-release", "set -a && source x", "eval $x", "export $(cat .env | xargs)"] {
            assert!(scan(text).takes_in_other_text, "{text}");
        }
        assert!(!scan("cp . /x && ls .").takes_in_other_text);
    }
}
