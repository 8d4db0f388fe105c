//! envcheck: a linter for deployment environments.
//!
//! A value reaches running code through a chain of files: code reads a key, an image was built with
//! it or a container is given it, compose interpolates it, a dotenv or a Vault template holds it. Each
//! link stands in another file, in another language, and differs in each environment. envcheck reads
//! all links, joins them per environment and service, and names the broken one.
//!
//! # The map
//!
//! A module names only modules above it in this list; `tests/house.rs` reads the list and holds the
//! code to it.
//!
//! 1. Words
//!    - [`text`]: files, byte spans, paths inside the tree
//!    - [`key`]: names of keys and what their words tell
//!    - [`secret`]: values that may be secret, and masked texts
//!    - [`value_type`]: the types that code and matrix give to values
//!    - [`diagnostic`]: findings as plain data
//!    - [`syntax`]: span-keeping readers of notations that several kinds of files share
//! 2. World
//!    - [`system`]: the trait through which files are read
//!    - [`config`]: envcheck's own settings, from flags and its own environment
//! 3. Declared
//!    - [`matrix`]: environments, services, keys and naming as the team declares them
//! 4. Observed
//!    - [`fact`]: what files say, and the trait of those who read them
//!    - [`sources`]: one reader per kind of file
//!    - [`project`]: what the services of a compose project receive from all its files
//!    - [`infer`]: a matrix guessed from facts, where none is declared
//! 5. Joined
//!    - [`index`]: key x environment x service, and who forwards what to whom
//! 6. Judged
//!    - [`suppress`]: what teams decided to live with, by comment or baseline
//!    - [`rule`]: what a rule is
//!    - [`rules`]: all of them, one file each
//!    - [`settings`]: what a team asks of them: levels, options, parts of the tree
//! 7. Run
//!    - [`engine`]: one run from the tree to the report
//!    - [`fix`]: repairs: chosen, verified, and written all or none; keys added, renamed and removed
//!    - [`init`]: the files of a first matrix, from the guess of a tree
//! 8. Shown
//!    - [`render`]: one file per output format
//!    - [`cli`]: one file per subcommand
//!
//! # Laws
//!
//! 1. Rules do no I/O and cannot fail. Only [`system`] touches the world.
//! 2. Parsing never fails: it yields facts *and* problems.
//! 3. "Missing" is a claim about all sources. Where one cannot be seen through ([`fact::Gap`]), a rule
//!    about absence says nothing.
//! 4. No secret value leaves the engine: [`secret::Secret`] cannot be printed, a
//!    [`engine::Report`] holds masked text only.
//! 5. Only [`render`] knows an output format; core types carry no miette and no serialisation.
//! 6. What is not understood is said, not skipped.
//! 7. Same input, same bytes out.
//! 8. Hermetic: the caller's own environment never fills a gap. Never green when nothing was compared.
//! 9. Paths in every output are relative to the root of the checked tree, and no path of a checked
//!    tree leads outside it.

pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod engine;
pub mod fact;
pub mod fix;
pub mod index;
pub mod infer;
pub mod init;
pub mod key;
pub mod matrix;
pub mod project;
pub mod render;
pub mod rule;
pub mod rules;
pub mod secret;
pub mod settings;
pub mod sources;
pub mod suppress;
pub mod syntax;
pub mod system;
pub mod text;
pub mod value_type;
