//! Verbs in one piece.

use super::Verb;

pub(in crate::builtin) fn verb(phrase: &str) -> Option<Verb> {
    power(phrase)
        .or_else(|| copies(phrase))
        .or_else(|| settings(phrase))
}

#[rustfmt::skip]
fn power(phrase: &str) -> Option<Verb> {
    Some(match phrase {
        "start" | "boot" | "boot up" | "power up" | "bring up" | "starten" | "hochfahren" => Verb::Start,
        "power on" | "turn on" | "switch on" | "einschalten" | "anschalten" => Verb::SwitchOn,
        "shut down" | "shutdown" | "power down" | "gracefully shut down" | "power off gracefully"
        | "turn off gracefully" | "switch off gracefully" | "herunterfahren" | "runterfahren" => Verb::Shutdown,
        "stop" | "kill" | "hard stop" | "hard-stop" | "force stop" | "stop hard" | "stoppe" | "stoppen"
        | "hart ausschalten" | "hart stoppen" => Verb::Stop,
        "ausschalten" => Verb::Cut,
        "power off" | "poweroff" | "turn off" | "switch off" | "abschalten" => Verb::SwitchOff,
        "reboot" | "restart" | "reboote" | "rebooten" | "neu starten" | "neustarten" | "neustart"
        | "restarten" => Verb::Reboot,
        "reset" | "hard reset" | "press the reset button of" | "resette" | "resetten" => Verb::Reset,
        "pause" | "suspend" | "pausiere" | "pausieren" => Verb::Suspend,
        "resume" | "unpause" | "fortsetzen" => Verb::Resume,
        "hibernate" | "suspend to disk" => Verb::Hibernate,
        _ => return None,
    })
}

#[rustfmt::skip]
fn copies(phrase: &str) -> Option<Verb> {
    Some(match phrase {
        "snapshot" | "snapshots" | "snapshotte" | "snapshotten" => Verb::Snapshot,
        "migrate" | "move" | "relocate" | "migriere" | "migrieren" | "verschiebe" | "verschieben" => Verb::Move,
        "clone" | "klone" | "klonen" | "copy" | "kopiere" | "kopieren" | "duplicate" | "dupliziere" => Verb::Clone,
        "delete" | "destroy" | "lösche" | "löschen" | "zerstöre" | "zerstören" => Verb::Delete,
        "remove" | "entferne" | "entfernen" => Verb::Remove,
        "rollback" | "roll back" | "revert" | "zurückrollen" => Verb::Rollback,
        "zurücksetzen" => Verb::Back,
        "backup" | "backups" | "back up" | "back-up" | "sichere" | "sichern" | "sicherung" => Verb::Backup,
        "restore" | "wiederherstellen" => Verb::Restore,
        "drain" | "evacuate" | "evakuiere" | "evakuieren" | "leere" | "leeren" | "leerräumen" => Verb::Drain,
        _ => return None,
    })
}

#[rustfmt::skip]
fn settings(phrase: &str) -> Option<Verb> {
    Some(match phrase {
        "set" | "change" | "ändere" | "ändern" | "setzen" | "stell" => Verb::Set,
        "grow" | "increase" | "enlarge" | "expand" | "extend" | "raise" | "resize" | "erhöhe" | "erhöhen"
        | "vergrößere" | "vergrößern" | "vergrössere" | "vergrössern" | "erweitere" | "erweitern" => Verb::Grow,
        "shrink" | "reduce" | "decrease" | "lower" | "verkleinere" | "verkleinern" | "verringere"
        | "verringern" | "reduziere" | "reduzieren" | "senke" | "senken" => Verb::Shrink,
        "double" | "verdopple" | "verdoppele" | "verdoppeln" => Verb::Double,
        "halve" | "halbiere" | "halbieren" => Verb::Halve,
        "give" | "gib" | "geben" => Verb::Give,
        "add" | "hinzufügen" => Verb::Add,
        "put" => Verb::Put,
        "enable" | "activate" | "aktiviere" | "aktivieren" => Verb::Enable,
        "disable" | "deactivate" | "deaktiviere" | "deaktivieren" | "aufheben" => Verb::Disable,
        "tagge" | "taggen" => Verb::Tag,
        "untag" => Verb::Untag,
        "protect" | "schütze" | "schützen" => Verb::Protect,
        "unprotect" => Verb::Unprotect,
        _ => return None,
    })
}
