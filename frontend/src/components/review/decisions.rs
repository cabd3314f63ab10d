//! What a person is deciding about one proposal. It outlives each new read of the proposal, so that nothing that was
//! typed or sent is lost when somebody else decides meanwhile.

use argus_types::approval::Approvals;
use leptos::prelude::*;

use super::decision::SnapshotChoice;
use super::part::confirm_takes_passkey;
use crate::context::load::Load;
use crate::context::step_up::SteppedUp;
use crate::context::submission::Submission;

/// The way to what is under way, handed from part to part.
#[derive(Clone, Copy)]
pub struct Decisions(StoredValue<UnderWay>);

/// Everything that is under way.
#[derive(Clone, Copy)]
pub struct UnderWay {
    /// Where its approvals stand.
    pub approvals: Load<Approvals>,
    /// What was chosen about a snapshot.
    pub choice: RwSignal<SnapshotChoice>,
    /// Why none is taken.
    pub no_snapshot: RwSignal<String>,
    /// The confirmation; its passkey is asked for where the policy says so.
    pub confirming: SteppedUp,
    /// When it is to start, as the field holds it.
    pub start_at: RwSignal<String>,
    /// A start that is put off.
    pub putting_off: SteppedUp,
    /// What goes with an approval.
    pub comment: RwSignal<String>,
    /// The approval.
    pub approving: SteppedUp,
    /// Why it is rejected.
    pub objection: RwSignal<String>,
    /// The rejection.
    pub rejecting: Submission,
    /// What must be different.
    pub wish: RwSignal<String>,
    /// The request for changes.
    pub requesting: Submission,
    /// Whether the part about breaking glass is unfolded.
    pub glass_shown: RwSignal<bool>,
    /// Why it cannot wait.
    pub emergency: RwSignal<String>,
    /// The confirmation without the missing approvals.
    pub breaking: SteppedUp,
    /// Runs after a decision was recorded.
    pub decided: Callback<()>,
    /// Runs after the plan was started.
    pub started: Callback<()>,
}

impl Decisions {
    /// Nothing decided yet.
    pub fn new(approvals: Load<Approvals>, decided: Callback<()>, started: Callback<()>) -> Self {
        Self(StoredValue::new(UnderWay {
            approvals,
            choice: RwSignal::new(SnapshotChoice::Open),
            no_snapshot: RwSignal::new(String::new()),
            confirming: SteppedUp::new(),
            start_at: RwSignal::new(String::new()),
            putting_off: SteppedUp::new(),
            comment: RwSignal::new(String::new()),
            approving: SteppedUp::new(),
            objection: RwSignal::new(String::new()),
            rejecting: Submission::new(),
            wish: RwSignal::new(String::new()),
            requesting: Submission::new(),
            glass_shown: RwSignal::new(false),
            emergency: RwSignal::new(String::new()),
            breaking: SteppedUp::new(),
            decided,
            started,
        }))
    }

    /// Everything that is under way.
    pub fn under_way(self) -> UnderWay {
        self.0.get_value()
    }

    /// Whether confirming takes a fresh passkey assertion, as Argus said last; tracked.
    pub fn confirm_takes_passkey(self) -> bool {
        let approvals = self.under_way().approvals.data;
        approvals.with(|held| held.as_ref().is_some_and(confirm_takes_passkey))
    }
}
