//! The way of a key, link by link: for people, and as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::{Paint, Screen, clean};
use crate::index::{Cell, Index, Link, LinkState, Outcome, Route};
use crate::key::KeyName;

/// One route with its ends.
#[derive(Debug)]
pub struct Traced {
    /// The environment's name.
    pub environment: String,
    /// The service's name.
    pub service: String,
    /// The route between them.
    pub route: Route,
}

/// Writes the routes of `key`. Those that say the same of several environments are shown once.
///
/// # Errors
/// Those of `out`.
pub fn trace(
    index: &Index,
    key: &KeyName,
    routes: &[Traced],
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", screen.paint(Paint::Strong, &clean(key)))?;
    let mut shown: Vec<&Traced> = Vec::new();
    for traced in routes {
        if shown.iter().any(|other| other.service == traced.service && other.route == traced.route) {
            continue;
        }
        shown.push(traced);
        let same: Vec<&str> = routes
            .iter()
            .filter(|other| other.service == traced.service && other.route == traced.route)
            .map(|other| other.environment.as_str())
            .collect();
        let title = format!("{} in {}", traced.service, same.join(", "));
        writeln!(out, "\n  {}", screen.paint(Paint::Frame, &clean(&title)))?;
        links(index, &traced.route, screen, out)?;
    }
    Ok(())
}

fn links(index: &Index, route: &Route, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let places: Vec<String> = route
        .links
        .iter()
        .map(|link| link.at.map_or_else(|| "-".to_owned(), |at| index.files.spell(at)))
        .collect();
    let width = places.iter().map(|place| place.chars().count()).max().unwrap_or(0);
    for (link, place) in route.links.iter().zip(&places) {
        let (mark, paint) = mark(link.state, screen);
        let place = format!("{:width$}", clean(place));
        writeln!(
            out,
            "    {} {}  {}",
            screen.paint(paint, mark),
            screen.paint(Paint::Code, &place),
            clean(&link.what)
        )?;
    }
    let (paint, text) = ending(&route.outcome);
    writeln!(
        out,
        "    {} {}",
        screen.paint(Paint::Frame, if screen.unicode { "→" } else { "=>" }),
        screen.paint(paint, &clean(&text))
    )
}

fn mark(state: LinkState, screen: &Screen) -> (&'static str, Paint) {
    match (state, screen.unicode) {
        (LinkState::Holds, true) => ("✓", Paint::Note),
        (LinkState::Holds, false) => ("ok     ", Paint::Note),
        (LinkState::FallsBack, true) => ("~", Paint::Warning),
        (LinkState::FallsBack, false) => ("default", Paint::Warning),
        (LinkState::Broken, true) => ("✗", Paint::Error),
        (LinkState::Broken, false) => ("broken ", Paint::Error),
        (LinkState::Unseen, true) => ("?", Paint::Warning),
        (LinkState::Unseen, false) => ("unseen ", Paint::Warning),
    }
}

fn ending(outcome: &Outcome) -> (Paint, String) {
    let cell = Cell::of(outcome);
    let paint = match cell {
        Cell::Supplied | Cell::Vault | Cell::Example => Paint::Note,
        Cell::Missing | Cell::Placeholder => Paint::Error,
        Cell::NotApplicable => Paint::Plain,
        _ => Paint::Warning,
    };
    let text = match outcome {
        Outcome::Unseen(reason) => format!("{}: {reason}", cell.word()),
        _ => format!("{}: {}", cell.word(), Cell::told(outcome)),
    };
    (paint, text)
}

/// A route as programs read it.
#[derive(Serialize)]
struct WireRoute<'a> {
    environment: &'a str,
    service: &'a str,
    outcome: &'static str,
    links: Vec<WireLink<'a>>,
}

/// A link as programs read it.
#[derive(Serialize)]
struct WireLink<'a> {
    path: Option<&'a str>,
    line: Option<u32>,
    what: &'a str,
    state: &'static str,
}

/// Writes the routes as a JSON array.
///
/// # Errors
/// Those of `out`.
pub fn trace_json(index: &Index, routes: &[Traced], out: &mut dyn Write) -> io::Result<()> {
    let wire: Vec<WireRoute<'_>> = routes
        .iter()
        .map(|traced| WireRoute {
            environment: &traced.environment,
            service: &traced.service,
            outcome: Cell::of(&traced.route.outcome).word(),
            links: traced.route.links.iter().map(|link| wire_link(index, link)).collect(),
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &wire)?;
    writeln!(out)
}

fn wire_link<'a>(index: &'a Index, link: &'a Link) -> WireLink<'a> {
    let place = link.at.and_then(|at| Some((index.files.get(at.file)?, at)));
    WireLink {
        path: place.map(|(file, _)| file.path.as_str()),
        line: place.map(|(file, at)| file.line_column(at.span.start).line),
        what: &link.what,
        state: match link.state {
            LinkState::Holds => "holds",
            LinkState::FallsBack => "falls-back",
            LinkState::Broken => "broken",
            LinkState::Unseen => "unseen",
        },
    }
}
