//! What dishonest browsers, authenticators and people try.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::*;

/// The client data of an enrolment for the challenge of `options`, in base64url.
fn client_data_of_an_enrolment(device: &mut Authenticator, options: &Value) -> Value {
    let challenge = json!({"publicKey": {
        "challenge": options["publicKey"]["challenge"],
        "rp": {"id": "argus.example.org"},
        "user": {"id": "AAAA"},
    }});
    device.create(&challenge).expect("nothing is excluded")["response"]["clientDataJSON"].take()
}

#[test]
fn an_authenticator_does_not_enrol_twice() {
    let mut device = Authenticator::new(&origin());
    let (options, ceremony) = passkeys().begin_enrolment(ANNA, "anna", &[]).unwrap();
    let mut answer = device.create(&options).unwrap();
    let known = passkeys()
        .finish_enrolment(ceremony, &raw(&answer))
        .unwrap();

    let (options, ceremony) = passkeys().begin_enrolment(ANNA, "anna", &[known]).unwrap();
    assert!(
        device.create(&options).is_none(),
        "an honest one refuses by itself"
    );
    answer["response"]["clientDataJSON"] = client_data_of_an_enrolment(&mut device, &options);
    let result = passkeys().finish_enrolment(ceremony, &raw(&answer));
    assert_eq!(
        reason(result),
        "not_as_asked",
        "a dishonest one answers with the key it has"
    );
}

#[test]
fn a_cloned_passkey_is_refused() {
    let (mut device, passkey) = enrolled();
    let mut clone = device.clone();
    let passkey = sign_in(&mut device, &passkey).unwrap().passkey;
    assert_eq!(
        reason(sign_in(&mut clone, &passkey)),
        "cloned",
        "the same count"
    );
    let passkey = sign_in(&mut device, &passkey).unwrap().passkey;
    clone.set_counter(0);
    assert_eq!(
        reason(step_up(&mut clone, &passkey)),
        "cloned",
        "a lower count"
    );
    clone.counts = false;
    clone.set_counter(0);
    assert_eq!(
        reason(sign_in(&mut clone, &passkey)),
        "cloned",
        "one that stopped counting"
    );
}

#[test]
fn a_copy_used_while_a_step_up_is_open_is_noticed() {
    let (mut device, passkey) = enrolled();
    let mut clone = device.clone();
    let (options, ceremony) = passkeys()
        .begin_step_up(std::slice::from_ref(&passkey))
        .unwrap();
    let answer = clone.get(&options).unwrap();
    let passkey = sign_in(&mut device, &passkey).unwrap().passkey;
    let result = passkeys().finish_step_up(ceremony, &raw(&answer), &passkey);
    assert_eq!(reason(result), "cloned");
}

/// What is done to an authenticator, and what enrolment and assertions say to it.
type Dishonesty = (fn(&mut Authenticator), &'static str);

const DISHONEST: [Dishonesty; 9] = [
    (|device| device.user_verified = false, "not_verified"),
    (|device| device.user_present = false, "not_present"),
    (
        |device| device.origin = "https://argus.example.com:8443".to_owned(),
        "origin",
    ),
    (
        |device| device.origin = "https://argus.example.org".to_owned(),
        "origin",
    ),
    (
        |device| device.origin = "http://argus.example.org:8443".to_owned(),
        "origin",
    ),
    (
        |device| device.origin = "https://evil.argus.example.org:8443".to_owned(),
        "origin",
    ),
    (|device| device.embedded = true, "origin"),
    (
        |device| device.relying_party = Some("example.org".to_owned()),
        "relying_party",
    ),
    (
        |device| device.relying_party = Some(String::new()),
        "relying_party",
    ),
];

#[test]
fn a_dishonest_browser_or_authenticator_enrols_nothing() {
    for (change, expected) in DISHONEST {
        let mut device = Authenticator::new(&origin());
        change(&mut device);
        assert_eq!(reason(enrol(&mut device, ANNA)), expected, "{device:?}");
    }
    let mut device = Authenticator::new(&origin());
    device.discoverable = false;
    assert_eq!(reason(enrol(&mut device, ANNA)), "not_discoverable");
}

#[test]
fn a_dishonest_browser_or_authenticator_neither_signs_in_nor_steps_up() {
    let (device, passkey) = enrolled();
    for (change, expected) in DISHONEST {
        let mut device = device.clone();
        change(&mut device);
        assert_eq!(
            reason(sign_in(&mut device, &passkey)),
            expected,
            "{device:?}"
        );
        assert_eq!(
            reason(step_up(&mut device, &passkey)),
            expected,
            "{device:?}"
        );
    }
}

#[test]
fn a_passkey_speaks_for_its_owner_only() {
    let (mut device, passkey) = enrolled();
    device.user_handle = Some(BERT.as_bytes().to_vec());
    assert_eq!(reason(sign_in(&mut device, &passkey)), "other_person");
    assert_eq!(reason(step_up(&mut device, &passkey)), "other_person");
    device.user_handle = Some(b"anna".to_vec());
    assert_eq!(reason(sign_in(&mut device, &passkey)), "other_person");
}

#[test]
fn another_persons_passkey_does_not_step_up() {
    let (_, annas) = enrolled();
    let mut device = Authenticator::new(&origin());
    let berts = enrol(&mut device, BERT).unwrap();
    let both = [annas.clone(), berts.clone()];
    assert_eq!(reason(passkeys().begin_step_up(&both)), "other_person");
    assert_eq!(reason(passkeys().begin_step_up(&[])), "no_passkey");

    let (mut options, ceremony) = passkeys().begin_step_up(&[annas]).unwrap();
    options["publicKey"]["allowCredentials"] = json!([]);
    let mut answer = device.get(&options).unwrap();
    let result = passkeys().finish_step_up(stored(&ceremony), &raw(&answer), &berts);
    assert_eq!(reason(result), "other_person");
    answer["response"]["userHandle"] = Value::Null;
    let result = passkeys().finish_step_up(ceremony, &raw(&answer), &berts);
    assert_eq!(
        reason(result),
        "other_person",
        "also if the answer keeps silent about it"
    );
}

#[test]
fn a_passkey_is_not_taken_for_a_clone_of_the_persons_other_one() {
    let (mut often, first) = enrolled();
    often.set_counter(40);
    let first = sign_in(&mut often, &first).unwrap().passkey;
    let mut seldom = Authenticator::new(&origin());
    let second = enrol(&mut seldom, ANNA).unwrap();
    let (options, ceremony) = passkeys()
        .begin_step_up(&[first.clone(), second.clone()])
        .unwrap();
    let answer = raw(&seldom.get(&options).unwrap());
    let mixed_up = passkeys().finish_step_up(stored(&ceremony), &answer, &first);
    assert_eq!(reason(mixed_up), "unknown_passkey");
    assert!(
        passkeys()
            .finish_step_up(ceremony, &answer, &second)
            .is_ok()
    );
}

#[test]
fn a_passkey_that_was_not_asked_for_is_unknown() {
    let (mut device, first) = enrolled();
    let second = enrol(&mut device, ANNA).unwrap();
    let (mut options, ceremony) = passkeys()
        .begin_step_up(std::slice::from_ref(&first))
        .unwrap();
    options["publicKey"]["allowCredentials"] = json!([]);
    let answer = raw(&device.get(&options).unwrap());
    for stored_passkey in [&first, &second] {
        let result = passkeys().finish_step_up(stored(&ceremony), &answer, stored_passkey);
        assert_eq!(reason(result), "unknown_passkey");
    }
    let (options, ceremony) = passkeys().begin_sign_in().unwrap();
    let answer = raw(&device.get(&options).unwrap());
    let result = passkeys().finish_sign_in(ceremony, &answer, &first);
    assert_eq!(reason(result), "unknown_passkey");
}

#[test]
fn an_answer_is_good_for_its_own_challenge_and_kind_only() {
    let (mut device, passkey) = enrolled();
    let (options, ceremony) = passkeys().begin_sign_in().unwrap();
    let answer = raw(&device.get(&options).unwrap());
    let (_, another) = passkeys().begin_sign_in().unwrap();
    let (_, step_up) = passkeys()
        .begin_step_up(std::slice::from_ref(&passkey))
        .unwrap();
    let (_, enrolment) = passkeys().begin_enrolment(ANNA, "anna", &[]).unwrap();

    let replayed = passkeys().finish_sign_in(another, &answer, &passkey);
    assert_eq!(reason(replayed), "challenge");
    let moved = passkeys().finish_step_up(stored(&step_up), &answer, &passkey);
    assert_eq!(reason(moved), "challenge");
    let other_kind = passkeys().finish_sign_in(step_up, &answer, &passkey);
    assert_eq!(reason(other_kind), "other_ceremony");
    assert_eq!(
        reason(passkeys().finish_step_up(enrolment, &answer, &passkey)),
        "other_ceremony"
    );
    assert!(
        passkeys()
            .finish_sign_in(ceremony, &answer, &passkey)
            .is_ok(),
        "and it was good"
    );
}

#[test]
fn an_enrolments_answer_is_no_sign_in() {
    let (mut device, passkey) = enrolled();
    let (options, ceremony) = passkeys().begin_sign_in().unwrap();
    let mut answer = device.get(&options).unwrap();
    answer["response"]["clientDataJSON"] = client_data_of_an_enrolment(&mut device, &options);
    let result = passkeys().finish_sign_in(ceremony, &raw(&answer), &passkey);
    assert_eq!(reason(result), "other_ceremony");
}

#[test]
fn a_wrong_signature_or_a_changed_word_is_refused() {
    let (mut device, passkey) = enrolled();
    let mut other = Authenticator::new(&origin());
    enrol(&mut other, ANNA).unwrap();
    let (options, ceremony) = passkeys().begin_sign_in().unwrap();
    let good = device.get(&options).unwrap();
    let foreign = other.get(&options).unwrap();
    for part in ["signature", "authenticatorData"] {
        let mut forged = good.clone();
        forged["response"][part] = foreign["response"][part].clone();
        if part == "authenticatorData" {
            other.set_counter(77);
            forged["response"][part] = other.get(&options).unwrap()["response"][part].take();
        }
        let result = passkeys().finish_sign_in(stored(&ceremony), &raw(&forged), &passkey);
        assert_eq!(reason(result), "signature", "{part}");
    }
}

#[test]
fn a_passkey_that_can_suddenly_be_copied_is_refused() {
    let (mut device, passkey) = enrolled();
    device.backed_up = true;
    assert_eq!(reason(sign_in(&mut device, &passkey)), "backup_changed");
}

#[test]
fn what_is_no_answer_is_refused_without_being_believed() {
    let (mut device, passkey) = enrolled();
    let (options, ceremony) = passkeys().begin_sign_in().unwrap();
    let mut long = device.get(&options).unwrap();
    long["padding"] = "x".repeat(MAX_ANSWER).into();
    let refused = |answer: &Value| {
        let answer = raw(answer);
        let sign_in = passkeys().finish_sign_in(stored(&ceremony), &answer, &passkey);
        let identified = passkeys().identify(&answer);
        (reason(sign_in), reason(identified))
    };
    assert_eq!(refused(&long), ("too_large", "too_large"));
    for answer in [
        json!(null),
        json!([]),
        json!({}),
        json!("x"),
        json!({"id": 1, "rawId": "%"}),
    ] {
        assert_eq!(refused(&answer), ("malformed", "malformed"), "{answer}");
    }
    let mut anonymous = device.get(&options).unwrap();
    anonymous["response"]["userHandle"] = Value::Null;
    assert_eq!(refused(&anonymous), ("other_person", "other_person"));
    for part in ["clientDataJSON", "authenticatorData", "signature"] {
        for junk in ["", "AA", "e30", "_____w"] {
            let mut answer = device.get(&options).unwrap();
            answer["response"][part] = junk.into();
            let (sign_in, _) = refused(&answer);
            assert_ne!(sign_in, "accepted", "{part} {junk}");
        }
    }
}

proptest! {
    #[test]
    fn an_answer_with_a_flipped_bit_is_never_accepted(part in 0_usize..3, at in any::<prop::sample::Index>(), bit in 0..8) {
        let (mut device, passkey) = enrolled();
        let (options, ceremony) = passkeys().begin_sign_in().expect("a sign-in begins");
        let mut answer = device.get(&options).expect("a key for this host");
        let part = &mut answer["response"][["clientDataJSON", "authenticatorData", "signature"][part]];
        let mut bytes = URL_SAFE_NO_PAD.decode(part.as_str().expect("text")).expect("base64url");
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        *part = URL_SAFE_NO_PAD.encode(bytes).into();
        prop_assert!(passkeys().finish_sign_in(ceremony, &raw(&answer), &passkey).is_err());
    }
}
