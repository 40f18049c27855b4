//! Cases in parts: gathered, printed, and held to their requests.

use std::sync::Arc;

use super::super::question::evaluate_in;
use super::super::solve::Lit;
use super::Case;
use super::atoms::within;
use crate::catalogue::assumptions::Numbers;
use crate::catalogue::functions::MESSAGES;
use crate::cel::ast::LogicalOp;
use crate::cel::{self, Env};
use crate::simulate::{Request, parse_json};

/// A case that is still in parts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) when: Vec<Part>,
    pub(super) unless: Vec<String>,
    pub(super) without: Vec<Arc<str>>,
    /// The literals of each part that was gathered, in each world.
    pub(super) cubes: Vec<Vec<Vec<Lit>>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Text(String),
    /// Of what, and the values.
    OneOf(String, Vec<String>),
}

impl Part {
    fn text(&self) -> String {
        match self {
            Part::Text(text) => text.clone(),
            Part::OneOf(of, values) => match values.as_slice() {
                [only] => format!("{of} == {only}"),
                many => format!("{of} in [{}]", many.join(", ")),
            },
        }
    }

    /// Where this one holds or the other.
    fn or(&self, other: &Part) -> Part {
        if let (Part::OneOf(of, values), Part::OneOf(same, more)) = (self, other)
            && of == same
        {
            let mut values = values.clone();
            values.extend(more.iter().filter(|value| !values.contains(value)).cloned().collect::<Vec<_>>());
            return Part::OneOf(of.clone(), values);
        }
        let sides = [self, other].map(|part| within(&part.text(), LogicalOp::Or));
        Part::Text(sides.join(" || "))
    }
}

impl Shape {
    pub(super) fn when(&self) -> Option<String> {
        match self.when.as_slice() {
            [] => None,
            [only] => Some(only.text()),
            many => {
                let parts: Vec<String> =
                    many.iter().map(|part| within(&part.text(), LogicalOp::And)).collect();
                Some(parts.join(" && "))
            }
        }
    }

    pub(super) fn unless(&self) -> Option<String> {
        match self.unless.as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            many => {
                let parts: Vec<String> = many.iter().map(|text| within(text, LogicalOp::Or)).collect();
                Some(parts.join(" || "))
            }
        }
    }

    pub(super) fn case(&self, witness: String) -> Case {
        Case { when: self.when(), unless: self.unless(), without: self.without.clone(), witness }
    }

    /// Whether requests are as it says, as it is printed.
    pub(super) fn holds(&self, env: &Env, witnesses: &[String]) -> bool {
        let parsed = |text: Option<String>| {
            text.map(|text| {
                cel::parse(&text, &cel::ParseOptions { limits: env.limits, ..cel::ParseOptions::default() })
            })
        };
        let (when, unless) = (parsed(self.when()), parsed(self.unless()));
        let valid =
            |parsed: &Option<(cel::Ast, Vec<cel::Issue>)>| parsed.iter().all(|(_, issues)| issues.is_empty());
        valid(&when)
            && valid(&unless)
            && witnesses.iter().all(|witness| {
                let request =
                    parse_json(witness, Numbers::default()).ok().and_then(|v| Request::from_value(&v).ok());
                request.is_some_and(|request| {
                    when.iter().all(|(ast, _)| evaluate_in(env, ast, &request) == Some(true))
                        && unless.iter().all(|(ast, _)| evaluate_in(env, ast, &request) != Some(true))
                        && self.without.iter().all(|key| lacks(&request, key))
                })
            })
    }
}

fn lacks(request: &Request, key: &str) -> bool {
    match &request.messages {
        cel::Value::List(messages) if key == MESSAGES => messages.is_empty(),
        _ => request.metadata(key).is_none(),
    }
}

/// Cases that differ in one part become one.
pub(super) fn merged(mut shapes: Vec<Shape>) -> Vec<Shape> {
    let mut at = 0;
    while at < shapes.len() {
        let joined = (at + 1..shapes.len())
            .find_map(|other| Some((other, join(shapes.get(at)?, shapes.get(other)?)?)));
        match joined {
            Some((other, shape)) => {
                shapes.remove(other);
                if let Some(place) = shapes.get_mut(at) {
                    *place = shape;
                }
                // What could not be joined with the narrower one may be with this.
                at = 0;
            }
            None => at += 1,
        }
    }
    shapes
}

fn join(a: &Shape, b: &Shape) -> Option<Shape> {
    if a.unless != b.unless || a.without != b.without || a.when.len() != b.when.len() {
        return None;
    }
    let mut own = a.when.iter().enumerate().filter(|(_, part)| !b.when.contains(part));
    let mut other = b.when.iter().filter(|part| !a.when.contains(part));
    let ((at, mine), theirs) = (own.next()?, other.next()?);
    if own.next().is_some() || other.next().is_some() {
        return None;
    }
    let mut shape = a.clone();
    *shape.when.get_mut(at)? = mine.or(theirs);
    shape.cubes.extend(b.cubes.iter().cloned());
    Some(shape)
}
