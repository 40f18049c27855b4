//! Conditions: parsed, typed, and every fault of them mapped to the bytes of the file.

use std::sync::Arc;

use super::hints::Part;
use super::{Expression, Pass, errors, hints, routes};
use crate::catalogue::functions::router_env;
use crate::cel::env::{Names, Typing};
use crate::cel::{self, Env, Type};
use crate::diag::{Diagnostic, Fix, Severity};
use crate::model::{Condition, Definition, Metadata, Route};

impl Pass<'_> {
    /// What the conditions of a definition may use.
    pub(super) fn environment(&self, definition: &Definition) -> Env {
        let mut env = router_env();
        env.limits = self.options.limits;
        env.typing = Typing::Lenient;
        env.purpose = Some(Type::Bool);
        match (self.metadata, &definition.contract.metadata) {
            (Some(declared), _) => {
                env.names = Names::Declared;
                for (name, declaration) in &declared.keys {
                    env.variables.insert(name.clone(), declaration.field.clone());
                }
            }
            (None, _) => env.names = Names::Inferred,
        }
        env
    }

    /// Of the routes, and of the invariants.
    pub(super) fn conditions(
        &mut self,
        definition: &Definition,
        env: &mut Env,
    ) -> (Vec<Option<Expression>>, Vec<Option<Expression>>) {
        let mut parts = Vec::new();
        let mut out = Vec::new();
        for (path, route) in routes(definition).take(definition.router.routes.len()) {
            out.push(match &route.when {
                Some(when) => self.condition(when, env, Some(route), format!("{path}.when"), &mut parts),
                None => None,
            });
        }
        let mut invariants = Vec::new();
        for (index, invariant) in definition.invariants.iter().enumerate() {
            let scope = invariant.when.as_ref().or(invariant.unless.as_ref());
            invariants.push(scope.and_then(|when| {
                self.condition(when, env, None, format!("invariants[{index}]"), &mut parts)
            }));
        }
        // Where declarations exist and could not be read, what is inferred is worth nothing.
        if env.names == Names::Inferred && matches!(definition.contract.metadata, Metadata::Inferred) {
            self.inferred(&parts);
        }
        (out, invariants)
    }

    fn condition<'d>(
        &mut self,
        condition: &'d Condition,
        env: &mut Env,
        route: Option<&Route>,
        path: String,
        parts: &mut Vec<Part<'d>>,
    ) -> Option<Expression> {
        let options = cel::ParseOptions { limits: env.limits, ..cel::ParseOptions::default() };
        let (ast, syntax) = cel::parse(&condition.text, &options);
        let (checked, types) = cel::check(&ast, env);
        env.regex_bytes_before = env.regex_bytes_before.saturating_add(checked.regex_bytes);
        let mut sound = true;
        for issue in syntax.iter().chain(types.iter().filter(|issue| !hints::follows_from(issue, &syntax))) {
            let diagnostic = self.issue(issue, condition, env);
            sound &= diagnostic.severity != Severity::Error;
            self.push(diagnostic, route, None, path.clone());
        }
        if sound && !matches!(checked.ty, Type::Bool | Type::Dyn | Type::Error) {
            let span = condition.place(ast.span(ast.root()));
            let diagnostic = errors::condition_not_bool(span, &checked.ty, &condition.text);
            self.push(diagnostic, route, None, path.clone());
            sound = false;
        }
        let checked = Arc::new(checked);
        parts.push(Part { condition, checked: checked.clone(), path });
        sound.then(|| Expression { ast: Arc::new(ast), checked })
    }

    fn issue(&self, issue: &cel::Issue, condition: &Condition, env: &Env) -> Diagnostic {
        let span = condition.place(issue.span);
        let mut diagnostic = match hints::router_words(issue, condition, env, self.metadata) {
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
        if let Some((declared, words)) = hints::declared_at(issue, self.metadata) {
            diagnostic = diagnostic.also(declared, words);
        }
        diagnostic
    }

    fn fix(&self, fix: &cel::errors::Replacement, condition: &Condition) -> Option<Fix> {
        let edits = fix.edits.iter().map(|(place, text)| condition.edit(*place, text));
        Some(Fix { title: fix.title.clone(), safe: fix.safe, edits: edits.collect::<Option<_>>()? })
    }
}
