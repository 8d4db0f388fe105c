//! `on:`: what a workflow fires on, and what it takes from workflows that call it.

use super::Reader;
use crate::fact::{CallParameter, WorkflowCall, WorkflowTrigger};
use crate::syntax::yaml::{Entry, Node};
use crate::text::Spanned;

pub(super) fn read(reader: &mut Reader<'_>, entry: &Entry) {
    reader.workflow.on = Some(entry.key.span);
    let node = &entry.value;
    if node.is_mapping() {
        for (name, event) in reader.entries(node) {
            if name == "workflow_call" {
                let call = call(reader, event);
                reader.workflow.call = Some(call);
            } else {
                let trigger = trigger(reader, name, event);
                reader.workflow.triggers.push(trigger);
            }
        }
        return;
    }
    for event in texts(reader, node) {
        if *event == "workflow_call" {
            reader.workflow.call = Some(WorkflowCall { span: event.span, ..WorkflowCall::default() });
        } else {
            reader.workflow.triggers.push(WorkflowTrigger { event, ..WorkflowTrigger::default() });
        }
    }
}

fn trigger(reader: &mut Reader<'_>, name: &str, event: &Entry) -> WorkflowTrigger {
    let mut trigger = WorkflowTrigger {
        event: Spanned::new(name.to_owned(), event.key.span),
        ..WorkflowTrigger::default()
    };
    for (filter, entry) in reader.entries(&event.value) {
        match filter {
            "branches" => trigger.branches = texts(reader, &entry.value),
            "branches-ignore" => trigger.branches_ignore = texts(reader, &entry.value),
            "tags" | "tags-ignore" => trigger.filters_tags = true,
            "paths" => trigger.paths = texts(reader, &entry.value),
            "types" => trigger.types = texts(reader, &entry.value),
            "workflows" => trigger.workflows = texts(reader, &entry.value),
            _ => {}
        }
    }
    trigger
}

fn call(reader: &mut Reader<'_>, event: &Entry) -> WorkflowCall {
    let inputs = event.value.get("inputs").map(|node| parameters(reader, node)).unwrap_or_default();
    let secrets = event.value.get("secrets").map(|node| parameters(reader, node)).unwrap_or_default();
    WorkflowCall { span: event.key.span, inputs, secrets }
}

/// Inputs or secrets that a workflow or an action declares.
pub(super) fn parameters(reader: &mut Reader<'_>, node: &Node) -> Vec<CallParameter> {
    let mut found = Vec::new();
    for (name, entry) in reader.entries(node) {
        let is_true = entry.value.get("required").and_then(Node::as_str) == Some("true");
        let has_default = entry.value.get("default").is_some();
        let required = is_true && !has_default;
        found.push(CallParameter {
            name: Spanned::new(name.to_owned(), entry.key.span),
            required,
            has_default,
        });
    }
    found
}

/// A text, or a list of them.
pub(super) fn texts(reader: &mut Reader<'_>, node: &Node) -> Vec<Spanned<String>> {
    let items = if node.is_sequence() { node.items() } else { std::slice::from_ref(node) };
    let mut found = Vec::new();
    for item in items {
        if reader.take(0) {
            found.extend(reader.spelled(item));
        }
    }
    found
}
