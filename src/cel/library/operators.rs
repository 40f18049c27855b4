//! Operators: `_+_` and its like.

use super::{
    A, ANY, BOOL, BYTES, DOUBLE, Function, INT, K, LIST_A, MAP_KA, OPT_A, Overload, SPAN, STRING, Sig, TIME,
    UINT, extension, standard,
};
use crate::cel::value::arithmetic::{add, divide, multiply, negate, remainder, subtract};
use crate::cel::value::order::{greater, greater_equals, less, less_equals};

const OPT_LIST_A: Sig = Sig::Optional(&LIST_A);
const OPT_MAP_KA: Sig = Sig::Optional(&MAP_KA);

macro_rules! comparison {
    ($name:literal, $prefix:literal, $call:path, $summary:literal) => {
        standard(
            $name,
            $summary,
            &[
                Overload::global(concat!($prefix, "_bool"), &[BOOL, BOOL], BOOL, $call),
                Overload::global(concat!($prefix, "_int64"), &[INT, INT], BOOL, $call),
                Overload::global(concat!($prefix, "_int64_double"), &[INT, DOUBLE], BOOL, $call),
                Overload::global(concat!($prefix, "_int64_uint64"), &[INT, UINT], BOOL, $call),
                Overload::global(concat!($prefix, "_uint64"), &[UINT, UINT], BOOL, $call),
                Overload::global(concat!($prefix, "_uint64_double"), &[UINT, DOUBLE], BOOL, $call),
                Overload::global(concat!($prefix, "_uint64_int64"), &[UINT, INT], BOOL, $call),
                Overload::global(concat!($prefix, "_double"), &[DOUBLE, DOUBLE], BOOL, $call),
                Overload::global(concat!($prefix, "_double_int64"), &[DOUBLE, INT], BOOL, $call),
                Overload::global(concat!($prefix, "_double_uint64"), &[DOUBLE, UINT], BOOL, $call),
                Overload::global(concat!($prefix, "_string"), &[STRING, STRING], BOOL, $call),
                Overload::global(concat!($prefix, "_bytes"), &[BYTES, BYTES], BOOL, $call),
                Overload::global(concat!($prefix, "_timestamp"), &[TIME, TIME], BOOL, $call),
                Overload::global(concat!($prefix, "_duration"), &[SPAN, SPAN], BOOL, $call),
            ],
        )
    };
}

pub(super) static FUNCTIONS: &[Function] = &[
    standard("_&&_", "and", &[Overload::built_in("logical_and", &[BOOL, BOOL], BOOL)]),
    standard("_||_", "or", &[Overload::built_in("logical_or", &[BOOL, BOOL], BOOL)]),
    standard("!_", "not", &[Overload::built_in("logical_not", &[BOOL], BOOL)]),
    standard("_?_:_", "choice by a condition", &[Overload::built_in("conditional", &[BOOL, A, A], A)]),
    standard(
        "@not_strictly_false",
        "true unless false",
        &[Overload::built_in("not_strictly_false", &[BOOL], BOOL)],
    ),
    standard("_==_", "equality", &[Overload::built_in("equals", &[A, A], BOOL)]),
    standard("_!=_", "inequality", &[Overload::built_in("not_equals", &[A, A], BOOL)]),
    comparison!("_<_", "less", less, "less than"),
    comparison!("_<=_", "less_equals", less_equals, "less than or equal"),
    comparison!("_>_", "greater", greater, "greater than"),
    comparison!("_>=_", "greater_equals", greater_equals, "greater than or equal"),
    standard(
        "@in",
        "membership: an element of a list, a key of a map",
        &[
            Overload::built_in("in_list", &[A, LIST_A], BOOL),
            Overload::built_in("in_map", &[K, MAP_KA], BOOL),
        ],
    ),
    standard(
        "_[_]",
        "the element of a list, the value of a map's key",
        &[
            Overload::built_in("index_list", &[LIST_A, INT], A),
            Overload::built_in("index_map", &[MAP_KA, K], A),
            Overload::built_in("optional_list_index_int", &[OPT_LIST_A, INT], OPT_A).extended(),
            Overload::built_in("optional_map_index_value", &[OPT_MAP_KA, K], OPT_A).extended(),
        ],
    ),
    extension(
        "_[?_]",
        "the element or value, or none",
        &[
            Overload::built_in("list_optindex_optional_int", &[LIST_A, INT], OPT_A),
            Overload::built_in("optional_list_optindex_optional_int", &[OPT_LIST_A, INT], OPT_A),
            Overload::built_in("map_optindex_optional_value", &[MAP_KA, K], OPT_A),
            Overload::built_in("optional_map_optindex_optional_value", &[OPT_MAP_KA, K], OPT_A),
        ],
    ),
    extension(
        "_?._",
        "the field, or none",
        &[Overload::built_in("select_optional_field", &[ANY, STRING], Sig::Optional(&ANY))],
    ),
    standard(
        "_+_",
        "sum, or one after the other",
        &[
            Overload::global("add_bytes", &[BYTES, BYTES], BYTES, add),
            Overload::global("add_double", &[DOUBLE, DOUBLE], DOUBLE, add),
            Overload::global("add_duration_duration", &[SPAN, SPAN], SPAN, add),
            Overload::global("add_duration_timestamp", &[SPAN, TIME], TIME, add),
            Overload::global("add_timestamp_duration", &[TIME, SPAN], TIME, add),
            Overload::global("add_int64", &[INT, INT], INT, add),
            Overload::global("add_list", &[LIST_A, LIST_A], LIST_A, add),
            Overload::global("add_string", &[STRING, STRING], STRING, add),
            Overload::global("add_uint64", &[UINT, UINT], UINT, add),
        ],
    ),
    standard(
        "_-_",
        "difference",
        &[
            Overload::global("subtract_double", &[DOUBLE, DOUBLE], DOUBLE, subtract),
            Overload::global("subtract_duration_duration", &[SPAN, SPAN], SPAN, subtract),
            Overload::global("subtract_int64", &[INT, INT], INT, subtract),
            Overload::global("subtract_timestamp_duration", &[TIME, SPAN], TIME, subtract),
            Overload::global("subtract_timestamp_timestamp", &[TIME, TIME], SPAN, subtract),
            Overload::global("subtract_uint64", &[UINT, UINT], UINT, subtract),
        ],
    ),
    standard(
        "_*_",
        "product",
        &[
            Overload::global("multiply_double", &[DOUBLE, DOUBLE], DOUBLE, multiply),
            Overload::global("multiply_int64", &[INT, INT], INT, multiply),
            Overload::global("multiply_uint64", &[UINT, UINT], UINT, multiply),
        ],
    ),
    standard(
        "_/_",
        "quotient; of whole numbers without its fraction",
        &[
            Overload::global("divide_double", &[DOUBLE, DOUBLE], DOUBLE, divide),
            Overload::global("divide_int64", &[INT, INT], INT, divide),
            Overload::global("divide_uint64", &[UINT, UINT], UINT, divide),
        ],
    ),
    standard(
        "_%_",
        "remainder of a division of whole numbers",
        &[
            Overload::global("modulo_int64", &[INT, INT], INT, remainder),
            Overload::global("modulo_uint64", &[UINT, UINT], UINT, remainder),
        ],
    ),
    standard(
        "-_",
        "negation",
        &[
            Overload::global("negate_int64", &[INT], INT, negate),
            Overload::global("negate_double", &[DOUBLE], DOUBLE, negate),
        ],
    ),
];
