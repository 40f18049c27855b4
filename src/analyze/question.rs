//! Questions about all requests: can these literals hold together, and which request shows it?

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Budget;
use super::pairs::Arranged;
use super::places::{Kind, PlaceId, Places, Promise};
use super::solve::{Core, Lit, Verdict};
use super::theory::strings::Check;
use super::translate::{Condition, Opaque, Translator, Typed, tie};
use super::witness::{Builder, VARIATIONS};
use crate::catalogue::Catalogue;
use crate::catalogue::assumptions::{Assumed, Numbers};
use crate::cel::ast::{BinaryOp, Kind as AstKind, Literal, NodeId};
use crate::cel::checker::merge;
use crate::cel::env::Names;
use crate::cel::interpret::Activation;
use crate::cel::types::{Field, Type};
use crate::cel::{self, Ast, Env, Value, interpret};
use crate::check::{self, Checked, Expression};
use crate::compile::{self, Plan};
use crate::simulate::{Decision, Draw, Request, Workspace, decide, parse_json};

/// Whether a question has an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// Perhaps: there is an assignment.
    Possible,
    /// Certainly not: these literals of the question exclude each other.
    Impossible(Vec<Lit>),
    /// The steps ran out.
    Unknown,
}

/// Whether there is a request, shown.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// This one, as JSON. It was decided, and the decision is as claimed.
    Request(String),
    /// There is none.
    None,
    /// Nothing was found, and nothing was proved.
    Unknown,
}

/// A definition as literals.
pub(super) struct Universe<'a> {
    pub(super) checked: &'a Checked,
    catalogue: &'a Catalogue,
    pub(super) places: Places,
    opaque: Opaque,
    plan: OnceCell<Option<Plan>>,
    pub(super) budget: Budget,
    /// Whether undeclared names are used in ways that disagree.
    pub(super) disputed: bool,
    /// Whether something was too hard for the bounds since this was set to false.
    pub(super) exhausted: bool,
    /// What is known of loops holds where this does.
    pub(super) gate: Option<Lit>,
}

/// What is known of the keys that a definition's conditions read, and whether its uses of undeclared ones disagree.
pub(super) fn variables(checked: &Checked) -> (FxHashMap<Arc<str>, Field>, bool) {
    let mut variables: FxHashMap<Arc<str>, Field> = FxHashMap::default();
    let mut disputed = false;
    if checked.env.names == Names::Inferred {
        let parts = checked.conditions.iter().chain(&checked.invariants).flatten();
        let merged = merge(parts.map(|part| &*part.checked));
        disputed = !merged.conflicts.is_empty();
        // Uses that disagree tell nothing of what is sent: deployed CEL is dynamic, and any kind may come.
        let disagree = |name: &str| {
            merged.conflicts.iter().any(|c| c.path.split('.').next().is_some_and(|root| root == name))
        };
        for (name, ty) in &merged.variables {
            let ty = if disagree(name) { Type::Dyn } else { ty.clone() };
            variables.insert(Arc::clone(name), Field::new(ty));
        }
        for part in checked.conditions.iter().chain(&checked.invariants).flatten() {
            may_be_null(&part.ast, &mut variables);
        }
    }
    let declared = checked.env.variables.iter();
    variables.extend(declared.map(|(name, field)| (Arc::clone(name), field.clone())));
    (variables, disputed)
}

/// Whoever compares a key with `null` has seen one there.
fn may_be_null(ast: &Ast, variables: &mut FxHashMap<Arc<str>, Field>) {
    let null = |id: NodeId| matches!(ast.kind(id), AstKind::Literal(Literal::Null));
    for id in ast.ids() {
        let AstKind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, lhs, rhs, .. } = ast.kind(id) else {
            continue;
        };
        let read = match (null(*lhs), null(*rhs)) {
            (true, false) => *rhs,
            (false, true) => *lhs,
            _ => continue,
        };
        let mut path: Vec<&Arc<str>> = Vec::new();
        let mut at = read;
        while let AstKind::Select { operand, field, optional: false } = ast.kind(at) {
            path.push(&field.text);
            at = *operand;
        }
        let AstKind::Ident { name, .. } = ast.kind(at) else { continue };
        let mut field = variables.get_mut(&name.text);
        for step in path.into_iter().rev() {
            field = field.and_then(|field| match &mut field.ty {
                Type::Record(record) => Arc::make_mut(record).fields.get_mut(step),
                _ => None,
            });
        }
        if let Some(field) = field {
            field.nullable = true;
        }
    }
}

impl<'a> Universe<'a> {
    pub(super) fn new(checked: &'a Checked, catalogue: &'a Catalogue, budget: Budget) -> Self {
        let (variables, disputed) = variables(checked);
        Self {
            checked,
            catalogue,
            places: Places::new(Core::new(budget.steps), Rc::new(variables)),
            opaque: Opaque::default(),
            plan: OnceCell::new(),
            budget,
            disputed,
            exhausted: false,
            gate: None,
        }
    }

    /// The same definition with nothing translated yet: a question about one condition is answered faster where no
    /// other stands beside it.
    pub(super) fn apart(&self, budget: Budget) -> Self {
        self.afresh(budget, Rc::clone(&self.places.variables))
    }

    /// The same, where nothing is known of any key.
    pub(super) fn untyped(&self) -> Self {
        self.afresh(self.budget, Rc::default())
    }

    fn afresh(&self, budget: Budget, variables: Rc<FxHashMap<Arc<str>, Field>>) -> Self {
        Self {
            checked: self.checked,
            catalogue: self.catalogue,
            places: Places::new(Core::new(budget.steps), variables),
            opaque: Opaque::default(),
            plan: OnceCell::new(),
            budget,
            disputed: self.disputed,
            exhausted: false,
            gate: None,
        }
    }

    pub(super) fn translate(&mut self, expression: &Expression) -> Condition {
        self.translate_in(&self.checked.env, &expression.ast, &expression.checked)
    }

    /// A condition of another definition, typed in `env`.
    pub(super) fn translate_in(&mut self, env: &Env, ast: &Ast, checked: &cel::Checked) -> Condition {
        Translator::new(&mut self.places, &mut self.opaque, ast, checked, env).condition()
    }

    /// Says what follows from the loops in expressions, all that questions are about.
    pub(super) fn tie<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expression>) {
        let env = &self.checked.env;
        let parts: Vec<_> = expressions.into_iter().map(|e| (env, &*e.ast, &*e.checked)).collect();
        self.tie_in(&parts);
    }

    /// The same of expressions of several definitions.
    pub(super) fn tie_in(&mut self, parts: &[Typed<'_>]) {
        self.gate = tie(&mut self.places, &mut self.opaque, parts);
    }

    pub(super) fn translator<'t>(&'t mut self, expression: &'t Expression) -> Translator<'t> {
        let env = &self.checked.env;
        Translator::new(&mut self.places, &mut self.opaque, &expression.ast, &expression.checked, env)
    }

    /// The place that a part of an expression reads, if it reads one.
    pub(super) fn place(&mut self, expression: &Expression, id: NodeId) -> Option<PlaceId> {
        self.translator(expression).place(id)
    }

    pub(super) fn plan(&self) -> Option<&Plan> {
        self.plan.get_or_init(|| compile::compile(self.checked, self.catalogue)).as_ref()
    }

    pub(super) fn budget(&self) -> Budget {
        self.budget
    }

    pub(super) fn catalogue(&self) -> &'a Catalogue {
        self.catalogue
    }

    /// Whether the literals can hold together, given all that callers promise. Where they can, the assignment says of
    /// these literals what a request would, and of others perhaps not.
    pub(super) fn ask(&mut self, question: &[Lit]) -> Answer {
        let promises = self.promises();
        self.ask_given(&promises, question)
    }

    /// The same, with an assignment that says of every literal what a request would.
    pub(super) fn ask_whole(&mut self, question: &[Lit]) -> Answer {
        let assumptions: Vec<Lit> = self.promises().into_iter().chain(question.iter().copied()).collect();
        self.answer(&assumptions, true)
    }

    /// The same as `ask`, given only these promises.
    pub(super) fn ask_given(&mut self, promises: &[Lit], question: &[Lit]) -> Answer {
        let assumptions: Vec<Lit> = promises.iter().chain(question).copied().collect();
        self.answer(&assumptions, false)
    }

    fn promises(&self) -> Vec<Lit> {
        self.places.promises().map(|(_, _, lit)| lit).collect()
    }

    fn answer(&mut self, assumptions: &[Lit], whole: bool) -> Answer {
        let assumptions: &[Lit] = &self.gate.iter().chain(assumptions).copied().collect::<Vec<_>>();
        self.places.mirror();
        let end = self.places.core.steps().saturating_sub(self.budget.of_question());
        loop {
            let left = self.places.core.steps().saturating_sub(end);
            match self.places.core.solve(assumptions, left) {
                Verdict::None(core) => return Answer::Impossible(core),
                Verdict::GaveUp => {
                    self.exhausted = true;
                    return Answer::Unknown;
                }
                Verdict::Model => match self.values(assumptions, whole, end) {
                    None => return Answer::Unknown,
                    Some(conflicts) if conflicts.is_empty() => return Answer::Possible,
                    Some(conflicts) => {
                        for conflict in conflicts {
                            let clause: Vec<Lit> = conflict.into_iter().map(|lit| !lit).collect();
                            self.places.core.clause(&clause);
                        }
                    }
                },
            }
        }
    }

    /// Finds the texts and the numbers of the assignment, or what of it nothing fits. `None` if so few steps are left, or
    /// there is no telling.
    fn values(&mut self, assumptions: &[Lit], whole: bool, end: u64) -> Option<Vec<Vec<Lit>>> {
        let mut conflicts = Vec::new();
        let mut gave_up = false;
        let mut reasons = None;
        for id in self.places.ids() {
            let place = self.places.get_mut(id);
            (place.text, place.value) = (None, None);
        }
        for id in self.places.ids() {
            let lit = self.places.kind(id, Kind::String);
            if self.places.get(id).text.is_some() || !self.places.core.holds(lit) {
                continue;
            }
            let paired = self.places.is_paired(id);
            let (same, other) = if paired { self.places.related_texts(id) } else { (Vec::new(), Vec::new()) };
            let (place, core) = self.places.texts(id);
            let Some(texts) = place.texts.as_mut() else { continue };
            let mut text = texts.plain(core, &other);
            if text.is_none() {
                let reasons = reasons.get_or_insert_with(|| core.reasons(assumptions));
                // What holds of a text that is equal is not among the reasons here.
                let reasons = Some(&*reasons).filter(|_| !paired && !whole);
                let mut steps = core.steps().saturating_sub(end);
                let before = steps;
                match texts.check(core, reasons, &other, &mut steps) {
                    Check::Text(found) => text = Some(found),
                    Check::Conflict(lits) => conflicts.push(lits),
                    Check::Unsure => gave_up = true,
                    Check::GaveUp => {
                        self.exhausted = true;
                        gave_up = true;
                    }
                }
                core.spend(before - steps);
            }
            place.text.clone_from(&text);
            for id in same {
                self.places.get_mut(id).text.clone_from(&text);
            }
        }
        if self.places.pairs.has_numbers() {
            let reasons = reasons.get_or_insert_with(|| self.places.core.reasons(assumptions));
            match self.places.arrange(Some(&*reasons).filter(|_| !whole)) {
                Arranged::Fine => {}
                Arranged::Conflict(lits) => conflicts.push(lits),
                Arranged::Unsure => gave_up = true,
            }
        }
        // A conflict is worth having, whatever else could not be found.
        (!gave_up || !conflicts.is_empty()).then_some(conflicts)
    }

    /// A request for which the literals hold, decided by the simulator as `accept` demands.
    pub(super) fn show(
        &mut self,
        question: &[Lit],
        user: Option<&str>,
        accept: &dyn Fn(&Request, &Decision<'_>) -> bool,
    ) -> Shown {
        match self.ask_sparing(question) {
            Answer::Impossible(_) => return Shown::None,
            Answer::Unknown => return Shown::Unknown,
            Answer::Possible => {}
        }
        self.request(user, accept).map_or(Shown::Unknown, Shown::Request)
    }

    /// A request that the assignment found last stands for, decided by the simulator as `accept` demands.
    pub(super) fn request(
        &self,
        user: Option<&str>,
        accept: &dyn Fn(&Request, &Decision<'_>) -> bool,
    ) -> Option<String> {
        let plan = self.plan()?;
        let mut space = Workspace::new(plan);
        for variation in 0..VARIATIONS {
            let builder = Builder { places: &self.places, variation };
            let Some(value) = builder.request(self.checked.metadata.as_ref(), user) else { continue };
            let Some(json) = value.to_json() else { continue };
            let text = json.to_string();
            if let Some(request) = self.conforming(&text) {
                let draw = Draw { seed: 0, index: 0 };
                let decision = decide(plan, &request, draw, &Assumed::default(), &mut space);
                if accept(&request, &decision) {
                    return Some(text);
                }
            }
        }
        None
    }

    /// Asks for an assignment with as little as can be, for what is absent need not be read: once for all of it to be
    /// absent, and once more for each thing that cannot be.
    fn ask_sparing(&mut self, question: &[Lit]) -> Answer {
        let mut absent: Vec<Lit> = self.places.spare().into_iter().map(|has| !has).collect();
        loop {
            let asked: Vec<Lit> = question.iter().chain(&absent).copied().collect();
            match self.ask(&asked) {
                Answer::Possible => return Answer::Possible,
                Answer::Unknown => return self.ask(question),
                Answer::Impossible(core) => match absent.iter().rposition(|lit| core.contains(lit)) {
                    Some(needed) => drop(absent.remove(needed)),
                    None => return Answer::Impossible(core),
                },
            }
        }
    }

    /// The request that a text is, if it keeps what callers promise.
    pub(super) fn conforming(&self, text: &str) -> Option<Request> {
        let request = Request::from_value(&parse_json(text, Numbers::default()).ok()?).ok()?;
        let keeps = self.checked.metadata.as_ref().is_none_or(|declared| {
            let keys = std::iter::empty::<&str>();
            check::contract::violations(declared, |key| request.metadata(key).map(Cow::Borrowed), keys)
                .is_empty()
        });
        keeps.then_some(request)
    }

    /// Which promises a proof rests on, by key.
    pub(super) fn basis(&self, core: &[Lit]) -> Vec<(Arc<str>, Promise)> {
        let promises = self.places.promises();
        promises
            .filter(|(_, _, lit)| core.contains(lit))
            .map(|(key, promise, _)| (Arc::clone(key), promise))
            .collect()
    }

    /// True together where everything that a condition reads is there.
    pub(super) fn all_there(&self, reads: &[PlaceId]) -> Vec<Lit> {
        let mut lits: Vec<Lit> = reads.iter().map(|id| self.places.get(*id).has).collect();
        lits.sort_unstable();
        lits.dedup();
        lits
    }

    /// The assumptions about the service that claims about these places rest on.
    pub(super) fn assumptions(&self, reads: &[PlaceId]) -> Vec<&'static str> {
        let mut out = Vec::new();
        for id in reads {
            let place = self.places.get(*id);
            if place.root().is_some() && !place.field.required {
                out.push("A02");
            }
            if place.field.ty.unwrapped().is_numeric() {
                out.push("A03");
            }
            if place.field.ty == Type::Dyn
                || self.checked.env.names == Names::Inferred && place.root().is_some()
            {
                out.push("A11");
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// What a condition comes to for a request.
pub(super) fn evaluate(checked: &Checked, expression: &Expression, request: &Request) -> Option<bool> {
    evaluate_in(&checked.env, &expression.ast, request)
}

/// The same, with what it may use.
pub(super) fn evaluate_in(env: &Env, ast: &Ast, request: &Request) -> Option<bool> {
    match interpret::evaluate(ast, env, &Seen(request)) {
        Ok(Value::Bool(value)) => Some(value),
        _ => None,
    }
}

struct Seen<'r>(&'r Request);

impl Activation for Seen<'_> {
    fn variable(&self, name: &str) -> Option<Value> {
        if name == crate::catalogue::functions::MESSAGES {
            return Some(self.0.messages.clone());
        }
        self.0.metadata(name).cloned()
    }
}

impl Universe<'_> {
    /// Whether a request sends a key, given as its path.
    pub(super) fn is_sent(&self, request: &str, path: &[Arc<str>]) -> bool {
        let Some(request) = self.conforming(request) else { return false };
        let Some((root, inside)) = path.split_first() else { return false };
        inside
            .iter()
            .fold(request.metadata(root), |value, key| match value {
                Some(Value::Map(map)) => map.get_str(key),
                _ => None,
            })
            .is_some()
    }

    /// Why an expression has no value for a request, in the words of the evaluator.
    pub(super) fn failure(&self, expression: &Expression, request: &str) -> Option<String> {
        let request = self.conforming(request)?;
        let failed = interpret::evaluate(&expression.ast, &self.checked.env, &Seen(&request)).err()?;
        Some(failed.kind.to_string())
    }
}
