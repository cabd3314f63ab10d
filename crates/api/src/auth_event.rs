//! What happens around signing in, counted. The ledger has each with its person; labels here are of closed lists.

use crate::record::Kind;

/// Counts an event of signing in or of rights; `class` says how or why, out of a closed list.
pub fn count(kind: Kind, class: &'static str) {
    metrics::counter!("argus_auth_events_total", "event" => kind.as_str(), "class" => class)
        .increment(1);
}

/// Raises an alert: a counter that the alerting rules watch, and a line in the log.
pub fn alert(alert: &'static str) {
    metrics::counter!("argus_alerts_total", "alert" => alert).increment(1);
    tracing::warn!(target: "argus::event", kind = "alert", alert, "somebody should look at this");
}
