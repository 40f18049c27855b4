//! Which type fits which, and what the type variables of one check stand for.

use std::sync::Arc;

use super::super::types::Type;

/// How deep a type may nest, and how many parts it may have, before it is taken as `dyn`.
pub(super) const MAX_TYPE_DEPTH: usize = 100;
pub(super) const MAX_TYPE_PARTS: usize = 1_000;
/// Steps of comparing types in one check: so many, and so many more for each node of its tree.
const STEPS: u64 = 100_000;
const STEPS_PER_NODE: u64 = 200;

/// What the type variables stand for.
#[derive(Debug)]
pub(super) struct Substitution {
    bindings: Vec<Option<Type>>,
    /// What bindings were before, to take back what a refused overload bound.
    trail: Vec<(u32, Option<Type>)>,
    /// All numbers fit one another, as they do when values are compared.
    pub(super) mixed_numbers: bool,
    steps_left: u64,
    exhausted: bool,
}

impl Substitution {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            bindings: Vec::new(),
            trail: Vec::new(),
            mixed_numbers: false,
            steps_left: (nodes as u64).saturating_mul(STEPS_PER_NODE).saturating_add(STEPS),
            exhausted: false,
        }
    }

    /// A type variable that stands for nothing yet.
    pub(super) fn fresh(&mut self) -> Type {
        let number = u32::try_from(self.bindings.len()).unwrap_or(u32::MAX);
        self.bindings.push(None);
        Type::Var(number)
    }

    /// True once a type was too large or the steps ran out: what was asked then was answered as if of `dyn`.
    pub(super) fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// Whether a value of type `from` can stand where `to` is wanted; binds variables if so and nothing if not.
    pub(super) fn assign(&mut self, from: &Type, to: &Type) -> bool {
        let mark = self.trail.len();
        let fits = self.fits(from, to, 0);
        self.settle(mark, fits)
    }

    /// The same for several at once.
    pub(super) fn assign_all(&mut self, from: &[Type], to: &[Type]) -> bool {
        let mark = self.trail.len();
        let fits = self.all_fit(from, to, 0);
        self.settle(mark, fits)
    }

    fn settle(&mut self, mark: usize, keep: bool) -> bool {
        if keep {
            self.trail.truncate(mark);
        } else {
            for (number, before) in self.trail.drain(mark..).rev() {
                if let Some(binding) = self.bindings.get_mut(number as usize) {
                    *binding = before;
                }
            }
        }
        keep
    }

    fn bound(&self, number: u32) -> Option<&Type> {
        self.bindings.get(number as usize).and_then(Option::as_ref)
    }

    fn bind(&mut self, number: u32, to: Type) {
        if let Some(binding) = self.bindings.get_mut(number as usize) {
            let before = binding.replace(to);
            self.trail.push((number, before));
        }
    }

    /// Counts a step of a walk. False when the walk must end.
    fn step(&mut self, depth: usize) -> bool {
        #[cfg(test)]
        super::super::effort::spend(1);
        match self.steps_left.checked_sub(1) {
            Some(left) if depth <= 2 * MAX_TYPE_DEPTH => self.steps_left = left,
            _ => self.exhausted = true,
        }
        !self.exhausted
    }

    fn all_fit(&mut self, from: &[Type], to: &[Type], depth: usize) -> bool {
        from.len() == to.len() && from.iter().zip(to).all(|(f, t)| self.fits(f, t, depth))
    }

    fn fits(&mut self, from: &Type, to: &Type, depth: usize) -> bool {
        if !self.step(depth) {
            return true;
        }
        if let Type::Var(to) = to {
            match self.stands_for(from, *to, depth) {
                Standing::Fits => return true,
                Standing::Refused => return false,
                Standing::Cyclic => {}
            }
        }
        if let Type::Var(from) = from {
            return self.stands_for(to, *from, depth) == Standing::Fits;
        }
        if matches!(from, Type::Dyn | Type::Error) || matches!(to, Type::Dyn | Type::Error) {
            return true;
        }
        match (from, to) {
            (Type::Null, other) | (other, Type::Null) => holds_null(other),
            (Type::Wrapper(from), to) => self.fits(from, to, depth + 1),
            (from, Type::Wrapper(to)) => self.fits(from, to, depth + 1),
            (from, to) if from.is_type() => to.is_type(),
            (from, to) if from.is_numeric() && to.is_numeric() => {
                from == to
                    || self.mixed_numbers
                    || (matches!(from, Type::Number) && *to != Type::Uint)
                    || (matches!(to, Type::Number) && *from != Type::Uint)
            }
            (Type::List(from), Type::List(to)) | (Type::Optional(from), Type::Optional(to)) => {
                self.fits(from, to, depth + 1)
            }
            (Type::Map(from_key, from_value), Type::Map(to_key, to_value)) => {
                self.fits(from_key, to_key, depth + 1) && self.fits(from_value, to_value, depth + 1)
            }
            // Of a record's values nothing is promised here but that its keys are strings.
            (Type::Record(_), Type::Record(_)) => true,
            (Type::Record(_), Type::Map(key, value)) => {
                self.fits(&Type::String, key, depth + 1) && self.fits(&Type::Dyn, value, depth + 1)
            }
            (Type::Map(key, value), Type::Record(_)) => {
                self.fits(key, &Type::String, depth + 1) && self.fits(value, &Type::Dyn, depth + 1)
            }
            (Type::Opaque(from, from_params), Type::Opaque(to, to_params)) => {
                from == to && self.all_fit(from_params, to_params, depth + 1)
            }
            (from, to) => from == to,
        }
    }

    /// Whether variable `number` may stand for `ty`; it then does, for the more general one of `ty` and what it stood
    /// for before.
    fn stands_for(&mut self, ty: &Type, number: u32, depth: usize) -> Standing {
        if *ty == Type::Var(number) {
            return Standing::Fits;
        }
        let Some(before) = self.bound(number).cloned() else {
            if self.occurs(number, ty, depth) {
                return Standing::Cyclic;
            }
            self.bind(number, ty.clone());
            return Standing::Fits;
        };
        if *ty == before {
            return Standing::Fits;
        }
        if !self.fits(ty, &before, depth + 1) {
            return Standing::Refused;
        }
        let general = more_general(ty, &before);
        if general != before && !self.occurs(number, &general, depth) {
            self.bind(number, general);
        }
        Standing::Fits
    }

    fn occurs(&mut self, number: u32, within: &Type, depth: usize) -> bool {
        if !self.step(depth) {
            return true;
        }
        match within {
            Type::Var(other) if *other == number => true,
            Type::Var(other) => match self.bound(*other).cloned() {
                Some(bound) => self.occurs(number, &bound, depth + 1),
                None => false,
            },
            Type::List(t) | Type::Optional(t) | Type::Type(t) | Type::Wrapper(t) => {
                self.occurs(number, t, depth + 1)
            }
            Type::Map(k, v) => self.occurs(number, k, depth + 1) || self.occurs(number, v, depth + 1),
            Type::Opaque(_, params) => params.iter().any(|p| self.occurs(number, p, depth + 1)),
            _ => false,
        }
    }

    /// The type with every bound variable replaced; unbound ones stay.
    pub(super) fn apply(&mut self, ty: &Type) -> Type {
        let mut parts = MAX_TYPE_PARTS;
        self.replace(ty, false, &mut parts, 0)
    }

    /// The type without any variable: what is still unbound is `dyn`.
    pub(super) fn finish(&mut self, ty: &Type) -> Type {
        let mut parts = MAX_TYPE_PARTS;
        self.replace(ty, true, &mut parts, 0)
    }

    fn replace(&mut self, ty: &Type, last: bool, parts: &mut usize, depth: usize) -> Type {
        // Most types have no parts, or one that has none.
        match ty {
            Type::List(part) | Type::Optional(part) | Type::Type(part) if !has_parts(part) => {
                return ty.clone();
            }
            _ if has_parts(ty) => {}
            _ => return ty.clone(),
        }
        #[cfg(test)]
        super::super::effort::spend(1);
        *parts = parts.saturating_sub(1);
        if *parts == 0 || depth > MAX_TYPE_DEPTH {
            self.exhausted = true;
            return Type::Dyn;
        }
        let mut part = |t: &Type| self.replace(t, last, parts, depth + 1);
        match ty {
            Type::List(t) => Type::list(part(t)),
            Type::Optional(t) => Type::optional(part(t)),
            Type::Wrapper(t) => part(t).nullable(),
            Type::Type(t) => Type::type_of(part(t)),
            Type::Map(k, v) => {
                let key = part(k);
                Type::map(key, part(v))
            }
            Type::Opaque(name, params) => Type::Opaque(Arc::clone(name), params.iter().map(part).collect()),
            Type::Var(number) => {
                let mut number = *number;
                loop {
                    match self.bound(number) {
                        Some(Type::Var(next)) => number = *next,
                        Some(bound) => {
                            let bound = bound.clone();
                            return self.replace(&bound, last, parts, depth);
                        }
                        None if last => return Type::Dyn,
                        None => return Type::Var(number),
                    }
                }
            }
            other => other.clone(),
        }
    }
}

#[derive(PartialEq, Eq)]
enum Standing {
    Fits,
    /// It stands for something else already.
    Refused,
    /// It occurs in the type itself.
    Cyclic,
}

/// Whether a type is a variable, or has parts that may be.
fn has_parts(ty: &Type) -> bool {
    match ty {
        Type::List(_)
        | Type::Map(..)
        | Type::Optional(_)
        | Type::Wrapper(_)
        | Type::Type(_)
        | Type::Var(_) => true,
        Type::Opaque(_, params) => !params.is_empty(),
        _ => false,
    }
}

/// Types whose values may be null.
fn holds_null(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Null
            | Type::Wrapper(_)
            | Type::Optional(_)
            | Type::Opaque(..)
            | Type::Timestamp
            | Type::Duration
            | Type::Dyn
            | Type::Error
    )
}

/// Of two types that fit each other, the one that holds the values of both.
pub(super) fn more_general(a: &Type, b: &Type) -> Type {
    match (a, b) {
        (Type::Null, other) | (other, Type::Null) => other.clone(),
        (Type::Record(x), Type::Record(y)) if x != y => Type::map(Type::String, Type::Dyn),
        _ if at_least_as_general(a, b) => a.clone(),
        _ => b.clone(),
    }
}

fn at_least_as_general(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dyn | Type::Error | Type::Var(_), _) => true,
        (_, Type::Dyn | Type::Error | Type::Var(_)) => false,
        (Type::Wrapper(a), b) => at_least_as_general(a, b.unwrapped()),
        (Type::Number, b) => b.is_numeric(),
        (Type::Map(..), Type::Record(_)) => true,
        (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => at_least_as_general(a, b),
        (Type::Map(ak, av), Type::Map(bk, bv)) => at_least_as_general(ak, bk) && at_least_as_general(av, bv),
        (Type::Opaque(a_name, a), Type::Opaque(b_name, b)) => {
            a_name == b_name
                && a.len() == b.len()
                && a.iter().zip(b.iter()).all(|(a, b)| at_least_as_general(a, b))
        }
        (a, b) if a.is_type() => b.is_type(),
        (a, b) => a == b,
    }
}
