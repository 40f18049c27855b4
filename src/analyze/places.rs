//! The places of a request that conditions read, and what can stand there.
//!
//! A place is absent or holds a value of one kind that JSON has. What callers promise of it (`required`, `enum`,
//! bounds) holds under a literal of its own, so that a proof tells which promises it rests on.

use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::pairs::Pairs;
use super::solve::{Core, Lit};
use super::theory::numbers::{EXACT, Scale};
use super::theory::strings::Texts;
use crate::catalogue::functions::MESSAGES;
use crate::cel::Value;
use crate::cel::types::{Field, Type};

/// A place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) struct PlaceId(usize);

/// One step from a place to one inside it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Step {
    /// The value of a key.
    Key(Arc<str>),
    /// An element, counted from 0.
    At(u32),
    /// The last element.
    Last,
    /// An element wherever it stands, one of so many.
    Some(u32),
}

/// The kinds of values that JSON has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    String,
    List,
    Map,
}

const KINDS: [Kind; 6] = [Kind::Null, Kind::Bool, Kind::Number, Kind::String, Kind::List, Kind::Map];

/// What is known of a place.
pub(super) struct Place {
    pub(super) field: Field,
    pub(super) has: Lit,
    pub(super) kinds: Vec<(Kind, Lit)>,
    pub(super) truth: Option<Lit>,
    pub(super) number: Option<Scale>,
    pub(super) texts: Option<Texts>,
    /// How many elements or keys it has.
    pub(super) size: Option<Scale>,
    /// Values that a list may hold.
    pub(super) items: Vec<(Value, Lit)>,
    pub(super) inside: IndexMap<Step, PlaceId>,
    /// What the text is in the assignment found last.
    pub(super) text: Option<String>,
    /// What the number is in the assignment found last, if it is compared with others.
    pub(super) value: Option<f64>,
    /// The key of the request's metadata that it is part of; none for messages.
    root: Option<Arc<str>>,
    /// Read by an expression that is not taken apart.
    pub(super) hidden: bool,
    /// Values that may tell such an expression's results apart.
    pub(super) samples: Vec<Value>,
    /// An element that is looked at only to show what a loop comes to.
    pub(super) looped: bool,
    /// Inside it, what stands for each element of which nothing else is known.
    pub(super) filler: Option<PlaceId>,
}

/// Something that callers promise of a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Promise {
    /// It is always there.
    Required,
    /// It is one of these values, or within these bounds.
    Values,
}

/// All places, over one core.
pub(super) struct Places {
    pub(super) core: Core,
    all: Vec<Place>,
    pub(super) roots: IndexMap<Arc<str>, PlaceId>,
    promises: IndexMap<(Arc<str>, Promise), Lit>,
    pub(super) pairs: Pairs,
    pub(super) variables: Rc<FxHashMap<Arc<str>, Field>>,
    nowhere: Place,
}

impl Places {
    /// `variables`: what is known of each key, and `messages`.
    pub(super) fn new(mut core: Core, variables: Rc<FxHashMap<Arc<str>, Field>>) -> Self {
        let nowhere = Place::new(Field::new(Type::Dyn), core.no(), None);
        core.clause(&[core.yes()]);
        Self {
            core,
            all: Vec::new(),
            roots: IndexMap::new(),
            promises: IndexMap::new(),
            pairs: Pairs::default(),
            variables,
            nowhere,
        }
    }

    /// What another definition knows of a key, where nothing is known of it yet.
    pub(super) fn know(&mut self, name: &Arc<str>, field: &Field) {
        if !self.variables.contains_key(name) {
            Rc::make_mut(&mut self.variables).insert(Arc::clone(name), field.clone());
        }
    }

    pub(super) fn get(&self, id: PlaceId) -> &Place {
        self.all.get(id.0).unwrap_or(&self.nowhere)
    }

    pub(super) fn get_mut(&mut self, id: PlaceId) -> &mut Place {
        self.all.get_mut(id.0).unwrap_or(&mut self.nowhere)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = PlaceId> + use<> {
        (0..self.all.len()).map(PlaceId)
    }

    /// True where something is there that need not be: keys, outer ones first, and what lists hold for their
    /// loops.
    pub(super) fn spare(&self) -> Vec<Lit> {
        let roots = self.roots.values().copied();
        let inner = || self.all.iter().flat_map(|place| &place.inside);
        let keys = inner().filter(|(step, _)| matches!(step, Step::Key(_))).map(|(_, id)| *id);
        let places = roots.chain(keys).map(|id| self.get(id));
        let mut spare: Vec<Lit> =
            places.filter(|place| !place.field.required).map(|place| place.has).collect();
        let elements = inner().filter(|(step, _)| matches!(step, Step::Some(_))).map(|(_, id)| *id);
        spare.extend(elements.map(|id| self.get(id).has));
        let lists: Vec<PlaceId> = self.ids().filter(|id| self.get(*id).filler.is_some()).collect();
        for list in lists {
            let marks = self.get(list).size.iter().flat_map(Scale::marks);
            spare.extend(marks.map(|(_, _, upto)| !upto));
        }
        spare
    }

    /// Whether it is a key that callers promise to send with every request.
    pub(super) fn is_always_sent(&self, id: PlaceId) -> bool {
        self.get(id).field.required && self.roots.values().any(|root| *root == id)
    }

    /// What callers promise, with the literals that hold where they keep it.
    pub(super) fn promises(&self) -> impl Iterator<Item = (&Arc<str>, Promise, Lit)> {
        self.promises.iter().map(|((key, promise), lit)| (key, *promise, *lit))
    }

    fn promise(&mut self, root: Option<&Arc<str>>, promise: Promise) -> Lit {
        let Some(root) = root else { return self.core.yes() };
        let core = &mut self.core;
        *self.promises.entry((Arc::clone(root), promise)).or_insert_with(|| core.fresh())
    }

    /// The place of a variable.
    pub(super) fn root(&mut self, name: &Arc<str>) -> PlaceId {
        if let Some(known) = self.roots.get(name) {
            return *known;
        }
        let messages = **name == *MESSAGES;
        let field = self.variables.get(name).cloned().unwrap_or_else(|| Field::new(Type::Dyn));
        let has = if messages { self.core.yes() } else { self.core.fresh() };
        let root = (!messages).then(|| Arc::clone(name));
        if field.required && !messages {
            let promise = self.promise(root.as_ref(), Promise::Required);
            self.core.clause(&[!promise, has]);
        }
        let id = self.add(Place::new(field, has, root));
        self.roots.insert(Arc::clone(name), id);
        id
    }

    /// A place inside another.
    pub(super) fn inside(&mut self, parent: PlaceId, step: Step) -> PlaceId {
        let outer = self.get(parent);
        if let Some(known) = outer.inside.get(&step) {
            return *known;
        }
        let root = outer.root.clone();
        let ty = outer.field.ty.unwrapped().clone();
        let (field, has) = match &step {
            Step::Key(key) => {
                let field = match &ty {
                    Type::Record(record) => record.fields.get(key).cloned(),
                    Type::Map(_, value) => Some(Field::new((**value).clone())),
                    _ => None,
                };
                let field = field.unwrap_or_else(|| Field::new(Type::Dyn));
                let map = self.kind(parent, Kind::Map);
                let has = match (&root, field.required) {
                    (None, true) => map,
                    (_, required) => {
                        let has = self.core.fresh();
                        self.core.clause(&[!has, map]);
                        if required {
                            let promise = self.promise(root.as_ref(), Promise::Required);
                            self.core.clause(&[!promise, !map, has]);
                        }
                        has
                    }
                };
                (field, has)
            }
            Step::At(_) | Step::Last | Step::Some(_) => {
                let field = match &ty {
                    Type::List(item) => Field::new((**item).clone()),
                    _ => Field::new(Type::Dyn),
                };
                let at = if let Step::At(at) = &step { f64::from(*at) } else { 0.0 };
                let list = self.kind(parent, Kind::List);
                let (_, too_short) = self.size(parent, at);
                let fits = self.core.and(&[list, !too_short]);
                if !matches!(step, Step::Some(_)) {
                    (field, fits)
                } else {
                    let has = self.core.fresh();
                    self.core.clause(&[!has, fits]);
                    (field, has)
                }
            }
        };
        let id = self.add(Place::new(field, has, root));
        self.get_mut(parent).inside.insert(step, id);
        id
    }

    fn add(&mut self, mut place: Place) -> PlaceId {
        let possible = kinds_of(&place.field);
        let has = place.has;
        place.kinds = match possible.as_slice() {
            [only] => vec![(*only, has)],
            many => many.iter().map(|kind| (*kind, self.core.fresh())).collect(),
        };
        if place.kinds.len() > 1 {
            let mut some = vec![!has];
            for (i, (_, lit)) in place.kinds.iter().enumerate() {
                some.push(*lit);
                self.core.clause(&[!*lit, has]);
                for (_, other) in place.kinds.iter().take(i) {
                    self.core.clause(&[!*lit, !*other]);
                }
            }
            self.core.clause(&some);
        }
        let id = PlaceId(self.all.len());
        self.all.push(place);
        self.domain(id);
        id
    }

    /// What is promised of the value.
    fn domain(&mut self, id: PlaceId) {
        let place = self.get(id);
        let domain = place.field.domain.clone();
        let root = place.root.clone();
        if domain.is_free() {
            return;
        }
        let promise = self.promise(root.as_ref(), Promise::Values);
        for (bound, least) in [(domain.min, true), (domain.max, false)] {
            if let Some(bound) = bound.filter(|bound| bound.abs() < EXACT) {
                let (below, upto) = self.number(id, bound);
                let within = if least { !below } else { upto };
                self.core.clause(&[!promise, within]);
            }
        }
        let Some(values) = domain.one_of else { return };
        for kind in [Kind::Bool, Kind::Number, Kind::String] {
            let lit = self.kind(id, kind);
            if lit == self.core.no() {
                continue;
            }
            let mut one = vec![!promise, !lit];
            let mut exact = true;
            for value in values.iter() {
                match (kind, value) {
                    (Kind::Bool, Value::Bool(wanted)) => {
                        let truth = self.truth(id);
                        one.push(if *wanted { truth } else { !truth });
                    }
                    (Kind::String, Value::String(text)) => {
                        one.push(self.test(id, super::theory::strings::Test::Equal(Arc::clone(text))));
                    }
                    (Kind::Number, value) => match number_of(value) {
                        Some(number) if number.abs() < EXACT => one.push(self.number_equal(id, number)),
                        Some(_) => exact = false,
                        None => {}
                    },
                    _ => {}
                }
            }
            if exact {
                self.core.clause(&one);
            }
        }
    }

    /// True where the place holds a value of a kind.
    pub(super) fn kind(&self, id: PlaceId, kind: Kind) -> Lit {
        self.get(id).kinds.iter().find(|(k, _)| *k == kind).map_or(self.core.no(), |(_, lit)| *lit)
    }

    /// The kind that it is of wherever it is there, if there is only one.
    pub(super) fn only_kind(&self, id: PlaceId) -> Option<Kind> {
        match self.get(id).kinds.as_slice() {
            [(only, _)] => Some(*only),
            _ => None,
        }
    }

    /// True where the value, a bool, is true.
    pub(super) fn truth(&mut self, id: PlaceId) -> Lit {
        let (place, core) = self.parts(id);
        *place.truth.get_or_insert_with(|| core.fresh())
    }

    /// `value < at` and `value <= at`, for a number.
    pub(super) fn number(&mut self, id: PlaceId, at: f64) -> (Lit, Lit) {
        let (place, core) = self.parts(id);
        let whole = matches!(place.field.ty.unwrapped(), Type::Int);
        place.number.get_or_insert_with(|| Scale::new(whole)).mark(at, core)
    }

    /// `value == at`, for a number.
    pub(super) fn number_equal(&mut self, id: PlaceId, at: f64) -> Lit {
        let (below, upto) = self.number(id, at);
        self.core.and(&[!below, upto])
    }

    /// A test of the value, a text.
    pub(super) fn test(&mut self, id: PlaceId, test: super::theory::strings::Test) -> Lit {
        let (place, core) = self.parts(id);
        if place.texts.is_none() {
            place.texts = Some(Texts::new(core));
        }
        place.texts.as_mut().map_or(core.no(), |texts| texts.test(test, core))
    }

    /// `size < at` and `size <= at`: characters of a text, elements of a list, keys of a map.
    pub(super) fn size(&mut self, id: PlaceId, at: f64) -> (Lit, Lit) {
        let text = self.kind(id, Kind::String);
        if text == self.core.no() {
            return self.count(id, at);
        }
        let (place, core) = self.parts(id);
        let (below, upto) = place.texts.get_or_insert_with(|| Texts::new(core)).size_mark(at, core);
        if place.kinds.len() == 1 {
            return (below, upto);
        }
        let (fewer, not_more) = self.count(id, at);
        let mut either = |of_text, of_others| {
            let (of_text, of_others) = (self.core.and(&[text, of_text]), self.core.and(&[!text, of_others]));
            self.core.or(&[of_text, of_others])
        };
        (either(below, fewer), either(upto, not_more))
    }

    /// True where the value has a size.
    pub(super) fn sized(&mut self, id: PlaceId) -> Lit {
        let kinds = [Kind::String, Kind::List, Kind::Map].map(|kind| self.kind(id, kind));
        self.core.or(&kinds)
    }

    fn count(&mut self, id: PlaceId, at: f64) -> (Lit, Lit) {
        let (place, core) = self.parts(id);
        let size = place.size.get_or_insert_with(|| {
            let mut size = Scale::new(true);
            let (below, _) = size.mark(0.0, core);
            core.clause(&[!below]);
            size
        });
        size.mark(at, core)
    }

    /// True where a list holds a value.
    pub(super) fn item(&mut self, id: PlaceId, value: &Value) -> Lit {
        let same = |other: &Value| match (number_of(other), number_of(value)) {
            (Some(a), Some(b)) => a.abs() < EXACT && a.total_cmp(&b).is_eq(),
            _ => other == value,
        };
        self.core.spend_on(self.get(id).items.len());
        if let Some((_, lit)) = self.get(id).items.iter().find(|(other, _)| same(other)) {
            return *lit;
        }
        let (_, empty) = self.size(id, 0.0);
        let lit = self.core.fresh();
        self.core.clause(&[!lit, !empty]);
        self.get_mut(id).items.push((value.clone(), lit));
        lit
    }

    fn parts(&mut self, id: PlaceId) -> (&mut Place, &mut Core) {
        (self.all.get_mut(id.0).unwrap_or(&mut self.nowhere), &mut self.core)
    }

    /// The texts of a place together with the core.
    pub(super) fn texts(&mut self, id: PlaceId) -> (&mut Place, &mut Core) {
        (self.all.get_mut(id.0).unwrap_or(&mut self.nowhere), &mut self.core)
    }
}

impl Place {
    fn new(field: Field, has: Lit, root: Option<Arc<str>>) -> Self {
        Self {
            field,
            has,
            kinds: Vec::new(),
            truth: None,
            number: None,
            texts: None,
            size: None,
            items: Vec::new(),
            inside: IndexMap::new(),
            text: None,
            value: None,
            root,
            hidden: false,
            samples: Vec::new(),
            looped: false,
            filler: None,
        }
    }

    /// The metadata key that it is part of.
    pub(super) fn root(&self) -> Option<&Arc<str>> {
        self.root.as_ref()
    }
}

/// A number as a double, which it is exactly up to [`EXACT`].
#[expect(clippy::cast_precision_loss, reason = "what is not exact is left alone by whoever asks")]
pub(super) fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Uint(n) => Some(*n as f64),
        // -0.0 and 0.0 are one number.
        Value::Double(n) => Some(*n + 0.0),
        _ => None,
    }
}

fn kinds_of(field: &Field) -> Vec<Kind> {
    let mut kinds = match field.ty.unwrapped() {
        Type::Bool => vec![Kind::Bool],
        Type::Int | Type::Uint | Type::Double | Type::Number => vec![Kind::Number],
        Type::String => vec![Kind::String],
        Type::List(_) => vec![Kind::List],
        Type::Map(..) | Type::Record(_) => vec![Kind::Map],
        Type::Null => vec![Kind::Null],
        // What no request can hold (a point in time) may be anything that one can.
        _ => return KINDS.to_vec(),
    };
    if (field.nullable || matches!(field.ty, Type::Wrapper(_))) && !kinds.contains(&Kind::Null) {
        kinds.push(Kind::Null);
    }
    kinds
}
