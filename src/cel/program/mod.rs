//! The fast evaluator: all conditions of one owner as closures over one row of slots.
//!
//! In: parsed conditions and an [`Env`]; then rows, one value a variable. Out: for each condition a [`Verdict`]. What is
//! off the beaten path (`cel.block`, optionals, macros that make maps) it leaves to [`super::interpret`], and it must
//! agree with that in everything but how many steps are counted. It needs no types: a condition that was never checked
//! runs as well.
//!
//! What makes it fast: names are resolved once; texts are compared where they lie; sets and regular expressions are
//! built once; costly parts that several conditions have in common are evaluated once a row.

mod compile;
mod context;
mod cost;
mod loops;
mod patterns;
mod place;
mod predicates;
#[cfg(test)]
mod properties;
mod set;
mod shared;
mod test;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::ast::Ast;
use super::library::Runtime;
use super::value::{EvalError, EvalErrorKind, Names, Value};
use super::{Env, Span};
use compile::Compiler;
pub use context::Scratch;
use context::{Compute, Context, Failed, Fault};
use test::Logical;

/// Conditions that are evaluated over the same row.
pub struct ProgramSet {
    conditions: Vec<Top>,
    slots: Arc<[Slot]>,
    /// The names of the slots.
    names: Names,
    memos: usize,
    env: Arc<Env>,
}

/// A whole condition.
enum Top {
    Bool(Logical),
    Value(Compute),
}

/// A variable that the conditions use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name.
    pub name: Arc<str>,
}

/// The values of the slots, which lie elsewhere.
#[derive(Clone, Debug)]
pub struct Row<'v> {
    /// The first slots, which nearly always are all: they take no memory of their own.
    few: [Option<&'v Value>; FEW],
    /// All up to the last that was given a value, once that is none of the first: conditions may use many variables of
    /// which a request carries few.
    many: Vec<Option<&'v Value>>,
    slots: usize,
}

/// What a condition comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// `true`
    True,
    /// `false`
    False,
    /// It has no value because the row holds none of a variable. Many requests lack one, so this takes no memory.
    Missing {
        /// The slot of the variable.
        slot: usize,
        /// Where the condition uses it.
        span: Span,
    },
    /// It has no value for another reason, which is seldom: verdicts are small without it.
    Error(Box<EvalError>),
    /// It has one that is no bool.
    NotBool(Value),
}

impl Verdict {
    /// Whether it says that there is no value.
    #[inline]
    pub fn is_without_value(&self) -> bool {
        matches!(self, Verdict::Missing { .. } | Verdict::Error(_))
    }
}

impl ProgramSet {
    /// Makes programs of conditions.
    pub fn compile(conditions: &[&Ast], env: &Env) -> ProgramSet {
        let env = Arc::new(env.clone());
        let mut compiler = Compiler::new(&env, conditions);
        let conditions = conditions.iter().map(|ast| compiler.condition(ast)).collect();
        let (slots, memos) = compiler.finish();
        let names = slots.iter().map(|slot| &*slot.name).collect();
        ProgramSet { conditions, slots, names, memos, env }
    }

    /// The variables that the conditions use, each once.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The slot of a variable, if any condition uses it.
    #[inline]
    pub fn slot(&self, name: &str) -> Option<usize> {
        self.names.find(name.as_bytes())
    }

    /// How many conditions there are.
    pub fn len(&self) -> usize {
        self.conditions.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// A row without values.
    pub fn row<'v>(&self) -> Row<'v> {
        Row { few: [None; FEW], many: Vec::new(), slots: self.slots.len() }
    }

    /// What evaluations need besides; one for each thread, used again and again.
    pub fn scratch(&self) -> Scratch {
        Scratch::new(Runtime::new(&self.env.limits), self.memos)
    }

    /// Begins to evaluate conditions over a row.
    pub fn on<'s>(&'s self, row: &'s Row<'_>, scratch: &'s mut Scratch) -> Evaluation<'s> {
        scratch.next_row(self.memos);
        Evaluation { set: self, context: Context { row: row.values(), scratch }, fails: false }
    }
}

impl std::fmt::Debug for ProgramSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProgramSet")
            .field("conditions", &self.conditions.len())
            .field("slots", &self.slots)
            .finish()
    }
}

/// How many slots a row has without memory of its own.
const FEW: usize = 16;

impl<'v> Row<'v> {
    #[inline]
    fn values(&self) -> &[Option<&'v Value>] {
        if self.many.is_empty() { &self.few } else { &self.many }
    }

    /// Gives a slot its value, or takes it away. A slot that does not exist is passed over.
    #[inline]
    pub fn set(&mut self, slot: usize, value: Option<&'v Value>) {
        if slot >= self.slots {
            return;
        }
        if slot >= FEW.max(self.many.len()) && value.is_some() {
            self.lengthen(slot);
        }
        let values = if self.many.is_empty() { self.few.as_mut_slice() } else { &mut self.many };
        if let Some(place) = values.get_mut(slot) {
            *place = value;
        }
    }

    #[cold]
    fn lengthen(&mut self, slot: usize) {
        if self.many.is_empty() {
            self.many.extend(self.few);
        }
        self.many.resize(slot + 1, None);
    }

    /// The value of a slot.
    pub fn get(&self, slot: usize) -> Option<&'v Value> {
        self.values().get(slot).copied().flatten()
    }
}

/// The evaluation of conditions over one row.
pub struct Evaluation<'s> {
    set: &'s ProgramSet,
    context: Context<'s>,
    fails: bool,
}

impl Evaluation<'_> {
    /// What a condition comes to. Each has the whole step budget.
    pub fn verdict(&mut self, index: usize) -> Verdict {
        match self.set.conditions.get(index) {
            Some(condition) => self.verdict_of(condition),
            None => {
                let kind = EvalErrorKind::Unsupported("a condition that does not exist".into());
                Verdict::Error(Box::new(EvalError { kind, span: None }))
            }
        }
    }

    /// Evaluates the conditions behind those that have a verdict, in order, until one holds or, where that halts, has no
    /// value. Adds their verdicts, and returns the index of the last one if it ended there.
    pub fn until_one_holds(&mut self, halting: bool, verdicts: &mut Vec<Verdict>) -> Option<usize> {
        for (index, condition) in self.set.conditions.iter().enumerate().skip(verdicts.len()) {
            let verdict = self.verdict_of(condition);
            let fails = verdict.is_without_value();
            let ends = matches!(verdict, Verdict::True) || halting && fails;
            self.fails |= fails;
            verdicts.push(verdict);
            if ends {
                return Some(index);
            }
        }
        None
    }

    /// Whether any of the conditions that [`Self::until_one_holds`] evaluated has no value.
    pub fn fails(&self) -> bool {
        self.fails
    }

    #[inline]
    fn verdict_of(&mut self, condition: &Top) -> Verdict {
        self.context.scratch.begin(&self.set.env.limits);
        match condition {
            Top::Bool(condition) => match condition.run(&mut self.context) {
                Ok(true) => Verdict::True,
                Ok(false) => Verdict::False,
                Err(Failed) => self.error(),
            },
            Top::Value(condition) => self.value(condition),
        }
    }

    /// The value of a condition, or why it has none: a verdict in the words of [`super::interpret`].
    pub fn value_of(&mut self, index: usize) -> Result<Value, EvalError> {
        match self.verdict(index) {
            Verdict::True => Ok(Value::Bool(true)),
            Verdict::False => Ok(Value::Bool(false)),
            Verdict::NotBool(value) => Ok(value),
            Verdict::Error(error) => Err(*error),
            Verdict::Missing { slot, span } => {
                let name = self.set.slots.get(slot).map(|slot| Arc::clone(&slot.name));
                Err(EvalErrorKind::MissingVariable(name.unwrap_or_default()).at(span))
            }
        }
    }

    #[inline(never)]
    fn error(&mut self) -> Verdict {
        match self.context.fault() {
            Fault::Missing { slot, span } => Verdict::Missing { slot, span },
            Fault::Other(error) => Verdict::Error(error),
        }
    }

    #[inline(never)]
    fn value(&mut self, condition: &Compute) -> Verdict {
        match condition(&mut self.context) {
            Ok(Value::Bool(true)) => Verdict::True,
            Ok(Value::Bool(false)) => Verdict::False,
            Ok(value) => Verdict::NotBool(value),
            Err(Failed) => self.error(),
        }
    }
}
