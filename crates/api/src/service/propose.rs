//! Making a proposal: words or typed actions in, a plan in review out. Nothing is done to the cluster.

use argus_domain::policy::{Asked, Question};
use argus_store::{NewProposal, RulesDraft, Store, Tx};
use argus_types::action::Draft;
use argus_types::drafting::{DraftedBy, DraftingStage};
use argus_types::id::{ExecutionId, ProposalId};
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::{Origin, Proposal, ProposalInput, ProposalOutcome, ProposalState};
use argus_types::scope::Placement;
use argus_types::text::PlainText;
use argus_types::undo::UndoInput;
use http::StatusCode;
use serde_json::json;

use super::alternatives::{self, OtherWay};
use super::assessment::{Assessor, Source, not_plannable};
use super::draft::{Asker, Drafter, Maker, Words};
use super::policy::{InForce, Objection, record_objection};
use super::progress::Progress;
use super::within::Within;
use super::{Once, Reply, succession, undo};
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
}

/// What a proposal starts from.
struct Start {
    draft: Draft,
    origin: Origin,
    /// Who wrote it out of words; none where it is typed.
    maker: Option<Maker>,
    request: Option<String>,
    reason: Option<String>,
    source: Source,
    supersedes: Option<ProposalId>,
    undoes: Option<ExecutionId>,
}

/// A plan as it is kept.
struct Made {
    proposal: Proposal,
    others: Vec<OtherWay>,
    placements: Vec<Placement>,
    question: Question,
}

impl Propose {
    /// Proposals that the policy in force lets through, and with what it asks for.
    pub fn new(
        store: Store,
        clock: SharedClock,
        drafter: Drafter,
        assessor: Assessor,
        within: Within,
    ) -> Self {
        Self {
            store,
            clock,
            drafter,
            assessor,
            within,
        }
    }

    /// Takes the request of one person, about guests that they reach.
    pub async fn run(
        &self,
        once: &Once,
        reach: &Reach,
        input: ProposalInput,
        progress: &Progress,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        if let Some(before) = input.supersedes {
            self.within.require_proposal(reach, before).await?;
            succession::check(&self.store, once.person.id, before, self.clock.now()).await?;
        }
        let asker = Asker {
            person: &once.person,
            reach,
            progress,
        };
        match self.start(asker, input).await? {
            Ok(start) => {
                progress.stage(DraftingStage::Planning, None);
                self.make(once, reach, start).await
            }
            Err(answer) => self.answer(once, &answer).await,
        }
    }

    /// Takes back what an execution did: its steps' own undo, from the last to the first, planned on the facts of now
    /// and reviewed as every other proposal.
    pub async fn undo(
        &self,
        once: &Once,
        reach: &Reach,
        id: ExecutionId,
        input: UndoInput,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let start = Start {
            draft: undo::draft(&self.store, id).await?,
            origin: Origin::Draft,
            maker: None,
            request: None,
            reason: said(input.reason),
            source: Source::Draft,
            supersedes: None,
            undoes: Some(id),
        };
        self.make(once, reach, start).await
    }

    async fn make(&self, once: &Once, reach: &Reach, start: Start) -> Result<Reply, ApiProblem> {
        // Before planning, which would tell things about guests outside.
        self.within
            .require_draft(reach, self.assessor.cluster(), &start.draft)?;
        let made = self.plan(once, &start).await?;
        self.keep(once, &start, made).await
    }

    /// Gives an answer of which no proposal comes. What a model said is kept under the key of the request, so that the same
    /// request does not ask it again.
    async fn answer(&self, once: &Once, outcome: &ProposalOutcome) -> Result<Reply, ApiProblem> {
        let reply = Reply::new(StatusCode::OK, outcome)?;
        let by_model = match outcome {
            ProposalOutcome::Clarify { drafted_by, .. } => drafted_by.is_some(),
            ProposalOutcome::Refused { .. } => true,
            ProposalOutcome::Proposal { .. } | ProposalOutcome::Diagnosis { .. } => false,
        };
        if !by_model {
            return Ok(reply);
        }
        let mut tx = self.store.begin().await?;
        if let Some(earlier) = once.claim(&mut tx, self.clock.now()).await? {
            return Ok(earlier);
        }
        once.complete(&mut tx, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The draft of the request, or the answer where there is none.
    async fn start(
        &self,
        asker: Asker<'_>,
        input: ProposalInput,
    ) -> Result<Result<Start, ProposalOutcome>, ApiProblem> {
        let supersedes = input.supersedes;
        let reason = said(input.reason);
        match (input.request, input.draft) {
            (Some(request), None) => {
                let request = request.as_str().to_owned();
                match self.drafter.draft(asker, &request).await? {
                    Words::Draft { draft, maker } => Ok(Ok(Start {
                        draft,
                        origin: match maker {
                            Maker::Rules(_) => Origin::BuiltInRules,
                            Maker::Model { .. } => Origin::Model,
                        },
                        maker: Some(maker),
                        request: Some(request),
                        reason,
                        source: Source::Request,
                        supersedes,
                        undoes: None,
                    })),
                    Words::Questions { questions, by } => Ok(Err(ProposalOutcome::Clarify {
                        questions,
                        drafted_by: by,
                    })),
                    Words::Refused { reason, by } => Ok(Err(ProposalOutcome::Refused {
                        reason,
                        drafted_by: by,
                    })),
                    Words::Diagnosis(diagnosis) => {
                        Ok(Err(ProposalOutcome::Diagnosis { diagnosis }))
                    }
                }
            }
            (None, Some(draft)) => Ok(Ok(Start {
                draft,
                origin: Origin::Draft,
                maker: None,
                request: None,
                reason,
                source: Source::Draft,
                supersedes,
                undoes: None,
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

    async fn plan(&self, once: &Once, start: &Start) -> Result<Made, ApiProblem> {
        let id = ProposalId(self.clock.new_id());
        let own = Draft::of(start.draft.actions.clone());
        let planned = self
            .assessor
            .assess(id, &own, false)
            .await?
            .map_err(|errors| not_plannable(&errors, start.source))?;
        let now = self.clock.now();
        let asked = Asked {
            origin: start.origin,
            by_token: once.token.is_some(),
            with_reason: start.reason.is_some(),
            disputed: start.drafted_by().is_some_and(|by| by.differs),
        };
        let question = Question::about(&planned, asked);
        let judged = InForce::now(&self.store).await?.judge(&question, now);
        if let Err(objection) = Objection::to_asking(&judged.verdict, question.with_reason) {
            let about = ("propose", format!("proposal/{id}"));
            return Err(record_objection(&self.store, once, now, about, objection).await?);
        }
        let with = (&self.assessor, &self.store, once);
        let others = alternatives::plan_others(with, &start.draft, &planned, asked, now).await?;
        let minutes = i64::from(judged.verdict.expires_after_min);
        let proposal = Proposal {
            id,
            cluster: self.assessor.cluster().clone(),
            revision: 1,
            state: ProposalState::InReview,
            title: planned.title,
            author: once.person.clone(),
            origin: start.origin,
            drafted_by: start.drafted_by().cloned(),
            request: start.request.clone(),
            reason: start.reason.clone(),
            plan: planned.plan,
            digest: planned.digest,
            approvals_required: judged.verdict.approvals,
            policy: Some(judged),
            approvals: 0,
            risk: planned.risk,
            snapshots: planned.snapshots,
            skipped: planned.skipped,
            impact: planned.impact,
            created_at: now,
            planned_at: now,
            expires_at: now.plus_seconds(minutes * 60),
            closed_by: None,
            closed_at: None,
            closed_reason: None,
            drift: Vec::new(),
            execution: None,
            supersedes: start.supersedes,
            schedule: None,
            superseded_by: None,
            undoes: start.undoes,
        };
        Ok(Made {
            proposal,
            others,
            placements: planned.placements,
            question,
        })
    }

    async fn keep(&self, once: &Once, start: &Start, made: Made) -> Result<Reply, ApiProblem> {
        let proposal = made.proposal;
        let entry = record::entry(
            proposal.created_at,
            &once.person.name,
            Kind::ProposalMade,
            format!("proposal/{}", proposal.id),
            json!({
                "digest": proposal.digest,
                "title": proposal.title,
                "origin": proposal.origin,
                "drafted_by": proposal.drafted_by,
                "draft": start.model_draft(),
                "request": proposal.request,
                "reason": proposal.reason,
                "policy": proposal.policy.as_ref().map(|judged| judged.version),
                "risk": proposal.risk.level,
                "approvals_required": proposal.approvals_required,
                "steps": proposal.plan.steps.len(),
                "token": once.token,
                "supersedes": proposal.supersedes,
                "undoes": proposal.undoes,
                "alternatives": made.others.iter().map(OtherWay::entry).collect::<Vec<_>>(),
            }),
        );
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, proposal.created_at).await? {
            return Ok(reply);
        }
        if let Some(execution) = proposal.undoes {
            undo::hold(&mut tx, execution).await?;
        }
        let new = NewProposal {
            proposal: &proposal,
            draft: &start.draft,
            snapshots_first: false,
            placements: &made.placements,
            question: Some(&made.question),
        };
        if !tx.insert_proposal(new).await? {
            return Err(succession::taken());
        }
        alternatives::keep(&mut tx, &proposal, &made.others).await?;
        self.keep_maker(&mut tx, start, &proposal).await?;
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

impl Propose {
    /// Keeps how the draft came about.
    async fn keep_maker(
        &self,
        tx: &mut Tx,
        start: &Start,
        proposal: &Proposal,
    ) -> Result<(), ApiProblem> {
        match &start.maker {
            None => Ok(()),
            Some(Maker::Model { draft, .. }) => Ok(tx.link_draft(*draft, proposal.id).await?),
            Some(Maker::Rules(provenance)) => {
                let draft = RulesDraft {
                    id: self.clock.new_id(),
                    proposal: proposal.id,
                    cluster: &proposal.cluster,
                    person: proposal.author.id,
                    at: proposal.created_at,
                    provenance,
                };
                Ok(tx.insert_rules_draft(draft).await?)
            }
        }
    }
}

impl Start {
    /// The language model that wrote it, where one did.
    fn drafted_by(&self) -> Option<&DraftedBy> {
        match &self.maker {
            Some(Maker::Model { by, .. }) => Some(by),
            _ => None,
        }
    }

    /// The draft in which everything is kept that was sent and received.
    fn model_draft(&self) -> Option<uuid::Uuid> {
        match &self.maker {
            Some(Maker::Model { draft, .. }) => Some(*draft),
            _ => None,
        }
    }
}

/// A reason that says something.
fn said(reason: Option<PlainText<500>>) -> Option<String> {
    let reason = reason.map(|text| text.as_str().trim().to_owned());
    reason.filter(|text| !text.is_empty())
}
