//! One line of the report: two figures of one run, what is made of them, and the goal.

use serde::Serialize;

/// One comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What is measured.
    pub what: String,
    /// What both figures are in.
    pub unit: &'static str,
    /// Argus' figure, the median of its rounds.
    pub argus: f64,
    /// What stands beside it.
    pub beside: String,
    /// Its figure, the median of its rounds.
    pub comparison: f64,
    /// The figure that the goal is about.
    pub judged: f64,
    /// What that is.
    pub judged_as: &'static str,
    /// What it must be.
    pub goal: Goal,
    /// Whether it is.
    pub holds: bool,
    /// Argus' rounds, in order.
    pub argus_rounds: Vec<f64>,
    /// The comparison's rounds, in order; each after the one of Argus.
    pub comparison_rounds: Vec<f64>,
    /// How it was measured, and what else was seen.
    pub note: String,
}

/// What a figure must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// Below this.
    Below(f64),
}

impl Goal {
    /// Whether `figure` is as it must be. What is not a number never is.
    pub fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(bound) => figure >= bound,
            Self::AtMost(bound) => figure <= bound,
            Self::Below(bound) => figure < bound,
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(f, "at least {bound}"),
            Self::AtMost(bound) => write!(f, "at most {bound}"),
            Self::Below(bound) => write!(f, "below {bound}"),
        }
    }
}

/// Figures of alternating rounds.
#[derive(Debug, Clone, Default)]
pub struct Rounds {
    /// Argus'.
    pub argus: Vec<f64>,
    /// The comparison's.
    pub comparison: Vec<f64>,
}

/// What a row is about.
pub struct About {
    /// What is measured.
    pub what: String,
    /// What stands beside it.
    pub beside: String,
    /// What both figures are in.
    pub unit: &'static str,
}

impl Row {
    /// A row whose goal is about a figure made of both medians.
    pub fn judged(
        about: About,
        rounds: Rounds,
        judged_as: &'static str,
        judge: impl FnOnce(f64, f64) -> f64,
        goal: Goal,
        note: String,
    ) -> Self {
        let (argus, comparison) = (median(&rounds.argus), median(&rounds.comparison));
        let judged = judge(argus, comparison);
        Self {
            what: about.what,
            unit: about.unit,
            argus,
            beside: about.beside,
            comparison,
            judged,
            judged_as,
            goal,
            holds: goal.holds(judged),
            argus_rounds: rounds.argus,
            comparison_rounds: rounds.comparison,
            note,
        }
    }

    /// Argus' share of the comparison.
    pub fn ratio(&self) -> f64 {
        self.argus / self.comparison
    }
}

/// The middle one; of an even number, the mean of the two in the middle; not a number where there is none.
pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// A count as a figure.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts here are far below 2^52, from where on f64 rounds"
)]
pub fn figure(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wild_round_does_not_move_the_median() {
        assert!((median(&[10.0, 900.0, 11.0]) - 11.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 2.0]) - 3.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_figure_at_its_bound_is_right_unless_it_must_stay_below() {
        assert!(Goal::AtLeast(0.5).holds(0.5) && !Goal::AtLeast(0.5).holds(0.499));
        assert!(Goal::AtMost(2.0).holds(2.0) && !Goal::AtMost(2.0).holds(2.001));
        assert!(!Goal::Below(80.0).holds(80.0) && Goal::Below(80.0).holds(79.9));
    }

    #[test]
    fn a_row_without_rounds_never_holds() {
        for goal in [Goal::AtLeast(0.0), Goal::AtMost(1e9), Goal::Below(1e9)] {
            let about = About {
                what: "x".into(),
                beside: "y".into(),
                unit: "MB",
            };
            let row = Row::judged(about, Rounds::default(), "", |a, _| a, goal, String::new());
            assert!(!row.holds);
        }
    }
}
