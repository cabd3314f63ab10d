//! What of the observed is out of the ordinary.

mod events;
mod guest;
mod kept;
mod node;

use super::finding::{Cause, Diagnosis, Evidence, Finding, Measure, Part, Remedy, Severity, Unit};
use super::inquiry::{About, Inquiry, Symptom};
use super::observed::{Observed, Sample};
use crate::builtin::BuiltIn;
use crate::drafted::Drafted;
use crate::lint;
use crate::scene::Scene;

/// Averages are taken over so many seconds, or over all there is where nothing was measured of late.
const LATE_S: i64 = 15 * 60;

/// Says what is out of the ordinary. `scene` is what remedies are drafted against: with the guest's details there are more
/// of them.
pub fn diagnose(inquiry: Inquiry, observed: &Observed, scene: &Scene) -> Diagnosis {
    let (known, unknown) = parts(&inquiry, observed);
    let mut reasons = Reasons {
        inquiry: &inquiry,
        observed,
        scene,
        findings: Vec::new(),
    };
    reasons.of_guest();
    reasons.of_node();
    reasons.of_what_is_kept();
    reasons.of_events();
    let mut findings = reasons.findings;
    findings.sort_by_key(|one| (!one.explains, std::cmp::Reverse(one.severity), one.cause));
    Diagnosis {
        inquiry,
        findings,
        known,
        unknown,
    }
}

/// What was looked at, and what could not be.
fn parts(inquiry: &Inquiry, observed: &Observed) -> (Vec<Part>, Vec<Part>) {
    let guest = observed.guest.as_ref();
    let node = observed.node.as_ref();
    // Neither is of one storage alone.
    let tasks = (Part::Tasks, observed.failed_tasks.is_some());
    let logs = (Part::Logs, observed.logs.is_some());
    let of_guest = [
        (Part::Status, guest.is_some()),
        (
            Part::Metrics,
            guest.is_some_and(|one| !one.samples.is_empty()),
        ),
        (
            Part::Pressure,
            guest.is_some_and(|one| one.samples.iter().any(|sample| sample.pressure.is_known())),
        ),
        (Part::Node, node.is_some()),
        (Part::Snapshots, observed.snapshots.is_some()),
        (Part::Backups, observed.backups.is_some()),
        tasks,
        logs,
    ];
    let of_node = [
        (Part::Node, node.is_some()),
        (
            Part::Metrics,
            node.is_some_and(|one| !one.samples.is_empty()),
        ),
        tasks,
        logs,
    ];
    let of_all = [
        (Part::Storages, observed.storages.is_some()),
        (Part::Quorum, observed.quorate.is_some()),
    ];
    let own: &[(Part, bool)] = match inquiry.about {
        About::Guest(_) => &of_guest,
        About::Node(_) => &of_node,
        About::Storage(_) => &[],
    };
    let all = own.iter().chain(&of_all);
    let (known, unknown): (Vec<_>, Vec<_>) = all.partition(|(_, is_known)| *is_known);
    let part = |all: Vec<&(Part, bool)>| all.into_iter().map(|(part, _)| *part).collect();
    (part(known), part(unknown))
}

/// Findings in the making.
struct Reasons<'a> {
    inquiry: &'a Inquiry,
    observed: &'a Observed,
    scene: &'a Scene,
    findings: Vec<Finding>,
}

impl Reasons<'_> {
    /// Adds a finding that would explain these symptoms. One that nobody described could be any.
    fn add(
        &mut self,
        (cause, severity): (Cause, Severity),
        explains: &[Symptom],
        text: String,
        evidence: Vec<Evidence>,
    ) {
        let symptom = self.inquiry.symptom;
        self.findings.push(Finding {
            cause,
            severity,
            explains: explains.contains(&symptom)
                || (symptom == Symptom::Unsaid && severity > Severity::Notice),
            text,
            evidence,
            remedy: None,
        });
    }

    /// Gives the last finding what the rules draft of these words, where they draft anything and the linter passes it.
    fn mend(&mut self, request: String) {
        let Drafted::Draft(steps) = BuiltIn.draft_now(&request, self.scene) else {
            return;
        };
        let checked = lint::check(&request, self.scene, steps).ok();
        if let Some(last) = self.findings.last_mut() {
            last.remedy = checked.map(|steps| Remedy { request, steps });
        }
    }
}

/// Limits from which on something is a warning, and from which on it is critical.
#[derive(Clone, Copy)]
struct Limits(f64, f64);

impl Limits {
    /// How grave a value is and the limit that it passed.
    fn judge(self, value: f64) -> Option<(Severity, f64)> {
        let Self(warning, critical) = self;
        if value >= critical {
            Some((Severity::Critical, critical))
        } else if value >= warning {
            Some((Severity::Warning, warning))
        } else {
            None
        }
    }
}

fn evidence(
    measure: Measure,
    subject: &str,
    value: f64,
    unit: Unit,
    limit: Option<f64>,
) -> Evidence {
    Evidence {
        measure,
        subject: subject.to_owned(),
        value,
        unit,
        limit,
    }
}

/// Of a guest's or a node's memory.
const MEMORY: Limits = Limits(0.90, 0.97);

/// A share of memory that stands out, as its severity and evidence.
fn memory_used(subject: &str, share: f64) -> Option<(Severity, Evidence)> {
    let (severity, limit) = MEMORY.judge(share)?;
    let used = evidence(
        Measure::MemoryShare,
        subject,
        share,
        Unit::Share,
        Some(limit),
    );
    Some((severity, used))
}

/// The average of what was measured within the last quarter of an hour, or of everything.
fn average(samples: &[Sample], now_s: i64, of: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
    let mean = |values: Vec<f64>| {
        let count = u32::try_from(values.len())
            .ok()
            .filter(|count| *count > 0)?;
        Some(values.iter().sum::<f64>() / f64::from(count))
    };
    let finite = |sample: &Sample| of(sample).filter(|value| value.is_finite());
    let late = samples
        .iter()
        .filter(|sample| sample.at_s >= now_s - LATE_S);
    mean(late.filter_map(finite).collect())
        .or_else(|| mean(samples.iter().filter_map(finite).collect()))
}

/// Percent for a sentence.
fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Whole days for a sentence.
fn days(seconds: i64) -> String {
    match seconds / 86_400 {
        0 => "less than a day".to_owned(),
        1 => "one day".to_owned(),
        days => format!("{days} days"),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes and times for people to look at"
)]
fn real(number: u64) -> f64 {
    number as f64
}

fn seconds(number: i64) -> f64 {
    real(number.max(0).unsigned_abs())
}
