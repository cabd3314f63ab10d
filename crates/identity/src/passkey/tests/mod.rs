//! The ceremonies with honest authenticators; [`dishonest`] has the others.

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;
use webauthn_authenticator_rs::WebauthnAuthenticator;
use webauthn_authenticator_rs::softpasskey::SoftPasskey;

use super::testing::Authenticator;
use super::{Ceremony, Error, MAX_ANSWER, Passkeys, StoredPasskey, Used};

mod dishonest;
mod signed;

const ANNA: Uuid = Uuid::from_u128(1);
const BERT: Uuid = Uuid::from_u128(2);

fn origin() -> Url {
    Url::parse("https://argus.example.org:8443/console/").expect("an address")
}

fn passkeys() -> Passkeys {
    Passkeys::new(&origin(), "Argus").expect("an origin with passkeys")
}

fn raw(answer: &Value) -> Box<RawValue> {
    to_raw_value(answer).expect("a value is JSON")
}

/// A ceremony as it comes back out of the store.
fn stored(ceremony: &Ceremony) -> Ceremony {
    let json = serde_json::to_value(ceremony).expect("a ceremony is JSON");
    serde_json::from_value(json).expect("what was written is read")
}

fn enrol(device: &mut Authenticator, person: Uuid) -> Result<StoredPasskey, Error> {
    let (options, ceremony) = passkeys().begin_enrolment(person, "anna", &[])?;
    let answer = device.create(&options).expect("nothing is excluded");
    passkeys().finish_enrolment(stored(&ceremony), &raw(&answer))
}

/// Anna's honest authenticator and the passkey that she enrolled with it.
fn enrolled() -> (Authenticator, StoredPasskey) {
    let mut device = Authenticator::new(&origin());
    let passkey = enrol(&mut device, ANNA).expect("an honest enrolment");
    (device, passkey)
}

fn sign_in(device: &mut Authenticator, passkey: &StoredPasskey) -> Result<Used, Error> {
    let (options, ceremony) = passkeys().begin_sign_in()?;
    let answer = device.get(&options).expect("a key for this host");
    passkeys().finish_sign_in(stored(&ceremony), &raw(&answer), passkey)
}

fn step_up(device: &mut Authenticator, passkey: &StoredPasskey) -> Result<Used, Error> {
    let (options, ceremony) = passkeys().begin_step_up(std::slice::from_ref(passkey))?;
    let answer = device.get(&options).expect("an allowed key");
    passkeys().finish_step_up(stored(&ceremony), &raw(&answer), passkey)
}

fn reason<T>(result: Result<T, Error>) -> &'static str {
    result.err().map_or("accepted", |error| error.reason())
}

#[test]
fn a_person_enrols_a_passkey_signs_in_and_steps_up() {
    let (mut device, passkey) = enrolled();
    assert_eq!((passkey.person(), passkey.counter()), (ANNA, 0));
    let used = sign_in(&mut device, &passkey).unwrap();
    assert_eq!(
        (used.counter, used.passkey.counter(), used.changed),
        (1, 1, true)
    );
    let used = step_up(&mut device, &used.passkey).unwrap();
    assert_eq!(used.counter, 2);
}

#[test]
fn an_answer_says_whose_it_is_before_anything_is_known() {
    let (mut device, passkey) = enrolled();
    let (options, _) = passkeys().begin_sign_in().unwrap();
    let answer = raw(&device.get(&options).unwrap());
    assert_eq!(
        passkeys().identify(&answer).unwrap(),
        (ANNA, passkey.id().to_vec())
    );
    assert_eq!(passkeys().passkey_id(&answer).unwrap(), passkey.id());
}

#[test]
fn enrolment_asks_for_a_verified_person_and_a_key_that_finds_itself_and_nothing_else() {
    let (_, known) = enrolled();
    let (options, _) = passkeys().begin_enrolment(ANNA, "anna", &[known]).unwrap();
    let options = &options["publicKey"];
    let selection = &options["authenticatorSelection"];
    assert_eq!(selection["residentKey"], "required");
    assert_eq!(selection["requireResidentKey"], true);
    assert_eq!(selection["userVerification"], "required");
    assert_eq!(
        options["rp"],
        json!({"id": "argus.example.org", "name": "Argus"})
    );
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["timeout"], 300_000);
    assert_eq!(
        options["excludeCredentials"].as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn sign_in_asks_everybody_the_same() {
    let (options, _) = passkeys().begin_sign_in().unwrap();
    assert_eq!(options["publicKey"]["allowCredentials"], json!([]));
    assert_eq!(options["publicKey"]["userVerification"], "required");
    assert!(options.get("mediation").is_none());
}

#[test]
fn a_passkey_that_never_counts_is_not_taken_for_a_clone() {
    let mut device = Authenticator::new(&origin());
    (device.counts, device.backed_up) = (false, true);
    let passkey = enrol(&mut device, ANNA).unwrap();
    assert!(passkey.can_be_backed_up() && passkey.is_backed_up());
    let used = sign_in(&mut device, &passkey).unwrap();
    assert_eq!((used.counter, used.changed), (0, false));
    assert!(step_up(&mut device, &used.passkey).is_ok());
}

#[test]
fn an_authenticator_of_other_make_enrols_and_steps_up() {
    let mut device = SoftPasskey::new(true);
    let (mut options, ceremony) = passkeys().begin_enrolment(ANNA, "anna", &[]).unwrap();
    // It can't find keys by itself; all else that it does is a second opinion on our own software passkey.
    options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = json!(false);
    let options = serde_json::from_value(options).unwrap();
    let answer = to_raw_value(&device.do_registration(origin(), options).unwrap()).unwrap();
    let passkey = passkeys()
        .finish_enrolment(stored(&ceremony), &answer)
        .unwrap();

    let (options, ceremony) = passkeys()
        .begin_step_up(std::slice::from_ref(&passkey))
        .unwrap();
    let options = serde_json::from_value(options).unwrap();
    let answer = to_raw_value(&device.do_authentication(origin(), options).unwrap()).unwrap();
    assert_eq!(passkeys().passkey_id(&answer).unwrap(), passkey.id());
    let used = passkeys()
        .finish_step_up(stored(&ceremony), &answer, &passkey)
        .unwrap();
    assert_eq!(used.passkey.id(), passkey.id());
}

#[test]
fn a_step_up_may_keep_silent_about_whose_passkey_it_is() {
    let (mut device, passkey) = enrolled();
    let (options, ceremony) = passkeys()
        .begin_step_up(std::slice::from_ref(&passkey))
        .unwrap();
    let mut answer = device.get(&options).unwrap();
    answer["response"]
        .as_object_mut()
        .unwrap()
        .remove("userHandle");
    assert!(
        passkeys()
            .finish_step_up(stored(&ceremony), &raw(&answer), &passkey)
            .is_ok()
    );
    let (_, ceremony) = passkeys().begin_sign_in().unwrap();
    let sign_in = passkeys().finish_sign_in(ceremony, &raw(&answer), &passkey);
    assert_eq!(reason(sign_in), "other_person", "a sign-in may not");
}

#[test]
fn what_newer_browsers_add_to_an_answer_does_no_harm() {
    let mut device = Authenticator::new(&origin());
    let (options, ceremony) = passkeys().begin_enrolment(ANNA, "anna", &[]).unwrap();
    let mut answer = device.create(&options).unwrap();
    answer["clientExtensionResults"]["prf"] = json!({"enabled": true});
    answer["response"]["transports"] = json!(["smart-card", "hybrid", "of tomorrow"]);
    answer["response"]["publicKeyAlgorithm"] = json!(-7);
    answer["response"]["publicKey"] = json!("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE");
    let passkey = passkeys()
        .finish_enrolment(ceremony, &raw(&answer))
        .unwrap();

    let (options, _) = passkeys()
        .begin_step_up(std::slice::from_ref(&passkey))
        .unwrap();
    let allowed = &options["publicKey"]["allowCredentials"][0];
    assert_eq!(allowed["id"], answer["id"]);
    assert!(step_up(&mut device, &passkey).is_ok());
}

#[test]
fn an_answer_of_an_unknown_passkey_gets_as_far_as_its_signature() {
    let (mut device, passkey) = enrolled();
    let decoy = StoredPasskey::decoy(ANNA, passkey.id()).unwrap();
    assert_eq!(reason(sign_in(&mut device, &decoy)), "signature");
}
