//! The list extension.

use super::{Function, INT, LIST_A, OPT_A, Outcome, Overload, Sig, extension};
use crate::cel::value::Value;

const LIST_INT: Sig = Sig::List(&Sig::Int);
const LIST_ANY: Sig = Sig::List(&Sig::Dyn);
const LIST_LIST_A: Sig = Sig::List(&LIST_A);

pub(super) static FUNCTIONS: &[Function] = &[
    extension(
        "lists.range",
        "the whole numbers from 0 up to a bound",
        &[Overload::global("lists_range", &[INT], LIST_INT, range)],
    ),
    extension(
        "slice",
        "the elements from one index up to another",
        &[Overload::member("list_slice", &[LIST_A, INT, INT], LIST_A, slice)],
    ),
    extension(
        "flatten",
        "the list with the elements of its lists in their place",
        &[
            Overload::member("list_flatten", &[LIST_LIST_A], LIST_A, flatten),
            Overload::member("list_flatten_int", &[LIST_ANY, INT], LIST_ANY, flatten),
        ],
    ),
    extension(
        "distinct",
        "the list without repetitions",
        &[Overload::member("list_distinct", &[LIST_A], LIST_A, distinct)],
    ),
    extension("sort", "the list in order", &[Overload::member("list_sort", &[LIST_A], LIST_A, sort)]),
    extension(
        "first",
        "the first element, if any",
        &[Overload::member("list_first", &[LIST_A], OPT_A, first)],
    ),
    extension("last", "the last element, if any", &[Overload::member("list_last", &[LIST_A], OPT_A, last)]),
];

pub(crate) fn range(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn slice(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn flatten(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn distinct(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn sort(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn first(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn last(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
