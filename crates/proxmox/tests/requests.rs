//! Every call as a value: method, path, query and form, exactly as they go out.

use argus_proxmox::{GuestRef, Kind, Read, Upid, Write, read, write};

fn vm() -> GuestRef {
    guest(Kind::Qemu, 100)
}

fn ct() -> GuestRef {
    guest(Kind::Lxc, 101)
}

fn guest(kind: Kind, vmid: u32) -> GuestRef {
    GuestRef {
        node: "pve1".to_owned(),
        kind,
        vmid,
    }
}

fn upid() -> Upid {
    "UPID:pve2:0003A1F2:01234567:6912AB34:qmstart:100:argus@pve!ops:"
        .parse()
        .expect("a valid task id")
}

fn read_line<T>(read: &Read<T>) -> String {
    let request = read.request().expect("a call that can be sent");
    assert!(
        request.body().is_empty(),
        "a GET with a body is refused by Proxmox"
    );
    format!("{} {}", request.method(), request.uri())
}

fn write_line<T>(write: &Write<T>) -> String {
    let request = write.request().expect("a call that can be sent");
    let form = std::str::from_utf8(request.body()).expect("a form is ASCII");
    format!("{} {} {form}", request.method(), request.uri())
        .trim_end()
        .to_owned()
}

#[test]
fn reads_of_the_cluster_go_out_as_documented() {
    let table = [
        (read_line(&read::version()), "/version"),
        (read_line(&read::permissions()), "/access/permissions"),
        (read_line(&read::nodes()), "/nodes"),
        (read_line(&read::cluster_status()), "/cluster/status"),
        (read_line(&read::cluster_resources()), "/cluster/resources"),
        (read_line(&read::cluster_tasks()), "/cluster/tasks"),
        (read_line(&read::cluster_log(50)), "/cluster/log?max=50"),
        (read_line(&read::cluster_log(0)), "/cluster/log?max=1"),
        (read_line(&read::ha_status()), "/cluster/ha/status/current"),
        (read_line(&read::ha_resources()), "/cluster/ha/resources"),
        (read_line(&read::ha_rules()), "/cluster/ha/rules"),
        (read_line(&read::pools()), "/pools"),
        (read_line(&read::pool("a/b")), "/pools?poolid=a%2Fb"),
        (read_line(&read::replication_jobs()), "/cluster/replication"),
        (
            read_line(&read::not_backed_up()),
            "/cluster/backup-info/not-backed-up",
        ),
        (read_line(&read::options()), "/cluster/options"),
        (read_line(&read::nextid(None)), "/cluster/nextid"),
        (
            read_line(&read::nextid(Some(120))),
            "/cluster/nextid?vmid=120",
        ),
        (
            read_line(&read::metrics_export(None)),
            "/cluster/metrics/export",
        ),
        (
            read_line(&read::metrics_export(Some(1_700_000_000))),
            "/cluster/metrics/export?history=1&start-time=1700000000",
        ),
    ];
    for (line, expected) in table {
        assert_eq!(line, format!("GET {expected}"));
    }
}

#[test]
fn reads_of_a_node_go_out_as_documented() {
    let log = read::SyslogFilter {
        since: Some("2026-11-22 10:00:00".to_owned()),
        service: Some("pveproxy".to_owned()),
        until: None,
    };
    let journal = read::JournalFilter {
        last_entries: Some(10),
        start_cursor: Some("s=1;i=2".to_owned()),
        ..read::JournalFilter::default()
    };
    let table = [
        (read_line(&read::node_status("pve1")), "status"),
        (read_line(&read::guest_list("pve1", Kind::Qemu)), "qemu"),
        (read_line(&read::guest_list("pve1", Kind::Lxc)), "lxc"),
        (
            read_line(&read::node_rrd("pve1", read::Timeframe::Hour)),
            "rrddata?timeframe=hour&cf=AVERAGE",
        ),
        (
            read_line(&read::syslog("pve1", 100, 500, &log)),
            "syslog?start=100&limit=500&since=2026-11-22+10%3A00%3A00&service=pveproxy",
        ),
        (
            read_line(&read::journal("pve1", &journal)),
            "journal?lastentries=10&startcursor=s%3D1%3Bi%3D2",
        ),
        (read_line(&read::node_storage("pve1")), "storage"),
        (
            read_line(&read::storage_content("pve1", "local", None)),
            "storage/local/content",
        ),
        (
            read_line(&read::storage_content("pve1", "local", Some("backup"))),
            "storage/local/content?content=backup",
        ),
        (read_line(&read::replication("pve1")), "replication"),
        (read_line(&read::apt_updates("pve1")), "apt/update"),
        (read_line(&read::disks("pve1")), "disks/list"),
        (read_line(&read::certificates("pve1")), "certificates/info"),
    ];
    for (line, expected) in table {
        assert_eq!(line, format!("GET /nodes/pve1/{expected}"));
    }
}

#[test]
fn reads_of_a_guest_go_out_as_documented_for_both_kinds() {
    for (guest, base) in [
        (vm(), "/nodes/pve1/qemu/100"),
        (ct(), "/nodes/pve1/lxc/101"),
    ] {
        let table = [
            (read_line(&read::guest_status(&guest)), "status/current"),
            (read_line(&read::guest_config(&guest)), "config"),
            (read_line(&read::pending(&guest)), "pending"),
            (read_line(&read::snapshots(&guest)), "snapshot"),
            (
                read_line(&read::feature_snapshot(&guest)),
                "feature?feature=snapshot",
            ),
            (
                read_line(&read::migrate_preconditions(&guest, "pve2")),
                "migrate?target=pve2",
            ),
            (
                read_line(&read::guest_rrd(&guest, read::Timeframe::Year)),
                "rrddata?timeframe=year&cf=AVERAGE",
            ),
        ];
        for (line, expected) in table {
            assert_eq!(line, format!("GET {base}/{expected}"));
        }
    }
}

#[test]
fn a_task_is_asked_for_on_the_node_in_its_id() {
    let base = "/nodes/pve2/tasks/UPID:pve2:0003A1F2:01234567:6912AB34:qmstart:100:argus@pve!ops:";
    assert_eq!(
        read_line(&read::task_status(&upid())),
        format!("GET {base}/status")
    );
    assert_eq!(
        read_line(&read::task_log(&upid(), 500, 250)),
        format!("GET {base}/log?start=500&limit=250")
    );
}

#[test]
fn a_search_for_a_lost_answer_asks_for_running_and_ended_tasks() {
    assert_eq!(
        read_line(&read::node_tasks("pve1", &read::TaskFilter::default())),
        "GET /nodes/pve1/tasks?source=all"
    );
    let filter = read::TaskFilter {
        source: read::TaskSource::All,
        vmid: Some(100),
        type_: Some("qmsnapshot".to_owned()),
        user: Some("argus@pve!ops".to_owned()),
        since: Some(1_700_000_000),
        until: Some(1_700_000_900),
        errors: true,
        start: Some(0),
        limit: Some(20),
    };
    assert_eq!(
        read_line(&read::node_tasks("pve1", &filter)),
        "GET /nodes/pve1/tasks?source=all&vmid=100&typefilter=qmsnapshot&userfilter=argus%40pve%21ops\
         &since=1700000000&until=1700000900&start=0&limit=20&errors=1"
    );
}

#[test]
fn power_writes_go_out_as_documented_for_both_kinds() {
    for (guest, base) in [
        (vm(), "/nodes/pve1/qemu/100"),
        (ct(), "/nodes/pve1/lxc/101"),
    ] {
        let (asked, unsaid) = (Some(90), None);
        let table = [
            (write_line(&write::start(&guest)), "start"),
            (write_line(&write::stop(&guest)), "stop"),
            (
                write_line(&write::shutdown(
                    &guest,
                    write::Shutdown { timeout: unsaid },
                )),
                "shutdown",
            ),
            (
                write_line(&write::shutdown(&guest, write::Shutdown { timeout: asked })),
                "shutdown timeout=90",
            ),
            (
                write_line(&write::reboot(&guest, write::Reboot { timeout: unsaid })),
                "reboot",
            ),
            (
                write_line(&write::reboot(&guest, write::Reboot { timeout: asked })),
                "reboot timeout=90",
            ),
        ];
        for (line, expected) in table {
            assert_eq!(line, format!("POST {base}/status/{expected}"));
        }
    }
}

#[test]
fn a_snapshot_takes_memory_of_virtual_machines_only() {
    let options = write::SnapshotCreate {
        name: "argus-1".to_owned(),
        description: Some("before + after".to_owned()),
        vmstate: true,
    };
    assert_eq!(
        write_line(&write::snapshot_create(&vm(), &options)),
        "POST /nodes/pve1/qemu/100/snapshot snapname=argus-1&description=before+%2B+after&vmstate=1"
    );
    assert_eq!(
        write_line(&write::snapshot_create(&ct(), &options)),
        "POST /nodes/pve1/lxc/101/snapshot snapname=argus-1&description=before+%2B+after"
    );
}

#[test]
fn a_running_virtual_machine_migrates_online_and_a_running_container_by_a_restart() {
    let to = |mode| write::Migrate {
        target: "pve2".to_owned(),
        mode,
    };
    let (running, offline) = (
        to(write::MigrateMode::Running),
        to(write::MigrateMode::Offline),
    );
    let table = [
        (
            write_line(&write::migrate(&vm(), &running)),
            "qemu/100/migrate target=pve2&online=1",
        ),
        (
            write_line(&write::migrate(&ct(), &running)),
            "lxc/101/migrate target=pve2&restart=1",
        ),
        (
            write_line(&write::migrate(&vm(), &offline)),
            "qemu/100/migrate target=pve2",
        ),
        (
            write_line(&write::migrate(&ct(), &offline)),
            "lxc/101/migrate target=pve2",
        ),
    ];
    for (line, expected) in table {
        assert_eq!(line, format!("POST /nodes/pve1/{expected}"));
    }
}

#[test]
fn the_agent_is_asked_by_a_post() {
    assert_eq!(
        write_line(&write::agent_ping(&vm())),
        "POST /nodes/pve1/qemu/100/agent/ping"
    );
}
