//! What the cluster keeps beside a guest, and its agent: pools, replication, questions.

use argus_domain::facts::{Facts, GuestFacts};
use argus_types::cluster::GuestStatus;
use serde_json::{Value, json};

use crate::cluster::{altered, cluster, wish};
use crate::fixture::{action, planned};
use crate::sheet::{assert_refused, assert_sheet, assert_skipped};

fn pool(name: &str, vmid: u32, pool: &str) -> Value {
    wish(name, vmid, json!({ "pool": pool }))
}

fn replicate(vmid: u32, job: u8) -> Value {
    wish("replication.run", vmid, json!({ "job": job }))
}

/// Proxmox VE 8.
fn eight() -> Facts {
    let mut facts = cluster();
    facts.inventory.release = Some(8);
    facts
}

#[test]
fn a_guest_is_put_into_a_pool() {
    assert_sheet(
        &pool("pool.add", 101, "web"),
        &cluster(),
        r#"
        Put web-01 (qemu 101) into the pool web
        PUT /pools poolid=web&vms=101
        ~ pool: none -> web
        relies on who the guest is
        ? pool: none
        ! pool: web
        undo {"action":"pool.remove","pool":"web","target":{"kind":"qemu","vmid":101}}
        idempotent, 3 attempts, instant, 60 s
        locks qemu/101
        needs Pool.Allocate /pool/web, Permissions.Modify /vms/101
        "#,
    );
}

#[test]
fn a_guest_is_taken_out_of_its_pool() {
    assert_sheet(
        &pool("pool.remove", 105, "web"),
        &cluster(),
        r#"
        Take ha-01 (qemu 105) out of the pool web
        PUT /pools delete=1&poolid=web&vms=105
        ~ pool: web -> none
        relies on who the guest is
        ? pool: web
        ! pool: none
        undo {"action":"pool.add","pool":"web","target":{"kind":"qemu","vmid":105}}
        idempotent, 3 attempts, instant, 60 s
        locks qemu/105
        needs Pool.Allocate /pool/web, Permissions.Modify /vms/105
        "#,
    );
}

#[test]
fn a_job_replicates_at_once() {
    assert_sheet(
        &replicate(105, 0),
        &cluster(),
        "
        Replicate ha-01 (qemu 105) to pve3 now
        POST /nodes/pve2/replication/105-0/schedule_now
        ~ copy on pve3: of its last run -> of now
        relies on the guest as it is
        ? replication job 0 copies to: pve3
        ! replication job 0 ran: yes
        undo by hand: There is nothing to take back: the copy is newer.
        idempotent, 3 attempts, runs_to_its_end, 3600 s
        locks qemu/105
        needs VM.Replicate /vms/105
        ",
    );
}

#[test]
fn an_agent_is_asked_for_a_sign_of_life() {
    assert_sheet(
        &action("agent.ping", 101),
        &cluster(),
        "
        Ask the agent of web-01 (qemu 101) for a sign of life
        POST /nodes/pve1/qemu/101/agent/ping
        relies on the guest as it is
        ? guest agent configured: yes
        ! done, says Proxmox: yes
        undo by hand: There is nothing to take back.
        read, 3 attempts, instant, 30 s
        locks qemu/101
        needs VM.GuestAgent.Audit /vms/101
        ",
    );
}

#[test]
fn an_agent_is_asked_about_its_system() {
    assert_sheet(
        &action("agent.info", 101),
        &cluster(),
        "
        Ask the agent of web-01 (qemu 101) about its system
        GET /nodes/pve1/qemu/101/agent/get-osinfo
        relies on the guest as it is
        ? guest agent configured: yes
        ! done, says Proxmox: yes
        undo by hand: There is nothing to take back.
        read, 3 attempts, instant, 30 s
        locks qemu/101
        needs VM.GuestAgent.Audit /vms/101
        ",
    );
}

#[test]
fn an_agent_gives_unused_blocks_back() {
    assert_sheet(
        &action("agent.trim", 101),
        &cluster(),
        "
        Trim the file systems of web-01 (qemu 101)
        POST /nodes/pve1/qemu/101/agent/fstrim
        ~ unused blocks: kept -> given back to the storage
        relies on the guest as it is
        ? guest agent configured: yes
        ! done, says Proxmox: yes
        undo by hand: There is nothing to take back.
        idempotent, 3 attempts, runs_to_its_end, 60 s
        locks qemu/101
        needs VM.GuestAgent.FileSystemMgmt /vms/101
        ",
    );
}

#[test]
fn proxmox_8_has_other_privileges() {
    let needs = |wish: Value| {
        let step = &planned(json!([wish]), &eight()).plan.steps[0];
        let rights = step.privileges.iter();
        rights
            .map(|one| format!("{} {}", one.name, one.path))
            .collect::<Vec<_>>()
    };
    for name in ["agent.ping", "agent.info", "agent.trim"] {
        assert_eq!(needs(action(name, 101)), ["VM.Monitor /vms/101"]);
    }
    assert_eq!(needs(replicate(105, 0)), ["Datastore.Allocate /storage"]);
}

#[test]
fn a_boot_order_names_disks_and_takes_the_right_over_them() {
    let wish = json!({
        "action": "guest.config.set",
        "target": { "kind": "qemu", "vmid": 101 },
        "set": { "boot": ["scsi0"], "onboot": true },
    });
    let step = &planned(json!([wish]), &cluster()).plan.steps[0];
    let names: Vec<_> = step.privileges.iter().map(|one| &one.name).collect();
    assert_eq!(names, ["VM.Config.Disk", "VM.Config.Options"]);
}

#[test]
fn a_guest_is_in_one_pool_at_a_time() {
    let other = pool("pool.add", 105, "db");
    assert_refused(
        &other,
        &cluster(),
        "/pool",
        "is in web; take it out of there first",
    );
    let moved = json!([pool("pool.remove", 105, "web"), other]);
    assert_eq!(planned(moved, &cluster()).plan.steps.len(), 2);
    for name in ["pool.add", "pool.remove"] {
        let unknown = altered(105, |guest| guest.kept.pool = None);
        assert_refused(
            &pool(name, 105, "web"),
            &unknown,
            "/target",
            "did not say which pool",
        );
    }
    assert_skipped(
        &pool("pool.add", 105, "web"),
        &cluster(),
        "it already is in web",
    );
    assert_skipped(
        &pool("pool.remove", 105, "db"),
        &cluster(),
        "it is not in db",
    );
    assert_skipped(
        &pool("pool.remove", 101, "db"),
        &cluster(),
        "it is not in db",
    );
    // A template is in a pool as any other guest.
    planned(json!([pool("pool.add", 106, "web")]), &cluster());
}

#[test]
fn a_job_that_is_not_there_is_named_with_those_that_are() {
    assert_refused(
        &replicate(105, 7),
        &cluster(),
        "/job",
        "no replication job 7; it has 0",
    );
    assert_refused(&replicate(101, 0), &cluster(), "/job", "it has none");
    let unknown = altered(105, |guest| guest.kept.replication = None);
    assert_refused(
        &replicate(105, 0),
        &unknown,
        "/job",
        "did not say which replication jobs",
    );
}

#[test]
fn an_agent_answers_where_it_is_configured_and_its_machine_runs() {
    for name in ["agent.ping", "agent.info", "agent.trim"] {
        let refused = |change: fn(&mut GuestFacts), words: &str| {
            assert_refused(&action(name, 101), &altered(101, change), "/target", words);
        };
        assert_refused(&action(name, 103), &cluster(), "/target", "is a container");
        assert_refused(
            &action(name, 102),
            &cluster(),
            "/target",
            "stopped and cannot answer",
        );
        refused(
            |guest| guest.status = GuestStatus::Paused,
            "paused and cannot answer",
        );
        refused(
            |guest| guest.status = GuestStatus::Unknown,
            "does not say whether",
        );
        refused(
            |guest| guest.config.as_mut().unwrap().agent = false,
            "no guest agent configured",
        );
    }
}
