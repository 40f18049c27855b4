//! What conditions look at, so that nothing else need be built.

use std::sync::Arc;

use crate::catalogue::functions::MESSAGES;
use crate::cel::Ast;
use crate::cel::ast::{Kind, Literal, Macro, MacroKind, NodeId};
use crate::cel::value::{Key, Names};
use crate::compile::Plan;

/// What some plans look at in requests.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Metadata whose values count.
    names: Names,
    /// Whether the mere presence of any other counts too, for a `metadata` block that tells what there may be.
    pub(super) all_keys: bool,
    /// Whether the variables of templates count, which somebody promises something about.
    pub(super) variables: bool,
    pub(super) messages: Fields,
}

/// What is looked at in messages.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Fields {
    /// Nothing, not even how many there are.
    #[default]
    None,
    /// Role, content and these.
    Some(Vec<Arc<str>>),
    /// They are compared or converted whole.
    All,
}

impl Needs {
    pub(super) fn of(plans: &[Plan]) -> Needs {
        let mut needs = Needs::default();
        for plan in plans {
            for slot in plan.programs.slots() {
                if *slot.name == *MESSAGES {
                    needs.messages.some();
                } else {
                    needs.names.insert(&slot.name);
                }
            }
            needs.variables |= plan.prompt_variables.is_some();
            if let Some(promises) = &plan.metadata {
                needs.all_keys = true;
                promises.declared.keys.keys().for_each(|name| needs.names.insert(name));
            }
            for condition in plan.routes.iter().filter_map(|route| route.condition.as_ref()) {
                Walk::over(&condition.expression.ast, &mut needs.messages);
            }
        }
        needs
    }

    /// A name whose value counts.
    #[inline]
    pub(super) fn find(&self, name: &[u8]) -> Option<(usize, &Key)> {
        let number = self.names.find(name)?;
        Some((number, self.name(number)?))
    }

    /// The name of a number.
    #[inline]
    pub(super) fn name(&self, number: usize) -> Option<&Key> {
        self.names.name(number)
    }
}

impl Fields {
    fn some(&mut self) {
        if *self == Fields::None {
            *self = Fields::Some(Vec::new());
        }
    }

    fn add(&mut self, field: &Arc<str>) {
        self.some();
        if let Fields::Some(fields) = self
            && !fields.contains(field)
        {
            fields.push(Arc::clone(field));
        }
    }

    /// Whether a field beside role and content counts.
    pub(super) fn hold(&self, field: &[u8]) -> bool {
        match self {
            Fields::None => false,
            Fields::Some(fields) => fields.iter().any(|known| known.as_bytes() == field),
            Fields::All => true,
        }
    }
}

/// What a part of a condition comes to, as far as messages go.
#[derive(Clone, Copy, PartialEq)]
enum Is {
    /// Messages: all or some.
    Messages,
    Message,
    Other,
}

/// Goes through a condition. Where it is not plain that only certain fields of a message are looked at, all are taken to
/// be.
struct Walk<'a> {
    ast: &'a Ast,
    /// The variables that macros bind.
    scope: Vec<(Arc<str>, Is)>,
    fields: &'a mut Fields,
}

impl Walk<'_> {
    fn over(ast: &Ast, fields: &mut Fields) {
        let mut walk = Walk { ast, scope: Vec::new(), fields };
        walk.whole(ast.root());
    }

    /// A part of which everything may count.
    fn whole(&mut self, id: NodeId) {
        if self.part(id) != Is::Other {
            *self.fields = Fields::All;
        }
    }

    fn part(&mut self, id: NodeId) -> Is {
        let ast = self.ast;
        match ast.kind(id) {
            Kind::Ident { name, leading_dot } => {
                let bound = self.scope.iter().rev().find(|(bound, _)| !leading_dot && *bound == name.text);
                match bound {
                    Some((_, is)) => *is,
                    None if *name.text == *MESSAGES => Is::Messages,
                    None => Is::Other,
                }
            }
            Kind::Select { operand, field, .. } => {
                match self.part(*operand) {
                    Is::Message => self.fields.add(&field.text),
                    Is::Messages => *self.fields = Fields::All,
                    Is::Other => {}
                }
                Is::Other
            }
            Kind::Index { operand, index, optional: false } => {
                self.whole(*index);
                match (self.part(*operand), ast.kind(*index)) {
                    (Is::Messages, _) => return Is::Message,
                    (Is::Message, Kind::Literal(Literal::String(field))) => self.fields.add(&field.value),
                    (Is::Message, _) => *self.fields = Fields::All,
                    (Is::Other, _) => {}
                }
                Is::Other
            }
            Kind::Call { function, target, args, .. } => {
                let one = match (target, args.as_slice()) {
                    (Some(one), _) => Some(*one),
                    (None, [one]) if *function.text == *"size" => Some(*one),
                    (None, _) => None,
                };
                args.iter().filter(|arg| Some(**arg) != one).for_each(|arg| self.whole(*arg));
                match (one.map(|one| self.part(one)), &*function.text) {
                    (Some(Is::Messages), "size" | "has") => {}
                    (Some(Is::Messages), "first" | "last" | "get") => return Is::Message,
                    (Some(Is::Messages | Is::Message), _) => *self.fields = Fields::All,
                    (Some(Is::Other) | None, _) => {}
                }
                Is::Other
            }
            Kind::Macro(call) => self.macro_call(call),
            _ => {
                ast.kind(id).for_each_child(|child| self.whole(child));
                Is::Other
            }
        }
    }

    fn macro_call(&mut self, call: &Macro) -> Is {
        let over = match (call.kind, call.target) {
            (
                MacroKind::All
                | MacroKind::Exists
                | MacroKind::ExistsOne
                | MacroKind::Map
                | MacroKind::Filter
                | MacroKind::TransformList,
                Some(target),
            ) => self.part(target),
            (_, target) => {
                target.into_iter().for_each(|target| self.whole(target));
                Is::Other
            }
        };
        if over == Is::Message {
            *self.fields = Fields::All;
        }
        let outside = self.scope.len();
        let last = call.vars.len().saturating_sub(1);
        for (at, variable) in call.vars.iter().enumerate() {
            let is = if over == Is::Messages && at == last { Is::Message } else { Is::Other };
            self.scope.push((Arc::clone(&variable.text), is));
        }
        call.args.iter().for_each(|arg| self.whole(*arg));
        self.scope.truncate(outside);
        if over == Is::Messages && call.kind == MacroKind::Filter { Is::Messages } else { Is::Other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cel::{ParseOptions, parse};

    fn fields(condition: &str) -> String {
        let (ast, issues) = parse(condition, &ParseOptions::full());
        assert!(issues.is_empty(), "{condition}: {issues:?}");
        let mut fields = Fields::default();
        Walk::over(&ast, &mut fields);
        match fields {
            Fields::None => "none".to_owned(),
            Fields::Some(fields) => fields.join(" "),
            Fields::All => "all".to_owned(),
        }
    }

    #[test]
    fn what_is_looked_at_in_messages() {
        let cases = [
            ("tier == 'pro'", "none"),
            ("messages.size() > 2 && size(messages) < 9 && messages.has()", "none"),
            ("messages.exists(m, m.role == 'user' && m.content.contains('x'))", "role content"),
            ("messages.filter(m, m.role == 'user').size() > 1", "role"),
            ("messages.filter(m, has(m.name)).exists(n, n.content == '')", "name content"),
            (
                "messages.last().content == messages.first().role || messages.get(1)['name'] == 'x'",
                "content role name",
            ),
            ("messages[0].content == 'x' && messages.all(i, m, i > 1 || m.name == 'y')", "content name"),
            ("messages.map(m, m.content.size())[0] > 1", "content"),
            ("messages.exists(m, tags.exists(m, m == 'x') && m.role == 'y')", "role"),
            ("tags.exists(messages, messages == 'x')", "none"),
            ("messages.last() == {}", "all"),
            ("messages.exists(m, m == null)", "all"),
            ("messages.map(m, m)[0].role == 'x'", "all"),
            ("messages == []", "all"),
            ("messages", "all"),
            ("messages.exists(m, m.exists(k, k == 'name'))", "all"),
            ("string(messages[0]) == ''", "all"),
            ("messages.last()[tier] == ''", "all"),
            ("(tier == 'x' ? messages : []).size() > 1", "all"),
            ("tags.exists(messages, .messages == [])", "all"),
            ("cel.bind(m, messages.last(), m.role == 'x')", "all"),
            ("messages.exists(m, 'name' in m)", "all"),
            ("messages.exists(m, size(m) > 2)", "all"),
            ("messages[?0].role.orValue('') == 'x'", "all"),
        ];
        for (condition, expected) in cases {
            assert_eq!(fields(condition), expected, "{condition}");
        }
    }
}
