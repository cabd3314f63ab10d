//! The document as it is after reading: nothing in it can be wrong any more.

use argus_types::id::PlanDigest;
use argus_types::proposal::RiskLevel;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{ActionPattern, When, Window};

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// The document's format, 1.
    pub format: u8,
    /// Actions that are possible at all.
    pub enabled: Vec<ActionPattern>,
    /// What every plan needs.
    pub defaults: Defaults,
    /// What some plans need besides.
    pub rules: Vec<Rule>,
}

/// What every plan needs, before any rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Defaults {
    /// Approvals by level of risk.
    pub approvals: ByRisk<u8>,
    /// Approvals of a destructive plan, never fewer than the floor.
    pub destructive: u8,
    /// Actions that only look: a plan of nothing else needs no approval.
    pub only_looks: Vec<ActionPattern>,
    /// Minutes for which a plan can be confirmed.
    pub expires_after_min: ByRisk<u32>,
    /// Minutes for which an approval counts.
    pub approvals_count_min: u32,
    /// Whether an admin may approve what they asked for, where it is not destructive.
    pub lone_admin: bool,
    /// Whether confirming takes a passkey.
    pub step_up: bool,
    /// Whether the author must say why.
    pub reason: bool,
}

/// One value a level of risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ByRisk<T> {
    /// For low risk.
    pub low: T,
    /// For medium risk.
    pub medium: T,
    /// For high risk.
    pub high: T,
}

impl<T: Copy> ByRisk<T> {
    /// The value of this level.
    pub fn of(self, level: RiskLevel) -> T {
        match level {
            RiskLevel::Low => self.low,
            RiskLevel::Medium => self.medium,
            RiskLevel::High => self.high,
        }
    }
}

/// Demands on the plans that it speaks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its name, unique in the document.
    pub name: String,
    /// Why there is such a rule, in a sentence for those whom it stops.
    pub why: String,
    /// What a denied author could ask for instead, where the rule's author says so.
    pub instead: Option<String>,
    /// Which plans it speaks about.
    pub when: When,
    /// What it demands of them.
    pub demands: Demands,
}

/// What a rule demands. Every field can only make a plan harder to run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Demands {
    /// It must not run.
    pub deny: bool,
    /// At least so many different people must approve it.
    pub approvals: Option<u8>,
    /// Confirming takes a passkey.
    pub step_up: bool,
    /// The author must say why.
    pub reason: bool,
    /// It must not be larger than this.
    pub largest: Option<Largest>,
    /// It can be confirmed, and an approval counts, for so many minutes at most.
    pub expires_after_min: Option<u32>,
    /// It must not start within these.
    pub freeze: Vec<Window>,
    /// What it changes must be restorable.
    pub restorable: Option<Restorable>,
}

/// How much a plan may change at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Largest {
    /// Guests.
    pub guests: Option<u32>,
    /// Nodes on which it does something, a migration's destination included.
    pub nodes: Option<u32>,
}

/// That a guest can be brought back from a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Restorable {
    /// Hours since its youngest backup, at most.
    pub backup_max_age_h: u32,
    /// Whether that backup must have been verified.
    pub verified: bool,
}

impl Policy {
    /// What a decision on the document names: SHA-256 over its content, whatever its comments and spaces.
    ///
    /// # Panics
    /// Never: see the reason in the body.
    pub fn digest(&self) -> PlanDigest {
        let bytes = serde_json_canonicalizer::to_vec(self).expect(
            "a policy holds text, small integers and truth values under text keys, all of which RFC 8785 can write",
        );
        PlanDigest::new(Sha256::digest(bytes).into())
    }

    /// Whether the document enables an action of this name.
    pub fn enables(&self, action: &str) -> bool {
        self.enabled.iter().any(|pattern| pattern.matches(action))
    }
}
