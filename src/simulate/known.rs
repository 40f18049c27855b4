//! What a plan makes of the keys of metadata that come again and again.

use std::sync::Arc;

use crate::compile::Plan;

/// How many keys are remembered.
const REMEMBERED: usize = 16;

/// How many of them are looked at together.
const SOME: usize = 8;

/// Keys that were looked up. A reader gives all requests the same keys: to find one again is to compare addresses.
#[derive(Debug, Default)]
pub(super) struct Known {
    addresses: [usize; REMEMBERED],
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
        let address = Arc::as_ptr(key).addr();
        let found = position(&self.addresses, address).and_then(|at| self.keys.get(at));
        match found {
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
        if let Some(address) = self.addresses.get_mut(self.oldest) {
            *address = Arc::as_ptr(key).addr();
        }
        match self.keys.get_mut(self.oldest) {
            Some(oldest) => *oldest = entry,
            None => self.keys.push(entry),
        }
        self.oldest = (self.oldest + 1) % REMEMBERED;
        meaning
    }
}

/// Where an address stands. Which keys a request has nobody can guess: all places are looked at, some at a time.
#[inline]
fn position(addresses: &[usize; REMEMBERED], address: usize) -> Option<usize> {
    let (parts, _) = addresses.as_chunks::<SOME>();
    parts.iter().enumerate().find_map(|(part, known)| {
        let mut found = SOME;
        for (at, known) in known.iter().enumerate() {
            found = if *known == address { at } else { found };
        }
        (found < SOME).then_some(part * SOME + found)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::plan;
    use super::*;

    #[test]
    fn each_key_means_the_same_however_often_it_comes() {
        let declared: String = (0..30).map(|at| format!("  k{at}: string\n")).collect();
        let used: Vec<String> = (0..40).step_by(2).map(|at| format!("k{at} == 'x'")).collect();
        let text = format!(
            "name: r\nmetadata:\n{declared}conditions: {{}}\nroutes:\n  - {{id: a, when: {:?}, model: openai/gpt-4o}}\ndefault: {{model: openai/gpt-4o}}\n",
            used.iter().take(15).map(String::as_str).collect::<Vec<_>>().join(" && ")
        );
        let plan = plan(&text);
        let keys: Vec<Arc<str>> = (0..40).map(|at| format!("k{at}").into()).collect();
        let mut known = Known::default();
        let few = [0, 1, 2, 35, 1, 0];
        for at in few.into_iter().chain(0..40).chain((0..40).rev()).chain(few) {
            for _ in 0..2 {
                let found = known.find(&plan, &keys[at]);
                assert_eq!(found.slot, plan.programs.slot(&keys[at]));
                assert_eq!(found.declared, (at < 30).then_some(at));
            }
            assert!(known.keys.len() <= REMEMBERED);
        }
    }
}
