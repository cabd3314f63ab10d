//! Keeps what leaves before it leaves, and what came back: bytes and money in their tables, digests in the ledger.

use std::sync::{Mutex, PoisonError};

use argus_llm::ask::{Outgoing, Purpose, Stage, Witness};
use argus_llm::providers::{Asked, Budget, Exchange, Hold, Prices, Sealed, Spent, Usage};
use argus_store::{CameBack, NewExchange, Store, Tx};
use argus_types::Timestamp;
use argus_types::drafting::{DraftingStage, ExchangePurpose};
use argus_types::person::Person;
use serde_json::json;
use uuid::Uuid;

use super::super::progress::Progress;
use super::spending::Payer;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// How much longer than a provider's own limit a hold lasts.
const SLACK_S: i64 = 60;

/// The witness of one draft.
pub struct Recorder {
    /// PostgreSQL.
    pub store: Store,
    /// Time.
    pub clock: SharedClock,
    /// The draft.
    pub draft: Uuid,
    /// Who asks, and pays.
    pub person: Person,
    /// What they may spend.
    pub budget: Budget,
    /// What each provider costs, and its longest time in seconds.
    pub costs: Vec<(String, Prices, i64)>,
    /// Whoever waits.
    pub progress: Progress,
    /// The request under way.
    pub under_way: Mutex<Option<(i32, Hold)>>,
}

impl Witness for Recorder {
    type Stop = ApiProblem;

    fn stage(&self, stage: Stage) {
        let stage = match stage {
            Stage::Resolving => DraftingStage::Resolving,
            // Said with the provider's name when it is about to be asked.
            Stage::Asking => return,
            Stage::Validating => DraftingStage::Validating,
            Stage::Linting => DraftingStage::Linting,
            Stage::Repairing => DraftingStage::Repairing,
            Stage::Comparing => DraftingStage::Comparing,
        };
        self.progress.stage(stage, None);
    }

    async fn leaves(&self, outgoing: &Outgoing<'_>) -> Result<(), ApiProblem> {
        if outgoing.purpose == Purpose::Draft {
            self.progress
                .stage(DraftingStage::Asking, Some(outgoing.provider));
        }
        let now = self.clock.now();
        let (prices, longest_s) = self.cost_of(outgoing.provider);
        let mut tx = self.store.begin().await?;
        let worst = Spent::of(outgoing.worst, &prices);
        let until = now.plus_seconds(longest_s + SLACK_S);
        // One draft of a person at a time is under way: a hold that is still there is none of another draft.
        let payer = self.payer();
        let hold = payer.hold_instead(&mut tx, worst, now, until).await?;
        let number = tx
            .insert_exchange(self.new_exchange(outgoing, &outgoing.sent, now))
            .await?;
        let body = json!({
            "number": number,
            "purpose": outgoing.purpose.as_str(),
            "provider": outgoing.provider,
            "model": outgoing.model,
            "is_local": outgoing.is_local,
            "sent_sha256": outgoing.sent.sha256(),
            "sent_bytes": outgoing.sent.bytes().len(),
            "schema_sha256": outgoing.schema.sha256(),
        });
        tx.append_ledger(self.entry(now, Kind::ModelAsked, body))
            .await?;
        tx.commit().await?;
        *self.lock() = Some((number, hold));
        Ok(())
    }

    async fn came(&self, outgoing: &Outgoing<'_>, asked: &Asked) -> Result<(), ApiProblem> {
        let now = self.clock.now();
        let (prices, _) = self.cost_of(outgoing.provider);
        count(outgoing.provider, asked, &prices);
        let Some((number, hold)) = self.lock().take() else {
            return Err(ApiProblem::internal("an answer to what was never asked"));
        };
        let mut tx = self.store.begin().await?;
        let spent = used(&asked.exchanges, asked.usage, &prices);
        self.payer().settle(&mut tx, &hold, spent, now).await?;
        let failure = asked.answer.as_ref().err().map(ToString::to_string);
        let usage = asked.usage.unwrap_or_default();
        let last = asked.exchanges.len().saturating_sub(1);
        for (index, exchange) in asked.exchanges.iter().enumerate() {
            let number = if index == 0 {
                number
            } else {
                let new = self.new_exchange(outgoing, &exchange.sent, now);
                tx.insert_exchange(new).await?
            };
            let is_last = index == last;
            let earlier = || format!("it was asked again after {}", status_words(exchange));
            let failure = if is_last {
                failure.clone()
            } else {
                Some(earlier())
            };
            let usage = if is_last { usage } else { Usage::default() };
            complete(
                &mut tx, self.draft, number, exchange, failure, usage, &prices,
            )
            .await?;
        }
        if asked.exchanges.is_empty() {
            let came = CameBack {
                has_left: false,
                received: None,
                status: None,
                request_id: None,
                latency_ms: 0,
                failure: failure.as_deref(),
                tokens_in: 0,
                tokens_out: 0,
                money: 0,
            };
            tx.complete_exchange(self.draft, number, came).await?;
        }
        let bodies = asked.exchanges.iter().map(|one| {
            json!({
                "sent_sha256": one.sent.sha256(),
                "status": one.status,
                "received_sha256": one.received.as_ref().map(Sealed::sha256),
                "request_id": one.request_id,
            })
        });
        let body = json!({
            "number": number,
            "provider": outgoing.provider,
            "exchanges": bodies.collect::<Vec<_>>(),
            "tokens_in": usage.input,
            "tokens_out": usage.output,
            "failure": asked.answer.as_ref().err().map(|failure| failure.reason()),
        });
        tx.append_ledger(self.entry(now, Kind::ModelAnswered, body))
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Recorder {
    /// Nobody waits for the answer any more: what it may have cost is spent.
    pub async fn give_up(&self) -> Result<(), ApiProblem> {
        let Some((number, hold)) = self.lock().take() else {
            return Ok(());
        };
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        self.payer().settle(&mut tx, &hold, None, now).await?;
        let body = json!({ "number": number });
        tx.append_ledger(self.entry(now, Kind::ModelLeft, body))
            .await?;
        tx.commit().await?;
        Ok(())
    }

    fn payer(&self) -> Payer {
        Payer {
            person: self.person.id,
            budget: self.budget,
        }
    }

    fn new_exchange<'a>(
        &self,
        outgoing: &Outgoing<'a>,
        sent: &'a Sealed,
        at: Timestamp,
    ) -> NewExchange<'a> {
        NewExchange {
            draft: self.draft,
            purpose: match outgoing.purpose {
                Purpose::Draft => ExchangePurpose::Draft,
                Purpose::Repair => ExchangePurpose::Repair,
                Purpose::Counterfactual => ExchangePurpose::Counterfactual,
            },
            provider: outgoing.provider,
            model: outgoing.model,
            at,
            sent: sent.bytes(),
        }
    }

    fn entry(&self, at: Timestamp, kind: Kind, body: serde_json::Value) -> argus_ledger::Entry {
        let subject = format!("draft/{}", self.draft);
        record::entry(at, &self.person.name, kind, subject, body)
    }

    fn cost_of(&self, provider: &str) -> (Prices, i64) {
        let found = self.costs.iter().find(|(name, ..)| name == provider);
        found.map_or((Prices::default(), 0), |(_, prices, seconds)| {
            (*prices, *seconds)
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(i32, Hold)>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn complete(
    tx: &mut Tx,
    draft: Uuid,
    number: i32,
    exchange: &Exchange,
    failure: Option<String>,
    usage: Usage,
    prices: &Prices,
) -> Result<(), ApiProblem> {
    let came = CameBack {
        has_left: true,
        received: exchange.received.as_ref().map(|body| body.bytes().as_ref()),
        status: exchange.status,
        request_id: exchange.request_id.as_deref(),
        latency_ms: millis(exchange.latency),
        failure: failure.as_deref(),
        tokens_in: usage.input,
        tokens_out: usage.output,
        money: prices.cost(usage),
    };
    tx.complete_exchange(draft, number, came).await?;
    Ok(())
}

/// What a question took, as far as anybody knows. Nothing where nothing left, or where the provider said no at once.
pub fn used(exchanges: &[Exchange], usage: Option<Usage>, prices: &Prices) -> Option<Spent> {
    let refused = |exchange: &Exchange| {
        exchange
            .status
            .is_some_and(|status| (400..500).contains(&status))
    };
    match usage {
        Some(usage) => Some(Spent::of(usage, prices)),
        None if exchanges.iter().all(refused) => Some(Spent::default()),
        None => None,
    }
}

fn status_words(exchange: &Exchange) -> String {
    match exchange.status {
        Some(status) => format!("status {status}"),
        None => "no answer".to_owned(),
    }
}

/// Milliseconds of a duration.
pub fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn count(provider: &str, asked: &Asked, prices: &Prices) {
    let provider = provider.to_owned();
    let outcome = match &asked.answer {
        Ok(_) => "answered",
        Err(failure) => failure.reason(),
    };
    metrics::counter!("argus_model_questions_total", "provider" => provider.clone(), "outcome" => outcome)
        .increment(1);
    metrics::histogram!("argus_model_latency_seconds", "provider" => provider.clone())
        .record(asked.took.as_secs_f64());
    if let Some(usage) = asked.usage {
        metrics::counter!("argus_model_money_millionths_total", "provider" => provider.clone())
            .increment(prices.cost(usage));
        for (direction, tokens) in [("in", usage.input), ("out", usage.output)] {
            metrics::counter!("argus_model_tokens_total", "provider" => provider.clone(), "direction" => direction)
                .increment(tokens);
        }
    }
}
