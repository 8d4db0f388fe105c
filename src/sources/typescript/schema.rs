//! Schemas that declare the keys they read: t3-env, zod, valibot, Joi, envalid, Astro's `env.schema`, classes of
//! class-validator, and what `declared` knows.

mod adonis;
mod arktype;
mod chain;
mod class;
mod convict;
mod declared;
mod field;
mod halves;
mod json;
mod list;
mod options;
mod package;
mod pieces;
mod sent;
mod takers;
mod text_form;

use std::collections::{BTreeMap, BTreeSet};

use super::environment::{Access, Site, is_environment, sites};
use super::flow::{Fall, is_nothing};
use super::module::{Module, arguments, callee, key_span, key_text, pairs, property};
use super::name::{is_capital, names_of};
use super::output::Output;
use super::process::{Reader, as_read, use_of};
use super::sign::has_fields;
use crate::fact::{Need, Phase, Read, SchemaHalf, SchemaKey};
use crate::key::{KeyName, public_prefix};
use crate::syntax::tree::Node;
use crate::text::{Span, Spanned};

use chain::field;
use field::Field;
use halves::Half;
use package::is_of_environment;
use pieces::{Asks, Defaulted, Piece, defaulted, pieces};
use takers::Takers;

/// Adds the reads that schemas declare. Returns the numbers of the sites that schemas judge, and of the calls by which they
/// do, so that nobody tells of them twice.
pub(super) fn read<'t>(reader: &Reader<'_, 't>, output: &mut Output<'_>) -> BTreeSet<usize> {
    let mut schemas = Schemas {
        reader,
        claimed: BTreeSet::new(),
        done: BTreeSet::new(),
        partly: BTreeMap::new(),
        told: BTreeSet::new(),
        takers: Takers::default(),
    };
    for call in reader.module.nodes().filter(|node| node.kind() == "call_expression") {
        schemas.call(call, output);
        schemas.declared(declared::judged(reader.module, call), Some(call), output);
    }
    schemas.rest(output);
    // Schemas that another file parses the environment with are known by the names of their fields.
    for call in reader.module.nodes().filter(|node| node.kind() == "call_expression") {
        schemas.telling(call, output);
        schemas.declared(declared::telling(reader.module, call), None, output);
    }
    class::read(reader, &mut schemas.claimed, output);
    schemas.claimed
}

struct Schemas<'r, 'm, 't> {
    reader: &'r Reader<'m, 't>,
    claimed: BTreeSet<usize>,
    /// The object literals whose fields are read already.
    done: BTreeSet<usize>,
    /// Those of which schemas have taken some fields.
    partly: BTreeMap<usize, Node<'t>>,
    /// Where fields stand that are read already.
    told: BTreeSet<Span>,
    takers: Takers,
}

/// Where the values come from that a schema judges.
#[derive(Clone, Default)]
struct Input<'t> {
    /// Whether all that is not given otherwise is taken from the environment.
    is_environment: bool,
    /// Whether each text is made what its field wants before the field judges it.
    converts: bool,
    /// What an object takes from variables, by the schema's name of it.
    relays: BTreeMap<String, Vec<Site<'t>>>,
    /// What the object gives without a variable.
    given: BTreeSet<String>,
    /// What it gives where the environment has nothing.
    defaulted: Defaulted,
}

impl Input<'_> {
    fn environment() -> Self {
        Self { is_environment: true, ..Self::default() }
    }
}

impl<'t> Schemas<'_, '_, 't> {
    fn module(&self) -> &Module<'t> {
        self.reader.module
    }

    fn call(&mut self, call: Node<'t>, output: &mut Output<'_>) {
        let Some((object, name)) = callee(call) else { return };
        let given = arguments(call);
        match (object, name.text(), given.as_slice()) {
            (_, "createEnv", [options, ..]) => self.halves(call, *options, output),
            (None, "envsafe", [schema, ..]) => {
                let objects = self.pieces(*schema);
                self.fields(call, &objects, &Input { converts: true, ..Input::environment() }, output);
            }
            (_, "cleanEnv" | "parseEnv", [environment, schema, ..])
                if is_environment(self.module(), *environment) =>
            {
                let objects = self.pieces(*schema);
                // `parseEnv` of znv converts by itself.
                let converts = name.text() == "parseEnv";
                self.fields(call, &objects, &Input { converts, ..Input::environment() }, output);
            }
            (Some(nest), "forRoot", [options, ..]) if nest.text() == "ConfigModule" => {
                let options = self.module().resolved(*options);
                let Some((_, schema)) = property(options, "validationSchema") else { return };
                let objects = self.pieces(schema);
                self.fields(call, &objects, &Input::environment(), output);
            }
            (Some(_), "parse" | "safeParse" | "parseAsync" | "safeParseAsync", [schema, input]) => {
                self.parse(call, *schema, *input, output);
            }
            (
                Some(schema),
                "parse" | "safeParse" | "parseAsync" | "safeParseAsync" | "validateSync" | "validate"
                | "cast",
                [input, ..],
            ) => self.parse(call, schema, *input, output),
            (None, "parse" | "safeParse", [schema, input, ..]) => self.parse(call, *schema, *input, output),
            _ => {}
        }
    }

    /// `schema.parse(process.env)`, or of an object of relays.
    fn parse(&mut self, call: Node<'t>, schema: Node<'t>, given: Node<'t>, output: &mut Output<'_>) {
        let objects = self.pieces(schema);
        match self.input(given) {
            Some(input) => self.fields(call, &objects, &input, output),
            // What is sent or stored is not the environment, however its fields are called.
            None if sent::is_sent(self.module(), given) => {
                self.done.extend(objects.iter().map(|piece| piece.object.id()))
            }
            None => {}
        }
    }

    /// What an object that is parsed has of the environment, if anything.
    fn input(&self, node: Node<'t>) -> Option<Input<'t>> {
        let is_environment = is_environment(self.module(), node);
        let object = self.module().resolved(node);
        let relays = self.relays(object);
        if relays.is_empty() && !is_environment {
            return None;
        }
        let names = pairs(object).into_iter().filter_map(|(key, _)| key_text(key));
        let defaulted = defaulted(self.module(), object);
        let given = names.filter(|name| !relays.contains_key(name) && !defaulted.has(name)).collect();
        Some(Input { is_environment, converts: false, relays, given, defaulted })
    }

    /// `A: process.env.B` by `A`.
    fn relays(&self, object: Node<'t>) -> BTreeMap<String, Vec<Site<'t>>> {
        let mut found = BTreeMap::new();
        for (key, value) in pairs(object) {
            let Some(name) = key_text(key) else { continue };
            let inside: Vec<Site<'t>> =
                value.walk().take(200).flat_map(|step| sites(self.module(), step.node)).collect();
            if !inside.is_empty() {
                found.insert(name, inside);
            }
        }
        found
    }

    fn pieces(&self, schema: Node<'t>) -> Vec<Piece<'t>> {
        pieces(self.module(), self.module().resolved(schema))
    }

    /// The fields that no schema of this file asks for as they are written: they may be there.
    fn rest(&mut self, output: &mut Output<'_>) {
        for (id, object) in std::mem::take(&mut self.partly) {
            self.done.insert(id);
            for (key, _) in pairs(object) {
                let Some(name) = key_text(key).filter(|name| is_capital(name)) else { continue };
                if self.told.insert(key_span(key)) {
                    output.read(&name, key_span(key), output.phase, Read::with_need(Need::Optional));
                }
            }
        }
    }

    /// A schema object with fields in capitals, wherever it is parsed.
    fn telling(&mut self, call: Node<'t>, output: &mut Output<'_>) {
        let Some((Some(library), method)) = callee(call) else { return };
        let is_object = matches!(method.text(), "object" | "strictObject" | "looseObject" | "extend");
        let is_known =
            matches!(library.text(), "z" | "v" | "zod" | "Joi" | "joi" | "yup" | "Yup" | "S" | "t");
        // These are looked into for the sake of their modules.
        let is_other = matches!(library.text(), "S" | "t");
        let Some(object) = arguments(call).first().copied().filter(|first| first.kind() == "object") else {
            return;
        };
        if !is_object || !(is_known || method.text() == "extend") || self.done.contains(&object.id()) {
            return;
        }
        let names: Vec<String> = pairs(object).into_iter().filter_map(|(key, _)| key_text(key)).collect();
        let is_of_keys =
            names.iter().all(|name| is_capital(name)) && names.iter().any(|name| name.contains('_'));
        let is_inside = self.module().ancestors(call).any(|(above, ..)| above.kind() == "pair");
        if is_of_keys && !is_inside && (is_other || has_fields(object.text())) {
            // `ConfigModule.forRoot({ validationSchema })` of another file takes it by its name.
            let name = self.name_around(call);
            let is_for_nest = matches!(library.text(), "Joi" | "joi") && is_of_environment(&name);
            self.emit(
                is_for_nest.then_some(name.as_str()),
                &[Piece::whole(object)],
                &Input::environment(),
                None,
                output,
            );
        }
    }

    /// The fields of a schema that the file itself parses.
    fn fields(&mut self, call: Node<'t>, pieces: &[Piece<'t>], input: &Input<'t>, output: &mut Output<'_>) {
        if !pieces.is_empty() {
            self.claimed.insert(call.id());
        }
        let name = self.name_around(call);
        self.emit(Some(&name), pieces, input, None, output);
    }

    /// The keys of a schema in a language of its own; `judging` is the call by which it judges the environment.
    fn declared(
        &mut self,
        found: Option<(Node<'t>, declared::Language)>,
        judging: Option<Node<'t>>,
        output: &mut Output<'_>,
    ) {
        let Some((schema, language)) = found else { return };
        self.claimed.extend(judging.map(|call| call.id()));
        if !self.done.insert(schema.id()) {
            return;
        }
        let settings = judging.map(|call| self.name_around(call));
        for key in language.keys(self.module(), schema) {
            if key.field.refuses_texts && judging.is_some() {
                output.refused_texts(&key.name, key.span);
            }
            self.one(settings.as_deref(), &key.name, key.span, output.phase, &key.field, output);
        }
    }

    /// The name that the result of `call` goes by.
    fn name_around(&self, call: Node<'t>) -> String {
        self.module()
            .ancestors(call)
            .find(|(above, ..)| above.kind() == "variable_declarator")
            .and_then(|(above, ..)| above.field("name"))
            .filter(|name| name.kind() == "identifier")
            .map_or_else(|| "schema".to_owned(), |name| name.text().to_owned())
    }

    fn emit(
        &mut self,
        settings: Option<&str>,
        pieces: &[Piece<'t>],
        input: &Input<'t>,
        half: Option<(&Half, bool)>,
        output: &mut Output<'_>,
    ) {
        // A list of relays may convert what it hands on; one that lacks the key hands on nothing.
        let is_checked = settings.is_some() && input.is_environment && !input.converts;
        for piece in pieces {
            let object = piece.object;
            if let Some(by) = settings.filter(|_| piece.is_whole()) {
                let own = self.name_around(object);
                self.takers.take(object, by, &own, output);
            }
            if self.done.contains(&object.id()) {
                continue;
            }
            if piece.is_whole() {
                self.done.insert(object.id());
                self.partly.remove(&object.id());
            } else {
                self.partly.insert(object.id(), object);
            }
            for (key, value) in pairs(object) {
                let Some(name) = key_text(key) else { continue };
                let span = key_span(key);
                if piece.asks(&name) == Asks::AtMost || !self.told.insert(span) {
                    continue;
                }
                let mut field = field(self.module(), value);
                if input.defaulted.has(&name) {
                    field = field.given();
                }
                if let Some((half, is_skipped)) = half {
                    output.script.schema.push(SchemaKey {
                        key: Spanned::new(KeyName::new(&name), span),
                        half: half.half,
                        half_span: half.span,
                        client_prefix: half.prefix.clone(),
                        left_out_of: half.list.as_ref().and_then(|list| list.without(&name)),
                        crossed: half.list.as_ref().and_then(|list| list.crossed(&name)),
                    });
                    if is_skipped {
                        field = field.unchecked();
                    }
                }
                match input.relays.get(&name) {
                    Some(sites) => self.relayed((settings, &field, value), sites, output),
                    None if input.given.contains(&name) => {}
                    None => {
                        if field.refuses_texts && is_checked {
                            output.refused_texts(&name, value.span());
                        }
                        let is_client = half.is_some_and(|(half, _)| half.half == SchemaHalf::Client);
                        let is_public =
                            is_client || public_prefix(&name).is_some_and(|prefix| prefix != "PUBLIC_");
                        let phase = self.phase(is_public && half.is_some(), output);
                        self.one(settings, &name, span, phase, &field, output);
                    }
                }
            }
        }
    }

    fn phase(&self, is_baked: bool, output: &Output<'_>) -> Phase {
        if is_baked && output.phase == Phase::Run { Phase::Build } else { output.phase }
    }

    fn one(
        &self,
        settings: Option<&str>,
        name: &str,
        span: Span,
        phase: Phase,
        field: &Field,
        output: &mut Output<'_>,
    ) {
        let read = Read {
            value_type: field.value_type.clone(),
            settings: settings.map(str::to_owned),
            takes_text_for_truth: field.takes_text_for_truth,
            ..Read::with_need(field.need(span))
        };
        output.read(name, span, phase, read);
    }

    /// A field whose value comes from variables of other names, or is worked on before the schema sees it.
    fn relayed(
        &mut self,
        (settings, field, declared): (Option<&str>, &Field, Node<'t>),
        sites: &[Site<'t>],
        output: &mut Output<'_>,
    ) {
        for site in sites {
            if !matches!(site.access, Access::Get(_)) {
                continue;
            }
            let patterns = names_of(self.module(), &site.name);
            let [pattern] = patterns.as_slice() else { continue };
            let Some(name) = pattern.known() else { continue };
            self.claimed.insert(site.whole.id());
            let found = use_of(self.reader, site);
            let is_bare = sites.len() == 1 && is_nothing(&found.fall);
            let phase = self.reader.reach.phase(&name, site.inlining, output.phase);
            let mut read = as_read(self.reader, site.whole, found);
            // A comparison is true or false, whether there is a value or not.
            let is_judged = read.need == Need::Optional && !is_compared(self.module(), site.whole);
            if is_judged && is_bare {
                read.need = field.need(pattern.span);
                read.value_type = field.value_type.clone();
                read.settings = settings.map(str::to_owned);
                read.takes_text_for_truth |= field.takes_text_for_truth;
                if field.refuses_texts && settings.is_some() && is_handed_on(self.module(), site.whole) {
                    output.refused_texts(&name, declared.span());
                }
            } else if is_judged && matches!(field.fall, Fall::Fails) {
                read.need = Need::Unknown;
            }
            output.read(&name, pattern.span, phase, read);
        }
    }
}

/// Whether a value is compared before anybody else sees it.
fn is_compared<'t>(module: &Module<'t>, value: Node<'t>) -> bool {
    let around = module.ancestors(value).map(|(above, ..)| above);
    let mut around = around.skip_while(|above| {
        matches!(above.kind(), "parenthesized_expression" | "as_expression" | "non_null_expression")
    });
    around.next().is_some_and(|above| {
        above.kind() == "binary_expression"
            && above
                .field("operator")
                .is_some_and(|operator| matches!(operator.text(), "===" | "!==" | "==" | "!="))
    })
}

/// Whether a value is the whole of an entry, so that the schema gets the text itself.
fn is_handed_on<'t>(module: &Module<'t>, value: Node<'t>) -> bool {
    module.parent(value).is_some_and(|(above, _)| above.kind() == "pair")
}
