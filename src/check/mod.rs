//! Does a definition mean something?
//!
//! In: a [`Definition`] as it was read, what is known of models, and what callers promise. Out: a [`Checked`]
//! definition whose conditions are parsed and typed, and a diagnostic for every name that refers to nothing, every
//! number that does not add up and every expression that makes no sense. It knows neither what would be wise
//! (`lint/`) nor what holds for all requests (`analyze/`).

mod callers;
mod conditions;
pub mod contract;
mod errors;
mod hints;
mod models;
mod named;
mod names;
mod plain;
mod pools;
mod requests;
pub mod rules;
mod uses;

use std::fmt;
use std::sync::Arc;

use crate::catalogue::{Catalogue, Date};
use crate::cel;
use crate::diag::{Diagnostic, Sink, Subject};
use crate::model::{Declarations, Definition, Metadata, Reuse, Route, Shared, Variant};

pub use callers::Needs;
use conditions::Conditions;
pub use contract::Violation;
pub use errors::{duplicate_router, key_declared_twice};
pub use named::show_uses;
pub use names::fits;
pub use requests::value_of;
pub use uses::{Use, uses};

/// What a check rests on.
#[derive(Debug)]
pub struct Options<'a> {
    /// Which models there are.
    pub catalogue: &'a Catalogue,
    /// The day that retirement dates are compared with.
    pub as_of: Option<Date>,
    /// What callers send, for definitions that do not say so themselves.
    pub metadata: Option<&'a Declarations>,
    /// Bounds on expressions.
    pub limits: cel::Limits,
}

/// A definition whose conditions are understood.
#[derive(Debug)]
pub struct Checked {
    /// What was checked.
    pub definition: Definition,
    /// The metadata that callers promise; none if types were inferred.
    pub metadata: Option<Declarations>,
    /// What conditions may use.
    pub env: cel::Env,
    /// The condition of each route, in order. `None` where there is none or it could not be understood; then an error
    /// was reported.
    pub conditions: Vec<Option<Expression>>,
    /// The `when` or `unless` of each invariant, in order; see `conditions`.
    pub invariants: Vec<Option<Expression>>,
    /// True when no error was found.
    pub sound: bool,
}

/// A condition that was parsed and typed.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The expression.
    pub ast: Arc<cel::Ast>,
    /// Its types.
    pub checked: Arc<cel::Checked>,
}

impl Checked {
    /// The router's bare name.
    pub fn name(&self) -> Option<&str> {
        self.definition.router.name.as_ref().map(|name| crate::model::bare_name(&name.value))
    }
}

/// Checks one definition.
pub fn check(mut definition: Definition, options: &Options<'_>, sink: &mut Sink) -> Checked {
    let before = sink.error_count();
    let reuse = std::mem::take(&mut definition.reuse);
    let metadata = match &definition.contract.metadata {
        Metadata::Declared(declared) => Some(declared.clone()),
        Metadata::Inferred => options.metadata.cloned(),
        Metadata::File(_) | Metadata::Unknown => None,
    };
    let router = bare_name(&definition);
    let mut pass = Pass { sink, options, router, metadata: metadata.as_ref(), reuse: &reuse };
    pass.names(&definition);
    pass.models(&definition);
    pass.pools(&mut definition);
    let mut env = pass.environment();
    let Conditions { routes: conditions, invariants } = pass.conditions(&mut definition, &mut env);
    pass.requests(&definition);
    pass.callers(&definition);
    definition.reuse = reuse;
    let sound = !definition.damaged && sink.error_count() == before;
    Checked { definition, metadata, env, conditions, invariants, sound }
}

/// Checks what a file holds for others, by itself: as far as can be told without a router that uses it.
pub fn check_shared(shared: &Shared, options: &Options<'_>, sink: &mut Sink) {
    let metadata = match &shared.metadata {
        Metadata::Declared(declared) => Some(declared),
        Metadata::Inferred => options.metadata,
        Metadata::File(_) | Metadata::Unknown => None,
    };
    let reuse = Reuse { own: (*shared.library).clone(), ..Reuse::default() };
    let mut pass = Pass { sink, options, router: None, metadata, reuse: &reuse };
    pass.pool_models(&reuse.own);
    let mut env = pass.environment();
    let mut parts = Vec::new();
    let mut shelf = pass.shelf(&[], &mut env);
    pass.named_conditions(&mut shelf, &mut env, &mut parts);
    if metadata.is_none() && matches!(shared.metadata, Metadata::Inferred) {
        pass.inferred(&parts);
    }
}

fn bare_name(definition: &Definition) -> Option<String> {
    definition.router.name.as_ref().map(|n| crate::model::bare_name(&n.value).to_owned())
}

/// What the parts of this pass share.
struct Pass<'a> {
    sink: &'a mut Sink,
    options: &'a Options<'a>,
    router: Option<String>,
    metadata: Option<&'a Declarations>,
    reuse: &'a Reuse,
}

impl Pass<'_> {
    fn push(
        &mut self,
        mut diagnostic: Diagnostic,
        route: Option<&Route>,
        variant: Option<&Variant>,
        path: String,
    ) {
        diagnostic.subject = Subject {
            router: self.router.clone(),
            route: route.and_then(|r| r.id.as_ref()).map(|id| id.value.clone()),
            variant: variant.and_then(|v| v.id.as_ref()).map(|id| id.value.clone()),
            path: (!path.is_empty()).then_some(path),
        };
        self.sink.push(diagnostic);
    }
}

/// Where something stands in the document; written out only where it is told.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    Route(usize),
    Default(&'static str),
    /// The condition of a route.
    When(usize),
    Invariant(usize),
    /// A named condition.
    Condition(&'a str),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Route(index) => write!(f, "routes[{index}]"),
            At::Default(key) => f.write_str(key),
            At::When(index) => write!(f, "routes[{index}].when"),
            At::Invariant(index) => write!(f, "invariants[{index}]"),
            At::Condition(name) => write!(f, "conditions.{name}"),
        }
    }
}

/// The routes with their place in the document, the default one last.
pub(crate) fn routes(definition: &Definition) -> impl Iterator<Item = (At<'static>, &Route)> {
    let router = &definition.router;
    let wire = definition.form == crate::model::Form::Wire;
    let default = if wire { "defaultRoute" } else { "default" };
    router
        .routes
        .iter()
        .enumerate()
        .map(|(index, route)| (At::Route(index), route))
        .chain(router.default.iter().map(move |route| (At::Default(default), route)))
}
