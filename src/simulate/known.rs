//! What a plan makes of the keys of metadata that come again and again.

use std::sync::Arc;

use crate::compile::Plan;

/// How many keys are remembered.
const REMEMBERED: usize = 16;

/// Keys that were looked up. A reader gives all requests the same keys: to find one again is to compare addresses.
#[derive(Debug, Default)]
pub(super) struct Known {
    keys: Vec<(Arc<str>, Meaning)>,
    /// The one to be forgotten next.
    oldest: usize,
}

/// What a key is for a plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meaning {
    /// The slot that conditions find it in, if any uses it.
    pub(super) slot: Option<usize>,
    /// Its number among the declarations, if it is declared.
    pub(super) declared: Option<usize>,
}

impl Known {
    #[inline]
    pub(super) fn find(&mut self, plan: &Plan, key: &Arc<str>) -> Meaning {
        match self.keys.iter().find(|(known, _)| Arc::ptr_eq(known, key)) {
            Some((_, meaning)) => *meaning,
            None => self.learn(plan, key),
        }
    }

    #[cold]
    fn learn(&mut self, plan: &Plan, key: &Arc<str>) -> Meaning {
        let declared = plan.metadata.as_ref().and_then(|promises| promises.number(key));
        let meaning = Meaning { slot: plan.programs.slot(key), declared };
        // What is held here keeps its address.
        let entry = (Arc::clone(key), meaning);
        match self.keys.get_mut(self.oldest) {
            Some(oldest) => *oldest = entry,
            None => self.keys.push(entry),
        }
        self.oldest = (self.oldest + 1) % REMEMBERED;
        meaning
    }
}
