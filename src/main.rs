//! The `envcheck` command.

use std::io::{BufWriter, Write, stderr, stdout};
use std::process::ExitCode;

use envcheck::cli;
use envcheck::config::Streams;

/// Facts are many small texts, made by all threads and joined by one: the allocator is a fifth of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Whether to paint is decided in `cli`; these streams only make paint work on every console.
    let mut out = BufWriter::new(anstream::AutoStream::always(stdout().lock()));
    let mut err = anstream::AutoStream::always(stderr().lock());
    let exit = cli::run(std::env::args_os(), &Streams::of_this_process(), &mut out, &mut err);
    // A reader that went away has been dealt with; what it left in the buffer goes nowhere.
    let _ = out.flush();
    exit.into()
}
