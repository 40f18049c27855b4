//! Values that lie somewhere and need no computing: variables, and fields and elements of them.

use std::borrow::Cow;
use std::sync::Arc;

use super::context::{Context, Fault, fault};
use crate::cel::Span;
use crate::cel::value::{EvalErrorKind, Value, access};

/// Where a value lies.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) root: Root,
    pub(super) steps: Vec<Step>,
}

/// Where it begins.
#[derive(Clone, Debug)]
pub(super) enum Root {
    /// A variable of the row.
    Slot {
        slot: usize,
        /// What the name stands for if there is no such variable.
        otherwise: Option<Value>,
        /// What the error calls it.
        name: Arc<str>,
        span: Span,
    },
    /// A variable that a macro binds.
    Local(usize),
    /// A literal or the name of a type.
    Constant(Value),
}

/// Where it goes on.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Field { name: Arc<str>, span: Span },
    Key { key: Value, span: Span },
}

impl Place {
    /// The value that lies there. It is copied only where it comes out of an optional.
    pub(super) fn get<'c>(&'c self, context: &'c Context<'_>) -> Result<Cow<'c, Value>, Fault> {
        let mut value = match &self.root {
            Root::Slot { slot, otherwise, name, span } => match context.row.get(*slot) {
                Some(Some(value)) => value,
                _ => match otherwise {
                    Some(value) => value,
                    None => return Err(fault(EvalErrorKind::MissingVariable(Arc::clone(name)), *span)),
                },
            },
            Root::Local(at) => match context.scratch.locals.get(*at) {
                Some(bound) => bound.get(),
                None => &Value::Null,
            },
            Root::Constant(value) => value,
        };
        for (at, step) in self.steps.iter().enumerate() {
            match step.borrowed(value) {
                Some(next) => value = next,
                None => return self.copied(value, at).map(Cow::Owned),
            }
        }
        Ok(Cow::Borrowed(value))
    }

    /// The rest of the way from a step on that finds nothing to borrow: an error, or through an optional.
    #[cold]
    fn copied(&self, value: &Value, from: usize) -> Result<Value, Fault> {
        let mut value = value.clone();
        for step in self.steps.iter().skip(from) {
            value = match step {
                Step::Field { name, span } => {
                    access::select(&value, name).map_err(|kind| fault(kind, *span))?
                }
                Step::Key { key, span } => access::index(&value, key).map_err(|kind| fault(kind, *span))?,
            };
        }
        Ok(value)
    }

    /// Uses the value that lies there.
    pub(super) fn with<T>(
        &self,
        context: &Context<'_>,
        use_value: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        // A plain variable is the commonest place of all: nothing stands between it and its use.
        if let (Root::Slot { slot, .. }, []) = (&self.root, self.steps.as_slice())
            && let Some(Some(value)) = context.row.get(*slot)
        {
            return use_value(value);
        }
        use_value(&*self.get(context)?)
    }

    /// The place of a field of this one.
    pub(super) fn field(mut self, name: &Arc<str>, span: Span) -> Place {
        self.steps.push(Step::Field { name: Arc::clone(name), span });
        self
    }

    /// The place of an element or key of this one.
    pub(super) fn key(mut self, key: Value, span: Span) -> Place {
        self.steps.push(Step::Key { key, span });
        self
    }

    /// The constant that it is.
    pub(super) fn constant(&self) -> Option<&Value> {
        match (&self.root, self.steps.as_slice()) {
            (Root::Constant(value), []) => Some(value),
            _ => None,
        }
    }
}

impl Step {
    fn borrowed<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match (self, value) {
            (Step::Field { name, .. }, Value::Map(map)) => map.get_str(name),
            (Step::Key { key: Value::String(key), .. }, Value::Map(map)) => map.get_str(key),
            (Step::Key { key: Value::Int(at), .. }, Value::List(list)) => {
                usize::try_from(*at).ok().and_then(|at| list.get(at))
            }
            _ => None,
        }
    }
}
