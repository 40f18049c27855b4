//! What closures run in.

use std::sync::Arc;

use crate::cel::library::Runtime;
use crate::cel::value::{EvalError, EvalErrorKind, ListValue, Value};
use crate::cel::{Limits, Span};

/// There is no value; why lies in the scratch. So what is true, false or neither fits a register, and a key that a
/// request lacks costs no memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed;

/// What a test comes to: true, false or neither.
pub(super) type Truth = Result<bool, Failed>;

/// A part of any type.
pub(super) type Compute = Box<dyn Fn(&mut Context<'_>) -> Result<Value, Failed> + Send + Sync>;

/// What evaluations keep from one to the next: reused memory and compiled expressions.
#[derive(Clone, Debug)]
pub struct Scratch {
    pub(super) runtime: Runtime,
    pub(super) locals: Vec<Bound>,
    /// Why the part that was evaluated last has no value.
    fault: Option<Fault>,
    /// Shared tests that were evaluated for this row: the row's number, and what came.
    memos: Vec<(u64, bool)>,
    row: u64,
}

/// Why a part has no value.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// The row has none of a variable: much the most frequent, so nothing is named or counted for it.
    Missing {
        slot: usize,
        span: Span,
    },
    Other(Box<EvalError>),
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
        Self { runtime, locals: Vec::new(), fault: None, memos: vec![(0, false); memos], row: 0 }
    }

    /// Forgets what was found out about the last row.
    pub(super) fn next_row(&mut self, memos: usize) {
        self.row = self.row.wrapping_add(1);
        if self.memos.len() != memos {
            self.belong(memos);
        }
    }

    /// A scratch that was made for another set serves as well.
    #[cold]
    fn belong(&mut self, memos: usize) {
        self.memos.resize(memos, (0, false));
    }

    pub(super) fn begin(&mut self, limits: &Limits) {
        self.runtime.refill(limits);
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
    pub(super) row: &'r [Option<&'r Value>],
    pub(super) scratch: &'r mut Scratch,
}

impl Context<'_> {
    pub(super) fn spend(&mut self, steps: usize, span: Span) -> Result<(), Failed> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        match self.scratch.runtime.meter.spend(steps) {
            Ok(()) => Ok(()),
            Err(kind) => self.fail(kind, span),
        }
    }

    /// Fails at a place.
    #[cold]
    pub(super) fn fail<T>(&mut self, kind: EvalErrorKind, span: Span) -> Result<T, Failed> {
        self.fail_with(Fault::Other(Box::new(kind.at(span))))
    }

    /// Fails for a reason.
    #[inline]
    pub(super) fn fail_with<T>(&mut self, fault: Fault) -> Result<T, Failed> {
        self.scratch.fault = Some(fault);
        Err(Failed)
    }

    /// A result with its place.
    pub(super) fn at<T>(&mut self, result: Result<T, EvalErrorKind>, span: Span) -> Result<T, Failed> {
        match result {
            Ok(value) => Ok(value),
            Err(kind) => self.fail(kind, span),
        }
    }

    /// Why the last part failed, taken from the scratch.
    pub(super) fn fault(&mut self) -> Fault {
        let unknown = || EvalError { kind: EvalErrorKind::Unsupported("this".into()), span: None };
        self.scratch.fault.take().unwrap_or_else(|| Fault::Other(Box::new(unknown())))
    }

    /// Whether the last failure ends the evaluation at once.
    pub(super) fn is_over(&self) -> bool {
        matches!(&self.scratch.fault, Some(Fault::Other(error)) if error.kind.is_fatal())
    }
}
