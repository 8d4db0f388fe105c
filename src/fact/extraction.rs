//! The result of reading one file, and who can read it.

use super::statement::Fact;
use super::structure::Structure;
use crate::diagnostic::Applicability;
use crate::key::KeyName;
use crate::secret::{Provider, tokens_in};
use crate::text::{SourceFile, Span, TreePath};

/// A kind of file, by the program that reads it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceKind(pub &'static str);

impl SourceKind {
    /// Text of which only the names that occur are known. Most trees have many such files, so fronts
    /// count them apart.
    pub const MENTION: Self = Self("mention");

    /// Whether files of this kind are code of a program, searched for names or understood.
    #[must_use]
    pub fn is_code(self) -> bool {
        const CODE: &[&str] =
            &["csharp", "elixir", "go", "jvm", "mention", "php", "python", "ruby", "rust", "typescript"];
        CODE.contains(&self.0)
    }
}

/// Reads one kind of file.
///
/// A new kind is one file below `src/sources/`, one folder of cases below `tests/sources/`, and two
/// lines in `src/sources.rs`.
pub trait Extractor: Sync {
    /// The kind, in kebab-case, as shown to users.
    fn kind(&self) -> SourceKind;

    /// Whether a file at this path may be of this kind. Cheap: it sees every path of the tree.
    fn claims(&self, path: &TreePath) -> bool;

    /// Whether a claimed file really is of this kind, told from its text; for kinds that are not
    /// known by name. Cheap: a search for a word, not a parse.
    fn confirms(&self, _path: &TreePath, _text: &str) -> bool {
        true
    }

    /// Reads the file. Cannot fail: what is not understood becomes a [`Problem`] or a [`Gap`].
    fn extract(&self, file: &SourceFile) -> Extraction;

    /// Reads all of the file, also where [`Extractor::extract`] leaves out what seems to have nothing to do with
    /// keys. Slower, and no wiser: what the parts say is held against it.
    fn extract_whole(&self, file: &SourceFile) -> Extraction {
        self.extract(file)
    }
}

/// All that one file says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Extraction {
    /// Statements about keys, in the order of the file.
    pub facts: Vec<Fact>,
    /// What is wrong with the file by itself.
    pub problems: Vec<Problem>,
    /// What could not be seen; empty means that the file was understood in full.
    pub gaps: Vec<Gap>,
    /// How the file hangs together with others.
    pub structure: Structure,
    /// Names that look like keys and occur in the file without being understood, each once.
    pub mentions: Vec<Mention>,
    /// Parts that may be secret though no plain value of a fact covers them.
    pub hidden: Vec<Span>,
    /// Tokens in their issuers' formats, wherever in the text they stand.
    pub tokens: Vec<(Span, Provider)>,
}

impl Extraction {
    /// With the tokens that stand in the text of the file.
    #[must_use]
    pub fn with_tokens_of(mut self, text: &str) -> Self {
        let found = tokens_in(text).into_iter();
        self.tokens = found.map(|(at, provider)| (Span::new(at.start, at.end), provider)).collect();
        self
    }
}

/// A name that looks like a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention {
    /// The name.
    pub key: KeyName,
    /// Its first occurrence.
    pub span: Span,
}

/// Something that an extractor could not see through. "Missing" is a claim about all sources, so a
/// rule about absence asks for gaps first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// Where it is.
    pub span: Span,
    /// What may be hidden there.
    pub hides: Hidden,
    /// Why, as half a sentence for users: "the name is computed".
    pub reason: &'static str,
}

/// What a gap may hide.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Hidden {
    /// Reads of any key.
    Reads,
    /// Reads of any key with this prefix.
    ReadsWithPrefix(String),
    /// Values for any key.
    Provisions,
    /// Values for any key with this prefix.
    ProvisionsWithPrefix(String),
    /// Variables that the code sets for its own process, of any key with this prefix, which may be empty.
    OwnWithPrefix(String),
    /// How the keys are used that it names. The names themselves are known.
    Uses,
    /// Anything at all: the file is templated or broken.
    Anything,
}

/// Something wrong with one file by itself. The rule of the same name words it for users.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// What kind of problem.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// What is wrong, in one line for users, with the key in backquotes; never a value that may be
    /// secret.
    pub message: String,
    /// What is to be seen at `span`, in a few words.
    pub label: String,
    /// Other places in the same file that belong to it.
    pub related: Vec<(Span, String)>,
    /// What to do, if the general advice of the rule can be made sharper.
    pub help: Option<String>,
    /// Why it matters here, if the general reason of the rule can be made sharper.
    pub why: Option<String>,
    /// The key it is about.
    pub key: Option<KeyName>,
    /// Further keys that it is about.
    pub further: Vec<KeyName>,
    /// Replacements in the same file that mend it.
    pub repair: Vec<(Span, String)>,
    /// How far the repair can be trusted.
    pub trust: Applicability,
}

impl Problem {
    /// A problem with a message and a label, and nothing else yet.
    #[must_use]
    pub fn new(kind: ProblemKind, span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            kind,
            span,
            message: message.into(),
            label: label.into(),
            related: Vec::new(),
            help: None,
            why: None,
            key: None,
            further: Vec::new(),
            repair: Vec::new(),
            trust: Applicability::Safe,
        }
    }

    /// The same problem, about `key`.
    #[must_use]
    pub fn about(mut self, key: &KeyName) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// The same problem, with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem, with a reason.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// The same problem, mended by quotes around what stands at its place.
    #[must_use]
    pub fn mended_by_quotes(mut self) -> Self {
        for end in [self.span.start, self.span.end] {
            self.repair.push((Span::at(end as usize), "\"".to_owned()));
        }
        self
    }

    /// The same problem, pointing at one more place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// The kinds of problems that one file shows by itself; one rule each, of the same name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProblemKind {
    /// A dotenv line that no reader of the file accepts.
    DotenvSyntax,
    /// A dotenv line that its readers read differently.
    DotenvDialect,
    /// A key twice in one file, with the same value or values that are not comparable.
    DuplicateKey,
    /// A key twice in one file, with different values.
    ContradictingDuplicate,
    /// Quotes that become part of the value.
    LiteralQuotes,
    /// A malformed `${...}`.
    InterpolationSyntax,
    /// A schema that takes no text where variables are nothing else.
    RefusedText,
    /// A constant that takes another variable than the one it is called after, as that one's own constant does.
    CrossedRead,
    /// A default that is handed over where the reader takes something else.
    MisplacedDefault,
    /// The name of a variable where its value was meant.
    VariableAsText,
    /// A read whose lack becomes the text `undefined`.
    UndefinedAsText,
    /// A YAML scalar that YAML changes on its way.
    UnquotedScalar,
    /// A `$` that compose eats.
    UnescapedDollar,
    /// `{X}` where `${X}` was meant.
    BraceWithoutDollar,
    /// A dotenv without a newline at its end.
    MissingFinalNewline,
    /// Unbalanced or unknown template actions.
    TemplateSyntax,
    /// A template whose output is not the dotenv that was meant.
    TemplateRendersBroken,
    /// What compose itself refuses, broken YAML included.
    ComposeStructure,
    /// A Dockerfile instruction that BuildKit refuses.
    DockerfileSyntax,
    /// An `ARG` used outside its scope.
    BuildArgOutOfScope,
    /// A `$X` in a Dockerfile that nothing defines.
    UndefinedInStage,
    /// A build argument that only the finished container uses.
    BuildArgAtRunTime,
    /// A secret that a script prints into its log.
    SecretInLog,
    /// A `$X` in a workflow where no shell expands it.
    ShellVariableOutsideRun,
    /// An expression of a workflow with a context that its position does not have.
    UnavailableContext,
    /// What GitHub refuses in a workflow or an action, broken YAML included.
    WorkflowStructure,
    /// An action that needs more than the token of its job may do.
    TokenPermission,
    /// A write to `$GITHUB_ENV` that does not arrive, or not where it is read.
    GithubEnvMisuse,
    /// An expression of a workflow that asks for what nothing gives.
    UndefinedExpression,
    /// Build arguments of a workflow that YAML folds into one.
    FoldedBuildArgs,
    /// A command of an image that the image surely does not have.
    CommandNotInImage,
    /// A command that another takes for its arguments.
    SwallowedCommand,
    /// One secret for two things that cannot be the same.
    CrossedSecret,
}
