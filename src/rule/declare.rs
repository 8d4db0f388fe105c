//! One declaration for a rule's type, name and page.

/// Declares a rule's type and what is to be known about it. The doc comment becomes the rule's page:
/// a first paragraph that says in one sentence what it reports, then the headings `## Why it
/// matters`, `## Example`, `## What to do`. The implementation of `check` follows in the same file.
///
/// ```ignore
/// declare_rule! {
///     /// Reports a key that is set twice in one file.
///     ///
///     /// ## Why it matters
///     /// ...
///     pub struct DuplicateKey = "duplicate-key", Syntax, Warning;
/// }
///
/// impl DuplicateKey {
///     fn ask(index: &Index, reporter: &mut Reporter<'_>) { ... }
/// }
/// ```
///
/// A rule that is silent without a declared matrix says `, needs_matrix` behind its level, one whose
/// findings carry repairs `, fixes`, one of whose findings some speak under `--strict` only
/// `, partly_strict`, one that leaves to others what their findings show `, yields`, one that asks file by file `, by_file` (see
/// [`RuleMeta::by_file`](crate::rule::RuleMeta::by_file)). Options stand last, in braces: `{ options: [HOSTS] }`, each a
/// constant [`OptionSpec`](crate::rule::OptionSpec) that `reporter.options()` is asked for. `+ function` behind them names what a
/// rule that asks file by file asks of the whole tree besides ([`RuleMeta::whole`](crate::rule::RuleMeta::whole)). A rule about
/// exceptions to other rules says `, of_exceptions` first, and asks a [`Review`](crate::suppress::Review); one that leaves
/// to the others what they say already says `, afterwards` first, and is given their findings. `=> function` at the end names
/// what makes one finding of several that are one fault ([`RuleMeta::join`](crate::rule::RuleMeta::join)).
#[macro_export]
macro_rules! declare_rule {
    (
        $(#[doc = $line:literal])*
        pub struct $name:ident = $id:literal, $group:ident, $level:ident, of_exceptions $(, $trait:ident)*;
    ) => {
        $crate::declare_rule! {
            @rule [$($line)*] $name = $id, $group, $level, [.of_exceptions()$(.$trait())*] {
                fn check(&self, _: &$crate::index::Index, _: &mut $crate::rule::Reporter<'_>) {}

                fn review(
                    &self,
                    review: &$crate::suppress::Review<'_>,
                    reporter: &mut $crate::rule::Reporter<'_>,
                ) {
                    Self::ask(review, reporter);
                }
            }
        }
    };
    (
        $(#[doc = $line:literal])*
        pub struct $name:ident = $id:literal, $group:ident, $level:ident, afterwards
        $(, $trait:ident)* $({ options: [$($option:expr),+ $(,)?] })?;
    ) => {
        $crate::declare_rule! {
            @rule [$($line)*] $name = $id, $group, $level,
            [.afterwards()$(.$trait())*$(.options(&[$($option),+]))?] {
                fn check(&self, _: &$crate::index::Index, _: &mut $crate::rule::Reporter<'_>) {}

                fn follow(
                    &self,
                    index: &$crate::index::Index,
                    said: &[$crate::diagnostic::Diagnostic],
                    reporter: &mut $crate::rule::Reporter<'_>,
                ) {
                    Self::ask(index, said, reporter);
                }
            }
        }
    };
    (
        $(#[doc = $line:literal])*
        pub struct $name:ident = $id:literal, $group:ident, $level:ident
        $(, $trait:ident)* $({ options: [$($option:expr),+ $(,)?] })? $(+ $whole:path)? $(=> $join:path)?;
    ) => {
        $crate::declare_rule! {
            @rule [$($line)*] $name = $id, $group, $level,
            [$(.$trait())*$(.options(&[$($option),+]))?$(.asks_besides($whole))?$(.joined_by($join))?] {
                fn check(&self, index: &$crate::index::Index, reporter: &mut $crate::rule::Reporter<'_>) {
                    Self::ask(index, reporter);
                }
            }
        }
    };
    (
        @rule [$($line:literal)*] $name:ident = $id:literal, $group:ident, $level:ident,
        [$($more:tt)*] { $($asked:tt)* }
    ) => {
        $(#[doc = $line])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name;

        impl $crate::rule::Rule for $name {
            fn meta(&self) -> &'static $crate::rule::RuleMeta {
                static META: $crate::rule::RuleMeta = $crate::rule::RuleMeta::new(
                    $crate::diagnostic::RuleId($id),
                    $crate::rule::Group::$group,
                    $crate::rule::Level::$level,
                    concat!($($line, "\n"),*),
                )$($more)*;
                &META
            }

            $($asked)*
        }
    };
}
