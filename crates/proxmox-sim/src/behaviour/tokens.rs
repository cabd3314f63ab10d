//! Tokens made and removed by a token, and what an entry of the access control list gives them.

use serde_json::{Value, json};

use super::{Lab, ROOT};
use crate::Scenario;
use crate::failure::Failure;
use crate::routes::Method;
use crate::state::Caller;

const MANAGER: &str = "argus@pve!manage";
const TOKENS: &str = "access/users/argus@pve/token";
const ONE: &str = "access/users/argus@pve/token/argus-1";

/// The lab with a token that may manage those of its user, and a role of one privilege.
fn scenario() -> Scenario {
    Scenario::lab().managing_tokens()
}

fn lab() -> Lab {
    Lab::of(&scenario()).signed_in(MANAGER)
}

fn put(lab: &mut Lab, params: &str) -> Result<Value, Failure> {
    lab.try_call(Method::Put, "access/acl", params)
}

fn said(answer: Result<Value, Failure>) -> (u16, String) {
    let failure = answer.unwrap_err();
    let errors: Vec<_> = failure.errors.into_values().collect();
    let text = if errors.is_empty() {
        failure.message
    } else {
        errors.join("; ")
    };
    (failure.status, text)
}

#[test]
fn a_token_is_made_with_rights_of_its_own_and_tells_its_secret_once() {
    let mut lab = lab();
    let made = lab.post(ONE, "expire=1767229200&comment=x").unwrap();
    assert_eq!(made["full-tokenid"], "argus@pve!argus-1");
    assert_eq!(
        made["info"],
        json!({ "privsep": 1, "expire": 1_767_229_200, "comment": "x" })
    );
    let secret = made["value"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 36);
    let listed = lab.get(TOKENS, "");
    let mine = listed.as_array().unwrap().iter();
    let mine: Vec<_> = mine.filter(|token| token["tokenid"] == "argus-1").collect();
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0].get("value"), None);
    let now = lab.machine.now_s();
    let known = lab
        .machine
        .access
        .token_caller("argus@pve!argus-1", &secret, now);
    assert!(known.is_some());
    // Nothing yet: its rights are its own, and it has none.
    let mut token = lab.signed_in("argus@pve!argus-1");
    let denied = token
        .post("nodes/pve1/qemu/101/status/stop", "")
        .unwrap_err();
    assert_eq!(
        denied.message,
        "Permission check failed (/vms/101, VM.PowerMgmt)"
    );
}

#[test]
fn a_name_is_given_once_and_a_token_that_is_gone_is_nobody() {
    let mut lab = lab();
    let first = lab.post(ONE, "").unwrap();
    assert_eq!(
        said(lab.post(ONE, "")),
        (400, "Token already exists.".to_owned())
    );
    lab.try_call(Method::Delete, ONE, "").unwrap();
    let gone = (
        500,
        "no such token 'argus-1' for user 'argus@pve'".to_owned(),
    );
    assert_eq!(said(lab.try_call(Method::Delete, ONE, "")), gone);
    assert_eq!(said(lab.try_call(Method::Get, ONE, "")), gone);
    let again = lab.post(ONE, "").unwrap();
    assert_ne!(first["value"], again["value"], "an old secret stays void");
    let (now, old) = (lab.machine.now_s(), first["value"].as_str().unwrap());
    let access = &lab.machine.access;
    assert!(access.token_caller("argus@pve!argus-1", old, now).is_none());
}

#[test]
fn a_token_is_not_its_user_and_needs_the_privilege_to_manage_tokens() {
    for id in ["argus@pve!ops", "argus@pve!danger"] {
        let mut lab = Lab::of(&scenario()).signed_in(id);
        for (method, path) in [
            (Method::Get, TOKENS),
            (Method::Post, ONE),
            (Method::Delete, "access/users/argus@pve/token/ro"),
        ] {
            assert_eq!(
                said(lab.try_call(method, path, "")),
                (403, "Permission check failed".to_owned()),
                "{id} {path}"
            );
        }
    }
    // The user itself, signed in by password, may.
    let mut lab = Lab::of(&scenario()).signed_in("argus@pve");
    lab.post(ONE, "").unwrap();
    // In no group of the manager's: not its to manage.
    let mut lab = self::lab();
    let others = "access/users/root@pam/token/x1";
    assert_eq!(said(lab.post(others, "")).0, 403);
    assert_eq!(
        said(lab.post("access/users/nobody@pve/token/x1", "")).0,
        403
    );
}

#[test]
fn an_entry_gives_a_token_that_privilege_on_that_path_and_no_more() {
    let mut lab = lab();
    lab.post(ONE, "").unwrap();
    put(
        &mut lab,
        "path=/vms/101&tokens=argus@pve!argus-1&roles=Argus-VM.PowerMgmt&propagate=0",
    )
    .unwrap();
    let caller = Caller {
        id: "argus@pve!argus-1".into(),
    };
    let own = lab.machine.privileges(&caller, "/vms/101");
    assert_eq!(
        own.into_iter().collect::<Vec<_>>(),
        [("VM.PowerMgmt".to_owned(), false)]
    );
    for path in ["/", "/vms", "/vms/102", "/nodes/pve1"] {
        assert!(lab.machine.privileges(&caller, path).is_empty(), "{path}");
    }
    let mut token = lab.signed_in(&caller.id);
    token.task("nodes/pve1/qemu/101/status/stop", "");
    assert_eq!(
        said(token.post("nodes/pve1/qemu/101/migrate", "target=pve2")).0,
        403
    );
    // What its user has not, it has not either.
    let mut lab = token.signed_in(ROOT);
    put(
        &mut lab,
        "path=/&tokens=argus@pve!argus-1&roles=Administrator",
    )
    .unwrap();
    let held = lab.machine.privileges(&caller, "/access");
    assert!(!held.contains_key("Realm.Allocate"), "{held:?}");
    // And with the token go its entries.
    lab.try_call(Method::Delete, ONE, "").unwrap();
    lab.post(ONE, "").unwrap();
    assert!(lab.machine.privileges(&caller, "/vms/101").is_empty());
}

#[test]
fn rights_are_handed_out_by_who_may_and_never_more_than_somebody_has_without_that_right() {
    let mut lab = lab();
    lab.post(ONE, "").unwrap();
    let give = |role: &str, more: &str| {
        format!("path=/vms/101&tokens=argus@pve!argus-1&roles={role}{more}")
    };
    let mut weak = lab.signed_in("argus@pve!ops");
    assert_eq!(
        said(put(&mut weak, &give("Argus-VM.PowerMgmt", ""))),
        (
            403,
            "Permission check failed (/vms/101, Permissions.Modify|VM.Allocate)".to_owned()
        )
    );
    // Who may only make and remove guests hands out what they have.
    let mut scenario = scenario();
    let role = ["VM.Allocate", "VM.PowerMgmt"].map(str::to_owned);
    scenario.role.insert("Maker".into(), role.into());
    let own = scenario.acl.iter_mut();
    for entry in own.filter(|entry| entry.who == "argus@pve!weak") {
        entry.role = "Maker".into();
    }
    let mut lab = Lab::of(&scenario).signed_in(MANAGER);
    lab.post(ONE, "").unwrap();
    let mut maker = lab.signed_in("argus@pve!weak");
    put(&mut maker, &give("Argus-VM.PowerMgmt", "")).unwrap();
    assert_eq!(
        said(put(&mut maker, &give("PVEAuditor", ""))),
        (
            400,
            "Cannot add role 'PVEAuditor' - requires 'Permissions.Modify' or superset of privileges."
                .to_owned()
        )
    );
    let denied = said(put(
        &mut maker,
        "path=/nodes/pve1&tokens=argus@pve!argus-1&roles=Argus-VM.PowerMgmt",
    ));
    assert_eq!(
        denied,
        (
            403,
            "Permission check failed (/nodes/pve1, Permissions.Modify)".to_owned()
        )
    );
}

#[test]
fn what_is_not_there_gets_no_entry() {
    let mut lab = lab();
    for (params, status, words) in [
        (
            "path=/vms/101&tokens=argus@pve!argus-9&roles=Argus-VM.PowerMgmt",
            500,
            "no such token 'argus-9' for user 'argus@pve'",
        ),
        (
            "path=/vms/101&tokens=argus@pve!ops&roles=Nothing",
            500,
            "role 'Nothing' does not exist",
        ),
        (
            "path=/vms/101&roles=Argus-VM.PowerMgmt",
            400,
            "is required.",
        ),
        (
            "path=/vms/x&tokens=argus@pve!ops&roles=Argus-VM.PowerMgmt",
            400,
            "invalid ACL path '/vms/x'",
        ),
        (
            "path=/vms/101&tokens=argus@pve&roles=Argus-VM.PowerMgmt",
            400,
            "does not look like a valid token ID",
        ),
    ] {
        let (got, text) = said(put(&mut lab, params));
        assert_eq!(got, status, "{params}: {text}");
        assert!(text.contains(words), "{params}: {text}");
    }
    assert_eq!(
        said(lab.post("access/users/argus@pve/token/1x", "")).1,
        "value does not match the regex pattern"
    );
}

#[test]
fn a_role_and_the_list_can_be_read() {
    let mut lab = lab();
    assert_eq!(
        lab.get("access/roles/Argus-VM.PowerMgmt", ""),
        json!({ "VM.PowerMgmt": 1 })
    );
    let roles = lab.get("access/roles", "");
    let power = json!({ "roleid": "Argus-VM.PowerMgmt", "privs": "VM.PowerMgmt", "special": 0 });
    assert!(roles.as_array().unwrap().contains(&power));
    let entries = lab.get("access/acl", "");
    let own = json!({
        "path": "/", "type": "token", "ugid": MANAGER, "roleid": "Argus-Permissions.Modify", "propagate": 1,
    });
    assert!(entries.as_array().unwrap().contains(&own), "{entries}");
}
