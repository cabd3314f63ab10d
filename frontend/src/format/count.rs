//! Numbers with their noun.

/// `1 step`, `2 steps`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Digits in groups of three: `5,000,000`. Other text stays as it is.
pub fn grouped(digits: &str) -> String {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::{count, grouped};

    #[test]
    fn only_one_takes_the_singular() {
        assert_eq!(count(1, "step", "steps"), "1 step");
        assert_eq!(count(0, "step", "steps"), "0 steps");
        assert_eq!(count(2, "step", "steps"), "2 steps");
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        for (digits, wanted) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("5000000", "5,000,000"),
            ("–", "–"),
            ("", ""),
        ] {
            assert_eq!(grouped(digits), wanted);
        }
    }
}
