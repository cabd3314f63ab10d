//! `argusctl ledger verify`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::str::FromStr;

use anyhow::Context;
use argus_ledger::{Head, Record, verify, verify_to};

/// A head that somebody kept outside of Argus.
#[derive(Debug, Clone, Copy)]
pub struct KnownHead(Head);

impl FromStr for KnownHead {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (seq, hash) = text
            .split_once(':')
            .ok_or("write it as SEQ:HASH, as an earlier check printed it")?;
        Ok(Self(Head {
            seq: seq.parse().map_err(|_| "SEQ is not a number".to_owned())?,
            hash: hash
                .parse()
                .map_err(|_| "HASH is not 64 hexadecimal digits".to_owned())?,
        }))
    }
}

/// A line that is no record.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("line {line} cannot be read")]
    Io { line: usize, source: std::io::Error },
    #[error("line {line} is not a ledger record")]
    Json {
        line: usize,
        source: serde_json::Error,
    },
}

/// Checks the whole export and answers with its head.
pub fn run(file: &Path, known: Option<KnownHead>) -> anyhow::Result<Head> {
    let reader: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        let file = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
        Box::new(BufReader::new(file))
    };
    let records = reader.lines().enumerate().map(|(index, text)| {
        let line = index + 1;
        let text = text.map_err(|source| ReadError::Io { line, source })?;
        serde_json::from_str::<Record>(&text).map_err(|source| ReadError::Json { line, source })
    });
    Ok(match known {
        Some(KnownHead(head)) => verify_to(records, head)?,
        None => verify(records)?,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use argus_ledger::Entry;

    use super::*;

    fn export(count: u64) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        for n in 0..count {
            let prev = records.last().map(Record::head);
            let entry = Entry {
                at: "2026-11-22T18:00:00.000Z".to_owned(),
                actor: "Ada".to_owned(),
                kind: "proposal.confirmed".to_owned(),
                subject: format!("proposal/{n}"),
                body: serde_json::json!({ "n": n }),
            };
            records.push(Record::chain(prev.as_ref(), entry).unwrap());
        }
        records
    }

    fn written(records: &[Record]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for record in records {
            writeln!(file, "{}", serde_json::to_string(record).unwrap()).unwrap();
        }
        file
    }

    #[test]
    fn a_whole_export_is_accepted_and_its_head_is_told() {
        let records = export(5);
        let head = run(written(&records).path(), None).unwrap();
        assert_eq!(head, records[4].head());
    }

    #[test]
    fn an_export_that_was_cut_is_found_by_a_kept_head() {
        let records = export(5);
        let kept = KnownHead(records[4].head());
        let file = written(&records[..3]);
        assert!(run(file.path(), None).is_ok());
        assert!(run(file.path(), Some(kept)).is_err());
    }

    #[test]
    fn an_edited_record_is_named() {
        let mut records = export(5);
        records[2].actor = "Mallory".to_owned();
        let error = run(written(&records).path(), None).unwrap_err();
        assert!(format!("{error:#}").contains("record 3"), "{error:#}");
    }
}
