//! What to write into a request for a condition to come to something.
//!
//! A wish is a guess: whether it came true is for the evaluator to say.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::places::number_of;
use super::super::theory::shortest::shortest;
use super::super::witness::{number_value, sample};
use super::draft::{At, Draft, Part, Path, Spot, field};
use crate::catalogue::functions::MESSAGES;
use crate::cel::ast::{BinaryOp, Kind, Literal, LogicalOp, Macro, MacroKind, NodeId, UnaryOp};
use crate::cel::interpret::literal_value;
use crate::cel::types::{Field, Type};
use crate::cel::{Ast, Env, Value};

/// No longer texts are made up.
const LONGEST: usize = 2_000;

/// Writes wishes into a draft.
pub(super) struct Wisher<'a, 'd> {
    ast: &'a Ast,
    env: &'a Env,
    variables: &'a FxHashMap<Arc<str>, Field>,
    draft: &'d mut Draft<'a>,
    /// What the variables of the macros around stand for, innermost last.
    locals: Vec<(&'a Arc<str>, Option<Spot<'a>>)>,
}

/// A test of what stands at a place.
enum Test<'a> {
    /// A bool by itself.
    Truth,
    /// One of these.
    Equal(Vec<Value>),
    /// Against a number.
    Order(BinaryOp, f64),
    Starts(&'a str),
    Ends(&'a str),
    Holds(&'a str),
    /// The text that a pattern finds.
    Finds(String),
    /// Its length against a number.
    Size(BinaryOp, f64),
    /// A list that holds this.
    Member(Value),
}

impl<'a, 'd> Wisher<'a, 'd> {
    pub(super) fn new(
        ast: &'a Ast,
        (env, variables): (&'a Env, &'a FxHashMap<Arc<str>, Field>),
        draft: &'d mut Draft<'a>,
    ) -> Self {
        Self { ast, env, variables, draft, locals: Vec::new() }
    }

    /// Writes what may make a node come to what is wanted. False if nothing of that could be done. As deep as the tree,
    /// which the parser bounds.
    pub(super) fn wish(&mut self, id: NodeId, want: bool) -> bool {
        let ast = self.ast;
        match ast.kind(id) {
            Kind::Unary { op: UnaryOp::Not, operand, .. } => self.wish(*operand, !want),
            Kind::Logical { op, operands, .. } if (*op == LogicalOp::And) == want => {
                let mut any = false;
                for operand in operands {
                    any |= self.wish(*operand, want);
                }
                any
            }
            Kind::Logical { operands, .. } => operands.iter().any(|operand| self.wish(*operand, want)),
            Kind::Binary { op, lhs, rhs, .. } => self.compare(*op, *lhs, *rhs, want),
            Kind::Call { function, target: Some(target), args, .. } if args.is_empty() => {
                // Whether there are messages.
                *function.text == *"has" && self.grant(*target, &Test::Size(BinaryOp::Ge, 1.0), want)
            }
            Kind::Call { function, target: Some(target), args, .. } => {
                let Some(test) = args.first().and_then(|arg| self.test(&function.text, *arg)) else {
                    return false;
                };
                self.grant(*target, &test, want)
            }
            Kind::Macro(call) => self.macro_call(call, want),
            Kind::Ident { .. } | Kind::Select { .. } | Kind::Index { .. } => {
                self.grant(id, &Test::Truth, want)
            }
            _ => false,
        }
    }

    /// What a function tests of a text.
    fn test(&self, function: &str, arg: NodeId) -> Option<Test<'a>> {
        let Kind::Literal(Literal::String(text)) = self.ast.kind(arg) else { return None };
        let text = &*text.value;
        Some(match function {
            "startsWith" => Test::Starts(text),
            "endsWith" => Test::Ends(text),
            "contains" => Test::Holds(text),
            "matches" => {
                let regex = self.env.regexes.compile(text, self.env.limits.regex_bytes).ok()?;
                Test::Finds(shortest(regex.hir())?.text)
            }
            _ => return None,
        })
    }

    fn compare(&mut self, op: BinaryOp, lhs: NodeId, rhs: NodeId, want: bool) -> bool {
        let constant = |id: NodeId| match self.ast.kind(id) {
            Kind::Literal(literal) => Some(literal_value(literal)),
            _ => None,
        };
        if op == BinaryOp::In {
            return match (self.ast.kind(rhs), constant(lhs)) {
                (Kind::List(elements), _) => {
                    let values: Option<Vec<Value>> =
                        elements.iter().map(|element| constant(element.value)).collect();
                    values.is_some_and(|values| self.grant(lhs, &Test::Equal(values), want))
                }
                (_, Some(value)) => self.grant(rhs, &Test::Member(value), want),
                _ => false,
            };
        }
        let (read, value, op) = match (constant(lhs), constant(rhs)) {
            (None, Some(value)) => (lhs, value, op),
            (Some(value), None) => (rhs, value, turned(op)),
            _ => return false,
        };
        let number = number_of(&value);
        if let (Some(sized), Some(number)) = (self.sized(read), number) {
            return self.grant(sized, &Test::Size(op, number), want);
        }
        match (op, number) {
            (BinaryOp::Eq, _) => self.grant(read, &Test::Equal(vec![value]), want),
            (BinaryOp::Ne, _) => self.grant(read, &Test::Equal(vec![value]), !want),
            (BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, Some(number)) => {
                self.grant(read, &Test::Order(op, number), want)
            }
            _ => false,
        }
    }

    /// What a node takes the size of, if it does.
    fn sized(&self, id: NodeId) -> Option<NodeId> {
        match self.ast.kind(id) {
            Kind::Call { function, target, args, .. } if *function.text == *"size" => {
                target.or(args.first().copied())
            }
            _ => None,
        }
    }

    fn macro_call(&mut self, call: &'a Macro, want: bool) -> bool {
        match (call.kind, call.target, call.vars.as_slice(), call.args.as_slice()) {
            (MacroKind::Has, _, _, [read]) => self.presence(*read, want),
            (MacroKind::Exists | MacroKind::ExistsOne | MacroKind::All, Some(target), [name], [body]) => {
                let element = match self.spot(target) {
                    Some(Spot::Messages) => Spot::Message(At::Last),
                    Some(Spot::Key(path, field)) => match &field.ty {
                        Type::List(item) => Spot::Item(path, Cow::Owned(Field::new((**item).clone()))),
                        _ => return false,
                    },
                    _ => return false,
                };
                self.locals.push((&name.text, Some(element)));
                let granted = self.wish(*body, want);
                self.locals.pop();
                granted
            }
            _ => false,
        }
    }

    /// Asks for a key to be there, or not.
    fn presence(&mut self, read: NodeId, want: bool) -> bool {
        let Some(spot) = self.spot(read) else { return false };
        if !self.draft.ask(&spot) {
            return false;
        }
        let is_there = self.draft.at(&spot).is_some();
        match &spot {
            Spot::Key(path, field) if want && !is_there => {
                let name = path.inside.last().unwrap_or(&path.root);
                self.write(&spot, sample(name, field));
                true
            }
            Spot::Key(path, field) if !want && is_there && !field.required => {
                self.draft.remove(path);
                true
            }
            _ => is_there == want,
        }
    }

    /// Writes a value for which a test comes to what is wanted.
    fn grant(&mut self, id: NodeId, test: &Test<'_>, want: bool) -> bool {
        let Some(spot) = self.spot(id) else { return false };
        let now = self.draft.at(&spot);
        let asked = self.draft.is_asked(&spot);
        let free = self.draft.ask(&spot);
        if let (Spot::Messages, Test::Size(op, number)) = (&spot, test) {
            let counts = nearby(*number).into_iter().chain([1.0, 2.0]);
            let mut counts = counts.filter(|count| *count >= 0.0 && compares(*op, *count, *number) == want);
            // Some messages rather than none.
            let some = counts.clone().find(|count| *count >= 1.0);
            let count = some.or_else(|| counts.next()).and_then(whole);
            return match count {
                Some(count) if free => {
                    if now.as_ref().is_none_or(|now| holds(test, now) != want) {
                        self.draft.resize(count);
                    }
                    true
                }
                _ => false,
            };
        }
        if now.as_ref().is_some_and(|now| holds(test, now) == want) {
            // Where that is so already, nothing can be done to make it so.
            return free;
        }
        // What was asked of a text stays so where more is put to it.
        let closed = matches!(&spot, Spot::Key(_, field) if field.domain.one_of.is_some());
        if let (true, Some(Value::String(text))) = (asked && !closed, &now)
            && let Some(joined) = joined(text, test, want, free)
        {
            self.write(&spot, joined);
            return true;
        }
        let text = Field::new(Type::String);
        let known = match &spot {
            Spot::Key(_, field) | Spot::Item(_, field) => &**field,
            Spot::Part(..) => &text,
            Spot::Messages | Spot::Message(_) => return false,
        };
        if !free {
            return false;
        }
        match candidate(test, known, |value| holds(test, value) == want) {
            Some(value) => self.write(&spot, value),
            None => return false,
        }
        true
    }

    /// Writes a value, with all that must stand beside it.
    fn write(&mut self, spot: &Spot<'a>, value: Value) {
        if let Spot::Key(path, _) | Spot::Item(path, _) = spot
            && !path.inside.is_empty()
            && self.draft.sent(path.root).is_none()
            && let Some(field) = self.variables.get(path.root)
        {
            let whole = Path { root: path.root, inside: Vec::new() };
            self.draft.write(&Spot::Key(whole, Cow::Borrowed(field)), sample(path.root, field));
        }
        self.draft.write(spot, value);
    }

    /// The place that a node reads, if it can be written to.
    fn spot(&self, id: NodeId) -> Option<Spot<'a>> {
        let ast = self.ast;
        match ast.kind(id) {
            Kind::Ident { name, leading_dot: false } => {
                if let Some((_, local)) = self.locals.iter().rev().find(|(local, _)| ***local == *name.text) {
                    return local.clone();
                }
                if *name.text == *MESSAGES {
                    return Some(Spot::Messages);
                }
                let whole = Path { root: &name.text, inside: Vec::new() };
                Some(Spot::Key(whole, Cow::Borrowed(self.variables.get(&name.text)?)))
            }
            Kind::Select { operand, field: step, optional: false } => match self.spot(*operand)? {
                Spot::Key(mut path, known) => {
                    let known = field(&known, &step.text)?;
                    path.inside.push(&step.text);
                    Some(Spot::Key(path, Cow::Owned(known)))
                }
                Spot::Message(at) => match &*step.text {
                    "role" => Some(Spot::Part(at, Part::Role)),
                    "content" => Some(Spot::Part(at, Part::Content)),
                    _ => None,
                },
                _ => None,
            },
            Kind::Index { operand, index, optional: false } => match (self.spot(*operand)?, ast.kind(*index))
            {
                (Spot::Key(mut path, known), Kind::Literal(Literal::String(step))) => {
                    let known = field(&known, &step.value)?;
                    path.inside.push(&step.value);
                    Some(Spot::Key(path, Cow::Owned(known)))
                }
                (Spot::Messages, Kind::Literal(Literal::Int(at))) => {
                    Some(Spot::Message(At::Number(usize::try_from(*at).ok()?)))
                }
                _ => None,
            },
            Kind::Call { function, target: Some(target), args, .. } => {
                match (&*function.text, self.spot(*target)?, args.as_slice()) {
                    ("first", Spot::Messages, []) => Some(Spot::Message(At::First)),
                    ("last", Spot::Messages, []) => Some(Spot::Message(At::Last)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// A text that passes a test, with what is there already. `free`: what is there need not stay as it is.
fn joined(text: &str, test: &Test<'_>, want: bool, free: bool) -> Option<Value> {
    let joined = match test {
        Test::Size(op, number) => {
            let length =
                nearby(*number).into_iter().find(|length| compares(*op, *length, *number) == want)?;
            let missing =
                whole(length)?.checked_sub(text.chars().count()).filter(|missing| *missing <= LONGEST)?;
            format!("{text}{}", " x".chars().cycle().take(missing).collect::<String>())
        }
        _ if !want || !free => return None,
        Test::Starts(part) => format!("{part}{text}"),
        Test::Ends(part) => format!("{text}{part}"),
        Test::Holds(part) => format!("{text} {part}"),
        Test::Finds(part) => format!("{text} {part}"),
        _ => return None,
    };
    Some(Value::from(joined.as_str()))
}

/// The first that is wanted of the values that a test may tell apart, as a place can hold them.
fn candidate(test: &Test<'_>, field: &Field, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
    if let Some(values) = &field.domain.one_of {
        return values.iter().find(|value| wanted(value)).cloned();
    }
    let text = |texts: &[&str]| texts.iter().map(|text| Value::from(*text)).find(&wanted);
    let number = |near: &mut dyn Iterator<Item = f64>| {
        let (min, max) = (field.domain.min.unwrap_or(f64::MIN), field.domain.max.unwrap_or(f64::MAX));
        let near = near.flat_map(nearby);
        let near = near.filter(|number| (min..=max).contains(number) && number.abs() < 1e15);
        // A whole number is one, whatever stands near it.
        near.filter(|number| field.ty != Type::Int || number.fract() == 0.0)
            .map(|number| number_value(number, &field.ty))
            .find(&wanted)
    };
    match (field.ty.unwrapped(), test) {
        (Type::Bool, _) => [true, false].map(Value::Bool).into_iter().find(wanted),
        (Type::String, Test::Equal(values)) => {
            let mut texts = values.iter().filter(|value| matches!(value, Value::String(_)));
            texts.find(|value| wanted(value)).cloned().or_else(|| text(&["other", ""]))
        }
        (Type::String, Test::Starts(part) | Test::Ends(part) | Test::Holds(part)) => {
            text(&[part, "other", ""])
        }
        (Type::String, Test::Finds(found)) => text(&[found, "other", ""]),
        (Type::String, Test::Size(_, number)) => {
            let lengths = nearby(*number).into_iter().filter_map(whole).filter(|length| *length <= LONGEST);
            lengths.map(|length| Value::from("x".repeat(length).as_str())).find(wanted)
        }
        (Type::Int | Type::Double | Type::Number, Test::Equal(values)) => {
            number(&mut values.iter().filter_map(number_of))
        }
        (Type::Int | Type::Double | Type::Number, Test::Order(_, than)) => {
            number(&mut std::iter::once(*than))
        }
        (Type::List(_), Test::Member(value)) => {
            [vec![value.clone()], Vec::new()].map(Value::list).into_iter().find(wanted)
        }
        _ => None,
    }
}

/// A number and those around it.
fn nearby(number: f64) -> [f64; 5] {
    [number, number + 1.0, number - 1.0, number + 0.5, number - 0.5]
}

/// Whether a test holds of a value. Of what is no text or number for it, none does.
fn holds(test: &Test<'_>, value: &Value) -> bool {
    match (test, value) {
        (Test::Truth, Value::Bool(value)) => *value,
        (Test::Equal(values), value) => {
            values.iter().any(|other| match (number_of(other), number_of(value)) {
                (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
                _ => other == value,
            })
        }
        (Test::Order(op, number), value) => {
            number_of(value).is_some_and(|value| compares(*op, value, *number))
        }
        (Test::Starts(part), Value::String(text)) => text.starts_with(part),
        (Test::Ends(part), Value::String(text)) => text.ends_with(part),
        (Test::Holds(part), Value::String(text)) => text.contains(part),
        (Test::Finds(found), Value::String(text)) => **text == **found,
        (Test::Size(op, number), Value::String(text)) => compares(*op, count(text.chars().count()), *number),
        (Test::Size(op, number), Value::List(items)) => compares(*op, count(items.len()), *number),
        (Test::Member(value), Value::List(items)) => items.iter().any(|item| item == value),
        _ => false,
    }
}

fn compares(op: BinaryOp, left: f64, right: f64) -> bool {
    match op {
        BinaryOp::Lt => left < right,
        BinaryOp::Le => left <= right,
        BinaryOp::Gt => left > right,
        BinaryOp::Ge => left >= right,
        BinaryOp::Ne => left.total_cmp(&right).is_ne(),
        _ => left.total_cmp(&right).is_eq(),
    }
}

fn turned(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

/// A count that is written as a double; none if it is none, or large.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and between bounds")]
fn whole(number: f64) -> Option<usize> {
    (number.fract() == 0.0 && (0.0..1e6).contains(&number)).then_some(number as usize)
}
