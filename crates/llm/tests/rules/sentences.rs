//! Sentences that are clear.

use argus_llm::{BuiltIn, Drafted, GuestKind, Planner};

use crate::scene::{assert_understood, draft, scene};

pub const CLEAR: &[(&str, &str)] = &[
    // One verb, one guest
    ("start mail", "start 110"),
    ("Start MAIL!", "start 110"),
    ("please start mail now", "start 110"),
    ("Could you please start mail?", "start 110"),
    ("boot cache", "start 104"),
    ("boot cache up", "start 104"),
    ("power on mail", "start 110"),
    ("turn mail on", "start 110"),
    ("shut down web-01", "shutdown 101"),
    ("shut web-01 down", "shutdown 101"),
    ("shutdown web-01", "shutdown 101"),
    ("shutdown the vm web-01 gracefully", "shutdown 101"),
    ("power off web-01 gracefully", "shutdown 101"),
    ("stop web-01", "stop 101"),
    ("hard stop web-01", "stop 101"),
    ("kill web-01", "stop 101"),
    ("turn web-01 off hard", "stop 101"),
    ("reboot web-01", "reboot 101"),
    ("restart the container db-01", "reboot 103"),
    ("snapshot web-01", "snapshot 101"),
    ("take a snapshot of web-01", "snapshot 101"),
    (
        "snapshot web-01 called before-update",
        "snapshot 101 =before-update",
    ),
    (
        "snapshot web-01 as \"Before_1\" with memory",
        "snapshot 101 =Before_1 +memory",
    ),
    ("snapshot web-01 without memory", "snapshot 101"),
    (
        "create a snapshot named x1 of web-01 including its memory",
        "snapshot 101 =x1 +memory",
    ),
    ("snapshot web-01 before the update", "snapshot 101"),
    ("take a snapshot for web-01", "snapshot 101"),
    ("migrate web-01 to pve2", "migrate 101 >pve2"),
    (
        "move web-01 to node PVE2 for maintenance",
        "migrate 101 >pve2",
    ),
    ("move web-01 from pve1 to pve2", "migrate 101 >pve2"),
    ("live migrate web-01 to pve2", "migrate 101 >pve2"),
    // Ways to name a guest
    ("reboot 101", "reboot 101"),
    ("reboot #101", "reboot 101"),
    ("reboot vm 101", "reboot 101"),
    ("reboot qemu/101", "reboot 101"),
    ("reboot lxc/103", "reboot 103"),
    ("reboot container 103", "reboot 103"),
    ("reboot \"web-01\"", "reboot 101"),
    ("reboot web-01 (qemu 101)", "reboot 101"),
    ("reboot twin (lxc 106)", "reboot 106"),
    ("reboot twin on pve2", "reboot 106"),
    ("reboot the vm twin", "reboot 105"),
    ("ｒｅｂｏｏｔ ｗｅｂ-01", "reboot 101"),
    // Several guests
    (
        "reboot web-01, web-02 and db-01",
        "reboot 101, reboot 102, reboot 103",
    ),
    ("reboot web-01 & web-01", "reboot 101"),
    ("stop web-01 and db-01", "stop 101, stop 103"),
    (
        "shut down all guests on pve1",
        "shutdown 101, shutdown 103, shutdown 105",
    ),
    (
        "shut down everything on pve1",
        "shutdown 101, shutdown 103, shutdown 105",
    ),
    ("start all stopped guests on node pve2", "start 104"),
    ("reboot all VMs with tag web", "reboot 101, reboot 102"),
    ("reboot all containers in pool shop", "reboot 103"),
    (
        "snapshot every guest tagged prod",
        "snapshot 101, snapshot 103, snapshot 110",
    ),
    (
        "shut down all running guests in the pool shop",
        "shutdown 101, shutdown 102, shutdown 103",
    ),
    (
        "move all VMs from pve1 to pve3",
        "migrate 101 >pve3, migrate 105 >pve3",
    ),
    ("reboot all VMs with tag web on pve2", "reboot 102"),
    (
        "reboot web-01 on pve1 and web-02 on pve2",
        "reboot 101, reboot 102",
    ),
    ("on pve1 reboot web-01", "reboot 101"),
    // Several steps
    (
        "snapshot web-01, then move it to pve2",
        "snapshot 101, migrate 101 >pve2",
    ),
    (
        "snapshot web-01, then migrate it to pve2, then reboot it",
        "snapshot 101, migrate 101 >pve2, reboot 101",
    ),
    ("snapshot and reboot web-01", "snapshot 101, reboot 101"),
    ("shut down web-01 and start mail", "shutdown 101, start 110"),
    ("Shut down web-01. Start mail.", "shutdown 101, start 110"),
    (
        "first snapshot web-01 and db-01; then reboot them",
        "snapshot 101, snapshot 103, reboot 101, reboot 103",
    ),
    (
        "migrate web-01 to pve2 and migrate db-01 to pve3",
        "migrate 101 >pve2, migrate 103 >pve3",
    ),
    (
        "shut down web-01 and start it again",
        "shutdown 101, start 101",
    ),
    // German
    ("starte mail", "start 110"),
    ("Starte bitte die VM mail", "start 110"),
    ("fahre mail hoch", "start 110"),
    ("mail hochfahren", "start 110"),
    ("schalte mail ein", "start 110"),
    ("fahre web-01 herunter", "shutdown 101"),
    (
        "Bitte fahr web-01 und db-01 runter!",
        "shutdown 101, shutdown 103",
    ),
    ("web-01 herunterfahren", "shutdown 101"),
    ("fahr mal bitte web-01 runter", "shutdown 101"),
    ("schalte web-01 aus", "stop 101"),
    ("web-01 hart ausschalten", "stop 101"),
    ("stoppe web-01", "stop 101"),
    ("starte web-01 neu", "reboot 101"),
    ("web-01 neu starten", "reboot 101"),
    ("Kannst du web-01 neu starten?", "reboot 101"),
    ("mach einen Snapshot von web-01", "snapshot 101"),
    ("Snapshot von web-01 erstellen", "snapshot 101"),
    (
        "erstelle einen Snapshot von web-01 namens vor-update mit Arbeitsspeicher",
        "snapshot 101 =vor-update +memory",
    ),
    ("verschiebe web-01 nach pve2", "migrate 101 >pve2"),
    ("verschiebe web-01 auf pve2", "migrate 101 >pve2"),
    ("web-01 nach pve2 verschieben", "migrate 101 >pve2"),
    (
        "migriere alle VMs von pve1 nach pve3",
        "migrate 101 >pve3, migrate 105 >pve3",
    ),
    (
        "fahre alle Gäste auf pve1 herunter",
        "shutdown 101, shutdown 103, shutdown 105",
    ),
    ("starte alle Container im Pool shop neu", "reboot 103"),
    (
        "fahre alle laufenden VMs mit dem Tag web herunter",
        "shutdown 101, shutdown 102",
    ),
    (
        "Snapshot von web-01, danach verschiebe sie nach pve2",
        "snapshot 101, migrate 101 >pve2",
    ),
    (
        "fahre web-01 herunter und starte mail",
        "shutdown 101, start 110",
    ),
    (
        "web-01 neu starten und db-01 herunterfahren",
        "reboot 101, shutdown 103",
    ),
    (
        "verschiebe web-01 für die Wartung nach pve2",
        "migrate 101 >pve2",
    ),
];

#[test]
fn a_clear_sentence_becomes_exactly_its_actions() {
    assert_understood(CLEAR);
}

#[test]
fn an_action_is_written_as_the_proposal_schema_has_it() {
    let Drafted::Draft(actions) = draft(
        "start mail; shut down db-01; stop db-01; reboot db-01; snapshot web-01 called x1 with memory; snapshot db-01; migrate web-01 to pve2",
    ) else {
        panic!("the request is clear");
    };
    let expected = serde_json::json!([
        { "action": "guest.start", "target": { "kind": "qemu", "vmid": 110 } },
        { "action": "guest.shutdown", "target": { "kind": "lxc", "vmid": 103 } },
        { "action": "guest.stop", "target": { "kind": "lxc", "vmid": 103 } },
        { "action": "guest.reboot", "target": { "kind": "lxc", "vmid": 103 } },
        { "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 101 }, "name": "x1", "include_memory": true },
        { "action": "guest.snapshot.create", "target": { "kind": "lxc", "vmid": 103 } },
        { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 101 }, "node": "pve2" },
    ]);
    assert_eq!(serde_json::to_value(&actions).unwrap(), expected);
}

#[test]
fn the_rules_say_that_they_are_no_language_model() {
    assert_eq!(BuiltIn.label(), "built-in rules, no language model");
    assert_eq!(GuestKind::Lxc.label(), "container");
    assert!(!scene().guests.is_empty());
}
