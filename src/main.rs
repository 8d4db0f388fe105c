//! The `envcheck` command.

fn main() {}
