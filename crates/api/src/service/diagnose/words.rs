//! Findings as the API writes them.

use argus_llm::diagnosis::{self, About, Measure, Unit};
use argus_types::cluster::Cluster;
use argus_types::drafting::{Finding, FindingEvidence, Severity};
use argus_types::proposal::Choice;

/// What an inquiry is about, as people call it.
pub(super) fn subject(about: &About, cluster: &Cluster) -> String {
    match about {
        About::Guest(target) => {
            let vmid = target.vmid;
            let mut guests = cluster.guests.iter();
            guests
                .find(|one| one.vmid.get() == vmid)
                .map_or_else(|| vmid.to_string(), |one| format!("{} ({vmid})", one.name))
        }
        About::Node(name) => format!("node {name}"),
        About::Storage(name) => format!("storage {name}"),
    }
}

/// A finding for the page.
pub(super) fn finding(found: diagnosis::Finding) -> Finding {
    Finding {
        severity: match found.severity {
            diagnosis::Severity::Notice => Severity::Note,
            diagnosis::Severity::Warning => Severity::Warning,
            diagnosis::Severity::Critical => Severity::Critical,
        },
        text: found.text,
        evidence: found.evidence.iter().map(evidence).collect(),
        remedy: found.remedy.map(|remedy| Choice {
            label: remedy.request.clone(),
            request: remedy.request,
        }),
    }
}

fn evidence(one: &diagnosis::Evidence) -> FindingEvidence {
    FindingEvidence {
        what: format!("{} of {}", measure(one.measure), one.subject),
        value: in_unit(one.value, one.unit),
        limit: one.limit.map(|limit| in_unit(limit, one.unit)),
    }
}

/// The measure's word as people write it.
fn measure(measure: Measure) -> String {
    measure.as_str().replace('_', " ")
}

fn in_unit(value: f64, unit: Unit) -> String {
    const GIB: f64 = 1_073_741_824.0;
    match unit {
        Unit::Share => format!("{:.0} %", value * 100.0),
        Unit::Bytes => format!("{:.1} GiB", value / GIB),
        Unit::Seconds if value >= 172_800.0 => format!("{:.0} days", value / 86_400.0),
        Unit::Seconds if value >= 7_200.0 => format!("{:.0} hours", value / 3_600.0),
        Unit::Seconds => format!("{:.0} minutes", value / 60.0),
        Unit::Number => format!("{value:.2}")
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
    }
}
