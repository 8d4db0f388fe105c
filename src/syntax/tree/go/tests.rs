//! The reader held against the tree-sitter grammar of Go.
