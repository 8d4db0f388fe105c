//! Through a template that an agent renders from Vault.

use std::collections::BTreeMap;

use super::{Journey, Link, LinkState};
use crate::fact::{Condition, Fact, Origin, Place, Provision, Role};
use crate::index::supply::Held;
use crate::key::KeyName;
use crate::matrix::Said;
use crate::text::{Location, TreePath};

impl Journey<'_> {
    /// What a template renders under the agent's environment `env`.
    pub(super) fn via_template(
        &mut self,
        name: &KeyName,
        template: &Said<TreePath>,
        env: &BTreeMap<KeyName, Said<String>>,
        source: Option<Location>,
    ) -> Option<Held> {
        let Some(file) = self.index.files.at(template) else {
            self.unseen.get_or_insert_with(|| format!("{} is not in the tree", template.value));
            return None;
        };
        let mut elsewhere: Option<Location> = None;
        let mut undecided = None;
        let facts: Vec<&Fact> = self
            .index
            .facts_in(file.id)
            .filter(|fact| fact.key == *name && fact.place == Place::Rendered)
            .collect();
        for fact in facts.iter().rev() {
            let Role::Provides(provide) = &fact.role else { continue };
            if let Provision::Conditional(conditions) = &provide.provision {
                match self.decide(conditions, env) {
                    Some(true) => {}
                    Some(false) => {
                        elsewhere.get_or_insert(fact.at());
                        continue;
                    }
                    None => {
                        undecided.get_or_insert(fact.at());
                        continue;
                    }
                }
            }
            let what = match &provide.value.origin {
                Origin::Vault { path, field } => {
                    format!("the template renders `{name}` from `{field}` of {path}")
                }
                _ => format!("the template renders `{name}`"),
            };
            self.links.push(Link::new(fact.at(), what, LinkState::Holds));
            return self.provided(fact);
        }
        if let Some(at) = undecided {
            let what = format!("the template renders `{name}` under a condition");
            self.links.push(Link::new(at, what, LinkState::Unseen));
            self.unseen.get_or_insert_with(|| format!("{} renders it under a condition", template.value));
            return None;
        }
        self.note_gaps(file.id, name);
        let (at, what) = match elsewhere {
            Some(at) => (Some(at), format!("the template renders `{name}` only for other environments")),
            None => (template.at.or(source), format!("{} does not render `{name}`", template.value)),
        };
        self.links.push(Link::new(at, what, LinkState::Broken));
        None
    }

    /// Whether conditions on the agent's environment hold here; `None` if that cannot be told.
    fn decide(&self, conditions: &[Condition], env: &BTreeMap<KeyName, Said<String>>) -> Option<bool> {
        let mut all = Some(true);
        for condition in conditions {
            let holds = match condition {
                Condition::Opaque => None,
                Condition::Equals { key, any_of, negated } => {
                    let given = env.get(key).map(|value| value.value.as_str());
                    let set = || self.environment.values.get(key).map(|value| value.reveal());
                    given.or_else(set).map(|value| any_of.iter().any(|word| word == value) != *negated)
                }
            };
            match holds {
                Some(false) => return Some(false),
                Some(true) => {}
                None => all = None,
            }
        }
        all
    }
}
