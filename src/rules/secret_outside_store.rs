//! `secret-outside-store`

use crate::index::Index;
use crate::matrix::{Environment, Kind};
use crate::rule::{Reporter, enumerate};
use crate::secret::tells_no_secret;

crate::declare_rule! {
    /// Reports a declared secret that a file of the tree supplies to a deployed environment whose secrets come from Vault.
    ///
    /// ## Why it matters
    ///
    /// A value beside the store is not rotated, not audited and not revoked with the others, and where
    /// it takes precedence it keeps hiding the one in the store.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: {} }
    /// keys: { S3_SECRET_KEY: { kind: secret, service: api } }
    /// environments:
    ///   production:
    ///     sources:
    ///       - compose: compose.yaml
    ///       - vault: secrets.ctmpl
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     image: api
    ///     environment:
    ///       S3_SECRET_KEY: 8Jk2mQ7vT4xZ
    /// ```
    ///
    /// `secrets.ctmpl`
    /// ```text
    /// {{ with secret "secret/data/api" }}
    /// S3_SECRET_KEY={{ .Data.data.S3_SECRET_KEY }}
    /// {{ end }}
    /// ```
    ///
    /// ```text
    /// error[secret-outside-store]: the secret `S3_SECRET_KEY` reaches `production` beside the store
    /// ```
    ///
    /// ## What to do
    ///
    /// Render the key in the template, take it out of the other source, and replace the secret: it is
    /// known to whoever can read that file.
    pub struct SecretOutsideStore = "secret-outside-store", Secret, Error, needs_matrix;
}

impl SecretOutsideStore {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for held in index.held_texts(Environment::is_deployed) {
            if tells_no_secret(held.text.reveal()) {
                continue;
            }
            let stored = held.uses.iter().find_map(|&(key, service)| {
                let spec = index.matrix.keys.get(key).filter(|spec| spec.kind.value == Kind::Secret)?;
                let besides =
                    |environment: &&&Environment| is_beside_store(index, environment, service, held.at.file);
                let environments: Vec<&Environment> =
                    held.environments.iter().filter(besides).copied().collect();
                let (template, named) = environments.first()?.store_of(service)?;
                Some((key, spec, environments, template, named))
            });
            let Some((key, spec, environments, template, named)) = stored else { continue };
            let names: Vec<String> =
                environments.iter().map(|environment| environment.name.value.clone()).collect();
            let message = format!("the secret `{key}` reaches {} beside the store", enumerate(&names));
            let mut finding = reporter.report(message, held.at, "supplied here").key(key);
            if let Some(named) = named {
                let first = names.first().map_or("", String::as_str);
                finding = finding.label(named, format!("the secrets of `{first}` come from here"));
            }
            if let Some(declared) = spec.kind.at {
                finding = finding.label(declared, "declared as a secret here");
            }
            finding
                .environments(names)
                .why("what stands beside the store is neither rotated nor revoked with it")
                .help(format!(
                    "render `{key}` in {}, take it out here, and replace the secret",
                    template.value
                ));
        }
    }
}

/// Whether the secrets of a service come from a store in `environment`, and `file` is no part of it.
pub(super) fn is_beside_store(
    index: &Index,
    environment: &Environment,
    service: &str,
    file: crate::text::FileId,
) -> bool {
    environment
        .store_of(service)
        .is_some_and(|(template, _)| index.files.at(template).is_none_or(|template| template.id != file))
}
