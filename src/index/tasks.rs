//! What commands come to: the scripts of a `package.json` that they run, and the programs behind those.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Index;
use crate::syntax::shell::{Command, End, Item, Word, commands};
use crate::syntax::yaml::{Node, Placed, parse};
use crate::text::{Location, TreePath};

/// How deep scripts that run scripts are followed.
const MAX_DEPTH: usize = 12;

/// So many scripts of one command are looked at; honest chains stay far below.
const MOST_SCRIPTS: usize = 64;

/// A command that a text comes to, however it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reached {
    /// The words of the command, from the name of the program.
    pub words: Vec<String>,
    /// The bytes of the text that lead to it.
    pub range: Range<usize>,
    /// Where a script of a `package.json` names the program; `None` where the text itself does.
    pub at: Option<Location>,
    /// The folder in which it runs.
    pub folder: TreePath,
    /// The variables that are set for it on the way.
    pub sets: BTreeSet<String>,
}

/// What a command runs.
enum Runs<'w> {
    /// These scripts of the `package.json` of its folder, one after the other, and whether those that are named for them
    /// (`prebuild`) run too: Yarn leaves them out, and so does pnpm before its version 9.
    Scripts(Vec<&'w str>, bool),
    /// A program.
    Program(&'w [Word]),
    /// Something that is not followed: other packages, a program that may bring variables along.
    Unseen,
}

/// Flags that lead to other packages or folders.
const ELSEWHERE: &[&str] = &[
    "-w",
    "-C",
    "-F",
    "-r",
    "-g",
    "-ws",
    "--workspace",
    "--workspaces",
    "--workspace-root",
    "--prefix",
    "--dir",
    "--cwd",
    "--filter",
    "--recursive",
    "--global",
];

/// The scripts that an installation of a package's own needs runs, in order.
const AT_INSTALLATION: &[&str] = &["preinstall", "install", "postinstall", "prepare"];

impl Index {
    /// The first command of a program like `is_wanted` that `text`, run in `folder`, comes to in any case. Scripts of the
    /// folder's `package.json` are followed.
    #[must_use]
    pub fn comes_to(
        &self,
        folder: &TreePath,
        text: &str,
        is_wanted: &dyn Fn(&[Word]) -> bool,
    ) -> Option<Reached> {
        let mut walk = Walk { index: self, is_wanted, seen: BTreeSet::new() };
        walk.text(folder, text, MAX_DEPTH)
    }
}

struct Walk<'a> {
    index: &'a Index,
    is_wanted: &'a dyn Fn(&[Word]) -> bool,
    /// The scripts that were followed, by folder and name.
    seen: BTreeSet<(TreePath, String)>,
}

impl Walk<'_> {
    fn text(&mut self, folder: &TreePath, text: &str, depth: usize) -> Option<Reached> {
        let depth = depth.checked_sub(1)?;
        let mut folder = folder.clone();
        let (mut open, mut follows_or) = (0_usize, false);
        // The first list is that of the text, the others are those of `$(...)` in it.
        for item in commands(text).into_iter().next()? {
            match item {
                Item::Open(_) => open += 1,
                Item::Close(..) => open = open.saturating_sub(1),
                Item::Command(command) => {
                    let is_sure = open == 0 && !follows_or && command.end != End::Or;
                    follows_or = command.end == End::Or;
                    let call = command.call();
                    match call.first().map(|name| name.text.as_str()) {
                        Some("cd") if open == 0 => {
                            folder = folder.join(&call.get(1).filter(|word| word.is_plain)?.text)?;
                        }
                        Some("pushd" | "popd" | "exit") if open == 0 => return None,
                        _ if is_sure => {
                            if let Some(found) = self.command(&folder, &command, depth) {
                                return Some(found);
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn command(&mut self, folder: &TreePath, command: &Command, depth: usize) -> Option<Reached> {
        let call = command.call();
        let (first, last) = (call.first()?, call.last()?);
        let range = first.range.start..last.range.end;
        let sets = || command.assignments().map(|(_, name, _)| name.to_owned());
        match runs(call) {
            Runs::Unseen => None,
            Runs::Program(words) => (self.is_wanted)(words).then(|| Reached {
                words: words.iter().map(|word| word.text.clone()).collect(),
                range,
                at: None,
                folder: folder.clone(),
                sets: sets().collect(),
            }),
            Runs::Scripts(names, has_hooks) => {
                let mut found =
                    names.into_iter().find_map(|name| self.script(folder, name, has_hooks, depth))?;
                found.range = range;
                found.sets.extend(sets());
                Some(found)
            }
        }
    }

    /// What a script of the folder's `package.json` comes to, with those that run before and behind it.
    fn script(&mut self, folder: &TreePath, name: &str, has_hooks: bool, depth: usize) -> Option<Reached> {
        let file = self.index.files.at(&folder.join("package.json")?)?;
        let parsed = parse(&file.text);
        let scripts = parsed.documents.first()?.get("scripts")?;
        let mut names: Vec<String> = Vec::new();
        match name.split_once('*') {
            Some((before, "")) => {
                let all = scripts.entries();
                let all = all.iter().filter_map(|entry| entry.key.as_str());
                names.extend(
                    all.filter(|name| name.strip_prefix(before).is_some_and(|rest| !rest.contains(':')))
                        .map(str::to_owned),
                );
            }
            Some(_) => return None,
            None if has_hooks => names.extend([format!("pre{name}"), name.to_owned(), format!("post{name}")]),
            None => names.push(name.to_owned()),
        }
        for name in names {
            let Some(placed) = scripts.get(&name).and_then(|node: &Node| Placed::of(&file.text, node)) else {
                continue;
            };
            if self.seen.len() >= MOST_SCRIPTS || !self.seen.insert((folder.clone(), name)) {
                continue;
            }
            if let Some(mut found) = self.text(folder, placed.text, depth) {
                found.at.get_or_insert_with(|| Location::new(file.id, placed.place(&found.range)));
                return Some(found);
            }
        }
        None
    }
}

/// What the words of a command run.
fn runs(call: &[Word]) -> Runs<'_> {
    let Some((first, rest)) = call.split_first() else { return Runs::Unseen };
    let program = first.text.rsplit('/').next().unwrap_or("");
    let plain = |words: &'_ [Word]| words.iter().position(|word| !word.text.starts_with('-'));
    match program {
        "npx" | "pnpx" | "bunx" => match plain(rest) {
            Some(at) => Runs::Program(rest.get(at..).unwrap_or_default()),
            None => Runs::Unseen,
        },
        "npm-run-all" | "npm-run-all2" | "run-s" | "run-p" => {
            let names = rest.iter().filter(|word| !word.text.starts_with('-') && word.is_plain);
            Runs::Scripts(names.map(|word| word.text.as_str()).collect(), false)
        }
        "npm" | "pnpm" | "yarn" | "bun" => managed(program, rest),
        _ => Runs::Program(call),
    }
}

/// What a package manager runs.
fn managed<'w>(program: &str, rest: &'w [Word]) -> Runs<'w> {
    let end = rest.iter().position(|word| word.text == "--").unwrap_or(rest.len());
    let is_elsewhere = rest.iter().take(end).any(|word| {
        let flag = word.text.split('=').next().unwrap_or("");
        ELSEWHERE.contains(&flag) || flag == "--ignore-scripts"
    });
    if is_elsewhere {
        return Runs::Unseen;
    }
    let words: Vec<usize> =
        (0..rest.len()).filter(|at| rest.get(*at).is_some_and(|word| !word.text.starts_with('-'))).collect();
    let word = |number: usize| words.get(number).and_then(|at| rest.get(*at)).map(|word| word.text.as_str());
    let from = |number: usize| match words.get(number) {
        Some(&at) => Runs::Program(rest.get(at..).unwrap_or_default()),
        None => Runs::Unseen,
    };
    let has_hooks = matches!(program, "npm" | "bun");
    match (program, word(0), word(1)) {
        ("npm" | "pnpm" | "yarn" | "bun", Some("run" | "run-script"), Some(name)) => {
            Runs::Scripts(vec![name], has_hooks)
        }
        ("npm" | "pnpm" | "yarn", Some(name @ ("test" | "start")), _) => Runs::Scripts(vec![name], has_hooks),
        ("npm", Some("t"), _) => Runs::Scripts(vec!["test"], has_hooks),
        ("npm" | "pnpm" | "bun", Some("install" | "i" | "ci"), None) | ("yarn", Some("install"), None) => {
            Runs::Scripts(AT_INSTALLATION.to_vec(), false)
        }
        ("yarn", None, None) => Runs::Scripts(AT_INSTALLATION.to_vec(), false),
        ("npm" | "pnpm" | "yarn", Some("exec" | "x"), Some(_)) | ("pnpm" | "yarn", Some("dlx"), Some(_)) => {
            from(1)
        }
        ("bun", Some("x"), Some(_)) => from(1),
        ("pnpm" | "yarn", Some("prisma"), _) => from(0),
        ("pnpm" | "yarn", Some(name), _) if !MANAGES.contains(&name) => Runs::Scripts(vec![name], has_hooks),
        _ => Runs::Unseen,
    }
}

/// Commands of package managers that are no scripts.
const MANAGES: &[&str] = &[
    "add",
    "audit",
    "cache",
    "config",
    "create",
    "dedupe",
    "deploy",
    "fetch",
    "global",
    "import",
    "init",
    "info",
    "install",
    "i",
    "licenses",
    "link",
    "list",
    "ls",
    "outdated",
    "pack",
    "patch",
    "prune",
    "publish",
    "rebuild",
    "remove",
    "rm",
    "root",
    "set",
    "setup",
    "store",
    "unlink",
    "update",
    "up",
    "upgrade",
    "version",
    "why",
    "workspace",
    "workspaces",
];
