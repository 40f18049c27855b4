//! The math extension.

use std::cmp::Ordering;

use super::{ANY, BOOL, DOUBLE, Function, INT, Outcome, Overload, Sig, UINT, extension, misfit};
use crate::cel::value::order::compare;
use crate::cel::value::{EvalErrorKind, Value};

const LIST_DOUBLE: Sig = Sig::List(&Sig::Double);
const LIST_INT: Sig = Sig::List(&Sig::Int);
const LIST_UINT: Sig = Sig::List(&Sig::Uint);

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

fn greatest(args: &[Value]) -> Outcome {
    extremum(args, Ordering::is_gt)
}

fn least(args: &[Value]) -> Outcome {
    extremum(args, Ordering::is_lt)
}

/// The first of the arguments, or of the list that is the only one, that no other is ahead of.
fn extremum(args: &[Value], ahead: fn(Ordering) -> bool) -> Outcome {
    let candidates = match args {
        [Value::List(list)] => list,
        _ => args,
    };
    let mut best: Option<&Value> = None;
    for candidate in candidates {
        if !matches!(candidate, Value::Int(_) | Value::Uint(_) | Value::Double(_)) {
            return Err(misfit(args));
        }
        let better = match best {
            None => true,
            Some(best) => compare(candidate, best).ok().flatten().is_some_and(ahead),
        };
        if better {
            best = Some(candidate);
        }
    }
    best.cloned()
        .ok_or_else(|| EvalErrorKind::invalid("an empty list has neither greatest nor least element"))
}

fn on_double(args: &[Value], function: fn(f64) -> f64) -> Outcome {
    match args {
        [Value::Double(value)] => Ok(Value::Double(function(*value))),
        _ => Err(misfit(args)),
    }
}

fn test_double(args: &[Value], test: fn(f64) -> bool) -> Outcome {
    match args {
        [Value::Double(value)] => Ok(Value::Bool(test(*value))),
        _ => Err(misfit(args)),
    }
}

fn ceil(args: &[Value]) -> Outcome {
    on_double(args, f64::ceil)
}

fn floor(args: &[Value]) -> Outcome {
    on_double(args, f64::floor)
}

fn round(args: &[Value]) -> Outcome {
    on_double(args, f64::round)
}

fn trunc(args: &[Value]) -> Outcome {
    on_double(args, f64::trunc)
}

fn is_nan(args: &[Value]) -> Outcome {
    test_double(args, f64::is_nan)
}

fn is_infinite(args: &[Value]) -> Outcome {
    test_double(args, f64::is_infinite)
}

fn is_finite(args: &[Value]) -> Outcome {
    test_double(args, f64::is_finite)
}

fn abs(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(value)] => value.checked_abs().map(Value::Int).ok_or(EvalErrorKind::Overflow),
        [Value::Uint(value)] => Ok(Value::Uint(*value)),
        _ => on_double(args, f64::abs),
    }
}

fn sign(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(value)] => Ok(Value::Int(value.signum())),
        [Value::Uint(value)] => Ok(Value::Uint((*value).min(1))),
        _ => on_double(args, |value| match value {
            // Zero has no sign here, whatever its bits say.
            0.0 => 0.0,
            value if value.is_nan() => value,
            value => value.signum(),
        }),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the root of a double is asked for")]
fn sqrt(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(value)] => Ok(Value::Double((*value as f64).sqrt())),
        [Value::Uint(value)] => Ok(Value::Double((*value as f64).sqrt())),
        _ => on_double(args, f64::sqrt),
    }
}

fn on_bits(args: &[Value], int: fn(i64, i64) -> i64, uint: fn(u64, u64) -> u64) -> Outcome {
    match args {
        [Value::Int(a), Value::Int(b)] => Ok(Value::Int(int(*a, *b))),
        [Value::Uint(a), Value::Uint(b)] => Ok(Value::Uint(uint(*a, *b))),
        _ => Err(misfit(args)),
    }
}

fn bit_and(args: &[Value]) -> Outcome {
    on_bits(args, |a, b| a & b, |a, b| a & b)
}

fn bit_or(args: &[Value]) -> Outcome {
    on_bits(args, |a, b| a | b, |a, b| a | b)
}

fn bit_xor(args: &[Value]) -> Outcome {
    on_bits(args, |a, b| a ^ b, |a, b| a ^ b)
}

fn bit_not(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(value)] => Ok(Value::Int(!value)),
        [Value::Uint(value)] => Ok(Value::Uint(!value)),
        _ => Err(misfit(args)),
    }
}

/// Shifts the bits of an int or uint; a shift by more than there are bits leaves none.
fn shift(args: &[Value], by: fn(u64, u32) -> Option<u64>) -> Outcome {
    let (bits, distance) = match args {
        [Value::Int(value), Value::Int(distance)] => (value.cast_unsigned(), *distance),
        [Value::Uint(value), Value::Int(distance)] => (*value, *distance),
        _ => return Err(misfit(args)),
    };
    if distance < 0 {
        return Err(EvalErrorKind::invalid(format!(
            "bits cannot be shifted by a negative number: {distance}"
        )));
    }
    let shifted = u32::try_from(distance).ok().and_then(|distance| by(bits, distance)).unwrap_or(0);
    match args {
        [Value::Int(_), _] => Ok(Value::Int(shifted.cast_signed())),
        _ => Ok(Value::Uint(shifted)),
    }
}

fn shift_left(args: &[Value]) -> Outcome {
    shift(args, u64::checked_shl)
}

fn shift_right(args: &[Value]) -> Outcome {
    shift(args, u64::checked_shr)
}
