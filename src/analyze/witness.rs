//! From an assignment to a request that people can read.

use std::sync::Arc;

use super::places::{Kind, PlaceId, Places, Step, number_of};
use crate::catalogue::functions::MESSAGES;
use crate::cel::Value;
use crate::cel::types::{Field, Type};
use crate::cel::value::{Key, MapValue};
use crate::model::Declarations;

/// Lists longer than this are no evidence that anybody reads.
const LONGEST: u64 = 1_000;

/// How many requests are tried for one assignment before the constants of the conditions are.
pub(super) const VARIATIONS: usize = 6;

/// Builds values out of the assignment that was found last.
pub(super) struct Builder<'a> {
    pub(super) places: &'a Places,
    /// Which of several values is tried where an expression that was not taken apart looks at one.
    pub(super) variation: usize,
}

impl Builder<'_> {
    /// The whole request in the bare form. Keys that are promised are there even if no condition reads them. `None`
    /// where the assignment asks for something that cannot be shown.
    pub(super) fn request(&self, declared: Option<&Declarations>, user: Option<&str>) -> Option<Value> {
        let mut metadata = MapValue::default();
        for (name, declaration) in declared.iter().flat_map(|d| &d.keys) {
            if !self.places.roots.contains_key(name) && declaration.field.required {
                metadata.insert(Key::String(Arc::clone(name)), sample(name, &declaration.field));
            }
        }
        for (name, place) in &self.places.roots {
            if **name != *MESSAGES && self.places.core.holds(self.places.get(*place).has) {
                metadata.insert(Key::String(Arc::clone(name)), self.value(name, *place)?);
            }
        }
        let mut request = MapValue::default();
        request.insert(key("metadata"), Value::map(metadata));
        if let Some(messages) = self.places.roots.get(MESSAGES) {
            request.insert(key("messages"), self.value(MESSAGES, *messages)?);
        }
        if let Some(user) = user {
            request.insert(key("user"), Value::from(user));
        }
        Some(Value::map(request))
    }

    fn value(&self, name: &str, id: PlaceId) -> Option<Value> {
        let place = self.places.get(id);
        let core = &self.places.core;
        let (kind, _) = place.kinds.iter().find(|(_, lit)| core.holds(*lit))?;
        if let Some(sample) = self.sampled(id, *kind) {
            return Some(sample);
        }
        let field =
            Field { domain: place.field.domain.clone(), ..Field::new(of_kind(&place.field.ty, *kind)) };
        Some(match kind {
            Kind::Null => Value::Null,
            Kind::Bool => match place.truth {
                Some(truth) => Value::Bool(core.holds(truth)),
                None => sample(name, &field),
            },
            Kind::Number if place.value.is_some() => number_value(place.value?, &field.ty),
            Kind::Number => match &place.number {
                Some(scale) => {
                    let mut number = scale.value(core, 0.0);
                    if place.hidden
                        && let Some(other) =
                            self.variation.checked_sub(1).and_then(|i| scale.others(core).get(i).copied())
                    {
                        number = other;
                    }
                    number_value(number, &field.ty)
                }
                None if place.hidden && field.domain.is_free() => {
                    let few = [1.0, 0.0, 0.5, 2.0, -1.0, 1000.0];
                    number_value(few.get(self.variation % few.len()).copied()?, &field.ty)
                }
                None => sample(name, &field),
            },
            Kind::String => match (&place.text, &place.texts) {
                (Some(text), Some(_)) => Value::from(text.as_str()),
                _ if place.hidden && field.domain.is_free() => {
                    let few = ["other", "", "0", "x"];
                    Value::from(*few.get(self.variation % few.len())?)
                }
                _ => sample(name, &field),
            },
            Kind::List => self.list(id)?,
            Kind::Map => self.map(id)?,
        })
    }

    /// One of the constants that an expression which was not taken apart compares the place with, or a plain value.
    fn sampled(&self, id: PlaceId, kind: Kind) -> Option<Value> {
        let place = self.places.get(id);
        let turn = self.variation.checked_sub(VARIATIONS).filter(|_| place.hidden)?;
        let ty = of_kind(&place.field.ty, kind);
        let fits = |sample: &&Value| match (sample, kind) {
            (Value::Int(_), Kind::Number) => ty != Type::Double,
            (Value::Double(_), Kind::Number) => ty != Type::Int,
            (Value::String(_), Kind::String) => true,
            _ => false,
        };
        let mut pool: Vec<Value> = place.samples.iter().filter(fits).cloned().collect();
        match kind {
            Kind::Number => pool.extend([1.0, 0.0, 5.0, 2.0, -1.0, 1000.0].map(|n| number_value(n, &ty))),
            Kind::String => pool.extend(["other", "", "0", "x"].map(Value::from)),
            _ => {}
        }
        pool.get(self.pick(id, turn, pool.len())).cloned()
    }

    /// Which of so many values a place has in its turn: first all places have the same one, then each another.
    fn pick(&self, id: PlaceId, turn: usize, many: usize) -> usize {
        let rank = self.places.ids().filter(|other| *other < id && self.places.get(*other).hidden).count();
        let round = turn.checked_div(many).unwrap_or(0);
        (turn + rank * round).checked_rem(many).unwrap_or(0)
    }

    fn list(&self, id: PlaceId) -> Option<Value> {
        let place = self.places.get(id);
        let core = &self.places.core;
        let item = match place.field.ty.unwrapped() {
            Type::List(item) => Field::new((**item).clone()),
            _ => Field::new(Type::String),
        };
        let mut wanted: Vec<Value> =
            place.items.iter().filter(|(_, lit)| core.holds(*lit)).map(|(value, _)| value.clone()).collect();
        let there = |id: &&PlaceId| core.holds(self.places.get(**id).has);
        let mut standing: Vec<(&Step, Value)> = Vec::new();
        let mut others = Vec::new();
        for (step, inside) in place.inside.iter().filter(|(_, id)| there(id)) {
            match step {
                Step::Some(_) if place.filler == Some(*inside) => {}
                Step::Some(_) => others.push(self.value("item", *inside)?),
                _ => standing.push((step, self.value("item", *inside)?)),
            }
        }
        for other in others {
            if !wanted.contains(&other) && standing.iter().all(|(_, value)| *value != other) {
                wanted.push(other);
            }
        }
        let (least, most) = place.size.as_ref().map_or((0, None), |size| size.range(core));
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let ends =
            standing.iter().map(|(step, _)| if let Step::At(at) = step { u64::from(*at) + 1 } else { 1 });
        let places = ends.max().unwrap_or(0);
        // What the list is to hold stands behind what is looked at by its place.
        let mut length = least.max(places.saturating_add(count(wanted.len())));
        // Where both ends are looked at, they are better two messages.
        let first = place.inside.get(&Step::At(0)).is_some_and(|first| !self.places.get(*first).looped);
        let both = first && place.inside.contains_key(&Step::Last);
        if both && length == 1 {
            length = 2;
        }
        length = most.map_or(length, |most| length.min(most));
        if length > LONGEST {
            return None;
        }
        let filler = || {
            let filler = sample("item", &item);
            let unwanted = |value: &Value| {
                place.items.iter().any(|(other, lit)| {
                    !core.holds(*lit)
                        && (other == value
                            || number_of(value).is_some() && number_of(other) == number_of(value))
                })
            };
            let others = [Value::from("another"), Value::from("third"), Value::Int(7), Value::Int(77)];
            let fits = |v: &&Value| {
                !unwanted(v)
                    && match item.ty {
                        Type::String => matches!(v, Value::String(_)),
                        Type::Int | Type::Number => matches!(v, Value::Int(_)),
                        _ => true,
                    }
            };
            if unwanted(&filler) { others.iter().find(fits).cloned().unwrap_or(filler) } else { filler }
        };
        let filler = || match place.filler.as_ref().filter(there) {
            Some(like) => self.value("item", *like),
            None if place.root().is_none() => Some(sample("message", &item)),
            None => Some(filler()),
        };
        let mut wanted = wanted.into_iter();
        let mut items = Vec::new();
        for at in 0..length {
            let step = if at + 1 == length && place.inside.contains_key(&Step::Last) {
                Step::Last
            } else {
                Step::At(u32::try_from(at).ok()?)
            };
            let stands = standing.iter().find(|(other, _)| **other == step).map(|(_, value)| value.clone());
            items.push(match stands.or_else(|| wanted.next()) {
                Some(value) => value,
                None => filler()?,
            });
        }
        Some(Value::list(items))
    }

    fn map(&self, id: PlaceId) -> Option<Value> {
        let place = self.places.get(id);
        let mut map = MapValue::default();
        if let Type::Record(record) = place.field.ty.unwrapped() {
            for (name, field) in &record.fields {
                if field.required && !place.inside.contains_key(&Step::Key(Arc::clone(name))) {
                    map.insert(Key::String(Arc::clone(name)), sample(name, field));
                }
            }
        }
        for (step, inside) in &place.inside {
            if let Step::Key(name) = step
                && self.places.core.holds(self.places.get(*inside).has)
            {
                map.insert(Key::String(Arc::clone(name)), self.value(name, *inside)?);
            }
        }
        let least = place.size.as_ref().map_or(0, |size| size.range(&self.places.core).0);
        if least > LONGEST {
            return None;
        }
        let filler = match place.field.ty.unwrapped() {
            // Which keys it has is known.
            Type::Record(_) => return Some(Value::map(map)),
            Type::Map(_, value) => Field::new((**value).clone()),
            _ => Field::new(Type::String),
        };
        for n in 1..=least {
            let len = u64::try_from(map.len()).unwrap_or(u64::MAX);
            if len < least {
                map.insert(key(&format!("key{n}")), sample("item", &filler));
            }
        }
        Some(Value::map(map))
    }
}

fn key(name: &str) -> Key {
    Key::String(Arc::from(name))
}

/// The type of a value of that kind at a place of that type.
fn of_kind(ty: &Type, kind: Kind) -> Type {
    match (ty.unwrapped(), kind) {
        (ty @ (Type::Int | Type::Double | Type::Number), Kind::Number) => ty.clone(),
        (_, Kind::Number) => Type::Number,
        (_, Kind::Bool) => Type::Bool,
        (_, Kind::String) => Type::String,
        (ty, _) => ty.clone(),
    }
}

pub(super) fn number_value(number: f64, ty: &Type) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
    if !matches!(ty, Type::Double) && number.fract() == 0.0 && number.abs() < 1e15 {
        Value::Int(number as i64)
    } else {
        Value::Double(number)
    }
}

/// Any value that a field can have.
pub(super) fn sample(name: &str, field: &Field) -> Value {
    if let Some(value) = field.domain.one_of.iter().flat_map(|values| values.iter()).next() {
        return value.clone();
    }
    match field.ty.unwrapped() {
        Type::Bool => Value::Bool(false),
        ty @ (Type::Int | Type::Uint | Type::Double | Type::Number) => {
            let (min, max) = (field.domain.min.unwrap_or(f64::MIN), field.domain.max.unwrap_or(f64::MAX));
            let number = if min <= 1.0 && 1.0 <= max {
                1.0
            } else if min > 1.0 {
                min.ceil().min(max)
            } else {
                max.floor().max(min)
            };
            number_value(number, ty)
        }
        Type::List(_) => Value::list(Vec::new()),
        Type::Map(..) => Value::map(MapValue::default()),
        Type::Record(record) => Value::map(
            record
                .fields
                .iter()
                .filter(|(_, field)| field.required)
                .map(|(name, field)| (Key::String(Arc::clone(name)), sample(name, field)))
                .collect(),
        ),
        Type::Null => Value::Null,
        _ => Value::from(match name {
            "role" => "user",
            "content" => "hi",
            _ => "other",
        }),
    }
}
