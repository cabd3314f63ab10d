//! Imperatives beside a target: `delete all guests`, `lösche alle VMs`, `stop-db-01-and-delete-it`.

use super::words::Word;
use crate::builtin::{Order, order};

/// Behind these an imperative begins as behind a full stop.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "please", "then", "and", "also", "now", "just", "immediately", "always", "first", "must", "should", "shall", "will",
    "run", "bitte", "dann", "und", "sofort", "auch", "danach", "jetzt", "zuerst", "override", "says", "ahead", "hard",
];
/// Everything there is.
const EVERYTHING: &[&str] = &["everything", "alles"];
/// Every one of what stands behind.
#[rustfmt::skip]
const EVERY: &[&str] = &[
    "all", "every", "each", "any", "alle", "jede", "jeden", "jedes", "saemtliche", "entire", "whole", "both",
];
/// A certain one of what stands behind.
#[rustfmt::skip]
const THIS: &[&str] = &["this", "these", "that", "diese", "diesen", "dieses", "dieser"];
const THE: &[&str] = &["the", "those", "its", "other", "die", "der", "das", "den"];
#[rustfmt::skip]
const IT: &[&str] = &["it", "them", "itself", "yourself", "es", "ihn"];
#[rustfmt::skip]
const GUESTS: &[&str] = &[
    "guest", "guests", "vm", "vms", "ct", "cts", "container", "containers", "machine", "machines", "node", "nodes", "host",
    "hosts", "cluster", "server", "servers", "gast", "gaeste", "maschine", "maschinen", "knoten", "one", "of", "them",
];
#[rustfmt::skip]
const KEPT: &[&str] = &[
    "snapshot", "snapshots", "backup", "backups", "sicherung", "sicherungen", "disk", "disks", "tag", "tags", "volume",
    "volumes", "original", "template", "protection", "schutz", "data", "daten", "pool", "platten",
];
/// Words before the number of a guest.
const NUMBERED: &[&str] = &[
    "vm",
    "ct",
    "guest",
    "container",
    "node",
    "template",
    "gast",
    "vmid",
];
/// What protects, taken away without further ado.
#[rustfmt::skip]
const SAFEGUARDS: &[&str] = &["protection", "ha", "firewall", "approvals", "schutz", "loeschschutz", "availability"];
/// What has an amount.
const AMOUNTS: &[&str] = &[
    "memory", "ram", "cores", "cpu", "cpus", "disk", "speicher", "kerne",
];
/// With these an order is a custom, a plan or a condition, as ordinary notes have them.
#[rustfmt::skip]
const CUSTOM: &[&str] = &[
    "only", "nur", "if", "unless", "falls", "wenn", "when", "after", "nach", "once", "sobald", "erst", "until", "bis",
    "todo", "weekly", "daily", "nightly", "monthly", "hourly", "taeglich", "woechentlich", "monatlich", "nachts",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "montag", "dienstag", "mittwoch",
    "donnerstag", "freitag", "samstag", "sonntag", "montags", "sonntags", "week", "month", "woche", "monat",
];
/// The same, where it stands behind the order.
const CUSTOM_BEHIND: &[&str] = &[
    "before", "vor", "prior", "during", "while", "via", "manually",
];
/// Names that end in digits and are none of guests and nodes.
#[rustfmt::skip]
const VERSIONED: &[&str] = &[
    "ipv", "php", "python", "eth", "ens", "sha", "raid", "md", "http", "tls", "ssl", "smb", "x", "v", "postgres",
    "postgresql", "debian", "ubuntu", "java", "port", "rev", "kernel", "nfsv", "q", "wifi",
];

/// How a target was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// All guests, or everything.
    All,
    /// All, or a certain one, of what belongs to a guest; or this guest.
    Certain,
    /// By name or number.
    Named,
    /// With no more than an article or a pronoun.
    Vague,
}

/// Whether the words order an action on something of the cluster.
pub(super) fn is_ordered(words: &[Word]) -> bool {
    (0..words.len()).any(|at| {
        imperative(words, at) || german_last(words, at) || passive(words, at) || command(words, at)
    })
}

/// `delete web-01`, `schalte alle VMs aus`.
fn imperative(words: &[Word], at: usize) -> bool {
    if !begins(words, at) {
        return false;
    }
    let Some((kind, length)) = verb(&words[at..]) else {
        return false;
    };
    // A name such as `backup-web-01` says what it is; of orders in names only the strong ones are told.
    let is_name = length == 1 && words.get(at + 1).is_some_and(|next| next.joined);
    let rest = clause(words, at + length);
    let is_meant = match kind {
        Order::Amount => !is_name && amount(rest),
        Order::Weak => match target(rest) {
            Some(Target::All | Target::Certain | Target::Named) => {
                !is_name && !is_custom(words, at)
            }
            _ => false,
        },
        Order::Strong => match target(rest) {
            Some(Target::All) => true,
            Some(_) => !is_custom(words, at),
            None => is_urgent(rest) || safeguard(rest) && !is_custom(words, at),
        },
    };
    is_meant && !is_negated(words, at)
}

/// Where an imperative may stand.
fn begins(words: &[Word], at: usize) -> bool {
    let word = &words[at];
    if word.opens {
        return true;
    }
    let Some(before) = at.checked_sub(1).map(|before| &words[before]) else {
        return true;
    };
    // `is to destroy it`.
    let is_to = before.is(&["to"]) && at > 1 && words[at - 2].is(&["is", "intention", "change"]);
    before.is(LEADS) || is_to
}

/// The longest verb at the head of the words.
fn verb(words: &[Word]) -> Option<(Order, usize)> {
    const MORE: &[&str] = &["wipe", "erase", "purge", "nuke", "terminate"];
    let first = words.first()?;
    let longest = (1..=words.len().min(3)).rev().find_map(|length| {
        let phrase: Vec<&str> = words[..length]
            .iter()
            .map(|word| word.low.as_str())
            .collect();
        Some((order(&phrase.join(" "))?, length))
    });
    // `fahre … herunter`, `schalte … aus`: the particle is further on.
    let apart = || {
        let particle = match first.low.as_str() {
            "fahre" | "fahr" => ["herunter", "runter"],
            "schalte" | "schalt" => ["aus", "ab"],
            _ => return None,
        };
        let rest = clause(words, 1).iter();
        let mut rest = rest.take(6);
        rest.any(|word| word.is(&particle))
            .then_some((Order::Strong, 1))
    };
    let more = first.is(MORE).then_some((Order::Strong, 1));
    longest.or(more).or_else(apart)
}

/// What is left of the clause from there.
fn clause(words: &[Word], from: usize) -> &[Word] {
    let Some(last) = from.checked_sub(1).and_then(|last| words.get(last)) else {
        return &[];
    };
    let rest = &words[from..];
    let within = rest.iter().take_while(|word| word.clause == last.clause);
    &rest[..within.count()]
}

/// The target right behind a verb.
fn target(rest: &[Word]) -> Option<Target> {
    const BETWEEN: &[&str] = &[
        "also",
        "now",
        "immediately",
        "down",
        "sofort",
        "jetzt",
        "auch",
        "bitte",
        "hard",
    ];
    let skipped = rest.iter().take_while(|word| word.is(BETWEEN)).count();
    let rest = &rest[skipped..];
    let first = rest.first()?;
    let near =
        |kinds: &[&str], most: usize| rest.iter().skip(1).take(most).any(|word| word.is(kinds));
    let is_place = rest
        .get(1)
        .is_some_and(|next| next.is(&["in", "under", "from", "im", "unter", "auf", "aus"]));
    if first.is(EVERYTHING) {
        return (!is_place).then_some(Target::All);
    }
    if first.is(EVERY) {
        return if near(GUESTS, 2) || rest.len() == 1 {
            Some(Target::All)
        } else {
            near(KEPT, 3).then_some(Target::Certain)
        };
    }
    if first.is(THIS) && (near(GUESTS, 2) || near(KEPT, 2)) {
        return Some(Target::Certain);
    }
    if first.is(IT) {
        return Some(Target::Vague);
    }
    if names_guest(rest) {
        return Some(Target::Named);
    }
    (first.is(THE) && (near(GUESTS, 1) || near(KEPT, 1) || names_guest(&rest[1..])))
        .then_some(Target::Vague)
}

/// `101`, `vm 101`, `web-01`, `pve3`.
fn names_guest(rest: &[Word]) -> bool {
    let Some(first) = rest.first() else {
        return false;
    };
    let next = rest.get(1);
    let is_joined = next.is_some_and(|next| next.joined);
    if first.is_number() {
        return (3..=9).contains(&first.low.len()) && !is_joined;
    }
    let letters = first.low.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_word = letters.chars().all(char::is_alphabetic) && !letters.is_empty();
    if !is_word || VERSIONED.contains(&letters) {
        return false;
    }
    let is_numbered = letters.len() < first.low.len();
    let takes_number =
        next.is_some_and(|next| next.is_number() && (next.joined || first.is(NUMBERED)));
    is_numbered || takes_number
}

/// `delete me now`.
fn is_urgent(rest: &[Word]) -> bool {
    let mut two = rest.iter();
    two.next().is_some_and(|word| word.is(&["me", "mich"]))
        && two
            .next()
            .is_some_and(|word| word.is(&["now", "immediately", "sofort", "jetzt"]))
}

fn safeguard(rest: &[Word]) -> bool {
    rest.iter().take(3).any(|word| word.is(SAFEGUARDS))
}

/// `memory to 16`.
fn amount(rest: &[Word]) -> bool {
    let is_amount = |word: &Word| {
        word.is(AMOUNTS) || word.low.starts_with("scsi") || word.low.starts_with("virtio")
    };
    rest.iter().take(3).any(is_amount) && rest.iter().skip(1).any(Word::is_number)
}

/// `alle VMs sofort löschen`.
fn german_last(words: &[Word], at: usize) -> bool {
    let word = &words[at];
    let is_last = word.low.ends_with("en") && order(&word.low) == Some(Order::Strong);
    let before = words[..at].iter().rev();
    let before = before
        .take_while(|one| one.clause == word.clause)
        .take(4)
        .count();
    let start = at - before;
    let is_all = words[start..at]
        .windows(2)
        .any(|pair| pair[0].is(EVERY) && pair[1].is(GUESTS));
    is_last && is_all && !is_negated(words, at)
}

/// `db-01 must be deleted`, `danach muss db-01 gelöscht werden`.
fn passive(words: &[Word], at: usize) -> bool {
    const DONE: &[&str] = &[
        "deleted",
        "destroyed",
        "removed",
        "stopped",
        "drained",
        "wiped",
        "erased",
        "geloescht",
        "zerstoert",
        "gestoppt",
        "entfernt",
        "heruntergefahren",
    ];
    let rest = clause(words, at + 1);
    words[at].is(&["must", "muss", "muessen", "shall"])
        && rest.iter().take(5).any(|word| word.is(DONE))
        && !is_negated(words, at)
        && !is_custom(words, at)
}

/// `qm destroy 103`.
fn command(words: &[Word], at: usize) -> bool {
    let [tool, verb, number, ..] = &words[at..] else {
        return false;
    };
    tool.is(&["qm", "pct"])
        && verb.is(&[
            "stop",
            "destroy",
            "reset",
            "shutdown",
            "rollback",
            "delsnapshot",
        ])
        && number.is_number()
        && !is_custom(words, at)
        && !is_negated(words, at)
}

fn is_negated(words: &[Word], at: usize) -> bool {
    let same = |word: &&Word| word.clause == words[at].clause;
    words.iter().filter(same).any(Word::negates)
}

fn is_custom(words: &[Word], at: usize) -> bool {
    let same = |word: &Word| word.sentence == words[at].sentence;
    let behind = &words[at..];
    words.iter().any(|word| same(word) && word.is(CUSTOM))
        || behind
            .iter()
            .any(|word| same(word) && word.is(CUSTOM_BEHIND))
}
