//! Answers to the reads about storages, backups, services, replication and the agent.

use super::*;
use crate::guest::HaSid;

#[test]
fn a_storage_takes_what_it_may_hold_while_the_node_can_use_it() {
    let storages = decoded(
        &node_storage("pve1"),
        &json!([
            {"storage": "local", "type": "dir", "content": "backup,iso", "active": 1, "enabled": 1, "shared": 0,
             "total": "100", "used": 40, "avail": 60, "used_fraction": 0.4},
            {"storage": "nfs", "type": "nfs", "content": "images,backup", "active": 0, "enabled": "1", "shared": 1},
            {"storage": "odd"},
        ]),
    )
    .unwrap();
    let takes: Vec<_> = storages
        .iter()
        .map(|storage| storage.takes("backup"))
        .collect();
    assert_eq!(takes, [true, false, false]);
    assert!(!storages[0].takes("images") && !storages[0].takes("back"));
    assert_eq!(
        storages[1].kinds().collect::<Vec<_>>(),
        ["images", "backup"]
    );
    assert_eq!(storages[2].kinds().count(), 0);
    assert_eq!(
        (storages[0].total, storages[0].avail),
        (Some(100), Some(60))
    );
}

#[test]
fn a_backup_is_listed_with_its_note_protection_and_verification() {
    let read = storage_content("pve1", "pbs", &ContentFilter::default());
    let volumes = decoded(
        &read,
        &json!([
            {"volid": "pbs:backup/vm/100/2026-11-22T10:00:00Z", "content": "backup", "format": "pbs-vm",
             "size": "34359738368", "ctime": 1_795_341_600, "vmid": "100", "notes": "web", "protected": 1,
             "verification": {"state": "ok", "upid": "UPID:pbs:x"}, "subtype": "qemu"},
            {"volid": "local-lvm:vm-101-disk-0", "format": "raw", "size": 1, "vmid": 101, "parent": null},
        ]),
    )
    .unwrap();
    let verification = volumes[0].verification.as_ref().unwrap();
    assert_eq!(verification.state.as_deref(), Some("ok"));
    assert!(volumes[0].protected && !volumes[1].protected);
    assert_eq!(volumes[0].size, Some(32 << 30));
    assert_eq!(volumes[0].id().unwrap().storage(), "pbs");
    assert_eq!(
        (volumes[1].vmid, &volumes[1].verification),
        (Some(101), &None)
    );

    let one = volume("pve1", &"local:backup/a.vma.zst".parse().unwrap());
    let answer = json!({"path": "/x", "format": "vma.zst", "size": 7, "used": "7", "protected": "1", "notes": "a\nb"});
    let attributes = decoded(&one, &answer).unwrap();
    assert_eq!(attributes.notes.as_deref(), Some("a\nb"));
    assert!(attributes.protected);
    assert!(!decoded(&one, &json!({"format": "raw"})).unwrap().protected);
}

#[test]
fn a_backup_job_runs_unless_it_says_no_and_names_its_guests() {
    let jobs = decoded(
        &backup_jobs(),
        &json!([
            {"id": "backup-1", "schedule": "sat 02:00", "vmid": "100,101; 102", "storage": "pbs", "mode": "snapshot",
             "next-run": "1795341600", "type": "vzdump"},
            {"id": "backup-2", "enabled": 0, "all": 1, "exclude": "103", "node": "pve1"},
            {"id": "backup-3", "enabled": "1", "vmid": 100, "pool": "prod"},
        ]),
    )
    .unwrap();
    let enabled: Vec<_> = jobs.iter().map(|job| job.enabled).collect();
    assert_eq!(enabled, [true, false, true]);
    assert_eq!(jobs[0].vmid, [100, 101, 102]);
    assert_eq!(jobs[0].next_run, Some(1_795_341_600));
    assert!(jobs[1].all && jobs[1].vmid.is_empty());
    assert_eq!(
        (&jobs[1].exclude[..], &jobs[2].vmid[..]),
        (&[103][..], &[100][..])
    );
    let error = decoded(&backup_jobs(), &json!([{"id": "x", "vmid": "100,web"}])).unwrap_err();
    assert_eq!(error.path, "data[0].vmid");
}

#[test]
fn a_service_runs_by_what_systemd_says_in_detail() {
    let read = |state: Value| {
        let data = json!({"service": "cron", "name": "cron", "desc": "x", "state": state, "active-state": "active"});
        decoded(&service("pve1", "cron"), &data).unwrap()
    };
    assert!(read(json!("running")).is_running());
    for state in [json!("exited"), json!("dead"), json!("failed"), Value::Null] {
        assert!(!read(state.clone()).is_running(), "{state}");
    }
    let listed = decoded(
        &services("pve1"),
        &json!([{"service": "syslog", "unit-state": "not-found"}]),
    )
    .unwrap();
    assert_eq!(listed[0].unit_state.as_deref(), Some("not-found"));
}

#[test]
fn a_replication_runs_while_it_has_a_process() {
    let read = |data: Value| decoded(&replication_status("pve1", "100-0"), &data).unwrap();
    let idle = read(json!({
        "id": "100-0", "guest": 100, "jobnum": 0, "target": "pve2", "last_sync": "1795341600", "last_try": 1_795_341_600,
        "fail_count": 0, "duration": 2.5, "type": "local",
    }));
    assert_eq!(
        (idle.last_sync, idle.is_running()),
        (Some(1_795_341_600), false)
    );
    let failing = read(
        json!({"id": "100-0", "last_sync": 0, "fail_count": "3", "error": "no route", "pid": "77"}),
    );
    assert_eq!((failing.fail_count, failing.is_running()), (Some(3), true));
}

#[test]
fn a_managed_guest_is_read_with_its_digest_and_the_rules_that_name_it() {
    let sid = HaSid::from(&vm());
    let data = json!({"sid": "vm:100", "type": "vm", "state": "started", "max_restart": "1", "digest": "0f", "failback": 0});
    let resource = decoded(&ha_resource(sid), &data).unwrap();
    assert_eq!(resource.digest.as_deref(), Some("0f"));
    assert_eq!(
        (resource.max_restart, resource.failback),
        (Some(1), Some(false))
    );
    let rules = decoded(
        &ha_rules(),
        &json!([{"rule": "a", "resources": "vm:101,vm:100"}, {"rule": "b", "resources": "vm:1000"}, {"rule": "c"}]),
    )
    .unwrap();
    let named: Vec<_> = rules.iter().map(|rule| rule.names(sid)).collect();
    assert_eq!(named, [true, false, false]);
}

#[test]
fn tasks_that_ended_just_now_do_not_run() {
    let task = |pid: &str, rest: &Value| {
        let upid = format!("UPID:pve1:{pid}:01234567:6912AB34:vzdump:100:argus@pve!ops:");
        let mut entry = json!({ "upid": upid });
        entry
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        entry
    };
    let data = json!([
        task("00000001", &json!({"status": "RUNNING"})),
        task("00000002", &json!({"status": "OK", "endtime": 7})),
        task("00000003", &json!({"status": "job errors"})),
        task("00000004", &json!({"saved": "0"})),
    ]);
    let running = decoded(&running_tasks("pve1"), &data).unwrap();
    let pids: Vec<_> = running.iter().map(|task| task.upid.pid()).collect();
    assert_eq!(pids, [1, 4]);
}

#[test]
fn the_agent_is_read_within_its_own_envelope() {
    let os = json!({"result": {"id": "debian", "pretty-name": "Debian 13", "version-id": "13", "kernel-release": "6.12"}});
    let os = decoded(&agent_osinfo(&vm()), &os).unwrap();
    assert_eq!(os.pretty_name.as_deref(), Some("Debian 13"));
    let name = decoded(
        &agent_host_name(&vm()),
        &json!({"result": {"host-name": "web"}}),
    )
    .unwrap();
    assert_eq!(name, "web");
    let systems = decoded(
        &agent_fsinfo(&vm()),
        &json!({"result": [{"name": "sda1", "mountpoint": "/", "type": "ext4", "used-bytes": "5", "total-bytes": 9, "disk": []}]}),
    )
    .unwrap();
    assert_eq!(
        (systems[0].used_bytes, systems[0].total_bytes),
        (Some(5), Some(9))
    );
    let interfaces = decoded(
        &agent_interfaces(&vm()),
        &json!({"result": [
            {"name": "eth0", "hardware-address": "aa:bb", "ip-addresses": [
                {"ip-address-type": "ipv4", "ip-address": "10.0.0.2", "prefix": "24"}]},
            {"name": "down0"},
        ]}),
    )
    .unwrap();
    let address = &interfaces[0].ip_addresses[0];
    assert_eq!(
        (address.ip_address.as_str(), address.prefix),
        ("10.0.0.2", Some(24))
    );
    assert!(interfaces[1].ip_addresses.is_empty());
    assert!(decoded(&agent_osinfo(&vm()), &json!({"id": "debian"})).is_err());
}
