//! Requests to models: recorded before they leave, completed when something came back.

use std::collections::BTreeMap;

use argus_types::Timestamp;
use argus_types::drafting::{ExchangePurpose, ProviderUse};
use uuid::Uuid;

use super::account::column;
use super::purpose_word;
use crate::convert;
use crate::{Error, Store, Tx};

/// A request that is about to leave.
#[derive(Debug, Clone, Copy)]
pub struct NewExchange<'a> {
    /// The draft that it is for.
    pub draft: Uuid,
    /// What for.
    pub purpose: ExchangePurpose,
    /// The provider.
    pub provider: &'a str,
    /// Its model.
    pub model: &'a str,
    /// Now.
    pub at: Timestamp,
    /// The body, to the byte.
    pub sent: &'a [u8],
    /// Its SHA-256.
    pub sent_sha256: &'a [u8],
}

/// What came back.
#[derive(Debug, Clone, Copy)]
pub struct CameBack<'a> {
    /// Whether the request left.
    pub has_left: bool,
    /// The body, where it came whole, with its SHA-256.
    pub received: Option<(&'a [u8], &'a [u8])>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The provider's id of the request.
    pub request_id: Option<&'a str>,
    /// How long it took.
    pub latency_ms: u64,
    /// Why there is no answer.
    pub failure: Option<&'a str>,
    /// Tokens that the model read.
    pub tokens_in: u64,
    /// Tokens that it wrote.
    pub tokens_out: u64,
    /// What that cost, in millionths.
    pub money: u64,
}

impl Tx {
    /// Records a request. Its number within its draft, from 1.
    pub async fn insert_exchange(&mut self, new: NewExchange<'_>) -> Result<i32, Error> {
        let row = sqlx::query!(
            r#"INSERT INTO draft_exchange (draft, number, purpose, provider, model, at, sent, sent_sha256)
               SELECT $1::uuid, coalesce(max(number), 0) + 1, $2::text, $3::text, $4::text, $5::timestamptz, $6::bytea, $7::bytea
               FROM draft_exchange WHERE draft = $1
               RETURNING number"#,
            new.draft,
            purpose_word(new.purpose),
            new.provider,
            new.model,
            new.at.get(),
            new.sent,
            new.sent_sha256,
        )
        .fetch_one(self.connection())
        .await?;
        Ok(row.number)
    }

    /// Records what came back.
    pub async fn complete_exchange(
        &mut self,
        draft: Uuid,
        number: i32,
        came: CameBack<'_>,
    ) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE draft_exchange SET has_left = $3, received = $4, received_sha256 = $5, status = $6, request_id = $7,
                                       latency_ms = $8, failure = $9, tokens_in = $10, tokens_out = $11, money = $12
             WHERE draft = $1 AND number = $2",
            draft,
            number,
            came.has_left,
            came.received.map(|(body, _)| body),
            came.received.map(|(_, sha256)| sha256),
            came.status.map(i32::from),
            came.request_id,
            column(came.latency_ms),
            came.failure,
            column(came.tokens_in),
            column(came.tokens_out),
            column(came.money),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

impl Store {
    /// What each provider did since then.
    pub async fn provider_use(
        &self,
        since: Timestamp,
    ) -> Result<BTreeMap<String, ProviderUse>, Error> {
        let rows = sqlx::query!(
            r#"SELECT provider,
                      count(*) FILTER (WHERE has_left) AS "asked!",
                      count(*) FILTER (WHERE received IS NOT NULL AND failure IS NULL) AS "answered!",
                      percentile_disc(0.5) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE received IS NOT NULL) AS p50,
                      percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE received IS NOT NULL) AS p95,
                      coalesce(sum(tokens_in), 0)::bigint AS "tokens_in!",
                      coalesce(sum(tokens_out), 0)::bigint AS "tokens_out!",
                      coalesce(sum(money), 0)::bigint AS "money!",
                      (array_agg(failure ORDER BY at DESC, number DESC))[1] AS last_failure
               FROM draft_exchange WHERE at >= $1 GROUP BY provider"#,
            since.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                let number = |value| convert::number("number of requests", value);
                let used = ProviderUse {
                    asked: number(row.asked)?,
                    answered: number(row.answered)?,
                    latency_p50_ms: row.p50.map(number).transpose()?,
                    latency_p95_ms: row.p95.map(number).transpose()?,
                    tokens_in: number(row.tokens_in)?,
                    tokens_out: number(row.tokens_out)?,
                    money: number(row.money)?,
                    last_failure: row.last_failure,
                };
                Ok((row.provider, used))
            })
            .collect()
    }
}
