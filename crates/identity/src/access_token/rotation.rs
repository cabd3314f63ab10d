//! Which keys there should be: a pure plan over the ring's rows.
//!
//! ```text
//! made ----> signs_from ----------------------> next key's signs_from ----> verifies_until ----> forgotten
//!   verifies | signs and verifies                                     | verifies only     |
//! ```
//!
//! A new key signs a little after it was stored, so that every replica has read the ring before it meets a token of
//! that key; the old one verifies until the last token it signed is over. So no request is lost. Whoever stores the
//! plan does so in one transaction under a lock: two replicas that plan at once must not both add a key.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{LEEWAY, MAX_LIFETIME, RingKey};

/// How long a new key is known before it signs. Replicas read the ring every 10 seconds.
pub const SIGNS_AFTER: Duration = Duration::seconds(30);
/// How long a key verifies after it stopped signing: its last token's life, and the clocks' difference.
pub const VERIFIES_AFTER: Duration = MAX_LIFETIME.saturating_add(LEEWAY);

/// When a rotation is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Once the signing key has signed for this long.
    After(Duration),
    /// Now: somebody asked for it.
    Now,
}

/// What to change in the ring; empty for most calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rotation {
    /// The row to add.
    pub add: Option<RingKey>,
    /// Rows that get a `verifies_until`.
    pub retire: Vec<(Uuid, OffsetDateTime)>,
    /// Rows that nothing needs any more.
    pub forget: Vec<Uuid>,
    /// A rotation is due, but the one before is not over until then: more than two keys are never live.
    pub postponed_until: Option<OffsetDateTime>,
}

impl Rotation {
    /// Whether there is anything to store.
    pub fn is_empty(&self) -> bool {
        self.add.is_none() && self.retire.is_empty() && self.forget.is_empty()
    }
}

/// What a ring needs at `now`; a key that is added is called `kid`.
pub fn plan(ring: &[RingKey], now: OffsetDateTime, due: Due, kid: Uuid) -> Rotation {
    let (live, over): (Vec<&RingKey>, Vec<&RingKey>) =
        ring.iter().partition(|key| key.is_live(now));
    let mut rotation = Rotation {
        forget: over.iter().map(|key| key.kid).collect(),
        ..Rotation::default()
    };

    let lasting: Vec<&RingKey> = live
        .iter()
        .copied()
        .filter(|key| key.verifies_until.is_none())
        .collect();
    let signer = lasting
        .iter()
        .filter(|key| key.signs_from <= now)
        .max_by_key(|key| rank(key));
    let coming = lasting.iter().any(|key| key.signs_from > now);

    match signer {
        // No key, or only one that a clock set back has moved far away: signing can't wait for it.
        None if !signs_soon(&live, now) => rotation.add = Some(new_key(kid, now, now)),
        Some(signer) if !coming && is_due(signer, now, due) => {
            if live.len() < 2 {
                rotation.add = Some(new_key(kid, now, now.saturating_add(SIGNS_AFTER)));
            } else {
                let leaving = live.iter().filter_map(|key| key.verifies_until).max();
                rotation.postponed_until =
                    Some(leaving.unwrap_or_else(|| now.saturating_add(VERIFIES_AFTER)));
            }
        }
        _ => {}
    }

    // Everybody but the newest leaves, also those that an interrupted rotation left behind.
    let newest = lasting
        .iter()
        .copied()
        .chain(&rotation.add)
        .max_by_key(|key| rank(key))
        .copied();
    if let Some(newest) = newest {
        let until = newest.signs_from.max(now).saturating_add(VERIFIES_AFTER);
        rotation.retire = lasting
            .iter()
            .filter(|key| key.kid != newest.kid)
            .map(|key| (key.kid, until))
            .collect();
    }
    rotation
}

fn new_key(kid: Uuid, now: OffsetDateTime, signs_from: OffsetDateTime) -> RingKey {
    RingKey {
        kid,
        created_at: now,
        signs_from,
        verifies_until: None,
    }
}

/// The order in which keys sign: later ones take over.
fn rank(key: &RingKey) -> (OffsetDateTime, Uuid) {
    (key.signs_from, key.kid)
}

/// Whether some key signs now, or will by the time a new one would.
fn signs_soon(live: &[&RingKey], now: OffsetDateTime) -> bool {
    let soon = now.saturating_add(SIGNS_AFTER);
    let coming = live
        .iter()
        .any(|key| key.verifies_until.is_none() && key.signs_from <= soon);
    let signing = live.iter().any(|key| key.signs_from <= now);
    coming && signing
}

fn is_due(signer: &RingKey, now: OffsetDateTime, due: Due) -> bool {
    match due {
        Due::Now => true,
        Due::After(age) => now - signer.signs_from >= age,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
    const MONTH: Duration = Duration::days(30);

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn key(kid: u128, signs_from: OffsetDateTime) -> RingKey {
        RingKey {
            kid: id(kid),
            created_at: signs_from,
            signs_from,
            verifies_until: None,
        }
    }

    /// The ring after the plan was stored.
    fn stored(ring: &[RingKey], plan: &Rotation) -> Vec<RingKey> {
        let mut rows: Vec<RingKey> = ring
            .iter()
            .filter(|key| !plan.forget.contains(&key.kid))
            .copied()
            .collect();
        for (kid, until) in &plan.retire {
            for key in rows.iter_mut().filter(|key| key.kid == *kid) {
                key.verifies_until = Some(*until);
            }
        }
        rows.extend(plan.add);
        rows
    }

    #[test]
    fn an_empty_ring_gets_a_key_that_signs_at_once() {
        let planned = plan(&[], NOW, Due::After(MONTH), id(1));
        assert_eq!(
            planned,
            Rotation {
                add: Some(key(1, NOW)),
                ..Rotation::default()
            }
        );
        let over = RingKey {
            verifies_until: Some(NOW),
            ..key(1, NOW - MONTH)
        };
        let planned = plan(&[over], NOW, Due::After(MONTH), id(2));
        assert_eq!(planned.add, Some(key(2, NOW)));
        assert_eq!(planned.forget, [id(1)]);
    }

    #[test]
    fn a_young_key_stays_and_an_old_one_is_followed() {
        let young = [key(1, NOW - MONTH + Duration::SECOND)];
        assert!(plan(&young, NOW, Due::After(MONTH), id(2)).is_empty());
        let planned = plan(&[key(1, NOW - MONTH)], NOW, Due::After(MONTH), id(2));
        let takes_over = NOW + SIGNS_AFTER;
        let added = RingKey {
            created_at: NOW,
            ..key(2, takes_over)
        };
        assert_eq!(planned.add, Some(added));
        assert_eq!(planned.retire, [(id(1), takes_over + VERIFIES_AFTER)]);
        assert!(planned.forget.is_empty());
    }

    #[test]
    fn a_command_rotates_at_any_age_but_not_before_the_last_rotation_is_over() {
        let ring = [key(1, NOW - Duration::MINUTE)];
        let first = plan(&ring, NOW, Due::Now, id(2));
        assert!(first.add.is_some());
        let ring = stored(&ring, &first);
        assert!(
            plan(&ring, NOW, Due::Now, id(3)).is_empty(),
            "one is coming"
        );

        let until = NOW + SIGNS_AFTER + VERIFIES_AFTER;
        let early = plan(&ring, NOW + Duration::MINUTE, Due::Now, id(3));
        assert_eq!(
            early,
            Rotation {
                postponed_until: Some(until),
                ..Rotation::default()
            }
        );
        let later = plan(&ring, until, Due::Now, id(3));
        assert_eq!(later.forget, [id(1)]);
        assert_eq!(later.add.map(|key| key.kid), Some(id(3)));
    }

    #[test]
    fn what_an_interrupted_rotation_left_behind_is_mended() {
        let ring = [key(1, NOW - MONTH), key(2, NOW - Duration::HOUR)];
        let planned = plan(&ring, NOW, Due::After(MONTH), id(3));
        assert_eq!(planned.add, None);
        assert_eq!(planned.retire, [(id(1), NOW + VERIFIES_AFTER)]);
        assert!(plan(&stored(&ring, &planned), NOW, Due::After(MONTH), id(3)).is_empty());
    }

    #[test]
    fn a_clock_set_back_does_not_stop_signing() {
        let ring = [key(1, NOW + MONTH)];
        let planned = plan(&ring, NOW, Due::After(MONTH), id(2));
        assert_eq!(planned.add, Some(key(2, NOW)));
        let ring = stored(&ring, &planned);
        let next = plan(&ring, NOW + Duration::MINUTE, Due::After(MONTH), id(3));
        assert_eq!(next.add, None, "once is enough");
    }

    proptest! {
        /// Plans at random times, by age and by command: somebody can always sign a token and have it accepted for
        /// as long as it holds, and there are never more than two live keys.
        #[test]
        fn some_key_always_signs_and_two_at_most_are_live(
            steps in proptest::collection::vec((1_i64..4000, any::<bool>()), 1..60),
        ) {
            let (mut ring, mut now) = (Vec::new(), NOW);
            for (number, (seconds, by_command)) in steps.into_iter().enumerate() {
                let due = if by_command { Due::Now } else { Due::After(Duration::HOUR) };
                let planned = plan(&ring, now, due, id(number as u128));
                ring = stored(&ring, &planned);
                let live: Vec<&RingKey> = ring.iter().filter(|key| key.is_live(now)).collect();
                prop_assert!(live.len() <= 2, "{live:?}");
                prop_assert!(live.len() == ring.len(), "{ring:?}");
                for at in [now, now + SIGNS_AFTER, now + Duration::HOUR] {
                    let signs = |key: &RingKey| {
                        let outlives = |until| until >= at + VERIFIES_AFTER;
                        key.signs_from <= at && key.verifies_until.is_none_or(outlives)
                    };
                    prop_assert!(ring.iter().any(signs), "{at}: {ring:?}");
                }
                now += Duration::seconds(seconds);
            }
        }
    }
}
