//! How predictions and answers agree, summed over a log.

use std::sync::Arc;

use super::agreement::{Agreement, Kind};
use crate::simulate::Tallies;

/// A difference to be counted by: the router, what is different, and what it speaks against.
pub type Difference = (Arc<str>, Kind, Vec<&'static str>);

/// Sums that can be added up in any order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Agreements {
    /// Requests whose answer was compared with the prediction.
    pub compared: u64,
    /// Those of them that were answered as predicted.
    pub agreed: u64,
    /// Those of these that were answered by another than the first of the plan.
    pub failed_over: u64,
    /// Those of these where the definition leaves open who is tried first.
    pub open: u64,
    /// Those of these that had no user, and drew another variant of the route.
    pub redrawn: u64,
    /// The other compared ones, by what is different.
    pub differences: Tallies<Difference>,
    /// Requests that the service refused for a reason that routing has nothing to do with: not compared.
    pub refused: u64,
    /// Records without an answer.
    pub unanswered: u64,
    /// Records whose answer cannot be read, by the reason.
    pub unreadable: Tallies<String>,
}

impl Agreements {
    /// Counts a comparison.
    pub fn count(&mut self, router: &Arc<str>, agreement: &Agreement, index: u64) {
        match agreement {
            Agreement::Differs { kind: Kind::Refused, .. } => {
                self.refused += 1;
                return;
            }
            Agreement::Agrees(fit) => {
                self.agreed += 1;
                self.failed_over += u64::from(fit.failed_over);
                self.open += u64::from(fit.open);
            }
            Agreement::Redrawn(_) => {
                self.agreed += 1;
                self.redrawn += 1;
            }
            Agreement::Differs { kind, against } => {
                self.differences.count((Arc::clone(router), kind.clone(), against.clone()), index);
            }
        }
        self.compared += 1;
    }

    /// Adds the sums of another part of the same run.
    pub fn merge(&mut self, other: Self) {
        self.compared += other.compared;
        self.agreed += other.agreed;
        self.failed_over += other.failed_over;
        self.open += other.open;
        self.redrawn += other.redrawn;
        self.differences.merge(other.differences);
        self.refused += other.refused;
        self.unanswered += other.unanswered;
        self.unreadable.merge(other.unreadable);
    }
}
