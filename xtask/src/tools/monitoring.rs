//! Prometheus and Alertmanager, for the tests of the alerting rules.

use std::path::PathBuf;

use anyhow::Result;

use super::ensure as ensure_program;

/// The programs that the tests start; promtool comes with Prometheus.
const PROGRAMS: [&str; 3] = ["promtool", "prometheus-alertmanager", "prometheus"];
/// Where Debian has them. Both are services as well, which tests have no use for and leave as they are.
const PACKAGES: [&str; 2] = ["prometheus", "prometheus-alertmanager"];

/// Finds or installs them; where Prometheus is.
pub fn ensure() -> Result<PathBuf> {
    let mut found = PathBuf::new();
    for program in PROGRAMS {
        found = ensure_program(program, &PACKAGES, "the tests of the alerting rules")?;
    }
    Ok(found)
}
