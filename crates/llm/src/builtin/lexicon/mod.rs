//! The words that the rules know. A word that is not here and names nothing in the cluster is a leftover,
//! and a leftover is a question.

mod colour;
mod structure;
mod verbs;

pub(super) use verbs::verb;

use crate::builtin::text::Token;
use crate::drafted::HaState;
use crate::scene::GuestKind;

/// What a person says to do. What is meant shows together with what it is done to: `remove … from HA`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Start,
    Shutdown,
    Stop,
    /// `power off`: gently or hard, nobody can tell.
    SwitchOff,
    /// `turn on`: a guest, or a setting.
    SwitchOn,
    /// German `ausschalten`: pulls the plug of a guest, switches a setting off.
    Cut,
    Reboot,
    Reset,
    Suspend,
    Resume,
    Hibernate,
    Snapshot,
    Move,
    Clone,
    /// `delete`: a guest, or what belongs to one.
    Delete,
    /// `remove`: takes out of something; of a guest alone it is too weak a word.
    Remove,
    Rollback,
    /// German `zurücksetzen`: to a snapshot, or by the reset button.
    Back,
    Backup,
    Restore,
    Set,
    Grow,
    Shrink,
    Double,
    Halve,
    Give,
    Add,
    /// `put`, `nimm`: says nothing without where.
    Put,
    Enable,
    Disable,
    Tag,
    Untag,
    Protect,
    Unprotect,
    Drain,
}

/// A verb whose second half stands elsewhere: `shut … down`, `fahre … herunter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stem {
    Shut,
    Power,
    Bring,
    Roll,
    Fahre,
    Schalte,
    Starte,
    Setze,
    Stelle,
    Fuege,
    Nimm,
    Hebe,
    Raeume,
}

/// The second half of such a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Particle {
    Up,
    Down,
    Off,
    Again,
    Back,
    /// `hinzu`.
    To,
    /// `wieder her`.
    Restored,
    /// `leer`.
    Empty,
    /// `heraus`.
    Out,
}

/// What is done something to, beside guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Cores,
    Memory,
    Disk,
    Snapshot,
    Backup,
    Tag,
    Notes,
    Autostart,
    Protection,
    Ha,
    Pool,
    Maintenance,
}

/// What a known phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Verb(Verb),
    Stem(Stem),
    Particle(Particle),
    Thing(Thing),
    /// `take`, `make`, `erstelle`: means something with a snapshot or a backup only.
    Light,
    And,
    Then,
    Pronoun,
    All,
    /// `everything`: all, and the noun with it.
    Everything,
    Running,
    Stopped,
    Noun(Option<GuestKind>),
    NodeNoun,
    StorageNoun,
    To,
    On,
    From,
    Of,
    By,
    With,
    In,
    /// `tagged`: only tells guests apart.
    Tagged,
    Called,
    /// `id`: the number of a guest that is to be.
    Number,
    /// `as new`, `als neue VM`.
    New,
    /// `over it`, `in place`.
    Over,
    More,
    Less,
    Oldest,
    Newest,
    OlderThan,
    State(HaState),
    Without,
    For,
    /// A noun or adjective that a purpose is made of.
    Purpose,
    First,
    Gracefully,
    Hard,
    Live,
    Filler,
    /// Turns the meaning round or ties it to something: `not`, `except`, `if`, `tomorrow`.
    Twist,
    /// An intent that the catalogue does not have.
    Unsupported,
}

impl Stem {
    /// The verb that stem and particle make.
    pub fn with(self, particle: Particle) -> Option<Verb> {
        Some(match (self, particle) {
            (Self::Shut | Self::Power | Self::Fahre, Particle::Down) => Verb::Shutdown,
            (Self::Bring | Self::Fahre, Particle::Up) => Verb::Start,
            (Self::Power | Self::Schalte, Particle::Up) => Verb::SwitchOn,
            (Self::Power, Particle::Off) => Verb::SwitchOff,
            // German `ausschalten` pulls the plug; `herunterfahren` asks.
            (Self::Schalte, Particle::Off) => Verb::Cut,
            (Self::Starte, Particle::Again) => Verb::Reboot,
            (Self::Roll, Particle::Back) => Verb::Rollback,
            (Self::Setze, Particle::Back) => Verb::Back,
            (Self::Stelle, Particle::Restored) => Verb::Restore,
            (Self::Fuege, Particle::To) => Verb::Add,
            (Self::Nimm, Particle::Out) => Verb::Put,
            (Self::Raeume, Particle::Empty) => Verb::Drain,
            _ => return None,
        })
    }

    /// The verb that the stem makes alone.
    pub fn alone(self) -> Option<Verb> {
        Some(match self {
            Self::Starte => Verb::Start,
            Self::Setze => Verb::Set,
            Self::Nimm => Verb::Put,
            Self::Raeume => Verb::Drain,
            _ => return None,
        })
    }

    /// What it most likely becomes: enough to tell what words next to it mean.
    pub fn likely(self) -> Option<Verb> {
        match self {
            Self::Roll => Some(Verb::Rollback),
            Self::Stelle => Some(Verb::Restore),
            Self::Fuege => Some(Verb::Add),
            Self::Hebe => Some(Verb::Disable),
            other => other.alone(),
        }
    }
}

/// Words in the longest phrase.
const LONGEST_PHRASE: usize = 5;

/// The longest known phrase at the head of `tokens`, and how many tokens it takes.
pub(super) fn read(tokens: &[Token]) -> Option<(Word, usize)> {
    let mut phrase = String::new();
    let mut found = None;
    for (before, token) in tokens.iter().take(LONGEST_PHRASE).enumerate() {
        let Token::Word { low, .. } = token else {
            break;
        };
        if before > 0 {
            phrase.push(' ');
        }
        phrase.push_str(low);
        if let Some(word) = meaning(&phrase) {
            found = Some((word, before + 1));
        }
    }
    found
}

fn meaning(phrase: &str) -> Option<Word> {
    verb(phrase)
        .map(Word::Verb)
        .or_else(|| structure::structure(phrase))
        .or_else(|| structure::thing(phrase).map(Word::Thing))
        .or_else(|| colour::colour(phrase))
}
