//! Why the policy does not let something happen, and the problems that say so.

use argus_store::Store;
use argus_types::Timestamp;
use argus_types::policy::{Denial, Frozen, Verdict};
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::Proposal;
use serde_json::json;

use crate::auth_event;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::service::Once;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// Rules forbid it.
    Denied(Vec<Denial>),
    /// Rules forbid it for now.
    Frozen(Frozen),
    /// The author must say why, and did not.
    ReasonMissing,
    /// It waited longer than it may.
    TooLate(Timestamp),
}

impl Objection {
    /// Whether `verdict` forbids the plan altogether.
    pub fn to_plan(verdict: &Verdict) -> Result<(), Self> {
        if verdict.is_allowed() {
            Ok(())
        } else {
            Err(Self::Denied(verdict.denied.clone()))
        }
    }

    /// Whether `verdict` forbids a plan that comes with or without a reason to be asked for.
    pub fn to_asking(verdict: &Verdict, with_reason: bool) -> Result<(), Self> {
        Self::to_plan(verdict)?;
        if verdict.reason && !with_reason {
            return Err(Self::ReasonMissing);
        }
        Ok(())
    }

    /// Whether `verdict` forbids the proposal to start at `now`.
    pub fn to_start(
        verdict: &Verdict,
        proposal: &Proposal,
        with_reason: bool,
        now: Timestamp,
    ) -> Result<(), Self> {
        Self::to_asking(verdict, with_reason)?;
        if let Some(frozen) = &verdict.frozen {
            return Err(Self::Frozen(frozen.clone()));
        }
        let minutes = i64::from(verdict.expires_after_min);
        let until = proposal.planned_at.plus_seconds(minutes * 60);
        if until <= now {
            return Err(Self::TooLate(until));
        }
        Ok(())
    }

    /// A word for ledger and metrics.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Denied(_) => "denied",
            Self::Frozen(_) => "frozen",
            Self::ReasonMissing => "reason_missing",
            Self::TooLate(_) => "too_late",
        }
    }

    /// The rules that object, where it is rules.
    fn rules(&self) -> Vec<&str> {
        match self {
            Self::Denied(denied) => denied.iter().map(|denial| denial.rule.as_str()).collect(),
            Self::Frozen(frozen) => frozen.rules.iter().map(String::as_str).collect(),
            Self::ReasonMissing | Self::TooLate(_) => Vec::new(),
        }
    }
}

impl From<Objection> for ApiProblem {
    fn from(objection: Objection) -> Self {
        match objection {
            Objection::Denied(denied) => of_denied(&denied),
            Objection::Frozen(frozen) => {
                let until = match frozen.until {
                    Some(until) => format!("until {until}"),
                    None => "as long as this policy is in force".to_owned(),
                };
                let rules = frozen.rules.join("\", \"");
                Self::new(
                    ProblemCode::PolicyFrozen,
                    format!("The rule \"{rules}\" lets nothing of this kind start {until}."),
                )
            }
            Objection::ReasonMissing => Self::new(
                ProblemCode::ReasonMissing,
                "Say in `reason` why the change is wanted; whoever decides on it reads it. A change that was asked \
                 for without one has to be asked for again.",
            )
            .with_errors(vec![FieldError {
                pointer: "/reason".to_owned(),
                message: "the policy asks for a reason".to_owned(),
            }]),
            Objection::TooLate(until) => Self::new(
                ProblemCode::Expired,
                format!("By the policy it could be confirmed until {until}. Ask for the change again."),
            ),
        }
    }
}

fn of_denied(denied: &[Denial]) -> ApiProblem {
    let detail = match denied {
        [one] => format!("The rule \"{}\": {} {}", one.rule, one.why, one.instead),
        many => format!(
            "{} rules forbid it; `errors` names each and what would pass.",
            many.len()
        ),
    };
    let errors = denied
        .iter()
        .map(|denial| FieldError {
            pointer: String::new(),
            message: format!("rule {}: {} {}", denial.rule, denial.why, denial.instead),
        })
        .collect();
    ApiProblem::new(ProblemCode::PolicyDenied, detail).with_errors(errors)
}

/// Writes the objection down and gives the problem that it is.
pub async fn record(
    store: &Store,
    once: &Once,
    now: Timestamp,
    about: (&'static str, String),
    objection: Objection,
) -> Result<ApiProblem, ApiProblem> {
    let (act, subject) = about;
    let body = json!({
        "act": act,
        "class": objection.class(),
        "rules": objection.rules(),
        "token": once.token,
    });
    let kind = Kind::PolicyObjected;
    let mut tx = store.begin().await?;
    tx.append_ledger(record::entry(now, &once.person.name, kind, subject, body))
        .await?;
    tx.commit().await?;
    auth_event::count(kind, objection.class());
    Ok(objection.into())
}
