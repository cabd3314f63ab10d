//! What ran, how it went, how long it took.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::Counts;
use crate::interrupt::Interrupted;
use crate::terminal;

/// One line per part.
#[derive(Default)]
pub struct Summary {
    parts: Vec<Part>,
}

struct Part {
    name: &'static str,
    counts: Counts,
    took: Duration,
    note: Option<String>,
}

impl Summary {
    /// A part that is right or wrong as a whole; whether it is right. Only Ctrl-C is an error.
    pub fn check(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> Result<bool> {
        self.count(name, || {
            work().map(|()| Counts {
                passed: 1,
                ..Counts::default()
            })
        })?;
        Ok(self
            .parts
            .last()
            .is_some_and(|part| part.counts.failed == 0))
    }

    /// A part that counts; an error of its own is one failure. Only Ctrl-C is an error.
    pub fn count(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<Counts>,
    ) -> Result<()> {
        terminal::say(&format!("\n=== {name}"));
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        let (counts, note) = match result {
            Ok(counts) => (counts, None),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                let note = format!("{error:#}");
                terminal::error(&note);
                (one_failure(), Some(first_line(&note)))
            }
        };
        self.parts.push(Part {
            name,
            counts,
            took,
            note,
        });
        Ok(())
    }

    /// A part that could not even begin, and why.
    pub fn fail(&mut self, name: &'static str, why: &str) {
        self.parts.push(Part {
            name,
            counts: one_failure(),
            took: Duration::ZERO,
            note: Some(why.to_owned()),
        });
    }

    /// A part that is left out, and why.
    pub fn skip(&mut self, name: &'static str, why: &str) {
        self.parts.push(Part {
            name,
            counts: Counts::default(),
            took: Duration::ZERO,
            note: Some(format!("not run: {why}")),
        });
    }

    /// Failures in all parts.
    pub fn failed(&self) -> u32 {
        self.parts.iter().map(|part| part.counts.failed).sum()
    }

    /// What failed and why, then the table; its last line is `N passed, N failed`.
    pub fn print(&self) {
        if self.failed() > 0 {
            terminal::say("\n=== what failed");
            for line in self.failures() {
                terminal::say(&line);
            }
        }
        terminal::say("\n=== summary");
        for line in self.lines() {
            terminal::say(&line);
        }
    }

    fn failures(&self) -> impl Iterator<Item = String> {
        self.parts.iter().flat_map(|part| {
            let failures = part.counts.failures.iter();
            failures.map(move |failure| format!("{}: {failure}", part.name))
        })
    }

    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.parts.iter().map(line).collect();
        let passed: u32 = self.parts.iter().map(|part| part.counts.passed).sum();
        lines.push(format!("{passed} passed, {} failed", self.failed()));
        lines
    }
}

fn one_failure() -> Counts {
    Counts {
        failed: 1,
        ..Counts::default()
    }
}

fn line(part: &Part) -> String {
    let Counts { passed, failed, .. } = part.counts;
    let took = terminal::seconds(part.took);
    let note = part
        .note
        .as_deref()
        .map(|note| format!("  {note}"))
        .unwrap_or_default();
    format!(
        "{:<14} {passed:>5} passed  {failed:>3} failed  {took:>12}{note}",
        part.name
    )
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(160)
        .collect()
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn the_last_line_counts_everything() {
        let mut summary = Summary::default();
        summary
            .count("unit", || {
                Ok(Counts {
                    passed: 7,
                    failed: 1,
                    failures: vec!["it_adds: 1 is not 2".to_owned()],
                })
            })
            .unwrap();
        assert!(summary.check("page", || Ok(())).unwrap());
        assert!(
            !summary
                .check("build", || Err(anyhow!("no compiler")))
                .unwrap()
        );
        summary.skip("browser", "no page");
        assert_eq!(summary.lines().last().unwrap(), "8 passed, 2 failed");
        assert!(summary.lines()[2].contains("no compiler"));
        let told: Vec<_> = summary.failures().collect();
        assert_eq!(told, ["unit: it_adds: 1 is not 2"]);
    }

    #[test]
    fn only_an_interruption_ends_the_run_early() {
        let mut summary = Summary::default();
        assert!(summary.check("unit", || Err(Interrupted.into())).is_err());
    }
}
