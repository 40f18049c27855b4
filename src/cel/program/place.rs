//! Values that lie somewhere and need no computing: variables, and fields and elements of them.

use std::sync::Arc;

use super::context::{Bound, Context, Failed, Fault, Scratch, Truth};
use crate::cel::Span;
use crate::cel::ast::{Ast, Kind, NodeId};
use crate::cel::env::Lend;
use crate::cel::interpret::functions::Functions;
use crate::cel::value::{EvalErrorKind, Meter, Value, access};

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
    Field {
        name: Arc<str>,
        span: Span,
    },
    Key {
        key: Value,
        span: Span,
    },
    /// A part that a function finds.
    Part {
        functions: Functions,
        lend: Lend,
        span: Span,
    },
}

/// By position of a node: whether its value may lie somewhere. Found out once, so that nobody looks down a long chain
/// of fields from each of its parts.
pub(super) fn lying(ast: &Ast) -> Vec<bool> {
    let mut lies: Vec<bool> = Vec::with_capacity(ast.len());
    for id in ast.ids() {
        let below = |id: &NodeId| lies.get(id.index()).is_some_and(|lies| *lies);
        let found = match ast.kind(id) {
            Kind::Literal(_) | Kind::Ident { .. } | Kind::List(_) => true,
            Kind::Select { operand, optional: false, .. } => below(operand),
            Kind::Index { operand, index, optional: false } => {
                below(operand) && matches!(ast.kind(*index), Kind::Literal(_))
            }
            Kind::Call { target: Some(target), args, .. } => args.is_empty() && below(target),
            _ => false,
        };
        lies.push(found);
    }
    lies
}

impl Place {
    /// Uses the value that lies there; an error of that is one of the node at `span`.
    #[inline]
    pub(super) fn with<T>(
        &self,
        context: &mut Context<'_>,
        span: Span,
        use_value: impl FnOnce(&Value, &mut Meter) -> Result<T, EvalErrorKind>,
    ) -> Result<T, Failed> {
        let Scratch { runtime, locals, .. } = &mut *context.scratch;
        let result = match self.find(context.row, locals) {
            Some(value) => use_value(value, &mut runtime.meter),
            None => {
                let value = self.copied(context)?;
                use_value(&value, &mut context.scratch.runtime.meter)
            }
        };
        context.at(result, span)
    }

    /// Uses the values at two places.
    pub(super) fn with_both(
        &self,
        other: &Place,
        context: &mut Context<'_>,
        span: Span,
        use_values: impl FnOnce(&Value, &Value, &mut Meter) -> Result<bool, EvalErrorKind>,
    ) -> Truth {
        let Scratch { runtime, locals, .. } = &mut *context.scratch;
        let result = match (self.find(context.row, locals), other.find(context.row, locals)) {
            (Some(left), Some(right)) => use_values(left, right, &mut runtime.meter),
            _ => {
                let left = self.copied(context)?;
                let right = other.copied(context)?;
                use_values(&left, &right, &mut context.scratch.runtime.meter)
            }
        };
        context.at(result, span)
    }

    /// A copy of the value that lies there.
    pub(super) fn get(&self, context: &mut Context<'_>) -> Result<Value, Failed> {
        match self.find(context.row, &context.scratch.locals) {
            Some(value) => Ok(value.clone()),
            None => self.copied(context),
        }
    }

    /// The value, where it can be borrowed.
    #[inline(always)]
    fn find<'v>(&'v self, row: &'v [Option<&'v Value>], locals: &'v [Bound]) -> Option<&'v Value> {
        let root = self.root.find(row, locals)?;
        if self.steps.is_empty() { Some(root) } else { self.walk(root) }
    }

    fn walk<'v>(&self, mut value: &'v Value) -> Option<&'v Value> {
        for step in &self.steps {
            value = step.find(value)?;
        }
        Some(value)
    }

    /// The value where [`Self::find`] finds none: it comes out of an optional, or there is an error.
    #[inline(never)]
    fn copied(&self, context: &mut Context<'_>) -> Result<Value, Failed> {
        let found = self.root.find(context.row, &context.scratch.locals).cloned();
        let mut value = match (found, &self.root) {
            (Some(value), _) => value,
            (None, Root::Slot { slot, span, .. }) => {
                return context.fail_with(Fault::Missing { slot: *slot, span: *span });
            }
            (None, Root::Local(_) | Root::Constant(_)) => Value::Null,
        };
        for step in &self.steps {
            let (next, span) = match step {
                Step::Field { name, span } => (access::select(&value, name), *span),
                Step::Key { key, span } => (access::index(&value, key), *span),
                Step::Part { functions, span, .. } => {
                    (functions.call(true, &[value], &mut context.scratch.runtime), *span)
                }
            };
            value = context.at(next, span)?;
        }
        Ok(value)
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

    /// The place of a part of this one that a function finds.
    pub(super) fn part(mut self, functions: Functions, lend: Lend, span: Span) -> Place {
        self.steps.push(Step::Part { functions, lend, span });
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

impl Root {
    #[inline]
    fn find<'v>(&'v self, row: &'v [Option<&'v Value>], locals: &'v [Bound]) -> Option<&'v Value> {
        match self {
            Root::Slot { slot, otherwise, .. } => match row.get(*slot) {
                Some(Some(value)) => Some(*value),
                _ => otherwise.as_ref(),
            },
            Root::Local(at) => locals.get(*at).map(Bound::get),
            Root::Constant(value) => Some(value),
        }
    }
}

impl Step {
    #[inline]
    fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match (self, value) {
            (Step::Field { name, .. }, Value::Map(map)) => map.get_str(name),
            (Step::Key { key: Value::String(key), .. }, Value::Map(map)) => map.get_str(key),
            (Step::Key { key: Value::Int(at), .. }, Value::List(list)) => {
                usize::try_from(*at).ok().and_then(|at| list.get(at))
            }
            (Step::Part { lend, .. }, value) => lend(value),
            _ => None,
        }
    }
}
