//! How the draft of a proposal came about, for its review.

use std::collections::BTreeMap;

use argus_llm::redact::placeholders;
use argus_store::{Store, StoredExchange};
use argus_types::drafting::{Body, DraftExchange, DraftRecord, PlaceholderUse};
use argus_types::id::ProposalId;
use argus_types::problem::ProblemCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Models;
use crate::problem::ApiProblem;
use crate::service::within::Within;
use crate::session::Reach;

impl Models {
    /// The record of a proposal that the caller sees. Prompts are left out where they tell of guests that the caller does
    /// not reach.
    pub async fn record(
        &self,
        within: &Within,
        reach: &Reach,
        id: ProposalId,
    ) -> Result<DraftRecord, ApiProblem> {
        within.require_proposal(reach, id).await?;
        read(&self.0.store, within, reach, id, self.0.clock.now()).await
    }
}

async fn read(
    store: &Store,
    within: &Within,
    reach: &Reach,
    id: ProposalId,
    now: argus_types::Timestamp,
) -> Result<DraftRecord, ApiProblem> {
    let proposal = store.proposal(id, now).await?.map(|stored| stored.proposal);
    let proposal = proposal.ok_or_else(|| {
        ApiProblem::new(ProblemCode::NotFound, "There is no proposal with this id.")
    })?;
    let mut record = DraftRecord {
        origin: proposal.origin,
        drafted_by: proposal.drafted_by,
        provenance: Vec::new(),
        exchanges: Vec::new(),
        is_withheld: false,
        schema_sha256: None,
        linter: Vec::new(),
        counterfactual: None,
        suspects: Vec::new(),
    };
    let Some(draft) = store.draft_of(id).await? else {
        return Ok(record);
    };
    record.provenance = draft.provenance;
    record.schema_sha256 = draft.schema_sha256;
    if within.covers(reach, &proposal.cluster, draft.subjects) {
        record.exchanges = draft.exchanges.into_iter().map(exchange).collect();
        record.linter = draft.linter;
        record.counterfactual = draft.counterfactual;
        record.suspects = draft.suspects;
    } else {
        record.is_withheld = true;
    }
    Ok(record)
}

fn exchange(stored: StoredExchange) -> DraftExchange {
    DraftExchange {
        number: stored.number,
        purpose: stored.purpose,
        provider: stored.provider,
        model: stored.model,
        at: stored.at,
        sent: body(stored.sent, &stored.sent_sha256),
        has_left: stored.has_left,
        received: stored.received.map(|(bytes, sha256)| body(bytes, &sha256)),
        status: stored.status,
        request_id: stored.request_id,
        latency_ms: stored.latency_ms,
        failure: stored.failure,
    }
}

fn body(bytes: Vec<u8>, sha256: &[u8]) -> Body {
    let count = bytes.len() as u64;
    let (text, base64) = match String::from_utf8(bytes) {
        Ok(text) => (Some(text), None),
        Err(error) => (None, Some(STANDARD.encode(error.as_bytes()))),
    };
    let mut uses: BTreeMap<String, PlaceholderUse> = BTreeMap::new();
    for one in text.as_deref().map(placeholders).into_iter().flatten() {
        let written = format!("<<SECRET:{}:{}>>", one.kind.name(), one.number);
        let known = uses
            .entry(written.clone())
            .or_insert_with(|| PlaceholderUse {
                text: written,
                kind: one.kind.name().to_owned(),
                count: 0,
            });
        known.count += 1;
    }
    Body {
        sha256: hex::encode(sha256),
        bytes: count,
        text,
        base64,
        placeholders: uses.into_values().collect(),
    }
}
