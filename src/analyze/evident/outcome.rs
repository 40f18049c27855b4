//! What comes of a request that was made up, with few steps.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::theory::automata::Automaton;
use super::super::theory::shortest::{begins_nowhere, shortest};
use super::draft::Draft;
use super::glance::Glance;
use crate::cel::ast::{Ast, Kind, Literal, LogicalOp, NodeId, UnaryOp};
use crate::cel::interpret::{self, Activation};
use crate::cel::library::Runtime;
use crate::cel::value::EvalError;
use crate::cel::{Env, Limits, Value};

/// How many parts of conditions are looked at for one definition, and in how many steps each.
const MOST: usize = 20_000;
const STEPS: u64 = 2_000;

/// How many steps of a pattern count as one part.
const PATTERN: u64 = 4;

/// How many steps the patterns of one definition may take to be made ready.
const READY: u64 = 1_000_000;

/// What a part of a condition comes to.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    Bool(bool),
    /// An error, or something else than a bool.
    Nothing,
    /// It takes too long to tell.
    Untold,
}

impl Outcome {
    pub(super) fn of(result: &Result<Value, EvalError>) -> Self {
        match result {
            Ok(Value::Bool(value)) => Outcome::Bool(*value),
            Err(error) if error.kind.is_fatal() => Outcome::Untold,
            _ => Outcome::Nothing,
        }
    }
}

/// What `&&` or `||` of outcomes comes to: one that decides wins over errors of the others, wherever it stands. `None` where
/// one that counts is.
pub(super) fn combined(op: LogicalOp, outcomes: impl Iterator<Item = Option<Outcome>>) -> Option<Outcome> {
    let decides = op == LogicalOp::Or;
    let mut whole = Outcome::Bool(!decides);
    for outcome in outcomes {
        match outcome? {
            Outcome::Bool(value) if value == decides => return Some(Outcome::Bool(decides)),
            Outcome::Bool(_) => {}
            Outcome::Nothing => whole = Outcome::Nothing,
            Outcome::Untold => return Some(Outcome::Untold),
        }
    }
    Some(whole)
}

/// The reference evaluator, with what it keeps between parts.
pub(super) struct Evaluator<'a> {
    env: &'a Env,
    limits: Limits,
    /// A variable has a name of several parts.
    pub(super) dotted: bool,
    runtime: Runtime,
    left: usize,
    automata: FxHashMap<Arc<str>, Option<Automaton>>,
    ready: u64,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(env: &'a Env) -> Self {
        let limits = Limits { steps: env.limits.steps.min(STEPS), ..env.limits };
        let runtime = Runtime::new(&limits);
        let dotted = env.variables.keys().any(|name| name.contains('.'));
        Self { env, limits, dotted, runtime, left: MOST, automata: FxHashMap::default(), ready: READY }
    }

    /// What a part of a condition comes to for a request. As deep as the tree, which the parser bounds.
    pub(super) fn outcome(&mut self, (ast, id): (&Ast, NodeId), draft: &Draft<'_>) -> Outcome {
        let Some(left) = self.left.checked_sub(1) else { return Outcome::Untold };
        self.left = left;
        match ast.kind(id) {
            Kind::Unary { op: UnaryOp::Not, operand, .. } => match self.outcome((ast, *operand), draft) {
                Outcome::Bool(value) => Outcome::Bool(!value),
                other => other,
            },
            Kind::Logical { op, operands, .. } => {
                let outcomes = operands.iter().map(|operand| Some(self.outcome((ast, *operand), draft)));
                combined(*op, outcomes).unwrap_or(Outcome::Untold)
            }
            Kind::Call { function, target: Some(target), args, .. } if *function.text == *"matches" => {
                let pattern = args.first().map(|arg| ast.kind(*arg));
                let read = match Glance::new(ast, self.dotted, draft).read(*target) {
                    Some(Some(text)) => Ok(text.into_owned()),
                    Some(None) => return Outcome::Nothing,
                    None => self.part((ast, *target), draft),
                };
                match (pattern, read) {
                    (Some(Kind::Literal(Literal::String(pattern))), Ok(Value::String(text))) => {
                        self.matches(&text, &pattern.value)
                    }
                    _ => Outcome::of(&self.part((ast, id), draft)),
                }
            }
            _ => match Glance::new(ast, self.dotted, draft).outcome(id) {
                Some(outcome) => outcome,
                None => Outcome::of(&self.part((ast, id), draft)),
            },
        }
    }

    pub(super) fn part(&mut self, node: (&Ast, NodeId), draft: &Draft<'_>) -> Result<Value, EvalError> {
        self.runtime.refill(&self.limits);
        interpret::evaluate_part(node, self.env, draft, &mut self.runtime)
    }

    /// Whether a pattern occurs in a text. It takes long to make a pattern ready, so what is plain is seen first.
    fn matches(&mut self, text: &str, pattern: &Arc<str>) -> Outcome {
        let Ok(regex) = self.env.regexes.compile(pattern, self.env.limits.regex_bytes) else {
            return Outcome::Untold;
        };
        // A pattern takes longer than other tests do.
        let steps = usize::try_from(regex.steps(text) / PATTERN).unwrap_or(usize::MAX);
        self.left = self.left.saturating_sub(steps);
        let hir = regex.hir();
        let too_short = hir.properties().minimum_len().is_none_or(|least| text.len() < least);
        if too_short || begins_nowhere(hir, text) {
            return Outcome::Bool(false);
        }
        if shortest(hir).is_some_and(|guess| guess.text == text && guess.is_sure()) {
            return Outcome::Bool(true);
        }
        let made = || Automaton::new(hir, &mut self.ready);
        let automaton = self.automata.entry(Arc::clone(pattern)).or_insert_with(made);
        let found =
            automaton.as_mut().filter(|_| self.ready > 0).and_then(|automaton| automaton.matches(text));
        found.map_or(Outcome::Untold, Outcome::Bool)
    }
}

impl Activation for Draft<'_> {
    fn variable(&self, name: &str) -> Option<Value> {
        self.value(name).cloned()
    }
}
