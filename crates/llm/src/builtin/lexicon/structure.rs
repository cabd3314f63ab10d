//! Halves of verbs, and the words that hold a sentence together.

use super::{Particle, Stem, Thing, Word};
use crate::drafted::HaState;
use crate::scene::GuestKind;

pub(super) fn structure(phrase: &str) -> Option<Word> {
    halves(phrase)
        .or_else(|| guests(phrase))
        .or_else(|| places(phrase))
}

#[rustfmt::skip]
fn halves(phrase: &str) -> Option<Word> {
    Some(match phrase {
        "shut" => Word::Stem(Stem::Shut),
        "power" | "turn" | "switch" => Word::Stem(Stem::Power),
        "bring" => Word::Stem(Stem::Bring),
        "roll" | "rolle" => Word::Stem(Stem::Roll),
        "fahre" | "fahr" => Word::Stem(Stem::Fahre),
        "schalte" | "schalt" => Word::Stem(Stem::Schalte),
        "starte" => Word::Stem(Stem::Starte),
        "setze" | "setz" => Word::Stem(Stem::Setze),
        "stelle" => Word::Stem(Stem::Stelle),
        "füge" | "fuege" => Word::Stem(Stem::Fuege),
        "nimm" => Word::Stem(Stem::Nimm),
        "hebe" => Word::Stem(Stem::Hebe),
        "räume" | "raeume" => Word::Stem(Stem::Raeume),
        "up" | "hoch" | "ein" | "an" => Word::Particle(Particle::Up),
        "down" | "herunter" | "runter" => Word::Particle(Particle::Down),
        "aus" => Word::Particle(Particle::Off),
        "neu" => Word::Particle(Particle::Again),
        "back" | "zurück" => Word::Particle(Particle::Back),
        "hinzu" => Word::Particle(Particle::To),
        "wieder her" => Word::Particle(Particle::Restored),
        "leer" => Word::Particle(Particle::Empty),
        "heraus" | "raus" => Word::Particle(Particle::Out),
        "take" | "make" | "create" | "mach" | "mache" | "machen" | "erstelle" | "erstellen"
        | "lege" | "anlegen" => Word::Light,
        "and" | "und" => Word::And,
        "then" | "and then" | "afterwards" | "and afterwards" | "after that" | "and after that"
        | "dann" | "und dann" | "danach" | "und danach" | "anschließend" | "anschliessend"
        | "und anschließend" | "und anschliessend" => Word::Then,
        _ => return None,
    })
}

#[rustfmt::skip]
fn guests(phrase: &str) -> Option<Word> {
    Some(match phrase {
        "it" | "them" | "es" | "sie" | "ihn" => Word::Pronoun,
        "all" | "all the" | "all of the" | "every" | "each" | "alle" | "sämtliche" | "jede" | "jeden" => Word::All,
        "everything" | "alles" => Word::Everything,
        "running" | "that are running" | "which are running" | "laufende" | "laufenden" | "laufen" => Word::Running,
        "stopped" | "that are stopped" | "which are stopped" | "gestoppte" | "gestoppten" => Word::Stopped,
        "started" | "gestartet" => Word::State(HaState::Started),
        "gestoppt" => Word::State(HaState::Stopped),
        "vm" | "vms" | "virtual machine" | "virtual machines" | "virtuelle maschine"
        | "virtuellen maschinen" | "qemu" => Word::Noun(Some(GuestKind::Qemu)),
        "container" | "containers" | "containern" | "ct" | "cts" | "lxc" | "lxcs" => Word::Noun(Some(GuestKind::Lxc)),
        "guest" | "guests" | "gast" | "gäste" | "gästen" | "machine" | "machines" | "maschine"
        | "maschinen" | "server" | "servers" | "vmid" => Word::Noun(None),
        "as new" | "as a new guest" | "as a new vm" | "as a new container" | "as new vm" | "as new guest"
        | "als neue vm" | "als neuen gast" | "als neuen container" | "als neue maschine" | "as a new one"
        | "als neuen" => Word::New,
        "over it" | "over itself" | "in place" | "overwriting it" | "over the old one" | "over the existing one"
        | "an ort und stelle" | "überschreibe" | "overwrite" | "over" | "drüber" | "darüber" => Word::Over,
        _ => return None,
    })
}

#[rustfmt::skip]
fn places(phrase: &str) -> Option<Word> {
    Some(match phrase {
        "node" | "nodes" | "knoten" | "host" => Word::NodeNoun,
        "storage" | "speicher" | "datastore" => Word::StorageNoun,
        "to" | "onto" | "over to" | "nach" | "zu" | "zum" | "zur" | "under" | "unter" => Word::To,
        "on" | "auf" => Word::On,
        "from" | "off" | "off of" | "away from" | "weg von" | "out of" | "out of the" | "from the"
        | "aus dem" | "aus der" => Word::From,
        "of" | "von" | "vom" => Word::Of,
        "by" => Word::By,
        "with" | "with the" | "mit" | "mit dem" | "mit den" | "including" | "inklusive" | "samt" => Word::With,
        "in" | "in the" | "im" | "in dem" | "in den" | "into" | "into the" | "in die" => Word::In,
        "tagged" | "tagged as" | "tagged with" | "getaggt mit" => Word::Tagged,
        "called" | "named" | "as" | "namens" | "mit namen" | "mit dem namen" | "name"
        | "with the name" | "als" => Word::Called,
        "id" | "with id" | "mit id" => Word::Number,
        "more" | "mehr" | "additional" | "extra" | "zusätzlich" | "zusätzliche" => Word::More,
        "less" | "fewer" | "weniger" => Word::Less,
        "oldest" | "älteste" | "ältesten" => Word::Oldest,
        "newest" | "latest" | "last" | "most recent" | "neueste" | "neuesten" | "neuste" | "neusten"
        | "letzte" | "letzten" | "jüngste" | "jüngsten" => Word::Newest,
        "older than" | "that are older than" | "which are older than" | "älter als" | "die älter als" => Word::OlderThan,
        "for" | "für" | "before" | "vor" | "due to" | "wegen" => Word::For,
        "without" | "ohne" => Word::Without,
        _ => return None,
    })
}

#[rustfmt::skip]
pub(super) fn thing(phrase: &str) -> Option<Thing> {
    Some(match phrase {
        "core" | "cores" | "cpu" | "cpus" | "vcpu" | "vcpus" | "cpu cores" | "kern" | "kerne" | "kernen"
        | "prozessoren" | "prozessorkerne" => Thing::Cores,
        "memory" | "ram" | "its memory" | "their memory" | "arbeitsspeicher" => Thing::Memory,
        "disk" | "disks" | "hard disk" | "its disk" | "volume" | "platte" | "festplatte" | "disk size" => Thing::Disk,
        "tag" | "tags" => Thing::Tag,
        "notes" | "note" | "description" | "notizen" | "notiz" | "beschreibung" => Thing::Notes,
        "autostart" | "auto-start" | "auto start" | "start at boot" | "start on boot" | "at boot" | "on boot"
        | "at boot time" | "automatically" | "automatisch" | "beim booten" | "beim start" => Thing::Autostart,
        "protection" | "deletion protection" | "schutz" | "löschschutz" => Thing::Protection,
        "ha" | "high availability" | "hochverfügbarkeit" => Thing::Ha,
        "pool" => Thing::Pool,
        "maintenance mode" | "wartungsmodus" => Thing::Maintenance,
        _ => return None,
    })
}
