//! Storages from outside: ids in paths, the ground truth of the control port, and faults on calls about volumes.

use argus_proxmox_sim::VolumeRecord;
use serde_json::{Value, json};

use super::{Lab, body};

const OLD: &str = "nfs-vm:backup/vzdump-qemu-101-";

fn backup(lab: &Lab) -> VolumeRecord {
    lab.sim
        .storages()
        .into_iter()
        .flat_map(|s| s.contents)
        .find(|v| v.volid.starts_with(OLD))
        .expect("the lab has an old backup of 101")
}

fn path(volid: &str) -> String {
    let id = volid.replace(':', "%3A").replace('/', "%2F");
    format!("nodes/pve1/storage/nfs-vm/content/{id}")
}

async fn control(lab: &Lab, path: &str, json: Option<Value>) -> reqwest::Response {
    let url = format!("{}{path}", lab.sim.control_url());
    let request = match json {
        Some(json) => lab.client.post(url).json(&json),
        None => lab.client.get(url),
    };
    request.send().await.expect("the control port answers")
}

#[tokio::test]
async fn a_volumes_id_travels_in_a_path_whole_or_encoded() {
    let lab = Lab::start().await;
    let volid = backup(&lab).volid;
    let plain = format!("nodes/pve1/storage/nfs-vm/content/{volid}");
    for path in [path(&volid), plain] {
        let answer = body(lab.get(&path).send().await.unwrap()).await;
        assert_eq!(answer["data"]["protected"], 1, "{path}");
    }
}

#[tokio::test]
async fn the_control_port_tells_what_is_on_every_storage_and_on_which_node() {
    let lab = Lab::start().await;
    let state = body(control(&lab, "/state", None).await).await;
    let storages = state["storages"].as_array().unwrap();
    let names: Vec<_> = storages
        .iter()
        .map(|s| (s["storage"].as_str().unwrap(), s["node"].as_str()))
        .collect();
    assert_eq!(
        names[..2],
        [("local", Some("pve1")), ("local", Some("pve2"))]
    );
    assert!(names.contains(&("nfs-vm", None)) && names.contains(&("pbs", None)));
    for storage in storages {
        let number = |key: &str| storage[key].as_u64().unwrap();
        assert_eq!(number("used") + number("avail"), number("total"));
    }
    assert_eq!(state["guests"][0]["disks"][0]["key"], "scsi0");
    assert_eq!(state["guests"][0]["disks"][0]["size"], 32_u64 << 30);
}

#[tokio::test]
async fn the_control_port_changes_and_removes_volumes_behind_the_back() {
    let lab = Lab::start().await;
    let volid = backup(&lab).volid;
    let free = json!({ "volid": volid, "protected": false, "notes": "free to go" });
    assert_eq!(control(&lab, "/volumes", Some(free)).await.status(), 204);
    let after = backup(&lab);
    assert_eq!(
        (after.protected, after.notes.as_deref()),
        (false, Some("free to go"))
    );
    let gone = json!({ "volid": volid, "remove": true });
    for status in [204, 404] {
        let answer = control(&lab, "/volumes", Some(gone.clone())).await;
        assert_eq!(answer.status(), status);
    }
    let read = lab.get(&path(&volid)).send().await.unwrap();
    assert_eq!(read.status(), 500);
}

#[tokio::test]
async fn a_removal_whose_answer_is_lost_removes_all_the_same() {
    let lab = Lab::start().await;
    let volid = backup(&lab).volid;
    let free = json!({ "volid": volid, "protected": false });
    control(&lab, "/volumes", Some(free)).await;
    lab.fault(r#"{"count": 1, "match": {"method": "DELETE"}, "kind": "accept_then_drop"}"#);
    let lost = lab
        .client
        .delete(lab.url(&path(&volid)))
        .header("Authorization", lab.authorization())
        .send()
        .await;
    assert!(lost.is_err());
    lab.sim.advance(10_000);
    assert_eq!(lab.sim.tasks()[0].exitstatus.as_deref(), Some("OK"));
    assert!(
        lab.sim
            .storages()
            .iter()
            .all(|s| s.contents.iter().all(|v| v.volid != volid))
    );
}

#[tokio::test]
async fn a_backup_bent_to_fail_says_what_it_was_told_to_say() {
    let lab = Lab::start().await;
    lab.fault(r#"{"count": 1, "match": {"path_contains": "/vzdump"}, "kind": {"task_fails": {"message": "tape torn"}}}"#);
    let upid = body(
        lab.post("nodes/pve1/vzdump", "vmid=101&storage=nfs-vm")
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert!(upid["data"].as_str().unwrap().contains(":vzdump:101:"));
    lab.sim.advance(600_000);
    assert_eq!(lab.sim.tasks()[0].exitstatus.as_deref(), Some("tape torn"));
}
