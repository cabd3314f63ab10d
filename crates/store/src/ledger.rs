//! The ledger's rows. What a record is and how it is hashed is `argus-ledger`'s.

use argus_ledger::{Broken, Entry, Hash, Head, Record, Verifier};
use argus_types::ledger::LedgerRecord;
use argus_types::page::Page;

use crate::convert;
use crate::{Error, Store, Tx};

/// Which records to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct LedgerFilter<'a> {
    /// Only records about this, such as `proposal/01997…`.
    pub subject: Option<&'a str>,
}

struct RecordRow {
    seq: i64,
    at: String,
    actor: String,
    kind: String,
    subject: String,
    body: serde_json::Value,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
}

/// Records read at a time while the whole ledger is walked.
const BATCH: u32 = 500;

impl Store {
    /// Records, the youngest first. `cursor` is a page's `next_cursor`.
    pub async fn ledger_page(
        &self,
        filter: LedgerFilter<'_>,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<LedgerRecord>, Error> {
        let before = cursor
            .map(|text| text.parse::<i64>().map_err(|_| Error::Cursor))
            .transpose()?;
        let rows = sqlx::query_as!(
            RecordRow,
            "SELECT seq, at, actor, kind, subject, body, prev_hash, hash FROM ledger_record
             WHERE ($1::bigint IS NULL OR seq < $1) AND ($2::text IS NULL OR subject = $2)
             ORDER BY seq DESC LIMIT $3",
            before,
            filter.subject,
            i64::from(limit) + 1,
        )
        .fetch_all(&self.pool)
        .await?;
        let more = rows.len() > limit as usize;
        let items = rows
            .into_iter()
            .take(limit as usize)
            .map(|row| record(row).map(on_the_wire))
            .collect::<Result<Vec<_>, Error>>()?;
        let next_cursor = more
            .then(|| items.last().map(|last| last.seq.to_string()))
            .flatten();
        Ok(Page { items, next_cursor })
    }

    /// At most `limit` records after `after`, the oldest first: for walking the whole ledger.
    pub async fn ledger_after(&self, after: u64, limit: u32) -> Result<Vec<Record>, Error> {
        sqlx::query_as!(
            RecordRow,
            "SELECT seq, at, actor, kind, subject, body, prev_hash, hash FROM ledger_record
             WHERE seq > $1 ORDER BY seq LIMIT $2",
            convert::number::<u64, i64>("ledger position", after)?,
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(record)
        .collect()
    }

    /// Walks the whole ledger in constant memory. The outer error says that it could not be read, the inner
    /// one where it stops to hold together, the head row included.
    pub async fn verify_ledger(&self) -> Result<Result<Head, Broken>, Error> {
        // Read first: records that arrive during the walk may only add to it.
        let kept = sqlx::query!("SELECT seq, hash FROM ledger_head")
            .fetch_one(&self.pool)
            .await?;
        let kept = head(kept.seq, kept.hash)?;
        let mut verifier = Verifier::new();
        let mut found_kept = kept == Head::EMPTY;
        loop {
            let batch = self.ledger_after(verifier.head().seq, BATCH).await?;
            let last = batch.len() < BATCH as usize;
            for record in &batch {
                if let Err(broken) = verifier.check(record) {
                    return Ok(Err(broken));
                }
                found_kept |= verifier.head() == kept;
            }
            if last {
                break;
            }
        }
        if found_kept {
            return Ok(Ok(verifier.head()));
        }
        let end = verifier.head().seq;
        Ok(Err(Broken {
            seq: end.saturating_add(1),
            why: argus_ledger::Flaw::CutOff { end },
        }))
    }
}

impl Tx {
    /// Appends one record. Holds the chain's end until the transaction's: call it last.
    pub async fn append_ledger(&mut self, entry: Entry) -> Result<Record, Error> {
        let row = sqlx::query!("SELECT seq, hash FROM ledger_head FOR UPDATE")
            .fetch_one(self.connection())
            .await?;
        let head = head(row.seq, row.hash)?;
        let record = Record::chain(Some(&head), entry)?;
        let seq: i64 = convert::number("ledger position", record.seq)?;
        sqlx::query!(
            "INSERT INTO ledger_record (seq, at, actor, kind, subject, body, prev_hash, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            seq,
            record.at,
            record.actor,
            record.kind,
            record.subject,
            record.body,
            record.prev_hash.as_bytes(),
            record.hash.as_bytes(),
        )
        .execute(self.connection())
        .await?;
        let moved = sqlx::query!(
            "UPDATE ledger_head SET seq = $1, hash = $2",
            seq,
            record.hash.as_bytes(),
        )
        .execute(self.connection())
        .await?;
        if moved.rows_affected() == 1 {
            Ok(record)
        } else {
            Err(Error::Corrupt {
                what: "ledger head",
            })
        }
    }
}

fn head(seq: i64, hash: Vec<u8>) -> Result<Head, Error> {
    Ok(Head {
        seq: convert::number("ledger position", seq)?,
        hash: hash_of(hash)?,
    })
}

fn hash_of(bytes: Vec<u8>) -> Result<Hash, Error> {
    bytes.try_into().map(Hash::new).map_err(|_| Error::Corrupt {
        what: "ledger hash",
    })
}

fn record(row: RecordRow) -> Result<Record, Error> {
    Ok(Record {
        seq: convert::number("ledger position", row.seq)?,
        at: row.at,
        actor: row.actor,
        kind: row.kind,
        subject: row.subject,
        body: row.body,
        prev_hash: hash_of(row.prev_hash)?,
        hash: hash_of(row.hash)?,
    })
}

fn on_the_wire(record: Record) -> LedgerRecord {
    LedgerRecord {
        seq: record.seq,
        at: record.at,
        actor: record.actor,
        kind: record.kind,
        subject: record.subject,
        body: record.body,
        prev_hash: record.prev_hash.to_string(),
        hash: record.hash.to_string(),
    }
}
