//! Checks the records that are on the screen, with the code that wrote them. Pure.

use argus_ledger::{Head, Record, Verifier};

use crate::format::count::count;

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether all is as written.
    pub holds: bool,
    /// In a sentence.
    pub text: String,
}

/// Checks `records` (newest first). `whole`: they are an unbroken part of the ledger, not a selection, so
/// that each must link to the one before it. Nothing to say about no records.
pub fn check(records: &[Record], whole: bool) -> Option<Verdict> {
    let (newest, oldest) = (records.first()?, records.last()?);
    let result = if whole {
        links(records, oldest)
    } else {
        records
            .iter()
            .try_for_each(|record| links(std::slice::from_ref(record), record))
    };
    let number = count(records.len(), "record", "records");
    Some(match result {
        Err(text) => Verdict { holds: false, text },
        Ok(()) if !whole => Verdict {
            holds: true,
            text: format!("Checked in this browser: each of the {number} is as it was written."),
        },
        Ok(()) => {
            let reach = if oldest.seq == 1 {
                ", from the very first"
            } else {
                ""
            };
            Verdict {
                holds: true,
                text: format!(
                    "Checked in this browser: records {} to {} are an unbroken chain{reach}.",
                    oldest.seq, newest.seq
                ),
            }
        }
    })
}

fn links(records: &[Record], oldest: &Record) -> Result<(), String> {
    let mut verifier = Verifier::after(Head {
        seq: oldest.seq.saturating_sub(1),
        hash: oldest.prev_hash,
    });
    if oldest.seq == 1 && oldest.prev_hash != Head::EMPTY.hash {
        return Err("record 1 is not the first that was written".to_owned());
    }
    records
        .iter()
        .rev()
        .try_for_each(|record| verifier.check(record).map_err(|broken| broken.to_string()))
}

#[cfg(test)]
mod tests {
    use argus_ledger::Entry;

    use super::*;

    fn chain(length: usize) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        for number in 0..length {
            let head = records.last().map(Record::head);
            let entry = Entry {
                at: "2026-11-22T10:00:00.000Z".to_owned(),
                actor: "Otto".to_owned(),
                kind: "proposal.made".to_owned(),
                subject: format!("proposal/{number}"),
                body: serde_json::json!({ "number": number }),
            };
            records.push(Record::chain(head.as_ref(), entry).unwrap());
        }
        records.reverse();
        records
    }

    #[test]
    fn an_unbroken_chain_holds_from_the_first_record_or_from_any() {
        assert!(
            check(&chain(5), true)
                .unwrap()
                .text
                .contains("from the very first")
        );
        let part = check(&chain(5)[..3], true).unwrap();
        assert!(part.holds && !part.text.contains("very first"));
    }

    #[test]
    fn an_edited_record_is_found_in_a_chain_and_in_a_selection() {
        let mut records = chain(5);
        records[2].actor = "Ada".to_owned();
        assert!(!check(&records, true).unwrap().holds);
        assert!(!check(&records, false).unwrap().holds);
    }

    #[test]
    fn a_missing_record_breaks_a_chain_and_not_a_selection() {
        let mut records = chain(5);
        records.remove(2);
        assert!(!check(&records, true).unwrap().holds);
        assert!(check(&records, false).unwrap().holds);
    }

    #[test]
    fn there_is_nothing_to_say_about_no_records() {
        assert_eq!(check(&[], true), None);
    }
}
