//! Signed approvals: what holds, and that nothing else does.
//!
//! The exports in this folder were written and signed by another implementation of WebAuthn, COSE and RFC 8785, so
//! that the code under test does not agree with itself alone.

use argus_ledger::Hash;
use argus_ledger::approval::{
    Export, Flaw, PublicKey, ReadExportError, SignedApproval, Verdict, verify,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::Value;

const ES256: &str = include_str!("es256.json");
const ES384: &str = include_str!("es384.json");
const RS256: &str = include_str!("rs256.json");

fn export(text: &str) -> Export {
    Export::parse(text).expect("an export")
}

fn signed() -> SignedApproval {
    export(ES256).approvals[0].signed.clone()
}

/// The first thing that does not hold of an export with one approval.
fn flaw(export: &Export) -> Option<Flaw> {
    let approval = export.check_approval(0).expect("one approval");
    export.check_plan().err().or(approval.err())
}

/// The export with this approval in place of its own, with the hash that belongs to it.
fn with(signed: SignedApproval) -> Export {
    let Export {
        proposal,
        revision,
        digest,
        plan,
        ..
    } = export(ES256);
    Export::new(proposal, revision, digest, plan, vec![signed])
}

fn decoded(text: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

fn encoded(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn approvals_of_every_kind_of_key_hold_and_say_who_signed_what() {
    for (text, algorithm) in [(ES256, "ES256"), (ES384, "ES384"), (RS256, "RS256")] {
        let export = export(text);
        assert_eq!(export.check_plan(), Ok(()), "{algorithm}");
        let proven = export.check_approval(0).unwrap().unwrap();
        assert_eq!(proven.algorithm, algorithm);
        let statement = proven.statement;
        assert_eq!(statement.digest, export.digest);
        assert_eq!(statement.verdict, Verdict::Approve);
        assert_eq!(statement.approver.name, "Ada");
        assert!(export.check_approval(1).is_none());
    }
}

#[test]
fn every_changed_byte_of_the_file_is_found() {
    for text in [ES256, ES384, RS256] {
        let text = text.trim_end();
        for place in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[place] ^= 1;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            if let Ok(export) = Export::parse(&text) {
                let approval = export.check_approval(0).expect("one approval");
                assert!(
                    export.check_plan().is_err() || approval.is_err(),
                    "byte {place} of {text}"
                );
            }
        }
    }
}

/// Whoever changes a part and writes the hash anew has no signature for it.
#[test]
fn every_changed_byte_of_what_is_signed_is_found_without_the_hash() {
    let original = signed();
    let statement = |place: usize| {
        let mut text = original.statement.clone().into_bytes();
        text[place] ^= 1;
        String::from_utf8(text).ok()
    };
    for place in 0..original.statement.len() {
        let Some(statement) = statement(place) else {
            continue;
        };
        let changed = SignedApproval {
            statement,
            ..original.clone()
        };
        let flaw = flaw(&with(changed)).unwrap_or_else(|| panic!("statement, byte {place}"));
        assert!(
            matches!(flaw, Flaw::Statement | Flaw::Challenge),
            "statement, byte {place}: {flaw}"
        );
    }
    type Part = fn(&mut SignedApproval) -> &mut String;
    let parts: [(&str, Part); 4] = [
        ("authenticator data", |signed| {
            &mut signed.authenticator_data
        }),
        ("client data", |signed| &mut signed.client_data_json),
        ("signature", |signed| &mut signed.signature),
        ("public key", |signed| &mut signed.public_key),
    ];
    for (name, part) in parts {
        let length = decoded(part(&mut original.clone())).len();
        for place in 0..length {
            let mut changed = original.clone();
            let mut bytes = decoded(part(&mut changed));
            bytes[place] ^= 1;
            *part(&mut changed) = encoded(&bytes);
            assert!(flaw(&with(changed)).is_some(), "{name}, byte {place}");
        }
    }
}

#[test]
fn every_changed_byte_of_the_plan_is_found() {
    let original = export(ES256);
    for place in 0..original.plan.len() {
        let mut bytes = original.plan.clone().into_bytes();
        bytes[place] ^= 1;
        let Ok(plan) = String::from_utf8(bytes) else {
            continue;
        };
        let changed = Export {
            plan,
            ..original.clone()
        };
        assert!(
            matches!(changed.check_plan(), Err(Flaw::PlanDigest { .. })),
            "byte {place}"
        );
    }
}

#[test]
fn a_signature_for_another_verdict_digest_or_person_is_none_for_this_one() {
    let original = signed();
    let other_digest = "0".repeat(64);
    let digest = export(ES256).digest.to_string();
    for (from, to) in [
        ("\"approve\"", "\"reject\""),
        (digest.as_str(), other_digest.as_str()),
        ("0000000000a3", "0000000000a4"),
        ("\"revision\":2", "\"revision\":3"),
        ("\"name\":\"Ada\"", "\"name\":\"Eve\""),
    ] {
        let changed = SignedApproval {
            statement: original.statement.replace(from, to),
            ..original.clone()
        };
        assert_ne!(changed.statement, original.statement);
        assert_eq!(verify(&changed), Err(Flaw::Challenge), "{to}");
    }
}

#[test]
fn an_honest_signature_about_another_plan_or_proposal_does_not_count_for_this_one() {
    let original = export(ES256);
    let plan = original.plan.replace("\"lab\"", "\"live\"");
    let digest = Hash::new(sha2_of(&plan));
    let other_plan = Export {
        plan,
        digest,
        ..original.clone()
    };
    assert_eq!(other_plan.check_plan(), Ok(()));
    let approval = other_plan.check_approval(0).unwrap();
    assert!(
        matches!(approval, Err(Flaw::OtherPlan { .. })),
        "{approval:?}"
    );
    let other_revision = Export {
        revision: 1,
        ..original.clone()
    };
    assert_eq!(
        other_revision.check_approval(0),
        Some(Err(Flaw::OtherProposal))
    );
    let other_proposal = Export {
        proposal: "01997000-0000-7000-8000-00000000beef".to_owned(),
        ..original.clone()
    };
    assert_eq!(other_proposal.check_plan(), Err(Flaw::PlanProposal));
    assert_eq!(
        other_proposal.check_approval(0),
        Some(Err(Flaw::OtherProposal))
    );
    let mut twice = original;
    twice.approvals.push(twice.approvals[0].clone());
    assert_eq!(twice.check_approval(1), Some(Err(Flaw::Twice)));
}

fn sha2_of(text: &str) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).into()
}

/// Each of these was signed by nobody, so what is wrong besides must be found before the signature is looked at.
#[test]
fn a_ceremony_that_proves_too_little_is_named() {
    let client = |change: fn(&mut Value)| {
        let mut signed = signed();
        let mut data: Value = serde_json::from_slice(&decoded(&signed.client_data_json)).unwrap();
        change(&mut data);
        signed.client_data_json = encoded(data.to_string().as_bytes());
        verify(&signed).unwrap_err()
    };
    assert_eq!(
        client(|data| data["type"] = "webauthn.create".into()),
        Flaw::Ceremony
    );
    assert_eq!(
        client(|data| data["challenge"] = "AAAA".into()),
        Flaw::Challenge
    );
    let origin = Flaw::Origin {
        expected: "https://argus.example.org:8443".to_owned(),
    };
    assert_eq!(
        client(|data| data["origin"] = "https://argus.example.net".into()),
        origin
    );
    assert_eq!(client(|data| data["crossOrigin"] = true.into()), origin);
    assert_eq!(client(|data| *data = "no object".into()), Flaw::ClientData);

    let authenticator = |change: fn(&mut Vec<u8>)| {
        let mut signed = signed();
        let mut data = decoded(&signed.authenticator_data);
        change(&mut data);
        signed.authenticator_data = encoded(&data);
        verify(&signed).unwrap_err()
    };
    assert_eq!(authenticator(|data| data[32] &= !0x01), Flaw::NotPresent);
    assert_eq!(authenticator(|data| data[32] &= !0x04), Flaw::NotVerified);
    assert_eq!(authenticator(|data| data[0] ^= 1), Flaw::RelyingParty);
    for shape in [
        |data: &mut Vec<u8>| data.truncate(36),
        |data: &mut Vec<u8>| data.push(0),
        |data: &mut Vec<u8>| data[32] |= 0x40,
        |data: &mut Vec<u8>| data[32] |= 0x80,
        Vec::clear,
    ] {
        assert_eq!(authenticator(shape), Flaw::AuthenticatorData);
    }
    assert_eq!(
        authenticator(|data| data[36] ^= 1),
        Flaw::Signature,
        "the counter"
    );
}

#[test]
fn a_statement_has_one_spelling() {
    let original = signed();
    for statement in [
        original.statement.replace(",\"digest\"", ", \"digest\""),
        original
            .statement
            .replace("argus approval 1", "argus approval 2"),
        original
            .statement
            .replace("{\"approver\"", "{\"and\":1,\"approver\""),
        original
            .statement
            .replace("\"revision\":2", "\"revision\":1,\"revision\":2"),
        String::new(),
    ] {
        let changed = SignedApproval {
            statement,
            ..original.clone()
        };
        assert_eq!(
            verify(&changed),
            Err(Flaw::Statement),
            "{}",
            changed.statement
        );
    }
}

#[test]
fn a_key_has_one_spelling_and_an_rsa_key_a_size_that_counts() {
    for text in [ES256, ES384, RS256] {
        let cose = decoded(&export(text).approvals[0].signed.public_key);
        let key = PublicKey::from_cose(&cose).unwrap();
        assert_eq!(key.to_cose(), cose);
        for length in 0..cose.len() {
            assert_eq!(PublicKey::from_cose(&cose[..length]), Err(Flaw::Key));
        }
        let longer = [cose.as_slice(), &[0]].concat();
        assert_eq!(PublicKey::from_cose(&longer), Err(Flaw::Key));
    }
    let small = PublicKey::Rs256 {
        n: vec![0xff; 128],
        e: [1, 0, 1],
    };
    let mut weak = export(RS256).approvals[0].signed.clone();
    weak.public_key = encoded(&small.to_cose());
    assert_eq!(verify(&weak), Err(Flaw::Key));
}

#[test]
fn what_is_no_export_is_named() {
    assert!(matches!(Export::parse("{}"), Err(ReadExportError::Json(_))));
    let other = ES256.replace("argus approvals 1", "argus approvals 2");
    assert!(matches!(
        Export::parse(&other),
        Err(ReadExportError::Format(_))
    ));
    let twice = ES256.replacen("\"revision\":2", "\"revision\":2,\"revision\":2", 1);
    assert!(matches!(
        Export::parse(&twice),
        Err(ReadExportError::Json(_))
    ));
}

proptest! {
    #[test]
    fn nothing_panics_on_any_parts(
        statement in ".{0,80}",
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..120), 5),
    ) {
        let part = |index: usize| encoded(&parts[index]);
        let signed = SignedApproval {
            statement,
            credential_id: part(0),
            public_key: part(1),
            authenticator_data: part(2),
            client_data_json: part(3),
            signature: part(4),
        };
        prop_assert!(verify(&signed).is_err());
        let keyed = SignedApproval {
            public_key: signed.public_key.clone(),
            signature: signed.signature.clone(),
            ..self::signed()
        };
        prop_assert!(verify(&keyed).is_err());
    }
}
