//! Drafts as the review looks at them.

use argus_types::Timestamp;
use argus_types::drafting::{
    ActionProvenance, Counterfactual, DraftedBy, ExchangePurpose, LintReport, SuspectText,
};
use argus_types::id::{GuestKey, ProposalId};

use crate::convert;
use crate::{Error, Store};

/// The draft that a proposal came of.
#[derive(Debug, Clone)]
pub struct StoredDraft {
    /// The model, where one wrote it.
    pub by: Option<DraftedBy>,
    /// The guests that a prompt told of.
    pub subjects: Vec<GuestKey>,
    /// SHA-256 of the schema, in hexadecimal digits.
    pub schema_sha256: Option<String>,
    /// Where each parameter comes from.
    pub provenance: Vec<ActionProvenance>,
    /// What was said of each answer.
    pub linter: Vec<LintReport>,
    /// What text of others made of it.
    pub counterfactual: Option<Counterfactual>,
    /// Texts of the cluster that read like orders.
    pub suspects: Vec<SuspectText>,
    /// Requests to models.
    pub exchanges: Vec<StoredExchange>,
}

/// One request to a model, and what came back.
#[derive(Debug, Clone)]
pub struct StoredExchange {
    /// From 1.
    pub number: u16,
    /// What for.
    pub purpose: ExchangePurpose,
    /// The provider.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// When it was recorded.
    pub at: Timestamp,
    /// The body, to the byte.
    pub sent: Vec<u8>,
    /// Its SHA-256.
    pub sent_sha256: Vec<u8>,
    /// Whether it left.
    pub has_left: bool,
    /// The answer's body, with its SHA-256.
    pub received: Option<(Vec<u8>, Vec<u8>)>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// How long it took.
    pub latency_ms: Option<u64>,
    /// Why there is no answer.
    pub failure: Option<String>,
}

impl Store {
    /// How the draft of a proposal came about; `None` where it was typed, or made before drafts were kept.
    pub async fn draft_of(&self, proposal: ProposalId) -> Result<Option<StoredDraft>, Error> {
        let row = sqlx::query!(
            "SELECT id, provider, model, is_local, differs, subjects, schema_sha256, provenance, linter, counterfactual,
                    suspects
             FROM draft WHERE proposal = $1",
            proposal.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let provenance: Vec<ActionProvenance> = convert::from_json("provenance", row.provenance)?;
        let suspects: Vec<SuspectText> = convert::from_json("suspects", row.suspects)?;
        let by = row
            .provider
            .zip(row.model)
            .map(|(provider, model)| DraftedBy {
                provider,
                model,
                is_local: row.is_local,
                differs: row.differs,
                wrote: ActionProvenance::texts_by_model(&provenance),
                suspects: u32::try_from(suspects.len()).unwrap_or(u32::MAX),
            });
        let subjects = row.subjects.iter();
        let exchanges = sqlx::query!(
            "SELECT number, purpose, provider, model, at, sent, sent_sha256, has_left, received, received_sha256, status,
                    request_id, latency_ms, failure
             FROM draft_exchange WHERE draft = $1 ORDER BY number",
            row.id,
        )
        .fetch_all(&self.pool)
        .await?;
        let exchanges = exchanges.into_iter().map(|row| {
            Ok(StoredExchange {
                number: convert::number("number of an exchange", row.number)?,
                purpose: purpose(&row.purpose)?,
                provider: row.provider,
                model: row.model,
                at: convert::at(row.at),
                sent: row.sent,
                sent_sha256: row.sent_sha256,
                has_left: row.has_left,
                received: row.received.zip(row.received_sha256),
                status: row
                    .status
                    .map(|status| convert::number("HTTP status", status))
                    .transpose()?,
                request_id: row.request_id,
                latency_ms: row
                    .latency_ms
                    .map(|ms| convert::number("latency", ms))
                    .transpose()?,
                failure: row.failure,
            })
        });
        Ok(Some(StoredDraft {
            by,
            subjects: subjects
                .map(|key| convert::parse("guest", key))
                .collect::<Result<_, Error>>()?,
            schema_sha256: row.schema_sha256,
            provenance,
            linter: convert::from_json("linter", row.linter)?,
            counterfactual: row
                .counterfactual
                .map(|one| convert::from_json("counterfactual", one))
                .transpose()?,
            suspects,
            exchanges: exchanges.collect::<Result<_, Error>>()?,
        }))
    }
}

fn purpose(word: &str) -> Result<ExchangePurpose, Error> {
    match word {
        "draft" => Ok(ExchangePurpose::Draft),
        "repair" => Ok(ExchangePurpose::Repair),
        "counterfactual" => Ok(ExchangePurpose::Counterfactual),
        _ => Err(Error::Corrupt {
            what: "purpose of an exchange",
        }),
    }
}
