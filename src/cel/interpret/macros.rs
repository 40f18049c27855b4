//! The macros: loops, bindings, presence.

use std::sync::Arc;

use super::super::ast::{Kind, Literal, Macro, MacroKind, Name, NodeId};
use super::super::value::{EvalError, EvalErrorKind, Key, MapValue, Value, access};
use super::Interpreter;

/// What a loop goes over.
enum Range {
    List(Value),
    Map(Value),
}

impl Range {
    fn len(&self) -> usize {
        match self {
            Range::List(Value::List(list)) => list.len(),
            Range::Map(Value::Map(map)) => map.len(),
            _ => 0,
        }
    }

    /// The key (or index) and the value of a round.
    fn round(&self, at: usize) -> Option<(Value, Value)> {
        match self {
            Range::List(Value::List(list)) => {
                Some((Value::Int(i64::try_from(at).unwrap_or(i64::MAX)), list.get(at)?.clone()))
            }
            Range::Map(Value::Map(map)) => map.entry(at).map(|(key, value)| (key.to_value(), value.clone())),
            _ => None,
        }
    }
}

impl Interpreter<'_> {
    pub(super) fn macro_call(&mut self, id: NodeId, call: &Macro) -> Result<Value, EvalError> {
        match call.kind {
            MacroKind::Has => self.has(id, call),
            MacroKind::All => self.quantifier(id, call, false),
            MacroKind::Exists => self.quantifier(id, call, true),
            MacroKind::ExistsOne => self.exists_one(id, call),
            MacroKind::Map | MacroKind::Filter | MacroKind::TransformList => self.collect_list(id, call),
            MacroKind::TransformMap | MacroKind::TransformMapEntry => self.collect_map(id, call),
            MacroKind::Bind => self.bind(id, call),
            MacroKind::Block => self.block(id, call),
            MacroKind::BlockIndex => self.block_slot(id, call),
            MacroKind::BlockIterVar => self.block_variable(id, call, "@it"),
            MacroKind::BlockAccuVar => self.block_variable(id, call, "@ac"),
            MacroKind::OptMap | MacroKind::OptFlatMap => self.opt_map(id, call),
        }
    }

    fn malformed<T>(&self, id: NodeId) -> Result<T, EvalError> {
        self.fail(id, EvalErrorKind::Unsupported("this macro".into()))
    }

    fn has(&mut self, id: NodeId, call: &Macro) -> Result<Value, EvalError> {
        let ast = self.ast;
        match call.args.as_slice() {
            [arg] => match ast.kind(*arg) {
                Kind::Select { operand, field, .. } => {
                    let operand = self.eval(*operand)?;
                    self.at(id, access::has(&operand, &field.text).map(Value::Bool))
                }
                _ => self.malformed(id),
            },
            _ => self.malformed(id),
        }
    }

    /// What the macro's receiver is to loop over.
    fn range(&mut self, id: NodeId, call: &Macro) -> Result<Range, EvalError> {
        let Some(target) = call.target else { return self.malformed(id) };
        match self.eval(target)? {
            list @ Value::List(_) => Ok(Range::List(list)),
            map @ Value::Map(_) => Ok(Range::Map(map)),
            other => self.fail(target, EvalErrorKind::no_overload(&call.name.text, [&other])),
        }
    }

    /// Binds a round's values to the macro's variables: of a single variable the element of a list, the key of a map.
    fn enter(&mut self, vars: &[Name], range: &Range, (key, value): (Value, Value)) {
        match vars {
            [only] => {
                let value = if matches!(range, Range::List(_)) { value } else { key };
                self.locals.push((Arc::clone(&only.text), Ok(value)));
            }
            [first, second, ..] => {
                self.locals.push((Arc::clone(&first.text), Ok(key)));
                self.locals.push((Arc::clone(&second.text), Ok(value)));
            }
            [] => {}
        }
    }

    fn leave(&mut self, vars: &[Name]) {
        self.locals.truncate(self.locals.len().saturating_sub(vars.len()));
    }

    /// `all` and `exists`: like a chain of `&&` or `||`.
    fn quantifier(&mut self, id: NodeId, call: &Macro, decides: bool) -> Result<Value, EvalError> {
        let range = self.range(id, call)?;
        let [predicate] = call.args.as_slice() else { return self.malformed(id) };
        let mut first_error = None;
        for at in 0..range.len() {
            let Some(round) = range.round(at) else { break };
            self.enter(&call.vars, &range, round);
            let result = self.bool(*predicate, &call.name.text, *predicate);
            self.leave(&call.vars);
            match result {
                Ok(value) if value == decides => return Ok(Value::Bool(decides)),
                Ok(_) => {}
                Err(error) if error.kind.is_fatal() => return Err(error),
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        first_error.map_or(Ok(Value::Bool(!decides)), Err)
    }

    fn exists_one(&mut self, id: NodeId, call: &Macro) -> Result<Value, EvalError> {
        let range = self.range(id, call)?;
        let [predicate] = call.args.as_slice() else { return self.malformed(id) };
        let mut found = 0;
        for at in 0..range.len() {
            let Some(round) = range.round(at) else { break };
            self.enter(&call.vars, &range, round);
            let result = self.bool(*predicate, &call.name.text, *predicate);
            self.leave(&call.vars);
            found += usize::from(result?);
        }
        Ok(Value::Bool(found == 1))
    }

    /// `map`, `filter`, `transformList`.
    fn collect_list(&mut self, id: NodeId, call: &Macro) -> Result<Value, EvalError> {
        let range = self.range(id, call)?;
        let mut items = Vec::new();
        for at in 0..range.len() {
            let Some(round) = range.round(at) else { break };
            let element = if matches!(range, Range::List(_)) { round.1.clone() } else { round.0.clone() };
            self.enter(&call.vars, &range, round);
            let item = match (call.kind, call.args.as_slice()) {
                (MacroKind::Filter, [predicate]) => {
                    self.bool(*predicate, &call.name.text, *predicate).map(|keep| keep.then_some(element))
                }
                (_, [transform]) => self.eval(*transform).map(Some),
                (_, [predicate, transform]) => self.guarded(call, *predicate, *transform),
                _ => self.malformed(id),
            };
            self.leave(&call.vars);
            items.extend(item?);
        }
        self.at(id, Value::list(items).bounded())
    }

    /// The transformed element if the predicate holds.
    fn guarded(
        &mut self,
        call: &Macro,
        predicate: NodeId,
        transform: NodeId,
    ) -> Result<Option<Value>, EvalError> {
        if self.bool(predicate, &call.name.text, predicate)? {
            self.eval(transform).map(Some)
        } else {
            Ok(None)
        }
    }

    /// `transformMap`, `transformMapEntry`.
    fn collect_map(&mut self, id: NodeId, call: &Macro) -> Result<Value, EvalError> {
        let range = self.range(id, call)?;
        let mut map = MapValue::with_capacity(range.len());
        for at in 0..range.len() {
            let Some(round) = range.round(at) else { break };
            let key = round.0.clone();
            self.enter(&call.vars, &range, round);
            let item = match call.args.as_slice() {
                [transform] => self.eval(*transform).map(Some),
                [predicate, transform] => self.guarded(call, *predicate, *transform),
                _ => self.malformed(id),
            };
            self.leave(&call.vars);
            match item? {
                None => {}
                Some(value) if call.kind == MacroKind::TransformMap => {
                    self.at(id, access::insert(&mut map, &key, value))?;
                }
                Some(Value::Map(entries)) => {
                    for (key, value) in entries.iter() {
                        self.spend(id, 1)?;
                        self.at(id, access::insert(&mut map, &Key::to_value(key), value.clone()))?;
                    }
                }
                Some(other) => return self.fail(id, EvalErrorKind::no_overload(&call.name.text, [&other])),
            }
        }
        self.at(id, Value::map(map).bounded())
    }

    /// `cel.bind`: an error of the bound expression counts where the variable is used.
    fn bind(&mut self, id: NodeId, call: &Macro) -> Result<Value, EvalError> {
        let ([variable], [init, body]) = (call.vars.as_slice(), call.args.as_slice()) else {
            return self.malformed(id);
        };
        let value = self.eval(*init);
        if let Err(error) = &value
            && error.kind.is_fatal()
        {
            return value;
        }
        self.locals.push((Arc::clone(&variable.text), value));
        let result = self.eval(*body);
        self.leave(&call.vars);
        result
    }

    /// `cel.block`: each slot once, in order; an error of a slot counts where the slot is used.
    fn block(&mut self, id: NodeId, call: &Macro) -> Result<Value, EvalError> {
        let ast = self.ast;
        let [slots, body] = call.args.as_slice() else { return self.malformed(id) };
        let Kind::List(elements) = ast.kind(*slots) else { return self.malformed(id) };
        self.blocks.push(Vec::with_capacity(elements.len()));
        for element in elements {
            let value = self.eval(element.value);
            if let Err(error) = &value
                && error.kind.is_fatal()
            {
                self.blocks.pop();
                return value;
            }
            if let Some(block) = self.blocks.last_mut() {
                block.push(value);
            }
        }
        let result = self.eval(*body);
        self.blocks.pop();
        result
    }

    fn block_slot(&mut self, id: NodeId, call: &Macro) -> Result<Value, EvalError> {
        let slot = self.number(call, 0).and_then(|slot| usize::try_from(slot).ok());
        match slot.and_then(|slot| self.blocks.last()?.get(slot)) {
            Some(value) => value.clone(),
            None => {
                self.fail(id, EvalErrorKind::Unsupported("a slot that no `cel.block` has before it".into()))
            }
        }
    }

    fn block_variable(&mut self, id: NodeId, call: &Macro, prefix: &str) -> Result<Value, EvalError> {
        let (Some(first), Some(second)) = (self.number(call, 0), self.number(call, 1)) else {
            return self.malformed(id);
        };
        let name = format!("{prefix}:{first}:{second}");
        match self.locals.iter().rev().find(|(local, _)| **local == *name) {
            Some((_, value)) => value.clone(),
            None => self.fail(id, EvalErrorKind::MissingVariable(name.into())),
        }
    }

    fn number(&self, call: &Macro, at: usize) -> Option<i64> {
        match self.ast.kind(*call.args.get(at)?) {
            Kind::Literal(Literal::Int(value)) => Some(*value),
            _ => None,
        }
    }

    fn opt_map(&mut self, id: NodeId, call: &Macro) -> Result<Value, EvalError> {
        let (Some(target), [body]) = (call.target, call.args.as_slice()) else { return self.malformed(id) };
        let inner = match self.eval(target)? {
            Value::Optional(Some(inner)) => inner,
            none @ Value::Optional(None) => return Ok(none),
            other => return self.fail(target, EvalErrorKind::no_overload(&call.name.text, [&other])),
        };
        let Some(variable) = call.vars.first() else { return self.malformed(id) };
        self.locals.push((Arc::clone(&variable.text), Ok((*inner).clone())));
        let result = self.eval(*body);
        self.leave(&call.vars);
        match (call.kind, result?) {
            (MacroKind::OptMap, value) => self.at(id, Value::some(value).bounded()),
            (_, optional @ Value::Optional(_)) => Ok(optional),
            (_, other) => self.fail(*body, EvalErrorKind::no_overload(&call.name.text, [&other])),
        }
    }
}
