//! Instructions and how each divides its arguments.

use super::heredoc::Heredoc;
use super::joined::Joined;
use super::json::{self, Array};
use super::words;
use crate::text::{Span, Spanned};

/// One instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// Which one; `None` for a word that BuildKit does not know.
    pub keyword: Option<Keyword>,
    /// The word as written.
    pub word: Spanned<String>,
    /// All of it, from its word to the end of its last line, heredocs included.
    pub span: Span,
    /// Its flags, in order.
    pub flags: Vec<Flag>,
    /// Its arguments.
    pub arguments: Arguments,
    /// Its heredocs, in order.
    pub heredocs: Vec<Heredoc>,
}

/// A `--name=value` flag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flag {
    /// `--name`.
    pub name: Spanned<String>,
    /// The value, if there is a `=`, without quotes.
    pub value: Option<Joined>,
    /// All of it.
    pub span: Span,
}

/// The arguments of an instruction, divided as BuildKit divides them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arguments {
    /// There are none.
    None,
    /// Words (`FROM`, `EXPOSE`; `ADD`, `COPY`, `VOLUME` if not in JSON).
    Words(Vec<Joined>),
    /// A JSON array of strings.
    Exec(Vec<Joined>),
    /// One text: the shell form, a path, a user.
    Text(Joined),
    /// Assignments (`ENV`, `LABEL`, and `ARG`, whose values may be absent).
    Pairs(Vec<Pair>),
    /// `HEALTHCHECK`: its type, and the command as `Text` or `Exec`.
    Check(Joined, Box<Arguments>),
    /// `ONBUILD`: the instruction for later.
    Trigger(Box<Instruction>),
    /// A JSON array with other things than strings in it, which BuildKit refuses.
    MixedArray(Span),
}

/// `K=v`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    /// What stands before the `=`.
    pub key: Joined,
    /// What stands behind it, with quotes and escapes; `None` if there is no `=`.
    pub value: Option<Joined>,
    /// Whether it is the form `K v`.
    pub is_legacy: bool,
}

impl Pair {
    /// What stands behind the `=` of `K = v`: the form is `K v`, so that the sign is the first of the value.
    #[must_use]
    pub fn behind_sign(&self) -> Option<Joined> {
        let value = self.value.as_ref().filter(|_| self.is_legacy)?;
        let rest = value.as_str().strip_prefix('=')?;
        let meant = rest.trim_start_matches([' ', '\t']);
        // `K == v` is no slip of that kind.
        let is_value = !meant.is_empty() && !meant.starts_with('=');
        is_value.then(|| value.slice(value.as_str().len() - meant.len()..value.as_str().len()))
    }
}

macro_rules! keywords {
    ($($name:ident = $word:literal),* $(,)?) => {
        /// The instructions that BuildKit knows (`frontend/dockerfile/command`).
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Keyword {
            $(#[doc = concat!("`", $word, "`")] $name),*
        }

        impl Keyword {
            /// All of them.
            pub const ALL: &[Keyword] = &[$(Keyword::$name),*];

            /// The word, in capitals.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Keyword::$name => $word),*
                }
            }
        }
    };
}

keywords! {
    Add = "ADD",
    Arg = "ARG",
    Cmd = "CMD",
    Copy = "COPY",
    Entrypoint = "ENTRYPOINT",
    Env = "ENV",
    Expose = "EXPOSE",
    From = "FROM",
    Healthcheck = "HEALTHCHECK",
    Label = "LABEL",
    Maintainer = "MAINTAINER",
    Onbuild = "ONBUILD",
    Run = "RUN",
    Shell = "SHELL",
    Stopsignal = "STOPSIGNAL",
    User = "USER",
    Volume = "VOLUME",
    Workdir = "WORKDIR",
}

impl Keyword {
    /// The instruction with this word, in any case.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|keyword| keyword.word().eq_ignore_ascii_case(word))
    }
}

impl Instruction {
    /// The value of a flag, by its name with dashes.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&Joined> {
        self.flags.iter().find(|flag| flag.name.value == name)?.value.as_ref()
    }

    /// The first of its arguments as text, if it has one.
    #[must_use]
    pub fn arguments_text(&self) -> Option<&str> {
        match &self.arguments {
            Arguments::Words(words) | Arguments::Exec(words) => words.first().map(Joined::as_str),
            Arguments::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// Whether `<<WORD` in it begins a heredoc.
    pub(super) fn may_have_heredocs(&self) -> bool {
        match &self.arguments {
            Arguments::Trigger(inner) => inner.may_have_heredocs(),
            Arguments::Exec(_) => false,
            _ => matches!(self.keyword, Some(Keyword::Add | Keyword::Copy | Keyword::Run)),
        }
    }
}

/// Reads one line. `depth` counts the `ONBUILD`s around it.
pub(super) fn read_instruction(line: &Joined, escape: char, depth: usize) -> Instruction {
    let (word, rest) = words::first_word(line);
    let (flags, rest) = words::flags(&rest, escape);
    let keyword = Keyword::named(word.as_str());
    Instruction {
        keyword,
        span: line.trimmed().span(),
        flags,
        arguments: arguments(keyword, &rest, escape, depth),
        heredocs: Vec::new(),
        word: Spanned::new(word.as_str().to_owned(), word.span()),
    }
}

fn arguments(keyword: Option<Keyword>, rest: &Joined, escape: char, depth: usize) -> Arguments {
    use Keyword::{
        Add, Arg, Cmd, Copy, Entrypoint, Env, Expose, From, Healthcheck, Label, Onbuild, Run, Shell, Volume,
    };
    if rest.as_str().is_empty() {
        return Arguments::None;
    }
    match keyword {
        Some(From | Expose) => Arguments::Words(words::plain(rest)),
        Some(Add | Copy | Volume) => match json::array(rest) {
            Array::Strings(strings) => Arguments::Exec(strings),
            Array::Mixed => Arguments::MixedArray(rest.span()),
            Array::No => Arguments::Words(words::plain(rest)),
        },
        Some(Cmd | Entrypoint | Run | Shell) => command(rest),
        Some(Env | Label) => Arguments::Pairs(words::pairs(rest, escape)),
        Some(Arg) => Arguments::Pairs(words::quoted(rest, escape).iter().map(words::pair).collect()),
        Some(Healthcheck) => {
            let (kind, rest) = words::first_word(rest);
            let command = if rest.as_str().is_empty() { Arguments::None } else { command(&rest) };
            Arguments::Check(kind, Box::new(command))
        }
        // A trigger cannot hold a trigger; BuildKit refuses that.
        Some(Onbuild) if depth == 0 => {
            Arguments::Trigger(Box::new(read_instruction(rest, escape, depth + 1)))
        }
        _ => Arguments::Text(rest.clone()),
    }
}

/// The exec form or the shell form.
fn command(rest: &Joined) -> Arguments {
    match json::array(rest) {
        Array::Strings(strings) => Arguments::Exec(strings),
        Array::Mixed => Arguments::MixedArray(rest.span()),
        Array::No => Arguments::Text(rest.clone()),
    }
}
