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
    /// The console's origin, as https://argus.example.org: what was signed elsewhere does not count.
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
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
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
    /// Signed approvals, with the account's name at that time, its proposal, and where it stands.
    approvals: BTreeMap<String, (String, String, u64)>,
    /// The last time that somebody of this name took an approval of this proposal back.
    revoked: BTreeMap<(String, String), u64>,
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
                    let approval = (record.actor, record.subject, record.seq);
                    self.approvals.insert(sha256, approval);
                }
            }
            "approval.revoked" => {
                self.revoked
                    .insert((record.actor, record.subject), record.seq);
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
        let Some((actor, subject, seq)) = self.approvals.get(&proven.sha256.to_string()) else {
            return Err("the ledger does not have it".to_owned());
        };
        if *subject != format!("proposal/{}", proven.statement.proposal) {
            return Err("the ledger has it for another proposal".to_owned());
        }
        let revoked = self.revoked.get(&(actor.clone(), subject.clone()));
        if revoked.is_some_and(|revoked| revoked > seq) {
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
