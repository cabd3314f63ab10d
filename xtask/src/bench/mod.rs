//! `cargo xtask bench`: figures against their bounds, each a ratio or a size that another machine would find, too.
//!
//! A [`Measure`] gets everything running in release builds and returns one [`Figure`]. New ones go into
//! [`MEASURES`]; what they share is [`Bench`].

mod page_size;

use anyhow::{Result, bail};
use clap::Args;

use crate::terminal;

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub struct Options {
    /// Only measures whose name contains this
    #[arg(default_value = "")]
    name: String,
}

/// What measures share.
pub struct Bench;

/// Something that can be measured.
pub struct Measure {
    /// What is measured.
    pub name: &'static str,
    /// Measures it.
    pub run: fn(&Bench) -> Result<Figure>,
}

/// One result.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What was found.
    pub value: f64,
    /// The most that is right.
    pub bound: f64,
    /// What both are in, such as `kB` or `of a bare handler`.
    pub unit: &'static str,
}

impl Figure {
    /// Whether the bound holds.
    pub fn holds(&self) -> bool {
        self.value <= self.bound
    }
}

/// Every measure, in the order in which they run.
const MEASURES: &[Measure] = &[page_size::MEASURE];

/// Runs the measures and prints one line each; fails where a bound does not hold.
pub fn run(options: &Options) -> Result<()> {
    let bench = Bench;
    let mut broken = Vec::new();
    for measure in MEASURES
        .iter()
        .filter(|measure| measure.name.contains(&options.name))
    {
        crate::interrupt::check()?;
        let figure = (measure.run)(&bench)?;
        let verdict = if figure.holds() { "ok" } else { "TOO MUCH" };
        terminal::say(&format!(
            "{:<40} {:>10.2} {:<20} at most {:>8.2}  {verdict}",
            measure.name, figure.value, figure.unit, figure.bound
        ));
        if !figure.holds() {
            broken.push(measure.name);
        }
    }
    if !broken.is_empty() {
        bail!("out of bounds: {}", broken.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_at_its_bound_holds_and_one_above_does_not() {
        let figure = |value| Figure {
            value,
            bound: 400.0,
            unit: "kB",
        };
        assert!(figure(400.0).holds());
        assert!(!figure(400.1).holds());
    }
}
