//! The type that a given value must have, and who says so.

use std::collections::{BTreeMap, BTreeSet};

use super::Index;
use super::sites::Site;
use super::values::{Given, Giver};
use crate::fact::{Fact, Need, Read, Structure};
use crate::matrix::KeySpec;
use crate::text::{FileId, Location};
use crate::value_type::{Mismatch, ValueType};

/// A type that a value must have.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The type.
    pub value_type: &'a ValueType,
    /// Where it is said.
    pub at: Option<Location>,
    /// The read that says it; `None` if the matrix does.
    pub by: Option<&'a Fact>,
}

/// Answers which types the values of a tree must have.
///
/// The matrix has the first word. Without it the code speaks, and only where it is the code that
/// reads the value: the reader belongs to the service that the value is for, or else lies below the
/// folder of the file that gives it.
#[derive(Debug)]
pub struct Expectations<'a> {
    index: &'a Index,
    /// Declared keys by name and alias.
    declared: BTreeMap<&'a str, &'a KeySpec>,
}

impl Index {
    /// Answers which types the values of the tree must have.
    #[must_use]
    pub fn expectations(&self) -> Expectations<'_> {
        let mut declared: BTreeMap<&str, &KeySpec> = BTreeMap::new();
        // A guessed matrix repeats what code says, without knowing for whom.
        let said = self.matrix.is_declared().then_some(&self.matrix.keys);
        for (name, spec) in said.into_iter().flatten() {
            for alias in &spec.aliases {
                declared.entry(alias.as_str()).or_insert(spec);
            }
            declared.insert(name.as_str(), spec);
        }
        Expectations { index: self, declared }
    }

    /// The site of a compose service; of several of one name in a file the last.
    fn site_named(&self, file: FileId, name: &str) -> Option<&Site> {
        let mut sites = self.sites_in(file).iter().rev();
        sites.find(|site| self.compose_service(site).is_some_and(|service| service.name.value == name))
    }
}

impl<'a> Expectations<'a> {
    /// What is wrong with a value that is written down in full and meant, and the type it should have.
    /// Where several readers read it, all of them must fail.
    #[must_use]
    pub fn mismatch(&self, given: &Given<'a>) -> Option<(Mismatch, Expected<'a>)> {
        // Several rules ask this of every value, and few values are wrong.
        let is_right = self.index.focus.is_none()
            && !self.index.mistyped.get_or_init(|| self.mistyped()).contains(&given.at);
        if is_right { None } else { self.found_mismatch(given) }
    }

    /// Whether [`Self::mismatch`] is known to find nothing wrong with any value.
    #[must_use]
    pub fn are_all_met(&self) -> bool {
        self.index.focus.is_none() && self.index.mistyped.get_or_init(|| self.mistyped()).is_empty()
    }

    /// Where values stand of which something is wrong.
    fn mistyped(&self) -> BTreeSet<Location> {
        let wrong = self.index.given_values().filter(|given| self.found_mismatch(given).is_some());
        wrong.map(|given| given.at).collect()
    }

    fn found_mismatch(&self, given: &Given<'a>) -> Option<(Mismatch, Expected<'a>)> {
        let declared = if self.declared.is_empty() { None } else { self.declared_type(given) };
        // Most keys have no type, and nobody has to look at their values.
        let readers = self.index.typed.reads.get(&*given.key.in_capitals());
        if declared.is_none() && readers.is_none() {
            return None;
        }
        let text = given.meant()?;
        if let Some((spec, said)) = declared {
            if !self.is_for(spec, given) || matches!(given.by, Giver::Code(_)) && !is_plain_in_code(&said) {
                return None;
            }
            return said.value_type.check(text).err().map(|why| (why, said));
        }
        // Nearly all values are right, which is told sooner than who reads them.
        if matches!(given.by, Giver::Code(_) | Giver::BuildArg)
            || readers.is_none_or(|all| all.all_take(text))
        {
            return None;
        }
        self.first_failure(given, text, is_converted)
    }

    /// What is wrong with an empty value, where the code that reads it is certain to fail.
    #[must_use]
    pub fn empty_mismatch(&self, given: &Given<'a>) -> Option<(Mismatch, Expected<'a>)> {
        let is_set =
            matches!(given.by, Giver::Matrix | Giver::Dotenv | Giver::Container(_) | Giver::Template);
        if !is_set || !given.is_plain || !given.text.is_empty() {
            return None;
        }
        self.first_failure(given, "", |index, fact, read, value_type| {
            is_converted(index, fact, read, value_type) || copes_with_empty(index, fact, read, value_type)
        })
    }

    /// What refuses an empty value, though the key may be left out.
    #[must_use]
    pub fn refused_empty(&self, given: &Given<'a>) -> Option<Expected<'a>> {
        let is_set = matches!(given.by, Giver::Example | Giver::Dotenv | Giver::Container(_));
        if !is_set || !given.is_plain || !given.text.is_empty() {
            return None;
        }
        let mut readers = self.readers(given).peekable();
        let (fact, read) = *readers.peek()?;
        let value_type = read.value_type.as_ref()?;
        readers.all(|(_, read)| read.refuses_empty).then_some(Expected {
            value_type,
            at: Some(fact.at()),
            by: Some(fact),
        })
    }

    /// The declared type of a value's key.
    #[must_use]
    pub fn declared_type(&self, given: &Given<'a>) -> Option<(&'a KeySpec, Expected<'a>)> {
        let spec = self.declared.get(given.key.as_str()).copied()?;
        let said = spec.value_type.as_ref()?;
        Some((spec, Expected { value_type: &said.value, at: said.at, by: None }))
    }

    /// Whether a value is for a service that the key is declared for.
    fn is_for(&self, spec: &KeySpec, given: &Given<'a>) -> bool {
        if let Giver::Container(name) = given.by {
            let Some(site) = self.index.site_named(given.at.file, name) else { return false };
            return match &site.service {
                Some(service) => spec.serves(service),
                None => !self.index.is_sink(site),
            };
        }
        self.index
            .files
            .get(given.at.file)
            .and_then(|file| self.index.service_at(&file.path))
            .is_none_or(|service| spec.serves(&service.name))
    }

    fn first_failure(
        &self,
        given: &Given<'a>,
        text: &str,
        is_uncertain: impl Fn(&Index, &Fact, &Read, &ValueType) -> bool,
    ) -> Option<(Mismatch, Expected<'a>)> {
        let mut first = None;
        for (fact, read) in self.readers(given) {
            let Some(value_type) = &read.value_type else { continue };
            if is_uncertain(self.index, fact, read, value_type) {
                return None;
            }
            let why = value_type.check(text).err().or_else(|| self.lacks_unit(fact, value_type, text))?;
            if let Mismatch::NotListed(words) = why.innermost()
                && words.iter().any(|word| word.eq_ignore_ascii_case(text))
                && self.index.typed.marks(fact.file).has_validators
            {
                return None;
            }
            first.get_or_insert((why, Expected { value_type, at: Some(fact.at()), by: Some(fact) }));
        }
        first
    }

    /// A number where Go wants a duration with its unit: `time.ParseDuration` takes none but 0. viper takes nanoseconds.
    fn lacks_unit(&self, fact: &Fact, value_type: &ValueType, text: &str) -> Option<Mismatch> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let file = fact_file(self.index, fact)?;
        let is_go = file.path.name().ends_with(".go") && !file.text.contains("viper");
        let is_wrong =
            *value_type == ValueType::Duration && is_number && is_go && text.bytes().any(|byte| byte != b'0');
        is_wrong.then_some(Mismatch::NotDuration)
    }

    /// The typed reads that a value reaches, in the order of files. Whoever asks stops at the first that takes the
    /// value, so they are not gathered: a key that all services read has thousands.
    fn readers(&self, given: &Given<'a>) -> Box<dyn Iterator<Item = (&'a Fact, &'a Read)> + 'a> {
        let index = self.index;
        let Some(all) = index.typed.reads.get(&*given.key.in_capitals()) else {
            return Box::new(std::iter::empty());
        };
        let Some(file) = index.files.get(given.at.file) else { return Box::new(std::iter::empty()) };
        let key = given.key.clone();
        let is_taken = move |(fact, read): &(&Fact, &Read)| {
            read.folds_case || fact.key == key || read.alternatives.contains(&key)
        };
        let matrix = &index.matrix;
        let own_folder = match given.by {
            Giver::Matrix => return Box::new(index.reads_at(&all.places).filter(is_taken)),
            Giver::Container(name) => {
                let Some(site) = index.site_named(file.id, name) else { return Box::new(std::iter::empty()) };
                if let Some(own) = &site.service {
                    let mut places = all.by_owner.get("").cloned().unwrap_or_default();
                    places.extend(all.by_owner.get(own).into_iter().flatten());
                    places.sort_unstable();
                    return Box::new(index.facts_at(places).filter(is_taken));
                }
                match &site.code {
                    // Nobody knows what an image from elsewhere reads.
                    None => return Box::new(std::iter::empty()),
                    Some(_) if index.is_sink(site) => return Box::new(std::iter::empty()),
                    Some(code) => code.clone(),
                }
            }
            _ => {
                let service = matrix.is_declared().then(|| index.service_at(&file.path)).flatten();
                match service.and_then(|service| service.root.as_ref()) {
                    Some(root) => root.value.clone(),
                    None => file.path.folder(),
                }
            }
        };
        let is_below =
            |fact: &Fact| index.files.get(fact.file).is_some_and(|file| file.path.is_below(&own_folder));
        let near = index.reads_at(index.near(&all.places, &own_folder)).filter(|(fact, _)| is_below(fact));
        let below: Vec<_> = near.filter(&is_taken).collect();
        if !below.is_empty() || index.typed.has_code_below(own_folder.as_str()) {
            // An application of its own: code elsewhere does not read its files.
            return Box::new(below.into_iter());
        }
        Box::new(index.reads_at(&all.places).filter(is_taken))
    }
}

/// Types whose values code writes as the environment would hold them.
fn is_plain_in_code(said: &Expected<'_>) -> bool {
    matches!(
        said.value_type,
        ValueType::Int { .. }
            | ValueType::Float
            | ValueType::Port
            | ValueType::Bool
            | ValueType::Url { .. }
            | ValueType::OneOf(_)
    )
}

fn fact_file<'a>(index: &'a Index, fact: &Fact) -> Option<&'a crate::text::SourceFile> {
    index.files.get(fact.file)
}

/// Whether the file of a read holds something that may convert the value before its type counts:
/// pydantic's validators in annotations, and its ways around JSON.
fn is_converted(index: &Index, fact: &Fact, _read: &Read, value_type: &ValueType) -> bool {
    let marks = index.typed.marks(fact.file);
    if *value_type == ValueType::Json { marks.converts_json } else { marks.converts }
}

/// Whether a reader may take an empty value for none.
fn copes_with_empty(index: &Index, fact: &Fact, read: &Read, value_type: &ValueType) -> bool {
    let fails_on_empty = matches!(
        value_type,
        ValueType::Int { .. } | ValueType::Float | ValueType::Bool | ValueType::Port | ValueType::Json
    );
    let Some(file) = fact_file(index, fact) else { return true };
    let marks = index.typed.marks(fact.file);
    // To JavaScript, the number of an empty text is 0.
    let is_script = matches!(
        index.extraction(fact.file).map(|extraction| &extraction.structure),
        Some(Structure::Script(_))
    );
    if is_script && matches!(value_type, ValueType::Int { .. } | ValueType::Float) && !marks.converts_empty {
        return true;
    }
    // Most libraries that fill structs of Go pass over an empty value, also of a field that they require.
    if read.settings.is_some() && file.path.name().ends_with(".go") {
        return !fails_on_empty || *value_type == ValueType::Json || !marks.converts_empty;
    }
    let is_pydantic = read.settings.is_some() && file.path.name().ends_with(".py") && !marks.ignores_empty;
    // The URL types of pydantic refuse an empty text, also beside `None`.
    if is_pydantic && matches!(value_type, ValueType::Url { .. }) {
        return false;
    }
    let is_converted = is_pydantic || is_script && marks.converts_empty;
    !fails_on_empty || !(is_converted || read.need == Need::Required)
}
