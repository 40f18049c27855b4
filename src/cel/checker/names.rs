//! Names and short texts for messages: what looks like what, and how a node can be quoted.

use std::sync::Arc;

use super::super::Span;
use super::super::ast::{Ast, Kind, Literal, NodeId, UnaryOp};
use super::Edits;

/// Longer texts are not quoted in messages.
const MAX_TEXT: usize = 60;
/// More suggestions than that help nobody.
const MAX_SUGGESTIONS: usize = 3;

/// The names that `name` may be a slip of, nearest first.
pub(super) fn nearest<'n>(name: &str, among: impl Iterator<Item = &'n Arc<str>>) -> Vec<Arc<str>> {
    let folded = fold(name);
    let mut near: Vec<(usize, &Arc<str>)> = among
        .filter(|other| &***other != name)
        .filter_map(|other| Some((distance(&folded, &fold(other))?, other)))
        .collect();
    near.sort();
    near.dedup();
    let best = near.first().map_or(0, |(distance, _)| *distance);
    near.into_iter()
        .filter(|(distance, _)| *distance == best)
        .take(MAX_SUGGESTIONS)
        .map(|(_, other)| Arc::clone(other))
        .collect()
}

/// How far apart two folded names are, if they are near: about a slip in three letters.
pub(super) fn distance(a: &str, b: &str) -> Option<usize> {
    let (short, long) = (a.chars().count().min(b.chars().count()), a.chars().count().max(b.chars().count()));
    let bound = match long {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    if long - short > bound || long > 64 {
        return None;
    }
    let distance = strsim::osa_distance(a, b);
    (distance <= bound).then_some(distance)
}

/// Case, `_` and `-` are the commonest slips and count for nothing.
pub(super) fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Whether a name is another but for case, `_` and `-`, or a single slip in a name of some length: then nothing else can be
/// meant.
pub(in crate::cel) fn is_slip(name: &str, meant: &str) -> bool {
    let (name, meant) = (fold(name), fold(meant));
    name == meant || (meant.chars().count() >= 4 && distance(&name, &meant) == Some(1))
}

/// The fix that puts another name there.
pub(super) fn rename(to: &str, span: Span) -> Option<Edits> {
    Some(vec![(span, to.to_owned())])
}

/// A name or a path of names, dots between them.
pub(super) fn dotted_path(ast: &Ast, id: NodeId) -> Option<Arc<str>> {
    super::scope::path(ast, id).map(|path| path.dotted().into())
}

/// The text of a name, a path or a literal, as short as messages need it.
pub(super) fn short_text(ast: &Ast, id: NodeId) -> Option<String> {
    let text = match ast.kind(id) {
        Kind::Literal(literal) => literal_text(literal)?,
        Kind::Unary { op, operand, .. } => {
            let Kind::Literal(literal) = ast.kind(*operand) else { return None };
            let op = if *op == UnaryOp::Not { "!" } else { "-" };
            format!("{op}{}", literal_text(literal)?)
        }
        Kind::Ident { .. } | Kind::Select { .. } => {
            let path = super::scope::path(ast, id)?;
            format!("{}{}", if path.leading_dot { "." } else { "" }, path.dotted())
        }
        Kind::Index { operand, index, optional: false } => {
            format!("{}[{}]", dotted_path(ast, *operand)?, short_literal(ast, *index)?)
        }
        Kind::Call { function, target: Some(target), args, .. } if args.is_empty() => {
            format!("{}.{}()", dotted_path(ast, *target)?, function.text)
        }
        _ => return None,
    };
    (text.chars().count() <= MAX_TEXT).then_some(text)
}

fn short_literal(ast: &Ast, id: NodeId) -> Option<String> {
    if let Kind::Literal(literal) = ast.kind(id) { literal_text(literal) } else { None }
}

/// A literal as CEL would have it.
pub(super) fn literal_text(literal: &Literal) -> Option<String> {
    Some(match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Uint(value) => format!("{value}u"),
        Literal::Double(value) => format!("{value:?}"),
        Literal::String(text) if text.value.len() <= 2 * MAX_TEXT => quoted(&text.value),
        Literal::String(_) | Literal::Bytes(_) => return None,
    })
}

/// A string literal of that value.
pub(super) fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if c.is_control() => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::nearest;
    use std::sync::Arc;

    fn among(name: &str, names: &[&str]) -> Vec<String> {
        let names: Vec<Arc<str>> = names.iter().map(|n| Arc::from(*n)).collect();
        nearest(name, names.iter()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        assert_eq!(among("teir", &["tier", "region"]), ["tier"]);
        assert_eq!(among("Tier", &["tier"]), ["tier"]);
        assert_eq!(among("request-count", &["request_count", "requests"]), ["request_count"]);
        assert_eq!(among("scores", &["score", "store"]), ["score"]);
        assert!(among("a", &["b"]).is_empty());
        assert!(among("plan", &["tier"]).is_empty());
    }
}
