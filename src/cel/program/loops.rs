//! Macros that go over a list or a map.

use std::sync::Arc;

use super::compile::Compiler;
use super::context::{Bound, Compute, Context, Fault, Test, fault};
use super::cost;
use crate::cel::Span;
use crate::cel::ast::{Macro, MacroKind, NodeId};
use crate::cel::value::{EvalErrorKind, Value, int_of};

/// A range that is computed, and what an error calls it.
struct Range {
    range: Compute,
    span: Span,
    name: Arc<str>,
    /// Two variables: index and element, or key and value.
    pair: bool,
    /// The steps of a round.
    steps: usize,
}

impl Range {
    /// Calls `round` with the variables bound to each element or entry in turn, until it answers false.
    fn each(
        &self,
        context: &mut Context<'_>,
        mut round: impl FnMut(&mut Context<'_>) -> Result<bool, Fault>,
    ) -> Result<(), Fault> {
        let range = (self.range)(context)?;
        let outside = context.scratch.locals.len();
        let result = match &range {
            Value::List(list) => {
                if self.pair {
                    context.scratch.locals.push(Bound::Value(Value::Null));
                }
                context.scratch.locals.push(Bound::Element(Arc::clone(list), 0));
                (0..list.len()).try_for_each(|at| {
                    if self.pair
                        && let Some(index) = context.scratch.locals.get_mut(outside)
                    {
                        *index = Bound::Value(int_of(at));
                    }
                    if let Some(Bound::Element(_, element)) = context.scratch.locals.last_mut() {
                        *element = at;
                    }
                    self.one(context, &mut round)
                })
            }
            Value::Map(map) => map.iter().try_for_each(|(key, value)| {
                context.scratch.locals.truncate(outside);
                context.scratch.locals.push(Bound::Value(key.to_value()));
                if self.pair {
                    context.scratch.locals.push(Bound::Value(value.clone()));
                }
                self.one(context, &mut round)
            }),
            other => Err(Some(fault(EvalErrorKind::no_overload(&self.name, [other]), self.span))),
        };
        context.scratch.locals.truncate(outside);
        match result {
            Err(Some(error)) => Err(error),
            Ok(()) | Err(None) => Ok(()),
        }
    }

    /// One round; `Err(None)` ends the loop.
    fn one(
        &self,
        context: &mut Context<'_>,
        round: &mut impl FnMut(&mut Context<'_>) -> Result<bool, Fault>,
    ) -> Result<(), Option<Fault>> {
        context.spend(self.steps, self.span)?;
        if round(context)? { Ok(()) } else { Err(None) }
    }
}

impl Compiler<'_> {
    fn range(&mut self, call: &Macro) -> Option<Range> {
        let target = call.target?;
        let pair = call.vars.len() == 2;
        Some(Range {
            range: self.value(target),
            span: self.span(target),
            name: Arc::clone(&call.name.text),
            pair,
            steps: cost::round(self.ast, &call.args),
        })
    }

    /// Compiles something within a macro, its variable in scope.
    fn within<T>(&mut self, call: &Macro, compile: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.scope.len();
        self.scope.extend(call.vars.iter().map(|name| Arc::clone(&name.text)));
        let result = compile(self);
        self.scope.truncate(outside);
        result
    }

    fn predicate(&mut self, call: &Macro, id: NodeId) -> Test {
        let span = self.span(id);
        self.within(call, |compiler| compiler.bool(id, span, &call.name.text))
    }

    /// `all`, `exists`, `exists_one`
    pub(super) fn quantifier(&mut self, call: &Macro) -> Option<Test> {
        let [predicate] = call.args.as_slice() else { return None };
        let range = self.range(call)?;
        let predicate = self.predicate(call, *predicate);
        if call.kind == MacroKind::ExistsOne {
            return Some(Box::new(move |context| {
                let mut found: usize = 0;
                range.each(context, |context| {
                    found += usize::from(predicate(context)?);
                    Ok(true)
                })?;
                Ok(found == 1)
            }));
        }
        let decides = call.kind == MacroKind::Exists;
        Some(Box::new(move |context| {
            let mut decided = false;
            let mut first_error: Option<Fault> = None;
            range.each(context, |context| match predicate(context) {
                Ok(value) if value == decides => {
                    decided = true;
                    Ok(false)
                }
                Ok(_) => Ok(true),
                Err(error) if error.kind.is_fatal() => Err(error),
                Err(error) => {
                    first_error.get_or_insert(error);
                    Ok(true)
                }
            })?;
            match first_error {
                _ if decided => Ok(decides),
                Some(error) => Err(error),
                None => Ok(!decides),
            }
        }))
    }

    /// `map`, `filter`, `transformList`
    pub(super) fn collect_list(&mut self, id: NodeId, call: &Macro) -> Compute {
        let span = self.span(id);
        let (predicate, transform) = match (call.kind, call.args.as_slice()) {
            (MacroKind::Filter, [predicate]) => (Some(*predicate), None),
            (MacroKind::Map | MacroKind::TransformList, [transform]) => (None, Some(*transform)),
            (MacroKind::Map | MacroKind::TransformList, [predicate, transform]) => {
                (Some(*predicate), Some(*transform))
            }
            _ => return self.interpreted(id),
        };
        let Some(range) = self.range(call) else { return self.interpreted(id) };
        let predicate = predicate.map(|predicate| self.predicate(call, predicate));
        let transform = transform.map(|transform| self.within(call, |compiler| compiler.value(transform)));
        Box::new(move |context| {
            let mut items = Vec::new();
            range.each(context, |context| {
                if let Some(predicate) = &predicate
                    && !predicate(context)?
                {
                    return Ok(true);
                }
                let item = match &transform {
                    Some(transform) => transform(context)?,
                    None => context.scratch.locals.last().map_or(Value::Null, |local| local.get().clone()),
                };
                items.push(item);
                Ok(true)
            })?;
            Value::list(items).bounded().map_err(|kind| fault(kind, span))
        })
    }
}
