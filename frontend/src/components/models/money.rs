//! Money.

/// Millionths of a currency as an amount with two digits, or with as many as it takes to be more than nothing.
pub fn amount(millionths: u64, currency: &str) -> String {
    let (whole, part) = (millionths / 1_000_000, millionths % 1_000_000);
    let digits = if whole == 0 && part > 0 && part < 10_000 {
        format!("{part:06}").trim_end_matches('0').to_owned()
    } else {
        format!("{:02}", part / 10_000)
    };
    format!("{whole}.{digits} {currency}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn little_money_is_not_shown_as_none() {
        assert_eq!(amount(0, "EUR"), "0.00 EUR");
        assert_eq!(amount(1_500_000, "EUR"), "1.50 EUR");
        assert_eq!(amount(10_000, "EUR"), "0.01 EUR");
        assert_eq!(amount(1_200, "EUR"), "0.0012 EUR");
        assert_eq!(amount(12_345_678, ""), "12.34");
    }
}
