//! The propositional core: gates over literals, and a SAT solver that answers under assumptions.

use std::rc::Rc;

use batsat::{Callbacks, ClauseKind, SolverInterface, lbool};
use rustc_hash::FxHashMap;

pub(super) use batsat::Lit;

/// Counts conflicts, so that a hard question ends after the same number of steps everywhere.
#[derive(Default)]
struct Conflicts {
    met: u64,
    limit: u64,
}

impl Callbacks for Conflicts {
    fn on_new_clause(&mut self, _: &[Lit], kind: ClauseKind) {
        self.met += u64::from(kind == ClauseKind::Learnt);
    }

    fn stop(&self) -> bool {
        self.met >= self.limit
    }
}

/// What the core says before any theory was asked.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// There is an assignment; [`Core::holds`] reads it.
    Model,
    /// There is none: already these of the assumptions exclude each other.
    None(Vec<Lit>),
    /// The steps ran out.
    GaveUp,
}

/// Literals, gates over them, and what is known of them.
pub(super) struct Core {
    sat: batsat::Solver<Conflicts>,
    gates: FxHashMap<Rc<[Lit]>, Lit>,
    /// The inputs of gates, by variable.
    inputs: Vec<Option<Rc<[Lit]>>>,
    /// What follows from a literal, besides.
    ties: FxHashMap<Lit, Vec<Lit>>,
    yes: Lit,
    steps: u64,
}

/// Conflicts that the solver may run into before its steps are counted: it counts what it propagates, and stops by the
/// number of conflicts only.
const CONFLICTS: u64 = 64;

impl Core {
    /// How many steps it may take, altogether.
    pub(super) fn new(steps: u64) -> Self {
        let mut sat = batsat::Solver::new(batsat::SolverOpts::default(), Conflicts::default());
        let yes = Lit::new(sat.new_var_default(), true);
        sat.add_clause_reuse(&mut vec![yes]);
        Self { sat, gates: FxHashMap::default(), inputs: Vec::new(), ties: FxHashMap::default(), yes, steps }
    }

    /// The literal that is true.
    pub(super) fn yes(&self) -> Lit {
        self.yes
    }

    /// The literal that is false.
    pub(super) fn no(&self) -> Lit {
        !self.yes
    }

    /// How many steps are left.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// Takes so many steps off.
    pub(super) fn spend(&mut self, steps: u64) {
        self.steps = self.steps.saturating_sub(steps);
    }

    /// The same, for a walk along so many things.
    pub(super) fn spend_on(&mut self, things: usize) {
        self.spend(u64::try_from(things).unwrap_or(u64::MAX));
    }

    /// A new literal, false where nothing asks for it to be true.
    pub(super) fn fresh(&mut self) -> Lit {
        Lit::new(self.sat.new_var_default(), true)
    }

    /// At least one of these is true.
    pub(super) fn clause(&mut self, lits: &[Lit]) {
        self.spend_on(lits.len());
        self.sat.add_clause_reuse(&mut lits.to_vec());
    }

    /// One literal follows from another, where the gate holds.
    pub(super) fn tie(&mut self, gate: Lit, from: Lit, to: Lit) {
        self.clause(&[!gate, !from, to]);
        self.ties.entry(from).or_default().push(to);
    }

    /// True where all of these are.
    pub(super) fn and(&mut self, lits: &[Lit]) -> Lit {
        let mut inputs: Vec<Lit> = lits.iter().copied().filter(|lit| *lit != self.yes).collect();
        inputs.sort_unstable_by_key(|lit| lit.idx());
        inputs.dedup();
        // The two literals of a variable stand side by side.
        let opposed = inputs.iter().zip(inputs.iter().skip(1)).any(|(a, b)| *a == !*b);
        if opposed || inputs.contains(&self.no()) {
            return self.no();
        }
        match inputs.as_slice() {
            [] => return self.yes,
            [only] => return *only,
            _ => {}
        }
        if let Some(gate) = self.gates.get(inputs.as_slice()) {
            return *gate;
        }
        // What it is follows from its inputs: there is nothing to decide.
        let gate = Lit::new(self.sat.new_var(lbool::UNDEF, false), true);
        let mut back = vec![gate];
        for lit in &inputs {
            self.clause(&[!gate, *lit]);
            back.push(!*lit);
        }
        self.clause(&back);
        let inputs: Rc<[Lit]> = inputs.into();
        self.gates.insert(Rc::clone(&inputs), gate);
        let at = variable(gate);
        self.inputs.resize(at + 1, None);
        if let Some(place) = self.inputs.get_mut(at) {
            *place = Some(inputs);
        }
        gate
    }

    /// True where one of these is.
    pub(super) fn or(&mut self, lits: &[Lit]) -> Lit {
        let inverted: Vec<Lit> = lits.iter().map(|lit| !*lit).collect();
        !self.and(&inverted)
    }

    /// Whether the assumptions can hold together, at no more than so many steps.
    pub(super) fn solve(&mut self, assumptions: &[Lit], most: u64) -> Verdict {
        if !self.sat.is_ok() {
            return Verdict::None(Vec::new());
        }
        let end = self.steps.saturating_sub(most);
        loop {
            self.spend_on(assumptions.len());
            if self.steps <= end {
                return Verdict::GaveUp;
            }
            let before = self.sat.num_propagations();
            *self.sat.cb_mut() = Conflicts { met: 0, limit: CONFLICTS };
            let answer = self.sat.solve_limited(assumptions);
            self.spend(self.sat.num_propagations() - before);
            if answer == lbool::TRUE {
                return Verdict::Model;
            }
            if answer == lbool::FALSE {
                // The core is given in the clause's sense: what is assumed stands negated in it.
                let core = |lit: &Lit| {
                    self.sat.unsat_core_contains_lit(*lit) || self.sat.unsat_core_contains_lit(!*lit)
                };
                return Verdict::None(assumptions.iter().copied().filter(core).collect());
            }
        }
    }

    /// Whether a literal is true in the assignment that was found last.
    pub(super) fn holds(&self, lit: Lit) -> bool {
        self.sat.value_lit(lit) == lbool::TRUE
    }

    /// What of the assignment that was found last is enough for these literals to hold: literals that are no gates.
    /// Everything else may be otherwise.
    pub(super) fn reasons(&self, lits: &[Lit]) -> Reasons {
        let count = usize::try_from(self.sat.num_vars()).unwrap_or_default();
        let mut needed = vec![false; 2 * count];
        let mut open = lits.to_vec();
        while let Some(lit) = open.pop() {
            match needed.get_mut(place(lit)) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            open.extend(self.ties.get(&lit).into_iter().flatten().filter(|lit| self.holds(**lit)));
            let Some(inputs) = self.inputs.get(variable(lit)).and_then(Option::as_ref) else { continue };
            if lit.sign() {
                open.extend(inputs.iter().copied());
            } else {
                // One input that does not hold is enough, best one that is needed anyway.
                let mut missing = inputs.iter().map(|lit| !*lit).filter(|lit| self.holds(*lit));
                let first = missing.clone().next();
                let known = missing.find(|lit| needed.get(place(*lit)) == Some(&true));
                open.extend(known.or(first));
            }
        }
        Reasons(needed)
    }
}

/// Literals that are needed for others to hold.
pub(super) struct Reasons(Vec<bool>);

impl Reasons {
    pub(super) fn contains(&self, lit: Lit) -> bool {
        self.0.get(place(lit)) == Some(&true)
    }
}

fn place(lit: Lit) -> usize {
    lit.idx() as usize
}

fn variable(lit: Lit) -> usize {
    place(lit) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_mean_what_they_say() {
        let mut core = Core::new(1_000_000);
        let (a, b) = (core.fresh(), core.fresh());
        let both = core.and(&[a, b]);
        let one = core.or(&[a, b]);
        assert_eq!(core.and(&[b, a, core.yes()]), both);
        assert_eq!(core.and(&[a, !a]), core.no());
        assert_eq!(core.or(&[]), core.no());
        assert_eq!(core.solve(&[both, !a], 100), Verdict::None(vec![both, !a]));
        assert_eq!(core.solve(&[one, !a, both], 100), Verdict::None(vec![!a, both]));
        assert_eq!(core.solve(&[one, !a], 100), Verdict::Model);
        assert!(core.holds(b) && !core.holds(a));
        let reasons = core.reasons(&[one, !both]);
        assert!(reasons.contains(b) && reasons.contains(!a));
        assert!(!reasons.contains(a) && !reasons.contains(!b));
    }

    #[test]
    fn a_question_without_steps_is_given_up() {
        let mut core = Core::new(0);
        let a = core.fresh();
        assert_eq!(core.solve(&[a], 100), Verdict::GaveUp);
    }
}
