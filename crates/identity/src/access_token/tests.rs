//! What is accepted, and that nothing else is.

use std::collections::HashSet;

use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::testing::{Forger, forged, timed};
use super::*;

const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);

fn secret() -> SecretString {
    "a secret for tests, long enough to be one"
        .to_owned()
        .into()
}

fn key(kid: u128, signs_from: OffsetDateTime, verifies_until: Option<OffsetDateTime>) -> RingKey {
    RingKey {
        kid: Uuid::from_u128(kid),
        created_at: signs_from,
        signs_from,
        verifies_until,
    }
}

/// A ring with a retired key, a signing one and a coming one.
fn rows() -> Vec<RingKey> {
    let day = Duration::days(1);
    vec![
        key(1, NOW - day * 30, Some(NOW - day)),
        key(2, NOW - day, None),
        key(3, NOW + Duration::SECOND * 20, None),
    ]
}

fn ring() -> KeyRing {
    KeyRing::new(&secret(), rows()).expect("rows with distinct names")
}

fn claims() -> Claims {
    let [sub, sid, jti] = [7, 8, 9].map(Uuid::from_u128);
    Claims::new(sub, sid, jti, NOW, MAX_LIFETIME)
}

fn signed(ring: &KeyRing, claims: &Claims, now: OffsetDateTime) -> String {
    ring.sign(claims, now)
        .expect("the ring signs")
        .expose_secret()
        .to_owned()
}

/// Which key a token names.
fn kid_of(token: &str) -> Uuid {
    let kid = jsonwebtoken::decode_header(token)
        .expect("a header")
        .kid
        .expect("a kid");
    kid.parse().expect("a UUID")
}

#[test]
fn a_signed_token_says_what_was_signed_until_it_is_over() {
    let ring = ring();
    let token = signed(&ring, &claims(), NOW);
    assert_eq!(ring.verify(&token, NOW), Ok(claims()));
    assert_eq!(ring.verify(&token, NOW + MAX_LIFETIME), Ok(claims()));
    let over = NOW + MAX_LIFETIME + LEEWAY;
    assert_eq!(ring.verify(&token, over), Err(Refused::Expired));
    assert_eq!(
        ring.verify(&token, NOW - LEEWAY - Duration::SECOND),
        Err(Refused::NotYet)
    );
}

#[test]
fn a_token_that_was_good_before_ends_with_its_time_and_with_its_key() {
    let leaving = NOW + rotation::VERIFIES_AFTER;
    let ring = KeyRing::new(&secret(), vec![key(1, NOW, Some(leaving))]).unwrap();
    let token = signed(&ring, &claims(), NOW);
    assert!(ring.verify(&token, NOW).is_ok());
    let almost = leaving - Duration::SECOND;
    assert!(ring.verify(&token, almost).is_ok());
    assert_eq!(
        ring.verify(&token, leaving),
        Err(Refused::Invalid(Reason::UnknownKey))
    );
    let early = NOW - LEEWAY - Duration::SECOND;
    assert_eq!(ring.verify(&token, early), Err(Refused::NotYet));

    let lasting = self::ring();
    let token = signed(&lasting, &claims(), NOW);
    assert!(lasting.verify(&token, NOW).is_ok());
    let over = NOW + MAX_LIFETIME + LEEWAY;
    assert_eq!(lasting.verify(&token, over), Err(Refused::Expired));
}

#[test]
fn clocks_may_be_apart_by_less_than_the_leeway() {
    let (ring, forger) = (ring(), Forger::new(&secret(), &rows(), &claims(), NOW));
    for (iat, exp) in [(-600, -20), (20, 600), (-600, -29), (30, 600)] {
        assert!(
            ring.verify(&timed(&forger, iat, iat, exp), NOW).is_ok(),
            "{iat} {exp}"
        );
    }
}

#[test]
fn every_forged_token_is_refused_for_what_is_wrong_with_it() {
    let ring = ring();
    let good = Forger::new(&secret(), &rows(), &claims(), NOW).good();
    assert_eq!(
        ring.verify(&good, NOW),
        Ok(claims()),
        "what the forgeries are made of is good"
    );

    let forged = forged(&secret(), &rows(), &claims(), NOW);
    let names: HashSet<&str> = forged.iter().map(|forged| forged.name).collect();
    let tokens: HashSet<&str> = forged.iter().map(|forged| forged.token.as_str()).collect();
    assert_eq!(names.len(), forged.len(), "each has its own name");
    assert_eq!(tokens.len(), forged.len(), "each is another token");
    assert!(forged.len() >= 60, "{}", forged.len());
    for forged in &forged {
        for time in ["first", "second"] {
            let said = ring.verify(&forged.token, NOW);
            assert_eq!(said, Err(forged.refused), "{}, {time} time", forged.name);
        }
    }
}

#[test]
fn a_refusal_never_repeats_the_token() {
    for forged in forged(&secret(), &rows(), &claims(), NOW) {
        let said = format!("{0} {0:?} {1}", forged.refused, forged.refused.class());
        for part in forged.token.split('.').filter(|part| part.len() > 3) {
            assert!(!said.contains(part), "{}: {said}", forged.name);
        }
    }
}

#[test]
fn the_newest_key_that_signs_already_signs() {
    let ring = ring();
    assert_eq!(kid_of(&signed(&ring, &claims(), NOW)), Uuid::from_u128(2));
    let later = NOW + Duration::SECOND * 20;
    assert_eq!(kid_of(&signed(&ring, &claims(), later)), Uuid::from_u128(3));
}

#[test]
fn a_token_of_a_replica_whose_clock_is_ahead_is_accepted() {
    let ring = ring();
    let ahead = signed(&ring, &claims(), NOW + Duration::SECOND * 20);
    assert_eq!(
        kid_of(&ahead),
        Uuid::from_u128(3),
        "a key that does not sign here yet"
    );
    assert!(ring.verify(&ahead, NOW).is_ok());
}

#[test]
fn no_key_signs_a_token_that_it_will_not_verify_to_its_end() {
    let only = |until| KeyRing::new(&secret(), vec![key(1, NOW, Some(until))]).unwrap();
    let enough = NOW + rotation::VERIFIES_AFTER;
    assert!(only(enough).sign(&claims(), NOW).is_ok());
    let short = only(enough - Duration::SECOND).sign(&claims(), NOW);
    assert!(matches!(short, Err(SignError::NoKey)));
    let none = KeyRing::new(&secret(), Vec::new()).unwrap();
    assert!(matches!(none.sign(&claims(), NOW), Err(SignError::NoKey)));
}

#[test]
fn nothing_is_signed_that_would_be_refused() {
    let too_long = Claims {
        exp: claims().exp + 1,
        ..claims()
    };
    let for_another = Claims {
        aud: "other".to_owned(),
        ..claims()
    };
    let of_another = Claims {
        iss: "other".to_owned(),
        ..claims()
    };
    for claims in [too_long, for_another, of_another] {
        assert!(
            matches!(ring().sign(&claims, NOW), Err(SignError::Claims)),
            "{claims:?}"
        );
    }
}

#[test]
fn two_rows_of_one_name_are_no_ring() {
    let rows = vec![key(1, NOW, None), key(1, NOW, None)];
    assert!(matches!(
        KeyRing::new(&secret(), rows),
        Err(RingError::DoubleKey)
    ));
}

proptest! {
    #[test]
    fn a_changed_token_never_verifies(
        at in 0_usize..1000,
        other in any::<char>(),
        remove in 0_usize..4,
        flips in 1_usize..4,
    ) {
        let ring = ring();
        let good = signed(&ring, &claims(), NOW);
        prop_assert!(ring.verify(&good, NOW).is_ok());
        let mut changed: Vec<char> = good.chars().collect();
        for flip in 0..flips {
            let from = (at + flip * 97) % changed.len();
            let to = (from + remove).min(changed.len());
            changed.splice(from..to, [other]);
        }
        let changed: String = changed.into_iter().collect();
        prop_assume!(changed != good);
        prop_assert!(ring.verify(&changed, NOW).is_err());
    }

    #[test]
    fn no_text_verifies_or_panics(text in ".{0,200}", parts in "[A-Za-z0-9_-]{0,90}(\\.[A-Za-z0-9_-]{0,90}){2}") {
        let ring = ring();
        prop_assert!(ring.verify(&text, NOW).is_err());
        prop_assert!(ring.verify(&parts, NOW).is_err());
    }
}
