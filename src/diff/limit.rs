//! How much may change: `moved>1%`, `cost>+10%`.

use std::fmt;
use std::str::FromStr;

/// A bound that a comparison is not to exceed.
#[derive(Clone, PartialEq, Debug)]
pub struct Limit {
    /// As written.
    pub text: String,
    /// Of what.
    pub measure: Measure,
    /// The bound: percent, or requests.
    pub bound: f64,
    /// Whether it is percent.
    pub percent: bool,
    /// Whether the bound itself is too much: `>=`.
    pub inclusive: bool,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// Requests that are answered differently.
    Moved,
    /// How much more all requests cost.
    Cost,
}

/// What a bound comes to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Verdict {
    /// Not exceeded.
    Within,
    /// Exceeded.
    Exceeded,
}

/// A text that is no bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadLimit(String);

impl fmt::Display for BadLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadLimit {}

impl FromStr for Limit {
    type Err = BadLimit;

    fn from_str(text: &str) -> Result<Self, BadLimit> {
        let refuse = |why: &str| Err(BadLimit(format!("{why}; write `moved>0`, `moved>1%` or `cost>+10%`")));
        let Some((measure, rest)) = text.split_once('>') else {
            return refuse("it does not say more than what");
        };
        let measure = match measure.trim() {
            "moved" => Measure::Moved,
            "cost" => Measure::Cost,
            other => return refuse(&format!("`{}` is nothing that is measured", other.escape_debug())),
        };
        let (inclusive, rest) = rest.strip_prefix('=').map_or((false, rest), |rest| (true, rest));
        let rest = rest.trim();
        let (number, percent) =
            rest.strip_suffix('%').map_or((rest, false), |number| (number.trim_end(), true));
        let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
        let plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        let Some(bound) = number.parse::<f64>().ok().filter(|bound| plain && bound.is_finite()) else {
            return refuse(&format!("`{}` is no number", rest.escape_debug()));
        };
        if measure == Measure::Cost && !percent {
            return refuse("a change of cost is measured in percent");
        }
        if measure == Measure::Moved && bound < 0.0 {
            return refuse("no less than no request can move");
        }
        Ok(Self { text: text.to_owned(), measure, bound, percent, inclusive })
    }
}

impl Limit {
    /// Whether a figure exceeds the bound.
    pub fn judge(&self, figure: f64) -> Verdict {
        let exceeds = figure > self.bound || self.inclusive && figure >= self.bound;
        if exceeds { Verdict::Exceeded } else { Verdict::Within }
    }

    /// Whether it asks only if anything moves at all, which needs no log.
    pub fn is_any(&self) -> bool {
        self.measure == Measure::Moved && self.bound == 0.0 && !self.inclusive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read() {
        let read = |text: &str| text.parse::<Limit>().map(|l| (l.measure, l.bound, l.percent, l.inclusive));
        assert_eq!(read("moved>1%"), Ok((Measure::Moved, 1.0, true, false)));
        assert_eq!(read(" moved >= 0.5 %"), Ok((Measure::Moved, 0.5, true, true)));
        assert_eq!(read("moved>0"), Ok((Measure::Moved, 0.0, false, false)));
        assert_eq!(read("cost>+10%"), Ok((Measure::Cost, 10.0, true, false)));
        assert_eq!(read("cost>-5%"), Ok((Measure::Cost, -5.0, true, false)));
        for bad in [
            "",
            "moved",
            "moved<1%",
            "cost>10",
            "moved>x%",
            "moved>-1",
            "moved>1e3",
            "moved>inf",
            "moves>1",
            "moved>",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bounds_are_exceeded() {
        let judge = |text: &str, figure| text.parse::<Limit>().unwrap().judge(figure);
        assert_eq!(judge("moved>1%", 1.0), Verdict::Within);
        assert_eq!(judge("moved>1%", 1.1), Verdict::Exceeded);
        assert_eq!(judge("moved>=1%", 1.0), Verdict::Exceeded);
        assert_eq!(judge("cost>-5%", 0.0), Verdict::Exceeded);
    }
}
