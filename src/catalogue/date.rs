//! Calendar dates, as much of them as retirement dates need. What day it is today the caller knows.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, in the years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A date that the calendar has.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let exists = (1..=9999).contains(&year) && day >= 1 && day <= days_in_month(year, month);
        exists.then_some(Date { year, month, day })
    }

    /// The date so many days after 1 January 1970, for callers that have a clock.
    pub fn from_unix_days(days: i64) -> Option<Date> {
        // Counted from 1 March of the year 0, so that a leap day is the last day of its year.
        let days = days.checked_add(DAYS_TO_1970)?;
        let (era, day_of_era) = (days.div_euclid(DAYS_PER_ERA), days.rem_euclid(DAYS_PER_ERA));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era.checked_mul(400)? + year_of_era + i64::from(month <= 2);
        Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Days after 1 January 1970; negative before.
    pub fn unix_days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970
    }

    /// Days from this date to `later`; negative when `later` is earlier.
    pub fn days_until(self, later: Date) -> i64 {
        later.unix_days() - self.unix_days()
    }
}

/// Days of 400 years, after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;

/// Days from 1 March of the year 0 to 1 January 1970.
const DAYS_TO_1970: i64 = 719_468;

fn days_in_month(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// A text that is no date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotADate;

impl FromStr for Date {
    type Err = NotADate;

    /// Reads `2026-11-22`: four digits, two, two.
    fn from_str(text: &str) -> Result<Date, NotADate> {
        let mut parts = text.split('-');
        let mut digits = |width: usize| {
            let part = parts.next().filter(|p| p.len() == width && p.bytes().all(|b| b.is_ascii_digit()))?;
            part.parse::<u16>().ok()
        };
        let (year, month, day) = (digits(4), digits(2), digits(2));
        let date = (|| Date::new(year?, u8::try_from(month?).ok()?, u8::try_from(day?).ok()?))();
        if parts.next().is_some() { Err(NotADate) } else { date.ok_or(NotADate) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn reads_and_prints() {
        for text in ["2026-11-22", "0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29"] {
            assert_eq!(date(text).to_string(), text);
        }
    }

    #[test]
    fn refuses_what_no_calendar_has() {
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-11-22-",
            "2026-11-22-01",
            "2026-2-01",
            "26-11-22",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2025-02-29",
            "1900-02-29",
            "2026-04-31",
            "+026-01-01",
            "2026-11-2²",
            "0000-01-01",
            "２026-01-01",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
        }
    }

    #[test]
    fn counts_days() {
        assert_eq!(date("1970-01-01").unix_days(), 0);
        assert_eq!(date("2026-11-22").unix_days(), 20_779);
        assert_eq!(date("2024-02-28").days_until(date("2024-03-01")), 2);
        assert_eq!(date("2026-11-22").days_until(date("2026-10-23")), -30);
        assert!(date("2026-11-22") < date("2026-12-01"));
    }

    #[test]
    fn every_day_there_is_comes_back_from_its_number() {
        let (first, last) = (date("0001-01-01").unix_days(), date("9999-12-31").unix_days());
        let mut before = None;
        for days in first..=last {
            let date = Date::from_unix_days(days).unwrap();
            assert_eq!(date.unix_days(), days);
            assert!(before < Some(date));
            before = Some(date);
        }
        for days in [first - 1, last + 1, i64::MIN, i64::MAX] {
            assert_eq!(Date::from_unix_days(days), None);
        }
    }
}
