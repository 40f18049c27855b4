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

use super::Env;
use super::ast::Ast;
use super::library::Runtime;
use super::value::{EvalError, EvalErrorKind, Names, Value};
use compile::Compiler;
pub use context::Scratch;
use context::{Compute, Context, Failed};
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

/// The values of the slots. It can be filled anew again and again.
#[derive(Clone, Debug, Default)]
pub struct Row {
    values: Vec<Option<Value>>,
    /// The slots that were given values: conditions may use many variables of which a request carries few.
    given: Vec<usize>,
}

/// What a condition comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// `true`
    True,
    /// `false`
    False,
    /// It has no value.
    Error(EvalError),
    /// It has one that is no bool.
    NotBool(Value),
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
    pub fn row(&self) -> Row {
        Row { values: vec![None; self.slots.len()], given: Vec::new() }
    }

    /// What evaluations need besides; one for each thread, used again and again.
    pub fn scratch(&self) -> Scratch {
        Scratch::new(Runtime::new(&self.env.limits), self.memos, &self.slots)
    }

    /// Begins to evaluate conditions over a row.
    pub fn on<'s>(&'s self, row: &'s Row, scratch: &'s mut Scratch) -> Evaluation<'s> {
        scratch.next_row(self.memos);
        Evaluation { set: self, context: Context { row: &row.values, scratch } }
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

impl Row {
    /// Gives a slot its value, or takes it away. A slot that does not exist is passed over.
    pub fn set(&mut self, slot: usize, value: Option<Value>) {
        if let Some(place) = self.values.get_mut(slot) {
            if place.is_none() && value.is_some() {
                self.given.push(slot);
            }
            *place = value;
        }
    }

    /// The value of a slot.
    pub fn get(&self, slot: usize) -> Option<&Value> {
        self.values.get(slot).and_then(Option::as_ref)
    }

    /// Takes all values away.
    pub fn clear(&mut self) {
        for slot in self.given.drain(..) {
            if let Some(place) = self.values.get_mut(slot) {
                *place = None;
            }
        }
    }
}

/// The evaluation of conditions over one row.
pub struct Evaluation<'s> {
    set: &'s ProgramSet,
    context: Context<'s>,
}

impl Evaluation<'_> {
    /// What a condition comes to. Each has the whole step budget.
    pub fn verdict(&mut self, index: usize) -> Verdict {
        match self.holds(index) {
            Ok(true) => Verdict::True,
            Ok(false) => Verdict::False,
            Err(verdict) => verdict,
        }
    }

    /// Whether a condition holds, or what it comes to instead: small for what nearly all come to.
    #[inline]
    pub fn holds(&mut self, index: usize) -> Result<bool, Verdict> {
        self.context.scratch.begin(&self.set.env.limits);
        match self.set.conditions.get(index) {
            Some(Top::Bool(condition)) => condition.run(&mut self.context).map_err(|Failed| self.error()),
            Some(Top::Value(condition)) => self.value(condition),
            None => {
                let kind = EvalErrorKind::Unsupported("a condition that does not exist".into());
                Err(Verdict::Error(EvalError { kind, span: None }))
            }
        }
    }

    #[inline(never)]
    fn error(&mut self) -> Verdict {
        Verdict::Error(self.context.fault())
    }

    #[inline(never)]
    fn value(&mut self, condition: &Compute) -> Result<bool, Verdict> {
        match condition(&mut self.context) {
            Ok(Value::Bool(value)) => Ok(value),
            Ok(value) => Err(Verdict::NotBool(value)),
            Err(Failed) => Err(self.error()),
        }
    }
}
