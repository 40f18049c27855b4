//! The words for what the checker finds.

use super::check::{CheckKind, NumberUse, Operand};
use super::check_phrases::{
    a, ambiguous_help, ambiguous_number, ambiguous_outcome, arguments, arguments_help, bool_help,
    did_you_mean, foreign_help, impossible_help, is_a, is_known, kinds, listed, mismatch, mismatch_help,
    no_fields_help, no_index, no_operator, null_side, operator_help, shown_name, subject,
};
use super::foreign;
use crate::cel::Span;
use crate::cel::checker::calls::is_macro;
use crate::cel::checker::{Conflict, Suspicious};
use crate::cel::env::Profile;
use crate::cel::re2::grouped;

impl CheckKind {
    /// Says what is wrong: one line, no full stop.
    pub fn message(&self) -> String {
        match self {
            CheckKind::Undeclared { name, .. } => match foreign::name(name) {
                Some(instead) => format!("CEL writes `{instead}`, not `{name}`"),
                None => format!("`{name}` is not declared"),
            },
            CheckKind::UnknownFunction { name, receiver: Some(_), .. } if is_macro(name) => {
                format!("`{name}` takes a name for the element, and what is asked of it")
            }
            CheckKind::UnknownFunction { name, receiver, .. } => match receiver {
                Some(Operand { ty, .. }) if is_known(ty) => format!("{} has no function `{name}`", a(ty)),
                _ => format!("there is no function `{name}`"),
            },
            CheckKind::OtherProfile { name, .. } => {
                format!("{} not available in the router profile", shown_name(name))
            }
            CheckKind::UnknownMessage { name } => format!("there is no message type `{name}`"),
            CheckKind::UnknownField { record, field, .. } => format!("`{record}` has no field `{field}`"),
            CheckKind::NoFields { operand, field } => {
                format!("{} has no field `{field}`", subject(operand))
            }
            CheckKind::Mismatch { op, left, right, .. } => mismatch(op, left, right),
            CheckKind::NoOperator { op: "[]", operands, .. } => no_index(operands),
            CheckKind::NoOperator { op, operands, .. } => no_operator(op, operands),
            CheckKind::NegativeIndex { index, .. } => format!("a list has no item {index}"),
            CheckKind::NotBool { of, operand, .. } => {
                format!("`{of}` needs a bool, {}", is_a(operand))
            }
            CheckKind::Branches { then, otherwise } => {
                format!("`?:` gives {} or {}", a(&then.ty), a(&otherwise.ty))
            }
            CheckKind::Arguments { function, fault, given, signatures } => {
                arguments(function, *fault, given, signatures)
            }
            CheckKind::NotIterable { name, operand } => {
                format!("`{name}` goes over lists and maps, {}", is_a(operand))
            }
            CheckKind::NotEntries { name, operand } => {
                format!("`{name}` makes a map of small maps, {}", is_a(operand))
            }
            CheckKind::NotOptional { of: None, operand } => {
                format!("behind `?` stands an optional, {}", is_a(operand))
            }
            CheckKind::NotOptional { of: Some(of), operand } => {
                format!("`{of}` needs an optional, {}", is_a(operand))
            }
            CheckKind::ChainedComparison { .. } => "comparisons cannot be chained".to_owned(),
            CheckKind::AmbiguousNumber { number, how } => ambiguous_number(number, how),
            CheckKind::ImpossibleValue { path, value, op, .. } => match *op {
                "!=" => format!("`{path}` always differs from `{value}`"),
                _ => format!("`{path}` is never `{value}`"),
            },
            CheckKind::InvalidRegex { message, .. } => message.clone(),
            CheckKind::BackspaceInRegex => {
                "`\\b` in this string is a backspace, not a word boundary".to_owned()
            }
            CheckKind::TooDeep { limit } => format!("the expression nests deeper than {limit} levels"),
            CheckKind::TooManyComprehensions { limit } => {
                format!("more than {limit} comprehensions stand in one another")
            }
            CheckKind::TooManyRegexes { limit } => {
                let limit = grouped(limit);
                format!("up to here the regular expressions take more than {limit} bytes to compile")
            }
            CheckKind::TooComplex { parts, depth } => {
                format!("a type in this expression has more than {parts} parts or {depth} levels")
            }
        }
    }

    /// Says what happens when it is evaluated, where that is not plain.
    pub fn note(&self) -> Option<String> {
        Some(match self {
            CheckKind::Mismatch { left, right, .. } if left.ty.is_numeric() && right.ty.is_numeric() => {
                "where types are checked, numbers of different types are compared after a conversion only"
                    .to_owned()
            }
            CheckKind::Mismatch { op: "==", left, right, .. } if null_side(left, right).is_none() => {
                "values of different types are unequal, so this is false for every value".to_owned()
            }
            CheckKind::Mismatch { op: "!=", left, right, .. } if null_side(left, right).is_none() => {
                "values of different types are unequal, so this is true for every value".to_owned()
            }
            CheckKind::Mismatch { op: "in", .. } => {
                "values of different types are unequal, so this is false for every value".to_owned()
            }
            CheckKind::NoOperator { .. }
            | CheckKind::NegativeIndex { .. }
            | CheckKind::NotBool { .. }
            | CheckKind::Arguments { .. } => "evaluating this is an error".to_owned(),
            CheckKind::ImpossibleValue { op: "!=", .. } => "this comparison is always true".to_owned(),
            CheckKind::ImpossibleValue { op: "==", .. } => "this comparison is always false".to_owned(),
            CheckKind::ImpossibleValue { .. } => "this element of the list never matches".to_owned(),
            CheckKind::ChainedComparison { .. } => {
                "the first comparison gives a bool, and the second compares that bool".to_owned()
            }
            CheckKind::AmbiguousNumber { how, .. } => ambiguous_outcome(how),
            CheckKind::InvalidRegex { .. } => "matching an invalid pattern is an error".to_owned(),
            CheckKind::BackspaceInRegex => {
                "the pattern matches only texts with that control character".to_owned()
            }
            CheckKind::UnknownField { .. } => "reading a field that is absent is an error".to_owned(),
            CheckKind::TooDeep { .. }
            | CheckKind::TooManyComprehensions { .. }
            | CheckKind::TooManyRegexes { .. }
            | CheckKind::TooComplex { .. } => "what is beyond this bound is not checked".to_owned(),
            _ => return None,
        })
    }

    /// Says what to write instead.
    pub fn help(&self) -> Option<String> {
        match self {
            CheckKind::Undeclared { name, suggestions, .. } => match foreign::name(name) {
                Some("null") => {
                    Some("write `null`; whether a field is there at all is asked with `has(x.y)`".to_owned())
                }
                Some(instead) => Some(format!("write `{instead}`")),
                None => did_you_mean(suggestions),
            },
            CheckKind::UnknownFunction { name, receiver: Some(receiver), .. } if is_macro(name) => {
                Some(format!("write `{}.{name}(x, …)`", receiver.text.as_deref().unwrap_or("list")))
            }
            CheckKind::UnknownFunction { name, receiver, args, suggestions, profile } => {
                did_you_mean(suggestions).or_else(|| foreign_help(name, receiver.as_ref(), args, *profile))
            }
            CheckKind::OtherProfile { name, receiver, args } => {
                foreign_help(name, receiver.as_ref(), args, Profile::Router)
            }
            CheckKind::UnknownMessage { .. } => Some("a map is written `{\"field\": value}`".to_owned()),
            CheckKind::UnknownField { suggestions, fields, .. } => {
                did_you_mean(suggestions).or_else(|| listed("its fields are", fields))
            }
            CheckKind::NoFields { operand, field } => no_fields_help(operand, field),
            CheckKind::Mismatch { left, right, meant, op } => {
                mismatch_help(op, left, right, meant.as_deref())
            }
            CheckKind::NoOperator { op, operands, meant } => operator_help(op, operands, meant.as_deref()),
            CheckKind::NegativeIndex { meant, last, .. } => Some(match meant {
                Some(meant) if *last => format!("`{meant}` is the last one"),
                Some(meant) => format!("to count from the end, write `{meant}`"),
                None => "the first item is 0; to count from the end, subtract from `size(…)`".to_owned(),
            }),
            CheckKind::NotBool { operand, meant, .. } => {
                meant.as_ref().map(|m| format!("write `{m}`")).or_else(|| bool_help(operand))
            }
            CheckKind::Branches { .. } => Some("let both sides of `:` have one type".to_owned()),
            CheckKind::Arguments { function, fault, given, signatures } => {
                arguments_help(function, *fault, given, signatures)
            }
            CheckKind::NotOptional { of, operand } => {
                let text = operand.text.as_deref().unwrap_or("x");
                let start = if of.is_none() { "leave the `?` out, or " } else { "" };
                Some(format!("{start}write `optional.of({text})`"))
            }
            CheckKind::NotEntries { .. } => Some("write each entry as `{key: value}`".to_owned()),
            CheckKind::ChainedComparison { meant, .. } => Some(match meant {
                Some(meant) => format!("write `{meant}`"),
                None => "compare twice, joined by `&&`".to_owned(),
            }),
            CheckKind::AmbiguousNumber { number, how } => Some(ambiguous_help(number, how)),
            CheckKind::ImpossibleValue { allowed, nearest, case_only, .. } => {
                impossible_help(allowed, nearest.as_ref(), *case_only)
            }
            CheckKind::InvalidRegex { help, .. } => help.clone(),
            CheckKind::BackspaceInRegex => Some("write `\\\\b`, or a raw string: `r\"\\b\"`".to_owned()),
            CheckKind::TooDeep { .. } => Some("split the expression".to_owned()),
            CheckKind::TooManyRegexes { .. } => Some(
                "use fewer patterns, smaller counts, or smaller classes such as `\\w` for `\\pL`".to_owned(),
            ),
            CheckKind::NotIterable { .. }
            | CheckKind::TooManyComprehensions { .. }
            | CheckKind::TooComplex { .. } => None,
        }
    }
}

impl CheckKind {
    /// Says what a fix does, as an order.
    pub(crate) fn fix_title(&self, edits: &[(Span, String)]) -> String {
        match (self, edits) {
            (CheckKind::ChainedComparison { .. }, _) => "compare twice".to_owned(),
            (CheckKind::NotBool { .. }, [(span, _)]) if span.start == span.end => {
                "repeat the comparison".to_owned()
            }
            (CheckKind::AmbiguousNumber { how: NumberUse::Remainder, .. }, _) => {
                "calculate with ints".to_owned()
            }
            (CheckKind::AmbiguousNumber { how: NumberUse::Arithmetic { .. }, .. }, _) => {
                "calculate with doubles".to_owned()
            }
            (CheckKind::AmbiguousNumber { .. }, _) => "convert the number".to_owned(),
            (CheckKind::BackspaceInRegex, _) => "write `\\\\b`".to_owned(),
            (_, [(_, text)]) => format!("write `{text}`"),
            _ => "write literals of the right type".to_owned(),
        }
    }
}

impl Conflict {
    /// Says what is wrong: one line, no full stop.
    pub fn message(&self) -> String {
        format!("`{}` is used as {} and as {}", self.path, kinds(self.first.2), kinds(self.second.2))
    }
}

impl Suspicious {
    /// Says what is wrong: one line, no full stop.
    pub fn message(&self) -> String {
        format!("`{}` is used only here and looks like `{}`", self.name, self.near)
    }
}
