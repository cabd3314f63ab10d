//! Whether a running execution still stands: everybody on whose word it was started must still be allowed to give it.
//!
//! Asked in the very transaction that writes a step's intent, which holds these people as they are: whoever is
//! disabled or loses a right after that commit was allowed when the step began.

use argus_types::Timestamp;
use argus_types::id::{ExecutionId, PersonId, ProposalId};

use crate::Tx;
use crate::approval::Matter;
use crate::convert;
use crate::journal::AppendError;

impl Tx {
    /// Refuses where the one who confirmed, or an approver who is needed, may not any more.
    pub(crate) async fn check_standing(
        &mut self,
        execution: ExecutionId,
        now: Timestamp,
    ) -> Result<(), AppendError> {
        // None of this changes once there is an execution; only the people do.
        let row = sqlx::query!(
            r#"SELECT e.confirmed_by, e.started_at, e.revision, p.id AS proposal, p.cluster,
                      r.digest, r.approvals_required, r.own_approval, r.placements,
                      EXISTS (SELECT FROM break_glass b WHERE b.proposal = p.id) AS "broke_glass!"
               FROM execution e
               JOIN proposal p ON p.id = e.proposal
               JOIN proposal_revision r ON r.proposal = e.proposal AND r.revision = e.revision
               WHERE e.id = $1"#,
            execution.0,
        )
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else {
            return Err(AppendError::Fenced);
        };
        let confirmer = PersonId(row.confirmed_by);
        let (parties, confirmer) = self
            .hold_parties(ProposalId(row.proposal), confirmer)
            .await?;
        let matter = Matter {
            cluster: &convert::parse("cluster id", &row.cluster)?,
            placements: &convert::from_json::<Vec<_>>("placements", row.placements)?,
            revision: convert::number("revision", row.revision)?,
            digest: convert::parse("plan digest", &row.digest)?,
            required: convert::number("number of approvals", row.approvals_required)?,
            own_approval: row.own_approval,
            confirmed_at: convert::at(row.started_at),
            now,
        };
        let standing = confirmer.towards(matter.cluster, matter.placements);
        let judged = parties.judge(matter, |case| case.may_go_on(&standing, row.broke_glass));
        judged.map_err(|(who, refusal)| {
            let approver = parties.standing().map(|given| &given.by.person);
            let person = approver
                .chain([&confirmer.person])
                .find(|person| person.id == who);
            AppendError::NoLongerAllowed {
                name: person.map_or_else(|| who.to_string(), |person| person.name.clone()),
                why: refusal.clause(),
            }
        })
    }
}
