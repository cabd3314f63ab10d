//! Comparing what is expected with what was freshly seen.

use std::collections::BTreeMap;

use argus_types::plan::{Evidence, Expectation, Field, Step, StepTarget, Tolerance};

use crate::facts::Facts;
use crate::value::{self, Since};

/// Fresh values by field. A field that is not in it, or has no value, is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed(BTreeMap<Field, Option<String>>);

impl Observed {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything that `expectations` about `target` ask for and the fresh facts can tell; see [`value::of`].
    pub fn from_facts(
        expectations: &[Expectation],
        target: &StepTarget,
        facts: &Facts,
        since: Since,
    ) -> Self {
        let mut observed = Self::new();
        for expectation in expectations {
            let seen = value::of(&expectation.field, target, facts, since);
            observed.set(expectation.field.clone(), seen);
        }
        observed
    }

    /// Notes what was seen of a field; `None` where Proxmox did not say.
    pub fn set(&mut self, field: Field, seen: Option<String>) {
        self.0.insert(field, seen);
    }

    /// What was seen of a field.
    pub fn get(&self, field: &Field) -> Option<&str> {
        self.0.get(field)?.as_deref()
    }
}

/// One piece of evidence an expectation, in the same order. What is unknown does not hold.
pub fn evaluate(expectations: &[Expectation], observed: &Observed) -> Vec<Evidence> {
    expectations
        .iter()
        .map(|expectation| {
            let seen = observed.get(&expectation.field).unwrap_or(value::UNKNOWN);
            Evidence {
                label: expectation.label.clone(),
                expected: expected(expectation),
                observed: seen.to_owned(),
                holds: seen != value::UNKNOWN
                    && expectation.tolerance.accepts(&expectation.value, seen),
            }
        })
        .collect()
}

/// What is expected, in words.
fn expected(expectation: &Expectation) -> String {
    match expectation.tolerance {
        Tolerance::Exact => expectation.value.clone(),
        Tolerance::AtLeast => format!("at least {}", expectation.value),
    }
}

/// Whether state alone can tell that a step was carried out: something of what must be seen afterwards was not so
/// before. A reset virtual machine looks like one that was never reset, and what only Proxmox's own word shows was
/// never seen where that word was lost.
pub fn tells(step: &Step) -> bool {
    step.post_checks
        .iter()
        .any(|wish| !step.read_set.contains(wish) && wish.field != Field::SaidDone {})
}

/// Whether there is evidence and all of it holds: no evidence proves nothing.
pub fn holds(evidence: &[Evidence]) -> bool {
    !evidence.is_empty() && evidence.iter().all(|one| one.holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(field: Field, value: &str) -> Expectation {
        Expectation::exact(field, value)
    }

    #[test]
    fn a_number_may_be_larger_where_that_is_tolerated_and_only_there() {
        let free = Field::StorageFree {
            storage: "nfs".parse().unwrap(),
            node: "pve1".parse().unwrap(),
        };
        let mut observed = Observed::new();
        let mut wish = expected(free.clone(), "20");
        for (seen, exact, at_least) in [
            ("19", false, false),
            ("20", true, true),
            ("100", false, true),
            ("x", false, false),
        ] {
            observed.set(free.clone(), Some(seen.to_owned()));
            wish.tolerance = Tolerance::Exact;
            assert_eq!(
                holds(&evaluate(std::slice::from_ref(&wish), &observed)),
                exact,
                "{seen}"
            );
            wish.tolerance = Tolerance::AtLeast;
            assert_eq!(
                holds(&evaluate(std::slice::from_ref(&wish), &observed)),
                at_least,
                "{seen}"
            );
        }
    }

    #[test]
    fn a_value_that_was_not_seen_is_unknown_and_does_not_hold() {
        let mut observed = Observed::new();
        observed.set(Field::Lock {}, None);
        let wishes = [
            expected(Field::Lock {}, "none"),
            expected(Field::Status {}, "running"),
            expected(Field::Name {}, "unknown"),
        ];
        for evidence in evaluate(&wishes, &observed) {
            assert_eq!(evidence.observed, "unknown");
            assert!(!evidence.holds, "{evidence:?}");
        }
    }

    #[test]
    fn unknown_never_holds_even_where_it_was_seen() {
        let mut observed = Observed::new();
        observed.set(Field::Status {}, Some("unknown".to_owned()));
        let evidence = evaluate(&[expected(Field::Status {}, "unknown")], &observed);
        assert!(!holds(&evidence));
    }

    #[test]
    fn equal_values_hold_and_different_ones_do_not() {
        let mut observed = Observed::new();
        observed.set(Field::Status {}, Some("running".to_owned()));
        observed.set(Field::Quorate {}, Some("no".to_owned()));
        let wishes = [
            expected(Field::Status {}, "running"),
            expected(Field::Quorate {}, "yes"),
        ];
        let evidence = evaluate(&wishes, &observed);
        assert_eq!(
            evidence.iter().map(|one| one.holds).collect::<Vec<_>>(),
            [true, false]
        );
        assert!(!holds(&evidence));
        assert!(holds(&evidence[..1]));
    }

    #[test]
    fn no_evidence_proves_nothing() {
        assert!(!holds(&[]));
    }
}
