//! Answers to writes through their decoders: a task's id, nothing, or something of their own.

use serde_json::{Value, json};

use super::*;
use crate::{
    answer::Malformed,
    guest::{HaSid, Kind},
};

const UPID: &str = "UPID:pve1:0003A1F2:01234567:6912AB34:vzdump:100:argus@pve!ops:";

fn guest(kind: Kind) -> GuestRef {
    GuestRef {
        node: "pve1".to_owned(),
        kind,
        vmid: 100,
    }
}

fn decoded<T>(write: &Write<T>, data: &Value) -> Result<T, Malformed> {
    (write.decode)(json!({ "data": data }).to_string().as_bytes())
}

fn upid() -> Upid {
    UPID.parse().unwrap()
}

fn a_backup() -> Write<BackupStart> {
    let options = Backup {
        storage: "pbs".to_owned(),
        mode: BackupMode::Snapshot,
        compression: None,
        notes_template: None,
        protected: false,
    };
    backup(&guest(Kind::Qemu), &options)
}

#[test]
fn a_backup_that_a_node_has_nothing_to_do_for_is_not_a_started_one() {
    let read = |data: Value| decoded(&a_backup(), &data);
    assert_eq!(read(json!(UPID)).unwrap(), BackupStart::Started(upid()));
    assert_eq!(read(json!("OK")).unwrap(), BackupStart::NothingDone);
    for odd in [json!("ok"), json!(""), json!(null), json!(["OK"]), json!(1)] {
        assert!(read(odd.clone()).is_err(), "{odd}");
    }
}

#[test]
fn what_may_be_a_task_or_done_at_once_is_told_apart() {
    let volume = "local-lvm:vm-100-disk-0".parse().unwrap();
    let writes = [
        template(&guest(Kind::Qemu)),
        template(&guest(Kind::Lxc)),
        volume_delete("pve1", &volume),
    ];
    for write in writes {
        assert_eq!(
            decoded(&write, &json!(UPID)).unwrap(),
            Carried::ByTask(upid())
        );
        assert_eq!(decoded(&write, &Value::Null).unwrap(), Carried::AtOnce);
        for odd in [json!("OK"), json!(""), json!(0), json!({})] {
            assert!(decoded(&write, &odd).is_err(), "{odd}");
        }
    }
}

#[test]
fn a_write_that_starts_a_task_takes_nothing_but_its_id() {
    let write = apt_refresh("pve1");
    assert_eq!(decoded(&write, &json!(UPID)).unwrap(), upid());
    for odd in [json!("OK"), Value::Null, json!({"upid": UPID})] {
        assert!(decoded(&write, &odd).is_err(), "{odd}");
    }
}

#[test]
fn a_write_that_is_done_when_it_is_answered_takes_any_answer() {
    let write = replication_schedule_now("pve1", "100-0");
    for data in [Value::Null, json!(0), json!("1"), json!({"x": []})] {
        assert!(decoded(&write, &data).is_ok(), "{data}");
    }
    assert!((write.decode)(b"<html>").is_err());
}

#[test]
fn waking_a_node_tells_the_address_that_was_called() {
    let write = wake_on_lan("pve2");
    let mac = decoded(&write, &json!("AA:BB:CC:DD:EE:FF")).unwrap();
    assert_eq!(mac, "AA:BB:CC:DD:EE:FF");
    assert!(decoded(&write, &Value::Null).is_err());
}

#[test]
fn a_wish_to_move_is_answered_with_nothing_before_9_and_with_what_it_drags_along_since() {
    let sid = HaSid::from(&guest(Kind::Qemu));
    for write in [ha_migrate(sid, "pve2"), ha_relocate(sid, "pve2")] {
        assert_eq!(decoded(&write, &Value::Null).unwrap(), HaMove::default());
        let answer = json!({
            "sid": "vm:100", "requested-node": "pve2", "comigrated-resources": ["ct:101"],
            "blocking-resources": [{"sid": "vm:102", "cause": "resource-affinity"}],
        });
        let moving = decoded(&write, &answer).unwrap();
        assert_eq!(moving.requested_node.as_deref(), Some("pve2"));
        assert_eq!(moving.comigrated_resources, ["ct:101"]);
        assert_eq!(moving.blocking_resources[0].sid, "vm:102");
    }
}

#[test]
fn trimming_tells_what_came_back_of_each_file_system_and_what_did_not() {
    let write = agent_fstrim(&guest(Kind::Qemu));
    let answer = json!({"result": {"paths": [
        {"path": "/", "trimmed": 4096, "minimum": 0}, {"path": "/boot", "trimmed": "512"},
        {"path": "/mnt", "error": "the discard operation is not supported"},
    ]}});
    let paths = decoded(&write, &answer).unwrap().paths;
    let trimmed: Vec<_> = paths.iter().map(|path| path.trimmed).collect();
    assert_eq!(trimmed, [Some(4096), Some(512), None]);
    assert!(paths[2].error.is_some());
    for nothing in [json!({}), json!({"result": null}), json!({"result": {}})] {
        assert_eq!(decoded(&write, &nothing).unwrap(), Trim::default());
    }
}
