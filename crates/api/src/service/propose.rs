//! Making a proposal: words or typed actions in, a plan in review out. Nothing is done to the cluster.

use argus_domain::approval::Rules;
use argus_store::{NewProposal, Store};
use argus_types::action::Draft;
use argus_types::id::ProposalId;
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::{Origin, Proposal, ProposalInput, ProposalOutcome, ProposalState};
use argus_types::scope::Placement;
use http::StatusCode;
use serde_json::json;

use super::assessment::{Assessor, Source, not_plannable};
use super::draft::{Drafter, Words};
use super::within::Within;
use super::{Once, Reply, succession};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::session::Reach;

/// Makes proposals.
#[derive(Clone)]
pub struct Propose {
    store: Store,
    clock: SharedClock,
    drafter: Drafter,
    assessor: Assessor,
    within: Within,
    rules: Rules,
    ttl_min: u32,
}

/// What a proposal starts from.
struct Start {
    draft: Draft,
    origin: Origin,
    request: Option<String>,
    source: Source,
    supersedes: Option<ProposalId>,
}

impl Propose {
    /// Proposals that can be confirmed for `ttl_min` minutes, with as many approvals as `rules` ask for.
    pub fn new(
        store: Store,
        clock: SharedClock,
        drafter: Drafter,
        assessor: Assessor,
        within: Within,
        rules: Rules,
        ttl_min: u32,
    ) -> Self {
        Self {
            store,
            clock,
            drafter,
            assessor,
            within,
            rules,
            ttl_min,
        }
    }

    /// Takes the request of one person, about guests that they reach.
    pub async fn run(
        &self,
        once: &Once,
        reach: &Reach,
        input: ProposalInput,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        if let Some(before) = input.supersedes {
            self.within.require_proposal(reach, before).await?;
            succession::check(&self.store, once.person.id, before, self.clock.now()).await?;
        }
        let start = match self.start(input).await? {
            Ok(start) => start,
            Err(questions) => return Reply::new(StatusCode::OK, &questions),
        };
        // Before planning, which would tell things about guests outside.
        self.within
            .require_draft(reach, self.assessor.cluster(), &start.draft)?;
        let (proposal, placements) = self.plan(once, &start).await?;
        self.keep(once, &start, proposal, &placements).await
    }

    /// The draft of the request, or the questions that it leaves open.
    async fn start(
        &self,
        input: ProposalInput,
    ) -> Result<Result<Start, ProposalOutcome>, ApiProblem> {
        let supersedes = input.supersedes;
        match (input.request, input.draft) {
            (Some(request), None) => {
                let request = request.as_str().to_owned();
                match self.drafter.draft(&request).await? {
                    Words::Draft(draft) => Ok(Ok(Start {
                        draft,
                        origin: Origin::BuiltInRules,
                        request: Some(request),
                        source: Source::Request,
                        supersedes,
                    })),
                    Words::Questions(questions) => Ok(Err(ProposalOutcome::Clarify { questions })),
                }
            }
            (None, Some(draft)) => Ok(Ok(Start {
                draft,
                origin: Origin::Draft,
                request: None,
                source: Source::Draft,
                supersedes,
            })),
            _ => Err(ApiProblem::new(
                ProblemCode::SchemaViolation,
                "Send either `request` (words) or `draft` (typed actions), and not both.",
            )
            .with_errors(vec![FieldError {
                pointer: String::new(),
                message: "exactly one of `request` and `draft` is needed".to_owned(),
            }])),
        }
    }

    async fn plan(
        &self,
        once: &Once,
        start: &Start,
    ) -> Result<(Proposal, Vec<Placement>), ApiProblem> {
        let id = ProposalId(self.clock.new_id());
        let planned = self
            .assessor
            .assess(id, &start.draft, false)
            .await?
            .map_err(|errors| not_plannable(&errors, start.source))?;
        let now = self.clock.now();
        let proposal = Proposal {
            id,
            cluster: self.assessor.cluster().clone(),
            revision: 1,
            state: ProposalState::InReview,
            title: planned.title,
            author: once.person.clone(),
            origin: start.origin,
            request: start.request.clone(),
            plan: planned.plan,
            digest: planned.digest,
            approvals_required: self.rules.required(&planned.risk),
            approvals: 0,
            risk: planned.risk,
            snapshots: planned.snapshots,
            skipped: planned.skipped,
            impact: planned.impact,
            created_at: now,
            planned_at: now,
            expires_at: now.plus_seconds(i64::from(self.ttl_min) * 60),
            closed_by: None,
            closed_at: None,
            closed_reason: None,
            drift: Vec::new(),
            execution: None,
            supersedes: start.supersedes,
            superseded_by: None,
        };
        Ok((proposal, planned.placements))
    }

    async fn keep(
        &self,
        once: &Once,
        start: &Start,
        proposal: Proposal,
        placements: &[Placement],
    ) -> Result<Reply, ApiProblem> {
        let entry = record::entry(
            proposal.created_at,
            &once.person.name,
            Kind::ProposalMade,
            format!("proposal/{}", proposal.id),
            json!({
                "digest": proposal.digest,
                "title": proposal.title,
                "origin": proposal.origin,
                "request": proposal.request,
                "risk": proposal.risk.level,
                "approvals_required": proposal.approvals_required,
                "steps": proposal.plan.steps.len(),
                "token": once.token,
                "supersedes": proposal.supersedes,
            }),
        );
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, proposal.created_at).await? {
            return Ok(reply);
        }
        let new = NewProposal {
            proposal: &proposal,
            draft: &start.draft,
            snapshots_first: false,
            placements,
        };
        if !tx.insert_proposal(new).await? {
            return Err(succession::taken());
        }
        let reply = Reply::new(
            StatusCode::CREATED,
            &ProposalOutcome::Proposal {
                proposal: Box::new(proposal),
            },
        )?;
        once.complete(&mut tx, &reply).await?;
        tx.append_ledger(entry).await?;
        tx.commit().await?;
        Ok(reply)
    }
}
