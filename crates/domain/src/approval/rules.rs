//! How many people must approve a plan.

use argus_types::proposal::{Risk, RiskLevel};

/// Most approvals that a rule may ask for.
pub const MAX_RULE: u8 = 3;
/// Approvals that a destructive plan needs, whatever the rules say.
pub const DESTRUCTIVE: u8 = 2;

/// Approvals by level of risk: what an installation configures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// For low risk.
    pub low: u8,
    /// For medium risk.
    pub medium: u8,
    /// For high risk.
    pub high: u8,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            low: 0,
            medium: 0,
            high: 1,
        }
    }
}

impl Rules {
    /// How many different people must approve a plan of this risk. A rule beyond [`MAX_RULE`] counts as that.
    pub fn required(self, risk: &Risk) -> u8 {
        let by_level = match risk.level {
            RiskLevel::Low => self.low,
            RiskLevel::Medium => self.medium,
            RiskLevel::High => self.high,
        };
        let least = if risk.destructive { DESTRUCTIVE } else { 0 };
        by_level.min(MAX_RULE).max(least)
    }
}

/// Which rule asks for so many approvals, in a sentence.
pub fn rule(risk: &Risk, required: u8) -> String {
    let why = if risk.destructive && required <= DESTRUCTIVE {
        "A destructive plan"
    } else {
        match risk.level {
            RiskLevel::Low => "A plan of low risk",
            RiskLevel::Medium => "A plan of medium risk",
            RiskLevel::High => "A plan of high risk",
        }
    };
    match required {
        0 => format!("{why} needs no approval here."),
        1 => format!(
            "{why} needs the approval of one admin, who neither asked for it nor confirms it."
        ),
        many => format!(
            "{why} needs the approval of {many} different admins, none of whom asked for it or confirms it."
        ),
    }
}
