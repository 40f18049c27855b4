//! Macros that go over a list or a map.

use std::sync::Arc;

use super::compile::Compiler;
use super::context::{Bound, Compute, Context, Failed, Truth};
use super::cost;
use super::test::Test;
use crate::cel::Span;
use crate::cel::ast::{Macro, MacroKind, NodeId};
use crate::cel::value::{EvalErrorKind, ListValue, Value, int_of};

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
        mut round: impl FnMut(&mut Context<'_>) -> Truth,
    ) -> Result<(), Failed> {
        let outside = context.scratch.locals.len();
        let result = match (self.range)(context)? {
            Value::List(list) => self.elements(list, context, round),
            Value::Map(map) => map.iter().try_for_each(|(key, value)| {
                context.scratch.locals.truncate(outside);
                context.scratch.locals.push(Bound::Value(key.to_value()));
                if self.pair {
                    context.scratch.locals.push(Bound::Value(value.clone()));
                }
                self.one(context, &mut round)
            }),
            other => {
                return context.fail(EvalErrorKind::no_overload(&self.name, [&other]), self.span);
            }
        };
        context.scratch.locals.truncate(outside);
        match result {
            Err(End::Failed) => Err(Failed),
            Ok(()) | Err(End::Enough) => Ok(()),
        }
    }

    /// The elements lie in their list: a round copies none of them.
    fn elements(
        &self,
        list: Arc<ListValue>,
        context: &mut Context<'_>,
        mut round: impl FnMut(&mut Context<'_>) -> Truth,
    ) -> Result<(), End> {
        let count = list.len();
        if self.pair {
            context.scratch.locals.push(Bound::Value(Value::Null));
        }
        let own = context.scratch.locals.len();
        context.scratch.locals.push(Bound::Element(list, 0));
        (0..count).try_for_each(|at| {
            if self.pair
                && let Some(index) = context.scratch.locals.get_mut(own - 1)
            {
                *index = Bound::Value(int_of(at));
            }
            if let Some(Bound::Element(_, element)) = context.scratch.locals.get_mut(own) {
                *element = at;
            }
            self.one(context, &mut round)
        })
    }

    fn one(
        &self,
        context: &mut Context<'_>,
        round: &mut impl FnMut(&mut Context<'_>) -> Truth,
    ) -> Result<(), End> {
        let goes_on = context.spend(self.steps, self.span).and_then(|()| round(context));
        match goes_on {
            Ok(true) => Ok(()),
            Ok(false) => Err(End::Enough),
            Err(Failed) => Err(End::Failed),
        }
    }
}

/// Why a loop ends before its last round.
enum End {
    Enough,
    Failed,
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
            return Some(Test::new(move |context| {
                let mut found: usize = 0;
                range.each(context, |context| {
                    found += usize::from(predicate.run(context)?);
                    Ok(true)
                })?;
                Ok(found == 1)
            }));
        }
        let decides = call.kind == MacroKind::Exists;
        Some(Test::new(move |context| {
            let mut decided = false;
            let mut first_error = None;
            range.each(context, |context| match predicate.run(context) {
                Ok(value) if value == decides => {
                    decided = true;
                    Ok(false)
                }
                Ok(_) => Ok(true),
                Err(Failed) if context.is_over() => Err(Failed),
                Err(Failed) => {
                    let error = context.fault();
                    first_error.get_or_insert(error);
                    Ok(true)
                }
            })?;
            match first_error {
                _ if decided => Ok(decides),
                Some(error) => context.fail_with(error),
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
                    && !predicate.run(context)?
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
            context.at(Value::list(items).bounded(), span)
        })
    }
}
