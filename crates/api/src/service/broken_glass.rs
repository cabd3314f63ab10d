//! Looking at broken glass afterwards.

use argus_domain::approval::{self, Refusal};
use argus_store::{Review, Store};
use argus_types::approval::{BreakGlassReview, BrokenGlass};
use argus_types::id::ProposalId;
use argus_types::problem::ProblemCode;
use http::StatusCode;
use serde_json::json;

use super::confirm::check::not_found;
use super::refused::{self, Refused};
use super::within::Within;
use super::{Once, Reply};
use crate::auth_event;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::session::Reach;

/// How many are listed: whoever breaks more glass than this has another problem.
const LISTED: u32 = 200;

/// Lists broken glass and takes people's looks at it.
#[derive(Clone)]
pub struct Glass {
    store: Store,
    clock: SharedClock,
    within: Within,
}

impl Glass {
    /// Broken glass in `store`.
    pub fn new(store: Store, clock: SharedClock, within: Within) -> Self {
        Self {
            store,
            clock,
            within,
        }
    }

    /// Every time that glass was broken within `reach`, those that nobody looked at first.
    pub async fn list(&self, reach: &Reach) -> Result<Vec<BrokenGlass>, ApiProblem> {
        let mut seen = Vec::new();
        for glass in self.store.broken_glass(LISTED).await? {
            if self.within.sees_proposal(reach, glass.proposal).await? {
                seen.push(glass);
            }
        }
        Ok(seen)
    }

    /// Closes the matter by the look of somebody else.
    pub async fn review(
        &self,
        once: &Once,
        id: ProposalId,
        input: &BreakGlassReview,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        let Some((breaker, reviewed)) = tx.broken_by(id).await? else {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                "No glass was broken for this proposal.",
            ));
        };
        if reviewed {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                "Somebody has looked at it before.",
            ));
        }
        let (_, who) = tx.hold_parties(id, once.person.id).await?;
        let breaker = tx.hold_account(breaker).await?;
        let (cluster, guests) = (&stored.proposal.cluster, &stored.placements);
        let judged = approval::may_review(
            &who.towards(cluster, guests),
            &breaker.towards(cluster, guests),
        );
        if let Err(refusal) = judged {
            drop(tx);
            return Err(self.refuse(once, id, refusal).await?);
        }
        let note = input.note.as_str();
        let review = Review {
            by: who.person.id,
            note,
            at: now,
        };
        tx.review_broken_glass((id, stored.proposal.state), review)
            .await?;
        let reply = Reply::new(
            StatusCode::OK,
            &json!({ "proposal": id, "reviewed_by": who.person, "reviewed_at": now, "note": note }),
        )?;
        once.complete(&mut tx, &reply).await?;
        let body = json!({ "broken_by": breaker.person.name, "note": note });
        let subject = format!("proposal/{id}");
        let kind = Kind::BreakGlassReviewed;
        tx.append_ledger(record::entry(now, &once.person.name, kind, subject, body))
            .await?;
        tx.commit().await?;
        auth_event::count(kind, "reviewed");
        Ok(reply)
    }

    async fn refuse(
        &self,
        once: &Once,
        id: ProposalId,
        refusal: Refusal,
    ) -> Result<ApiProblem, ApiProblem> {
        let refused = Refused {
            act: "review",
            subject: &format!("proposal/{id}"),
            refusal,
        };
        refused::record(&self.store, once, self.clock.now(), refused).await
    }
}
