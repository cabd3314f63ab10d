//! What a person reads and what a file keeps.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::row::Row;

/// Above this load per processor before a run, figures are not worth much.
const BUSY: f64 = 0.75;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub struct Report {
    quick: bool,
    processors: usize,
    /// Runnable processes in the last minute, before the first row.
    load_before: Option<f64>,
    rows: Vec<Row>,
}

impl Report {
    /// Says where it is measured.
    pub fn begin(quick: bool) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let load_before = load();
        let load = load_before.map_or("unknown".to_owned(), |load| format!("{load:.2}"));
        say(&format!(
            "{processors} processors, load {load} before the first row; Argus and its comparison take turns, \
             medians count"
        ));
        #[expect(clippy::cast_precision_loss, reason = "no machine has 2^52 processors")]
        if load_before.is_some_and(|load| load / processors as f64 > BUSY) {
            say(
                "The machine is busy with something else: only ratios mean something, and less than usual.",
            );
        }
        if quick {
            say("Quick: small sizes and short times. It shows that measuring works.");
        }
        Self {
            quick,
            processors,
            load_before,
            rows: Vec::new(),
        }
    }

    /// Keeps rows and says them at once.
    pub fn take(&mut self, rows: impl IntoIterator<Item = Row>) {
        for row in rows {
            say(&line(&row));
            self.rows.push(row);
        }
    }

    /// Writes the file; whether every goal is reached.
    pub fn end(self, json: Option<&Path>) -> Result<bool> {
        let missed = self.rows.iter().filter(|row| !row.holds).count();
        say(&format!(
            "\n{} of {} goals are reached",
            self.rows.len() - missed,
            self.rows.len()
        ));
        if let Some(file) = json {
            let text = serde_json::to_vec_pretty(&self)?;
            std::fs::write(file, text)
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(missed == 0)
    }
}

/// Four lines a row: figures side by side, the goal, the method.
fn line(row: &Row) -> String {
    let verdict = if row.holds { "ok     " } else { "MISSED " };
    let judged = if row.judged_as == "ratio" {
        format!("ratio {:.2}", row.judged)
    } else {
        format!(
            "{:.2} {}; ratio {:.2}",
            row.judged,
            row.judged_as,
            row.ratio()
        )
    };
    format!(
        "\n{verdict}{}\n         Argus {:.2} {unit}, {} {:.2} {unit}\n         {judged}; goal: {}\n         {}",
        row.what,
        row.argus,
        row.beside,
        row.comparison,
        row.goal,
        row.note,
        unit = row.unit
    )
}

/// What goes on while it takes long.
pub fn progress(what: &str, for_so_long: Duration) {
    say(&format!("- {what} ({} s)", for_so_long.as_secs()));
}

/// One line to standard output.
fn say(text: &str) {
    // A closed pipe is no reason to leave processes behind: the work goes on unheard.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Why it ends here.
pub fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr().lock(), "error: {error:#}");
}

/// The last minute's load, where the system tells it.
fn load() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}
