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
/// A rule that is silent without a declared matrix says `, needs_matrix` before the semicolon. One about
/// exceptions to other rules says `, of_exceptions`, and asks a [`Review`](crate::suppress::Review).
#[macro_export]
macro_rules! declare_rule {
    ($(#[doc = $line:literal])* pub struct $name:ident = $id:literal, $group:ident, $level:ident;) => {
        $crate::declare_rule!(@ $($line)*; $name, $id, $group, $level, false, false);
        $crate::declare_rule!(@check $name);
    };
    ($(#[doc = $line:literal])* pub struct $name:ident = $id:literal, $group:ident, $level:ident, needs_matrix;) => {
        $crate::declare_rule!(@ $($line)*; $name, $id, $group, $level, true, false);
        $crate::declare_rule!(@check $name);
    };
    ($(#[doc = $line:literal])* pub struct $name:ident = $id:literal, $group:ident, $level:ident, of_exceptions;) => {
        $crate::declare_rule!(@ $($line)*; $name, $id, $group, $level, false, true);
        impl $crate::rule::Rule for $name {
            fn meta(&self) -> &'static $crate::rule::RuleMeta {
                &Self::META
            }

            fn check(&self, _: &$crate::index::Index, _: &mut $crate::rule::Reporter<'_>) {}

            fn review(&self, review: &$crate::suppress::Review<'_>, reporter: &mut $crate::rule::Reporter<'_>) {
                Self::ask(review, reporter);
            }
        }
    };
    (@check $name:ident) => {
        impl $crate::rule::Rule for $name {
            fn meta(&self) -> &'static $crate::rule::RuleMeta {
                &Self::META
            }

            fn check(&self, index: &$crate::index::Index, reporter: &mut $crate::rule::Reporter<'_>) {
                Self::ask(index, reporter);
            }
        }
    };
    (@ $($line:literal)*; $name:ident, $id:literal, $group:ident, $level:ident, $needs_matrix:literal,
     $is_about_exceptions:literal) => {
        $(#[doc = $line])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name;

        impl $name {
            const META: $crate::rule::RuleMeta = $crate::rule::RuleMeta {
                id: $crate::diagnostic::RuleId($id),
                group: $crate::rule::Group::$group,
                level: $crate::rule::Level::$level,
                needs_matrix: $needs_matrix,
                is_about_exceptions: $is_about_exceptions,
                page: concat!($($line, "\n"),*),
            };
        }
    };
}
