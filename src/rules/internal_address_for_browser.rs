//! `internal-address-for-browser`

use std::collections::BTreeSet;

use crate::fact::{ComposeFile, ComposeService, Fact, Need, Place, Role, Value};
use crate::index::{BuildLink, Index, Site};
use crate::key::{public_prefix, segments};
use crate::matrix::Kind;
use crate::rule::Reporter;
use crate::text::{Location, TreePath};
use crate::value_type::url::Url;

crate::declare_rule! {
    /// Reports an address that browsers are given and only containers can resolve.
    ///
    /// That is the name of a compose service in a key with a browser prefix (`NEXT_PUBLIC_`, `VITE_`, ...) or
    /// with `kind: public` in the matrix. Keys of proxies and of the server's own half are left out, and so
    /// are compose files whose browsers run in containers themselves.
    ///
    /// ## Why it matters
    ///
    /// The address is built into JavaScript that runs on the visitor's machine, where nobody knows the
    /// names of a compose network. Rendering on the server works, and every click fails.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     build: web
    ///     environment:
    ///       NEXT_PUBLIC_API_URL: http://backend:8000
    ///   backend:
    ///     build: api
    ///     ports: ["8000:8000"]
    /// ```
    ///
    /// ```text
    /// warning[internal-address-for-browser]: `NEXT_PUBLIC_API_URL` gives browsers an address that only containers know: `backend`
    /// ```
    ///
    /// ## What to do
    ///
    /// Give browsers the published or public address, and keep the internal one in a key without the
    /// prefix for what runs on the server.
    pub struct InternalAddressForBrowser = "internal-address-for-browser", Value, Warning, by_file;
}

impl InternalAddressForBrowser {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = BTreeSet::new();
        for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
            let Some(compose) = index.compose(site.file) else { continue };
            let build = match site.build {
                BuildLink::Dockerfile(file) => Some(file),
                _ => None,
            };
            let built = build.into_iter().flat_map(|file| index.facts_in(file)).filter_map(written);
            let args = index.build_args_of(site).filter_map(written);
            for (fact, value) in index.values_for(site).chain(args).chain(built) {
                if !is_for_browsers(index, fact) {
                    continue;
                }
                for (text, span) in value.texts() {
                    let Some(target) = internal(text.reveal(), compose) else { continue };
                    let at = Location::new(fact.file, span);
                    if !has_browser(index, site, compose) && !is_of_tools(index, fact) && told.insert(at) {
                        report(fact, at, site, target, reporter);
                    }
                }
            }
        }
    }
}

fn report(
    fact: &Fact,
    at: Location,
    site: &Site,
    (address, target): (Url<'_>, &ComposeService),
    reporter: &mut Reporter<'_>,
) {
    let name = &target.name.value;
    let port = address.port;
    let mut published = target.published_ports.iter();
    let help =
        match published.find(|both| port.is_none_or(|port| both.container == port || both.host == port)) {
            Some(port) => {
                format!("give browsers the address that they reach, here `http://localhost:{}`", port.host)
            }
            None => "give browsers the address that they reach".to_owned(),
        };
    reporter
        .report(
            format!("`{}` gives browsers an address that only containers know: `{name}`", fact.key),
            at,
            "built into what browsers download",
        )
        .label(
            Location::new(site.file, target.name.span),
            format!("`{name}` is a name in this compose network"),
        )
        .key(&fact.key)
        .why("the browser runs on the visitor's machine, where this name resolves to nothing")
        .help(format!("{help}; what runs on the server can keep the internal one in a key of its own"));
}

/// The value that a fact of a Dockerfile or of build arguments writes down.
fn written(fact: &Fact) -> Option<(&Fact, &Value)> {
    let value = match (&fact.role, &fact.place) {
        (Role::Provides(provide), Place::BuildArgs(_) | Place::BuildArg(_) | Place::Stage(_)) => {
            &provide.value
        }
        (Role::Reads(read), Place::BuildArg(_)) => match &read.need {
            Need::Default(value) => value,
            _ => return None,
        },
        _ => return None,
    };
    Some((fact, value))
}

/// Whether only the configuration of bundlers reads the key: node runs it, and a proxy of the development server is
/// named there. Asked last, because a key may have thousands of statements.
fn is_of_tools(index: &Index, fact: &Fact) -> bool {
    let mut readers = index
        .facts_of(&fact.key)
        .filter(|fact| fact.place == Place::Process && matches!(fact.role, Role::Reads(_)))
        .map(|fact| index.path(fact.file))
        .peekable();
    let is_configuration =
        |path: &TreePath| path.name().contains(".config.") || path.name() == "setupProxy.js";
    readers.peek().is_some() && readers.all(|path| is_configuration(&path))
}

fn is_for_browsers(index: &Index, fact: &Fact) -> bool {
    let on_server =
        ["PROXY", "TARGET", "INTERNAL", "SSR", "SERVER", "DOCKER", "CONTAINER", "REWRITE", "UPSTREAM"];
    let is_public = public_prefix(&fact.key).is_some()
        || index.matrix.is_declared()
            && index.matrix.keys.get(&fact.key).is_some_and(|spec| spec.kind.value == Kind::Public);
    is_public && !segments(&fact.key).any(|part| on_server.contains(&part))
}

/// A web address, and the service of the file that it names.
fn internal<'a>(text: &'a str, compose: &'a ComposeFile) -> Option<(Url<'a>, &'a ComposeService)> {
    let url = Url::parse(text).filter(|url| matches!(url.scheme, "http" | "https" | "ws" | "wss"))?;
    // A service may be called like a host of the world.
    let is_inner = !url.host.contains('.') && url.host != "localhost";
    let target = compose.services.iter().find(|service| is_inner && service.name.value == url.host)?;
    Some((url, target))
}

/// Whether browsers run in containers beside the services, or may do so: a test set-up.
fn has_browser(index: &Index, site: &Site, compose: &ComposeFile) -> bool {
    let path = index.path(site.file);
    let is_test = path
        .name()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| matches!(word, "test" | "tests" | "e2e" | "ci" | "cypress" | "playwright" | "selenium"));
    let browsers =
        ["playwright", "cypress", "selenium", "chrome", "chromium", "puppeteer", "browserless", "lighthouse"];
    let is_browser = |service: &ComposeService| {
        let image = service.image.as_ref().map_or("", |image| image.value.as_str());
        browsers.iter().any(|browser| image.contains(browser) || service.name.contains(browser))
            || service.name.contains("e2e")
    };
    is_test || compose.services.iter().any(is_browser)
}
