//! `envs/matrix.yaml`.

use std::fmt::Write;

use super::yaml::{list, scalar};
use super::{Writer, keys};
use crate::matrix::{Matrix, Service};

pub(super) fn text(writer: &Writer<'_>, matrix: &Matrix) -> String {
    let mut out = writer.schema_line("matrix");
    out.push_str(HEAD);
    out.push_str("version: 1\n");
    if let Some(project) = &matrix.project {
        // Writing to a text cannot fail, here and below.
        let _ = writeln!(out, "project: {}{}", scalar(project), writer.from(project.at));
    }
    if !matrix.services.is_empty() {
        out.push_str(SERVICES);
        for service in matrix.services.values() {
            write_service(writer, service, &mut out);
        }
    }
    keys::write(writer, matrix, &mut out);
    out.push_str(TAIL);
    out
}

const HEAD: &str = "\
#
# The matrix of this project: its services, and the keys that configure them. Each environment has a file
# of its own beside this one. `envcheck` compares code, dotenv files, compose files, Dockerfiles and Vault
# templates with it, and reports whatever breaks on the way from where a value is set to where it is read.
#
# `envcheck init` guessed this first version. It is yours now: correct what is wrong, complete what is missing,
# delete what you do not need. The comment behind an entry names the place that the guess comes from.
#
#   envcheck matrix      which environment has which key
#   envcheck trace KEY   the way of one key into each service

";

const SERVICES: &str = "
# Code with its own process environment. Files below `root` speak for the service; `compose` lists what
# compose files call it, where that is not its own name.
services:
";

const TAIL: &str = "
# What else can be said here, when you want it checked:
#
# documents: [.env.example]                # example files that must document every key
# complete: true                           # any key that is not listed above is a mistake
# exclude: [vendor]                        # paths that are no part of the project
# naming:                                  # how keys and resources are called in every environment
#   key: UPPER_SNAKE
#   container: \"{project}-{service}{suffix}\"
";

fn write_service(writer: &Writer<'_>, service: &Service, out: &mut String) {
    let name = &service.name;
    let _ = writeln!(out, "  {}:{}", scalar(name), writer.from(name.at));
    let mut says_nothing = true;
    let mut entry = |word: &str, value: String| {
        let _ = writeln!(out, "    {word}: {value}");
        says_nothing = false;
    };
    match &service.root {
        Some(root) if root.within_root().is_empty() && root.root_name().is_none() => {
            entry("root", ".".to_owned());
        }
        Some(root) => entry("root", scalar(root.as_str())),
        None => {}
    }
    let is_own_name = matches!(service.compose.as_slice(), [only] if only.value == name.value);
    if !is_own_name {
        entry("compose", list(service.compose.iter().map(|name| name.value.as_str())));
    }
    if let Some(dockerfile) = &service.dockerfile {
        entry("dockerfile", scalar(dockerfile.as_str()));
    }
    if let Some(prefix) = &service.public_prefix {
        entry("public_prefix", format!("{}{}", scalar(prefix), writer.from(prefix.at)));
    }
    if let Some(prefix) = &service.key_prefix {
        entry("key_prefix", scalar(prefix));
    }
    if says_nothing {
        let _ = writeln!(out, "    # root:  its code is not in this tree");
    }
}
