//! The reference evaluator: walks the tree as it was written.
//!
//! In: a parsed expression, checked or not, an [`Env`] and the values of variables. Out: a value, or an error with the
//! place of the node that failed; and on demand what every part of the expression came to. It is made to be plainly
//! right; [`super::program`] is made to be fast, and is tested against this.
//!
//! It recurses as deep as the tree, which the parser bounds.

pub(crate) mod functions;
mod macros;
pub(crate) mod names;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Env;
use super::ast::{Ast, BinaryOp, Element, Kind, Literal, LogicalOp, MapEntry, NodeId, UnaryOp};
use super::library::{self, Runtime};
use super::value::equality::{contains, equals};
use super::value::{EvalError, EvalErrorKind, MapValue, Meter, Value, access, arithmetic, order};
use functions::Functions;
use names::Chain;

/// The values of variables.
pub trait Activation {
    /// The value of a variable; `None` if it has none.
    fn variable(&self, name: &str) -> Option<Value>;
}

impl Activation for () {
    fn variable(&self, _: &str) -> Option<Value> {
        None
    }
}

impl Activation for IndexMap<Arc<str>, Value> {
    fn variable(&self, name: &str) -> Option<Value> {
        self.get(name).cloned()
    }
}

/// What each part of an expression came to, in the order in which they were finished. A part within a macro occurs once
/// for each round.
pub type Trace = Vec<(NodeId, Result<Value, EvalError>)>;

/// How many parts a trace holds at most.
pub const TRACED: usize = 10_000;

/// How many steps of the budget a node takes: about twice as many as it takes the fast evaluator.
const NODE: u64 = 2;
/// How many variables of macros are searched in a step.
const SEARCHED: usize = 16;

/// The value of an expression.
pub fn evaluate(ast: &Ast, env: &Env, activation: &dyn Activation) -> Result<Value, EvalError> {
    evaluate_part((ast, ast.root()), env, activation, &mut Runtime::new(&env.limits))
}

/// The value of a part of an expression that uses no variable of a macro around it, with the patterns that a runtime has
/// compiled, out of its budget.
pub(crate) fn evaluate_part(
    (ast, id): (&Ast, NodeId),
    env: &Env,
    activation: &dyn Activation,
    runtime: &mut Runtime,
) -> Result<Value, EvalError> {
    part((ast, id), env, activation, Vec::new(), runtime)
}

/// The value of an expression and of its parts; only the first [`TRACED`] of them.
pub fn explain(ast: &Ast, env: &Env, activation: &dyn Activation) -> (Result<Value, EvalError>, Trace) {
    let mut runtime = Runtime::new(&env.limits);
    let mut interpreter = Interpreter::new(ast, env, activation, &mut runtime);
    interpreter.trace = Some(Vec::new());
    let result = interpreter.eval(ast.root());
    (result, interpreter.trace.unwrap_or_default())
}

/// The value of a part of an expression, for an evaluator that leaves it to this one: with the variables that macros
/// around it bind.
pub(super) fn part(
    (ast, id): (&Ast, NodeId),
    env: &Env,
    activation: &dyn Activation,
    locals: Vec<(Arc<str>, Value)>,
    runtime: &mut Runtime,
) -> Result<Value, EvalError> {
    let mut interpreter = Interpreter::new(ast, env, activation, runtime);
    interpreter.locals = locals.into_iter().map(|(name, value)| (name, Ok(value))).collect();
    interpreter.eval(id)
}

struct Interpreter<'a> {
    ast: &'a Ast,
    env: &'a Env,
    activation: &'a dyn Activation,
    runtime: &'a mut Runtime,
    /// Variables that macros bind, innermost last.
    locals: Vec<(Arc<str>, Result<Value, EvalError>)>,
    /// The slots of `cel.block`, innermost last.
    blocks: Vec<Vec<Result<Value, EvalError>>>,
    trace: Option<Trace>,
}

impl<'a> Interpreter<'a> {
    fn new(ast: &'a Ast, env: &'a Env, activation: &'a dyn Activation, runtime: &'a mut Runtime) -> Self {
        Self { ast, env, activation, runtime, locals: Vec::new(), blocks: Vec::new(), trace: None }
    }

    fn fail<T>(&self, id: NodeId, kind: EvalErrorKind) -> Result<T, EvalError> {
        Err(kind.at(self.ast.span(id)))
    }

    fn at<T>(&self, id: NodeId, result: Result<T, EvalErrorKind>) -> Result<T, EvalError> {
        result.map_err(|kind| kind.at(self.ast.span(id)))
    }

    fn spend(&mut self, id: NodeId, steps: u64) -> Result<(), EvalError> {
        self.runtime.meter.spend(steps).map_err(|kind| kind.at(self.ast.span(id)))
    }

    /// Counts what finding out takes that grows with the names there are.
    fn spend_on_names(&mut self, id: NodeId, names: usize) -> Result<(), EvalError> {
        self.spend(id, u64::try_from(names).unwrap_or(u64::MAX))
    }

    fn eval(&mut self, id: NodeId) -> Result<Value, EvalError> {
        self.spend(id, NODE)?;
        let result = self.dispatch(id);
        if let Some(trace) = &mut self.trace
            && trace.len() < TRACED
        {
            trace.push((id, result.clone()));
        }
        result
    }

    fn dispatch(&mut self, id: NodeId) -> Result<Value, EvalError> {
        let ast = self.ast;
        match ast.kind(id) {
            Kind::Literal(literal) => Ok(literal_value(literal)),
            Kind::Ident { .. } => self.name(id),
            Kind::Select { operand, field, optional } => self.select(id, *operand, &field.text, *optional),
            Kind::Index { operand, index, optional } => self.index(id, *operand, *index, *optional),
            Kind::Call { function, target, args, leading_dot } => {
                self.call(id, &function.text, *target, args, *leading_dot)
            }
            Kind::Unary { op, operand, .. } => self.unary(id, *op, *operand),
            Kind::Binary { op, lhs, rhs, .. } => self.binary(id, *op, *lhs, *rhs),
            Kind::Logical { op, operands, .. } => self.logical(id, *op, operands),
            Kind::Ternary { condition, then, otherwise, .. } => {
                if self.bool(id, "_?_:_", *condition)? {
                    self.eval(*then)
                } else {
                    self.eval(*otherwise)
                }
            }
            Kind::List(elements) => self.list(id, elements),
            Kind::Map(entries) => self.map(id, entries),
            Kind::Struct { type_name, .. } => {
                self.fail(id, EvalErrorKind::Unsupported(format!("a message of type `{}`", type_name.text)))
            }
            Kind::Macro(call) => self.macro_call(id, call),
            Kind::Error => self.fail(id, EvalErrorKind::Unsupported("what could not be parsed".into())),
        }
    }

    /// The value of a node that must be a bool.
    fn bool(&mut self, id: NodeId, function: &str, operand: NodeId) -> Result<bool, EvalError> {
        match self.eval(operand)? {
            Value::Bool(value) => Ok(value),
            other => self.fail(id, EvalErrorKind::no_overload(function, [&other])),
        }
    }

    /// A name, or a chain of names that may be one: the longest part of it that is a variable or type is taken.
    fn name(&mut self, id: NodeId) -> Result<Value, EvalError> {
        self.spend_on_names(id, self.locals.len() / SEARCHED)?;
        match self.ast.kind(id) {
            Kind::Ident { name, leading_dot } => match self.resolve(&[&name.text], *leading_dot) {
                Some(value) => value.or_else(|kind| self.fail(id, kind)),
                None => self.fail(id, EvalErrorKind::MissingVariable(Arc::clone(&name.text))),
            },
            _ => self.fail(id, EvalErrorKind::Unsupported("this name".into())),
        }
    }

    /// The variable or type that names are together: `a.b.c`, or `.a.b.c`.
    fn resolve(&self, names: &[&str], leading_dot: bool) -> Option<Result<Value, EvalErrorKind>> {
        let root = names.first()?;
        if !leading_dot && let Some((_, local)) = self.locals.iter().rev().find(|(name, _)| **name == **root)
        {
            return (names.len() == 1).then(|| local.clone().map_err(|error| error.kind));
        }
        // One name outside any container can mean but itself.
        if let ([name], "") = (names, &*self.env.container) {
            return match self.activation.variable(name) {
                Some(value) => Some(Ok(value)),
                None if self.env.variables.contains_key(*name) => {
                    Some(Err(EvalErrorKind::MissingVariable((*name).into())))
                }
                None => names::type_value(self.env, name).map(Ok),
            };
        }
        let name = names.join(".");
        for full in names::candidates(&self.env.container, &name, leading_dot) {
            // A name of several parts is a variable only where it is declared as one.
            let declared = self.env.variables.contains_key(full.as_str());
            if declared || !full.contains('.') {
                match self.activation.variable(&full) {
                    Some(value) => return Some(Ok(value)),
                    None if declared => return Some(Err(EvalErrorKind::MissingVariable(full.into()))),
                    None => {}
                }
            }
            if let Some(value) = names::type_value(self.env, &full) {
                return Some(Ok(value));
            }
        }
        None
    }

    fn select(
        &mut self,
        id: NodeId,
        operand: NodeId,
        field: &str,
        optional: bool,
    ) -> Result<Value, EvalError> {
        if !optional && let Some(chain) = Chain::of(self.ast, id) {
            self.spend_on_names(id, chain.names.len())?;
            if let Some(value) = self.resolve(&chain.names, chain.leading_dot) {
                return self.at(id, value);
            }
        }
        let operand = self.eval(operand)?;
        let found =
            if optional { access::select_optional(&operand, field) } else { access::select(&operand, field) };
        self.at(id, found)
    }

    fn index(
        &mut self,
        id: NodeId,
        operand: NodeId,
        index: NodeId,
        optional: bool,
    ) -> Result<Value, EvalError> {
        let operand = self.eval(operand)?;
        let index = self.eval(index)?;
        let found =
            if optional { access::index_optional(&operand, &index) } else { access::index(&operand, &index) };
        self.at(id, found)
    }

    fn call(
        &mut self,
        id: NodeId,
        function: &str,
        target: Option<NodeId>,
        args: &[NodeId],
        leading_dot: bool,
    ) -> Result<Value, EvalError> {
        let env = self.env;
        let mut values = Vec::with_capacity(args.len() + 1);
        let mut namespaced = None;
        let mut dot = leading_dot;
        if let Some(target) = target
            && let Some(chain) = Chain::of(self.ast, target)
            && self.may_be_namespace(chain.root())
            && (chain.leading_dot || !self.locals.iter().any(|(name, _)| **name == *chain.root()))
        {
            self.spend_on_names(id, chain.names.len())?;
            dot = chain.leading_dot;
            namespaced = Some(format!("{}.{function}", chain.names.join(".")));
        }
        // A function of a namespace, such as `math.greatest`, comes before a method of a variable `math`.
        let global = match (target, &namespaced) {
            (None, _) => Some(function),
            (Some(_), Some(name)) => Some(name.as_str()),
            (Some(_), None) => None,
        };
        let found = global.and_then(|name| {
            names::candidates(&env.container, name, dot)
                .find(|full| Functions::find(env, full).is_some_and(|functions| functions.has_style(false)))
        });
        let (name, member) = match (found, target) {
            (Some(name), _) => (Cow::Owned(name), false),
            (None, Some(target)) => {
                let receiver = self.eval(target)?;
                if env.profile == super::env::Profile::Full && is_settled(function, &receiver, args.len()) {
                    return self.settled(id, function, receiver);
                }
                values.push(receiver);
                (Cow::Borrowed(function), true)
            }
            (None, None) => (Cow::Borrowed(function), false),
        };
        for arg in args {
            values.push(self.eval(*arg)?);
        }
        let result = functions::call(env, &name, member, &values, self.runtime);
        self.at(id, result)
    }

    /// Whether there may be functions below a name.
    fn may_be_namespace(&self, root: &str) -> bool {
        !self.env.container.is_empty()
            || library::is_namespace(root)
            || self.env.functions.iter().any(|function| function.name.starts_with(root))
    }

    /// `or` and `orValue` of an optional that has a value: their argument stays unevaluated.
    fn settled(&self, id: NodeId, function: &str, receiver: Value) -> Result<Value, EvalError> {
        match receiver {
            Value::Optional(Some(value)) if function == "orValue" => Ok((*value).clone()),
            Value::Optional(Some(_)) => Ok(receiver),
            _ => self.fail(id, EvalErrorKind::no_overload(function, [&receiver])),
        }
    }

    fn unary(&mut self, id: NodeId, op: UnaryOp, operand: NodeId) -> Result<Value, EvalError> {
        match op {
            UnaryOp::Not => Ok(Value::Bool(!self.bool(id, "!_", operand)?)),
            UnaryOp::Neg => {
                let value = self.eval(operand)?;
                self.at(id, arithmetic::negate(&[value]))
            }
        }
    }

    fn binary(&mut self, id: NodeId, op: BinaryOp, lhs: NodeId, rhs: NodeId) -> Result<Value, EvalError> {
        let lhs = self.eval(lhs)?;
        let rhs = self.eval(rhs)?;
        let result = apply(op, lhs, rhs, &mut self.runtime.meter);
        self.at(id, result)
    }

    /// `&&` and `||`: an operand that decides wins over errors of the others, wherever it stands.
    fn logical(&mut self, id: NodeId, op: LogicalOp, operands: &[NodeId]) -> Result<Value, EvalError> {
        let (decides, function) = match op {
            LogicalOp::And => (false, "_&&_"),
            LogicalOp::Or => (true, "_||_"),
        };
        let mut first_error = None;
        for operand in operands {
            match self.bool(id, function, *operand) {
                Ok(value) if value == decides => return Ok(Value::Bool(decides)),
                Ok(_) => {}
                Err(error) if error.kind.is_fatal() => return Err(error),
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        first_error.map_or(Ok(Value::Bool(!decides)), Err)
    }

    fn list(&mut self, id: NodeId, elements: &[Element]) -> Result<Value, EvalError> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            let value = self.eval(element.value)?;
            if element.optional {
                if let Some(value) = self.optional(id, &value)? {
                    items.push(value);
                }
            } else {
                items.push(value);
            }
        }
        self.at(id, Value::list(items).bounded())
    }

    fn map(&mut self, id: NodeId, entries: &[MapEntry]) -> Result<Value, EvalError> {
        let mut map = MapValue::with_capacity(entries.len());
        for entry in entries {
            let key = self.eval(entry.key)?;
            let mut value = Some(self.eval(entry.value)?);
            if entry.optional
                && let Some(optional) = &value
            {
                value = self.optional(id, optional)?;
            }
            if let Some(value) = value {
                self.at(entry.key, access::insert(&mut map, &key, value))?;
            }
        }
        self.at(id, Value::map(map).bounded())
    }

    /// What stands behind `?` in a list or map.
    fn optional(&self, id: NodeId, value: &Value) -> Result<Option<Value>, EvalError> {
        match value {
            Value::Optional(value) => Ok(value.as_ref().map(|value| (**value).clone())),
            other => self.fail(id, EvalErrorKind::no_overload("?", [other])),
        }
    }
}

/// Whether a call is `or` or `orValue` of an optional that has a value, with one argument.
pub(super) fn is_settled(function: &str, receiver: &Value, args: usize) -> bool {
    args == 1 && matches!(function, "or" | "orValue") && matches!(receiver, Value::Optional(Some(_)))
}

/// The value of a literal.
pub(crate) fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Uint(value) => Value::Uint(*value),
        Literal::Double(value) => Value::Double(*value),
        Literal::String(text) => Value::String(Arc::clone(&text.value)),
        Literal::Bytes(bytes) => Value::Bytes(Arc::clone(bytes)),
    }
}

/// The result of an operator.
pub(super) fn apply(op: BinaryOp, lhs: Value, rhs: Value, meter: &mut Meter) -> Result<Value, EvalErrorKind> {
    meter.spend(lhs.weight().saturating_add(rhs.weight()))?;
    match op {
        BinaryOp::Eq => equals(&lhs, &rhs, meter).map(Value::Bool),
        BinaryOp::Ne => equals(&lhs, &rhs, meter).map(|equal| Value::Bool(!equal)),
        BinaryOp::In => match contains(&lhs, &rhs, meter)? {
            Some(found) => Ok(Value::Bool(found)),
            None => Err(EvalErrorKind::no_overload("@in", [&lhs, &rhs])),
        },
        BinaryOp::Lt => order::less(&[lhs, rhs]),
        BinaryOp::Le => order::less_equals(&[lhs, rhs]),
        BinaryOp::Gt => order::greater(&[lhs, rhs]),
        BinaryOp::Ge => order::greater_equals(&[lhs, rhs]),
        BinaryOp::Add => arithmetic::add(&[lhs, rhs]),
        BinaryOp::Sub => arithmetic::subtract(&[lhs, rhs]),
        BinaryOp::Mul => arithmetic::multiply(&[lhs, rhs]),
        BinaryOp::Div => arithmetic::divide(&[lhs, rhs]),
        BinaryOp::Rem => arithmetic::remainder(&[lhs, rhs]),
    }
}
