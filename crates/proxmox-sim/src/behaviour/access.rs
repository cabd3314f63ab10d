//! Signing in and what one sees of one's own rights.

use serde_json::json;

use super::{Lab, ROOT};
use crate::routes::Method;

#[test]
fn a_password_gives_a_ticket_and_a_wrong_one_an_answer_with_a_body() {
    let mut lab = Lab::new();
    let ticket = lab
        .post(
            "access/ticket",
            "username=root&realm=pam&password=lab-root-password",
        )
        .map(|answer| answer["ticket"].as_str().unwrap().to_owned());
    // An API token may not even try.
    assert_eq!(ticket.unwrap_err().status, 403);
    let mut lab = Lab::new().signed_in(ROOT);
    let answer = lab
        .post(
            "access/ticket",
            "username=root&realm=pam&password=lab-root-password",
        )
        .unwrap();
    assert!(
        answer["ticket"]
            .as_str()
            .unwrap()
            .starts_with("PVE:root@pam:")
    );
    assert_eq!(answer["clustername"], "lab");
    let wrong = lab
        .post("access/ticket", "username=root@pam&password=x")
        .unwrap_err();
    assert_eq!(
        (wrong.status, wrong.message.as_str(), wrong.bodyless),
        (401, "authentication failure", false)
    );
}

#[test]
fn a_caller_sees_the_own_rights_by_path() {
    let mut lab = Lab::new().signed_in("argus@pve!weak");
    let own = lab.get("access/permissions", "");
    assert_eq!(own["/"]["VM.PowerMgmt"], 1);
    assert_eq!(own["/"].get("VM.Migrate"), None);
    assert_eq!(own["/vms/101"]["VM.Audit"], 1);
    let others = lab.try_call(Method::Get, "access/permissions", "userid=argus@pve!ops");
    assert!(others.is_ok(), "Sys.Audit on / holds for /access too");
}

#[test]
fn lists_show_what_the_caller_may_audit() {
    let mut scenario = crate::Scenario::lab();
    for entry in &mut scenario.acl {
        entry.path = "/pool/lab".into();
    }
    let mut lab = Lab::of(&scenario);
    let seen = lab.get("cluster/resources", "type=vm");
    let vmids: Vec<_> = seen
        .as_array()
        .unwrap()
        .iter()
        .map(|g| g["vmid"].as_u64().unwrap())
        .collect();
    assert_eq!(vmids, [106, 108, 109, 110, 112]);
    let nodes = lab.get("nodes", "");
    assert_eq!(nodes[0].get("cpu"), None, "numbers need Sys.Audit");
    let denied = lab.try_call(Method::Get, "cluster/status", "").unwrap_err();
    assert_eq!(denied.message, "Permission check failed (/, Sys.Audit)");
    assert_eq!(lab.get("access/permissions", "path=/vms/101"), json!({}));
}
