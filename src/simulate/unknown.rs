//! What a condition may come to when nobody knows the messages of a request.
//!
//! The operands of `&&`, `||`, `!` and `?:` that do not look at messages have the value that they have. One that does may
//! be true, be false or have no value; what the whole may come to follows from that.

use crate::catalogue::functions::MESSAGES;
use crate::cel::ast::{Ast, Kind, LogicalOp, NodeId, UnaryOp};
use crate::cel::interpret::{Activation, evaluate};
use crate::cel::value::EvalError;
use crate::cel::{Env, Value};

/// Which of true, false and no value an expression may come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Possible {
    pub(super) truth: bool,
    falsehood: bool,
    error: bool,
}

const NOTHING: Possible = Possible { truth: false, falsehood: false, error: false };
const ANY: Possible = Possible { truth: true, falsehood: true, error: true };

impl Possible {
    /// Whether it is true whatever the messages are.
    pub(super) fn is_certain(self) -> bool {
        self.truth && !self.falsehood && !self.error
    }

    fn of(value: &Result<Value, EvalError>) -> Self {
        match value {
            Ok(Value::Bool(true)) => Self { truth: true, ..NOTHING },
            Ok(Value::Bool(false)) => Self { falsehood: true, ..NOTHING },
            _ => Self { error: true, ..NOTHING },
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            truth: self.truth || other.truth,
            falsehood: self.falsehood || other.falsehood,
            error: self.error || other.error,
        }
    }

    fn not(self) -> Self {
        Self { truth: self.falsehood, falsehood: self.truth, error: self.error }
    }

    /// Of `a && b`: false if either is, true if both are, else without value.
    fn and(self, other: Self) -> Self {
        let either = |pick: fn(Self) -> bool| pick(self) || pick(other);
        Self {
            truth: self.truth && other.truth,
            falsehood: either(|side| side.falsehood),
            error: self.error && (other.error || other.truth) || other.error && self.truth,
        }
    }
}

/// What a condition may come to. `activation` holds no messages.
pub(super) fn possible(ast: &Ast, env: &Env, activation: &dyn Activation) -> Possible {
    part(ast, ast.root(), env, activation)
}

fn part(ast: &Ast, id: NodeId, env: &Env, activation: &dyn Activation) -> Possible {
    if !mentions(ast, id, |name| *name == *MESSAGES) {
        return Possible::of(&evaluate(&ast.part(id), env, activation));
    }
    let part = |id: NodeId| part(ast, id, env, activation);
    match ast.kind(id) {
        Kind::Logical { op, operands, .. } => {
            let and = *op == LogicalOp::And;
            let sides =
                operands.iter().map(|operand| if and { part(*operand) } else { part(*operand).not() });
            let all = sides.reduce(Possible::and).unwrap_or(ANY);
            if and { all } else { all.not() }
        }
        Kind::Unary { op: UnaryOp::Not, operand, .. } => part(*operand).not(),
        Kind::Ternary { condition, then, otherwise, .. } => {
            let condition = part(*condition);
            let mut out = Possible { error: condition.error, ..NOTHING };
            if condition.truth {
                out = out.or(part(*then));
            }
            if condition.falsehood {
                out = out.or(part(*otherwise));
            }
            out
        }
        _ => ANY,
    }
}

/// Whether a part names such a variable.
pub(super) fn mentions(ast: &Ast, id: NodeId, is: impl Fn(&str) -> bool) -> bool {
    let mut waiting = vec![id];
    while let Some(id) = waiting.pop() {
        match ast.kind(id) {
            Kind::Ident { name, .. } if is(&name.text) => return true,
            kind => kind.for_each_child(|child| waiting.push(child)),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use indexmap::IndexMap;

    use super::*;
    use crate::catalogue::functions::router_env;
    use crate::cel::{ParseOptions, parse};

    fn letters(condition: &str) -> String {
        let (ast, issues) = parse(condition, &ParseOptions::default());
        assert!(issues.is_empty(), "{condition}");
        let mut names = IndexMap::new();
        names.insert(Arc::from("tier"), Value::from("pro"));
        let found = possible(&ast, &router_env(), &names);
        let parts = [(found.truth, "t"), (found.falsehood, "f"), (found.error, "e")];
        parts.into_iter().filter(|(may, _)| *may).map(|(_, letter)| letter).collect()
    }

    #[test]
    fn what_may_come_of_it() {
        for (condition, expected) in [
            ("messages.has()", "tfe"),
            ("tier == \"pro\" && messages.has()", "tfe"),
            ("tier == \"free\" && messages.has()", "f"),
            ("tier == \"pro\" || messages.has()", "t"),
            ("tier == \"free\" || messages.has()", "tfe"),
            // What has no value makes `&&` false or leaves it without value: it never matches.
            ("region == \"eu\" && messages.has()", "fe"),
            ("region == \"eu\" || messages.has()", "te"),
            ("!(region == \"eu\" || messages.has())", "fe"),
            ("messages.has() ? tier == \"pro\" : tier == \"pro\"", "te"),
            ("tier == \"pro\" ? messages.has() : region == \"x\"", "tfe"),
            ("tier == \"pro\"", "t"),
            ("region == \"eu\"", "e"),
        ] {
            assert_eq!(letters(condition), expected, "{condition}");
        }
    }
}
