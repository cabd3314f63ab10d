//! The words that the rules know. A word that is not here and names nothing in the cluster is a leftover,
//! and a leftover is a question.

use crate::builtin::text::Token;
use crate::scene::GuestKind;

/// What a person wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Start,
    Shutdown,
    Stop,
    /// `power off`: gently or hard, nobody can tell.
    SwitchOff,
    Reboot,
    Snapshot,
    Migrate,
}

/// A verb whose second half stands elsewhere: `shut … down`, `fahre … herunter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stem {
    Shut,
    Power,
    Bring,
    Fahre,
    Schalte,
    Starte,
}

/// The second half of such a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Particle {
    Up,
    Down,
    Off,
    Again,
}

/// What a known phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Verb(Verb),
    Stem(Stem),
    Particle(Particle),
    /// `take`, `make`, `erstelle`: means something with `snapshot` only.
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
    To,
    On,
    From,
    Of,
    With,
    In,
    Tag,
    Pool,
    Called,
    Memory,
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
            (Self::Power | Self::Bring | Self::Fahre | Self::Schalte, Particle::Up) => Verb::Start,
            (Self::Power, Particle::Off) => Verb::SwitchOff,
            // German `ausschalten` pulls the plug; `herunterfahren` asks.
            (Self::Schalte, Particle::Off) => Verb::Stop,
            (Self::Starte, Particle::Again) => Verb::Reboot,
            _ => return None,
        })
    }
}

/// The longest known phrase at the head of `tokens`, and how many tokens it takes.
pub(super) fn read(tokens: &[Token]) -> Option<(Word, usize)> {
    (1..=LONGEST_PHRASE.min(tokens.len()))
        .rev()
        .find_map(|length| {
            let words: Vec<&str> = tokens[..length]
                .iter()
                .map_while(|token| match token {
                    Token::Word { low, .. } => Some(low.as_str()),
                    _ => None,
                })
                .collect();
            if words.len() < length {
                return None;
            }
            meaning(&words.join(" ")).map(|word| (word, length))
        })
}

/// Words in the longest phrase below.
const LONGEST_PHRASE: usize = 5;

fn meaning(phrase: &str) -> Option<Word> {
    verb(phrase)
        .map(Word::Verb)
        .or_else(|| structure(phrase))
        .or_else(|| colour(phrase))
}

fn verb(phrase: &str) -> Option<Verb> {
    Some(match phrase {
        "start" | "boot" | "boot up" | "power on" | "power up" | "turn on" | "switch on"
        | "bring up" | "starten" | "hochfahren" | "einschalten" | "anschalten" => Verb::Start,
        "shut down"
        | "shutdown"
        | "power down"
        | "gracefully shut down"
        | "power off gracefully"
        | "turn off gracefully"
        | "switch off gracefully"
        | "herunterfahren"
        | "runterfahren" => Verb::Shutdown,
        "stop" | "kill" | "hard stop" | "hard-stop" | "force stop" | "stop hard" | "stoppe"
        | "stoppen" | "ausschalten" | "hart ausschalten" | "hart stoppen" => Verb::Stop,
        "power off" | "poweroff" | "turn off" | "switch off" | "abschalten" => Verb::SwitchOff,
        "reboot" | "restart" | "reboote" | "rebooten" | "neu starten" | "neustarten"
        | "neustart" | "restarten" => Verb::Reboot,
        "snapshot" | "snapshots" | "snapshotte" | "snapshotten" => Verb::Snapshot,
        "migrate" | "move" | "relocate" | "migriere" | "migrieren" | "verschiebe"
        | "verschieben" => Verb::Migrate,
        _ => return None,
    })
}

fn structure(phrase: &str) -> Option<Word> {
    Some(match phrase {
        "shut" => Word::Stem(Stem::Shut),
        "power" | "turn" | "switch" => Word::Stem(Stem::Power),
        "bring" => Word::Stem(Stem::Bring),
        "fahre" | "fahr" => Word::Stem(Stem::Fahre),
        "schalte" | "schalt" => Word::Stem(Stem::Schalte),
        "starte" => Word::Stem(Stem::Starte),
        "up" | "hoch" | "ein" | "an" => Word::Particle(Particle::Up),
        "down" | "herunter" | "runter" => Word::Particle(Particle::Down),
        "aus" => Word::Particle(Particle::Off),
        "neu" => Word::Particle(Particle::Again),
        "take" | "make" | "create" | "mach" | "mache" | "machen" | "erstelle" | "erstellen"
        | "lege" | "anlegen" => Word::Light,
        "and" | "und" => Word::And,
        "then" | "and then" | "afterwards" | "and afterwards" | "after that" | "and after that"
        | "dann" | "und dann" | "danach" | "und danach" | "anschließend" | "anschliessend"
        | "und anschließend" | "und anschliessend" => Word::Then,
        "it" | "them" | "es" | "sie" | "ihn" => Word::Pronoun,
        "all" | "all the" | "all of the" | "every" | "each" | "alle" | "sämtliche" | "jede"
        | "jeden" => Word::All,
        "everything" | "alles" => Word::Everything,
        "running" | "that are running" | "which are running" | "laufende" | "laufenden"
        | "laufen" => Word::Running,
        "stopped" | "that are stopped" | "which are stopped" | "gestoppte" | "gestoppten" => {
            Word::Stopped
        }
        "vm"
        | "vms"
        | "virtual machine"
        | "virtual machines"
        | "virtuelle maschine"
        | "virtuellen maschinen"
        | "qemu" => Word::Noun(Some(GuestKind::Qemu)),
        "container" | "containers" | "containern" | "ct" | "cts" | "lxc" | "lxcs" => {
            Word::Noun(Some(GuestKind::Lxc))
        }
        "guest" | "guests" | "gast" | "gäste" | "gästen" | "machine" | "machines" | "maschine"
        | "maschinen" | "server" | "servers" | "vmid" => Word::Noun(None),
        "node" | "nodes" | "knoten" | "host" => Word::NodeNoun,
        "to" | "onto" | "over to" | "nach" | "zu" => Word::To,
        "on" | "auf" => Word::On,
        "from" | "off" | "off of" | "away from" | "weg von" => Word::From,
        "of" | "von" | "vom" => Word::Of,
        "with" | "with the" | "mit" | "mit dem" | "including" | "inklusive" | "samt" => Word::With,
        "in" | "in the" | "im" | "in dem" => Word::In,
        "tag" | "tagged" | "tagged as" | "tagged with" | "getaggt mit" => Word::Tag,
        "pool" => Word::Pool,
        "called" | "named" | "as" | "namens" | "mit namen" | "mit dem namen" | "name"
        | "with the name" | "als" => Word::Called,
        "memory" | "ram" | "its memory" | "their memory" | "arbeitsspeicher" => Word::Memory,
        "for" | "für" | "before" | "vor" | "due to" | "wegen" => Word::For,
        _ => return None,
    })
}

fn colour(phrase: &str) -> Option<Word> {
    Some(match phrase {
        "maintenance" | "wartung" | "wartungsarbeiten" | "update" | "updates" | "upgrade"
        | "upgrades" | "patching" | "patches" | "deployment" | "release" | "kernel"
        | "security" | "planned" | "upcoming" | "geplante" | "geplanten" | "hardware" | "work"
        | "backup" | "testing" | "tests" => Word::Purpose,
        "first" | "zuerst" | "zunächst" | "erst" => Word::First,
        "gracefully" | "cleanly" | "sauber" | "ordentlich" => Word::Gracefully,
        "hard" | "hart" | "forcefully" | "forcibly" => Word::Hard,
        "live" | "online" => Word::Live,
        "please" | "bitte" | "kindly" | "now" | "jetzt" | "the" | "a" | "an" | "my" | "our"
        | "der" | "die" | "das" | "den" | "dem" | "einen" | "eine" | "einem" | "einer"
        | "can you" | "could you" | "would you" | "can you please" | "could you please"
        | "i want to" | "i want you to" | "i would like to" | "i'd like to" | "we need to"
        | "i need to" | "let's" | "kannst du" | "könntest du" | "können sie" | "könnten sie"
        | "ich möchte" | "ich will" | "wir müssen" | "also" | "auch" | "mal" | "doch" | "again"
        | "wieder" | "both" | "beide" | "hi" | "hello" | "hallo" | "thanks" | "thank you"
        | "danke" => Word::Filler,
        "without" | "ohne" => Word::Without,
        "don't" | "dont" | "do not" | "not" | "never" | "no" | "nicht" | "kein" | "keine"
        | "keinen" | "nie" | "niemals" | "except" | "except for" | "außer" | "ausser" | "but"
        | "aber" | "sondern" | "unless" | "excluding" | "instead" | "statt" | "bis auf"
        | "other than" | "apart from" | "only if" | "if" | "when" | "wenn" | "falls" | "sobald"
        | "once" | "until" | "bis" | "while" | "während" | "tomorrow" | "morgen" | "today"
        | "heute" | "tonight" | "later" | "später" | "at" | "um" | "after" | "nachdem"
        | "bevor" | "or" | "oder" | "vorher" | "davor" | "maybe" | "vielleicht" => Word::Twist,
        "delete" | "remove" | "destroy" | "purge" | "lösche" | "löschen" | "entferne"
        | "entfernen" | "rollback" | "roll back" | "roll" | "revert" | "restore" | "undo"
        | "zurückrollen" | "zurücksetzen" | "wiederherstellen" | "resize" | "grow" | "shrink"
        | "increase" | "vergrößere" | "vergrößern" | "clone" | "klone" | "klonen" | "copy"
        | "kopiere" | "kopieren" | "set" | "change" | "setze" | "ändere" | "ändern"
        | "configure" | "rename" | "umbenennen" | "benenne" | "add" | "hinzufügen" | "suspend"
        | "pause" | "resume" | "hibernate" | "pausiere" | "pausieren" | "reset" | "unlock"
        | "entsperre" | "install" | "installiere" | "run" | "execute" | "drain" | "evacuate"
        | "convert" | "back up" | "sichere" | "sichern" | "deploy" | "provision" => {
            Word::Unsupported
        }
        _ => return None,
    })
}
