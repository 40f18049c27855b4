//! Whether an answer of the service agrees with what was predicted, and what speaks against which assumption if not.

use std::sync::Arc;

use super::response::Response;
use crate::cel::program::Verdict;
use crate::compile::{Plan, Rank, Route, Variant};
use crate::simulate::{Decision, Request};

/// How the attempts of an answer go along a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fit {
    /// Whether another than the first answered.
    pub failed_over: bool,
    /// Whether the chain leaves open what the answer shows: an order that rests on figures nobody gave.
    pub open: bool,
}

/// What a prediction and an answer come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Agreement {
    /// The answer came about as predicted.
    Agrees(Fit),
    /// Another variant of the predicted route, for a request without a user, whose variant is drawn anew each time.
    Redrawn(Arc<str>),
    /// Something else.
    Differs {
        /// What.
        kind: Kind,
        /// The assumptions that it speaks against; none where no assumption would explain it.
        against: Vec<&'static str>,
    },
}

/// The ways in which an answer differs from what was predicted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// It fits another variant of the route, though a user is to stay with one.
    Variant(Arc<str>),
    /// It fits another route: the first one that it fits.
    Route(Arc<str>),
    /// The same models in another order, or some left out.
    Order,
    /// It ended before all of the plan was tried.
    EndedEarly,
    /// A route was predicted, and the service says that none matched.
    NoRoute,
    /// That no route matches was predicted, and a model answered.
    Answered,
    /// The service refused the request for a reason that routing has nothing to do with.
    Refused,
    /// A model that nothing here would try.
    Model(Arc<str>),
}

/// How the attempts of an answer go along a chain; `None` if they do not.
pub fn fit(response: &Response, chain: &[Rank]) -> Option<Fit> {
    if response.attempts.is_empty() {
        return by_name(response.model.as_deref()?, chain);
    }
    let mut walk = Walk { ranks: chain, used: 0, open: false };
    for tried in &response.attempts {
        walk.step(&tried.model)?;
        if tried.success {
            return Some(Fit { failed_over: response.attempts.len() > 1, open: walk.open });
        }
    }
    walk.is_over().then_some(Fit { failed_over: true, open: false })
}

/// The same where only who answered is reported: what failed before is not known.
fn by_name(model: &str, chain: &[Rank]) -> Option<Fit> {
    let at = chain.iter().position(|rank| match rank {
        Rank::Model(id) => same(model, id),
        Rank::Tied(ids) => ids.iter().any(|id| same(model, id)),
        Rank::Open => true,
    })?;
    Some(Fit { failed_over: at > 0, open: !matches!(chain.get(at), Some(Rank::Model(_))) })
}

/// A way along a chain.
struct Walk<'a> {
    ranks: &'a [Rank],
    /// How many of the tied ones of the first rank were met.
    used: usize,
    open: bool,
}

impl Walk<'_> {
    fn step(&mut self, model: &str) -> Option<()> {
        match self.ranks.split_first()? {
            (Rank::Model(id), rest) => {
                self.ranks = rest;
                same(model, id).then_some(())
            }
            (Rank::Tied(ids), rest) => {
                self.open = true;
                self.used += 1;
                let known = ids.iter().any(|id| same(model, id));
                if self.used == ids.len() {
                    (self.ranks, self.used) = (rest, 0);
                }
                known.then_some(())
            }
            (Rank::Open, _) => {
                self.open = true;
                Some(())
            }
        }
    }

    /// Whether nothing is left to try. What the service may choose from has no end that is known.
    fn is_over(&self) -> bool {
        matches!(self.ranks, [] | [Rank::Open, ..])
    }
}

/// Whether a reported name and an id are the same model. Either may leave out the provider.
fn same(reported: &str, id: &str) -> bool {
    let bare = |long: &str, short: &str| {
        !short.contains('/') && long.rsplit_once('/').is_some_and(|(_, name)| name == short)
    };
    reported == id || bare(id, reported) || bare(reported, id)
}

/// Compares a decision with what the service really did.
pub fn compare(plan: &Plan, request: &Request, decision: &Decision<'_>, response: &Response) -> Agreement {
    let differs = |kind, against| Agreement::Differs { kind, against };
    let refused = response.error.as_deref().filter(|_| response.attempts.is_empty());
    let unmatched = refused.is_some_and(|message| message.starts_with("No route matched"));
    let Some(route) = decision.route else {
        return match (unmatched, refused) {
            (true, _) => Agreement::Agrees(Fit { failed_over: false, open: false }),
            (false, Some(_)) => differs(Kind::Refused, Vec::new()),
            (false, None) => differs(Kind::Answered, passed_over(plan, request, decision, None)),
        };
    };
    if unmatched {
        return differs(Kind::NoRoute, taken(request, decision));
    }
    if refused.is_some() {
        return differs(Kind::Refused, Vec::new());
    }
    if let Some(fit) = fit(response, decision.plan) {
        return Agreement::Agrees(fit);
    }
    let ended = prefix(response, decision.plan);
    if ended {
        return differs(Kind::EndedEarly, Vec::new());
    }
    if let Some(variant) = fitting(route, response) {
        return match decision.sticky {
            true => differs(Kind::Variant(variant.id.clone()), vec!["A06"]),
            false => Agreement::Redrawn(variant.id.clone()),
        };
    }
    let mut routes = plan.routes.iter().chain(&plan.default).enumerate();
    let other = routes.find(|(_, other)| !std::ptr::eq(*other, route) && fitting(other, response).is_some());
    if let Some((at, other)) = other {
        let here = decision.position.unwrap_or(plan.routes.len());
        let against = match at < here {
            true => passed_over(plan, request, decision, Some(at)),
            false => taken(request, decision),
        };
        return differs(Kind::Route(other.id.clone()), against);
    }
    if response.tried().iter().all(|model| by_name(model, decision.plan).is_some()) {
        let ranking = decision.assumptions.iter().copied().filter(|id| matches!(*id, "A07" | "A08" | "A13"));
        return differs(Kind::Order, ranking.collect());
    }
    let strange = response.tried().into_iter().find(|model| by_name(model, decision.plan).is_none());
    let own = decision.assumptions.iter().copied().filter(|id| matches!(*id, "A09" | "A13"));
    differs(Kind::Model(Arc::from(strange.unwrap_or_default())), own.collect())
}

/// Whether all that was tried failed, along the chain but not to its end.
fn prefix(response: &Response, chain: &[Rank]) -> bool {
    let mut walk = Walk { ranks: chain, used: 0, open: false };
    !response.attempts.is_empty()
        && response.attempts.iter().all(|tried| !tried.success && walk.step(&tried.model).is_some())
}

/// A variant of a route that the answer fits, for a reason: what may choose from everything fits everything.
fn fitting<'r>(route: &'r Route, response: &Response) -> Option<&'r Variant> {
    let closed = |variant: &&Variant| !variant.chain.ranks.contains(&Rank::Open);
    let drawn = route.variants.iter().filter(|variant| variant.weight > 0);
    drawn.filter(closed).find(|variant| fit(response, &variant.chain.ranks).is_some())
}

/// What speaks against passing over a route that the service took: one, or any of them.
fn passed_over(
    plan: &Plan,
    request: &Request,
    decision: &Decision<'_>,
    only: Option<usize>,
) -> Vec<&'static str> {
    let mut against = Vec::new();
    for (at, verdict) in decision.verdicts.iter().enumerate() {
        if only.is_some_and(|only| only != at) {
            continue;
        }
        match verdict {
            Verdict::Missing { .. } => against.push("A02"),
            Verdict::Error(_) => against.push("A11"),
            Verdict::True | Verdict::False | Verdict::NotBool(_) => {}
        }
        let condition = plan.routes.get(at).and_then(|route| route.condition.as_ref());
        if condition.is_some_and(|condition| condition.reads_messages) {
            against.extend(&request.readings);
        }
    }
    against.sort_unstable();
    against.dedup();
    against
}

/// What speaks against taking a route that the service did not take.
fn taken(request: &Request, decision: &Decision<'_>) -> Vec<&'static str> {
    let condition = decision.route.and_then(|route| route.condition.as_ref());
    if condition.is_some_and(|condition| condition.reads_messages) {
        request.readings.clone()
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::assumptions::{Assumed, Numbers};
    use crate::simulate::testing::plan;
    use crate::simulate::{Draw, Workspace, decide, parse_json};

    const ROUTER: &str = r#"
name: shop
routes:
  - id: refunds
    when: messages.last().content.contains("refund")
    model: anthropic/claude-opus-4-6
  - id: pro
    when: tier == "pro"
    variants:
      - {id: control, weight: 50, model: openai/gpt-5.2, fallbacks: [anthropic/claude-sonnet-4-6, openai/gpt-4o]}
      - {id: other, weight: 50, model: google-ai-studio/gemini-2.5-pro}
  - id: ranked
    when: tier == "ranked"
    model: auto
    candidates: [openai/gpt-4o-mini, google-ai-studio/gemini-2.5-flash]
    sort: latency
default:
  model: mistral/mistral-large-latest
"#;

    fn agreement(request: &str, response: &str) -> Agreement {
        let plan = plan(ROUTER);
        let value = |text: &str| parse_json(text, Numbers::default()).unwrap();
        let request = Request::from_value(&value(request)).unwrap();
        let response = Response::from_value(&value(response)).unwrap();
        let mut space = Workspace::new(&plan);
        let draw = Draw { seed: 0, index: 0 };
        let decision = decide(&plan, &request, draw, &Assumed::default(), &mut space);
        compare(&plan, &request, &decision, &response)
    }

    fn tried(attempts: &[(&str, bool)]) -> String {
        let list: Vec<String> = attempts
            .iter()
            .map(|(model, success)| format!(r#"{{"model": "{model}", "success": {success}}}"#))
            .collect();
        format!(r#"{{"metadata": {{"attempts": [{}]}}}}"#, list.join(", "))
    }

    fn agrees(failed_over: bool, open: bool) -> Agreement {
        Agreement::Agrees(Fit { failed_over, open })
    }

    fn differs(kind: Kind, against: &[&'static str]) -> Agreement {
        Agreement::Differs { kind, against: against.to_vec() }
    }

    /// A user who gets `control`.
    const CONTROL: &str = r#"{"metadata": {"tier": "pro"}, "user": "ada"}"#;

    #[test]
    fn what_goes_along_the_plan_agrees() {
        let first = tried(&[("openai/gpt-5.2", true)]);
        let drawn = agreement(CONTROL, &first);
        assert_eq!(drawn, agrees(false, false), "the user of this test gets `control`");
        assert_eq!(agreement(CONTROL, r#"{"model": "gpt-5.2"}"#), agrees(false, false));
        let second = tried(&[("openai/gpt-5.2", false), ("anthropic/claude-sonnet-4-6", true)]);
        assert_eq!(agreement(CONTROL, &second), agrees(true, false));
        let none =
            [("openai/gpt-5.2", false), ("anthropic/claude-sonnet-4-6", false), ("openai/gpt-4o", false)];
        assert_eq!(agreement(CONTROL, &tried(&none)), agrees(true, false));
        assert_eq!(agreement(CONTROL, &tried(&none[..2])), differs(Kind::EndedEarly, &[]));
        let ranked = r#"{"metadata": {"tier": "ranked"}}"#;
        let flash = ("google-ai-studio/gemini-2.5-flash", true);
        assert_eq!(agreement(ranked, &tried(&[flash])), agrees(false, true));
        let both = [("google-ai-studio/gemini-2.5-flash", false), ("openai/gpt-4o-mini", true)];
        assert_eq!(agreement(ranked, &tried(&both)), agrees(true, true));
    }

    #[test]
    fn another_variant_is_a_matter_of_the_draw() {
        let other = tried(&[("google-ai-studio/gemini-2.5-pro", true)]);
        let expected = differs(Kind::Variant(Arc::from("other")), &["A06"]);
        assert_eq!(agreement(CONTROL, &other), expected);
        let anonymous = r#"{"metadata": {"tier": "pro"}}"#;
        // Whichever it is here, the service draws anew.
        let both = [tried(&[("openai/gpt-5.2", true)]), other];
        let verdicts = both.map(|response| agreement(anonymous, &response));
        assert!(verdicts.iter().all(|v| matches!(v, Agreement::Agrees(_) | Agreement::Redrawn(_))));
        assert_eq!(verdicts.iter().filter(|v| matches!(v, Agreement::Redrawn(_))).count(), 1);
    }

    #[test]
    fn another_route_speaks_against_what_led_here() {
        let opus = tried(&[("anthropic/claude-opus-4-6", true)]);
        let parts = r#"{"model": "inworld/shop", "user": "ada", "extra_body": {"metadata": {"tier": "pro"}},
            "messages": [{"role": "user", "content": [{"type": "text", "text": "hello"}]}]}"#;
        let refunds = || Kind::Route(Arc::from("refunds"));
        assert_eq!(agreement(parts, &opus), differs(refunds(), &["A04"]));
        // Without messages the condition has no value, and no metadata key is the reason.
        assert_eq!(agreement(CONTROL, &opus), differs(refunds(), &["A11"]));
        let gpt = tried(&[("openai/gpt-5.2", true)]);
        let nothing = r#"{"metadata": {}, "messages": [{"role": "user", "content": "hi"}]}"#;
        assert_eq!(agreement(nothing, &gpt), differs(Kind::Route(Arc::from("pro")), &["A02"]));
        let mistral = tried(&[("mistral/mistral-large-latest", true)]);
        assert_eq!(agreement(CONTROL, &mistral), differs(Kind::Route(Arc::from("default")), &[]));
    }

    #[test]
    fn what_nothing_explains_is_said() {
        let order = tried(&[("anthropic/claude-sonnet-4-6", true)]);
        assert_eq!(agreement(CONTROL, &order), differs(Kind::Order, &[]));
        let strange = tried(&[("openai/gpt-5.2", false), ("xai/grok-4", true)]);
        assert_eq!(agreement(CONTROL, &strange), differs(Kind::Model(Arc::from("xai/grok-4")), &[]));
        let unmatched = r#"{"error": {"message": "No route matched. Configure a default route."}}"#;
        assert_eq!(agreement(CONTROL, unmatched), differs(Kind::NoRoute, &[]));
        let broken = r#"{"error": {"message": "max_tokens is too large"}}"#;
        assert_eq!(agreement(CONTROL, broken), differs(Kind::Refused, &[]));
    }
}
