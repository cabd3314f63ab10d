//! What tokens cost.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::answer::Usage;

/// The price of a million tokens, in millionths of whatever currency the bill is in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Price(u64);

/// A price is digits, and at most six more behind a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a price is a decimal number such as 2.50, with at most six digits after the point")]
pub struct BadPrice;

/// What a million tokens of a provider's cost, in and out. Nothing, of a model of one's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Prices {
    /// Of tokens that the model reads.
    pub input: Price,
    /// Of tokens that it writes.
    pub output: Price,
}

/// Tokens in a price.
const MILLION: u128 = 1_000_000;

impl Prices {
    /// What a usage costs, in millionths, rounded up: a budget is never exceeded by what rounding hid.
    pub fn cost(&self, usage: Usage) -> u64 {
        let exact = u128::from(usage.input) * u128::from(self.input.0)
            + u128::from(usage.output) * u128::from(self.output.0);
        u64::try_from(exact.div_ceil(MILLION)).unwrap_or(u64::MAX)
    }
}

impl Price {
    /// In millionths.
    pub fn millionths(self) -> u64 {
        self.0
    }
}

impl FromStr for Price {
    type Err = BadPrice;

    fn from_str(text: &str) -> Result<Self, BadPrice> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let are_digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(fraction) || fraction.len() > 6 {
            return Err(BadPrice);
        }
        let whole: u64 = whole.parse().map_err(|_| BadPrice)?;
        let fraction: u64 = format!("{fraction:0<6}").parse().map_err(|_| BadPrice)?;
        let millionths = whole
            .checked_mul(1_000_000)
            .and_then(|whole| whole.checked_add(fraction));
        millionths.map(Self).ok_or(BadPrice)
    }
}

impl TryFrom<String> for Price {
    type Error = BadPrice;

    fn try_from(text: String) -> Result<Self, BadPrice> {
        text.parse()
    }
}

impl From<Price> for String {
    fn from(Price(millionths): Price) -> Self {
        let all = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
        // Two digits behind the point, as on a bill, and more only where they say something.
        let said = all.trim_end_matches('0').len();
        let least = all.len() - 4;
        all[..said.max(least)].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact_decimals_and_nothing_else() {
        for (text, millionths) in [
            ("2.50", 2_500_000),
            ("0", 0),
            ("15", 15_000_000),
            ("0.000001", 1),
        ] {
            let price: Price = text.parse().unwrap();
            assert_eq!(price, Price(millionths), "{text}");
            assert_eq!(String::from(price).parse(), Ok(price));
        }
        for wrong in [
            "",
            ".5",
            "1.",
            "-1",
            "1e3",
            "1.0000001",
            "1,5",
            "18446744073709551615",
        ] {
            assert_eq!(wrong.parse::<Price>(), Err(BadPrice), "{wrong}");
        }
    }

    #[test]
    fn a_cost_is_rounded_up_and_never_overflows() {
        let prices = Prices {
            input: "2.5".parse().unwrap(),
            output: "10".parse().unwrap(),
        };
        let usage = |input, output| Usage { input, output };
        assert_eq!(prices.cost(usage(1_000_000, 100_000)), 3_500_000);
        assert_eq!(prices.cost(usage(1, 0)), 3);
        assert_eq!(prices.cost(usage(0, 0)), 0);
        assert_eq!(prices.cost(usage(u64::MAX, u64::MAX)), u64::MAX);
        assert_eq!(Prices::default().cost(usage(u64::MAX, 1)), 0);
    }
}
