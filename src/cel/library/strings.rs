//! The string extension. Offsets and lengths count characters.

use super::{Function, INT, LIST_A, LIST_STRING, Outcome, Overload, STRING, Sig, extension};
use crate::cel::value::Value;

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

pub(crate) fn char_at(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn index_of(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn last_index_of(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn join(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn lower_ascii(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn upper_ascii(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn replace(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn split(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn substring(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn trim(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn reverse(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn quote(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
