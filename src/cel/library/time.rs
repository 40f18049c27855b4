//! The parts of timestamps and durations.

use super::{Function, INT, Outcome, Overload, SPAN, STRING, TIME, misfit, standard};
use crate::cel::value::timestamp::{self, Parts};
use crate::cel::value::{EvalErrorKind, Value};

pub(super) static FUNCTIONS: &[Function] = &[
    standard(
        "getFullYear",
        "the year",
        &[
            Overload::member("timestamp_to_year", &[TIME], INT, year),
            Overload::member("timestamp_to_year_with_tz", &[TIME, STRING], INT, year),
        ],
    ),
    standard(
        "getMonth",
        "the month, January is 0",
        &[
            Overload::member("timestamp_to_month", &[TIME], INT, month),
            Overload::member("timestamp_to_month_with_tz", &[TIME, STRING], INT, month),
        ],
    ),
    standard(
        "getDayOfYear",
        "the day of the year, 1 January is 0",
        &[
            Overload::member("timestamp_to_day_of_year", &[TIME], INT, day_of_year),
            Overload::member("timestamp_to_day_of_year_with_tz", &[TIME, STRING], INT, day_of_year),
        ],
    ),
    standard(
        "getDayOfMonth",
        "the day of the month, the first is 0",
        &[
            Overload::member("timestamp_to_day_of_month", &[TIME], INT, day_of_month),
            Overload::member("timestamp_to_day_of_month_with_tz", &[TIME, STRING], INT, day_of_month),
        ],
    ),
    standard(
        "getDate",
        "the day of the month, the first is 1",
        &[
            Overload::member("timestamp_to_day_of_month_1_based", &[TIME], INT, date),
            Overload::member("timestamp_to_day_of_month_1_based_with_tz", &[TIME, STRING], INT, date),
        ],
    ),
    standard(
        "getDayOfWeek",
        "the day of the week, Sunday is 0",
        &[
            Overload::member("timestamp_to_day_of_week", &[TIME], INT, day_of_week),
            Overload::member("timestamp_to_day_of_week_with_tz", &[TIME, STRING], INT, day_of_week),
        ],
    ),
    standard(
        "getHours",
        "the hour of the day; of a duration all its hours",
        &[
            Overload::member("timestamp_to_hours", &[TIME], INT, hours),
            Overload::member("timestamp_to_hours_with_tz", &[TIME, STRING], INT, hours),
            Overload::member("duration_to_hours", &[SPAN], INT, total_hours),
        ],
    ),
    standard(
        "getMinutes",
        "the minute of the hour; of a duration all its minutes",
        &[
            Overload::member("timestamp_to_minutes", &[TIME], INT, minutes),
            Overload::member("timestamp_to_minutes_with_tz", &[TIME, STRING], INT, minutes),
            Overload::member("duration_to_minutes", &[SPAN], INT, total_minutes),
        ],
    ),
    standard(
        "getSeconds",
        "the second of the minute; of a duration all its seconds",
        &[
            Overload::member("timestamp_to_seconds", &[TIME], INT, seconds),
            Overload::member("timestamp_to_seconds_tz", &[TIME, STRING], INT, seconds),
            Overload::member("duration_to_seconds", &[SPAN], INT, total_seconds),
        ],
    ),
    standard(
        "getMilliseconds",
        "the millisecond of the second",
        &[
            Overload::member("timestamp_to_milliseconds", &[TIME], INT, milliseconds),
            Overload::member("timestamp_to_milliseconds_with_tz", &[TIME, STRING], INT, milliseconds),
            Overload::member("duration_to_milliseconds", &[SPAN], INT, milliseconds_of_second),
        ],
    ),
];

/// The parts of the first argument, in the zone that the second names.
fn parts(args: &[Value]) -> Result<Parts, EvalErrorKind> {
    match args {
        [Value::Timestamp { seconds, .. }] => Ok(timestamp::parts(*seconds)),
        [Value::Timestamp { seconds, .. }, Value::String(zone)] => {
            Ok(timestamp::parts(seconds.saturating_add(timestamp::offset(zone, *seconds)?)))
        }
        _ => Err(misfit(args)),
    }
}

fn year(args: &[Value]) -> Outcome {
    Ok(Value::Int(parts(args)?.year))
}

fn month(args: &[Value]) -> Outcome {
    Ok(Value::Int(parts(args)?.month - 1))
}

fn day_of_year(args: &[Value]) -> Outcome {
    Ok(Value::Int(parts(args)?.day_of_year))
}

fn day_of_month(args: &[Value]) -> Outcome {
    Ok(Value::Int(parts(args)?.day - 1))
}

fn date(args: &[Value]) -> Outcome {
    Ok(Value::Int(parts(args)?.day))
}

fn day_of_week(args: &[Value]) -> Outcome {
    Ok(Value::Int(parts(args)?.day_of_week))
}

fn hours(args: &[Value]) -> Outcome {
    Ok(Value::Int(parts(args)?.hour))
}

fn minutes(args: &[Value]) -> Outcome {
    Ok(Value::Int(parts(args)?.minute))
}

fn seconds(args: &[Value]) -> Outcome {
    Ok(Value::Int(parts(args)?.second))
}

fn milliseconds(args: &[Value]) -> Outcome {
    // A zone does not change them, but it must exist.
    parts(args)?;
    match args {
        [Value::Timestamp { nanos, .. }, ..] => Ok(Value::Int((*nanos / 1_000_000).into())),
        _ => Err(misfit(args)),
    }
}

fn total_hours(args: &[Value]) -> Outcome {
    total(args, 3_600)
}

fn total_minutes(args: &[Value]) -> Outcome {
    total(args, 60)
}

fn total_seconds(args: &[Value]) -> Outcome {
    total(args, 1)
}

fn total(args: &[Value], unit: i64) -> Outcome {
    match args {
        [Value::Duration { seconds, .. }] => Ok(Value::Int(seconds / unit)),
        _ => Err(misfit(args)),
    }
}

fn milliseconds_of_second(args: &[Value]) -> Outcome {
    match args {
        [Value::Duration { nanos, .. }] => Ok(Value::Int((*nanos / 1_000_000).into())),
        _ => Err(misfit(args)),
    }
}
