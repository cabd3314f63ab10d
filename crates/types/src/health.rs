//! Whether the API lives and can work: `GET /api/health/live`, `GET /api/health/ready`.

use serde::{Deserialize, Serialize};

/// The answer of a health route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Health {
    /// Whether every check passed.
    pub ok: bool,
    /// One entry a thing that was looked at.
    pub checks: Vec<HealthCheck>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HealthCheck {
    /// What.
    pub name: String,
    /// Whether it works.
    pub ok: bool,
    /// What to do, where it does not.
    pub message: Option<String>,
}
