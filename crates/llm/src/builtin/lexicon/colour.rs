//! What colours a sentence, turns it round, or asks for what is not there.

use super::Word;

#[rustfmt::skip]
pub(super) fn colour(phrase: &str) -> Option<Word> {
    manner(phrase).or_else(|| twist(phrase)).or_else(|| unsupported(phrase))
}

#[rustfmt::skip]
fn manner(phrase: &str) -> Option<Word> {
    Some(match phrase {
        "maintenance" | "wartung" | "wartungsarbeiten" | "update" | "updates" | "upgrade"
        | "upgrades" | "patching" | "patches" | "deployment" | "release" | "kernel"
        | "security" | "planned" | "upcoming" | "geplante" | "geplanten" | "hardware" | "work"
        | "testing" | "tests" => Word::Purpose,
        "first" | "zuerst" | "zunächst" | "erst" => Word::First,
        "gracefully" | "cleanly" | "sauber" | "ordentlich" => Word::Gracefully,
        "hard" | "hart" | "forcefully" | "forcibly" => Word::Hard,
        "live" | "online" => Word::Live,
        "please" | "bitte" | "kindly" | "now" | "jetzt" | "the" | "a" | "an" | "my" | "our"
        | "der" | "die" | "das" | "den" | "dem" | "des" | "einen" | "eine" | "einem" | "einer"
        | "can you" | "could you" | "would you" | "can you please" | "could you please"
        | "i want to" | "i want you to" | "i would like to" | "i'd like to" | "we need to"
        | "i need to" | "let's" | "kannst du" | "könntest du" | "können sie" | "könnten sie"
        | "ich möchte" | "ich will" | "wir müssen" | "also" | "auch" | "mal" | "doch" | "again"
        | "wieder" | "both" | "beide" | "hi" | "hello" | "hallo" | "thanks" | "thank you"
        | "danke" => Word::Filler,
        _ => return None,
    })
}

#[rustfmt::skip]
fn twist(phrase: &str) -> Option<Word> {
    Some(match phrase {
        "don't" | "dont" | "do not" | "not" | "never" | "no" | "nicht" | "kein" | "keine"
        | "keinen" | "nie" | "niemals" | "except" | "except for" | "außer" | "ausser" | "but"
        | "aber" | "sondern" | "unless" | "excluding" | "instead" | "statt" | "bis auf"
        | "other than" | "apart from" | "only if" | "if" | "when" | "wenn" | "falls" | "sobald"
        | "once" | "until" | "bis" | "while" | "während" | "tomorrow" | "morgen" | "today"
        | "heute" | "tonight" | "later" | "später" | "at" | "um" | "after" | "nachdem"
        | "bevor" | "or" | "oder" | "vorher" | "davor" | "maybe" | "vielleicht" => Word::Twist,
        _ => return None,
    })
}

#[rustfmt::skip]
fn unsupported(phrase: &str) -> Option<Word> {
    Some(match phrase {
        "purge" | "undo" | "configure" | "rename" | "umbenennen" | "benenne" | "unlock" | "entsperre"
        | "install" | "installiere" | "run" | "execute" | "convert" | "deploy" | "provision"
        | "vlan" | "vlans" | "ip" | "ip address" | "network" | "netzwerk" | "bridge" | "firewall" | "password"
        | "passwort" | "iso" | "hostname" | "swap" | "replicate" | "repliziere" => Word::Unsupported,
        _ => return None,
    })
}
