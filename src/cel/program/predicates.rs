//! What is true or false: comparisons, `&&` and `||`, presence, tests of text.

use std::cmp::Ordering;
use std::sync::Arc;

use memchr::memmem;

use super::compile::{Callee, Compiler};
use super::context::Compute;
use super::place::Place;
use super::set::ConstantSet;
use super::test::{Logical, Test, Variable};
use crate::cel::Span;
use crate::cel::ast::{BinaryOp, Kind, Literal, LogicalOp, Macro, MacroKind, NodeId, UnaryOp};
use crate::cel::re2::Regex;
use crate::cel::value::equality::{contains, equals};
use crate::cel::value::order::{Unordered, compare};
use crate::cel::value::{EvalErrorKind, Meter, Value, access, word};

/// A function that tests text.
#[derive(Clone, Copy)]
enum TextFunction {
    Contains,
    StartsWith,
    EndsWith,
    Matches,
}

impl Compiler<'_> {
    /// A node that must be a bool; another value is an error of the node at `span`, by the name of its function.
    pub(super) fn bool(&mut self, id: NodeId, span: Span, function: &str) -> Test {
        if let Some(test) = self.test(id) {
            return test;
        }
        if let Kind::Ternary { condition, then, otherwise, .. } = self.ast.kind(id) {
            let condition = self.bool(*condition, self.span(id), "_?_:_");
            let then = self.bool(*then, span, function);
            let otherwise = self.bool(*otherwise, span, function);
            return Test::new(move |context| {
                if condition.run(context)? { then.run(context) } else { otherwise.run(context) }
            });
        }
        let flag = Flag { function: function.into(), span };
        if let Some(place) = self.place(id) {
            return match Variable::of(place) {
                Ok(variable) => Test::Bool { variable, flag: Box::new(flag) },
                Err(place) => Test::new(move |context| place.with(context, span, |value, _| flag.of(value))),
            };
        }
        let value = self.value(id);
        Test::new(move |context| {
            let result = flag.of(&value(context)?);
            context.at(result, span)
        })
    }

    /// A node of a kind that is always a bool, if it has a value; `None` for other kinds.
    pub(super) fn test(&mut self, id: NodeId) -> Option<Test> {
        let test = self.plain_test(id)?;
        let Some(memo) = self.memo(id) else { return Some(test) };
        // Errors are not kept: each occurrence has places of its own.
        Some(Test::new(move |context| match context.scratch.memo(memo) {
            Some(value) => Ok(value),
            None => {
                let value = test.run(context)?;
                context.scratch.remember(memo, value);
                Ok(value)
            }
        }))
    }

    fn plain_test(&mut self, id: NodeId) -> Option<Test> {
        let ast = self.ast;
        let span = ast.span(id);
        match ast.kind(id) {
            Kind::Literal(Literal::Bool(value)) => {
                let value = *value;
                Some(Test::new(move |_| Ok(value)))
            }
            Kind::Logical { op, operands, .. } => Some(self.logical(*op, operands, span)),
            Kind::Unary { op: UnaryOp::Not, operand, .. } => {
                let operand = self.bool(*operand, span, "!_");
                Some(Test::new(move |context| operand.run(context).map(|value| !value)))
            }
            Kind::Binary { op, lhs, rhs, .. } => self.comparison(*op, *lhs, *rhs, span),
            Kind::Macro(call) => self.macro_test(id, call),
            Kind::Call { .. } => self.text_test(id),
            _ => None,
        }
    }

    fn logical(&mut self, op: LogicalOp, operands: &[NodeId], span: Span) -> Test {
        let (decides, function) = match op {
            LogicalOp::And => (false, "_&&_"),
            LogicalOp::Or => (true, "_||_"),
        };
        let tests = operands.iter().map(|operand| self.bool(*operand, span, function)).collect();
        Test::Logical(Logical { tests, decides })
    }

    fn macro_test(&mut self, id: NodeId, call: &Macro) -> Option<Test> {
        match call.kind {
            MacroKind::Has => self.presence(id, call),
            MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne => self.quantifier(call),
            _ => None,
        }
    }

    fn presence(&mut self, id: NodeId, call: &Macro) -> Option<Test> {
        let span = self.span(id);
        let [arg] = call.args.as_slice() else { return None };
        let Kind::Select { operand, field, .. } = self.ast.kind(*arg) else { return None };
        let field = Arc::clone(&field.text);
        if let Some(place) = self.place(*operand) {
            return Some(Test::new(move |context| {
                place.with(context, span, |value, _| access::has(value, &field))
            }));
        }
        let operand = self.value(*operand);
        Some(Test::new(move |context| {
            let result = access::has(&operand(context)?, &field);
            context.at(result, span)
        }))
    }

    fn comparison(&mut self, op: BinaryOp, lhs: NodeId, rhs: NodeId, span: Span) -> Option<Test> {
        use BinaryOp as B;
        if matches!(op, B::Add | B::Sub | B::Mul | B::Div | B::Rem) {
            return None;
        }
        let (left, right) = (self.place(lhs), self.place(rhs));
        let (Some(left), Some(right)) = (left, right) else {
            let (lhs, rhs) = (self.value(lhs), self.value(rhs));
            return Some(computed_comparison(op, lhs, rhs, span));
        };
        // What is equal does not depend on which stands first.
        let (left, right) = if matches!(op, B::Eq | B::Ne) && left.constant().is_some() {
            (right, left)
        } else {
            (left, right)
        };
        match (op, right.constant()) {
            (B::Eq | B::Ne, Some(Value::String(text))) => Some(text_equality(left, text, op == B::Eq, span)),
            (B::Lt | B::Le | B::Gt | B::Ge, Some(constant)) if !matches!(constant, Value::List(_)) => {
                Some(ordering(op, left, constant.clone(), span))
            }
            (B::In, Some(Value::List(list))) if ConstantSet::holds(list) => {
                Some(membership(left, ConstantSet::new(list), span))
            }
            _ => Some(Test::new(move |context| {
                left.with_both(&right, context, span, |left, right, meter| relate(op, left, right, meter))
            })),
        }
    }

    /// `text.contains(part)` and its like.
    fn text_test(&mut self, id: NodeId) -> Option<Test> {
        let ast = self.ast;
        let Kind::Call { function, target: Some(target), args, leading_dot } = ast.kind(id) else {
            return None;
        };
        let kind = match &*function.text {
            "contains" => TextFunction::Contains,
            "startsWith" => TextFunction::StartsWith,
            "endsWith" => TextFunction::EndsWith,
            "matches" => TextFunction::Matches,
            _ => return None,
        };
        let [arg] = args.as_slice() else { return None };
        match self.callee(&function.text, Some(*target), args, *leading_dot) {
            Some(Callee::Member(functions)) if functions.is_standard() => {}
            _ => return None,
        }
        let Some(Value::String(part)) = self.place(*arg).and_then(|place| place.constant().cloned()) else {
            return None;
        };
        let span = ast.span(id);
        let test = match kind {
            TextFunction::Contains => {
                TextTest::Contains(Box::new(memmem::Finder::new(part.as_bytes()).into_owned()))
            }
            TextFunction::StartsWith => TextTest::StartsWith(Arc::clone(&part)),
            TextFunction::EndsWith => TextTest::EndsWith(Arc::clone(&part)),
            TextFunction::Matches => TextTest::Matches(self.pattern(&part)?),
        };
        let name = Arc::clone(&function.text);
        let check = move |value: &Value, meter: &mut Meter| match value {
            Value::String(text) => test.holds(text, meter),
            other => Err(EvalErrorKind::no_overload(&name, [other, &Value::String(Arc::clone(&part))])),
        };
        if let Some(place) = self.place(*target) {
            return Some(Test::new(move |context| place.with(context, span, &check)));
        }
        let target = self.value(*target);
        Some(Test::new(move |context| {
            let result = check(&target(context)?, &mut context.scratch.runtime.meter);
            context.at(result, span)
        }))
    }
}

/// A test of text by a constant, made ready.
enum TextTest {
    Contains(Box<memmem::Finder<'static>>),
    StartsWith(Arc<str>),
    EndsWith(Arc<str>),
    Matches(Result<Regex, EvalErrorKind>),
}

impl TextTest {
    fn holds(&self, text: &str, meter: &mut Meter) -> Result<bool, EvalErrorKind> {
        let steps = match self {
            TextTest::Matches(Ok(regex)) => regex.steps(text),
            _ => u64::try_from(text.len() / 16).unwrap_or(u64::MAX),
        };
        meter.spend(steps)?;
        match self {
            TextTest::Contains(finder) => Ok(finder.find(text.as_bytes()).is_some()),
            TextTest::StartsWith(part) => Ok(text.starts_with(&**part)),
            TextTest::EndsWith(part) => Ok(text.ends_with(&**part)),
            TextTest::Matches(Ok(regex)) => Ok(regex.is_match(text)),
            TextTest::Matches(Err(error)) => Err(error.clone()),
        }
    }
}

fn text_equality(place: Place, text: &Arc<str>, equal: bool, span: Span) -> Test {
    let text = word::Literal::new(text);
    match Variable::of(place) {
        Ok(variable) => Test::Text { variable, text, equal },
        Err(place) => Test::new(move |context| {
            place.with(context, span, |value, _| {
                Ok(matches!(value, Value::String(value) if text.is(value)) == equal)
            })
        }),
    }
}

fn membership(place: Place, set: ConstantSet, span: Span) -> Test {
    match Variable::of(place) {
        Ok(variable) => Test::In { variable, set: Box::new(set) },
        Err(place) => Test::new(move |context| place.with(context, span, |value, _| Ok(set.contains(value)))),
    }
}

/// A value that is to be a bool.
pub(super) struct Flag {
    /// The function that wants one.
    function: Arc<str>,
    pub(super) span: Span,
}

impl Flag {
    #[inline]
    pub(super) fn of(&self, value: &Value) -> Result<bool, EvalErrorKind> {
        match value {
            Value::Bool(value) => Ok(*value),
            other => Err(EvalErrorKind::no_overload(&self.function, [other])),
        }
    }
}

/// A relation in an order to a constant.
pub(super) struct Order {
    op: BinaryOp,
    constant: Value,
    pub(super) span: Span,
}

impl Order {
    #[inline]
    pub(super) fn holds(&self, value: &Value) -> Result<bool, EvalErrorKind> {
        match (value, &self.constant) {
            (Value::Int(a), Value::Int(b)) => Ok(is_so(self.op, a.cmp(b))),
            (value, constant) => order(self.op, value, constant),
        }
    }
}

fn ordering(op: BinaryOp, place: Place, constant: Value, span: Span) -> Test {
    let order = Order { op, constant, span };
    match Variable::of(place) {
        Ok(variable) => Test::Order { variable, order: Box::new(order) },
        Err(place) => Test::new(move |context| place.with(context, span, |value, _| order.holds(value))),
    }
}

/// Whether a relation holds between two values, where they have an order.
fn order(op: BinaryOp, lhs: &Value, rhs: &Value) -> Result<bool, EvalErrorKind> {
    match compare(lhs, rhs) {
        Ok(order) => Ok(order.is_some_and(|order| is_so(op, order))),
        Err(Unordered) => {
            let name = match op {
                BinaryOp::Lt => "_<_",
                BinaryOp::Le => "_<=_",
                BinaryOp::Gt => "_>_",
                _ => "_>=_",
            };
            Err(EvalErrorKind::no_overload(name, [lhs, rhs]))
        }
    }
}

/// Whether a relation holds in an order.
#[inline]
fn is_so(op: BinaryOp, order: Ordering) -> bool {
    match op {
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        _ => order.is_ge(),
    }
}

fn computed_comparison(op: BinaryOp, lhs: Compute, rhs: Compute, span: Span) -> Test {
    Test::new(move |context| {
        let lhs = lhs(context)?;
        let rhs = rhs(context)?;
        let result = relate(op, &lhs, &rhs, &mut context.scratch.runtime.meter);
        context.at(result, span)
    })
}

/// A comparison of values.
fn relate(op: BinaryOp, lhs: &Value, rhs: &Value, meter: &mut Meter) -> Result<bool, EvalErrorKind> {
    meter.spend(lhs.weight().saturating_add(rhs.weight()))?;
    match op {
        BinaryOp::Eq => equals(lhs, rhs, meter),
        BinaryOp::Ne => equals(lhs, rhs, meter).map(|equal| !equal),
        BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => order(op, lhs, rhs),
        BinaryOp::In | BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
            contains(lhs, rhs, meter)?.ok_or_else(|| EvalErrorKind::no_overload("@in", [lhs, rhs]))
        }
    }
}
