//! Through a template that an agent renders from Vault.

use std::collections::BTreeMap;

use super::{Journey, Link, LinkState, Remedy};
use crate::fact::{Condition, Fact, Origin, Place, Provision, Role, VaultField};
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
        let mut elsewhere: Vec<&Fact> = Vec::new();
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
                        elsewhere.push(fact);
                        continue;
                    }
                    None => {
                        undecided.get_or_insert(fact.at());
                        continue;
                    }
                }
            }
            let what = match &provide.value.origin {
                Origin::Vault(vault) => {
                    let VaultField { path, field } = &**vault;
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
        // The last fact was looked at first.
        let link = match elsewhere.last() {
            Some(first) => {
                let where_else = words_of(&elsewhere);
                let what = format!("the template renders `{name}` only {where_else}");
                Link::new(first.at(), what, LinkState::Broken).mended_by(Remedy::Branch(file.id))
            }
            None => {
                let what = format!("{} does not render `{name}`", template.value);
                let at = template.at.or(source);
                Link::new(at, what, LinkState::Broken).mended_by(Remedy::Template(file.id))
            }
        };
        self.links.push(link);
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

/// Where a template renders a key that it does not render here: "where `ENV` is `staging`", if that can
/// be said shortly.
fn words_of(facts: &[&Fact]) -> String {
    let mut variable: Option<&KeyName> = None;
    let mut words: Vec<&str> = Vec::new();
    for fact in facts.iter().rev() {
        let Role::Provides(provide) = &fact.role else { continue };
        let Provision::Conditional(conditions) = &provide.provision else { continue };
        match conditions.as_slice() {
            [Condition::Equals { key, any_of, negated: false }]
                if variable.is_none_or(|known| known == key) =>
            {
                variable = Some(key);
                for word in any_of {
                    if !words.contains(&word.as_str()) {
                        words.push(word);
                    }
                }
            }
            _ => return "for other environments".to_owned(),
        }
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match variable {
        Some(variable) if !quoted.is_empty() => format!("where `{variable}` is {}", quoted.join(" or ")),
        _ => "for other environments".to_owned(),
    }
}
