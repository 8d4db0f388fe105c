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
/// A rule that is silent without a declared matrix says `, needs_matrix` before the semicolon; one that asks
/// file by file says `, by_file` (see [`RuleMeta::by_file`](crate::rule::RuleMeta::by_file)).
#[macro_export]
macro_rules! declare_rule {
    ($(#[doc = $line:literal])* pub struct $name:ident = $id:literal, $group:ident, $level:ident;) => {
        $crate::declare_rule!(@ $($line)*; $name, $id, $group, $level, false, false);
    };
    ($(#[doc = $line:literal])* pub struct $name:ident = $id:literal, $group:ident, $level:ident, needs_matrix;) => {
        $crate::declare_rule!(@ $($line)*; $name, $id, $group, $level, true, false);
    };
    ($(#[doc = $line:literal])* pub struct $name:ident = $id:literal, $group:ident, $level:ident, by_file;) => {
        $crate::declare_rule!(@ $($line)*; $name, $id, $group, $level, false, true);
    };
    (@ $($line:literal)*; $name:ident, $id:literal, $group:ident, $level:ident, $needs_matrix:literal, $by_file:literal) => {
        $(#[doc = $line])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name;

        impl $crate::rule::Rule for $name {
            fn meta(&self) -> &'static $crate::rule::RuleMeta {
                static META: $crate::rule::RuleMeta = $crate::rule::RuleMeta {
                    id: $crate::diagnostic::RuleId($id),
                    group: $crate::rule::Group::$group,
                    level: $crate::rule::Level::$level,
                    needs_matrix: $needs_matrix,
                    by_file: $by_file,
                    page: concat!($($line, "\n"),*),
                };
                &META
            }

            fn check(&self, index: &$crate::index::Index, reporter: &mut $crate::rule::Reporter<'_>) {
                Self::ask(index, reporter);
            }
        }
    };
}
