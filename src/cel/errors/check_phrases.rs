//! Parts of sentences: types with their articles, operands as they are called, what to write instead.

use std::fmt::Write as _;
use std::sync::Arc;

use super::check::{ArgumentFault, NumberUse, Operand, Signature};
use super::foreign::{self, Instead};
use crate::cel::checker::Kinds;
use crate::cel::env::Profile;
use crate::cel::types::Type;

/// Up to that many values or fields are listed whole.
const LISTED: usize = 8;

/// A type with its article: `a string`, `an int`, `a list of strings`.
pub(super) fn a(ty: &Type) -> String {
    match ty {
        Type::Null => "null".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::Dyn | Type::Error | Type::Var(_) | Type::Param(_) => "a value of any type".to_owned(),
        Type::Wrapper(inner) => format!("{} or null", a(inner.unwrapped())),
        ty => {
            let noun = noun(ty);
            let article = match noun.chars().next() {
                Some('a' | 'e' | 'i' | 'o') => "an",
                _ => "a",
            };
            format!("{article} {noun}")
        }
    }
}

fn noun(ty: &Type) -> String {
    match ty {
        Type::List(element) => match plural(element) {
            Some(plural) => format!("list of {plural}"),
            None => "list".to_owned(),
        },
        Type::Map(..) => "map".to_owned(),
        Type::Optional(_) => "optional".to_owned(),
        ty if ty.is_type() => "type".to_owned(),
        ty => ty.to_string(),
    }
}

fn plural(ty: &Type) -> Option<String> {
    Some(match ty {
        Type::Bool
        | Type::Int
        | Type::Uint
        | Type::Double
        | Type::Number
        | Type::String
        | Type::Timestamp
        | Type::Duration => format!("{ty}s"),
        Type::Bytes => "bytes".to_owned(),
        Type::List(_) => "lists".to_owned(),
        Type::Map(..) => "maps".to_owned(),
        Type::Record(record) => format!("{}s", record.name),
        _ => return None,
    })
}

pub(super) fn kinds(kinds: Kinds) -> String {
    let names = [
        (Kinds::BOOL, "a bool"),
        (Kinds::NUMBER, "a number"),
        (Kinds::STRING, "a string"),
        (Kinds::BYTES, "bytes"),
        (Kinds::LIST, "a list"),
        (Kinds::MAP, "a map"),
        (Kinds::TIMESTAMP, "a timestamp"),
        (Kinds::DURATION, "a duration"),
        (Kinds::OTHER, "another value"),
    ];
    let held: Vec<&str> =
        names.iter().filter(|(kind, _)| kinds.meets(*kind)).map(|(_, name)| *name).collect();
    held.join(" or ")
}

pub(super) fn is_known(ty: &Type) -> bool {
    !matches!(ty, Type::Dyn | Type::Error | Type::Var(_) | Type::Param(_))
}

/// `` `score` `` or `an int`.
pub(super) fn subject(operand: &Operand) -> String {
    match &operand.text {
        Some(text) if is_known(&operand.ty) => format!("`{text}`, {},", a(&operand.ty)),
        Some(text) => format!("`{text}`"),
        None => a(&operand.ty),
    }
}

/// `` and `score` is an int `` or `and this is an int`.
pub(super) fn is_a(operand: &Operand) -> String {
    match &operand.text {
        Some(text) if operand.ty == Type::Null => format!("and this is `{text}`"),
        Some(text) => format!("and `{text}` is {}", a(&operand.ty)),
        None => format!("and this is {}", a(&operand.ty)),
    }
}

pub(super) fn did_you_mean(suggestions: &[Arc<str>]) -> Option<String> {
    let quoted: Vec<String> = suggestions.iter().map(|s| format!("`{s}`")).collect();
    (!quoted.is_empty()).then(|| format!("did you mean {}?", quoted.join(" or ")))
}

pub(super) fn listed(start: &str, values: &[Arc<str>]) -> Option<String> {
    if values.is_empty() || values.len() > LISTED {
        return None;
    }
    let quoted: Vec<String> = values.iter().map(|v| format!("`{v}`")).collect();
    Some(format!("{start} {}", quoted.join(", ")))
}

pub(super) fn shown_name(name: &str) -> String {
    match name {
        "_?._" => "`.?` is".to_owned(),
        "_[?_]" => "`[?…]` is".to_owned(),
        name => format!("`{name}` is"),
    }
}

/// The side that is `null`, and the other one.
pub(super) fn null_side<'o>(left: &'o Operand, right: &'o Operand) -> Option<&'o Operand> {
    match (&left.ty, &right.ty) {
        (_, Type::Null) => Some(left),
        (Type::Null, _) => Some(right),
        _ => None,
    }
}

pub(super) fn mismatch(op: &str, left: &Operand, right: &Operand) -> String {
    if let Some(other) = null_side(left, right).filter(|_| op != "in") {
        let text = other.text.as_ref().map_or_else(|| a(&other.ty), |text| format!("`{text}`"));
        return format!("{text} is never null");
    }
    let outcome = match op {
        "==" | "!=" if left.ty.is_numeric() && right.ty.is_numeric() => "they cannot be compared",
        "==" => "they are never equal",
        "!=" => "they always differ",
        _ => {
            let elements = match right.ty.unwrapped() {
                Type::List(element) => plural(element).map(|p| format!("the list holds {p}")),
                Type::Map(key, _) => plural(key).map(|p| format!("the keys of the map are {p}")),
                Type::Record(_) => Some("the keys of the map are strings".to_owned()),
                _ => None,
            };
            let elements = elements.unwrap_or_else(|| format!("this is {}", a(&right.ty)));
            return match &left.text {
                Some(text) => format!("`{text}` is {}, and {elements}", a(&left.ty)),
                None => format!("this looks for {}, and {elements}", a(&left.ty)),
            };
        }
    };
    match (&left.text, &right.text) {
        (Some(l), Some(r)) => format!("`{l}` is {} and `{r}` {}: {outcome}", a(&left.ty), a(&right.ty)),
        (Some(text), None) => {
            format!("`{text}` is {} and the right side {}: {outcome}", a(&left.ty), a(&right.ty))
        }
        (None, Some(text)) => {
            format!("the left side is {} and `{text}` {}: {outcome}", a(&left.ty), a(&right.ty))
        }
        (None, None) => format!("{} is compared with {}: {outcome}", a(&left.ty), a(&right.ty)),
    }
}

pub(super) fn no_operator(op: &str, operands: &[Operand]) -> String {
    match operands {
        [left, right] => match op {
            "<" | "<=" | ">" | ">=" => format!("`{op}` cannot compare {} with {}", a(&left.ty), a(&right.ty)),
            "in" => format!("`in` looks into lists and maps, {}", is_a(right)),
            _ => match plural(&left.ty).filter(|_| left.ty == right.ty) {
                Some(plural) => format!("`{op}` does not take {plural}"),
                None => format!("`{op}` does not take {} and {}", a(&left.ty), a(&right.ty)),
            },
        },
        [only] => format!("`{op}` does not take {}", a(&only.ty)),
        _ => format!("`{op}` does not take these values"),
    }
}

pub(super) fn no_index(operands: &[Operand]) -> String {
    let [container, index] = operands else { return "this cannot be indexed".to_owned() };
    match container.ty.unwrapped() {
        Type::List(_) => format!("a list is indexed by an int, {}", is_a(index)),
        Type::Map(key, _) => format!("the keys of this map are {}, {}", key_words(key), is_a(index)),
        Type::Record(_) => format!("the keys of this map are strings, {}", is_a(index)),
        _ => format!("only lists and maps are indexed, {}", is_a(container)),
    }
}

fn key_words(key: &Type) -> String {
    plural(key).unwrap_or_else(|| a(key))
}

pub(super) fn mismatch_help(
    op: &str,
    left: &Operand,
    right: &Operand,
    meant: Option<&str>,
) -> Option<String> {
    if let Some(meant) = meant {
        return Some(format!("write `{meant}`"));
    }
    if op != "in"
        && let Some(other) = null_side(left, right)
    {
        return match other.text.as_deref().filter(|_| other.path.is_some()) {
            Some(text) if text.contains('.') => {
                Some(format!("to ask whether it is there, write `has({text})`"))
            }
            _ => Some("leave the comparison out".to_owned()),
        };
    }
    if matches!(left.ty, Type::Optional(_)) != matches!(right.ty, Type::Optional(_)) {
        return Some("take the value out of the optional: `.orValue(…)`".to_owned());
    }
    for (list, element) in [(left, right), (right, left)] {
        if let (Type::List(of), "==" | "!=") = (list.ty.unwrapped(), op)
            && **of == element.ty
            && let (Some(list), Some(element)) = (&list.text, &element.text)
        {
            let membership = format!("{element} in {list}");
            let membership = if op == "==" { membership } else { format!("!({membership})") };
            return Some(format!("to look for it in the list, write `{membership}`"));
        }
    }
    conversion_help(left, right)
}

fn conversion_help(left: &Operand, right: &Operand) -> Option<String> {
    let (left_ty, right_ty) = (left.ty.unwrapped(), right.ty.unwrapped());
    for (from, from_ty, to) in [(left, left_ty, right_ty), (right, right_ty, left_ty)] {
        let function = match (from_ty, to) {
            (Type::String, Type::Timestamp) => "timestamp",
            (Type::String, Type::Duration) => "duration",
            (Type::Int | Type::Uint | Type::Number, Type::Double) => "double",
            (Type::Uint, Type::Int) => "int",
            (Type::Bool | Type::Int | Type::Uint | Type::Double | Type::Number, Type::String) => "string",
            _ => continue,
        };
        let text = from.text.as_deref().unwrap_or("…");
        // The two kinds of number are written differently.
        if (from_ty, function) == (&Type::Number, "string") {
            return Some(format!("convert one of them: `string(double({text}))`"));
        }
        return Some(format!("convert one of them: `{function}({text})`"));
    }
    None
}

pub(super) fn operator_help(op: &str, operands: &[Operand], meant: Option<&str>) -> Option<String> {
    if let Some(meant) = meant {
        return Some(format!("write `{meant}`"));
    }
    let [left, right] = operands else { return None };
    match (op, left.ty.unwrapped(), right.ty.unwrapped()) {
        ("%", Type::Double, _) | ("%", _, Type::Double) => {
            Some("`%` is for whole numbers: convert with `int(…)`".to_owned())
        }
        ("in", Type::String, Type::String) if right.path.is_some() => {
            let (part, whole) = (left.text.as_deref().unwrap_or("…"), right.text.as_deref().unwrap_or("…"));
            Some(format!("to find text in text, write `{whole}.contains({part})`"))
        }
        ("in", ..) => {
            let (value, values) =
                (left.text.as_deref().unwrap_or("x"), right.text.as_deref().unwrap_or("a, b"));
            Some(format!("put the values in brackets: `{value} in [{values}]`"))
        }
        ("[]", Type::String, _) => {
            Some("of a string use `startsWith`, `endsWith`, `contains` or `matches`".to_owned())
        }
        ("<" | "<=" | ">" | ">=", Type::List(_) | Type::Map(..), _) => {
            let text = left.text.as_deref().unwrap_or("…");
            Some(format!("to compare how many there are, write `size({text})`"))
        }
        _ => conversion_help(left, right),
    }
}

pub(super) fn bool_help(operand: &Operand) -> Option<String> {
    let text = operand.text.as_deref()?;
    Some(match operand.ty.unwrapped() {
        Type::String if text.starts_with('"') => return None,
        Type::String => format!("compare it: `{text} != \"\"`"),
        Type::Int | Type::Number => format!("compare it: `{text} != 0`"),
        Type::Double => format!("compare it: `{text} != 0.0`"),
        Type::List(_) | Type::Map(..) => format!("ask how many there are: `size({text}) > 0`"),
        _ => return None,
    })
}

pub(super) fn no_fields_help(operand: &Operand, field: &str) -> Option<String> {
    match foreign::field(field, &operand.ty) {
        Some(Instead::Size) => Some(format!("write `{}.size()`", operand.text.as_deref().unwrap_or("…"))),
        Some(_) => Some(format!("write `{}.size() == 0`", operand.text.as_deref().unwrap_or("…"))),
        None => match operand.ty.unwrapped() {
            Type::List(_) => Some(format!("a list has elements: `{}[0].{field}`", operand.text.as_deref()?)),
            _ => None,
        },
    }
}

pub(super) fn ambiguous_number(number: &Operand, how: &NumberUse) -> String {
    let number = number.text.as_ref().map_or_else(|| "this number".to_owned(), |text| format!("`{text}`"));
    let matters = match how {
        NumberUse::Remainder => "`%` takes ints only".to_owned(),
        NumberUse::Arithmetic { op, other: Type::Int } => format!("this `{op}` takes an int only"),
        NumberUse::Arithmetic { op, other: Type::Double } => format!("this `{op}` takes a double only"),
        NumberUse::Arithmetic { op: "/", .. } => "`/` divides the two differently".to_owned(),
        NumberUse::Arithmetic { op, .. } => format!("`{op}` does not mix the two"),
        NumberUse::Text => "`string` writes the two differently".to_owned(),
        NumberUse::Argument { function, takes } => format!("`{function}` takes {} only", a(takes)),
    };
    format!("{number} may be an int or a double, and {matters}")
}

/// What comes of an int, and what of a double.
pub(super) fn ambiguous_outcome(how: &NumberUse) -> String {
    match how {
        NumberUse::Remainder => "an int has a remainder, a double is an error",
        NumberUse::Arithmetic { op: "/", other: Type::Int } => {
            "an int is divided without a fraction, `7 / 2` is 3; a double beside an int is an error"
        }
        NumberUse::Arithmetic { other: Type::Int, .. } => {
            "an int has a result, a double beside an int is an error"
        }
        NumberUse::Arithmetic { other: Type::Double, .. } => {
            "a double has a result, an int beside a double is an error"
        }
        NumberUse::Arithmetic { op: "/", .. } => {
            "two ints are divided without a fraction, `7 / 2` is 3, two doubles with it; one of each is an error"
        }
        NumberUse::Arithmetic { .. } => "two of a kind have a result, one of each is an error",
        NumberUse::Text => "the int 2000000 becomes `2000000`, the double `2e+06`",
        NumberUse::Argument { takes: Type::Int, .. } => "an int is taken, a double is an error",
        NumberUse::Argument { .. } => "a double is taken, an int is an error",
    }
    .to_owned()
}

pub(super) fn ambiguous_help(number: &Operand, how: &NumberUse) -> String {
    let number = number.text.as_deref().unwrap_or("…");
    match how {
        NumberUse::Remainder | NumberUse::Argument { takes: Type::Int, .. } => {
            format!("convert it: `int({number})`")
        }
        NumberUse::Arithmetic { other: Type::Int, .. } => {
            format!("convert it: `double({number})`, and write whole numbers beside it as `2.0`")
        }
        NumberUse::Text => format!("convert it: `string(double({number}))`, or compare the number itself"),
        NumberUse::Arithmetic { .. } | NumberUse::Argument { .. } => {
            format!("convert it: `double({number})`")
        }
    }
}

pub(super) fn impossible_help(
    allowed: &[Arc<str>],
    nearest: Option<&Arc<str>>,
    case_only: bool,
) -> Option<String> {
    let all = listed("it is one of", allowed);
    match (nearest, all) {
        (Some(near), _) if case_only => Some(format!("only the case differs: write `{near}`")),
        (Some(near), Some(all)) => Some(format!("did you mean `{near}`? {all}")),
        (Some(near), None) => Some(format!("did you mean `{near}`?")),
        (None, all) => all,
    }
}

pub(super) fn arguments(
    function: &str,
    fault: ArgumentFault,
    given: &[Operand],
    signatures: &[Signature],
) -> String {
    let member = signatures.iter().any(|s| s.receiver.is_some());
    match fault {
        ArgumentFault::NotMember => format!("`{function}` is called on a value: `x.{function}(…)`"),
        ArgumentFault::NotGlobal => format!("`{function}` is not called on a value: `{function}(x)`"),
        ArgumentFault::Receiver => {
            let receivers = one_of(signatures.iter().filter_map(|s| s.receiver.as_ref()));
            match given.first() {
                Some(receiver) => format!("`{function}` is called on {receivers}, {}", is_a(receiver)),
                None => format!("`{function}` is called on {receivers}"),
            }
        }
        ArgumentFault::Count => {
            let got = given.len().saturating_sub(usize::from(member));
            format!("`{function}` takes {}, got {got}", counts(signatures))
        }
        ArgumentFault::Type(index) => {
            let wanted = one_of(signatures.iter().filter_map(|s| s.params.get(index).or(s.params.last())));
            let got = given.get(index + usize::from(member)).map_or_else(String::new, |g| a(&g.ty));
            let many = signatures.iter().any(|s| s.params.len() > 1);
            let place = if many { format!(" as argument {}", index + 1) } else { String::new() };
            format!("`{function}` takes {wanted}{place}, got {got}")
        }
        ArgumentFault::Types => {
            let got: Vec<String> = given.iter().skip(usize::from(member)).map(|g| a(&g.ty)).collect();
            format!("`{function}` does not take {}", got.join(" and "))
        }
    }
}

/// `1 argument`, `1 or 2 arguments`, `at least 1 argument`.
fn counts(signatures: &[Signature]) -> String {
    let mut counts: Vec<usize> = signatures.iter().map(|s| s.params.len()).collect();
    counts.sort_unstable();
    counts.dedup();
    if signatures.iter().any(|s| s.variadic) {
        return format!("at least {}", arguments_word(counts.first().copied().unwrap_or(0)));
    }
    match counts.as_slice() {
        [0] => "no argument".to_owned(),
        [only] => arguments_word(*only),
        _ => {
            let counts: Vec<String> = counts.iter().map(ToString::to_string).collect();
            format!("{} arguments", counts.join(" or "))
        }
    }
}

fn arguments_word(count: usize) -> String {
    format!("{count} argument{}", if count == 1 { "" } else { "s" })
}

fn one_of<'t>(types: impl Iterator<Item = &'t Type>) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in types.map(a) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    match words.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}

pub(super) fn arguments_help(
    function: &str,
    fault: ArgumentFault,
    given: &[Operand],
    signatures: &[Signature],
) -> Option<String> {
    let text = |index: usize| given.get(index).and_then(|g| g.text.as_deref());
    match fault {
        ArgumentFault::NotMember => {
            Some(format!("write `{}.{function}({})`", text(0)?, text(1).unwrap_or_default()))
        }
        ArgumentFault::NotGlobal => Some(format!("write `{function}({})`", text(0)?)),
        ArgumentFault::Receiver => {
            let receiver = given.first()?;
            match foreign::method(function, &receiver.ty) {
                Some(instead @ Instead::In) => {
                    Some(help_for(instead, receiver.text.as_deref(), text(1), Profile::Router))
                }
                _ => match receiver.ty.unwrapped() {
                    Type::Int | Type::Uint | Type::Double | Type::Number | Type::Bool
                        if signatures.iter().any(|s| s.receiver == Some(Type::String)) =>
                    {
                        Some(format!("convert it: `string({})`", receiver.text.as_deref()?))
                    }
                    _ => None,
                },
            }
        }
        ArgumentFault::Count | ArgumentFault::Types => {
            let forms: Vec<String> = signatures.iter().map(|s| form(function, s)).collect();
            (1..=3).contains(&forms.len()).then(|| format!("it is written {}", forms.join(" or ")))
        }
        ArgumentFault::Type(_) => None,
    }
}

/// `` `string.startsWith(string)` ``
fn form(function: &str, signature: &Signature) -> String {
    let mut text = String::from("`");
    if let Some(receiver) = &signature.receiver {
        let _ = write!(text, "{receiver}.");
    }
    let params: Vec<String> = signature.params.iter().map(ToString::to_string).collect();
    let more = if signature.variadic { ", …" } else { "" };
    let _ = write!(text, "{function}({}{more})`", params.join(", "));
    text
}

pub(super) fn foreign_help(
    name: &str,
    receiver: Option<&Operand>,
    args: &[Option<String>],
    profile: Profile,
) -> Option<String> {
    let mut args = args.iter().map(Option::as_deref);
    match receiver {
        Some(receiver) => {
            let instead = foreign::method(name, &receiver.ty)?;
            Some(help_for(instead, receiver.text.as_deref(), args.next().flatten(), profile))
        }
        None => {
            let instead = foreign::function(name)?;
            let first = args.next().flatten();
            Some(help_for(instead, first, args.next().flatten(), profile))
        }
    }
}

fn help_for(instead: Instead, receiver: Option<&str>, argument: Option<&str>, profile: Profile) -> String {
    let x = receiver.unwrap_or("x");
    let y = argument.unwrap_or("\"a\"");
    let full = profile == Profile::Full;
    match instead {
        Instead::Renamed(name) => match name {
            "exists" | "all" | "filter" | "map" => {
                format!("write `{x}.{name}({}, …)`", argument.unwrap_or("item"))
            }
            name => format!("write `{x}.{name}({y})`"),
        },
        Instead::Size => format!("write `size({x})`"),
        Instead::Empty => format!("write `size({x}) == 0`"),
        Instead::In => format!("write `{y} in {x}`"),
        Instead::Equals => format!("write `{x} == {y}`"),
        Instead::EqualsAnyCase => {
            format!("to compare whatever the case, write `{x}.matches(\"(?i)^text$\")`")
        }
        Instead::Case(name) if full => format!("write `{x}.{name}()`"),
        Instead::Case(_) => {
            format!("to compare whatever the case, write `{x}.matches(\"(?i)^text$\")`")
        }
        Instead::Trim => {
            if full {
                format!("write `{x}.trim()`")
            } else {
                format!("to allow for white space, write `{x}.matches(\"^\\\\s*text\\\\s*$\")`")
            }
        }
        Instead::Conversion(name) => format!("write `{name}({x})`"),
        Instead::Index => format!("write `{x}[0]` for an element and `{x}[\"key\"]` for an entry"),
        Instead::Comprehension(example) => format!("use a comprehension, such as `{example}`"),
        Instead::Part => "use `startsWith`, `endsWith`, `contains` or `matches`".to_owned(),
        Instead::Plus => format!("write `{x} + {y}`"),
        Instead::Not => format!("write `!{x}`"),
        Instead::Choice => "write `condition ? a : b`".to_owned(),
        Instead::Has => "whether a field is there is asked with `has(x.y)`".to_owned(),
        Instead::TypeOf => format!("write `type({x}) == string`"),
        Instead::Clock => "expressions know no clock: let the caller send the time".to_owned(),
    }
}
