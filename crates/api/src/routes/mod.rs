//! REST: one folder a resource. A route checks its caller and its input and hands over; it holds no logic.

pub mod account;
pub mod actions;
pub mod cluster;
pub mod drafting;
pub mod emergency_stop;
pub mod executions;
pub mod health;
pub mod ledger;
pub mod logs;
pub mod metrics;
pub mod people;
pub mod policy;
pub mod session;
pub mod sign_in;
pub mod single_sign_on;

/// Entries on a page: 50 where absent, 200 at most.
pub fn page_size(asked: Option<u32>) -> u32 {
    asked.unwrap_or(50).clamp(1, 200)
}

/// An id out of a path, or the problem that there is no such thing.
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, crate::problem::ApiProblem> {
    text.parse().map_err(|_| {
        crate::problem::ApiProblem::new(
            argus_types::problem::ProblemCode::NotFound,
            "The id in the path is not a UUID, so there is nothing with it.",
        )
    })
}
