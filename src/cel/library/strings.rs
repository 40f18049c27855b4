//! The string extension. Offsets and lengths count characters.

use super::{Function, INT, LIST_A, LIST_STRING, Outcome, Overload, STRING, Sig, extension, misfit};
use crate::cel::value::{EvalErrorKind, MAX_LENGTH, Value, int_of};

const LIST_ANY: Sig = Sig::List(&Sig::Dyn);

pub(super) static FUNCTIONS: &[Function] = &[
    extension(
        "charAt",
        "the character at an offset, empty at the end",
        &[Overload::member("string_char_at_int", &[STRING, INT], STRING, char_at)],
    ),
    extension(
        "indexOf",
        "where a text first occurs, or -1",
        &[
            Overload::member("string_index_of_string", &[STRING, STRING], INT, index_of),
            Overload::member("string_index_of_string_int", &[STRING, STRING, INT], INT, index_of),
        ],
    ),
    extension(
        "lastIndexOf",
        "where a text last occurs, or -1",
        &[
            Overload::member("string_last_index_of_string", &[STRING, STRING], INT, last_index_of),
            Overload::member("string_last_index_of_string_int", &[STRING, STRING, INT], INT, last_index_of),
        ],
    ),
    extension(
        "join",
        "the texts of a list as one",
        &[
            Overload::member("list_join", &[LIST_STRING], STRING, join),
            Overload::member("list_join_string", &[LIST_STRING, STRING], STRING, join),
        ],
    ),
    extension(
        "lowerAscii",
        "the text with A to Z in lower case",
        &[Overload::member("string_lower_ascii", &[STRING], STRING, lower_ascii)],
    ),
    extension(
        "upperAscii",
        "the text with a to z in upper case",
        &[Overload::member("string_upper_ascii", &[STRING], STRING, upper_ascii)],
    ),
    extension(
        "replace",
        "the text with all or some occurrences of another replaced",
        &[
            Overload::member("string_replace_string_string", &[STRING, STRING, STRING], STRING, replace),
            Overload::member(
                "string_replace_string_string_int",
                &[STRING, STRING, STRING, INT],
                STRING,
                replace,
            ),
        ],
    ),
    extension(
        "split",
        "the parts of the text between separators",
        &[
            Overload::member("string_split_string", &[STRING, STRING], LIST_STRING, split),
            Overload::member("string_split_string_int", &[STRING, STRING, INT], LIST_STRING, split),
        ],
    ),
    extension(
        "substring",
        "the text from an offset, up to another if given",
        &[
            Overload::member("string_substring_int", &[STRING, INT], STRING, substring),
            Overload::member("string_substring_int_int", &[STRING, INT, INT], STRING, substring),
        ],
    ),
    extension(
        "trim",
        "the text without white space at its ends",
        &[Overload::member("string_trim", &[STRING], STRING, trim)],
    ),
    extension(
        "reverse",
        "the text or list from its end to its beginning",
        &[
            Overload::member("string_reverse", &[STRING], STRING, reverse),
            Overload::member("list_reverse", &[LIST_A], LIST_A, reverse),
        ],
    ),
    extension(
        "format",
        "the text with `%s`, `%d` and so on replaced by a list's elements",
        &[Overload::member("string_format", &[STRING, LIST_ANY], STRING, super::format::format)],
    ),
    extension(
        "strings.quote",
        "the text as a string literal",
        &[Overload::global("strings_quote", &[STRING], STRING, quote)],
    ),
];

fn text(args: &[Value]) -> Result<&str, EvalErrorKind> {
    match args {
        [Value::String(text), ..] => Ok(text),
        _ => Err(misfit(args)),
    }
}

/// Where the character at an offset begins; its length in characters is a place as well.
fn byte_at(text: &str, offset: i64) -> Result<usize, EvalErrorKind> {
    let characters = usize::try_from(offset).map_err(|_| EvalErrorKind::IndexOutOfRange(offset))?;
    text.char_indices()
        .map(|(at, _)| at)
        .chain(std::iter::once(text.len()))
        .nth(characters)
        .ok_or(EvalErrorKind::IndexOutOfRange(offset))
}

/// How many characters stand before a byte.
fn characters_before(text: &str, byte: usize) -> Value {
    int_of(text.get(..byte).unwrap_or(text).chars().count())
}

fn char_at(args: &[Value]) -> Outcome {
    let [Value::String(text), Value::Int(offset)] = args else { return Err(misfit(args)) };
    let at = byte_at(text, *offset)?;
    let character: String = text.get(at..).unwrap_or_default().chars().take(1).collect();
    Ok(Value::from(character))
}

fn index_of(args: &[Value]) -> Outcome {
    let (text, part, offset) = match args {
        [Value::String(text), Value::String(part)] => (text, part, 0),
        [Value::String(text), Value::String(part), Value::Int(offset)] => (text, part, *offset),
        _ => return Err(misfit(args)),
    };
    let from = byte_at(text, offset)?;
    match text.get(from..).unwrap_or_default().find(&**part) {
        Some(at) => Ok(characters_before(text, from + at)),
        None => Ok(Value::Int(-1)),
    }
}

fn last_index_of(args: &[Value]) -> Outcome {
    let (text, part, from) = match args {
        [Value::String(text), Value::String(part)] => (text, part, text.len()),
        [Value::String(text), Value::String(part), Value::Int(offset)] => {
            (text, part, byte_at(text, *offset)?)
        }
        _ => return Err(misfit(args)),
    };
    // The last occurrence that begins at `from` or before ends here at the latest.
    let mut end = from.saturating_add(part.len()).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    match text.get(..end).unwrap_or_default().rfind(&**part) {
        Some(at) => Ok(characters_before(text, at)),
        None => Ok(Value::Int(-1)),
    }
}

fn join(args: &[Value]) -> Outcome {
    let (list, separator) = match args {
        [Value::List(list)] => (list, ""),
        [Value::List(list), Value::String(separator)] => (list, &**separator),
        _ => return Err(misfit(args)),
    };
    let mut joined = String::new();
    for (at, element) in list.iter().enumerate() {
        let Value::String(element) = element else { return Err(misfit(args)) };
        push(&mut joined, if at > 0 { separator } else { "" })?;
        push(&mut joined, element)?;
    }
    Ok(Value::from(joined))
}

fn push(text: &mut String, more: &str) -> Result<(), EvalErrorKind> {
    if text.len().saturating_add(more.len()) > MAX_LENGTH {
        return Err(EvalErrorKind::TooLong(MAX_LENGTH));
    }
    text.push_str(more);
    Ok(())
}

fn lower_ascii(args: &[Value]) -> Outcome {
    Ok(Value::from(text(args)?.to_ascii_lowercase()))
}

fn upper_ascii(args: &[Value]) -> Outcome {
    Ok(Value::from(text(args)?.to_ascii_uppercase()))
}

/// A limit on how often something is done: negative is none.
fn limit(value: i64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn replace(args: &[Value]) -> Outcome {
    let (text, old, new, times) = match args {
        [Value::String(text), Value::String(old), Value::String(new)] => (text, old, new, usize::MAX),
        [Value::String(text), Value::String(old), Value::String(new), Value::Int(times)] => {
            (text, old, new, limit(*times))
        }
        _ => return Err(misfit(args)),
    };
    let mut replaced = String::new();
    let mut rest = 0;
    for (at, found) in text.match_indices(&**old).take(times) {
        push(&mut replaced, text.get(rest..at).unwrap_or_default())?;
        push(&mut replaced, new)?;
        rest = at + found.len();
    }
    push(&mut replaced, text.get(rest..).unwrap_or_default())?;
    Ok(Value::from(replaced))
}

fn split(args: &[Value]) -> Outcome {
    let (text, separator, parts) = match args {
        [Value::String(text), Value::String(separator)] => (text, separator, usize::MAX),
        [Value::String(text), Value::String(separator), Value::Int(parts)] => {
            (text, separator, limit(*parts))
        }
        _ => return Err(misfit(args)),
    };
    let parts = if separator.is_empty() {
        characters(text, parts)
    } else {
        text.splitn(parts, &**separator).map(Value::from).collect()
    };
    Ok(Value::list(parts))
}

/// The characters one by one; the last of a limited number of parts is all that is left.
fn characters(text: &str, parts: usize) -> Vec<Value> {
    let mut list = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if list.len() + 1 >= parts {
            break;
        }
        let (head, tail) = rest.split_at_checked(first.len_utf8()).unwrap_or((rest, ""));
        list.push(Value::from(head));
        rest = tail;
    }
    if !rest.is_empty() && parts > 0 {
        list.push(Value::from(rest));
    }
    list
}

fn substring(args: &[Value]) -> Outcome {
    let (text, start, end) = match args {
        [Value::String(text), Value::Int(start)] => (text, *start, None),
        [Value::String(text), Value::Int(start), Value::Int(end)] => (text, *start, Some(*end)),
        _ => return Err(misfit(args)),
    };
    let from = byte_at(text, start)?;
    let to = match end {
        Some(end) if end < start => {
            return Err(EvalErrorKind::invalid(format!(
                "a substring cannot start at {start} and end at {end}"
            )));
        }
        Some(end) => byte_at(text, end)?,
        None => text.len(),
    };
    Ok(Value::from(text.get(from..to).unwrap_or_default()))
}

fn trim(args: &[Value]) -> Outcome {
    Ok(Value::from(text(args)?.trim()))
}

fn reverse(args: &[Value]) -> Outcome {
    match args {
        [Value::String(text)] => Ok(Value::from(text.chars().rev().collect::<String>())),
        [Value::List(list)] => Ok(Value::list(list.iter().rev().cloned().collect())),
        _ => Err(misfit(args)),
    }
}

fn quote(args: &[Value]) -> Outcome {
    let mut quoted = String::from("\"");
    for c in text(args)?.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{b}' => quoted.push_str("\\v"),
            '\u{c}' => quoted.push_str("\\f"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    Ok(Value::from(quoted))
}
