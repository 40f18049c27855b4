//! What is true, false or neither, ready to run.

use super::context::{Context, Failed, Fault, Truth};
use super::place::{Place, Root};
use super::predicates::{Flag, Order};
use super::set::ConstantSet;
use crate::cel::Span;
use crate::cel::value::Value;
use crate::cel::value::word::Literal;

/// A condition or part of one. What routers ask most often of a variable has a form of its own, which costs no call.
pub(super) enum Test {
    /// `variable`
    Bool { variable: Variable, flag: Box<Flag> },
    /// `variable == "text"`, or `!=`
    Text { variable: Variable, text: Literal, equal: bool },
    /// `variable in [constants]`
    In { variable: Variable, set: Box<ConstantSet> },
    /// `variable < constant`, or its like
    Order { variable: Variable, order: Box<Order> },
    /// `a && b && c`, `a || b || c`
    Logical(Logical),
    /// Anything else.
    Other(Box<dyn Fn(&mut Context<'_>) -> Truth + Send + Sync>),
}

/// Tests of which `decides`, `false` for `&&` and `true` for `||`, decides about the whole.
pub(super) struct Logical {
    pub(super) tests: Box<[Test]>,
    pub(super) decides: bool,
}

/// A variable of the row.
pub(super) struct Variable {
    slot: usize,
    span: Span,
    /// What the name stands for where the row does not hold it.
    otherwise: Option<Value>,
}

impl Variable {
    /// The variable that a place is, or the place again.
    pub(super) fn of(place: Place) -> Result<Variable, Place> {
        match (place.root, place.steps.is_empty()) {
            (Root::Slot { slot, span, otherwise }, true) => Ok(Variable { slot, span, otherwise }),
            (root, _) => Err(Place { root, steps: place.steps }),
        }
    }

    /// Its value, or what stands in for that.
    #[inline(always)]
    fn value<'v, 'r: 'v>(&'v self, context: &mut Context<'r>) -> Result<&'v Value, Failed> {
        match context.row.get(self.slot).copied().flatten().or(self.otherwise.as_ref()) {
            Some(value) => Ok(value),
            None => context.fail_with(Fault::Missing { slot: self.slot, span: self.span }),
        }
    }
}

impl Test {
    pub(super) fn new(run: impl Fn(&mut Context<'_>) -> Truth + Send + Sync + 'static) -> Self {
        Test::Other(Box::new(run))
    }

    /// As a whole condition: it alone decides then.
    pub(super) fn whole(self) -> Logical {
        match self {
            Test::Logical(logical) => logical,
            test => Logical { tests: Box::new([test]), decides: false },
        }
    }

    /// Runs it.
    #[inline(always)]
    pub(super) fn run(&self, context: &mut Context<'_>) -> Truth {
        match self {
            Test::Bool { variable, flag } => {
                let result = flag.of(variable.value(context)?);
                context.at(result, flag.span)
            }
            Test::Text { variable, text, equal } => {
                let test = |value: &Value| matches!(value, Value::String(found) if text.is(found)) == *equal;
                variable.value(context).map(test)
            }
            Test::In { variable, set } => variable.value(context).map(|value| set.contains(value)),
            Test::Order { variable, order } => {
                let result = order.holds(variable.value(context)?);
                context.at(result, order.span)
            }
            Test::Logical(logical) => logical.run(context),
            Test::Other(run) => run(context),
        }
    }
}

impl Logical {
    /// The first test that decides wins, over errors of others too.
    #[inline(never)]
    pub(super) fn run(&self, context: &mut Context<'_>) -> Truth {
        for (at, test) in self.tests.iter().enumerate() {
            match test.run(context) {
                Ok(value) if value == self.decides => return Ok(value),
                Ok(_) => {}
                Err(Failed) => return self.after_error(at, context),
            }
        }
        Ok(!self.decides)
    }

    /// The tests after one that has no value: unless one of them decides, its error is that of the whole.
    #[inline(never)]
    fn after_error(&self, at: usize, context: &mut Context<'_>) -> Truth {
        let rest = self.tests.get(at + 1..).unwrap_or_default();
        if rest.is_empty() || context.is_over() {
            return Err(Failed);
        }
        let first = context.fault();
        for test in rest {
            match test.run(context) {
                Ok(value) if value == self.decides => return Ok(value),
                Err(Failed) if context.is_over() => return Err(Failed),
                Ok(_) | Err(Failed) => {}
            }
        }
        context.fail_with(first)
    }
}
