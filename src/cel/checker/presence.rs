//! Which variables and keys may be absent where an expression reads them.

use std::sync::Arc;

use indexmap::IndexSet;

use super::super::ast::{Ast, BinaryOp, Kind, Literal, LogicalOp, Macro, MacroKind, NodeId, UnaryOp};
use super::super::env::Env;
use super::super::types::Type;
use super::{Checked, Reference, literals, names};

/// More keys are not remembered at once; those beyond are taken as unknown.
const MAX_KNOWN: usize = 256;
/// Longer keys are neither remembered nor told apart.
const MAX_KEY: usize = 300;

/// The reads of variables, fields and keys that nothing promises to be there when they are evaluated: not `required`,
/// no `has(…)` or `in` before them, no read of the same key. Each with its key as it is written.
///
/// ```
/// use irc::cel::types::{Field, Type};
/// use irc::cel::{Env, check, checker::may_be_absent, parse};
///
/// let mut env = Env::default();
/// let limits = Field { required: true, ..Field::new(Type::map(Type::String, Type::Int)) };
/// env.variables.insert("limits".into(), limits);
///
/// let (ast, _) = parse("has(limits.rpm) && limits.rpm > 5 || limits.tpm > 9", &Default::default());
/// let (checked, _) = check(&ast, &env);
/// let absent: Vec<String> = may_be_absent(&ast, &checked, &env).iter().map(|(_, key)| key.to_string()).collect();
/// assert_eq!(absent, ["limits.tpm"]);
/// ```
pub fn may_be_absent(ast: &Ast, checked: &Checked, env: &Env) -> Vec<(NodeId, Arc<str>)> {
    let mut search = Search { ast, checked, env, keys: IndexSet::new(), found: Vec::new(), depth: 0 };
    search.walk(ast.root(), Known::default());
    search.found
}

/// Keys that are there, as sorted positions in [`Search::keys`].
#[derive(Clone, Default)]
struct Known(Vec<usize>);

impl Known {
    fn holds(&self, key: usize) -> bool {
        self.0.binary_search(&key).is_ok()
    }

    fn learn(&mut self, key: usize) {
        if let (Err(at), true) = (self.0.binary_search(&key), self.0.len() < MAX_KNOWN) {
            self.0.insert(at, key);
        }
    }

    fn both(&self, other: &Known) -> Known {
        Known(self.0.iter().copied().filter(|key| other.holds(*key)).collect())
    }
}

/// What is known behind an expression: if it came out true, and if false (or anything else).
struct After {
    yes: Known,
    no: Known,
}

impl After {
    fn either(known: Known) -> Self {
        Self { yes: known.clone(), no: known }
    }

    fn merged(self) -> Known {
        self.yes.both(&self.no)
    }
}

struct Search<'a> {
    ast: &'a Ast,
    checked: &'a Checked,
    env: &'a Env,
    keys: IndexSet<String>,
    found: Vec<(NodeId, Arc<str>)>,
    depth: usize,
}

impl Search<'_> {
    fn walk(&mut self, id: NodeId, known: Known) -> After {
        if self.depth >= self.env.limits.depth {
            return After::either(known);
        }
        self.depth += 1;
        let after = self.node(id, known);
        self.depth -= 1;
        after
    }

    /// Evaluates several one after the other, whatever comes of each.
    fn all(&mut self, ids: impl IntoIterator<Item = NodeId>, known: Known) -> Known {
        ids.into_iter().fold(known, |known, id| self.walk(id, known).merged())
    }

    fn node(&mut self, id: NodeId, known: Known) -> After {
        match self.ast.kind(id) {
            Kind::Ident { name, .. } => {
                let variable = match self.checked.reference(id) {
                    Some(Reference::Variable { name, .. }) => Arc::clone(name),
                    Some(_) => return After::either(known),
                    None => Arc::clone(&name.text),
                };
                let required = self.env.variables.get(&variable).is_some_and(|field| field.required);
                self.read(id, required, known)
            }
            Kind::Select { operand, field, optional } => {
                if let Some(Reference::Variable { name, .. }) = self.checked.reference(id) {
                    let required = self.env.variables.get(name).is_some_and(|field| field.required);
                    return self.read(id, required, known);
                }
                let known = self.walk(*operand, known).merged();
                let required = *optional || self.is_required(*operand, &field.text);
                self.read(id, required, known)
            }
            Kind::Index { operand, index, optional } => {
                let known = self.all([*operand, *index], known);
                let Some(key) = literals::string(self.ast, *index) else { return After::either(known) };
                let required = *optional || self.is_required(*operand, &key);
                self.read(id, required, known)
            }
            Kind::Unary { op: UnaryOp::Not, operand, .. } => {
                let After { yes, no } = self.walk(*operand, known);
                After { yes: no, no: yes }
            }
            Kind::Binary { op: BinaryOp::In, lhs, rhs, .. } => {
                let known = self.all([*lhs, *rhs], known);
                let mut yes = known.clone();
                if let Some(key) = literals::string(self.ast, *lhs)
                    && let Some(container) = key_of(self.ast, *rhs)
                {
                    let key = self.number(format!("{container}.{key}"));
                    yes.learn(key);
                }
                After { yes, no: known }
            }
            Kind::Logical { op, operands, .. } => self.logical(*op, operands, known),
            Kind::Ternary { condition, then, otherwise, .. } => {
                let After { yes, no } = self.walk(*condition, known);
                let then = self.walk(*then, yes);
                let otherwise = self.walk(*otherwise, no);
                After { yes: then.yes.both(&otherwise.yes), no: then.no.both(&otherwise.no) }
            }
            Kind::Call { target, args, .. } => {
                // The target of a namespaced function is no value.
                let target = target.filter(|target| !self.is_namespace(id, *target));
                After::either(self.all(target.into_iter().chain(args.iter().copied()), known))
            }
            Kind::Macro(call) => self.macro_call(call, known),
            _ => After::either(self.all(self.ast.children(id), known)),
        }
    }

    fn is_namespace(&self, call: NodeId, target: NodeId) -> bool {
        match (self.checked.reference(call), names::dotted_path(self.ast, target)) {
            (Some(Reference::Function { name, .. }), Some(path)) => {
                name.strip_prefix(&*path).is_some_and(|rest| rest.starts_with('.'))
            }
            _ => false,
        }
    }

    fn logical(&mut self, op: LogicalOp, operands: &[NodeId], known: Known) -> After {
        let mut go_on = known;
        let mut stop: Option<Known> = None;
        for operand in operands {
            let After { yes, no } = self.walk(*operand, go_on);
            let (on, out) = if op == LogicalOp::And { (yes, no) } else { (no, yes) };
            go_on = on;
            stop = Some(stop.map_or_else(|| out.clone(), |stop| stop.both(&out)));
        }
        let stop = stop.unwrap_or_default();
        match op {
            LogicalOp::And => After { yes: go_on, no: stop },
            LogicalOp::Or => After { yes: stop, no: go_on },
        }
    }

    fn macro_call(&mut self, call: &Macro, known: Known) -> After {
        match call.kind {
            MacroKind::Has => {
                let Some(select) = call.args.first().copied() else { return After::either(known) };
                let Kind::Select { operand, .. } = self.ast.kind(select) else {
                    return After::either(known);
                };
                let known = self.walk(*operand, known).merged();
                let mut yes = known.clone();
                if let Some(key) = key_of(self.ast, select) {
                    let key = self.number(key);
                    yes.learn(key);
                }
                After { yes, no: known }
            }
            MacroKind::Bind | MacroKind::Block => {
                let known = self.all(call.args.iter().copied().take(1), known);
                match call.args.get(1) {
                    Some(body) => self.scoped(call, *body, known),
                    None => After::either(known),
                }
            }
            _ => {
                let known = self.all(call.target, known);
                // The steps may never run: what they read is not known behind them.
                let mut inside = known.clone();
                for arg in &call.args {
                    inside = self.scoped(call, *arg, inside).yes;
                }
                After::either(known)
            }
        }
    }

    /// A part in which a macro's variables hide what had their names.
    fn scoped(&mut self, call: &Macro, body: NodeId, mut known: Known) -> After {
        let hidden = |key: &str| {
            let root = key.split(['.', '[']).next().unwrap_or(key);
            call.vars.iter().any(|var| *var.text == *root)
        };
        let before = known.clone();
        known.0.retain(|key| !self.keys.get_index(*key).is_some_and(|key| hidden(key)));
        let mut after = self.walk(body, known);
        for known in [&mut after.yes, &mut after.no] {
            known.0.retain(|key| !self.keys.get_index(*key).is_some_and(|key| hidden(key)));
            for key in &before.0 {
                known.learn(*key);
            }
        }
        after
    }

    fn read(&mut self, id: NodeId, required: bool, mut known: Known) -> After {
        let Some(text) = key_of(self.ast, id) else {
            if !required {
                let field = match self.ast.kind(id) {
                    Kind::Select { field, .. } => Arc::clone(&field.text),
                    _ => "…".into(),
                };
                self.found.push((id, field));
            }
            return After::either(known);
        };
        if !required {
            let key = self.number(text.clone());
            if !known.holds(key) {
                self.found.push((id, text.into()));
                known.learn(key);
            }
        }
        After::either(known)
    }

    fn is_required(&self, operand: NodeId, field: &str) -> bool {
        match self.checked.type_of(operand).unwrapped() {
            Type::Record(record) => record.fields.get(field).is_some_and(|field| field.required),
            // Of an optional, an absent field is no error; an error is reported already.
            Type::Optional(_) | Type::Error => true,
            _ => false,
        }
    }

    fn number(&mut self, key: String) -> usize {
        self.keys.insert_full(key).0
    }
}

/// What is read, as text that is the same wherever the same is read: `account.plan`, `messages.last().name`.
fn key_of(ast: &Ast, id: NodeId) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut length = 0;
    let mut at = id;
    loop {
        let part = match ast.kind(at) {
            Kind::Ident { name, .. } => {
                parts.push(name.text.to_string());
                parts.reverse();
                return Some(parts.concat());
            }
            Kind::Select { operand, field, .. } => {
                at = *operand;
                format!(".{}", field.text)
            }
            Kind::Index { operand, index, .. } => {
                at = *operand;
                match literals::literal(ast, *index)? {
                    Literal::String(key) => format!(".{}", key.value),
                    other => format!("[{}]", names::literal_text(other)?),
                }
            }
            Kind::Call { function, target, args, .. } => {
                at = (*target)?;
                let args: Option<Vec<String>> =
                    args.iter().map(|arg| names::literal_text(literals::literal(ast, *arg)?)).collect();
                format!(".{}({})", function.text, args?.join(", "))
            }
            _ => return None,
        };
        length += part.len();
        if length > MAX_KEY {
            return None;
        }
        parts.push(part);
    }
}
