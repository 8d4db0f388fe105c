//! The `envcheck` command.

use std::io::{BufWriter, Write, stderr, stdout};
use std::process::ExitCode;

use envcheck::cli;
use envcheck::config::Streams;

fn main() -> ExitCode {
    // Whether to paint is decided in `cli`; these streams only make paint work on every console.
    let mut out = BufWriter::new(anstream::AutoStream::always(stdout().lock()));
    let mut err = anstream::AutoStream::always(stderr().lock());
    let exit = cli::run(std::env::args_os(), &Streams::of_this_process(), &mut out, &mut err);
    // A reader that went away has been dealt with; what it left in the buffer goes nowhere.
    let _ = out.flush();
    exit.into()
}
