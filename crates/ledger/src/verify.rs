//! Checking a chain: one pass, constant memory, the first bad position by number.

use std::error::Error;

use crate::hash::Hash;
use crate::record::{Head, Record, Unrecordable};

/// The first position at which the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {seq} is not what was written: {why}")]
pub struct Broken {
    /// The position where the right record should be.
    pub seq: u64,
    /// What is wrong there.
    pub why: Flaw,
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Another position stands here: records are missing, added, moved or re-numbered.
    #[error("position {found} stands in its place")]
    WrongPosition {
        /// The position that the record claims.
        found: u64,
    },
    /// The record does not link to the one before it.
    #[error("it links to {found} and the record before it has the hash {expected}")]
    WrongLink {
        /// The hash of the record before.
        expected: Hash,
        /// The hash that it links to.
        found: Hash,
    },
    /// The content is not what the hash was taken over.
    #[error("its content has the hash {computed} and it claims {claimed}")]
    WrongHash {
        /// Over what stands there.
        computed: Hash,
        /// What the record says.
        claimed: Hash,
    },
    /// The content could never have been recorded.
    #[error("{0}")]
    Unrecordable(#[source] Unrecordable),
    /// Records that were once seen are gone from the end.
    #[error("the ledger ends at position {end}")]
    CutOff {
        /// The last position that is there.
        end: u64,
    },
    /// The chain holds in itself and is not the one that the given head belongs to.
    #[error("its hash is {found} and was {expected} when the head was kept")]
    OtherChain {
        /// The kept hash.
        expected: Hash,
        /// The hash at that position.
        found: Hash,
    },
}

/// Why a verification did not end with a head.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError<E: Error + 'static> {
    /// The chain does not hold.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// A record could not be read: says nothing about the chain.
    #[error("record {seq} could not be read")]
    Unreadable {
        /// The position that should have come.
        seq: u64,
        /// Why.
        source: E,
    },
}

/// Checks records as they come; holds the last head and nothing else.
#[derive(Debug, Clone)]
pub struct Verifier {
    head: Head,
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Verifier {
    /// Starts before the first record.
    pub fn new() -> Self {
        Self::after(Head::EMPTY)
    }

    /// Starts behind a head that is trusted for another reason.
    pub fn after(head: Head) -> Self {
        Self { head }
    }

    /// The last record that was found right.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Takes the next record; after an error the head still is the last right one.
    pub fn check(&mut self, record: &Record) -> Result<(), Broken> {
        let seq = self.head.seq.saturating_add(1);
        let broken = |why| Err(Broken { seq, why });
        if record.seq != seq {
            return broken(Flaw::WrongPosition { found: record.seq });
        }
        if record.prev_hash != self.head.hash {
            return broken(Flaw::WrongLink {
                expected: self.head.hash,
                found: record.prev_hash,
            });
        }
        let computed = match record.compute_hash() {
            Ok(hash) => hash,
            Err(why) => return broken(Flaw::Unrecordable(why)),
        };
        if computed != record.hash {
            return broken(Flaw::WrongHash {
                computed,
                claimed: record.hash,
            });
        }
        self.head = record.head();
        Ok(())
    }
}

/// Checks a whole ledger from its first record; an empty one has the head [`Head::EMPTY`].
pub fn verify<E: Error + 'static>(
    records: impl IntoIterator<Item = Result<Record, E>>,
) -> Result<Head, VerifyError<E>> {
    run(records, None)
}

/// As [`verify`], and the ledger must still hold the record that `kept` (a head noted down elsewhere)
/// belongs to: this finds a cut-off tail and a chain written anew.
pub fn verify_to<E: Error + 'static>(
    records: impl IntoIterator<Item = Result<Record, E>>,
    kept: Head,
) -> Result<Head, VerifyError<E>> {
    run(records, Some(kept))
}

fn run<E: Error + 'static>(
    records: impl IntoIterator<Item = Result<Record, E>>,
    kept: Option<Head>,
) -> Result<Head, VerifyError<E>> {
    let mut verifier = Verifier::new();
    for record in records {
        let record = record.map_err(|source| VerifyError::Unreadable {
            seq: verifier.head.seq.saturating_add(1),
            source,
        })?;
        verifier.check(&record)?;
        if let Some(kept) = kept.filter(|kept| kept.seq == record.seq && kept.hash != record.hash) {
            return Err(VerifyError::Broken(Broken {
                seq: record.seq,
                why: Flaw::OtherChain {
                    expected: kept.hash,
                    found: record.hash,
                },
            }));
        }
    }
    let head = verifier.head;
    match kept {
        Some(kept) if kept.seq > head.seq => Err(VerifyError::Broken(Broken {
            seq: head.seq.saturating_add(1),
            why: Flaw::CutOff { end: head.seq },
        })),
        _ => Ok(head),
    }
}
