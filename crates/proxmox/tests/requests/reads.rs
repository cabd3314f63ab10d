//! Reads.

use argus_proxmox::{Kind, read};

use super::{ct, read_line, sid, upid, vm, volume};

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
        (
            read_line(&read::ha_resource(sid(&vm()))),
            "/cluster/ha/resources/vm:100",
        ),
        (read_line(&read::ha_rules()), "/cluster/ha/rules"),
        (read_line(&read::backup_jobs()), "/cluster/backup"),
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
    let backups = read::ContentFilter {
        content: Some("backup".to_owned()),
        vmid: Some(100),
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
            read_line(&read::storage_content(
                "pve1",
                "local",
                &read::ContentFilter::default(),
            )),
            "storage/local/content",
        ),
        (
            read_line(&read::storage_content("pve1", "local", &backups)),
            "storage/local/content?content=backup&vmid=100",
        ),
        (
            read_line(&read::volume("pve1", &volume("local:backup/a.vma.zst"))),
            "storage/local/content/local:backup%2Fa.vma.zst",
        ),
        (
            read_line(&read::archived_config(
                "pve1",
                &volume("local:backup/a.vma.zst"),
            )),
            "vzdump/extractconfig?volume=local%3Abackup%2Fa.vma.zst",
        ),
        (read_line(&read::replication("pve1")), "replication"),
        (
            read_line(&read::replication_status("pve1", "100-0")),
            "replication/100-0/status",
        ),
        (read_line(&read::services("pve1")), "services"),
        (
            read_line(&read::service("pve1", "pveproxy")),
            "services/pveproxy/state",
        ),
        (
            read_line(&read::running_tasks("pve1")),
            "tasks?source=active&limit=1000",
        ),
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
fn the_agent_is_asked_about_the_guest_it_is_in() {
    let table = [
        (read_line(&read::agent_osinfo(&vm())), "get-osinfo"),
        (read_line(&read::agent_host_name(&vm())), "get-host-name"),
        (read_line(&read::agent_fsinfo(&vm())), "get-fsinfo"),
        (
            read_line(&read::agent_interfaces(&vm())),
            "network-get-interfaces",
        ),
    ];
    for (line, expected) in table {
        assert_eq!(line, format!("GET /nodes/pve1/qemu/100/agent/{expected}"));
    }
}
