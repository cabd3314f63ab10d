//! What happens around signing in, counted. The ledger has each with its person; labels here are of closed lists.

use crate::record::Kind;

/// Sign-ins that were refused, for whatever reason.
const SIGN_INS_REFUSED: &str = "argus_sign_ins_refused_total";
/// What somebody should look at.
const ALERTS: &str = "argus_alerts_total";

/// What somebody should look at soon. `docker/prometheus/argus.rules.yml` has a rule for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    /// A plan was confirmed without the approvals that were missing.
    BreakGlass,
    /// Somebody signed in without the single sign-on that is configured.
    FallbackUsed,
    /// A refresh token came back after its use.
    RefreshTokenReused,
    /// A copy of a passkey was seen.
    PasskeyCloned,
    /// A recovery code let its owner in.
    RecoveryUsed,
    /// A start that was put off did not come about.
    StartNotMade,
}

impl Alert {
    /// Every alert.
    pub const ALL: [Self; 6] = [
        Self::BreakGlass,
        Self::FallbackUsed,
        Self::RefreshTokenReused,
        Self::PasskeyCloned,
        Self::RecoveryUsed,
        Self::StartNotMade,
    ];

    /// The value of the label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BreakGlass => "break_glass",
            Self::FallbackUsed => "fallback_used",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::PasskeyCloned => "passkey_cloned",
            Self::RecoveryUsed => "recovery_used",
            Self::StartNotMade => "start_not_made",
        }
    }
}

/// Shows what the alerting rules watch before it happens for the first time: of a counter that appears with a one,
/// Prometheus cannot tell that it has grown.
pub fn begin_at_zero() {
    for alert in Alert::ALL {
        metrics::counter!(ALERTS, "alert" => alert.as_str()).increment(0);
    }
    metrics::counter!(SIGN_INS_REFUSED).increment(0);
}

/// Counts an event of signing in or of rights; `class` says how or why, out of a closed list.
pub fn count(kind: Kind, class: &'static str) {
    metrics::counter!("argus_auth_events_total", "event" => kind.as_str(), "class" => class)
        .increment(1);
    if kind == Kind::SignInRefused {
        metrics::counter!(SIGN_INS_REFUSED).increment(1);
    }
}

/// Raises an alert: a counter that the alerting rules watch, and a line in the log.
pub fn alert(alert: Alert) {
    let name = alert.as_str();
    metrics::counter!(ALERTS, "alert" => name).increment(1);
    tracing::warn!(target: "argus::event", kind = "alert", alert = name, "somebody should look at this");
}
