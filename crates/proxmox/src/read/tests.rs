//! Answers as releases 8 and 9 send them, and odd ones, through the decoders of the calls.

mod operations;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    answer::Malformed,
    guest::Kind,
    task::{Exit, TaskStatus},
    upid::Upid,
};

fn vm() -> GuestRef {
    GuestRef {
        node: "pve1".to_owned(),
        kind: Kind::Qemu,
        vmid: 100,
    }
}

fn upid() -> Upid {
    "UPID:pve1:0003A1F2:01234567:6912AB34:qmstart:100:argus@pve!ops:"
        .parse()
        .unwrap()
}

fn decoded<T>(read: &Read<T>, data: &Value) -> Result<T, Malformed> {
    (read.decode)(json!({ "data": data }).to_string().as_bytes())
}

#[test]
fn a_node_on_its_own_has_no_cluster_and_always_a_quorum() {
    let node = json!({"type": "node", "id": "node/pve1", "name": "pve1", "local": 1, "online": "1", "nodeid": 0});
    let status = decoded(&cluster_status(), &json!([node])).unwrap();
    assert!(status.is_quorate() && status.cluster.is_none());
    assert!(status.nodes[0].online && status.nodes[0].local);

    let cluster = json!({"type": "cluster", "id": "cluster", "name": "lab", "nodes": 3, "quorate": 0, "version": "4"});
    let status = decoded(
        &cluster_status(),
        &json!([cluster, node, {"type": "qdevice"}]),
    )
    .unwrap();
    assert!(!status.is_quorate());
    assert_eq!(status.cluster.unwrap().version, Some(4));
}

#[test]
fn resources_are_read_whatever_is_missing_and_whatever_type_is_new() {
    let resources = decoded(
        &cluster_resources(),
        &json!([
            {"id": "qemu/100", "type": "qemu", "node": "pve1", "vmid": "100", "status": "running", "tags": "prod;web",
             "template": "", "cpu": 0.02, "maxcpu": 4, "mem": "1073741824", "lock": "backup", "hastate": "started"},
            {"id": "lxc/101", "type": "lxc", "node": "pve2", "vmid": 101, "status": "unknown", "template": 1},
            {"id": "storage/pve1/nfs", "type": "storage", "storage": "nfs", "node": "pve1", "shared": 1},
            {"id": "network/pve1/zone/x", "type": "network", "node": "pve1", "network-type": "zone"},
        ]),
    )
    .unwrap();
    assert_eq!(resources[0].guest(), Some(vm()));
    assert_eq!(resources[0].tag_list(), ["prod", "web"]);
    assert_eq!(resources[0].mem, Some(1 << 30));
    assert!(!resources[0].template && resources[1].template);
    assert_eq!(resources[1].guest().unwrap().kind, Kind::Lxc);
    assert_eq!(resources[2].guest(), None);
    assert_eq!(
        resources[3].type_,
        ResourceType::Other("network".to_owned())
    );
}

#[test]
fn a_task_runs_until_its_worker_is_gone_and_ends_as_its_last_line_says() {
    let status = |data: Value| decoded(&task_status(&upid()), &data);
    let ended = |exit| TaskStatus {
        running: false,
        exit: Some(exit),
    };
    assert!(
        status(json!({"status": "running", "pid": 1}))
            .unwrap()
            .running
    );
    assert_eq!(
        status(json!({"status": "stopped", "exitstatus": "OK"})).unwrap(),
        ended(Exit::Ok)
    );
    assert_eq!(
        status(json!({"status": "stopped", "exitstatus": "WARNINGS: 2"})).unwrap(),
        ended(Exit::Warnings(2))
    );
    assert_eq!(
        status(
            json!({"status": "stopped", "exitstatus": "VM quit/powerdown failed - got timeout"})
        )
        .unwrap(),
        ended(Exit::Error(
            "VM quit/powerdown failed - got timeout".to_owned()
        ))
    );
    let not_yet_written = status(json!({"status": "stopped"})).unwrap();
    assert_eq!(
        (not_yet_written.running, not_yet_written.exit),
        (false, None)
    );
    assert_eq!(
        status(json!({"status": "zombie"})).unwrap_err().path,
        "data.status"
    );
}

#[test]
fn a_listed_task_is_running_until_it_has_a_status_of_its_own() {
    let entry = |status: Value| {
        let data = json!([{ "upid": upid().as_str(), "status": status, "endtime": "7", "pid": 5 }]);
        decoded(&cluster_tasks(), &data).unwrap().remove(0)
    };
    assert_eq!(entry(Value::Null).exit(), None);
    assert_eq!(entry(json!("RUNNING")).exit(), None);
    assert_eq!(entry(json!("OK")).exit(), Some(Exit::Ok));
    assert_eq!(entry(json!("OK")).endtime, Some(7));
    let error = decoded(&cluster_tasks(), &json!([{ "upid": "OK" }])).unwrap_err();
    assert_eq!(error.path, "data[0].upid");
}

#[test]
fn a_log_page_has_the_total_that_proxmox_names_or_else_its_last_line() {
    let read = task_log(&upid(), 0, 50);
    let body = br#"{"data":[{"n":1,"t":"start"},{"n":"2","t":"TASK OK"}],"total":2}"#;
    let page = (read.decode)(body).unwrap();
    assert_eq!((page.total, page.lines[1].t.as_str()), (2, "TASK OK"));
    let page = decoded(&read, &json!([{"n": 7, "t": "x"}])).unwrap();
    assert_eq!(page.total, 7);
    let page = (read.decode)(br#"{"data":[],"total":"12"}"#).unwrap();
    assert_eq!((page.total, page.lines.len()), (12, 0));
}

#[test]
fn a_log_has_a_bound_of_its_own() {
    let limits = Limits::default();
    assert_eq!(
        task_log(&upid(), 0, 50).body_limit(&limits),
        limits.log_body
    );
    assert_eq!(version().body_limit(&limits), limits.body);
}

#[test]
fn the_present_state_is_no_snapshot() {
    let data = json!([
        {"name": "first", "snaptime": 1_700_000_000, "description": "", "vmstate": 1},
        {"name": "second", "snaptime": "1700000100", "parent": "first"},
        {"name": "current", "parent": "second", "running": 1, "digest": "x", "description": "You are here!"},
    ]);
    let snapshots = decoded(&snapshots(&vm()), &data).unwrap();
    let names: Vec<_> = snapshots
        .iter()
        .map(|s| (s.name.as_str(), s.is_parent_of_present))
        .collect();
    assert_eq!(names, [("first", false), ("second", true)]);
    assert!(snapshots[0].vmstate && !snapshots[1].vmstate);
}

#[test]
fn both_spellings_of_migration_obstacles_are_read() {
    let read = migrate_preconditions(&vm(), "pve2");
    let of_vm = json!({
        "running": 1, "allowed_nodes": ["pve3"], "local_resources": [],
        "not_allowed_nodes": {"pve2": {"unavailable_storages": ["zfs"]}},
        "local_disks": [{"volid": "local-lvm:vm-100-disk-0", "size": 1, "cdrom": 0, "is_unused": 0}],
    });
    let found = decoded(&read, &of_vm).unwrap();
    assert!(found.running);
    assert_eq!(
        found.not_allowed_nodes["pve2"].unavailable_storages,
        ["zfs"]
    );
    assert_eq!(found.local_disks[0].volid, "local-lvm:vm-100-disk-0");

    let of_ct = json!({
        "running": false, "allowed-nodes": ["pve2", "pve3"],
        "not-allowed-nodes": {"pve4": {"blocking-ha-resources": [{"sid": "ct:7", "cause": "resource-affinity"}]}},
    });
    let found = decoded(&read, &of_ct).unwrap();
    assert_eq!(found.allowed_nodes.unwrap(), ["pve2", "pve3"]);
    assert_eq!(
        found.not_allowed_nodes["pve4"].blocking_ha_resources[0].sid,
        "ct:7"
    );
}

#[test]
fn lists_that_come_as_null_are_empty() {
    let found = decoded(
        &migrate_preconditions(&vm(), "pve2"),
        &json!({"running": 0, "local_disks": null, "local_resources": null, "not_allowed_nodes": null}),
    )
    .unwrap();
    assert!(found.local_disks.is_empty() && found.not_allowed_nodes.is_empty());
    let feature = decoded(
        &feature_snapshot(&vm()),
        &json!({"hasFeature": "1", "nodes": null}),
    )
    .unwrap();
    assert!(feature.has_feature && feature.nodes.is_empty());
}

#[test]
fn a_guest_status_is_read_with_and_without_high_availability() {
    let status = decoded(
        &guest_status(&vm()),
        &json!({"status": "running", "qmpstatus": "paused", "ha": {"managed": 1, "state": "started"}, "agent": "1",
                "uptime": "12", "vmid": 100, "cpus": 2, "new-in-10": {"x": []}}),
    )
    .unwrap();
    assert!(status.is_running() && status.ha.managed && status.agent);
    assert_eq!(status.uptime, Some(12));
    let status = decoded(
        &guest_status(&vm()),
        &json!({"status": "stopped", "ha": null, "lock": "backup"}),
    )
    .unwrap();
    assert!(!status.is_running() && !status.ha.managed);
    assert_eq!(status.lock.as_deref(), Some("backup"));
}

#[test]
fn a_pending_value_may_be_anything() {
    let values = decoded(
        &pending(&vm()),
        &json!([
            {"key": "cores", "value": 2, "pending": "4"}, {"key": "tags", "value": "a", "delete": 1},
            {"key": "lxc", "value": [["lxc.x", "y"]]},
        ]),
    )
    .unwrap();
    let waiting: Vec<_> = values.iter().map(PendingValue::is_waiting).collect();
    assert_eq!(waiting, [true, true, false]);
}

#[test]
fn the_other_reads_understand_their_answers() {
    let version = decoded(
        &version(),
        &json!({"version": "9.1.5", "release": "9.1", "repoid": "x"}),
    )
    .unwrap();
    assert_eq!(version.parsed().unwrap().major, 9);
    assert_eq!(decoded(&nextid(None), &json!("105")).unwrap(), 105);
    assert!(decoded(&nextid(None), &json!(99_999_999_999_u64)).is_err());
    let nodes = decoded(
        &nodes(),
        &json!([{"node": "pve1", "status": "online"}, {"node": "pve2"}]),
    )
    .unwrap();
    assert!(nodes[0].is_online() && !nodes[1].is_online());
    let load = decoded(
        &node_status("pve1"),
        &json!({"loadavg": ["0.10", "0.2", 1], "cpu": 0}),
    )
    .unwrap()
    .loadavg;
    assert_eq!(
        load.iter().map(|load| load.0).collect::<Vec<_>>(),
        [Some(0.1), Some(0.2), Some(1.0)]
    );
    let metrics = json!({"data": [{"id": "node/pve1", "metric": "cpu_current", "timestamp": 1, "type": "gauge", "value": 0.5}]});
    assert_eq!(
        decoded(&metrics_export(None), &metrics).unwrap()[0].value,
        Some(0.5)
    );
    let log = decoded(
        &cluster_log(1),
        &json!([{"uid": 7, "time": "9", "pri": 6, "msg": "x", "pid": "1"}]),
    )
    .unwrap();
    assert_eq!((log[0].time, log[0].uid.as_deref()), (9, Some("7")));
    let missing = decoded(&not_backed_up(), &json!([{"vmid": 100, "type": "qemu"}])).unwrap();
    assert_eq!(missing[0].kind, Kind::Qemu);
    let pool_of_two =
        json!([{"poolid": "prod", "members": [{"id": "qemu/100", "type": "qemu", "vmid": 100}]}]);
    assert_eq!(
        decoded(&pool("prod"), &pool_of_two).unwrap().members[0].vmid,
        Some(100)
    );
    assert_eq!(decoded(&pool("prod"), &json!([])).unwrap_err().path, "data");
    let updates = decoded(
        &apt_updates("pve1"),
        &json!([{"Package": "pve-manager", "OldVersion": "9.1.4"}]),
    )
    .unwrap();
    assert_eq!(updates[0].old_version.as_deref(), Some("9.1.4"));
    let disks = decoded(
        &disks("pve1"),
        &json!([{"devpath": "/dev/sda", "size": "7", "wearout": "N/A"}]),
    )
    .unwrap();
    assert_eq!(
        (disks[0].size, disks[0].wearout.as_deref()),
        (Some(7), Some("N/A"))
    );
    let replication = decoded(
        &replication("pve1"),
        &json!([{"id": "100-0", "duration": "1.5", "fail_count": 0}]),
    )
    .unwrap();
    assert_eq!(replication[0].duration, Some(1.5));
}

/// JSON of any shape, with the words in it that decoders look for.
fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[0-9.eE+-]{0,12}".prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        "[a-z]{1,6}[0-9]{0,3}",
        Just("scsi0".to_owned()),
        Just("memory".to_owned()),
        Just("tags".to_owned()),
        Just("status".to_owned()),
        Just("type".to_owned()),
        Just("upid".to_owned()),
        Just("time".to_owned()),
        Just("name".to_owned()),
        Just("n".to_owned()),
        Just("t".to_owned()),
    ];
    scalar.prop_recursive(3, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

fn decode_as_everything(body: &[u8]) {
    let _ = (version().decode)(body);
    let _ = (permissions().decode)(body);
    let _ = (cluster_status().decode)(body);
    let _ = (cluster_resources().decode)(body);
    let _ = (cluster_tasks().decode)(body);
    let _ = (metrics_export(None).decode)(body);
    let _ = (pool("x").decode)(body);
    let _ = (nextid(None).decode)(body);
    let _ = (node_status("x").decode)(body);
    let _ = (node_rrd("x", Timeframe::Hour).decode)(body);
    let _ = (task_status(&upid()).decode)(body);
    let _ = (task_log(&upid(), 0, 0).decode)(body);
    let _ = (guest_config(&vm()).decode)(body);
    let _ = (guest_status(&vm()).decode)(body);
    let _ = (snapshots(&vm()).decode)(body);
    let _ = (pending(&vm()).decode)(body);
    let _ = (migrate_preconditions(&vm(), "x").decode)(body);
    let _ = (backup_jobs().decode)(body);
    let _ = (running_tasks("x").decode)(body);
    let _ = (agent_interfaces(&vm()).decode)(body);
    let _ = (services("x").decode)(body);
    let _ = (storage_content("x", "y", &ContentFilter::default()).decode)(body);
}

proptest! {
    #[test]
    fn no_answer_makes_a_decoder_panic(data in any_json(), noise in prop::collection::vec(any::<u8>(), 0..64)) {
        decode_as_everything(json!({ "data": data }).to_string().as_bytes());
        decode_as_everything(json!({ "data": [data] }).to_string().as_bytes());
        decode_as_everything(&noise);
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let body = format!(
        "{{\"data\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!((options().decode)(body.as_bytes()).is_err());
    assert!((guest_config(&vm()).decode)(body.as_bytes()).is_err());
    decode_as_everything(body.as_bytes());
    let body = format!(
        "{{\"data\":{{\"lxc\":{}{}}}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!((guest_config(&vm()).decode)(body.as_bytes()).is_err());
}
