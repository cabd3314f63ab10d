//! Pools and their members.

use serde_json::{Value, json};

use super::{Lab, OPS, ROOT};
use crate::failure::Failure;
use crate::routes::Method;
use crate::scenario::{Acl, Scenario};

fn lab() -> Lab {
    Lab::new().signed_in(ROOT)
}

fn put(lab: &mut Lab, params: &str) -> Result<Value, Failure> {
    lab.try_call(Method::Put, "pools", params)
}

fn text(refused: Result<Value, Failure>) -> String {
    let failure = refused.unwrap_err();
    assert_eq!(failure.status, 500);
    failure.message
}

fn members(lab: &mut Lab, pool: &str) -> Vec<String> {
    let answer = lab.get("pools", &format!("poolid={pool}"));
    let list = answer[0]["members"].as_array().unwrap();
    list.iter()
        .map(|m| m["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn members_come_and_go() {
    let mut lab = lab();
    let added = put(
        &mut lab,
        "poolid=lab&vms=107,113&storage=local-lvm&comment=more",
    );
    assert_eq!(added, Ok(Value::Null));
    let now = members(&mut lab, "lab");
    for id in ["qemu/107", "qemu/113", "storage/pve1/local-lvm"] {
        assert!(now.iter().any(|m| m == id), "{now:?}");
    }
    assert_eq!(lab.get("pools", "poolid=lab")[0]["comment"], "more");
    let storages = lab.get("pools", "poolid=lab&type=storage");
    assert_eq!(storages[0]["members"].as_array().unwrap().len(), 1);
    assert_eq!(
        put(&mut lab, "poolid=lab&vms=107&storage=local-lvm&delete=1"),
        Ok(Value::Null)
    );
    let now = members(&mut lab, "lab");
    assert!(
        !now.iter()
            .any(|m| m == "qemu/107" || m.contains("local-lvm"))
    );
    assert!(now.iter().any(|m| m == "qemu/113"));
}

#[test]
fn a_member_twice_or_not_at_all_is_refused_and_nothing_changes() {
    let mut lab = lab();
    let before = members(&mut lab, "lab");
    assert_eq!(
        text(put(&mut lab, "poolid=lab&vms=107,109")),
        "update pools failed: VM 109 is already a pool member"
    );
    assert_eq!(
        text(put(&mut lab, "poolid=lab&vms=107,107")),
        "update pools failed: VM 107 is already a pool member"
    );
    assert_eq!(
        text(put(&mut lab, "poolid=lab&vms=101&delete=1")),
        "update pools failed: VM 101 is not a pool member"
    );
    assert_eq!(
        text(put(&mut lab, "poolid=prod&storage=nfs-vm")),
        "update pools failed: Storage 'nfs-vm' is already a pool member"
    );
    assert_eq!(
        text(put(&mut lab, "poolid=none&vms=107")),
        "update pools failed: pool 'none' does not exist"
    );
    assert_eq!(members(&mut lab, "lab"), before);
}

#[test]
fn a_guest_leaves_another_pool_only_when_that_is_said() {
    let mut lab = lab();
    assert_eq!(
        text(put(&mut lab, "poolid=lab&vms=101")),
        "update pools failed: VM 101 belongs already to pool 'prod' and 'allow-move' is not set"
    );
    assert_eq!(
        put(&mut lab, "poolid=lab&vms=101&allow-move=1"),
        Ok(Value::Null)
    );
    assert!(members(&mut lab, "lab").contains(&"qemu/101".to_owned()));
    assert!(!members(&mut lab, "prod").contains(&"qemu/101".to_owned()));
}

#[test]
fn both_the_pool_and_the_member_need_a_right() {
    let mut lab = lab().signed_in(OPS);
    assert_eq!(
        put(&mut lab, "poolid=lab&vms=107").unwrap_err().message,
        "Permission check failed (/pool/lab, Pool.Allocate)"
    );
    let mut scenario = Scenario::lab();
    scenario
        .role
        .insert("Pools".into(), vec!["Pool.Allocate".into()]);
    for who in ["argus@pve", OPS] {
        scenario.acl.push(Acl {
            path: "/pool/lab".into(),
            who: who.into(),
            role: "Pools".into(),
            propagate: true,
        });
    }
    let mut lab = Lab::of(&scenario);
    assert_eq!(
        text(put(&mut lab, "poolid=lab&vms=107")),
        "update pools failed: 403 Permission check failed (/vms/107, Permissions.Modify|VM.Allocate)"
    );
    assert_eq!(lab.machine.guest(107).unwrap().pool, None);
}

#[test]
fn a_kind_without_a_pool_and_a_wrong_list_are_refused() {
    let mut lab = lab();
    let wrong = lab.try_call(Method::Get, "pools", "type=qemu").unwrap_err();
    assert_eq!(
        wrong.errors["poolid"],
        "missing property - 'type' requires this property"
    );
    let wrong = put(&mut lab, "poolid=lab&vms=web").unwrap_err();
    assert_eq!(wrong.status, 400);
    assert_eq!(lab.get("pools", "").as_array().unwrap().len(), 2);
    assert_eq!(json!(lab.get("pools", "")[0]["poolid"]), "prod");
}

#[test]
fn a_move_into_a_pool_moves_the_rights_too() {
    let mut scenario = Scenario::lab();
    for entry in &mut scenario.acl {
        entry.path = "/pool/lab".into();
    }
    let mut lab = Lab::of(&scenario);
    assert!(
        lab.try_call(Method::Get, "nodes/pve3/qemu/107/config", "")
            .is_err()
    );
    let mut lab = lab.signed_in(ROOT);
    put(&mut lab, "poolid=lab&vms=107").unwrap();
    let mut lab = lab.signed_in(OPS);
    assert!(
        lab.try_call(Method::Get, "nodes/pve3/qemu/107/config", "")
            .is_ok()
    );
}
