//! `variant-drift`

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::Fact;
use crate::index::{EnvFileLink, Index, Site};
use crate::key::{KeyName, is_tool_key};
use crate::rule::{Reporter, enumerate};
use crate::text::Location;

crate::declare_rule! {
    /// Reports keys that one of two whole compose files of a folder gives to a service and the other does not.
    ///
    /// Files that only add to another one are no variants of it: every service of both must name an image or
    /// a build. The lists must be nearly the same.
    ///
    /// ## Why it matters
    ///
    /// `docker-compose.yml` and `docker-compose-hub.yml` are kept in step by hand. A key that is added to one
    /// works for those who use it, and is reported as a bug by the others.
    ///
    /// ## Example
    ///
    /// `docker-compose.yml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: .
    ///     environment:
    ///       DATABASE_URL: ${DATABASE_URL}
    ///       SIGNING_SECRET: ${SIGNING_SECRET}
    ///       PAGE_SIZE: 20
    ///       MAIL_SENDER: ${MAIL_SENDER}
    ///       MAIL_HOST: ${MAIL_HOST}
    /// ```
    ///
    /// `docker-compose-hub.yml`
    /// ```yaml
    /// services:
    ///   api:
    ///     image: acme/api
    ///     environment:
    ///       DATABASE_URL: ${DATABASE_URL}
    ///       SIGNING_SECRET: ${SIGNING_SECRET}
    ///       PAGE_SIZE: 20
    ///       MAIL_SENDER: ${MAIL_SENDER}
    /// ```
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM python:3.13
    /// COPY . .
    /// CMD ["python", "app.py"]
    /// ```
    ///
    /// `app.py`
    /// ```python
    /// import os
    /// send(os.environ["MAIL_HOST"], os.environ["MAIL_SENDER"])
    /// ```
    ///
    /// ```text
    /// warning[variant-drift]: `api` lacks `MAIL_HOST`, which it is given in docker-compose.yml
    /// ```
    ///
    /// ## What to do
    ///
    /// Add the key, or let both files extend a third.
    pub struct VariantDrift = "variant-drift", Drift, Strict;
}

/// With fewer keys, a list says little.
const ENOUGH_KEYS: usize = 4;

/// Of all keys of both lists, so many percent must be in both.
const ALIKE_PERCENT: usize = 70;

impl VariantDrift {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = BTreeSet::new();
        for site in index.sites() {
            // Variants lie in one folder.
            let beside = index.composes_in(&index.path(site.file).folder()).iter();
            for other in beside.flat_map(|file| index.sites_in(*file)) {
                if other.file <= site.file || !are_variants(index, site, other) {
                    continue;
                }
                let (left, right) = (keys(index, site), keys(index, other));
                let shared = left.keys().filter(|key| right.contains_key(*key)).count();
                let all = left.len() + right.len() - shared;
                if left.len().min(right.len()) < ENOUGH_KEYS || shared * 100 < all * ALIKE_PERCENT {
                    continue;
                }
                for (full, lacking, (has, lacks)) in
                    [(site, other, (&left, &right)), (other, site, (&right, &left))]
                {
                    let missing: Vec<(&KeyName, &Fact)> = has
                        .iter()
                        .filter(|(key, _)| !lacks.contains_key(*key) && !is_tool_key(key))
                        .filter(|(key, _)| index.is_used(key) && !is_in_env_file(index, lacking, key))
                        .map(|(key, fact)| (*key, *fact))
                        .collect();
                    if !missing.is_empty() && told.insert((lacking.file, lacking.position)) {
                        speak(index, reporter, full, lacking, &missing);
                    }
                }
            }
        }
    }
}

/// Whether two sites are the same service in two whole compose files of one folder.
fn are_variants(index: &Index, a: &Site, b: &Site) -> bool {
    let name = |site: &Site| index.compose_service(site).map(|service| service.name.value.clone());
    let is_plain = |site: &Site| {
        index
            .compose_service(site)
            .is_some_and(|service| service.environment.is_some() && service.extends.is_none())
    };
    // What both are given as a whole makes no difference between them.
    let files = |site: &Site| -> Vec<String> {
        let service = index.compose_service(site);
        service
            .into_iter()
            .flat_map(|service| &service.env_files)
            .map(|file| file.path.value.clone())
            .collect()
    };
    let folder = index.path(a.file).folder();
    folder == index.path(b.file).folder()
        && name(a) == name(b)
        && is_plain(a)
        && is_plain(b)
        && files(a) == files(b)
        && !index.is_aside(a.file)
        && [a.file, b.file].iter().all(|file| {
            let path = index.path(*file);
            let is_test = ["test", "ci", "e2e", "integration"].iter().any(|word| path.name().contains(word));
            index.is_whole_project(*file) && !is_test
        })
}

/// Whether a dotenv that the service is given, or the example of one, has the key.
fn is_in_env_file(index: &Index, site: &Site, key: &KeyName) -> bool {
    site.env_files.iter().any(|link| match link {
        EnvFileLink::File(file) | EnvFileLink::Example(file) => {
            index.facts_in(*file).any(|fact| fact.key == *key)
        }
        EnvFileLink::Missing(_) | EnvFileLink::Unseen => true,
    })
}

fn keys<'a>(index: &'a Index, site: &'a Site) -> BTreeMap<&'a KeyName, &'a Fact> {
    index.environment_of(site).map(|fact| (&fact.key, fact)).collect()
}

fn speak(
    index: &Index,
    reporter: &mut Reporter<'_>,
    full: &Site,
    lacking: &Site,
    missing: &[(&KeyName, &Fact)],
) {
    let (Some(service), Some(has)) = (index.compose_service(lacking), index.files.get(full.file)) else {
        return;
    };
    let Some(listing) = service.environment else { return };
    let names: Vec<&str> = missing.iter().map(|(key, _)| key.as_str()).collect();
    let mut finding = reporter.report(
        format!("`{}` lacks {}, which it is given in {}", service.name.value, enumerate(&names), has.path),
        Location::new(lacking.file, listing),
        "this list lacks it",
    );
    for (key, fact) in missing.iter().take(3) {
        finding = finding.label(fact.at(), format!("`{key}` is given here"));
    }
    if let [(key, _)] = missing {
        finding = finding.key(key);
    }
    finding
        .why("two files for the same service are kept in step by hand")
        .help("add what is missing, or let both files extend a third");
}
