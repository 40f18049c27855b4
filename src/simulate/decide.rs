//! One request, one decision.

use super::known::Known;
use super::outage::{Answer, Attempts};
use super::request::{Note, Request};
use super::sticky::{draw_slot, sticky_slot};
use super::unknown::possible;
use crate::catalogue::assumptions::{Assumed, Missing};
use crate::catalogue::functions::MESSAGES;
use crate::cel::Value;
use crate::cel::interpret::Activation;
use crate::cel::program::{Row, Scratch, Verdict};
use crate::cel::value::Key;
use crate::check::contract::Promises;
use crate::compile::{Chain, Condition, Plan, Rank, Route, Variant};
use crate::model::Metric;

/// What the service answers when nothing matches and there is no default route.
pub const NO_ROUTE: &str = "No route matched. Configure a default route or adjust conditions.";

/// How the variant is drawn for requests without a user.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    /// Any number; the same gives the same draws.
    pub seed: u64,
    /// Which request of the run it is, from 0.
    pub index: u64,
}

/// Where a request goes.
#[derive(Debug)]
pub struct Decision<'p> {
    /// The route; none if the service answers [`NO_ROUTE`].
    pub route: Option<&'p Route>,
    /// Its place among the routes; none for the default route.
    pub position: Option<usize>,
    /// The place of the route whose condition needs the messages that were left out of the log: whether it is taken,
    /// and so everything else, nobody can tell.
    pub undecided: Option<usize>,
    /// The variant; none without a route.
    pub variant: Option<&'p Variant>,
    /// Whether the user decides about the variant, so that the same one always gets the same.
    pub sticky: bool,
    /// What is tried, in order; empty without a route or when everything is ignored.
    pub plan: &'p [Rank],
    /// The criteria that leave some of these tied because nobody gave figures of all of them.
    pub lacks: &'p [Metric],
    /// The verdict of each condition that was looked at, in order.
    pub verdicts: Vec<Verdict>,
    /// Whether the request's metadata is as callers promise; true where they promise nothing.
    pub keeps_promises: bool,
    /// The assumptions that it rests on, in order.
    pub assumptions: Vec<&'static str>,
}

impl<'p> Decision<'p> {
    /// Adds an assumption, if what is told of it rests on that.
    pub fn rests_on(&mut self, rests: bool, assumption: &'static str) {
        if rests && !self.assumptions.contains(&assumption) {
            self.assumptions.push(assumption);
            self.assumptions.sort_unstable();
        }
    }

    /// The same with the candidates that the request's own keys leave or bring (A13), instead of the variant's.
    pub fn along<'c>(mut self, chain: &'c Chain) -> Decision<'c>
    where
        'p: 'c,
    {
        let replaced = self.variant.map(|variant| variant.chain.assumptions.as_slice()).unwrap_or_default();
        self.assumptions.retain(|id| !replaced.contains(id) && *id != "A09");
        self.assumptions.extend(&chain.assumptions);
        self.assumptions.sort_unstable();
        self.assumptions.dedup();
        Decision { plan: &chain.ranks, lacks: &chain.lacks, ..self }
    }
}

/// What deciding with one plan needs besides it, made once and used again for each request.
#[derive(Debug)]
pub struct Workspace {
    scratch: Scratch,
    known: Known,
    /// The slot of the messages, if any condition looks at them.
    messages: Option<usize>,
    verdicts: Vec<Verdict>,
    assumptions: Vec<&'static str>,
}

impl Workspace {
    /// For one plan.
    pub fn new(plan: &Plan) -> Self {
        Self {
            scratch: plan.programs.scratch(),
            messages: plan.programs.slot(MESSAGES),
            known: Known::default(),
            verdicts: Vec::new(),
            assumptions: Vec::new(),
        }
    }

    /// Takes back the memory of a decision that has served its purpose.
    pub fn reuse(&mut self, decision: Decision<'_>) {
        (self.verdicts, self.assumptions) = (decision.verdicts, decision.assumptions);
    }
}

/// Decides about a request.
pub fn decide<'p>(
    plan: &'p Plan,
    request: &Request,
    draw: Draw,
    assumed: &Assumed,
    space: &mut Workspace,
) -> Decision<'p> {
    let mut row = plan.programs.row();
    let keeps_promises = fill(plan, request, assumed, space, &mut row);
    let mut assumptions = std::mem::take(&mut space.assumptions);
    let mut verdicts = std::mem::take(&mut space.verdicts);
    assumptions.clear();
    verdicts.clear();
    verdicts.reserve(plan.routes.len());
    let (mut fails, mut undecided, mut taken) = (false, None, None);
    let mut evaluation = plan.programs.on(&row, &mut space.scratch);
    // Without the messages, what has no value may have had one.
    let halting = !request.messages_known;
    while let Some(position) = evaluation.until_one_holds(halting, &mut verdicts) {
        if matches!(verdicts.last(), Some(Verdict::True)) {
            taken = Some(position);
            break;
        }
        let condition = plan.routes.get(position).and_then(|route| route.condition.as_ref());
        match condition.filter(|c| c.reads_messages).map(|c| without_messages(plan, c, request, assumed)) {
            Some(may) if may.is_certain() => {
                taken = Some(position);
                break;
            }
            Some(may) if may.truth => {
                undecided = Some(position);
                break;
            }
            Some(_) | None => fails = true,
        }
    }
    fails |= !halting && evaluation.fails();
    let chosen = match (taken, undecided) {
        (Some(position), _) => plan.routes.get(position).map(|route| (Some(position), route)),
        (None, Some(_)) => None,
        (None, None) => plan.default.as_ref().map(|route| (None, route)),
    };
    if fails {
        assumptions.push("A02");
    }
    let reads = |route: &Route| route.condition.as_ref().is_some_and(|c| c.reads_messages);
    if !request.readings.is_empty() && plan.routes.iter().take(verdicts.len()).any(reads) {
        assumptions.extend(&request.readings);
    }
    if request.notes.contains(&Note::OwnSelection) {
        assumptions.push("A09");
    }
    let mut decision = Decision {
        route: chosen.map(|(_, route)| route),
        position: chosen.and_then(|(position, _)| position),
        undecided,
        variant: None,
        sticky: false,
        plan: &[],
        lacks: &[],
        verdicts,
        keeps_promises,
        assumptions,
    };
    if let Some((_, route)) = chosen {
        let user = request.user.as_deref().filter(|user| !user.is_empty());
        decision.variant = route.only_variant().or_else(|| {
            route.variant_at(match user {
                Some(user) => sticky_slot(&plan.router, &route.id, user),
                None => draw_slot(&plan.router, &route.id, draw.seed, draw.index),
            })
        });
        decision.sticky = user.is_some();
        if route.variants.iter().filter(|v| v.weight > 0).count() > 1 {
            decision.assumptions.push("A06");
            if decision.sticky && request.user_of_metadata {
                decision.assumptions.push("A05");
            }
        }
        if let Some(variant) = decision.variant {
            decision.plan = &variant.chain.ranks;
            decision.lacks = &variant.chain.lacks;
            decision.assumptions.extend(&variant.chain.assumptions);
        }
    }
    decision.assumptions.sort_unstable();
    decision.assumptions.dedup();
    decision
}

/// Why nobody answers a request, if it is known that nobody does.
pub fn unanswered(decision: &Decision<'_>, attempts: &Attempts<'_>) -> Option<&'static str> {
    match (decision.route, decision.variant, decision.plan.first()) {
        (None, ..) if decision.undecided.is_some() => None,
        (None, ..) => Some(NO_ROUTE),
        (Some(_), Some(_), None) => Some("every candidate of this variant is ignored"),
        _ if attempts.answer == Answer::Nobody => Some("every attempt fails"),
        _ => None,
    }
}

/// Puts the values that conditions use into their slots, and says whether all are as callers promise.
fn fill<'r>(
    plan: &Plan,
    request: &'r Request,
    assumed: &Assumed,
    space: &mut Workspace,
    row: &mut Row<'r>,
) -> bool {
    let programs = &plan.programs;
    let mut holding = plan.metadata.as_ref().map(Promises::hold);
    match assumed.missing {
        // A request carries few of the variables that conditions use.
        Missing::Error => {
            for (name, value) in request.metadata.iter() {
                let Key::String(name) = name else { continue };
                let meaning = space.known.find(plan, name);
                if let Some(slot) = meaning.slot {
                    row.set(slot, Some(value));
                }
                if let Some(holding) = &mut holding {
                    holding.value(meaning.declared, name, value);
                }
            }
            // Last, because nothing that is sent under that name counts.
            if let Some(slot) = space.messages {
                row.set(slot, variable(request, MESSAGES, assumed));
            }
            holding.is_none_or(|holding| holding.is_kept())
        }
        Missing::Null => {
            for (at, slot) in programs.slots().iter().enumerate() {
                row.set(at, variable(request, &slot.name, assumed));
            }
            plan.metadata.as_ref().is_none_or(|promises| promises.kept_by(&request.metadata))
        }
    }
}

/// A request as the interpreter sees it.
pub(super) struct Seen<'a> {
    pub(super) request: &'a Request,
    pub(super) assumed: &'a Assumed,
}

impl Activation for Seen<'_> {
    fn variable(&self, name: &str) -> Option<Value> {
        variable(self.request, name, self.assumed).cloned()
    }
}

/// What a condition may come to where nobody knows the messages.
fn without_messages(
    plan: &Plan,
    condition: &Condition,
    request: &Request,
    assumed: &Assumed,
) -> super::unknown::Possible {
    possible(&condition.expression.ast, &plan.env, &Seen { request, assumed })
}

/// What a condition sees under a name.
pub(super) fn variable<'r>(request: &'r Request, name: &str, assumed: &Assumed) -> Option<&'r Value> {
    if name == MESSAGES {
        return request.messages_known.then_some(&request.messages);
    }
    match (request.metadata(name), assumed.missing) {
        (Some(value), _) => Some(value),
        (None, Missing::Null) => Some(&Value::Null),
        (None, Missing::Error) => None,
    }
}
