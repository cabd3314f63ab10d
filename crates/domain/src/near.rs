//! Names that a person may have meant. Only ever a hint in a message: nothing is decided on nearness.

/// Most names that a hint lists.
const MOST: usize = 3;
/// Most edits between two names that are called near.
const FARTHEST: usize = 2;

/// The nearest of `names` to `wrong`, nearest first.
pub(crate) fn of(wrong: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let wrong_folded = wrong.to_lowercase();
    let mut near: Vec<(usize, String)> = names
        .map(|name| (distance(&wrong_folded, &name.to_lowercase()), name))
        .filter(|(edits, _)| *edits <= FARTHEST)
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// How many characters must be added, removed or replaced to make one text the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first_and_far_ones_stay_out() {
        let names = ["pve10", "pve2", "storage", "PVE1"].map(str::to_owned);
        assert_eq!(of("pve1", names.into_iter()), ["PVE1", "pve10", "pve2"]);
        assert!(of("x", std::iter::once("storage".to_owned())).is_empty());
    }
}
