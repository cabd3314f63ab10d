//! The name of a plan, or of what a person decides by: SHA-256 over its RFC 8785 form.

use argus_types::id::PlanDigest;
use argus_types::plan::Plan;
use argus_types::resolution::Found;
use sha2::{Digest, Sha256};

/// What people approve and a confirmation names.
pub fn of(plan: &Plan) -> PlanDigest {
    PlanDigest::new(Sha256::digest(canonical(plan)).into())
}

/// What a resolution names.
///
/// # Panics
/// Never: evidence holds text and small integers under text keys, as a plan does.
pub fn of_evidence(found: &Found) -> PlanDigest {
    let canonical = serde_json_canonicalizer::to_vec(found)
        .expect("evidence holds text and small integers under text keys");
    PlanDigest::new(Sha256::digest(canonical).into())
}

/// The bytes that the digest is taken over, for keeping beside the plan.
///
/// # Panics
/// Never: see the reason in the body.
pub fn canonical(plan: &Plan) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(plan).expect(
        "a plan holds text and small integers under text keys, all of which RFC 8785 can write",
    )
}
