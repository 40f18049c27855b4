//! What closures run in.

use std::sync::Arc;

use crate::cel::library::Runtime;
use crate::cel::value::{EvalError, EvalErrorKind, ListValue, Meter, Value};
use crate::cel::{Limits, Span};

/// Why a closure has no value. Boxed, so that values pass through registers.
pub(super) type Fault = Box<EvalError>;

/// A condition or part of one that is true or false.
pub(super) type Test = Box<dyn Fn(&mut Context<'_>) -> Result<bool, Fault> + Send + Sync>;

/// A part of any type.
pub(super) type Compute = Box<dyn Fn(&mut Context<'_>) -> Result<Value, Fault> + Send + Sync>;

/// A whole condition.
pub(super) enum Top {
    Bool(Test),
    Value(Compute),
}

/// An error with its place.
pub(super) fn fault(kind: EvalErrorKind, span: Span) -> Fault {
    Box::new(kind.at(span))
}

/// What evaluations keep from one to the next: reused memory and compiled expressions.
#[derive(Clone, Debug)]
pub struct Scratch {
    pub(super) runtime: Runtime,
    pub(super) locals: Vec<Bound>,
    /// Shared tests that were evaluated for this row: the row's number, and what came.
    memos: Vec<(u64, bool)>,
    row: u64,
}

/// A variable that a macro binds.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    Value(Value),
    /// An element of a list, where it lies.
    Element(Arc<ListValue>, usize),
}

impl Bound {
    pub(super) fn get(&self) -> &Value {
        match self {
            Bound::Value(value) => value,
            Bound::Element(list, at) => list.get(*at).unwrap_or(&Value::Null),
        }
    }
}

impl Scratch {
    pub(super) fn new(runtime: Runtime, memos: usize) -> Self {
        Self { runtime, locals: Vec::new(), memos: vec![(0, false); memos], row: 0 }
    }

    /// Forgets what was found out about the last row.
    pub(super) fn next_row(&mut self, memos: usize) {
        self.row = self.row.saturating_add(1);
        self.memos.resize(memos, (0, false));
    }

    pub(super) fn begin(&mut self, limits: &Limits) {
        self.runtime.refill(limits);
        self.locals.clear();
    }

    pub(super) fn memo(&self, at: usize) -> Option<bool> {
        self.memos.get(at).filter(|(row, _)| *row == self.row).map(|(_, value)| *value)
    }

    pub(super) fn remember(&mut self, at: usize, value: bool) {
        if let Some(memo) = self.memos.get_mut(at) {
            *memo = (self.row, value);
        }
    }
}

/// A row, and what its evaluation needs.
pub(super) struct Context<'r> {
    pub(super) row: &'r [Option<Value>],
    pub(super) scratch: &'r mut Scratch,
}

impl Context<'_> {
    pub(super) fn spend(&mut self, steps: usize, span: Span) -> Result<(), Fault> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.scratch.runtime.meter.spend(steps).map_err(|kind| fault(kind, span))
    }

    /// A copy of the meter, for work that borrows from the context; to be handed back.
    pub(super) fn meter(&self) -> Meter {
        self.scratch.runtime.meter
    }

    pub(super) fn set_meter(&mut self, meter: Meter) {
        self.scratch.runtime.meter = meter;
    }
}
