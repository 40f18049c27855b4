//! What is true, false or neither, ready to run.

use super::context::{Context, Failed, Truth};
use super::place::Place;
use super::set::ConstantSet;
use super::word::Literal;
use crate::cel::Span;
use crate::cel::value::Value;

/// A condition or part of one. What routers ask most often of a variable has a form of its own, which costs no call.
pub(super) enum Test {
    /// `variable == "text"`, or `!=`
    Text { variable: Variable, text: Literal, equal: bool },
    /// `variable in [constants]`
    In { variable: Variable, set: Box<ConstantSet> },
    /// `a && b && c`, which `false` decides, or `a || b || c`, which `true` decides
    Logical { tests: Box<[Test]>, decides: bool },
    /// Anything else.
    Other(Box<dyn Fn(&mut Context<'_>) -> Truth + Send + Sync>),
}

/// A variable of the row.
pub(super) struct Variable {
    slot: usize,
    /// The same, for when the row does not hold it.
    place: Box<Place>,
}

impl Variable {
    /// The variable that a place is, or the place again.
    pub(super) fn of(place: Place) -> Result<Variable, Place> {
        match place.slot() {
            Some(slot) => Ok(Variable { slot, place: Box::new(place) }),
            None => Err(place),
        }
    }

    /// Tests what stands in for it where the row does not hold it.
    #[cold]
    fn otherwise(&self, context: &mut Context<'_>, test: impl FnOnce(&Value) -> bool) -> Truth {
        self.place.with(context, Span::default(), |value, _| Ok(test(value)))
    }
}

impl Test {
    pub(super) fn new(run: impl Fn(&mut Context<'_>) -> Truth + Send + Sync + 'static) -> Self {
        Test::Other(Box::new(run))
    }

    /// Runs a test that is no part of another.
    #[inline(never)]
    pub(super) fn run_whole(&self, context: &mut Context<'_>) -> Truth {
        self.run(context)
    }

    /// Runs it.
    #[inline(always)]
    pub(super) fn run(&self, context: &mut Context<'_>) -> Truth {
        match self {
            Test::Text { variable, text, equal } => {
                let test = |value: &Value| matches!(value, Value::String(found) if text.is(found)) == *equal;
                match context.row.get(variable.slot) {
                    Some(Some(value)) => Ok(test(value)),
                    _ => variable.otherwise(context, test),
                }
            }
            Test::In { variable, set } => match context.row.get(variable.slot) {
                Some(Some(value)) => Ok(set.contains(value)),
                _ => variable.otherwise(context, |value| set.contains(value)),
            },
            Test::Logical { tests, decides } => logical(tests, *decides, context),
            Test::Other(run) => run(context),
        }
    }
}

/// The first test that decides wins, over errors of others too.
#[inline(never)]
fn logical(tests: &[Test], decides: bool, context: &mut Context<'_>) -> Truth {
    let mut tests = tests.iter();
    while let Some(test) = tests.next() {
        match test.run(context) {
            Ok(value) if value == decides => return Ok(decides),
            Ok(_) => {}
            Err(Failed) => return after_error(tests.as_slice(), decides, context),
        }
    }
    Ok(!decides)
}

/// The rest of the tests after one that has no value: unless one of them decides, its error is that of the whole.
#[inline(never)]
fn after_error(rest: &[Test], decides: bool, context: &mut Context<'_>) -> Truth {
    if context.is_over() {
        return Err(Failed);
    }
    let first = context.fault();
    for test in rest {
        match test.run(context) {
            Ok(value) if value == decides => return Ok(decides),
            Err(Failed) if context.is_over() => return Err(Failed),
            Ok(_) | Err(Failed) => {}
        }
    }
    context.fail_with(first)
}
