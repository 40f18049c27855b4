//! What a request shows of a router: looked at with the evaluator, whatever was asked of the solver.

use super::super::Pass;
use super::super::places::number_of;
use super::super::translate::Tree;
use super::goals::{Asked, Goal, Wanted};
use crate::catalogue::functions::MESSAGES;
use crate::cel::program::{ProgramSet, Scratch, Verdict};
use crate::cel::{Ast, Value};
use crate::simulate::{Decision, Request};

/// Evaluates the parts of all conditions.
pub(super) struct Observer {
    programs: ProgramSet,
    scratch: Scratch,
    /// The programs of each part: of itself, and of what it compares with a number.
    parts: Vec<Vec<(usize, Option<usize>)>>,
}

/// What a request shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// The route that it takes; behind the last one stands the default route, or none.
    pub(super) route: usize,
    /// The parts of the conditions that were looked at.
    parts: Vec<Vec<SeenPart>>,
}

#[derive(Clone, Copy, Debug)]
struct SeenPart {
    value: Option<bool>,
    /// Nothing beside it decides.
    alone: bool,
    number: Option<f64>,
}

impl Observer {
    pub(super) fn new(pass: &Pass<'_>, asked: &[Asked]) -> Self {
        let checked = pass.universe.checked;
        let mut trees: Vec<Ast> = Vec::new();
        let mut parts = Vec::new();
        for (expression, asked) in checked.conditions.iter().zip(asked) {
            let mut of_condition = Vec::new();
            for part in &asked.parts {
                let Some(expression) = expression else { continue };
                trees.push(expression.ast.part(part.node));
                let own = trees.len() - 1;
                let operand = part.bound.map(|bound| {
                    trees.push(expression.ast.part(bound.operand));
                    trees.len() - 1
                });
                of_condition.push((own, operand));
            }
            parts.push(of_condition);
        }
        let all: Vec<&Ast> = trees.iter().collect();
        let programs = ProgramSet::compile(&all, &checked.env);
        let scratch = programs.scratch();
        Self { programs, scratch, parts }
    }

    /// Looks at a request. `None` if the parts do not add up to the decision, which would be a fault of this.
    pub(super) fn see(
        &mut self,
        asked: &[Asked],
        request: &Request,
        decision: &Decision<'_>,
    ) -> Option<Seen> {
        let mut row = self.programs.row();
        for (at, slot) in self.programs.slots().iter().enumerate() {
            let value = match &*slot.name {
                MESSAGES => Some(&request.messages),
                name => request.metadata(name),
            };
            row.set(at, value);
        }
        let mut evaluation = self.programs.on(&row, &mut self.scratch);
        let mut seen = Vec::new();
        for ((asked, programs), verdict) in asked.iter().zip(&self.parts).zip(&decision.verdicts) {
            let mut parts: Vec<SeenPart> = Vec::new();
            for (own, operand) in programs {
                let value = match evaluation.verdict(*own) {
                    Verdict::True => Some(true),
                    Verdict::False => Some(false),
                    Verdict::Missing { .. } | Verdict::Error(_) | Verdict::NotBool(_) => None,
                };
                let number = operand.and_then(|operand| match evaluation.verdict(operand) {
                    Verdict::NotBool(value @ (Value::Int(_) | Value::Uint(_) | Value::Double(_))) => {
                        number_of(&value)
                    }
                    _ => None,
                });
                parts.push(SeenPart { value, alone: false, number });
            }
            let whole = value(&asked.tree, &parts);
            if (whole == Some(true)) != matches!(verdict, Verdict::True) {
                return None;
            }
            mark(&asked.tree, &mut parts);
            seen.push(parts);
        }
        Some(Seen { route: decision.position.unwrap_or(asked.len()), parts: seen })
    }
}

fn value(tree: &Tree, parts: &[SeenPart]) -> Option<bool> {
    match tree {
        Tree::Part(at) => parts.get(*at).and_then(|part| part.value),
        Tree::Not(inner) => value(inner, parts).map(|v| !v),
        Tree::All(trees) => settled(trees, parts, false),
        Tree::Any(trees) => settled(trees, parts, true),
        Tree::Choice(three) => {
            let [c, a, b] = &**three;
            value(if value(c, parts)? { a } else { b }, parts)
        }
    }
}

/// The value of a chain that one operand of value `by` settles.
fn settled(trees: &[Tree], parts: &[SeenPart], by: bool) -> Option<bool> {
    let values: Vec<Option<bool>> = trees.iter().map(|tree| value(tree, parts)).collect();
    if values.contains(&Some(by)) {
        return Some(by);
    }
    (!values.contains(&None)).then_some(!by)
}

/// Marks the parts that alone decide.
fn mark(tree: &Tree, parts: &mut [SeenPart]) {
    match tree {
        Tree::Part(at) => {
            if let Some(part) = parts.get_mut(*at) {
                part.alone = true;
            }
        }
        Tree::Not(inner) => mark(inner, parts),
        Tree::All(trees) | Tree::Any(trees) => {
            let quiet = Some(matches!(tree, Tree::All(_)));
            let loud: Vec<usize> = trees
                .iter()
                .enumerate()
                .filter(|(_, tree)| value(tree, parts) != quiet)
                .map(|(at, _)| at)
                .collect();
            match loud.as_slice() {
                [] => trees.iter().for_each(|inner| mark(inner, parts)),
                [only] => trees.get(*only).into_iter().for_each(|inner| mark(inner, parts)),
                _ => {}
            }
        }
        Tree::Choice(three) => {
            let [c, a, b] = &**three;
            let branches = [value(a, parts), value(b, parts)];
            if matches!(branches, [Some(x), Some(y)] if x != y) {
                mark(c, parts);
            }
            match value(c, parts) {
                Some(true) => mark(a, parts),
                Some(false) => mark(b, parts),
                None => {}
            }
        }
    }
}

impl Seen {
    /// Whether it shows what is wanted.
    pub(super) fn shows(&self, goal: &Goal, alone: bool) -> bool {
        if goal.wanted == Wanted::Taken {
            return self.route == goal.route;
        }
        let Some(part) = self.parts.get(goal.route).and_then(|parts| parts.get(goal.part)) else {
            return false;
        };
        let as_wanted = match goal.wanted {
            Wanted::Taken => false,
            Wanted::True => part.value == Some(true),
            Wanted::False => part.value == Some(false),
            Wanted::Nothing => part.value.is_none(),
            Wanted::At(number) => part.number.is_some_and(|n| n.total_cmp(&number).is_eq()),
        };
        as_wanted && (part.alone || !alone)
    }
}
