//! A small line chart: one series of shares over time. The numbers stand beside it as text.

use std::fmt::Write;

use leptos::prelude::*;

use crate::format::bytes::percent;

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 48.0;

/// A line from left (oldest) to right, 0 at the bottom, 1 at the top; a gap where nothing was measured.
#[component]
pub fn Sparkline(
    /// What is shown.
    label: &'static str,
    /// Shares of 0 to 1, oldest first.
    points: Vec<Option<f64>>,
) -> impl IntoView {
    let known: Vec<f64> = points.iter().flatten().copied().collect();
    let Some(last) = known.last().copied() else {
        return view! { <p class="fine">{label} ": nothing measured"</p> }.into_any();
    };
    let peak = known.iter().copied().fold(0.0, f64::max);
    let runs = runs(points);
    let summary = format!("{} now, {} at most", percent(last), percent(peak));
    view! {
        <figure class="sparkline">
            <figcaption>
                <span>{label}</span>
                <span class="fine">{summary.clone()}</span>
            </figcaption>
            <svg
                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                preserveAspectRatio="none"
                role="img"
                aria-label=format!("{label}: {summary}")
            >
                <path class="sparkline-area" d=area(&runs) />
                <path class="sparkline-line" d=line(&runs) />
            </svg>
        </figure>
    }
    .into_any()
}

/// Measured points without a gap between them, as positions.
type Run = Vec<(f64, f64)>;

#[expect(clippy::cast_precision_loss, reason = "a few hundred points")]
fn runs(points: Vec<Option<f64>>) -> Vec<Run> {
    let step = WIDTH / points.len().saturating_sub(1).max(1) as f64;
    let mut runs = vec![Run::new()];
    for (index, point) in points.into_iter().enumerate() {
        match point {
            Some(share) => {
                let y = (HEIGHT - 2.0).mul_add(-share.clamp(0.0, 1.0), HEIGHT - 1.0);
                if let Some(run) = runs.last_mut() {
                    run.push((index as f64 * step, y));
                }
            }
            None => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

// Writing to a String cannot fail, here and below.
fn line(runs: &[Run]) -> String {
    let mut path = String::new();
    for run in runs {
        for (index, (x, y)) in run.iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{command}{x:.1} {y:.1}");
        }
    }
    path
}

fn area(runs: &[Run]) -> String {
    let mut path = String::new();
    for run in runs {
        let (Some((first, _)), Some((last, _))) = (run.first(), run.last()) else {
            continue;
        };
        let _ = write!(path, "M{first:.1} {HEIGHT}");
        for (x, y) in run {
            let _ = write!(path, "L{x:.1} {y:.1}");
        }
        let _ = write!(path, "L{last:.1} {HEIGHT}Z");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_in_the_measurements_is_a_gap_in_the_line() {
        let points = runs(vec![Some(0.1), Some(0.2), None, Some(0.3)]);
        assert_eq!(line(&points).matches('M').count(), 2);
        assert_eq!(area(&points).matches('Z').count(), 2);
    }

    #[test]
    fn a_single_point_and_none_draw_without_dividing_by_zero() {
        assert!(line(&runs(vec![])).is_empty());
        assert!(!line(&runs(vec![Some(1.0)])).contains("NaN"));
    }
}
