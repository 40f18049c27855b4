//! The math extension.

use super::{ANY, BOOL, DOUBLE, Function, INT, Outcome, Overload, Sig, UINT, extension};
use crate::cel::value::Value;

const LIST_DOUBLE: Sig = Sig::List(&Sig::Double);
const LIST_INT: Sig = Sig::List(&Sig::Int);
const LIST_UINT: Sig = Sig::List(&Sig::Uint);
const LIST_ANY: Sig = Sig::List(&Sig::Dyn);

macro_rules! extremum {
    ($name:literal, $prefix:literal, $call:path, $summary:literal) => {
        extension(
            $name,
            $summary,
            &[
                Overload::global(concat!($prefix, "_double"), &[DOUBLE], DOUBLE, $call),
                Overload::global(concat!($prefix, "_int"), &[INT], INT, $call),
                Overload::global(concat!($prefix, "_uint"), &[UINT], UINT, $call),
                Overload::global(concat!($prefix, "_list_double"), &[LIST_DOUBLE], DOUBLE, $call),
                Overload::global(concat!($prefix, "_list_int"), &[LIST_INT], INT, $call),
                Overload::global(concat!($prefix, "_list_uint"), &[LIST_UINT], UINT, $call),
                Overload::global(concat!($prefix, "_list_dyn"), &[LIST_ANY], ANY, $call),
                Overload::global(concat!($prefix, "_double_double"), &[DOUBLE, DOUBLE], DOUBLE, $call)
                    .variadic(),
                Overload::global(concat!($prefix, "_int_int"), &[INT, INT], INT, $call).variadic(),
                Overload::global(concat!($prefix, "_uint_uint"), &[UINT, UINT], UINT, $call).variadic(),
                Overload::global(concat!($prefix, "_double_int"), &[DOUBLE, INT], ANY, $call),
                Overload::global(concat!($prefix, "_double_uint"), &[DOUBLE, UINT], ANY, $call),
                Overload::global(concat!($prefix, "_int_double"), &[INT, DOUBLE], ANY, $call),
                Overload::global(concat!($prefix, "_int_uint"), &[INT, UINT], ANY, $call),
                Overload::global(concat!($prefix, "_uint_double"), &[UINT, DOUBLE], ANY, $call),
                Overload::global(concat!($prefix, "_uint_int"), &[UINT, INT], ANY, $call),
                Overload::global(concat!($prefix, "_dyn"), &[ANY, ANY, ANY], ANY, $call).variadic(),
            ],
        )
    };
}

macro_rules! bitwise {
    ($name:literal, $prefix:literal, $call:path, $summary:literal) => {
        extension(
            $name,
            $summary,
            &[
                Overload::global(concat!($prefix, "_int_int"), &[INT, INT], INT, $call),
                Overload::global(concat!($prefix, "_uint_uint"), &[UINT, UINT], UINT, $call),
            ],
        )
    };
}

macro_rules! shift {
    ($name:literal, $prefix:literal, $call:path, $summary:literal) => {
        extension(
            $name,
            $summary,
            &[
                Overload::global(concat!($prefix, "_int_int"), &[INT, INT], INT, $call),
                Overload::global(concat!($prefix, "_uint_int"), &[UINT, INT], UINT, $call),
            ],
        )
    };
}

pub(super) static FUNCTIONS: &[Function] = &[
    extremum!("math.greatest", "math_@max", greatest, "the largest of its arguments, or of a list"),
    extremum!("math.least", "math_@min", least, "the smallest of its arguments, or of a list"),
    extension(
        "math.ceil",
        "the nearest whole number above",
        &[Overload::global("math_ceil_double", &[DOUBLE], DOUBLE, ceil)],
    ),
    extension(
        "math.floor",
        "the nearest whole number below",
        &[Overload::global("math_floor_double", &[DOUBLE], DOUBLE, floor)],
    ),
    extension(
        "math.round",
        "the nearest whole number, halves away from zero",
        &[Overload::global("math_round_double", &[DOUBLE], DOUBLE, round)],
    ),
    extension(
        "math.trunc",
        "the number without its fraction",
        &[Overload::global("math_trunc_double", &[DOUBLE], DOUBLE, trunc)],
    ),
    extension(
        "math.abs",
        "the number without its sign",
        &[
            Overload::global("math_abs_double", &[DOUBLE], DOUBLE, abs),
            Overload::global("math_abs_int", &[INT], INT, abs),
            Overload::global("math_abs_uint", &[UINT], UINT, abs),
        ],
    ),
    extension(
        "math.sign",
        "-1, 0 or 1",
        &[
            Overload::global("math_sign_double", &[DOUBLE], DOUBLE, sign),
            Overload::global("math_sign_int", &[INT], INT, sign),
            Overload::global("math_sign_uint", &[UINT], UINT, sign),
        ],
    ),
    extension(
        "math.sqrt",
        "the square root",
        &[
            Overload::global("math_sqrt_double", &[DOUBLE], DOUBLE, sqrt),
            Overload::global("math_sqrt_int", &[INT], DOUBLE, sqrt),
            Overload::global("math_sqrt_uint", &[UINT], DOUBLE, sqrt),
        ],
    ),
    extension(
        "math.isNaN",
        "whether it is not a number",
        &[Overload::global("math_isNaN_double", &[DOUBLE], BOOL, is_nan)],
    ),
    extension(
        "math.isInf",
        "whether it is infinite",
        &[Overload::global("math_isInf_double", &[DOUBLE], BOOL, is_infinite)],
    ),
    extension(
        "math.isFinite",
        "whether it is a finite number",
        &[Overload::global("math_isFinite_double", &[DOUBLE], BOOL, is_finite)],
    ),
    bitwise!("math.bitAnd", "math_bitAnd", bit_and, "the bits set in both"),
    bitwise!("math.bitOr", "math_bitOr", bit_or, "the bits set in either"),
    bitwise!("math.bitXor", "math_bitXor", bit_xor, "the bits set in one of the two"),
    extension(
        "math.bitNot",
        "all bits turned over",
        &[
            Overload::global("math_bitNot_int_int", &[INT], INT, bit_not),
            Overload::global("math_bitNot_uint_uint", &[UINT], UINT, bit_not),
        ],
    ),
    shift!("math.bitShiftLeft", "math_bitShiftLeft", shift_left, "the bits moved up"),
    shift!("math.bitShiftRight", "math_bitShiftRight", shift_right, "the bits moved down, zeros moving in"),
];

pub(crate) fn ceil(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn floor(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn round(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn trunc(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn abs(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn sign(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn sqrt(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_nan(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_infinite(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_finite(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn bit_not(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn greatest(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn least(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn bit_and(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn bit_or(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn bit_xor(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn shift_left(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn shift_right(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
