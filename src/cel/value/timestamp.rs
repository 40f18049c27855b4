//! Points in time and lengths of time: text, calendar, ranges, time zones.

use std::fmt::Write;

use super::display::quoted;
use super::{EvalErrorKind, Outcome, Value};

const NANOS: i128 = 1_000_000_000;
const DAY: i64 = 86_400;
/// 0001-01-01T00:00:00Z
const FIRST_SECOND: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z
const LAST_SECOND: i64 = 253_402_300_799;
/// Ten thousand years of 365.25 days.
const DURATION_SECONDS: i64 = 315_576_000_000;

/// A point or length of time in nanoseconds.
pub(crate) fn nanos(seconds: i64, nanos: i64) -> i128 {
    i128::from(seconds) * NANOS + i128::from(nanos)
}

/// The timestamp so many nanoseconds after 1970, unless it lies outside the years 1 to 9999.
pub(crate) fn from_nanos(total: i128) -> Outcome {
    let seconds = i64::try_from(total.div_euclid(NANOS)).ok();
    let nanos = u32::try_from(total.rem_euclid(NANOS)).unwrap_or(0);
    match seconds {
        Some(seconds) if (FIRST_SECOND..=LAST_SECOND).contains(&seconds) => {
            Ok(Value::Timestamp { seconds, nanos })
        }
        _ => Err(EvalErrorKind::invalid("timestamp out of range: it must lie in the years 1 to 9999")),
    }
}

/// The duration of so many nanoseconds, unless it is longer than about 10,000 years.
pub(crate) fn duration_from_nanos(total: i128) -> Outcome {
    let seconds = i64::try_from(total / NANOS).ok();
    let nanos = i32::try_from(total % NANOS).unwrap_or(0);
    match seconds {
        Some(seconds) if (-DURATION_SECONDS..=DURATION_SECONDS).contains(&seconds) => {
            Ok(Value::Duration { seconds, nanos })
        }
        _ => Err(EvalErrorKind::invalid("duration out of range: it must be within 10,000 years")),
    }
}

/// The time between two timestamps. CEL's implementations agree that it must fit 64 bits of nanoseconds, about 292
/// years.
pub(crate) fn distance(total: i128) -> Outcome {
    if i64::try_from(total).is_err() {
        return Err(EvalErrorKind::invalid(
            "duration out of range: the timestamps lie more than 292 years apart",
        ));
    }
    duration_from_nanos(total)
}

/// Year, month, day from the days since 1970-01-01, by the proleptic Gregorian calendar.
///
/// Counts in years that begin in March, so that the leap day is a year's last, and in eras of 400 such years.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse of [`civil`].
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The parts of a point in time.
pub(crate) struct Parts {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
    /// From 0.
    pub(crate) day_of_year: i64,
    /// Sunday is 0.
    pub(crate) day_of_week: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
}

/// The parts of a point in time, given in seconds of some zone.
pub(crate) fn parts(seconds: i64) -> Parts {
    let days = seconds.div_euclid(DAY);
    let of_day = seconds.rem_euclid(DAY);
    let (year, month, day) = civil(days);
    Parts {
        year,
        month,
        day,
        day_of_year: days - days_of(year, 1, 1),
        // 1970-01-01 was a Thursday.
        day_of_week: (days + 4).rem_euclid(7),
        hour: of_day / 3_600,
        minute: of_day / 60 % 60,
        second: of_day % 60,
    }
}

/// As RFC 3339 has it, in UTC, the fraction without trailing zeros.
pub(crate) fn print(seconds: i64, nanos: u32) -> String {
    let p = parts(seconds);
    let mut text =
        format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", p.year, p.month, p.day, p.hour, p.minute, p.second);
    push_fraction(&mut text, nanos);
    text.push('Z');
    text
}

fn push_fraction(text: &mut String, nanos: u32) {
    if nanos > 0 {
        let digits = format!("{nanos:09}");
        let _ = write!(text, ".{}", digits.trim_end_matches('0'));
    }
}

/// Seconds with a fraction without trailing zeros: `-1.5s`.
pub(crate) fn print_duration(seconds: i64, nanos: i32) -> String {
    let mut text = String::new();
    if seconds < 0 || nanos < 0 {
        text.push('-');
    }
    let _ = write!(text, "{}", seconds.unsigned_abs());
    push_fraction(&mut text, nanos.unsigned_abs());
    text.push('s');
    text
}

/// Takes text apart from its beginning.
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn eat(&mut self, c: char) -> Option<()> {
        self.0 = self.0.strip_prefix(c)?;
        Some(())
    }

    /// Exactly so many decimal digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (text, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
    }

    /// All the digits that follow.
    fn digits(&mut self) -> &str {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(end).unwrap_or(("", self.0));
        self.0 = rest;
        digits
    }
}

/// A point in time as RFC 3339 has it.
pub(crate) fn parse(text: &str) -> Outcome {
    let total = parse_parts(text).ok_or_else(|| {
        EvalErrorKind::invalid(format!("{} is no timestamp such as \"2026-01-31T12:00:00Z\"", quoted(text)))
    })?;
    from_nanos(total)
}

fn parse_parts(text: &str) -> Option<i128> {
    let mut cursor = Cursor(text);
    let year = cursor.number(4)?;
    cursor.eat('-')?;
    let month = cursor.number(2)?;
    cursor.eat('-')?;
    let day = cursor.number(2)?;
    cursor.eat('T')?;
    let hour = cursor.number(2)?;
    cursor.eat(':')?;
    let minute = cursor.number(2)?;
    cursor.eat(':')?;
    let second = cursor.number(2)?;
    if !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut fraction = 0;
    if cursor.eat('.').is_some() {
        fraction = fraction_of(cursor.digits(), 9)?;
    }
    let offset = if cursor.eat('Z').is_some() {
        0
    } else {
        let sign = if cursor.eat('+').is_some() { 1 } else { cursor.eat('-').map(|()| -1)? };
        let hours = cursor.number(2)?;
        cursor.eat(':')?;
        let minutes = cursor.number(2)?;
        if hours > 23 || minutes > 59 {
            return None;
        }
        sign * (hours * 3_600 + minutes * 60)
    };
    if !cursor.0.is_empty() {
        return None;
    }
    let seconds = days_of(year, month, day) * DAY + hour * 3_600 + minute * 60 + second - offset;
    Some(nanos(seconds, fraction))
}

/// The digits behind a decimal point as a whole number of `10^-places`; further digits are cut off. `None` without any.
fn fraction_of(digits: &str, places: usize) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    let kept: String = digits.chars().chain(std::iter::repeat('0')).take(places).collect();
    kept.parse().ok()
}

/// A length of time such as `1h30m`, `-1.5s`, `100ms`.
pub(crate) fn parse_duration(text: &str) -> Outcome {
    let unreadable =
        || EvalErrorKind::invalid(format!("{} is no duration such as \"1h30m\" or \"-1.5s\"", quoted(text)));
    let mut cursor = Cursor(text);
    let negative = cursor.eat('-').is_some();
    if !negative {
        let _ = cursor.eat('+');
    }
    if cursor.0 == "0" {
        return duration_from_nanos(0);
    }
    let mut total: i128 = 0;
    loop {
        let (part, out_of_range) = duration_part(&mut cursor).ok_or_else(unreadable)?;
        if out_of_range {
            return duration_from_nanos(i128::MAX);
        }
        total = total.saturating_add(part);
        if cursor.0.is_empty() {
            break;
        }
    }
    duration_from_nanos(if negative { -total } else { total })
}

/// A number and its unit, in nanoseconds, and whether that is more than any duration.
fn duration_part(cursor: &mut Cursor<'_>) -> Option<(i128, bool)> {
    let whole = cursor.digits().to_owned();
    let fraction = if cursor.eat('.').is_some() { cursor.digits().to_owned() } else { String::new() };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let units = [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("μs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60 * 1_000_000_000),
        ("h", 3_600 * 1_000_000_000),
    ];
    let (rest, unit) = units.iter().find_map(|(name, unit)| Some((cursor.0.strip_prefix(name)?, *unit)))?;
    cursor.0 = rest;
    let whole = whole.trim_start_matches('0');
    if whole.len() > 24 {
        return Some((0, true));
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut part = whole.checked_mul(unit)?;
    if !fraction.is_empty() {
        part += i128::from(fraction_of(&fraction, 15)?) * unit / 1_000_000_000_000_000;
    }
    Some((part, false))
}

/// How far a zone is ahead of UTC at a point in time, in seconds. A zone is `UTC`, an offset such as `+01:00`, or a
/// name such as `Europe/Paris`.
pub(crate) fn offset(zone: &str, seconds: i64) -> Result<i64, EvalErrorKind> {
    if zone.is_empty() || zone == "UTC" {
        return Ok(0);
    }
    if zone.contains(':') {
        return fixed(zone).ok_or_else(|| unknown_zone(zone));
    }
    named(zone, seconds)
}

fn unknown_zone(zone: &str) -> EvalErrorKind {
    EvalErrorKind::invalid(format!("{} is no known time zone", quoted(zone)))
}

fn fixed(zone: &str) -> Option<i64> {
    let (sign, zone) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+').unwrap_or(zone)),
    };
    let (hours, minutes) = zone.split_once(':')?;
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(feature = "time-zones")]
fn named(zone: &str, seconds: i64) -> Result<i64, EvalErrorKind> {
    let found = jiff::tz::TimeZone::get(zone).ok().filter(|found| found.iana_name() == Some(zone));
    // The library's years end some hours before ours, in which no zone changes.
    let at = seconds.min(jiff::Timestamp::MAX.as_second());
    let at = jiff::Timestamp::from_second(at).ok();
    match (found, at) {
        (Some(found), Some(at)) => Ok(found.to_offset(at).seconds().into()),
        _ => Err(unknown_zone(zone)),
    }
}

#[cfg(not(feature = "time-zones"))]
fn named(zone: &str, _seconds: i64) -> Result<i64, EvalErrorKind> {
    Err(EvalErrorKind::invalid(format!(
        "the time zone {} is not known to a build without the feature `time-zones`",
        quoted(zone)
    )))
}
