//! Whether a request asks for a reason, of what, and which.

use crate::builtin::Mentioned;
use crate::drafted::{Choice, DraftTarget, Question};
use crate::scene::{Scene, SceneGuest};

/// What somebody wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// What it is about.
    pub about: About,
    /// What is wrong with it.
    pub symptom: Symptom,
}

/// What an inquiry is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum About {
    /// A guest.
    Guest(DraftTarget),
    /// A node.
    Node(String),
    /// A storage.
    Storage(String),
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Symptom {
    /// It is slow.
    Slow,
    /// It does not run, or did not for a while.
    Down,
    /// It cannot be reached.
    Unreachable,
    /// It is full.
    Full,
    /// Something failed: a backup, a task, a start.
    Failed,
    /// It is locked or does not get on.
    Stuck,
    /// Something, nobody said what.
    Unsaid,
}

/// A request that asks for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// It is clear of what.
    Clear(Inquiry),
    /// It is not.
    Unclear(Question),
}

/// Beginnings of a request that asks for a reason, with blanks between their words.
const OPENINGS: &[&str] = &[
    "why",
    "what is wrong with",
    "what's wrong with",
    "whats wrong with",
    "what is the matter with",
    "what is up with",
    "what's up with",
    "what happened to",
    "what is slowing",
    "what makes",
    "how come",
    "diagnose",
    "troubleshoot",
    "warum",
    "wieso",
    "weshalb",
    "weswegen",
    "woran liegt",
    "was ist los mit",
    "was ist mit",
    "was stimmt nicht mit",
    "was stimmt mit",
    "was fehlt",
    "was ist passiert mit",
    "was hat",
    "diagnostiziere",
];

/// Words that say what is wrong, each symptom's in English and German.
const SYMPTOMS: &[(Symptom, &[&str])] = &[
    (
        Symptom::Slow,
        &[
            "slow",
            "slower",
            "sluggish",
            "laggy",
            "lagging",
            "lags",
            "overloaded",
            "busy",
            "load",
            "slowing",
            "langsam",
            "langsamer",
            "träge",
            "lahm",
            "lahmt",
            "überlastet",
            "ausgelastet",
            "last",
            "lange",
            "long",
        ],
    ),
    (
        Symptom::Unreachable,
        &[
            "unreachable",
            "reachable",
            "reach",
            "respond",
            "responding",
            "answer",
            "answering",
            "ping",
            "network",
            "erreichbar",
            "unerreichbar",
            "antwortet",
            "netz",
            "netzwerk",
        ],
    ),
    (
        Symptom::Full,
        &["full", "fill", "filling", "space", "voll", "platz"],
    ),
    (
        Symptom::Failed,
        &[
            "fail",
            "fails",
            "failed",
            "failing",
            "failure",
            "error",
            "errors",
            "broken",
            "fehl",
            "fehlgeschlagen",
            "fehler",
            "kaputt",
            "defekt",
            "scheitert",
            "gescheitert",
        ],
    ),
    (
        Symptom::Stuck,
        &[
            "stuck",
            "locked",
            "lock",
            "hangs",
            "hanging",
            "hang",
            "frozen",
            "freezes",
            "blocked",
            "gesperrt",
            "sperre",
            "hängt",
            "blockiert",
            "eingefroren",
        ],
    ),
    (
        Symptom::Down,
        &[
            "down",
            "off",
            "offline",
            "stopped",
            "stop",
            "stops",
            "crash",
            "crashed",
            "crashes",
            "dead",
            "died",
            "running",
            "run",
            "start",
            "started",
            "starts",
            "reboot",
            "rebooted",
            "reboots",
            "restart",
            "restarted",
            "restarts",
            "gestoppt",
            "aus",
            "abgestürzt",
            "heruntergefahren",
            "tot",
            "läuft",
            "startet",
            "gestartet",
            "neugestartet",
        ],
    ),
];

/// Most guests that a question offers.
const MOST_CHOICES: usize = 8;

/// Reads a request. `None` where it does not ask for a reason.
pub fn recognise(request: &str, scene: &Scene) -> Option<Recognised> {
    let mentioned = Mentioned::of(request, scene);
    let said = mentioned.words.join(" ");
    let asks = OPENINGS.iter().any(|opening| {
        let rest = said.strip_prefix(opening);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    if !asks {
        return None;
    }
    if mentioned.goes_on {
        return Some(unclear(
            "That asks for a reason and for a change. Ask one after the other: first why, then what shall be done.",
            Vec::new(),
        ));
    }
    let symptom = symptom(&mentioned.words);
    Some(about(mentioned, symptom, scene))
}

fn about(mentioned: Mentioned, symptom: Symptom, scene: &Scene) -> Recognised {
    let clear = |about| Recognised::Clear(Inquiry { about, symptom });
    match mentioned.guests.as_slice() {
        [only] => return clear(About::Guest(*only)),
        [] => {}
        several => {
            return unclear(
                "Several guests are named. Which one is it about?",
                choices(several, symptom, scene),
            );
        }
    }
    match (mentioned.nodes.as_slice(), mentioned.storages.as_slice()) {
        ([node, ..], _) => clear(About::Node(node.clone())),
        ([], [storage, ..]) => clear(About::Storage(storage.clone())),
        ([], []) => unclear(
            "Which guest, node or storage is it about? Name it by its name or its number.",
            choices(&mentioned.near, symptom, scene),
        ),
    }
}

fn unclear(text: &str, choices: Vec<Choice>) -> Recognised {
    Recognised::Unclear(Question {
        text: text.to_owned(),
        choices,
    })
}

fn choices(targets: &[DraftTarget], symptom: Symptom, scene: &Scene) -> Vec<Choice> {
    let guest = |target: &DraftTarget| scene.guests.iter().find(|guest| guest.target() == *target);
    let mut offered: Vec<&SceneGuest> = targets.iter().filter_map(guest).collect();
    offered.dedup();
    let choice = |guest: &SceneGuest| {
        let named = format!("{}/{}", guest.kind.as_str(), guest.vmid);
        Choice {
            label: format!("{} ({} {})", guest.name, guest.kind.label(), guest.vmid),
            request: match symptom.word() {
                Some(word) => format!("why is {named} {word}"),
                None => format!("what is wrong with {named}"),
            },
        }
    };
    offered.into_iter().take(MOST_CHOICES).map(choice).collect()
}

fn symptom(words: &[String]) -> Symptom {
    let of = |word: &String| {
        let mut all = SYMPTOMS.iter();
        all.find(|(_, known)| known.contains(&word.as_str()))
            .map(|(symptom, _)| *symptom)
    };
    words.iter().find_map(of).unwrap_or(Symptom::Unsaid)
}

impl Symptom {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        self.word().unwrap_or("unsaid")
    }

    /// The word that [`recognise`] takes for it.
    fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::Slow => "slow",
            Self::Down => "down",
            Self::Unreachable => "unreachable",
            Self::Full => "full",
            Self::Failed => "failing",
            Self::Stuck => "stuck",
            Self::Unsaid => return None,
        })
    }
}
