//! Policies that no proposal brings: the first one, and one from the server's shell.

use anyhow::{Context, ensure};
use argus_domain::policy::Policy;
use argus_store::{NewPolicyVersion, Store};
use argus_types::Timestamp;
use argus_types::id::PlanDigest;
use serde_json::json;

use crate::record::{self, Kind};

/// What came of installing a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    /// It is in force as this version.
    Version(u32),
    /// The version in force says the same.
    Already,
}

/// Puts `text` into force where no policy is yet. Later starts change nothing: from then on people do.
pub async fn seed(store: &Store, text: &str, now: Timestamp) -> anyhow::Result<()> {
    if let Some(active) = store.active_policy().await? {
        // Told at the start and not at the first change that somebody needs.
        let read = Policy::parse(&active.text);
        read.with_context(|| format!("policy version {}", active.version.number))?;
        return Ok(());
    }
    let reason = "What Argus was started with.";
    put(store, text, reason, By::FirstStart, now).await?;
    Ok(())
}

/// Puts `text` into force from the server's shell, in place of what two people decided; the ledger says so.
pub async fn install(
    store: &Store,
    text: &str,
    reason: &str,
    now: Timestamp,
) -> anyhow::Result<Installed> {
    ensure!(!reason.trim().is_empty(), "say why");
    put(store, text, reason, By::Shell, now).await
}

/// Who installs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Argus itself, where nothing is in force yet.
    FirstStart,
    /// Whoever may log in to the server.
    Shell,
}

async fn put(
    store: &Store,
    text: &str,
    reason: &str,
    by: By,
    now: Timestamp,
) -> anyhow::Result<Installed> {
    let digest: PlanDigest = Policy::parse(text)?.digest();
    let mut tx = store.begin().await?;
    let new = NewPolicyVersion {
        text,
        digest,
        reason,
        at: now,
    };
    // Several processes may start at once: the first one installs, the others find it.
    tx.lock_policies().await?;
    let active = tx.hold_active_policy().await?;
    let is_there =
        active.is_some_and(|active| active.version.digest == digest || by == By::FirstStart);
    if is_there {
        return Ok(Installed::Already);
    }
    let number = tx.install_policy(new).await?;
    let body = json!({ "version": number, "digest": digest, "reason": reason });
    let subject = format!("policy/{number}");
    let kind = Kind::PolicyInstalled;
    let actor = match by {
        By::FirstStart => record::ARGUS,
        By::Shell => record::SHELL,
    };
    tx.append_ledger(record::entry(now, actor, kind, subject, body))
        .await?;
    tx.commit().await?;
    Ok(Installed::Version(number))
}
