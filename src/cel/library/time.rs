//! The parts of timestamps and durations.

use super::{Function, INT, Outcome, Overload, SPAN, STRING, TIME, standard};
use crate::cel::value::Value;

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

pub(crate) fn year(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn month(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn day_of_year(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn day_of_month(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn date(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn day_of_week(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn hours(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn total_hours(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn minutes(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn total_minutes(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn seconds(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn total_seconds(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn milliseconds(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn milliseconds_of_second(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
