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

    /// One that was tried least.
    pub fn draw(&mut self, dice: &mut StdRng) -> Cell {
        let least = self.0.iter().map(|(_, tried, _)| *tried).min().unwrap_or(0);
        let mut candidates: Vec<_> = self
            .0
            .iter_mut()
            .filter(|(_, tried, _)| *tried == least)
            .collect();
        let drawn = dice.random_range(0..candidates.len());
        let (cell, tried, _) = &mut *candidates[drawn];
        *tried += 1;
        *cell
    }

    /// Somebody was killed there.
    pub fn hit(&mut self, cell: Cell) {
        for (own, _, hits) in &mut self.0 {
            *hits += usize::from(*own == cell);
        }
    }

    /// Where nobody was, of what every execution comes by.
    pub fn missed(&self) -> Vec<String> {
        let resolving = |cell: &Cell| RESOLVING.iter().any(|(point, _)| *point == cell.0);
        let missed = self
            .0
            .iter()
            .filter(|(cell, tried, hits)| *tried > 1 && *hits == 0 && !resolving(cell));
        missed.map(|(cell, ..)| name(*cell)).collect()
    }
}

/// A cell in words.
pub fn name((point, class): Cell) -> String {
    match class {
        Some(class) => format!("{point}/{class}"),
        None => point.to_owned(),
    }
}
