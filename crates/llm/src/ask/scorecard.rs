//! What became of a provider's drafts.

use serde::{Deserialize, Serialize};

/// Counts of one provider's drafts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scorecard {
    /// Went on as they were drafted.
    pub accepted: u64,
    /// Went on after somebody changed them.
    pub edited: u64,
    /// Were turned down by people.
    pub rejected: u64,
    /// Had not the form that was asked for, so that nobody saw them.
    pub schema_failed: u64,
}

/// What became of one draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// See [`Scorecard::accepted`].
    Accepted,
    /// See [`Scorecard::edited`].
    Edited,
    /// See [`Scorecard::rejected`].
    Rejected,
    /// See [`Scorecard::schema_failed`].
    SchemaFailed,
}

impl Scorecard {
    /// Counts one more.
    pub fn count(&mut self, verdict: Verdict) {
        let counter = match verdict {
            Verdict::Accepted => &mut self.accepted,
            Verdict::Edited => &mut self.edited,
            Verdict::Rejected => &mut self.rejected,
            Verdict::SchemaFailed => &mut self.schema_failed,
        };
        *counter = counter.saturating_add(1);
    }

    /// How many drafts there were.
    pub fn total(self) -> u64 {
        [
            self.accepted,
            self.edited,
            self.rejected,
            self.schema_failed,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }

    /// The share that went on as drafted, 0 to 1; `None` before the first draft.
    #[expect(clippy::cast_precision_loss, reason = "a share for people to look at")]
    pub fn accepted_share(self) -> Option<f64> {
        let total = self.total();
        (total > 0).then(|| self.accepted as f64 / total as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verdict_has_its_own_counter() {
        let mut card = Scorecard::default();
        assert_eq!(card.accepted_share(), None);
        for verdict in [
            Verdict::Accepted,
            Verdict::Accepted,
            Verdict::Edited,
            Verdict::Rejected,
            Verdict::SchemaFailed,
        ] {
            card.count(verdict);
        }
        let wanted = Scorecard {
            accepted: 2,
            edited: 1,
            rejected: 1,
            schema_failed: 1,
        };
        assert_eq!(card, wanted);
        assert_eq!((card.total(), card.accepted_share()), (5, Some(0.4)));
    }
}
