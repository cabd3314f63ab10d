//! Whether the cluster still is as a plan relies on, before anybody confirms it: `GET /api/actions/{id}/drift`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::PlanDigest;

/// The values that steps of a plan rely on and that are otherwise by now. Confirming looks again, and decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlanDrift {
    /// The plan that was compared.
    pub digest: PlanDigest,
    /// When the cluster was read for it.
    pub checked_at: Timestamp,
    /// The steps that need a new look, in their order; empty where the plan can run as it was reviewed.
    pub steps: Vec<DriftedStep>,
}

/// A step that does not find what it relies on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DriftedStep {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// What is otherwise.
    pub values: Vec<DriftedValue>,
}

/// One value that a step relies on and that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DriftedValue {
    /// What people call it.
    pub label: String,
    /// As it was when the plan was made, which is what was reviewed.
    pub reviewed: String,
    /// As it is.
    pub now: String,
    /// What the step would have made of it; absent where the step only relies on it.
    pub planned: Option<String>,
}
