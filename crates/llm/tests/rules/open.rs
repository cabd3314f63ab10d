//! What is asked or refused about the intents, and what must be known of a guest for them.

use argus_llm::{BuiltIn, DraftTarget, Drafted, GuestKind};

use crate::scene::{draft, question, scene, written};

/// Each with how many choices its question has, all of which draft or ask the next question.
const ASKED: &[(&str, usize)] = &[
    // Which of two things
    ("remove web-01", 1),
    ("setze web-01 zurück", 2),
    ("web-01 zurücksetzen", 2),
    ("set memory of web-01 to 2048", 2),
    ("increase the disk of web-01 10 GB", 2),
    ("increase memory of web-01 2 GB", 2),
    ("grow the disk of db-01 by 10 GB", 2),
    ("roll back web-01", 3),
    ("delete the snapshot of web-01", 3),
    ("delete snapshot x2 of web-01", 3),
    ("restore web-01 as new", 2),
    ("restore web-01 from the latest backup", 1),
    ("back up web-02", 2),
    ("back up web-01 to nowhere", 1),
    ("move the disk of web-01", 3),
    ("move all guests off pve1", 3),
    ("add mail to HA", 2),
    ("delete all guests with tag web", 1),
    ("drain", 3),
    // Only other words help
    ("set memory of web-01", 0),
    ("set web-01 to 8 GB", 0),
    ("give web-01 8 GB", 0),
    ("shrink the disk of web-01 to 10 GB", 0),
    ("grow the disk of web-01 to 10 GB", 0),
    ("grow the disk of web-01 by 100 MB", 0),
    ("reduce the cores of web-01 by 4", 0),
    ("set cores of web-01 to 9999", 0),
    ("set memory of web-01 to 8 GB and 16 GB", 0),
    ("set memory of web-01 to 8 GB and of web-02 to 4 GB", 0),
    ("clone web-01 as web-03 and start it", 0),
    ("clone web-01 as web-03 with 8 cores", 0),
    ("clone and start web-01", 0),
    ("clone web-01 as web-02", 0),
    ("clone web-01 with id 102", 0),
    ("clone web-01 as -x-", 0),
    ("clone web-01 to pve2", 0),
    ("delete web-01 except its disks", 0),
    ("delete the tag nosuch of web-01", 0),
    ("remove tag db from web-01", 0),
    ("add tag to web-01", 0),
    ("set the notes of web-01 to hello", 0),
    ("set the notes of web-01 to \"see http://x.example\"", 0),
    ("drain pve2 to pve3", 0),
    ("drain web-01", 0),
    ("drain pve9", 0),
    ("move web-01 to nfs-vm", 0),
    ("delete the oldest snapshot of db-01", 0),
    ("delete snapshots of web-01 older than yesterday", 0),
    ("delete the backup of web-01", 0),
    ("add web-01 to pool nosuch", 0),
    ("start web-01 with protection", 0),
    ("stop the protection of web-01", 0),
    ("don't delete web-01", 0),
    ("lösche web-01 nicht", 0),
    ("wenn mail läuft, sichere web-01", 0),
    ("snapshot web-01 before the update web-02", 0),
    ("reboot web-01 on web-02", 0),
    ("restore web-02 from the latest backup of web-01 as new", 0),
    ("snapshot web-01 of web-02", 0),
    ("roll back web-01 to x1 of web-02", 0),
    ("snapshot roll back web-01 to x1", 0),
    (
        "backup restore web-01 from the latest backup as new vm 201",
        0,
    ),
    ("back up web-01 for web-02", 0),
    ("delete the disk of web-01", 0),
    ("delete the notes of web-01", 0),
    ("delete web-01 from HA", 0),
    ("put web-01", 0),
    ("give web-01", 0),
    ("enable web-01", 0),
];

#[test]
fn what_is_open_is_asked_with_choices_that_lead_on() {
    let mut wrong = Vec::new();
    for (request, choices) in ASKED {
        match draft(request) {
            Drafted::Clarify(questions)
                if questions.len() == 1 && questions[0].choices.len() == *choices =>
            {
                for choice in &questions[0].choices {
                    if let Drafted::Refuse { reason } = draft(&choice.request) {
                        wrong.push(format!("{request:?} offers {:?}: {reason}", choice.request));
                    }
                    if draft(&choice.request) == Drafted::Clarify(questions.clone()) {
                        wrong.push(format!("{request:?}: {:?} leads back", choice.request));
                    }
                }
            }
            Drafted::Draft(steps) => wrong.push(format!("{request:?} drafts {}", written(&steps))),
            other => wrong.push(format!("{request:?}: {other:?}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_choice_says_what_it_drafts() {
    let choices = |request: &str| -> Vec<String> {
        let choices = question(request).choices;
        let drafted = choices.iter().map(|choice| match draft(&choice.request) {
            Drafted::Draft(steps) => written(&steps),
            other => format!("{other:?}"),
        });
        drafted.collect()
    };
    assert_eq!(
        choices("set memory of web-01 to 2048"),
        ["set 101 memory=2048", "set 101 memory=2097152"]
    );
    assert_eq!(
        choices("increase the disk of web-01 64 GB"),
        ["resize 101 scsi0 64", "resize 101 scsi0 96"]
    );
    assert_eq!(
        choices("grow the disk of db-01 by 10 GB"),
        ["resize 103 rootfs 18", "resize 103 mp0 110"]
    );
    assert_eq!(
        choices("restore web-01"),
        ["restore pbs:backup/vm/101/1", "restore pbs:backup/vm/101/3"]
    );
    assert_eq!(
        choices("delete all guests with tag web"),
        ["shutdown 101, guest.destroy 101, shutdown 102, guest.destroy 102"]
    );
    assert_eq!(choices("move all guests off pve1")[0], "drain pve1");
    assert_eq!(
        choices("back up web-02"),
        ["backup 102 >pbs", "backup 102 >nfs-vm"]
    );
    assert_eq!(
        choices("add mail to HA"),
        ["ha 110 started", "ha 110 stopped"]
    );
    assert_eq!(choices("setze web-01 zurück")[1], "guest.reset 101");
}

#[test]
fn what_the_catalogue_does_not_have_is_refused_by_its_name() {
    for request in [
        "rename web-01 to shop",
        "benenne web-01 um",
        "set the VLAN of web-01 to 20",
        "setze das VLAN von web-01 auf 20",
        "change the ip of web-01",
        "update web-01",
        "unlock web-01",
        "install docker on web-01",
    ] {
        match draft(request) {
            Drafted::Refuse { reason } => {
                assert!(reason.contains("cannot do that yet"), "{reason}");
            }
            other => panic!("{request:?}: {other:?}"),
        }
    }
    for request in [
        "restore web-01 from the latest backup over it",
        "restore web-01 from the newest backup in place",
    ] {
        assert!(
            matches!(draft(request), Drafted::Refuse { reason } if reason.contains("never restores")),
            "{request:?}"
        );
    }
}

#[test]
fn a_guest_is_only_looked_at_where_the_request_turns_on_it() {
    let needs = |request: &str| -> Vec<u32> {
        let needs = BuiltIn.needs(request, &scene());
        needs.iter().map(|target| target.vmid).collect()
    };
    assert!(needs("start web-01").is_empty());
    assert!(needs("set memory of web-01 to 8 GB").is_empty());
    assert_eq!(needs("double the memory of web-01 and start mail"), [101]);
    assert_eq!(needs("grow the disk of db-01 by 1 GB"), [103]);
    assert_eq!(needs("back up all VMs with tag web"), [101, 102]);
    assert!(needs("back up web-01 to pbs").is_empty());
    assert_eq!(needs("roll back web-01"), [101]);
}

#[test]
fn what_is_not_known_of_a_guest_is_never_made_up() {
    let mut bare = scene();
    bare.details.remove(&DraftTarget {
        kind: GuestKind::Qemu,
        vmid: 101,
    });
    for request in [
        "double the memory of web-01",
        "grow the disk of web-01 by 1 GB",
        "move the disk of web-01 to pbs",
        "delete the oldest snapshot of web-01",
        "roll back web-01 to x1",
        "back up web-01",
        "restore web-01 from the latest backup as new",
    ] {
        assert!(
            matches!(BuiltIn.draft_now(request, &bare), Drafted::Clarify(_)),
            "{request:?}"
        );
    }
}
