//! Every intent in both languages.

use crate::scene::assert_understood;

pub const CLEAR: &[(&str, &str)] = &[
    // Power
    ("reset web-01", "guest.reset 101"),
    ("hard reset web-01", "guest.reset 101"),
    ("resette web-01", "guest.reset 101"),
    ("pause web-01", "guest.suspend 101"),
    ("pausiere web-01", "guest.suspend 101"),
    ("resume web-01", "guest.resume 101"),
    ("hibernate web-01", "guest.hibernate 101"),
    // Memory
    ("set the memory of web-01 to 8 GB", "set 101 memory=8192"),
    ("set memory of 101 to 4096 MB", "set 101 memory=4096"),
    ("set web-01 memory to 4G", "set 101 memory=4096"),
    ("give web-01 16 GB of RAM", "set 101 memory=16384"),
    ("give web-01 2 GB more RAM", "set 101 memory=10240"),
    ("add 2 GB RAM to web-01", "set 101 memory=10240"),
    ("increase memory of web-01 by 512 MB", "set 101 memory=8704"),
    (
        "increase the memory of web-01 to 12 GB",
        "set 101 memory=12288",
    ),
    ("double the memory of web-01", "set 101 memory=16384"),
    ("halve the RAM of web-01", "set 101 memory=4096"),
    ("reduce the memory of web-01 by 2 GB", "set 101 memory=6144"),
    ("set web-01 to 16 GB RAM", "set 101 memory=16384"),
    (
        "set memory to 4 GB on web-01 and web-02",
        "set 101 memory=4096, set 102 memory=4096",
    ),
    (
        "setze den Arbeitsspeicher von web-01 auf 8 GB",
        "set 101 memory=8192",
    ),
    ("Setze den RAM von web-01 auf 16GB", "set 101 memory=16384"),
    (
        "erhöhe den Arbeitsspeicher von web-01 um 2 GB",
        "set 101 memory=10240",
    ),
    ("verdopple den RAM von web-01", "set 101 memory=16384"),
    ("gib web-01 4 GB mehr RAM", "set 101 memory=12288"),
    ("den RAM von web-01 auf 4 GB setzen", "set 101 memory=4096"),
    // Cores
    ("set cores of web-01 to 8", "set 101 cores=8"),
    ("set the cores of 101 to 2", "set 101 cores=2"),
    ("give web-01 8 cores", "set 101 cores=8"),
    ("give web-01 2 more cores", "set 101 cores=6"),
    ("add 2 cores to web-01", "set 101 cores=6"),
    ("add +2 cores to web-01", "set 101 cores=6"),
    ("remove 2 cores from web-01", "set 101 cores=2"),
    ("double the cores of web-01", "set 101 cores=8"),
    (
        "give web-01 8 cores and 16 GB RAM",
        "set 101 memory=16384 cores=8",
    ),
    (
        "set memory of web-01 to 16 GB and cores to 8",
        "set 101 memory=16384 cores=8",
    ),
    ("gib web-01 8 Kerne", "set 101 cores=8"),
    ("setze die Kerne von web-01 auf 2", "set 101 cores=2"),
    ("erhöhe die Kerne von web-01 um 2", "set 101 cores=6"),
    ("füge web-01 2 Kerne hinzu", "set 101 cores=6"),
    // Disks
    ("grow the disk of web-01 by 10 GB", "resize 101 scsi0 42"),
    ("grow scsi0 of web-01 to 50 GB", "resize 101 scsi0 50"),
    ("grow disk mp0 of db-01 by 20G", "resize 103 mp0 120"),
    ("add 8 GB to the disk of web-01", "resize 101 scsi0 40"),
    ("double the disk of web-01", "resize 101 scsi0 64"),
    (
        "vergrößere die Platte von web-01 um 10 GB",
        "resize 101 scsi0 42",
    ),
    (
        "vergrößere scsi0 von web-01 auf 1 TB",
        "resize 101 scsi0 1024",
    ),
    (
        "move the disk of web-01 to local-lvm",
        "movedisk 101 scsi0 >local-lvm",
    ),
    (
        "move disk rootfs of db-01 to storage local-lvm",
        "movedisk 103 rootfs >local-lvm",
    ),
    (
        "verschiebe die Festplatte von web-01 auf local-lvm",
        "movedisk 101 scsi0 >local-lvm",
    ),
    (
        "verschiebe scsi0 von web-01 nach local-lvm",
        "movedisk 101 scsi0 >local-lvm",
    ),
    // Snapshots
    ("delete snapshot x1 of web-01", "delsnap 101 =x1"),
    ("delete the snapshot x1 from web-01", "delsnap 101 =x1"),
    ("remove the snapshot called x1 of web-01", "delsnap 101 =x1"),
    (
        "delete the oldest snapshot of web-01",
        "delsnap 101 =ancient",
    ),
    (
        "delete the latest snapshot of web-01",
        "delsnap 101 =new-one",
    ),
    (
        "delete all snapshots of web-01",
        "delsnap 101 =ancient, delsnap 101 =x1, delsnap 101 =new-one",
    ),
    (
        "delete snapshots of web-01 older than 30 days",
        "delsnap 101 =ancient",
    ),
    (
        "delete all snapshots older than 2 weeks of web-01",
        "delsnap 101 =ancient, delsnap 101 =x1",
    ),
    ("lösche den Snapshot x1 von web-01", "delsnap 101 =x1"),
    ("Snapshot x1 von web-01 löschen", "delsnap 101 =x1"),
    (
        "lösche den ältesten Snapshot von web-01",
        "delsnap 101 =ancient",
    ),
    (
        "lösche alle Snapshots von web-01 die älter als 7 Tage sind",
        "delsnap 101 =ancient, delsnap 101 =x1",
    ),
    ("roll back web-01 to x1", "rollback 101 =x1"),
    ("rollback web-01 to snapshot x1", "rollback 101 =x1"),
    (
        "roll web-01 back to the latest snapshot",
        "rollback 101 =new-one",
    ),
    ("revert web-01 to x1", "rollback 101 =x1"),
    ("restore web-01 to snapshot x1", "rollback 101 =x1"),
    (
        "setze web-01 auf den Snapshot x1 zurück",
        "rollback 101 =x1",
    ),
    ("rolle web-01 auf x1 zurück", "rollback 101 =x1"),
    (
        "web-01 auf den letzten Snapshot zurücksetzen",
        "rollback 101 =new-one",
    ),
    // Backups
    ("back up web-01", "backup 101 >pbs"),
    ("back up web-01 now", "backup 101 >pbs"),
    (
        "backup web-01 and db-01",
        "backup 101 >pbs, backup 103 >pbs",
    ),
    ("take a backup of web-01", "backup 101 >pbs"),
    ("back up web-02 to nfs-vm", "backup 102 >nfs-vm"),
    ("back up web-02 to storage pbs", "backup 102 >pbs"),
    ("sichere web-01", "backup 101 >pbs"),
    (
        "erstelle ein Backup von web-02 auf nfs-vm",
        "backup 102 >nfs-vm",
    ),
    (
        "restore web-01 from the latest backup as new",
        "restore pbs:backup/vm/101/1",
    ),
    (
        "restore the oldest backup of web-01 as a new vm 250",
        "restore pbs:backup/vm/101/3 #250",
    ),
    (
        "restore web-01 from backup \"pbs:backup/vm/101/3\" as new",
        "restore pbs:backup/vm/101/3",
    ),
    (
        "stelle web-01 aus dem letzten Backup als neue VM wieder her",
        "restore pbs:backup/vm/101/1",
    ),
    // Copies
    ("clone web-01", "clone 101"),
    ("clone web-01 as web-03", "clone 101 =web-03"),
    ("clone web-01 to web-03", "clone 101 =web-03"),
    (
        "clone web-01 as web-03 with id 250",
        "clone 101 =web-03 #250",
    ),
    (
        "clone web-01 called web-03 on storage local-lvm",
        "clone 101 =web-03 >local-lvm",
    ),
    ("clone tmpl-debian as web-03", "clone 900 =web-03"),
    ("klone web-01 als web-03", "clone 101 =web-03"),
    // Deleting
    ("delete mail", "guest.destroy 110"),
    ("delete web-01", "shutdown 101, guest.destroy 101"),
    ("destroy the guest mail", "guest.destroy 110"),
    ("lösche mail", "guest.destroy 110"),
    ("mail löschen", "guest.destroy 110"),
    // Tags
    ("add tag db to web-01", "set 101 tags=db;prod;web"),
    ("tag web-01 with db", "set 101 tags=db;prod;web"),
    ("tag web-01 with db and new", "set 101 tags=db;new;prod;web"),
    ("remove the tag web from web-01", "set 101 tags=prod"),
    ("set tags of web-01 to a1, b1", "set 101 tags=a1;b1"),
    (
        "add tag old to all guests with tag web",
        "set 101 tags=old;prod;web, set 102 tags=old;web",
    ),
    ("füge web-01 den Tag db hinzu", "set 101 tags=db;prod;web"),
    ("entferne den Tag web von web-01", "set 101 tags=prod"),
    ("tagge web-01 mit db", "set 101 tags=db;prod;web"),
    // Notes
    (
        "set the notes of web-01 to \"the shop\"",
        "set 101 notes=the shop",
    ),
    ("set notes of web-01 \"the shop\"", "set 101 notes=the shop"),
    (
        "setze die Notizen von web-01 auf „der Laden“",
        "set 101 notes=der Laden",
    ),
    // Switches
    ("enable autostart of web-01", "set 101 onboot=true"),
    ("enable autostart for web-01", "set 101 onboot=true"),
    ("disable autostart for web-01", "set 101 onboot=false"),
    ("start web-01 at boot", "set 101 onboot=true"),
    ("turn off autostart for web-01", "set 101 onboot=false"),
    ("aktiviere Autostart für web-01", "set 101 onboot=true"),
    (
        "schalte den Autostart von web-01 aus",
        "set 101 onboot=false",
    ),
    (
        "deaktiviere den Autostart von web-01",
        "set 101 onboot=false",
    ),
    ("protect web-01", "set 101 protection=true"),
    ("enable protection for web-01", "set 101 protection=true"),
    ("unprotect web-01", "set 101 protection=false"),
    (
        "remove the protection from web-01",
        "set 101 protection=false",
    ),
    ("schütze web-01", "set 101 protection=true"),
    ("hebe den Schutz von web-01 auf", "set 101 protection=false"),
    (
        "schalte den Schutz von web-01 aus",
        "set 101 protection=false",
    ),
    // High availability, pools, nodes
    ("add web-01 to HA", "ha 101 started"),
    ("add mail to HA as stopped", "ha 110 stopped"),
    ("put web-01 under HA", "ha 101 started"),
    ("remove web-01 from HA", "ha.remove 101"),
    ("take web-01 out of HA", "ha.remove 101"),
    ("nimm web-01 in HA auf", "ha 101 started"),
    ("nimm web-01 aus der HA", "ha.remove 101"),
    ("füge web-01 zur Hochverfügbarkeit hinzu", "ha 101 started"),
    ("entferne web-01 aus HA", "ha.remove 101"),
    ("add web-01 to pool lab", "pool 101 +lab"),
    ("remove web-01 from pool shop", "pool 101 -shop"),
    ("drain pve2", "drain pve2"),
    ("evacuate node pve2", "drain pve2"),
    ("put pve2 into maintenance", "drain pve2"),
    ("räume pve2 leer", "drain pve2"),
    ("nimm pve2 in Wartung", "drain pve2"),
    ("evakuiere pve2", "drain pve2"),
    // Sets
    (
        "snapshot all guests tagged prod on pve1",
        "snapshot 101, snapshot 103",
    ),
    (
        "back up all VMs with tag web to pbs",
        "backup 101 >pbs, backup 102 >pbs",
    ),
    ("add all containers on pve1 to HA", "ha 103 started"),
    (
        "sichere alle VMs mit dem Tag web auf pbs",
        "backup 101 >pbs, backup 102 >pbs",
    ),
    // Several steps
    (
        "snapshot web-01 called b4, then double the memory of web-01",
        "snapshot 101 =b4, set 101 memory=16384",
    ),
    (
        "back up web-01, then delete it",
        "backup 101 >pbs, shutdown 101, guest.destroy 101",
    ),
    (
        "remove web-01 from HA and shut it down",
        "ha.remove 101, shutdown 101",
    ),
    ("drain pve2 and reboot web-01", "drain pve2, reboot 101"),
    (
        "snapshot web-01, then move it off pve1 to pve2",
        "snapshot 101, migrate 101 >pve2",
    ),
    (
        "sichere web-01 und starte mail",
        "backup 101 >pbs, start 110",
    ),
];

#[test]
fn each_intent_is_understood_in_both_languages() {
    assert_understood(CLEAR);
}
