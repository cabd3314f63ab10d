//! Whatever is done to a written chain is found, at the right position.

use std::convert::Infallible;

use argus_ledger::{Broken, Entry, Flaw, Hash, Head, Record, Unrecordable, VerifyError, verify};
use argus_ledger::{Verifier, verify_to};
use proptest::prelude::*;
use serde_json::{Value, json};

fn entry(n: usize) -> Entry {
    Entry {
        at: format!("2026-11-22T18:39:21.{n:03}Z"),
        actor: "Ada".to_owned(),
        kind: "proposal.confirmed".to_owned(),
        subject: format!("proposal/{n}"),
        body: json!({ "n": n, "digest": "ab", "steps": [1, 2, { "x": null }] }),
    }
}

fn chain(length: usize) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for n in 1..=length {
        let head = records.last().map(Record::head);
        records.push(Record::chain(head.as_ref(), entry(n)).expect("the entry is recordable"));
    }
    records
}

fn check(records: &[Record]) -> Result<Head, Broken> {
    match verify(records.iter().cloned().map(Ok::<_, Infallible>)) {
        Ok(head) => Ok(head),
        Err(VerifyError::Broken(broken)) => Err(broken),
        Err(VerifyError::Unreadable { source, .. }) => match source {},
    }
}

fn bad_seq(records: &[Record]) -> Option<u64> {
    check(records).err().map(|broken| broken.seq)
}

#[test]
fn an_untouched_chain_ends_at_its_last_record() {
    let records = chain(5);
    assert_eq!(check(&records), Ok(records[4].head()));
    assert_eq!(check(&[]), Ok(Head::EMPTY));
}

#[test]
fn the_hash_of_a_known_record_never_changes() {
    // A change here would make every ledger that exists unverifiable.
    let record = &chain(1)[0];
    assert_eq!(record.prev_hash, Hash::ZERO);
    assert_eq!(
        record.hash.to_string(),
        "6827a11b3c2ffa0b224c39fdd60c76a0c0caed0aecdc23f71378d60d14445e9e"
    );
}

#[test]
fn a_record_survives_json_with_its_hash() {
    let record = chain(2).pop().unwrap();
    let text = serde_json::to_string(&record).unwrap();
    let back: Record = serde_json::from_str(&text).unwrap();
    assert_eq!(back.compute_hash(), Ok(record.hash));
}

#[test]
fn a_field_that_no_hash_covers_is_refused() {
    let mut value = serde_json::to_value(&chain(1)[0]).unwrap();
    value["note"] = Value::from("x");
    assert!(serde_json::from_value::<Record>(value).is_err());
}

#[test]
fn the_order_of_a_body_s_keys_does_not_matter() {
    let one = Record::chain(
        None,
        Entry {
            body: json!({"a": 1, "b": 2}),
            ..entry(1)
        },
    )
    .unwrap();
    let two = Record::chain(
        None,
        Entry {
            body: json!({"b": 2, "a": 1}),
            ..entry(1)
        },
    )
    .unwrap();
    assert_eq!(one.hash, two.hash);
}

#[test]
fn numbers_that_a_double_would_round_are_refused_with_their_place() {
    for number in [json!(u64::MAX), json!((1_u64 << 53)), json!(i64::MIN)] {
        let body = json!({ "a/b": [0, { "n": number }] });
        let error = Record::chain(None, Entry { body, ..entry(1) }).unwrap_err();
        assert!(
            matches!(&error, Unrecordable::InexactNumber { pointer, .. } if pointer == "/a~1b/1/n"),
            "{error:?}"
        );
    }
    for number in [json!((1_u64 << 53) - 1), json!(-5), json!(1.5), json!(0)] {
        assert!(
            Record::chain(
                None,
                Entry {
                    body: number,
                    ..entry(1)
                }
            )
            .is_ok()
        );
    }
}

#[test]
fn a_bottomless_body_is_refused_and_does_not_exhaust_the_stack() {
    let mut body = json!(1);
    for _ in 0..100 {
        body = json!([body]);
    }
    assert_eq!(
        Record::chain(None, Entry { body, ..entry(1) }),
        Err(Unrecordable::TooDeep)
    );
}

#[test]
fn a_cut_off_tail_is_found_with_a_kept_head_only() {
    let records = chain(6);
    let kept = records[5].head();
    assert!(check(&records[..4]).is_ok());
    let result = verify_to(records[..4].iter().cloned().map(Ok::<_, Infallible>), kept);
    let Err(VerifyError::Broken(broken)) = result else {
        panic!("the missing tail was not found");
    };
    assert_eq!(
        broken,
        Broken {
            seq: 5,
            why: Flaw::CutOff { end: 4 }
        }
    );
}

#[test]
fn a_chain_written_anew_is_found_with_a_kept_head() {
    let kept = chain(3)[1].head();
    let mut records = vec![Record::chain(None, entry(9)).unwrap()];
    for n in 2..=4 {
        let head = records.last().map(Record::head);
        records.push(Record::chain(head.as_ref(), entry(n)).unwrap());
    }
    assert!(check(&records).is_ok());
    let result = verify_to(records.into_iter().map(Ok::<_, Infallible>), kept);
    assert!(matches!(
        result,
        Err(VerifyError::Broken(Broken {
            seq: 2,
            why: Flaw::OtherChain { .. }
        }))
    ));
}

#[test]
fn a_record_that_cannot_be_read_is_not_called_broken() {
    let records = chain(2);
    let result = verify([Ok(records[0].clone()), Err(std::io::Error::other("gone"))]);
    assert!(matches!(
        result,
        Err(VerifyError::Unreadable { seq: 2, .. })
    ));
}

#[test]
fn a_page_of_the_ledger_can_be_checked_from_the_head_before_it() {
    let records = chain(6);
    let mut verifier = Verifier::after(records[2].head());
    for record in &records[3..] {
        verifier.check(record).unwrap();
    }
    assert_eq!(verifier.head(), records[5].head());
}

fn position() -> impl Strategy<Value = (usize, usize)> {
    (2_usize..12).prop_flat_map(|length| (Just(length), 0..length))
}

proptest! {
    #[test]
    fn an_edit_of_any_field_is_found_where_it_was_made((length, at) in position(), field in 0..7_u8) {
        let mut records = chain(length);
        let record = &mut records[at];
        match field {
            0 => record.at.push('x'),
            1 => record.actor.push('x'),
            2 => record.kind.push('x'),
            3 => record.subject.push('x'),
            4 => record.body["n"] = json!("other"),
            5 => record.prev_hash = Hash::new([1; 32]),
            _ => record.hash = Hash::new([1; 32]),
        }
        prop_assert_eq!(bad_seq(&records), Some(at as u64 + 1));
    }

    #[test]
    fn an_edit_with_a_fresh_hash_is_found_at_the_next_record((length, at) in position()) {
        let mut records = chain(length);
        records[at].actor.push('x');
        records[at].hash = records[at].compute_hash().unwrap();
        let expected = (at + 1 < length).then_some(at as u64 + 2);
        prop_assert_eq!(bad_seq(&records), expected);
    }

    #[test]
    fn a_missing_record_is_named((length, at) in position()) {
        let mut records = chain(length);
        records.remove(at);
        // The last one leaves no trace in the chain itself: see the kept head.
        let expected = (at + 1 < length).then_some(at as u64 + 1);
        prop_assert_eq!(bad_seq(&records), expected);
    }

    #[test]
    fn swapped_records_are_named((length, at) in position(), other in 0..12_usize) {
        let other = other % length;
        prop_assume!(other != at);
        let mut records = chain(length);
        records.swap(at, other);
        prop_assert_eq!(bad_seq(&records), Some(at.min(other) as u64 + 1));
    }

    #[test]
    fn an_added_record_is_named((length, at) in position(), copy in 0..12_usize, honest in any::<bool>()) {
        let mut records = chain(length);
        let added = if honest {
            // A well-formed one, linked to what stands before its place.
            let head = at.checked_sub(1).map(|before| records[before].head());
            Record::chain(head.as_ref(), entry(99)).unwrap()
        } else {
            records[copy % length].clone()
        };
        let same = added == records[at];
        records.insert(at, added);
        let found = bad_seq(&records);
        // A copy of the very record in this place is the right one; its twin after it is then the wrong one.
        let expected = if honest || same { at + 2 } else { at + 1 };
        prop_assert_eq!(found, Some(expected as u64));
    }

    #[test]
    fn a_re_numbered_record_is_named((length, at) in position(), seq in 0..20_u64, rehash in any::<bool>()) {
        let mut records = chain(length);
        prop_assume!(seq != records[at].seq);
        records[at].seq = seq;
        if rehash {
            records[at].hash = records[at].compute_hash().unwrap();
        }
        prop_assert_eq!(bad_seq(&records), Some(at as u64 + 1));
    }
}
