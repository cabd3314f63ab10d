//! Step-ups that sign what the caller chose.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

const CHOSEN: [u8; 32] = [7; 32];

/// The challenge that options ask to sign.
fn challenge(options: &Value) -> Vec<u8> {
    let text = options["publicKey"]["challenge"].as_str();
    let text = text.expect("options have a challenge");
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

#[test]
fn the_chosen_challenge_is_signed_and_accepted_and_no_other() {
    let (mut device, passkey) = enrolled();
    let own = std::slice::from_ref(&passkey);
    let mut drawn = Vec::new();
    let begun = passkeys().begin_signed_step_up(own, |random| {
        drawn = random.to_vec();
        CHOSEN
    });
    let (options, ceremony) = begun.unwrap();
    assert_eq!(challenge(&options), CHOSEN);
    assert_eq!(drawn.len(), 32, "as unforeseeable as any other challenge");
    let answer = raw(&device.get(&options).expect("an allowed key"));
    let parts = passkeys().signed_parts(&answer).unwrap();
    let client = URL_SAFE_NO_PAD.decode(&parts.client_data_json).unwrap();
    let client: Value = serde_json::from_slice(&client).unwrap();
    assert_eq!(client["challenge"], URL_SAFE_NO_PAD.encode(CHOSEN));
    let used = passkeys().finish_step_up(stored(&ceremony), &answer, &passkey);
    let passkey = used.unwrap().passkey;

    let own = std::slice::from_ref(&passkey);
    let (_, other) = passkeys().begin_signed_step_up(own, |_| [8; 32]).unwrap();
    let refused = passkeys().finish_step_up(stored(&other), &answer, &passkey);
    assert_eq!(reason(refused), "challenge");
    let (_, plain) = passkeys().begin_step_up(own).unwrap();
    let refused = passkeys().finish_step_up(stored(&plain), &answer, &passkey);
    assert_eq!(reason(refused), "challenge");
}

#[test]
fn no_two_step_ups_have_the_same_random_bytes() {
    let (_, passkey) = enrolled();
    let own = std::slice::from_ref(&passkey);
    let mut drawn: Vec<Vec<u8>> = Vec::new();
    for _ in 0..20 {
        let begun = passkeys().begin_signed_step_up(own, |random| {
            drawn.push(random.to_vec());
            CHOSEN
        });
        begun.unwrap();
    }
    drawn.sort();
    drawn.dedup();
    assert_eq!(drawn.len(), 20);
}

#[test]
fn somebody_without_a_passkey_signs_nothing() {
    let begun = passkeys().begin_signed_step_up(&[], |_| CHOSEN);
    assert_eq!(reason(begun), "no_passkey");
}

/// An authenticator that shares no code with this crate.
#[test]
fn another_authenticator_signs_the_chosen_challenge_too() {
    let mut device = SoftPasskey::new(true);
    let (mut options, ceremony) = passkeys().begin_enrolment(ANNA, "anna", &[]).unwrap();
    // It can't find keys by itself.
    options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = json!(false);
    let options = serde_json::from_value(options).unwrap();
    let answer = to_raw_value(&device.do_registration(origin(), options).unwrap()).unwrap();
    let passkey = passkeys()
        .finish_enrolment(stored(&ceremony), &answer)
        .unwrap();
    let own = std::slice::from_ref(&passkey);
    let (options, ceremony) = passkeys().begin_signed_step_up(own, |_| CHOSEN).unwrap();
    let options = serde_json::from_value(options).unwrap();
    let answer = to_raw_value(&device.do_authentication(origin(), options).unwrap()).unwrap();
    let used = passkeys().finish_step_up(stored(&ceremony), &answer, &passkey);
    assert_eq!(reason(used), "accepted");
    assert!(passkey.public_half().is_some());
}
