//! What a request costs at list prices.
//!
//! Sums are whole numbers of millionths of a millionth of a dollar, so that they come out the same in whichever order
//! they are made.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use super::usage::Usage;
use crate::catalogue::Prices;

/// US dollars, in units of 10^-12.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Picodollars(pub u128);

impl Picodollars {
    /// As dollars.
    #[expect(clippy::cast_precision_loss, reason = "for people and JSON")]
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 1e12
    }
}

impl Picodollars {
    /// How much more it is than another, if it is more.
    pub fn less(self, other: Picodollars) -> Picodollars {
        Picodollars(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Picodollars {
    fn add_assign(&mut self, other: Picodollars) {
        self.0 = self.0.saturating_add(other.0);
    }
}

/// Between these two, inclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Range {
    /// At least.
    pub min: Picodollars,
    /// At most.
    pub max: Picodollars,
}

impl Range {
    /// Exactly this.
    pub fn exactly(cost: Picodollars) -> Range {
        Range { min: cost, max: cost }
    }

    /// From the least to the most of several; none of none.
    pub fn over(costs: impl IntoIterator<Item = Picodollars>) -> Option<Range> {
        costs.into_iter().fold(None, |range: Option<Range>, cost| {
            let range = range.unwrap_or(Range::exactly(cost));
            Some(Range { min: range.min.min(cost), max: range.max.max(cost) })
        })
    }
}

impl Add for Range {
    type Output = Range;
    fn add(self, other: Range) -> Range {
        Range {
            min: Picodollars(self.min.0.saturating_add(other.min.0)),
            max: Picodollars(self.max.0.saturating_add(other.max.0)),
        }
    }
}

impl AddAssign for Range {
    fn add_assign(&mut self, other: Range) {
        *self = *self + other;
    }
}

impl Sum for Range {
    fn sum<I: Iterator<Item = Range>>(ranges: I) -> Range {
        ranges.fold(Range::default(), Add::add)
    }
}

/// Prices of one model per token, whole numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rates {
    prompt: u64,
    completion: u64,
    cache_read: u64,
    cache_write: u64,
}

impl Rates {
    /// `None` where the price of prompt or completion is not known. What is not known of the cache costs as a prompt
    /// does.
    pub fn of(prices: &Prices) -> Option<Rates> {
        let prompt = whole(prices.prompt?)?;
        Some(Rates {
            prompt,
            completion: whole(prices.completion?)?,
            cache_read: prices.cache_read.and_then(whole).unwrap_or(prompt),
            cache_write: prices.cache_write.and_then(whole).unwrap_or(prompt),
        })
    }

    /// What tokens cost.
    pub fn cost(&self, usage: &Usage) -> Picodollars {
        let part = |tokens: u64, rate: u64| u128::from(tokens) * u128::from(rate);
        Picodollars(
            part(usage.input, self.prompt)
                + part(usage.cache_read, self.cache_read)
                + part(usage.cache_write, self.cache_write)
                + part(usage.output, self.completion),
        )
    }
}

/// Dollars a token as a whole number of picodollars. Beyond a dollar a token no price is believed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within the bounds of the line before"
)]
fn whole(dollars: f64) -> Option<u64> {
    (0.0..=1.0).contains(&dollars).then(|| (dollars * 1e12).round() as u64)
}

/// Tokens of a text of so many bytes, where nobody counted them: four bytes to a token, rounded up. English is near to
/// that with all common tokenizers; other scripts take more bytes a character and more tokens.
pub fn estimated_tokens(bytes: u64) -> u64 {
    bytes.div_ceil(4)
}

/// Tokens that a message takes besides its text, in an estimate.
pub const TOKENS_A_MESSAGE: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    const PRICES: Prices =
        Prices { prompt: Some(2.5e-6), completion: Some(1e-5), cache_read: Some(2.5e-7), cache_write: None };

    #[test]
    fn each_kind_of_token_has_its_price() {
        let rates = Rates::of(&PRICES).unwrap();
        let usage = Usage { input: 1000, cache_read: 2000, cache_write: 100, output: 50, measured: true };
        let dollars = rates.cost(&usage).dollars();
        assert!((dollars - (0.0025 + 0.0005 + 0.00025 + 0.0005)).abs() < 1e-12, "{dollars}");
        let lost = rates.cost(&usage.without_cache()).dollars();
        assert!((lost - (3100.0 * 2.5e-6 + 0.0005)).abs() < 1e-12, "{lost}");
    }

    #[test]
    fn what_has_no_price_has_no_cost() {
        assert_eq!(Rates::of(&Prices { completion: None, ..PRICES }), None);
        assert_eq!(Rates::of(&Prices { prompt: Some(-1.0), ..PRICES }), None);
        assert_eq!(Rates::of(&Prices { prompt: Some(f64::NAN), ..PRICES }), None);
    }

    #[test]
    fn ranges() {
        let costs = [3, 1, 2].map(Picodollars);
        let range = Range::over(costs).unwrap();
        assert_eq!((range.min, range.max), (Picodollars(1), Picodollars(3)));
        assert_eq!(Range::over([]), None);
        let sum: Range = [range, Range::exactly(Picodollars(5))].into_iter().sum();
        assert_eq!((sum.min, sum.max), (Picodollars(6), Picodollars(8)));
    }

    #[test]
    fn estimates_round_up() {
        assert_eq!([0, 1, 4, 5].map(estimated_tokens), [0, 1, 1, 2]);
    }
}
