//! An expanded tree as text that names the kind of each node, as the test tables of the reference implementation do.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{Expanded, Expr, ExprId};
use crate::cel::ast::Literal;

enum Part<'a> {
    Text(Cow<'a, str>),
    Node(ExprId),
}

impl Expanded {
    /// The tree with the kind of each node behind a `^`, without white space between its parts.
    pub fn debug(&self) -> String {
        let mut out = String::new();
        // Last first, so that no depth of the tree is a depth of calls.
        let mut todo = vec![Part::Node(self.root)];
        while let Some(part) = todo.pop() {
            match part {
                Part::Text(text) => out.push_str(&text),
                Part::Node(id) => todo.extend(self.parts(id).into_iter().rev()),
            }
        }
        out
    }

    fn parts(&self, id: ExprId) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        let text = |text: &'static str| Part::Text(text.into());
        let kind = match self.expr(id) {
            Expr::Const(literal) => {
                parts.push(Part::Text(show(literal).into()));
                constant(literal)
            }
            Expr::Ident(name) => {
                parts.push(Part::Text((&**name).into()));
                "Expr_IdentExpr"
            }
            Expr::Select { operand, field, test_only } => {
                parts.extend([Part::Node(*operand), text("."), Part::Text((&**field).into())]);
                if *test_only {
                    parts.push(text("~test-only~"));
                }
                "Expr_SelectExpr"
            }
            Expr::Call { function, target, args } => {
                if let Some(target) = target {
                    parts.extend([Part::Node(*target), text(".")]);
                }
                parts.push(Part::Text((&**function).into()));
                parts.push(text("("));
                for (at, arg) in args.iter().enumerate() {
                    parts.extend((at > 0).then_some(text(",")));
                    parts.push(Part::Node(*arg));
                }
                parts.push(text(")"));
                "Expr_CallExpr"
            }
            Expr::List(elements) => {
                parts.push(text("["));
                for (at, (element, _)) in elements.iter().enumerate() {
                    parts.extend((at > 0).then_some(text(",")));
                    parts.push(Part::Node(*element));
                }
                parts.push(text("]"));
                "Expr_ListExpr"
            }
            Expr::Map(entries) => {
                parts.push(text("{"));
                for (at, (key, value, optional)) in entries.iter().enumerate() {
                    parts.extend((at > 0).then_some(text(",")));
                    parts.extend(optional.then_some(text("?")));
                    parts.extend([Part::Node(*key), text(":"), Part::Node(*value)]);
                    parts.push(text("^*expr.Expr_CreateStruct_Entry"));
                }
                parts.push(text("}"));
                "Expr_StructExpr"
            }
            Expr::Struct(name, fields) => {
                parts.extend([Part::Text((&**name).into()), text("{")]);
                for (at, (field, value, optional)) in fields.iter().enumerate() {
                    parts.extend((at > 0).then_some(text(",")));
                    parts.extend(optional.then_some(text("?")));
                    parts.extend([Part::Text((&**field).into()), text(":"), Part::Node(*value)]);
                    parts.push(text("^*expr.Expr_CreateStruct_Entry"));
                }
                parts.push(text("}"));
                "Expr_StructExpr"
            }
            Expr::Comprehension(fold) => {
                parts.extend([
                    text("__comprehension__(//Variable"),
                    Part::Text((&*fold.var).into()),
                    text(","),
                ]);
                if let Some(var2) = &fold.var2 {
                    parts.extend([Part::Text((&**var2).into()), text(",")]);
                }
                parts.extend([text("//Target"), Part::Node(fold.range), text(",//Accumulator")]);
                parts.extend([
                    Part::Text((&*fold.accumulator).into()),
                    text(",//Init"),
                    Part::Node(fold.init),
                ]);
                parts.extend([text(",//LoopCondition"), Part::Node(fold.condition)]);
                parts.extend([text(",//LoopStep"), Part::Node(fold.step)]);
                parts.extend([text(",//Result"), Part::Node(fold.result), text(")")]);
                "Expr_ComprehensionExpr"
            }
            Expr::Error => {
                parts.push(text("*error*"));
                "ErrorExpr"
            }
        };
        parts.extend([text("^*expr."), text(kind)]);
        parts
    }
}

fn constant(literal: &Literal) -> &'static str {
    match literal {
        Literal::Null => "Constant_NullValue",
        Literal::Bool(_) => "Constant_BoolValue",
        Literal::Int(_) => "Constant_Int64Value",
        Literal::Uint(_) => "Constant_Uint64Value",
        Literal::Double(_) => "Constant_DoubleValue",
        Literal::String(_) => "Constant_StringValue",
        Literal::Bytes(_) => "Constant_BytesValue",
    }
}

/// A literal as the reference implementation shows it.
pub(crate) fn show(literal: &Literal) -> String {
    match literal {
        Literal::Double(value) => double(*value),
        Literal::String(text) => quote(&text.value),
        Literal::Bytes(bytes) => format!("b\"{}\"", String::from_utf8_lossy(bytes)),
        other => crate::cel::print::print_literal(other),
    }
}

/// The shortest digits, in exponent form where the exponent is below -4 or above 20.
fn double(value: f64) -> String {
    let exponent_form = format!("{value:e}");
    let (digits, exponent) = exponent_form.split_once('e').unwrap_or((&exponent_form, "0"));
    match exponent.parse::<i32>() {
        Ok(e) if (-4..21).contains(&e) => format!("{value}"),
        Ok(e) => format!("{digits}e{}{:02}", if e < 0 { '-' } else { '+' }, e.abs()),
        Err(_) => exponent_form,
    }
}

fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let short = match c {
            '"' | '\\' => Some(c),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            '\u{7}' => Some('a'),
            '\u{8}' => Some('b'),
            '\u{b}' => Some('v'),
            '\u{c}' => Some('f'),
            _ => None,
        };
        let code = u32::from(c);
        // Writing to a string does not fail.
        let _ = match short {
            Some(letter) => write!(out, "\\{letter}"),
            None if code < 0x20 || code == 0x7f => write!(out, "\\x{code:02x}"),
            None if c.is_control() || super::super::lexer::invisible(c) => write!(out, "\\u{code:04x}"),
            None => write!(out, "{c}"),
        };
    }
    out.push('"');
    out
}
