//! A tree as text: one spelling for each expression, with no more parentheses than it needs.
//!
//! In: an [`Ast`]. Out: text that parses to the same tree, comments and layout aside. [`Kind::Error`] comes out as
//! `<error>`, which does not parse. The work is on a list, not on the thread's stack.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::ast::{Ast, Kind, Literal, LogicalOp, Macro, MacroKind, Name, NodeId, UnaryOp};
use super::lexer::invisible;
use super::parser::is_identifier;

/// The canonical text of a tree.
pub fn print(ast: &Ast) -> String {
    print_node(ast, ast.root())
}

/// The canonical text of a part of a tree.
pub fn print_node(ast: &Ast, id: NodeId) -> String {
    let mut printer = Printer { ast, out: String::new(), todo: vec![Part::Node(id, TERNARY)] };
    while let Some(part) = printer.todo.pop() {
        match part {
            Part::Text(text) => printer.out.push_str(&text),
            Part::Node(id, least) => printer.node(id, least),
        }
    }
    printer.out
}

/// The text of a string literal.
pub fn print_string(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match (short_escape(c), c) {
            (Some(letter), _) => out.extend(['\\', letter]),
            (None, c) if c.is_control() || invisible(c) => {
                let code = u32::from(c);
                // Writing to a string does not fail.
                let _ =
                    if code > 0xFFFF { write!(out, "\\U{code:08x}") } else { write!(out, "\\u{code:04x}") };
            }
            (None, c) => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The text of a bytes literal.
pub fn print_bytes(value: &[u8]) -> String {
    let mut out = String::from("b\"");
    for &byte in value {
        let c = char::from(byte);
        match short_escape(c) {
            Some(letter) => out.extend(['\\', letter]),
            None if c.is_ascii_graphic() || c == ' ' => out.push(c),
            None => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}

fn short_escape(c: char) -> Option<char> {
    Some(match c {
        '"' | '\\' => c,
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        _ => return None,
    })
}

// How tightly each form binds; relations, sums and products lie between `AND` and `UNARY`.
const TERNARY: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const UNARY: u8 = 7;
const MEMBER: u8 = 8;

enum Part {
    Text(Cow<'static, str>),
    /// A node, in parentheses if it binds less tightly than this.
    Node(NodeId, u8),
}

struct Printer<'a> {
    ast: &'a Ast,
    out: String,
    /// What is still to be printed, last first.
    todo: Vec<Part>,
}

/// The parts of one node, in order.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn text(&mut self, text: impl Into<Cow<'static, str>>) -> &mut Self {
        self.0.push(Part::Text(text.into()));
        self
    }

    fn node(&mut self, id: NodeId, least: u8) -> &mut Self {
        self.0.push(Part::Node(id, least));
        self
    }

    fn name(&mut self, name: &Name) -> &mut Self {
        let text = name.text.to_string();
        // Names that a macro of `cel.block` made.
        let made = |prefix: &str| text.strip_prefix(prefix).map(|n| n.replace(':', ", "));
        if let Some(numbers) = made("@it:") {
            self.text(format!("cel.iterVar({numbers})"))
        } else if let Some(numbers) = made("@ac:") {
            self.text(format!("cel.accuVar({numbers})"))
        } else if is_identifier(&text) {
            self.text(text)
        } else {
            self.text(format!("`{text}`"))
        }
    }

    fn optional(&mut self, optional: bool) -> &mut Self {
        if optional { self.text("?") } else { self }
    }

    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) -> &mut Self {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.text(", ");
            }
            each(self, item);
        }
        self
    }
}

impl Printer<'_> {
    fn node(&mut self, id: NodeId, least: u8) {
        let kind = self.ast.kind(id);
        let mut parts = Parts::default();
        let grouped = level(kind) < least;
        if grouped {
            parts.text("(");
        }
        self.parts(kind, &mut parts);
        if grouped {
            parts.text(")");
        }
        self.todo.extend(parts.0.into_iter().rev());
    }

    fn parts(&self, kind: &Kind, parts: &mut Parts) {
        match kind {
            Kind::Literal(literal) => {
                parts.text(print_literal(literal));
            }
            Kind::Ident { name, leading_dot } => {
                parts.text(if *leading_dot { "." } else { "" }).text(name.text.to_string());
            }
            Kind::Select { operand, field, optional } => {
                parts.node(*operand, MEMBER).text(".").optional(*optional).name(field);
            }
            Kind::Index { operand, index, optional } => {
                parts.node(*operand, MEMBER).text("[").optional(*optional).node(*index, TERNARY).text("]");
            }
            Kind::Call { function, target, args, leading_dot } => {
                if let Some(target) = target {
                    parts.node(*target, MEMBER).text(".");
                } else if *leading_dot {
                    parts.text(".");
                }
                parts.text(function.text.to_string()).text("(");
                parts.list(args, |p, a| _ = p.node(*a, TERNARY)).text(")");
            }
            Kind::Unary { op, operand, .. } => {
                parts.text(op.symbol());
                // `-1` is a literal, and `-1.f()` calls its method.
                if *op == UnaryOp::Neg && self.begins_with_number(*operand) {
                    parts.text("(").node(*operand, TERNARY).text(")");
                } else {
                    parts.node(*operand, MEMBER);
                }
            }
            Kind::Binary { op, lhs, rhs, .. } => {
                let own = AND + op.tightness();
                parts.node(*lhs, own).text(" ").text(op.symbol()).text(" ").node(*rhs, own + 1);
            }
            Kind::Logical { op, operands, .. } => {
                let own = if *op == LogicalOp::And { AND } else { OR };
                for (at, operand) in operands.iter().enumerate() {
                    if at > 0 {
                        parts.text(" ").text(op.symbol()).text(" ");
                    }
                    parts.node(*operand, own + 1);
                }
            }
            Kind::Ternary { condition, then, otherwise, .. } => {
                parts.node(*condition, OR).text(" ? ").node(*then, OR).text(" : ").node(*otherwise, TERNARY);
            }
            Kind::List(elements) => {
                parts.text("[");
                parts.list(elements, |p, e| _ = p.optional(e.optional).node(e.value, TERNARY)).text("]");
            }
            Kind::Map(entries) => {
                parts.text("{");
                let entry = |p: &mut Parts, e: &super::ast::MapEntry| {
                    p.optional(e.optional).node(e.key, OR).text(": ").node(e.value, TERNARY);
                };
                parts.list(entries, entry).text("}");
            }
            Kind::Struct { type_name, fields } => {
                parts.text(type_name.text.to_string()).text("{");
                let field = |p: &mut Parts, f: &super::ast::FieldInit| {
                    p.optional(f.optional).name(&f.field).text(": ").node(f.value, TERNARY);
                };
                parts.list(fields, field).text("}");
            }
            Kind::Macro(m) => self.macro_parts(m, parts),
            Kind::Error => {
                parts.text("<error>");
            }
        }
    }

    fn macro_parts(&self, m: &Macro, parts: &mut Parts) {
        if let (Some(target), true) = (m.target, m.kind != MacroKind::Has) {
            parts.node(target, MEMBER).text(".");
        }
        parts.text(m.name.text.to_string()).text("(");
        parts.list(&m.vars, |p, v| _ = p.name(v));
        if !m.vars.is_empty() && !m.args.is_empty() {
            parts.text(", ");
        }
        parts.list(&m.args, |p, a| _ = p.node(*a, TERNARY)).text(")");
    }

    /// True if the text of a node begins with the digits or the sign of a number.
    fn begins_with_number(&self, mut id: NodeId) -> bool {
        loop {
            id = match self.ast.kind(id) {
                Kind::Literal(Literal::Int(_) | Literal::Double(_)) => return true,
                Kind::Select { operand, .. } | Kind::Index { operand, .. } => *operand,
                Kind::Call { target: Some(target), .. } => *target,
                Kind::Macro(Macro { target: Some(target), .. }) => *target,
                _ => return false,
            }
        }
    }
}

fn level(kind: &Kind) -> u8 {
    match kind {
        Kind::Ternary { .. } => TERNARY,
        Kind::Logical { op: LogicalOp::Or, .. } => OR,
        Kind::Logical { op: LogicalOp::And, .. } => AND,
        Kind::Binary { op, .. } => AND + op.tightness(),
        Kind::Unary { .. } => UNARY,
        _ => MEMBER,
    }
}

/// The text of a literal.
pub fn print_literal(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".into(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Uint(value) => format!("{value}u"),
        // Shortest digits that read back as the same number, with a point or an exponent.
        Literal::Double(value) => format!("{value:?}"),
        Literal::String(text) => print_string(&text.value),
        Literal::Bytes(value) => print_bytes(value),
    }
}
