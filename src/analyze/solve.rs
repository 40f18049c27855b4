//! The propositional core: gates over literals, and a SAT solver that answers under assumptions.

use batsat::{Callbacks, ClauseKind, SolverInterface, lbool};
use rustc_hash::FxHashMap;

pub(super) use batsat::Lit;

/// Counts conflicts, so that a hard question ends after the same number of steps everywhere.
#[derive(Default)]
struct Steps {
    conflicts: u64,
    limit: u64,
}

impl Callbacks for Steps {
    fn on_new_clause(&mut self, _: &[Lit], kind: ClauseKind) {
        self.conflicts += u64::from(kind == ClauseKind::Learnt);
    }

    fn stop(&self) -> bool {
        self.conflicts >= self.limit
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
    sat: batsat::Solver<Steps>,
    gates: FxHashMap<Vec<Lit>, Lit>,
    yes: Lit,
    left: u64,
    /// Literals that may still be propagated: easy questions about many routes take time as well.
    work: u64,
}

impl Core {
    /// How many conflicts it may run into, and how many literals it may propagate, altogether.
    pub(super) fn new(conflicts: u64, work: u64) -> Self {
        let mut sat = batsat::Solver::new(batsat::SolverOpts::default(), Steps::default());
        let yes = Lit::new(sat.new_var_default(), true);
        sat.add_clause_reuse(&mut vec![yes]);
        Self { sat, gates: FxHashMap::default(), yes, left: conflicts, work }
    }

    /// The literal that is true.
    pub(super) fn yes(&self) -> Lit {
        self.yes
    }

    /// The literal that is false.
    pub(super) fn no(&self) -> Lit {
        !self.yes
    }

    /// A new literal, false where nothing asks for it to be true.
    pub(super) fn fresh(&mut self) -> Lit {
        Lit::new(self.sat.new_var_default(), true)
    }

    /// At least one of these is true.
    pub(super) fn clause(&mut self, lits: &[Lit]) {
        self.sat.add_clause_reuse(&mut lits.to_vec());
    }

    /// True where all of these are.
    pub(super) fn and(&mut self, lits: &[Lit]) -> Lit {
        let mut inputs: Vec<Lit> = lits.iter().copied().filter(|lit| *lit != self.yes).collect();
        inputs.sort_unstable_by_key(|lit| lit.idx());
        inputs.dedup();
        if inputs.contains(&self.no()) || inputs.iter().any(|lit| inputs.contains(&!*lit)) {
            return self.no();
        }
        match inputs.as_slice() {
            [] => return self.yes,
            [only] => return *only,
            _ => {}
        }
        if let Some(gate) = self.gates.get(&inputs) {
            return *gate;
        }
        let gate = self.fresh();
        let mut back = vec![gate];
        for lit in &inputs {
            self.clause(&[!gate, *lit]);
            back.push(!*lit);
        }
        self.clause(&back);
        self.gates.insert(inputs, gate);
        gate
    }

    /// True where one of these is.
    pub(super) fn or(&mut self, lits: &[Lit]) -> Lit {
        let inverted: Vec<Lit> = lits.iter().map(|lit| !*lit).collect();
        !self.and(&inverted)
    }

    /// Whether the assumptions can hold together, at no more than so many conflicts.
    pub(super) fn solve(&mut self, assumptions: &[Lit], conflicts: u64) -> Verdict {
        if !self.sat.is_ok() {
            return Verdict::None(Vec::new());
        }
        let allowed = if self.work == 0 { 0 } else { conflicts.min(self.left) };
        let before = self.sat.num_propagations();
        *self.sat.cb_mut() = Steps { conflicts: 0, limit: allowed };
        let answer = if allowed == 0 { lbool::UNDEF } else { self.sat.solve_limited(assumptions) };
        self.left = self.left.saturating_sub(self.sat.cb().conflicts);
        let spent = self.sat.num_propagations() - before + assumptions.len() as u64;
        self.work = self.work.saturating_sub(spent);
        if answer == lbool::TRUE {
            Verdict::Model
        } else if answer == lbool::FALSE {
            // The core is given in the clause's sense: what is assumed stands negated in it.
            let core = self.sat.unsat_core();
            Verdict::None(
                assumptions.iter().copied().filter(|a| core.contains(a) || core.contains(&!*a)).collect(),
            )
        } else {
            Verdict::GaveUp
        }
    }

    /// Whether a literal is true in the assignment that was found last.
    pub(super) fn holds(&self, lit: Lit) -> bool {
        self.sat.value_lit(lit) == lbool::TRUE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_mean_what_they_say() {
        let mut core = Core::new(1_000, 1_000_000);
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
    }

    #[test]
    fn a_question_without_steps_is_given_up() {
        let mut core = Core::new(0, 1_000);
        let a = core.fresh();
        assert_eq!(core.solve(&[a], 100), Verdict::GaveUp);
    }
}
