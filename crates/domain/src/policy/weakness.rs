//! What a document leaves open that it could close.

use argus_types::proposal::RiskLevel;

use super::{CHANGE, DESTRUCTIVE, Policy, words};

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

    /// The same where so many people may approve: what nobody could ever approve is a weakness as well, for whoever is
    /// in the way will be gone around.
    pub fn weaknesses_among(&self, admins: u32) -> Vec<String> {
        let mut found = self.weaknesses();
        let needed = u32::from(self.defaults.destructive.max(DESTRUCTIVE));
        let there_are = match admins {
            0 => "there is no admin".to_owned(),
            1 => "there is one admin".to_owned(),
            more => format!("there are {more} admins"),
        };
        if admins < needed {
            found.push(format!(
                "Nothing destructive can run: it takes {needed} approvals, and {there_are}. Invite more on People."
            ));
        } else if admins == needed {
            found.push(format!(
                "Nothing destructive that an admin asks for can run: it takes {needed} approvals by others, and \
                 {there_are}. Let an operator ask, or invite one more admin."
            ));
        }
        if admins <= u32::from(CHANGE) {
            found.push(format!(
                "The policy can be changed from the server's shell only: a change takes {CHANGE} approvals by others \
                 than its author, and {there_are}."
            ));
        }
        found
    }
}
