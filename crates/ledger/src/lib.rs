//! Append-only record chain: records, hashes, offline verification.
