//! Decisions as lines of JSON, one after the other.

use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::{Record, Told, jsonl};
use crate::compile::{Plan, Variant};

/// Writes decisions as lines. Most decisions for a variant differ in nothing but the number of the request: those are
/// written once, and copied from then on.
#[derive(Debug, Default)]
pub struct Lines {
    /// By the variant's place in memory, and whether the user decides about it.
    kept: FxHashMap<(usize, bool), Vec<Kept>>,
}

#[derive(Debug)]
struct Kept {
    assumptions: Vec<&'static str>,
    /// What stands behind the number.
    rest: Vec<u8>,
}

/// How many lines of a variant are kept.
const MOST: usize = 16;

impl Lines {
    /// Writes one. The plan, and so its variants, must be the same for as long as this lives.
    pub fn write(&mut self, index: u64, plan: &Plan, told: &Told<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let Some(variant) = plain(told) else { return jsonl(&Record::new(index, plan, told), out) };
        let decision = told.decision;
        let place = (std::ptr::from_ref(variant).addr(), decision.sticky);
        let kept = self.kept.entry(place).or_default();
        let start = out.len();
        write!(out, "{{\"version\":1,\"request\":{index},")?;
        if let Some(known) = kept.iter().find(|known| known.assumptions == decision.assumptions) {
            return out.write_all(&known.rest);
        }
        let begun = out.split_off(start);
        jsonl(&Record::new(index, plan, told), out)?;
        let rest = out.get(start..).and_then(|line| line.strip_prefix(begun.as_slice()));
        if let Some(rest) = rest.filter(|_| kept.len() < MOST) {
            kept.push(Kept { assumptions: decision.assumptions.clone(), rest: rest.to_vec() });
        }
        Ok(())
    }
}

/// The variant, where nothing but it, the user and the assumptions tells what the line says.
fn plain<'a>(told: &Told<'a>) -> Option<&'a Variant> {
    let Told { decision, attempts, findings, bill, sent, really, trace } = *told;
    let variant = decision.variant?;
    let beside = bill.is_some() || sent.is_some() || really.is_some() || trace.is_some();
    let own = !std::ptr::eq(decision.plan, variant.chain.ranks.as_slice());
    let answers = attempts.failed.is_empty() && attempts.answered.is_some();
    (!beside && !own && answers && findings.is_empty() && decision.undecided.is_none()).then_some(variant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::assumptions::{Assumed, Numbers};
    use crate::simulate::testing::plan;
    use crate::simulate::{self, Draw, Outages, Request, Workspace, parse_json};

    const ROUTER: &str = r#"
name: shop
routes:
  - id: pro
    when: tier == "pro"
    variants:
      - {id: control, weight: 50, model: openai/gpt-5.2, fallbacks: [anthropic/claude-sonnet-4-6]}
      - {id: second, weight: 50, model: anthropic/claude-opus-4-6}
  - id: loud
    when: messages.last().content.contains("!")
    model: openai/gpt-4o
"#;

    #[test]
    fn a_copy_is_what_would_be_written() {
        let plan = plan(ROUTER);
        let (mut lines, mut space) = (Lines::default(), Workspace::new(&plan));
        let catalogue = crate::catalogue::Catalogue::embedded();
        let outage = simulate::Outage::parse("anthropic=50%", &catalogue, &[]).unwrap();
        let (mut copied, mut written) = (Vec::new(), Vec::new());
        for (index, outages) in
            (0..200).flat_map(|i| [(i, Outages::default()), (i, Outages(vec![outage.clone()]))])
        {
            let tier = ["{}", r#"{"tier": "pro"}"#, r#"{"tier": "free"}"#][index as usize % 3];
            let user = ["", r#", "user": "a""#, r#", "user": "bc""#][index as usize / 3 % 3];
            let said = ["hm", "oh!"][index as usize / 9 % 2];
            let messages = format!(r#"[{{"role": "user", "content": "{said}"}}]"#);
            let text = format!(r#"{{"metadata": {tier}, "messages": {messages}{user}}}"#);
            let request = Request::from_value(&parse_json(&text, Numbers::default()).unwrap()).unwrap();
            let draw = Draw { seed: 0, index };
            let decision = simulate::decide(&plan, &request, draw, &Assumed::default(), &mut space);
            let attempts = outages.attempts(decision.plan, 0, index);
            let told = Told {
                decision: &decision,
                attempts: &attempts,
                findings: &[],
                bill: None,
                sent: None,
                really: None,
                trace: None,
            };
            lines.write(index, &plan, &told, &mut copied).unwrap();
            jsonl(&Record::new(index, &plan, &told), &mut written).unwrap();
        }
        assert_eq!(String::from_utf8(copied).unwrap(), String::from_utf8(written).unwrap());
        assert!(lines.kept.values().map(Vec::len).sum::<usize>() >= 6, "{lines:?}");
    }
}
