//! From a checked definition to what decides: the [`Plan`].
//!
//! In: a [`Checked`] definition without errors, and the catalogue. Out: all conditions as one program set over one row
//! of slots, exact slots for the variants, and for each variant the ordered candidates that would be tried. It knows no
//! request and draws no lot; what the facts do not decide it leaves undecided.

mod chain;
pub mod cost;
mod parameters;
mod selection;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

pub use chain::{Chain, Rank};
pub use parameters::Parameters;
pub use selection::{OwnSelection, Selection};

use crate::catalogue::Catalogue;
use crate::cel;
use crate::cel::program::ProgramSet;
use crate::check::contract::Promises;
use crate::check::{Checked, Expression};
use crate::model::{self, Defaults};

/// How many slots the variants of a route share: a hundredth of a percent each.
pub const SLOTS: u32 = 10_000;

/// A router, ready to decide.
#[derive(Debug)]
pub struct Plan {
    /// Bare name.
    pub router: Arc<str>,
    /// Every condition, in the order of `routes`.
    pub programs: ProgramSet,
    /// What conditions may use.
    pub env: cel::Env,
    /// In order.
    pub routes: Vec<Route>,
    /// Where the others go.
    pub default: Option<Route>,
    /// What callers promise of metadata, if they do.
    pub metadata: Option<Promises>,
    /// What they promise of the variables of templates.
    pub prompt_variables: Option<Promises>,
}

/// A route.
#[derive(Debug)]
pub struct Route {
    /// Its id.
    pub id: Arc<str>,
    /// Its condition; none for the default route.
    pub condition: Option<Condition>,
    /// What it leads to, in file order.
    pub variants: Vec<Variant>,
}

/// A condition, for traces; what decides is the program set.
#[derive(Debug)]
pub struct Condition {
    /// As written.
    pub text: Arc<str>,
    /// Parsed and typed.
    pub expression: Expression,
    /// Whether it reads the request's messages.
    pub reads_messages: bool,
}

/// A variant.
#[derive(Debug)]
pub struct Variant {
    /// Its id.
    pub id: Arc<str>,
    /// Its share in percent.
    pub weight: u32,
    /// Its slots of [`SLOTS`]; empty at weight 0.
    pub slots: Range<u32>,
    /// What it says about models.
    pub selection: Selection,
    /// What would be tried, in order.
    pub chain: Chain,
    /// What goes with the request.
    pub parameters: Parameters,
}

impl Route {
    /// The variant that all slots belong to, if one has them all.
    pub fn only_variant(&self) -> Option<&Variant> {
        self.variants.iter().find(|v| v.slots == (0..SLOTS))
    }

    /// The variant that a slot belongs to.
    pub fn variant_at(&self, slot: u32) -> Option<&Variant> {
        self.variants.iter().find(|v| v.slots.contains(&slot))
    }
}

impl Variant {
    /// What would be tried for a request that brings keys of its own (A13).
    pub fn chain_for(&self, own: &OwnSelection, catalogue: &Catalogue) -> Chain {
        let mut chain = chain::chain(&self.selection.with(own), catalogue);
        chain.assumptions.push("A13");
        chain
    }
}

/// What would be tried for a variant alone. `None` when its model could not be read.
pub fn chain_of(variant: &model::Variant, catalogue: &Catalogue) -> Option<Chain> {
    Some(chain::chain(&Selection::of(variant)?, catalogue))
}

/// Compiles a definition. `None` when it has errors: they were reported, and what does not check does not decide.
pub fn compile(checked: &Checked, catalogue: &Catalogue) -> Option<Plan> {
    if !checked.sound {
        return None;
    }
    let router = &checked.definition.router;
    let name = router.name.as_ref()?;
    let defaults = router.defaults.as_ref();
    let mut routes = Vec::new();
    let mut programs = Vec::new();
    for (route, expression) in router.routes.iter().zip(&checked.conditions) {
        let expression = expression.clone()?;
        let text = route.when.as_ref()?.text.clone();
        programs.push(expression.clone());
        let reads_messages = expression.checked.references.iter().flatten().any(
            |reference| matches!(reference, cel::checker::Reference::Variable { name, .. } if **name == *"messages"),
        );
        let condition = Condition { text, expression, reads_messages };
        routes.push(self::route(route, Some(condition), defaults, catalogue)?);
    }
    let default = match &router.default {
        Some(route) => Some(self::route(route, None, defaults, catalogue)?),
        None => None,
    };
    let conditions: Vec<&cel::Ast> = programs.iter().map(|e| &*e.ast).collect();
    Some(Plan {
        router: Arc::from(model::bare_name(&name.value)),
        programs: ProgramSet::compile(&conditions, &checked.env),
        env: checked.env.clone(),
        routes,
        default,
        metadata: checked.metadata.as_ref().map(Promises::of),
        prompt_variables: checked.definition.contract.prompt_variables.as_ref().map(Promises::of),
    })
}

fn route(
    route: &model::Route,
    condition: Option<Condition>,
    defaults: Option<&Defaults>,
    catalogue: &Catalogue,
) -> Option<Route> {
    let mut variants = Vec::new();
    let mut start = 0_u32;
    for variant in &route.variants {
        let weight = variant.weight.as_ref()?.value;
        let end = start.saturating_add(weight.saturating_mul(SLOTS / 100));
        let selection = Selection::of(variant)?;
        variants.push(Variant {
            id: Arc::from(variant.id.as_ref()?.value.as_str()),
            weight,
            slots: start..end,
            chain: chain::chain(&selection, catalogue),
            selection,
            parameters: Parameters::of(variant, defaults),
        });
        start = end;
    }
    Some(Route { id: Arc::from(route.id.as_ref()?.value.as_str()), condition, variants })
}
