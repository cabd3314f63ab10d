//! What a document leaves open that it could close.

use argus_types::proposal::RiskLevel;

use super::{Policy, words};

/// Minutes beyond which an approval counts long enough to be forgotten.
const LONG_MIN: u32 = 8 * 60;

impl Policy {
    /// One sentence each, for the page and for whoever decides on the document.
    pub fn weaknesses(&self) -> Vec<String> {
        let defaults = &self.defaults;
        let mut found = Vec::new();
        if defaults.lone_admin {
            found.push(
                "An admin may approve and confirm what they asked for themselves, where it is not destructive \
                 (lone_admin): one stolen session is enough for it."
                    .to_owned(),
            );
        }
        for level in [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High] {
            if defaults.approvals.of(level) == 0 {
                let risk = words::risk(level);
                found.push(format!(
                    "A plan of {risk} risk runs without anybody's approval, unless a rule asks for one."
                ));
            }
        }
        if defaults.approvals_count_min > LONG_MIN {
            found.push(format!(
                "An approval counts for {} minutes: long enough that nobody remembers what it was for.",
                defaults.approvals_count_min
            ));
        }
        found
    }
}
