//! Comparisons with values that a closed set does not hold.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::super::ast::{BinaryOp, Kind, Literal, NodeId};
use super::super::errors::CheckKind;
use super::super::types::{Domain, Type};
use super::super::value::Value;
use super::{Checker, Reference, literals, names};

impl Checker<'_> {
    /// Reports the literals of `==`, `!=` and `in` that the other side can never be.
    pub(super) fn impossible_values(&mut self, op: BinaryOp, lhs: NodeId, rhs: NodeId) {
        if op == BinaryOp::In {
            if let (Kind::List(elements), Some(values)) = (self.ast.kind(rhs), self.closed_set(lhs)) {
                // Both may be long: they are not compared one by one.
                let texts: FxHashSet<&str> = values.iter().filter_map(text_of).collect();
                for element in elements {
                    let written = literals::literal(self.ast, element.value).and_then(as_text);
                    if !written.is_some_and(|text| texts.contains(text)) {
                        self.impossible_value("in", element.value, lhs, &values);
                    }
                }
            }
            return;
        }
        let symbol = if op == BinaryOp::Eq { "==" } else { "!=" };
        for (side, other) in [(lhs, rhs), (rhs, lhs)] {
            if literals::literal(self.ast, other).is_some()
                && let Some(values) = self.closed_set(side)
            {
                self.impossible_value(symbol, other, side, &values);
            }
        }
    }

    /// The values that a variable or field can have, if they are a closed set.
    fn closed_set(&mut self, id: NodeId) -> Option<Arc<[Value]>> {
        self.domain(id)?.one_of
    }

    fn domain(&mut self, id: NodeId) -> Option<Domain> {
        if let Some(Some(Reference::Variable { name, .. })) = self.references.get(id.index()) {
            return self.env.variables.get(name).map(|field| field.domain.clone());
        }
        let (operand, key) = match self.ast.kind(id) {
            Kind::Select { operand, field, .. } => (*operand, Arc::clone(&field.text)),
            Kind::Index { operand, index, .. } => (*operand, literals::string(self.ast, *index)?),
            _ => return None,
        };
        let ty = self.type_of(operand);
        let Type::Record(record) = ty.unwrapped() else { return None };
        record.fields.get(&key).map(|field| field.domain.clone())
    }

    fn impossible_value(&mut self, op: &'static str, literal: NodeId, side: NodeId, values: &[Value]) {
        let Some(value) = literals::literal(self.ast, literal) else { return };
        if *value == Literal::Null || values.iter().any(|v| equals(value, v)) {
            return;
        }
        let (Some(text), Some(path)) = (names::literal_text(value), names::short_text(self.ast, side)) else {
            return;
        };
        let span = self.ast.span(literal);
        let written = as_text(value);
        // Comparing it with all the others would be for nobody to see.
        if self.issues.is_full() {
            return self.issues.leave_out();
        }
        let mut near: Vec<(usize, &Value)> = values
            .iter()
            .filter_map(|v| match (v, written) {
                (Value::String(s), Some(written)) => {
                    Some((names::distance(&names::fold(written), &names::fold(s))?, v))
                }
                _ => None,
            })
            .collect();
        near.sort_by_key(|(distance, _)| *distance);
        let nearest = near.first().map(|(_, v)| *v);
        let case_only = match (nearest, written) {
            (Some(Value::String(v)), Some(written)) => v.to_lowercase() == written.to_lowercase(),
            _ => false,
        };
        let nearest = nearest.and_then(value_text);
        let fix = nearest.as_ref().map(|text| vec![(span, text.to_string())]);
        let kind = CheckKind::ImpossibleValue {
            path: path.into(),
            value: text.into(),
            op,
            allowed: values.iter().filter_map(value_text).collect(),
            nearest,
            case_only,
        };
        self.report_with(kind, span, fix);
    }
}

fn text_of(value: &Value) -> Option<&str> {
    if let Value::String(text) = value { Some(text) } else { None }
}

fn as_text(literal: &Literal) -> Option<&str> {
    if let Literal::String(text) = literal { Some(&text.value) } else { None }
}

/// A value of a closed set as a literal.
fn value_text(value: &Value) -> Option<Arc<str>> {
    Some(match value {
        Value::String(text) => names::quoted(text).into(),
        Value::Bool(value) => value.to_string().into(),
        Value::Int(value) => value.to_string().into(),
        Value::Uint(value) => value.to_string().into(),
        Value::Double(value) => format!("{value:?}").into(),
        Value::Null => "null".into(),
        _ => return None,
    })
}

/// CEL's equality of a literal and a value, numbers of different types included.
fn equals(literal: &Literal, value: &Value) -> bool {
    match (literal, value) {
        (Literal::Null, Value::Null) => true,
        (Literal::Bool(a), Value::Bool(b)) => a == b,
        (Literal::String(a), Value::String(b)) => a.value == *b,
        (Literal::Bytes(a), Value::Bytes(b)) => a == b,
        (a, b) => match (as_number(a), value_number(b)) {
            (Some(Ok(a)), Some(Ok(b))) => a == b,
            (Some(Err(a)), Some(Err(b))) => a == b,
            (Some(Ok(whole)), Some(Err(double))) | (Some(Err(double)), Some(Ok(whole))) => {
                whole as f64 == double && double as i128 == whole
            }
            _ => false,
        },
    }
}

fn as_number(literal: &Literal) -> Option<Result<i128, f64>> {
    match literal {
        Literal::Int(value) => Some(Ok(i128::from(*value))),
        Literal::Uint(value) => Some(Ok(i128::from(*value))),
        Literal::Double(value) => Some(Err(*value)),
        _ => None,
    }
}

fn value_number(value: &Value) -> Option<Result<i128, f64>> {
    match value {
        Value::Int(value) => Some(Ok(i128::from(*value))),
        Value::Uint(value) => Some(Ok(i128::from(*value))),
        Value::Double(value) => Some(Err(*value)),
        _ => None,
    }
}
