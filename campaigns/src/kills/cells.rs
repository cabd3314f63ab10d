//! Where to kill: every point that a healthy execution comes by, in every class that comes by there.

use rand::RngExt;
use rand::rngs::StdRng;

/// A point, and the class of step; none where the point is about no step.
pub type Cell = (&'static str, Option<&'static str>);

/// The cells, with how often each was tried and hit.
pub struct Cells(Vec<(Cell, usize, usize)>);

const EVERY: &[&str] = &["read", "idempotent", "natural-key", "unsafe"];
/// What Proxmox answers with a task.
const TASKS: &[&str] = &["idempotent", "natural-key", "unsafe"];
/// What it carries out while it is asked.
const AT_ONCE: &[&str] = &["read", "idempotent"];

/// The points of a step, and who comes by.
const STEP: &[(&str, &[&str])] = &[
    ("before-step_started", EVERY),
    ("after-step_started", EVERY),
    ("before-pre_checked", EVERY),
    ("after-pre_checked", EVERY),
    ("before-intended", EVERY),
    ("after-intended", EVERY),
    ("before-submitted", TASKS),
    ("after-submitted", TASKS),
    ("before-answered", AT_ONCE),
    ("after-answered", AT_ONCE),
    ("before-task_ended", TASKS),
    ("after-task_ended", TASKS),
    ("before-post_checked", EVERY),
    ("after-post_checked", EVERY),
    ("before-step_succeeded", EVERY),
    ("after-step_succeeded", EVERY),
];
/// The points of an execution.
const EXECUTION: &[&str] = &[
    "before-started",
    "after-started",
    "before-resumed",
    "after-resumed",
    "before-ended",
    "after-ended",
];
/// What comes by only after an earlier death: the looking that resolves an intent without an answer.
const RESOLVING: &[(&str, &[&str])] = &[
    ("before-absent", &["idempotent", "natural-key"]),
    ("after-absent", &["idempotent", "natural-key"]),
    ("before-step_needs_attention", &["unsafe"]),
    ("after-step_needs_attention", &["unsafe"]),
];

impl Cells {
    pub fn new() -> Self {
        let of_steps = STEP.iter().chain(RESOLVING);
        let steps = of_steps.flat_map(|(point, classes)| {
            let classes = classes.iter();
            classes.map(|class| (*point, Some(*class)))
        });
        let all = steps.chain(EXECUTION.iter().map(|point| (*point, None)));
        Self(all.map(|cell| (cell, 0, 0)).collect())
    }

    /// A point where the fewest were killed; mostly in whatever class comes by first, so that all come by soon.
    pub fn draw(&mut self, dice: &mut StdRng) -> Cell {
        let weight = |(_, tried, hits): &(Cell, usize, usize)| hits + tried / 2;
        let least = self.0.iter().map(weight).min().unwrap_or(0);
        let mut candidates: Vec<_> = self
            .0
            .iter_mut()
            .filter(|cell| weight(cell) == least)
            .collect();
        let drawn = dice.random_range(0..candidates.len());
        let ((point, class), tried, _) = &mut *candidates[drawn];
        *tried += 1;
        let chosen = class.filter(|_| dice.random_ratio(1, 3));
        (*point, chosen)
    }

    /// Somebody was killed there, in this class; the cell in words.
    pub fn hit(&mut self, point: &'static str, class: &str) -> String {
        for ((own, its), _, hits) in &mut self.0 {
            *hits += usize::from(*own == point && its.is_none_or(|its| its == class));
        }
        match class {
            "-" => point.to_owned(),
            class => format!("{point}/{class}"),
        }
    }

    /// Points where nobody was killed, of those that every execution comes by; where there were many kills, classes
    /// there as well.
    pub fn missed(&self, kills: usize) -> Vec<String> {
        /// From so many on each class has come by each point.
        const MANY: usize = 1_000;
        let hits_at = |point: &str| -> usize {
            let own = self.0.iter().filter(|((own, _), ..)| *own == point);
            own.map(|(.., hits)| hits).sum()
        };
        let missed = self.0.iter().filter(|(cell, tried, hits)| {
            let resolving = RESOLVING.iter().any(|(point, _)| *point == cell.0);
            let nobody = hits_at(cell.0) == 0 || kills >= MANY && *hits == 0;
            *tried > 1 && !resolving && nobody
        });
        missed.map(|(cell, ..)| name(*cell)).collect()
    }
}

/// A cell in words.
fn name((point, class): Cell) -> String {
    match class {
        Some(class) => format!("{point}/{class}"),
        None => point.to_owned(),
    }
}
