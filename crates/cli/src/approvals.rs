//! `argusctl approvals verify`: who signed which plan, by nothing but files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use argus_ledger::approval::{Export, Proven, Verdict};
use argus_ledger::{Record, Verifier};
use clap::Args;

/// What is checked, and against what.
#[derive(Args)]
pub struct Options {
    /// The export; `-` reads standard input.
    file: PathBuf,
    /// How many different people must have approved.
    #[arg(long, default_value_t = 1, value_name = "PEOPLE")]
    at_least: usize,
    /// The console's origin, as `https://argus.example.org`: what was signed elsewhere does not count.
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
    /// An export of the ledger (from `argus-api ledger`): says besides whose key each is, and that each approval was
    /// recorded and not taken back.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
}

/// Longest file that is read, in bytes; real ones have a few kilobytes.
const MOST: u64 = 16 * 1024 * 1024;

/// Says who signed what, and fails where anything does not hold.
pub fn verify(options: &Options, say: &mut impl FnMut(&str)) -> anyhow::Result<ExitCode> {
    Ok(if holds(options, say)? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn holds(options: &Options, say: &mut impl FnMut(&str)) -> anyhow::Result<bool> {
    let text = read(&options.file)?;
    let export = Export::parse(&text).context("this can't be checked")?;
    let recorded = options.ledger.as_deref().map(Recorded::read).transpose()?;
    export.check_plan().context("the plan does not hold")?;
    say(&format!(
        "The plan of proposal {}, revision {}, has the digest {}.",
        export.proposal, export.revision, export.digest
    ));
    let mut failed = false;
    let mut people = BTreeSet::new();
    for index in 0..export.approvals.len() {
        let number = index + 1;
        let checked = export.check_approval(index).map_or_else(
            || Err("it is missing".to_owned()),
            |checked| checked.map_err(|flaw| flaw.to_string()),
        );
        let judged = checked.and_then(|proven| {
            judge(options, recorded.as_ref(), &proven)?;
            Ok(proven)
        });
        match judged {
            Ok(proven) => {
                say(&format!("Approval {number} holds: {}.", sentence(&proven)));
                let approver = &proven.statement.approver;
                if proven.statement.verdict == Verdict::Approve {
                    people.insert(approver.human.as_ref().unwrap_or(&approver.account).clone());
                }
            }
            Err(why) => {
                say(&format!("Approval {number} does not hold: {why}."));
                failed = true;
            }
        }
    }
    if people.len() < options.at_least {
        say(&format!(
            "{} different people approved, and {} are needed.",
            people.len(),
            options.at_least
        ));
        failed = true;
    }
    Ok(!failed)
}

/// What the signature alone does not say.
fn judge(options: &Options, recorded: Option<&Recorded>, proven: &Proven) -> Result<(), String> {
    let statement = &proven.statement;
    if let Some(origin) = options
        .origin
        .as_ref()
        .filter(|one| **one != statement.origin)
    {
        return Err(format!(
            "it was signed at {} and not at {origin}",
            statement.origin
        ));
    }
    recorded.map_or(Ok(()), |recorded| recorded.judge(proven))
}

fn sentence(proven: &Proven) -> String {
    let statement = &proven.statement;
    let approver = &statement.approver;
    let did = match statement.verdict {
        Verdict::Approve => "approved it",
        Verdict::Reject => "rejected it",
    };
    let human = approver.human.as_ref();
    let human = human.map_or_else(String::new, |human| format!(", human {human}"));
    format!(
        "{} (account {}{human}) {did} at {} on {} with the {} key {}",
        approver.name,
        approver.account,
        statement.time,
        statement.origin,
        proven.algorithm,
        proven.key_sha256
    )
}

/// What a ledger says of approvals and keys.
#[derive(Debug, Default)]
struct Recorded {
    /// The account that each key was enrolled for.
    keys: BTreeMap<String, String>,
    /// What each signed approval is about.
    approvals: BTreeMap<String, String>,
    /// Signed approvals that were taken back.
    revoked: BTreeSet<String>,
}

impl Recorded {
    fn read(file: &Path) -> anyhow::Result<Self> {
        let reader = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
        let mut verifier = Verifier::new();
        let mut recorded = Self::default();
        for (index, line) in BufReader::new(reader).lines().enumerate() {
            let line = line.with_context(|| format!("line {} cannot be read", index + 1))?;
            let record: Record = serde_json::from_str(&line)
                .with_context(|| format!("line {} is not a ledger record", index + 1))?;
            verifier
                .check(&record)
                .context("the ledger does not hold")?;
            recorded.take(record);
        }
        Ok(recorded)
    }

    fn take(&mut self, record: Record) {
        let text = |name: &str| record.body[name].as_str().map(str::to_owned);
        match record.kind.as_str() {
            "passkey.added" => {
                let account = record.subject.strip_prefix("person/").map(str::to_owned);
                if let Some((key, account)) = text("key_sha256").zip(account) {
                    self.keys.insert(key, account);
                }
            }
            "proposal.approved" => {
                if let Some(sha256) = text("signed_sha256") {
                    self.approvals.insert(sha256, record.subject);
                }
            }
            "approval.revoked" => {
                self.revoked.extend(text("signed_sha256"));
            }
            _ => {}
        }
    }

    fn judge(&self, proven: &Proven) -> Result<(), String> {
        let account = &proven.statement.approver.account;
        match self.keys.get(&proven.key_sha256.to_string()) {
            None => return Err("the ledger does not know its key".to_owned()),
            Some(owner) if owner != account => {
                return Err(format!("its key was enrolled for the account {owner}"));
            }
            Some(_) => {}
        }
        let sha256 = proven.sha256.to_string();
        let Some(subject) = self.approvals.get(&sha256) else {
            return Err("the ledger does not have it".to_owned());
        };
        if *subject != format!("proposal/{}", proven.statement.proposal) {
            return Err("the ledger has it for another proposal".to_owned());
        }
        if self.revoked.contains(&sha256) {
            return Err("it was taken back".to_owned());
        }
        Ok(())
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    let reader: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(file).with_context(|| format!("cannot open {}", file.display()))?)
    };
    let mut text = String::new();
    let length = reader.take(MOST + 1).read_to_string(&mut text)?;
    if u64::try_from(length)? > MOST {
        bail!("{} is longer than any export", file.display());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use argus_ledger::Entry;
    use serde_json::{Value, json};
    use tempfile::NamedTempFile;

    use super::*;

    const EXPORT: &str = include_str!("../../ledger/tests/approvals/es256.json");

    fn file(text: &str) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn options(file: &NamedTempFile) -> Options {
        Options {
            file: file.path().to_owned(),
            at_least: 1,
            origin: None,
            ledger: None,
        }
    }

    /// Whether it holds, and all that is said.
    fn checked(options: &Options) -> (bool, String) {
        let mut said = String::new();
        let held = holds(options, &mut |line| {
            said.push_str(line);
            said.push('\n');
        });
        match held {
            Ok(held) => (held, said),
            Err(error) => (false, format!("{said}{error:#}")),
        }
    }

    #[test]
    fn an_export_that_holds_says_who_signed_which_plan() {
        let (held, said) = checked(&options(&file(EXPORT)));
        assert!(held, "{said}");
        assert!(said.contains("Approval 1 holds: Ada (account"), "{said}");
        assert!(said.contains("with the ES256 key"), "{said}");
    }

    #[test]
    fn what_does_not_hold_is_named() {
        for (from, to, named) in [
            (
                "\\\"lab\\\"",
                "\\\"live\\\"",
                "the plan does not hold: the plan has the digest",
            ),
            (
                "Ada",
                "Eve",
                "Approval 1 does not hold: its parts have the hash",
            ),
            (
                "\"approvals\":",
                "\"approved\":",
                "it is no export of approvals",
            ),
        ] {
            let forged = EXPORT.replace(from, to);
            assert_ne!(forged, EXPORT, "{from}");
            let (held, said) = checked(&options(&file(&forged)));
            assert!(!held && said.contains(named), "{from}: {said}");
        }
    }

    #[test]
    fn too_few_people_or_another_origin_are_not_enough() {
        let export = file(EXPORT);
        let two = Options {
            at_least: 2,
            ..options(&export)
        };
        let (held, said) = checked(&two);
        assert!(
            !held && said.contains("1 different people approved, and 2 are needed"),
            "{said}"
        );
        for (origin, right) in [
            ("https://argus.example.org:8443", true),
            ("https://argus.example.net", false),
        ] {
            let there = Options {
                origin: Some(origin.to_owned()),
                ..options(&export)
            };
            assert_eq!(checked(&there).0, right, "{origin}");
        }
    }

    /// A ledger of these records: kind, subject, body.
    fn ledger(records: &[(&str, String, Value)]) -> NamedTempFile {
        let mut text = String::new();
        let mut head = None;
        for (kind, subject, body) in records {
            let entry = Entry {
                at: "2026-11-22T18:00:00.000Z".to_owned(),
                actor: "Ada".to_owned(),
                kind: (*kind).to_owned(),
                subject: subject.clone(),
                body: body.clone(),
            };
            let record = Record::chain(head.as_ref(), entry).unwrap();
            head = Some(record.head());
            text.push_str(&serde_json::to_string(&record).unwrap());
            text.push('\n');
        }
        file(&text)
    }

    #[test]
    fn a_ledger_says_whose_key_it_is_and_whether_the_approval_stands() {
        let export = Export::parse(EXPORT).unwrap();
        let proven = export.check_approval(0).unwrap().unwrap();
        let subject = format!("proposal/{}", export.proposal);
        let owner = format!("person/{}", proven.statement.approver.account);
        let enrolled = |owner: &str| {
            let body = json!({ "key_sha256": proven.key_sha256 });
            ("passkey.added", owner.to_owned(), body)
        };
        let body = json!({ "signed_sha256": proven.sha256 });
        let approved = ("proposal.approved", subject.clone(), body.clone());
        let revoked = ("approval.revoked", subject.clone(), body);
        let other = ("approval.revoked", subject, json!({ "signed_sha256": "0" }));
        for (records, named) in [
            (vec![enrolled(&owner), approved.clone()], "holds: Ada"),
            (vec![approved.clone()], "the ledger does not know its key"),
            (vec![enrolled(&owner)], "the ledger does not have it"),
            (
                vec![enrolled("person/other"), approved.clone()],
                "its key was enrolled for the account other",
            ),
            (
                vec![enrolled(&owner), approved.clone(), revoked.clone()],
                "it was taken back",
            ),
            (
                vec![enrolled(&owner), approved.clone(), other],
                "holds: Ada",
            ),
        ] {
            let ledger = ledger(&records);
            let file = file(EXPORT);
            let with_ledger = Options {
                ledger: Some(ledger.path().to_owned()),
                ..options(&file)
            };
            let (held, said) = checked(&with_ledger);
            assert!(said.contains(named), "{named}: {said}");
            assert_eq!(held, named.starts_with("holds"), "{said}");
        }
    }
}
