//! From trees to closures: names, values and calls.

use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::FxHashMap;

use super::context::{Compute, Context, Failed, Fault};
use super::place::{self, Place, Root};
use super::{Slot, Top, shared};
use crate::cel::ast::{Ast, BinaryOp, Element, Kind, MacroKind, NodeId, UnaryOp};
use crate::cel::env::Profile;
use crate::cel::interpret::functions::Functions;
use crate::cel::interpret::names::{self, Chain};
use crate::cel::interpret::{self, Activation};
use crate::cel::value::{EvalErrorKind, Value, access, arithmetic, int_of};
use crate::cel::{Env, Span};

/// Makes closures out of conditions.
pub(super) struct Compiler<'c> {
    pub(super) env: &'c Arc<Env>,
    pub(super) ast: &'c Ast,
    /// By position of a node: whether its value may lie somewhere.
    lies: Vec<bool>,
    /// The tree, for closures that keep it.
    kept: Option<Arc<Ast>>,
    slots: IndexSet<Arc<str>>,
    /// The variables that the macros around a node bind.
    pub(super) scope: Vec<Arc<str>>,
    repeated: FxHashMap<String, usize>,
    memos: FxHashMap<String, usize>,
    /// What the regular expressions take so far.
    pub(super) regex_bytes: usize,
}

/// What a call calls.
pub(super) enum Callee {
    /// `f(a)`, `ns.f(a)`
    Global(Functions),
    /// `a.f(b)`
    Member(Functions),
    /// Nothing of that name.
    Unknown(String),
}

impl<'c> Compiler<'c> {
    pub(super) fn new(env: &'c Arc<Env>, conditions: &[&'c Ast]) -> Self {
        static NOTHING: std::sync::LazyLock<Ast> =
            std::sync::LazyLock::new(|| Ast::new(Vec::new(), NodeId(0)));
        Self {
            env,
            ast: &NOTHING,
            lies: Vec::new(),
            kept: None,
            slots: IndexSet::new(),
            scope: Vec::new(),
            repeated: shared::repeated(conditions),
            memos: FxHashMap::default(),
            regex_bytes: 0,
        }
    }

    /// The program of a condition.
    pub(super) fn condition(&mut self, ast: &'c Ast) -> Top {
        self.ast = ast;
        self.lies = place::lying(ast);
        self.kept = None;
        self.scope.clear();
        match self.test(ast.root()) {
            Some(test) => Top::Bool(test.whole()),
            None => Top::Value(self.value(ast.root())),
        }
    }

    /// The slots that the conditions use, and how many memos they share.
    pub(super) fn finish(self) -> (Arc<[Slot]>, usize) {
        (self.slots.into_iter().map(|name| Slot { name }).collect(), self.memos.len())
    }

    pub(super) fn span(&self, id: NodeId) -> Span {
        self.ast.span(id)
    }

    fn slot(&mut self, name: &str) -> usize {
        match self.slots.get_index_of(name) {
            Some(slot) => slot,
            None => self.slots.insert_full(name.into()).0,
        }
    }

    /// Where the memo of a test is, if several conditions have that test.
    pub(super) fn memo(&mut self, id: NodeId) -> Option<usize> {
        if !self.scope.is_empty() || self.repeated.is_empty() {
            return None;
        }
        let key = shared::key(self.ast, id)?;
        self.repeated.get(&key)?;
        let next = self.memos.len();
        Some(*self.memos.entry(key).or_insert(next))
    }

    /// The variable, local or type that a whole chain of names is. The same rules as the interpreter's.
    fn resolve(&mut self, chain: &Chain, span: Span) -> Option<Root> {
        if !chain.leading_dot
            && let Some(local) = self.scope.iter().rposition(|name| **name == *chain.root())
        {
            return (chain.names.len() == 1).then_some(Root::Local(local));
        }
        let name = chain.names.join(".");
        let env = Arc::clone(self.env);
        for full in names::candidates(&env.container, &name, chain.leading_dot) {
            if env.variables.contains_key(full.as_str()) {
                let slot = self.slot(&full);
                return Some(Root::Slot { slot, otherwise: None, span });
            }
            let ty = names::type_value(&env, &full);
            if !full.contains('.') {
                let slot = self.slot(&full);
                return Some(Root::Slot { slot, otherwise: ty, span });
            }
            if let Some(ty) = ty {
                return Some(Root::Constant(ty));
            }
        }
        None
    }

    /// Where the value of a node lies, if it needs no computing.
    pub(super) fn place(&mut self, id: NodeId) -> Option<Place> {
        if !self.lies.get(id.index()).is_some_and(|lies| *lies) {
            return None;
        }
        let ast = self.ast;
        let span = ast.span(id);
        match ast.kind(id) {
            Kind::Literal(literal) => Some(constant(interpret::literal_value(literal))),
            Kind::Ident { .. } => {
                let chain = Chain::of(ast, id)?;
                self.resolve(&chain, span).map(|root| Place { root, steps: Vec::new() })
            }
            Kind::Select { operand, field, optional: false } => {
                if let Some(chain) = Chain::of(ast, id)
                    && let Some(root) = self.resolve(&chain, span)
                {
                    return Some(Place { root, steps: Vec::new() });
                }
                Some(self.place(*operand)?.field(&field.text, span))
            }
            Kind::Index { operand, index, optional: false } => match ast.kind(*index) {
                Kind::Literal(literal) => {
                    Some(self.place(*operand)?.key(interpret::literal_value(literal), span))
                }
                _ => None,
            },
            Kind::List(elements) => self.constant_list(elements).map(constant),
            Kind::Call { function, target: Some(target), args, leading_dot } if args.is_empty() => {
                match self.callee(&function.text, Some(*target), args, *leading_dot)? {
                    Callee::Member(functions) => {
                        let lend = functions.lends()?;
                        Some(self.place(*target)?.part(functions, lend, span))
                    }
                    Callee::Global(_) | Callee::Unknown(_) => None,
                }
            }
            _ => None,
        }
    }

    fn constant_list(&self, elements: &[Element]) -> Option<Value> {
        let mut values = Vec::with_capacity(elements.len());
        for element in elements {
            match self.ast.kind(element.value) {
                Kind::Literal(literal) if !element.optional => values.push(interpret::literal_value(literal)),
                Kind::List(inner) if !element.optional => values.push(self.constant_list(inner)?),
                _ => return None,
            }
        }
        Value::list(values).bounded().ok()
    }

    /// The value of a node of any kind.
    pub(super) fn value(&mut self, id: NodeId) -> Compute {
        if let Some(place) = self.place(id) {
            return match place.constant() {
                Some(value) => {
                    let value = value.clone();
                    Box::new(move |_| Ok(value.clone()))
                }
                None => Box::new(move |context| place.get(context)),
            };
        }
        if let Some(test) = self.test(id) {
            return Box::new(move |context| test.run(context).map(Value::Bool));
        }
        self.computed(id)
    }

    fn computed(&mut self, id: NodeId) -> Compute {
        let ast = self.ast;
        let span = ast.span(id);
        match ast.kind(id) {
            Kind::Select { operand, field, optional: false } => {
                let operand = self.value(*operand);
                let field = Arc::clone(&field.text);
                Box::new(move |context| {
                    let result = access::select(&operand(context)?, &field);
                    context.at(result, span)
                })
            }
            Kind::Index { operand, index, optional: false } => {
                let (operand, index) = (self.value(*operand), self.value(*index));
                Box::new(move |context| {
                    let operand = operand(context)?;
                    let result = access::index(&operand, &index(context)?);
                    context.at(result, span)
                })
            }
            Kind::Call { .. } => self.call(id),
            Kind::Unary { op: UnaryOp::Neg, operand, .. } => {
                let operand = self.value(*operand);
                Box::new(move |context| {
                    let result = arithmetic::negate(&[operand(context)?]);
                    context.at(result, span)
                })
            }
            Kind::Binary { op, lhs, rhs, .. } => self.arithmetic(id, *op, *lhs, *rhs),
            Kind::Ternary { condition, then, otherwise, .. } => {
                let condition = self.bool(*condition, span, "_?_:_");
                let (then, otherwise) = (self.value(*then), self.value(*otherwise));
                Box::new(
                    move |context| if condition.run(context)? { then(context) } else { otherwise(context) },
                )
            }
            Kind::List(elements) if elements.iter().all(|element| !element.optional) => {
                let parts: Vec<Compute> = elements.iter().map(|element| self.value(element.value)).collect();
                Box::new(move |context| {
                    context.spend(parts.len(), span)?;
                    let items = parts.iter().map(|part| part(context)).collect::<Result<_, _>>()?;
                    context.at(Value::list(items).bounded(), span)
                })
            }
            Kind::Macro(call)
                if matches!(call.kind, MacroKind::Map | MacroKind::Filter | MacroKind::TransformList) =>
            {
                self.collect_list(id, call)
            }
            _ => self.interpreted(id),
        }
    }

    fn arithmetic(&mut self, id: NodeId, op: BinaryOp, lhs: NodeId, rhs: NodeId) -> Compute {
        let span = self.span(id);
        let (lhs, rhs) = (self.value(lhs), self.value(rhs));
        Box::new(move |context| {
            let lhs = lhs(context)?;
            let rhs = rhs(context)?;
            let result = interpret::apply(op, lhs, rhs, &mut context.scratch.runtime.meter);
            context.at(result, span)
        })
    }

    /// What a call calls; `None` for the calls that do not evaluate all of their arguments.
    pub(super) fn callee(
        &self,
        function: &str,
        target: Option<NodeId>,
        args: &[NodeId],
        leading_dot: bool,
    ) -> Option<Callee> {
        let chain = target
            .and_then(|target| Chain::of(self.ast, target))
            .filter(|chain| chain.leading_dot || !self.scope.iter().any(|local| **local == *chain.root()));
        let global = match (&chain, target) {
            (Some(chain), _) => Some((format!("{}.{function}", chain.names.join(".")), chain.leading_dot)),
            (None, None) => Some((function.to_owned(), leading_dot)),
            (None, Some(_)) => None,
        };
        let found = global.and_then(|(name, dot)| {
            names::candidates(&self.env.container, &name, dot)
                .filter_map(|full| Functions::find(self.env, &full))
                .find(|functions| functions.has_style(false))
        });
        if let Some(functions) = found {
            return Some(Callee::Global(functions));
        }
        if self.env.profile == Profile::Full && args.len() == 1 && matches!(function, "or" | "orValue") {
            return None;
        }
        Some(match (Functions::find(self.env, function), target) {
            (Some(functions), Some(_)) => Callee::Member(functions),
            (Some(functions), None) => Callee::Global(functions),
            (None, _) => Callee::Unknown(function.to_owned()),
        })
    }

    fn call(&mut self, id: NodeId) -> Compute {
        let ast = self.ast;
        let span = ast.span(id);
        let Kind::Call { function, target, args, leading_dot } = ast.kind(id) else {
            return self.interpreted(id);
        };
        let Some(callee) = self.callee(&function.text, *target, args, *leading_dot) else {
            return self.interpreted(id);
        };
        if let Some(size) = self.size(&callee, &function.text, target.iter().chain(args), span) {
            return size;
        }
        let receiver = match &callee {
            Callee::Global(_) => None,
            Callee::Member(_) | Callee::Unknown(_) => *target,
        };
        let mut parts: Vec<Compute> = receiver.iter().chain(args).map(|part| self.value(*part)).collect();
        let (functions, member) = match callee {
            Callee::Global(functions) => (functions, false),
            Callee::Member(functions) => (functions, true),
            Callee::Unknown(name) => {
                return Box::new(move |context| {
                    arguments(&parts, context)?;
                    context.fail(EvalErrorKind::UnknownFunction(name.as_str().into()), span)
                });
            }
        };
        if parts.len() == 1
            && let Some(only) = parts.pop()
        {
            return Box::new(move |context| {
                let args = [only(context)?];
                let result = functions.call(member, &args, &mut context.scratch.runtime);
                context.at(result, span)
            });
        }
        Box::new(move |context| {
            let args = arguments(&parts, context)?;
            let result = functions.call(member, &args, &mut context.scratch.runtime);
            context.at(result, span)
        })
    }

    /// `size(x)` and `x.size()` where `x` lies somewhere: it need not be taken from there.
    fn size<'n>(
        &mut self,
        callee: &Callee,
        function: &str,
        parts: impl Iterator<Item = &'n NodeId>,
        span: Span,
    ) -> Option<Compute> {
        let (Callee::Global(functions) | Callee::Member(functions)) = callee else { return None };
        let parts: Vec<&NodeId> = parts.collect();
        let ([only], "size", true) = (parts.as_slice(), function, functions.is_standard()) else {
            return None;
        };
        let place = self.place(**only)?;
        let functions = functions.clone();
        let member = matches!(callee, Callee::Member(_));
        Some(Box::new(move |context| {
            let size = place.with(context, span, |value, meter| match value {
                Value::List(list) => Ok(Ok(int_of(list.len()))),
                Value::Map(map) => Ok(Ok(int_of(map.len()))),
                Value::String(text) => {
                    meter.spend(value.weight())?;
                    Ok(Ok(int_of(text.chars().count())))
                }
                other => Ok(Err(other.clone())),
            })?;
            let result = size.or_else(|other| functions.call(member, &[other], &mut context.scratch.runtime));
            context.at(result, span)
        }))
    }

    /// Leaves a node to the interpreter.
    pub(super) fn interpreted(&mut self, id: NodeId) -> Compute {
        let mut names = FxHashMap::default();
        let mut bound = self.scope.clone();
        self.names_below(id, &mut bound, &mut names);
        let ast = match &self.kept {
            Some(ast) => Arc::clone(ast),
            None => Arc::clone(self.kept.insert(Arc::new(self.ast.clone()))),
        };
        let env = Arc::clone(self.env);
        let scope = self.scope.clone();
        Box::new(move |context| {
            let locals = context.scratch.locals.iter().map(|bound| bound.get().clone());
            let locals = scope.iter().cloned().zip(locals).collect();
            let activation = RowActivation { names: &names, row: context.row };
            interpret::part((&ast, id), &env, &activation, locals, &mut context.scratch.runtime)
                .or_else(|error| context.fail_with(Fault::Other(Box::new(error))))
        })
    }

    /// The slots that the variables below a node have. `bound` are the names that macros bind there.
    fn names_below(&mut self, id: NodeId, bound: &mut Vec<Arc<str>>, found: &mut FxHashMap<Arc<str>, usize>) {
        let ast = self.ast;
        if let Some(chain) = Chain::of(ast, id)
            && (chain.leading_dot || !bound.iter().any(|name| **name == *chain.root()))
        {
            let scope = std::mem::take(&mut self.scope);
            if let Some(Root::Slot { slot, .. }) = self.resolve(&chain, ast.span(id))
                && let Some(name) = self.slots.get_index(slot)
            {
                found.insert(Arc::clone(name), slot);
            }
            self.scope = scope;
        }
        let Kind::Macro(call) = ast.kind(id) else {
            for child in ast.children(id) {
                self.names_below(child, bound, found);
            }
            return;
        };
        // The namespace `cel` is no variable.
        let namespaced = matches!(call.kind, MacroKind::Bind | MacroKind::Block | MacroKind::BlockIndex);
        for target in call.target.iter().filter(|_| !namespaced) {
            self.names_below(*target, bound, found);
        }
        let outside = usize::from(call.kind == MacroKind::Bind);
        for arg in call.args.iter().take(outside) {
            self.names_below(*arg, bound, found);
        }
        let before = bound.len();
        bound.extend(call.vars.iter().map(|name| Arc::clone(&name.text)));
        for arg in call.args.iter().skip(outside) {
            self.names_below(*arg, bound, found);
        }
        bound.truncate(before);
    }
}

fn constant(value: Value) -> Place {
    Place { root: Root::Constant(value), steps: Vec::new() }
}

fn arguments(parts: &[Compute], context: &mut Context<'_>) -> Result<Vec<Value>, Failed> {
    parts.iter().map(|part| part(context)).collect()
}

/// The slots of a row by their names.
struct RowActivation<'r> {
    names: &'r FxHashMap<Arc<str>, usize>,
    row: &'r [Option<&'r Value>],
}

impl Activation for RowActivation<'_> {
    fn variable(&self, name: &str) -> Option<Value> {
        let slot = self.names.get(name)?;
        self.row.get(*slot).copied().flatten().cloned()
    }
}
