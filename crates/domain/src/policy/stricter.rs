//! Two verdicts about one plan: what was said when people read it, and what is said now.

use argus_types::Timestamp;
use argus_types::policy::{Frozen, Verdict};

/// What both say together, at `at`. A policy that was loosened since does not loosen what people approved under it, and one that
/// was tightened holds at once.
pub fn stricter(then: &Verdict, now: &Verdict, at: Timestamp) -> Verdict {
    let (more, _) = if then.approvals > now.approvals {
        (then, now)
    } else {
        (now, then)
    };
    let mut denied = now.denied.clone();
    denied.extend(
        then.denied
            .iter()
            .filter(|denial| !now.denied.contains(denial))
            .cloned(),
    );
    let mut matched = now.matched.clone();
    matched.extend(
        then.matched
            .iter()
            .filter(|rule| now.matched.iter().all(|own| own.name != rule.name))
            .cloned(),
    );
    Verdict {
        denied,
        approvals: more.approvals,
        approvals_why: more.approvals_why.clone(),
        own_approval: then.own_approval && now.own_approval,
        step_up: then.step_up || now.step_up,
        reason: then.reason || now.reason,
        expires_after_min: then.expires_after_min.min(now.expires_after_min),
        approvals_count_min: then.approvals_count_min.min(now.approvals_count_min),
        frozen: longer(then.frozen.as_ref(), now.frozen.as_ref(), at),
        matched,
    }
}

/// The freeze that ends later, of those that are not over.
fn longer(a: Option<&Frozen>, b: Option<&Frozen>, at: Timestamp) -> Option<Frozen> {
    a.into_iter()
        .chain(b)
        .filter(|frozen| frozen.until.is_none_or(|until| until > at))
        .max_by_key(|frozen| (frozen.until.is_none(), frozen.until))
        .cloned()
}
