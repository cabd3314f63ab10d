//! Every read and every write against the simulator, which shares no code with the client and checks parameters as
//! strictly as Proxmox does.

use std::path::PathBuf;

use argus_proxmox::{
    ApiErrorKind, Client, Endpoint, Error, Exit, GuestRef, Kind, Limits, NotSent, PinSet, Release,
    Stage, TaskStatus, Token, Trust, Upid, privileges, read, write,
};
use argus_proxmox_sim::{Fault, FaultKind, Handle, Options, Scenario, Simulator, Target};
use tempfile::TempDir;

/// A running simulator and its folder.
struct Lab {
    simulator: Handle,
    _dir: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let dir = TempDir::new().expect("a scratch folder");
        let options = Options::new(dir.path(), Scenario::lab());
        let simulator = Simulator::start(options).await.expect("a simulator");
        Self {
            simulator,
            _dir: dir,
        }
    }

    fn client(&self, token: &str) -> Client {
        self.client_trusting(
            token,
            Trust::CaFile(PathBuf::from(self.simulator.ca_file())),
        )
    }

    fn client_trusting(&self, token: &str, trust: Trust) -> Client {
        let endpoint = Endpoint::parse(self.simulator.api_url()).expect("a valid endpoint");
        let token = self
            .simulator
            .token(token)
            .expect("a token of the scenario");
        let token = Token::parse(token).expect("a valid token");
        Client::new(endpoint, token, trust, Limits::default()).expect("a usable setting")
    }

    /// Lets virtual time pass until the task has ended.
    async fn end_of(&self, client: &Client, upid: &Upid) -> Exit {
        for _ in 0..200 {
            let status = client
                .read(read::task_status(upid))
                .await
                .expect("a known task");
            if let TaskStatus {
                running: false,
                exit: Some(exit),
            } = status
            {
                return exit;
            }
            self.simulator.advance(5_000);
        }
        panic!("{upid} does not end");
    }

    fn fault(&self, path_contains: &str, kind: FaultKind) {
        let target = Target {
            path_contains: Some(path_contains.to_owned()),
            ..Target::default()
        };
        let fault = Fault {
            target,
            count: Some(1),
            kind,
        };
        self.simulator.fault(fault).expect("a known fault");
    }

    fn snapshot_tasks(&self) -> usize {
        let tasks = self.simulator.tasks();
        tasks
            .iter()
            .filter(|task| task.kind == "qmsnapshot")
            .count()
    }
}

fn guest(node: &str, kind: Kind, vmid: u32) -> GuestRef {
    GuestRef {
        node: node.to_owned(),
        kind,
        vmid,
    }
}

fn web() -> GuestRef {
    guest("pve1", Kind::Qemu, 101)
}

fn cache() -> GuestRef {
    guest("pve2", Kind::Lxc, 104)
}

fn snapshot(name: &str) -> write::SnapshotCreate {
    write::SnapshotCreate {
        name: name.to_owned(),
        description: Some("before 1 + 1".to_owned()),
        vmstate: false,
    }
}

#[tokio::test]
async fn the_cluster_is_read() {
    let lab = Lab::start().await;
    let client = lab.client("ro");

    let release = client
        .read(read::version())
        .await
        .unwrap()
        .parsed()
        .unwrap();
    assert!(release.is_supported());
    let nodes = client.read(read::nodes()).await.unwrap();
    assert_eq!(nodes.len(), 3);
    assert!(nodes.iter().all(read::NodeEntry::is_online));
    let status = client.read(read::cluster_status()).await.unwrap();
    assert!(status.is_quorate());
    assert_eq!(status.cluster.unwrap().name, "lab");

    let resources = client.read(read::cluster_resources()).await.unwrap();
    let web = resources
        .iter()
        .find(|resource| resource.vmid == Some(101))
        .unwrap();
    assert_eq!(web.guest(), Some(self::web()));
    assert_eq!(web.tag_list(), ["prod", "web"]);
    assert_eq!(
        resources.iter().filter_map(read::Resource::guest).count(),
        14
    );

    let ha = client.read(read::ha_status()).await.unwrap();
    assert!(
        ha.iter()
            .any(|entry| entry.sid.as_deref() == Some("vm:103"))
    );
    assert_eq!(
        client.read(read::ha_resources()).await.unwrap()[0].sid,
        "vm:103"
    );
    assert_eq!(client.read(read::ha_rules()).await.unwrap().len(), 1);
    assert_eq!(client.read(read::pools()).await.unwrap().len(), 2);
    let prod = client.read(read::pool("prod")).await.unwrap();
    assert!(prod.members.iter().any(|member| member.vmid == Some(101)));
    assert!(client.read(read::nextid(None)).await.unwrap() >= 100);
    client.read(read::cluster_tasks()).await.unwrap();
    client.read(read::cluster_log(10)).await.unwrap();
    client.read(read::options()).await.unwrap();
    client.read(read::not_backed_up()).await.unwrap();
    assert!(
        !client
            .read(read::metrics_export(None))
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_node_is_read() {
    let lab = Lab::start().await;
    let client = lab.client("ro");

    let status = client.read(read::node_status("pve1")).await.unwrap();
    assert!(status.memory.unwrap().total.unwrap() > 0);
    let guests = client
        .read(read::guest_list("pve1", Kind::Qemu))
        .await
        .unwrap();
    assert!(guests.iter().any(|guest| guest.vmid == 101));
    client
        .read(read::guest_list("pve2", Kind::Lxc))
        .await
        .unwrap();
    let storages = client.read(read::node_storage("pve1")).await.unwrap();
    let nfs = storages
        .iter()
        .find(|storage| storage.storage == "nfs-vm")
        .unwrap();
    assert!(nfs.shared && nfs.active);
    for content in [None, Some("images".to_owned())] {
        let filter = read::ContentFilter {
            content,
            vmid: None,
        };
        client
            .read(read::storage_content("pve1", "nfs-vm", &filter))
            .await
            .unwrap();
    }
    let points = client
        .read(read::node_rrd("pve1", read::Timeframe::Hour))
        .await
        .unwrap();
    assert!(points.iter().any(|point| point.values.contains_key("cpu")));
    let filter = read::SyslogFilter::default();
    let page = client
        .read(read::syslog("pve1", 0, 5, &filter))
        .await
        .unwrap();
    assert!(page.lines.len() <= 5 && page.total >= page.lines.len() as u64);
    let last = read::JournalFilter {
        last_entries: Some(5),
        ..read::JournalFilter::default()
    };
    client.read(read::journal("pve1", &last)).await.unwrap();
    let jobs = client.read(read::replication_jobs()).await.unwrap();
    assert_eq!(jobs[0].source.as_deref(), Some("pve2"));
    let here = client.read(read::replication("pve2")).await.unwrap();
    assert_eq!(here[0].id, jobs[0].id);
    client.read(read::disks("pve1")).await.unwrap();
    client.read(read::certificates("pve1")).await.unwrap();
    client
        .read(read::node_tasks("pve1", &read::TaskFilter::default()))
        .await
        .unwrap();
    let refused = client.read(read::apt_updates("pve1")).await.unwrap_err();
    assert_eq!(
        refused.api_kind(),
        Some(ApiErrorKind::Permission),
        "needs Sys.Modify"
    );
}

#[tokio::test]
async fn guests_of_both_kinds_are_read() {
    let lab = Lab::start().await;
    let client = lab.client("ops");
    for (guest, name, target) in [(web(), "web-01", "pve2"), (cache(), "cache-01", "pve1")] {
        let status = client.read(read::guest_status(&guest)).await.unwrap();
        assert!(status.is_running() && !status.ha.managed);
        let config = client.read(read::guest_config(&guest)).await.unwrap();
        assert_eq!(config.name.as_deref(), Some(name));
        assert!(config.digest.is_some() && config.onboot && !config.disks.is_empty());
        assert!(
            client
                .read(read::snapshots(&guest))
                .await
                .unwrap()
                .is_empty()
        );
        assert!(client.read(read::feature_snapshot(&guest)).await.is_ok());
        client.read(read::pending(&guest)).await.unwrap();
        let obstacles = client
            .read(read::migrate_preconditions(&guest, target))
            .await
            .unwrap();
        assert!(obstacles.running);
        let points = client
            .read(read::guest_rrd(&guest, read::Timeframe::Day))
            .await
            .unwrap();
        assert!(!points.is_empty());
    }
    let managed = client
        .read(read::guest_status(&guest("pve1", Kind::Qemu, 103)))
        .await
        .unwrap();
    assert!(managed.ha.managed);
    let locked = client
        .read(read::guest_config(&guest("pve2", Kind::Qemu, 106)))
        .await
        .unwrap();
    assert_eq!(locked.lock.as_deref(), Some("backup"));
}

#[tokio::test]
async fn power_changes_both_kinds() {
    let lab = Lab::start().await;
    let client = lab.client("ops");
    for guest in [web(), cache()] {
        let timeout = Some(60);
        let reboot = client
            .write(write::reboot(&guest, write::Reboot { timeout }))
            .await
            .unwrap();
        assert_eq!(lab.end_of(&client, &reboot).await, Exit::Ok);
        let shutdown = client
            .write(write::shutdown(&guest, write::Shutdown { timeout }))
            .await
            .unwrap();
        assert_eq!(lab.end_of(&client, &shutdown).await, Exit::Ok);
        assert!(
            !client
                .read(read::guest_status(&guest))
                .await
                .unwrap()
                .is_running()
        );
        let start = client.write(write::start(&guest)).await.unwrap();
        assert_eq!(lab.end_of(&client, &start).await, Exit::Ok);
        let stop = client.write(write::stop(&guest)).await.unwrap();
        assert_eq!(lab.end_of(&client, &stop).await, Exit::Ok);
        assert!(
            !client
                .read(read::guest_status(&guest))
                .await
                .unwrap()
                .is_running()
        );
    }
}

#[tokio::test]
async fn snapshots_are_taken_of_both_kinds_and_their_log_is_paged() {
    let lab = Lab::start().await;
    let client = lab.client("ops");
    // The container's storage and the virtual machine's can both take one.
    for guest in [guest("pve1", Kind::Qemu, 109), cache()] {
        let upid = client
            .write(write::snapshot_create(&guest, &snapshot("argus-1")))
            .await
            .unwrap();
        assert_eq!(lab.end_of(&client, &upid).await, Exit::Ok);
        let taken = client.read(read::snapshots(&guest)).await.unwrap();
        assert_eq!(taken[0].name, "argus-1");
        assert_eq!(
            taken[0].description.as_deref().map(str::trim),
            Some("before 1 + 1")
        );
        assert!(taken[0].is_parent_of_present);

        let page = client.read(read::task_log(&upid, 0, 1)).await.unwrap();
        assert_eq!(page.lines.len(), 1);
        let all = client.read(read::task_log(&upid, 0, 0)).await.unwrap();
        assert_eq!(all.total, all.lines.len() as u64);
        assert_eq!(all.lines.last().unwrap().t, "TASK OK");
    }
}

#[tokio::test]
async fn guests_of_both_kinds_migrate() {
    let lab = Lab::start().await;
    let client = lab.client("ops");
    for (guest, target) in [(web(), "pve2"), (guest("pve3", Kind::Lxc, 105), "pve1")] {
        let options = write::Migrate {
            target: target.to_owned(),
            mode: write::MigrateMode::Running,
        };
        let upid = client
            .write(write::migrate(&guest, &options))
            .await
            .unwrap();
        assert_eq!(upid.node(), guest.node);
        assert_eq!(lab.end_of(&client, &upid).await, Exit::Ok);
        let moved = GuestRef {
            node: target.to_owned(),
            ..guest.clone()
        };
        assert!(
            client
                .read(read::guest_status(&moved))
                .await
                .unwrap()
                .is_running()
        );
        let gone = client.read(read::guest_status(&guest)).await.unwrap_err();
        assert_eq!(gone.api_kind(), Some(ApiErrorKind::NotFound), "{gone}");
    }
}

#[tokio::test]
async fn an_agent_that_runs_answers() {
    let lab = Lab::start().await;
    let client = lab.client("ops");
    client.write(write::agent_ping(&web())).await.unwrap();
    let without_agent = guest("pve3", Kind::Qemu, 107);
    let error = client
        .write(write::agent_ping(&without_agent))
        .await
        .unwrap_err();
    assert_eq!(error.api_kind(), Some(ApiErrorKind::AgentNotRunning));
}

#[tokio::test]
async fn refusals_have_their_class() {
    let lab = Lab::start().await;
    let client = lab.client("ops");

    let locked = guest("pve2", Kind::Qemu, 106);
    let options = write::Migrate {
        target: "pve1".to_owned(),
        mode: write::MigrateMode::Running,
    };
    let error = client
        .write(write::migrate(&locked, &options))
        .await
        .unwrap_err();
    let lock = "backup".to_owned();
    assert_eq!(
        error.api_kind(),
        Some(ApiErrorKind::Locked { lock }),
        "{error}"
    );

    let error = client.write(write::start(&cache())).await.unwrap_err();
    assert_eq!(
        error.api_kind(),
        Some(ApiErrorKind::AlreadyRunning),
        "{error}"
    );

    let error = client
        .write(write::snapshot_create(&web(), &snapshot("1 2")))
        .await
        .unwrap_err();
    assert_eq!(error.api_kind(), Some(ApiErrorKind::Parameter), "{error}");

    // As a release answers that does not know a call.
    let unknown = FaultKind::Status {
        code: 501,
        reason: "Method 'GET /cluster/ha/rules' not implemented".to_owned(),
        body: None,
    };
    lab.fault("cluster/ha/rules", unknown);
    let error = client.read(read::ha_rules()).await.unwrap_err();
    assert_eq!(
        error.api_kind(),
        Some(ApiErrorKind::NotImplemented),
        "{error}"
    );

    let error = lab
        .client("weak")
        .write(write::snapshot_create(&web(), &snapshot("argus-1")))
        .await
        .unwrap_err();
    assert_eq!(error.api_kind(), Some(ApiErrorKind::Permission), "{error}");

    let error = client.read(read::node_status("pve9")).await.unwrap_err();
    assert!(
        matches!(
            error.api_kind(),
            Some(ApiErrorKind::NodeUnreachable | ApiErrorKind::NotFound)
        ),
        "{error:?}"
    );
    lab.simulator
        .fault(Fault {
            target: Target::default(),
            count: None,
            kind: FaultKind::QuorumLost,
        })
        .unwrap();
    let error = client
        .write(write::start(&guest("pve1", Kind::Qemu, 109)))
        .await
        .unwrap_err();
    assert_eq!(error.api_kind(), Some(ApiErrorKind::NoQuorum), "{error}");
}

#[tokio::test]
async fn a_lost_answer_is_found_again_in_the_task_list_and_nothing_was_sent_twice() {
    let lab = Lab::start().await;
    let client = lab.client("ops");
    let target = guest("pve1", Kind::Qemu, 109);
    lab.fault("/snapshot", FaultKind::AcceptThenDrop);
    let error = client
        .write(write::snapshot_create(&target, &snapshot("argus-1")))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Indeterminate {
                stage: Stage::ConnectionLost,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(lab.snapshot_tasks(), 1);

    let filter = read::TaskFilter {
        vmid: Some(target.vmid),
        type_: Some("qmsnapshot".to_owned()),
        ..read::TaskFilter::default()
    };
    let found = client
        .read(read::node_tasks(&target.node, &filter))
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].upid.user(), client.token_id());
    assert_eq!(lab.end_of(&client, &found[0].upid).await, Exit::Ok);
}

#[tokio::test]
async fn a_cut_answer_of_a_write_is_an_unknown_outcome() {
    let lab = Lab::start().await;
    let client = lab.client("ops");
    lab.fault("/snapshot", FaultKind::Truncate);
    let target = guest("pve1", Kind::Qemu, 109);
    let error = client
        .write(write::snapshot_create(&target, &snapshot("argus-1")))
        .await
        .unwrap_err();
    assert!(error.may_have_happened(), "{error:?}");
    assert_eq!(lab.snapshot_tasks(), 1);
}

#[tokio::test]
async fn a_wrong_pin_or_a_swapped_certificate_gets_no_token() {
    let lab = Lab::start().await;
    let right = PinSet::parse(lab.simulator.fingerprint()).unwrap();
    let wrong = PinSet::parse(&"AB".repeat(32)).unwrap();
    let client = lab.client_trusting("ops", Trust::Pins(right));
    client.read(read::version()).await.unwrap();

    lab.simulator.forget_requests();
    let error = lab
        .client_trusting("ops", Trust::Pins(wrong))
        .read(read::version())
        .await
        .unwrap_err();
    let Error::NotSent {
        kind: NotSent::Tls(failure),
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(
        failure.seen.unwrap().to_string(),
        lab.simulator.fingerprint()
    );
    assert_eq!(lab.simulator.requests().authorizations, 0);

    // A write opens a connection of its own and so meets the new certificate at once.
    let by_authority = lab.client("ops");
    by_authority.read(read::version()).await.unwrap();
    lab.simulator
        .fault(Fault {
            target: Target::default(),
            count: None,
            kind: FaultKind::CertificateSwap,
        })
        .unwrap();
    lab.simulator.forget_requests();
    for client in [client, by_authority] {
        let error = client.write(write::start(&web())).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::NotSent {
                    kind: NotSent::Tls(_),
                    ..
                }
            ),
            "{error:?}"
        );
    }
    assert_eq!(lab.simulator.requests().authorizations, 0);
}

#[tokio::test]
async fn the_start_up_check_says_what_a_token_lacks() {
    let lab = Lab::start().await;
    let release = Release { major: 9, minor: 2 };
    let lacks = async |token: &str, part: bool| {
        let permissions = lab
            .client(token)
            .read(read::permissions())
            .await
            .expect("any token may ask");
        let missing = privileges::missing(&permissions, &privileges::needed(release));
        missing
            .into_iter()
            // Another token makes those of plans.
            .filter(|need| need.purpose != privileges::Purpose::Manage)
            .filter(|need| (need.purpose == privileges::Purpose::Part) == part)
            .map(|need| need.privilege)
            .collect::<Vec<_>>()
    };
    assert_eq!(lacks("ops", false).await, Vec::<&str>::new());
    // What it is not meant for: nodes, disks and new guests above all.
    let left_out = lacks("ops", true).await;
    assert!(
        left_out.contains(&"VM.Allocate") && !left_out.contains(&"VM.Backup"),
        "{left_out:?}"
    );
    assert_eq!(lacks("danger", true).await, Vec::<&str>::new());
    let reader = lacks("ro", false).await;
    assert!(
        reader.contains(&"VM.PowerMgmt") && !reader.contains(&"Sys.Audit"),
        "{reader:?}"
    );
    let weak = lacks("weak", false).await;
    assert!(
        weak.contains(&"VM.Snapshot") && !weak.contains(&"VM.PowerMgmt"),
        "{weak:?}"
    );
}
