//! Conditions: parsed, typed, and every fault of them mapped to the bytes of the file.

use std::sync::Arc;

use super::hints::Part;
use super::named::Parsed;
use super::{At, Expression, Pass, errors, hints};
use crate::catalogue::functions::router_env;
use crate::cel::env::{Names, Typing};
use crate::cel::{self, Env, Type};
use crate::diag::{Diagnostic, Fix, Severity};
use crate::model::{Condition, Definition, Metadata, Route};
use crate::source::Span;

/// The conditions of a definition, understood.
#[derive(Default)]
pub(super) struct Conditions {
    pub(super) routes: Vec<Option<Expression>>,
    pub(super) invariants: Vec<Option<Expression>>,
}

/// Where a condition stands.
struct Place<'d> {
    condition: Option<&'d Condition>,
    route: Option<&'d Route>,
    at: At<'static>,
}

impl Pass<'_> {
    /// What the conditions of a definition may use.
    pub(super) fn environment(&self) -> Env {
        let mut env = router_env();
        env.limits = self.options.limits;
        env.typing = Typing::Lenient;
        env.purpose = Some(Type::Bool);
        match self.metadata {
            Some(declared) => {
                env.names = Names::Declared;
                for (name, declaration) in &declared.keys {
                    env.variables.insert(name.clone(), declaration.field.clone());
                }
            }
            None => env.names = Names::Inferred,
        }
        env
    }

    /// Of the routes, and of the invariants. Where they name other conditions, these are put in.
    pub(super) fn conditions(&mut self, definition: &mut Definition, env: &mut Env) -> Conditions {
        let mut parts = Vec::new();
        let (mut out, mut inlined) = (Conditions::default(), Vec::new());
        let options = cel::ParseOptions { limits: env.limits, ..cel::ParseOptions::default() };
        let mut places: Vec<Place<'_>> = Vec::new();
        for (index, route) in definition.router.routes.iter().enumerate() {
            places.push(Place { condition: route.when.as_ref(), route: Some(route), at: At::When(index) });
        }
        for (index, invariant) in definition.invariants.iter().enumerate() {
            let condition = invariant.when.as_ref().or(invariant.unless.as_ref());
            places.push(Place { condition, route: None, at: At::Invariant(index) });
        }
        let parsed: Vec<Option<Parsed>> =
            places.iter().map(|place| Some(cel::parse(&place.condition?.text, &options))).collect();
        let roots = places.iter().zip(&parsed);
        let roots: Vec<(&Condition, &cel::Ast)> =
            roots.filter_map(|(place, parsed)| Some((place.condition?, &parsed.as_ref()?.0))).collect();
        let mut scope = env.clone();
        let mut shelf = self.shelf(&roots, &mut scope);
        self.named_conditions(&mut shelf, &mut scope, &mut parts);
        let readable = !definition.damaged && parsed.iter().flatten().all(|(_, syntax)| syntax.is_empty());
        let mut uses = Vec::new();
        for (index, (place, parsed)) in places.iter().zip(parsed).enumerate() {
            let list =
                if index < definition.router.routes.len() { &mut out.routes } else { &mut out.invariants };
            let Some((condition, parsed)) = place.condition.zip(parsed) else {
                list.push(None);
                continue;
            };
            scope.regex_bytes_before = env.regex_bytes_before;
            let at = (place.route, place.at);
            let (checked, sound) = self.sense(condition, &parsed, &scope, at, None);
            let checked = Arc::new(checked);
            parts.push(Part { condition, checked: checked.clone(), at: place.at });
            let written = shelf.written(&parsed.0, &checked);
            list.push(if written.names_none() {
                env.regex_bytes_before = env.regex_bytes_before.saturating_add(checked.regex_bytes);
                sound.then(|| Expression { ast: Arc::new(parsed.0), checked })
            } else if sound
                && let Some((expression, whole)) = self.inlined(condition, &written, &mut shelf, env, at)
            {
                inlined.push((index, whole));
                Some(expression)
            } else {
                None
            });
            uses.push(written);
        }
        if readable {
            self.unused_conditions(&shelf, &uses);
        }
        // Where declarations exist and could not be read, what is inferred is worth nothing.
        if env.names == Names::Inferred && matches!(definition.contract.metadata, Metadata::Inferred) {
            self.inferred(&parts);
        }
        drop(places);
        put_in(definition, inlined);
        out
    }

    /// What an expression means, and whether no error was found in it. `needed_at` is a place that is told beside each
    /// fault.
    pub(super) fn sense(
        &mut self,
        condition: &Condition,
        (ast, syntax): &Parsed,
        env: &Env,
        (route, at): (Option<&Route>, At<'_>),
        needed_at: Option<Span>,
    ) -> (cel::Checked, bool) {
        let (checked, types) = cel::check(ast, env);
        let mut sound = true;
        let told = |diagnostic: Diagnostic| match needed_at {
            Some(place) => diagnostic.also(place, "needed here"),
            None => diagnostic,
        };
        for issue in syntax.iter().chain(types.iter().filter(|issue| !hints::follows_from(issue, syntax))) {
            let diagnostic = told(self.issue(issue, condition, env));
            sound &= diagnostic.severity != Severity::Error;
            self.push(diagnostic, route, None, at.to_string());
        }
        if sound && !matches!(checked.ty, Type::Bool | Type::Dyn | Type::Error) {
            let span = condition.place(ast.span(ast.root()));
            let diagnostic = told(errors::condition_not_bool(span, &checked.ty, &condition.text));
            self.push(diagnostic, route, None, at.to_string());
            sound = false;
        }
        (checked, sound)
    }

    pub(super) fn issue(&self, issue: &cel::Issue, condition: &Condition, env: &Env) -> Diagnostic {
        let span = condition.place(issue.span);
        let mut diagnostic = match hints::router_words(issue, condition, env, (self.metadata, self.reuse)) {
            Some(diagnostic) => diagnostic,
            None => {
                let mut diagnostic = errors::issue(issue, span, hints::rests_on_inference(issue, env));
                if let Some(help) = hints::messages_help(issue) {
                    diagnostic = diagnostic.help(help);
                }
                if let Some(fix) = &issue.fix {
                    let mut fix = self.fix(fix, condition);
                    // What is no error has a meaning already.
                    if let Some(fix) = &mut fix {
                        fix.safe &= diagnostic.severity == Severity::Error;
                    }
                    diagnostic.fixes.extend(fix);
                }
                diagnostic
            }
        };
        for (place, words) in &issue.also {
            diagnostic = diagnostic.also(condition.place(*place), words.clone());
        }
        if let Some((declared, words)) = hints::declared_at(issue, self.metadata, self.reuse) {
            diagnostic = diagnostic.also(declared, words);
        }
        diagnostic
    }

    fn fix(&self, fix: &cel::errors::Replacement, condition: &Condition) -> Option<Fix> {
        let edits = fix.edits.iter().map(|(place, text)| condition.edit(*place, text));
        Some(Fix { title: fix.title.clone(), safe: fix.safe, edits: edits.collect::<Option<_>>()? })
    }
}

/// Replaces conditions by what they are with all that they name put in; the invariants' follow the routes'.
fn put_in(definition: &mut Definition, inlined: Vec<(usize, Condition)>) {
    let routes = definition.router.routes.iter_mut().map(|route| &mut route.when);
    let invariants = definition.invariants.iter_mut().map(|invariant| match &invariant.when {
        Some(_) => &mut invariant.when,
        None => &mut invariant.unless,
    });
    let mut inlined = inlined.into_iter().peekable();
    for (index, condition) in routes.chain(invariants).enumerate() {
        if let Some((_, whole)) = inlined.next_if(|(at, _)| *at == index) {
            *condition = Some(whole);
        }
    }
}
