//! What is true or false: comparisons, `&&` and `||`, presence, tests of text.

use std::cmp::Ordering;
use std::sync::Arc;

use super::compile::{Callee, Compiler};
use super::context::{Compute, Context, Fault, Test, fault};
use super::place::Place;
use super::set::ConstantSet;
use crate::cel::Span;
use crate::cel::ast::{BinaryOp, Kind, Literal, LogicalOp, Macro, MacroKind, NodeId, UnaryOp};
use crate::cel::re2::Regex;
use crate::cel::value::equality::{contains, equals};
use crate::cel::value::order::{Unordered, compare};
use crate::cel::value::{EvalErrorKind, Meter, Value, access};

/// A test of text by another.
#[derive(Clone, Copy, PartialEq, Debug)]
enum TextTest {
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
            return Box::new(
                move |context| if condition(context)? { then(context) } else { otherwise(context) },
            );
        }
        let function: Arc<str> = function.into();
        if let Some(place) = self.place(id) {
            return Box::new(move |context| match &*place.get(context)? {
                Value::Bool(value) => Ok(*value),
                other => Err(fault(EvalErrorKind::no_overload(&function, [other]), span)),
            });
        }
        let value = self.value(id);
        Box::new(move |context| match value(context)? {
            Value::Bool(value) => Ok(value),
            other => Err(fault(EvalErrorKind::no_overload(&function, [&other]), span)),
        })
    }

    /// A node of a kind that is always a bool, if it has a value; `None` for other kinds.
    pub(super) fn test(&mut self, id: NodeId) -> Option<Test> {
        let test = self.plain_test(id)?;
        let Some(memo) = self.memo(id) else { return Some(test) };
        // Errors are not kept: each occurrence has places of its own.
        Some(Box::new(move |context| match context.scratch.memo(memo) {
            Some(value) => Ok(value),
            None => {
                let value = test(context)?;
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
                Some(Box::new(move |_| Ok(value)))
            }
            Kind::Logical { op, operands, .. } => Some(self.logical(*op, operands, span)),
            Kind::Unary { op: UnaryOp::Not, operand, .. } => {
                let operand = self.bool(*operand, span, "!_");
                Some(Box::new(move |context| operand(context).map(|value| !value)))
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
        let tests: Box<[Test]> = operands.iter().map(|operand| self.bool(*operand, span, function)).collect();
        Box::new(move |context| {
            let mut first_error: Option<Fault> = None;
            for test in &tests {
                match test(context) {
                    Ok(value) if value == decides => return Ok(decides),
                    Ok(_) => {}
                    Err(error) if error.kind.is_fatal() => return Err(error),
                    Err(error) => {
                        first_error.get_or_insert(error);
                    }
                }
            }
            first_error.map_or(Ok(!decides), Err)
        })
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
            return Some(Box::new(move |context| {
                access::has(&*place.get(context)?, &field).map_err(|kind| fault(kind, span))
            }));
        }
        let operand = self.value(*operand);
        Some(Box::new(move |context| {
            access::has(&operand(context)?, &field).map_err(|kind| fault(kind, span))
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
            (B::Eq | B::Ne, Some(Value::String(text))) => {
                Some(text_equality(left, Arc::clone(text), op == B::Eq))
            }
            (B::Lt | B::Le | B::Gt | B::Ge, Some(constant)) if !matches!(constant, Value::List(_)) => {
                Some(ordering(op, left, constant.clone(), span))
            }
            (B::In, Some(Value::List(list))) if ConstantSet::holds(list) => {
                let set = ConstantSet::new(list);
                Some(Box::new(move |context| left.with(context, |value| Ok(set.contains(value)))))
            }
            _ => Some(Box::new(move |context| {
                let mut meter = context.meter();
                let result = relate(op, &*left.get(context)?, &*right.get(context)?, &mut meter);
                context.set_meter(meter);
                result.map_err(|kind| fault(kind, span))
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
            "contains" => TextTest::Contains,
            "startsWith" => TextTest::StartsWith,
            "endsWith" => TextTest::EndsWith,
            "matches" => TextTest::Matches,
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
        let known = Arc::clone(&part);
        let test = match kind {
            TextTest::Contains => plain(move |text| text.contains(&*known)),
            TextTest::StartsWith => plain(move |text| text.starts_with(&*known)),
            TextTest::EndsWith => plain(move |text| text.ends_with(&*known)),
            TextTest::Matches => matching(self.pattern(&known)?),
        };
        let name = Arc::clone(&function.text);
        let unfit = move |other: &Value| {
            fault(EvalErrorKind::no_overload(&name, [other, &Value::String(Arc::clone(&part))]), span)
        };
        let check = move |value: &Value, meter: &mut Meter| match value {
            Value::String(text) => test(text, meter).map_err(|kind| fault(kind, span)),
            other => Err(unfit(other)),
        };
        if let Some(place) = self.place(*target) {
            return Some(Box::new(move |context| {
                let mut meter = context.meter();
                let found = place.with(context, |value| check(value, &mut meter));
                context.set_meter(meter);
                found
            }));
        }
        let target = self.value(*target);
        Some(Box::new(move |context| check(&target(context)?, &mut context.scratch.runtime.meter)))
    }
}

/// A test of text by a constant, made ready.
type Prepared = Box<dyn Fn(&str, &mut Meter) -> Result<bool, EvalErrorKind> + Send + Sync>;

fn matching(pattern: Result<Regex, EvalErrorKind>) -> Prepared {
    match pattern {
        Ok(regex) => Box::new(move |text, meter| {
            meter.spend(regex.steps(text))?;
            Ok(regex.is_match(text))
        }),
        Err(error) => Box::new(move |_, _| Err(error.clone())),
    }
}

/// A test that takes no longer than the text is long.
fn plain(test: impl Fn(&str) -> bool + Send + Sync + 'static) -> Prepared {
    Box::new(move |text, meter| {
        meter.spend(u64::try_from(text.len() / 16).unwrap_or(u64::MAX))?;
        Ok(test(text))
    })
}

fn text_equality(place: Place, text: Arc<str>, equal: bool) -> Test {
    Box::new(move |context| {
        place.with(context, |value| Ok(matches!(value, Value::String(value) if **value == *text) == equal))
    })
}

/// `place < constant` and its like.
fn ordering(op: BinaryOp, place: Place, constant: Value, span: Span) -> Test {
    let (name, holds): (_, fn(Ordering) -> bool) = order_of(op);
    Box::new(move |context| {
        place.with(context, |value| match compare(value, &constant) {
            Ok(order) => Ok(order.is_some_and(holds)),
            Err(Unordered) => Err(fault(EvalErrorKind::no_overload(name, [value, &constant]), span)),
        })
    })
}

/// The name of a relation, and the orders in which it holds.
fn order_of(op: BinaryOp) -> (&'static str, fn(Ordering) -> bool) {
    match op {
        BinaryOp::Lt => ("_<_", Ordering::is_lt),
        BinaryOp::Le => ("_<=_", Ordering::is_le),
        BinaryOp::Gt => ("_>_", Ordering::is_gt),
        _ => ("_>=_", Ordering::is_ge),
    }
}

fn computed_comparison(op: BinaryOp, lhs: Compute, rhs: Compute, span: Span) -> Test {
    Box::new(move |context: &mut Context<'_>| {
        let lhs = lhs(context)?;
        let rhs = rhs(context)?;
        relate(op, &lhs, &rhs, &mut context.scratch.runtime.meter).map_err(|kind| fault(kind, span))
    })
}

/// A comparison of values.
fn relate(op: BinaryOp, lhs: &Value, rhs: &Value, meter: &mut Meter) -> Result<bool, EvalErrorKind> {
    meter.spend(lhs.weight().saturating_add(rhs.weight()))?;
    match op {
        BinaryOp::Eq => equals(lhs, rhs, meter),
        BinaryOp::Ne => equals(lhs, rhs, meter).map(|equal| !equal),
        BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
            let (name, holds) = order_of(op);
            match compare(lhs, rhs) {
                Ok(order) => Ok(order.is_some_and(holds)),
                Err(Unordered) => Err(EvalErrorKind::no_overload(name, [lhs, rhs])),
            }
        }
        BinaryOp::In | BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
            contains(lhs, rhs, meter)?.ok_or_else(|| EvalErrorKind::no_overload("@in", [lhs, rhs]))
        }
    }
}
