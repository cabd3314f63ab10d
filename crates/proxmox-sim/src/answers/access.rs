//! Signing in, and what one may do.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::state::{Caller, Machine};

/// POST /access/ticket
pub fn ticket(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let given = args.required("username");
    let user = match args.text("realm") {
        Some(realm) if !given.contains('@') => format!("{given}@{realm}"),
        _ => given.to_owned(),
    };
    let now = machine.now_s();
    if !machine
        .access
        .password_holds(&user, args.required("password"), now)
    {
        return Err(Failure::with(401, "authentication failure"));
    }
    let mut answer = json!({
        "username": user,
        "ticket": machine.access.ticket(&user, now),
        "CSRFPreventionToken": machine.access.csrf(&user, now),
        "cap": {},
    });
    if let Some(name) = &machine.cluster {
        answer["clustername"] = json!(name);
    }
    Ok(answer.into())
}

/// GET /access/permissions
pub fn permissions(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let subject = match args.text("userid") {
        Some(user) if user != caller.id => {
            if !machine.allows(caller, "/access", &["Sys.Audit"]) {
                return Err(Failure::denied("/access", &["Sys.Audit"]));
            }
            Caller { id: user.into() }
        }
        _ => caller.clone(),
    };
    let paths: BTreeSet<String> = match args.text("path") {
        Some(path) => BTreeSet::from([path.to_owned()]),
        None => default_paths(machine),
    };
    let mut answer = Map::new();
    for path in paths {
        let held: Map<String, Value> = machine
            .privileges(&subject, &path)
            .into_iter()
            .map(|(privilege, propagate)| (privilege, json!(u8::from(propagate))))
            .collect();
        if !held.is_empty() {
            answer.insert(path, Value::Object(held));
        }
    }
    Ok(Value::Object(answer).into())
}

/// The roots of the tree, what the access control list names, and the pools with their members.
fn default_paths(machine: &Machine) -> BTreeSet<String> {
    let roots = [
        "/",
        "/access",
        "/access/groups",
        "/mapping",
        "/nodes",
        "/pool",
        "/sdn",
        "/storage",
        "/vms",
    ];
    let listed = machine.access.acl_paths().map(str::to_owned);
    let pools = machine.pools.iter().map(|p| format!("/pool/{}", p.id));
    let members = machine
        .guests()
        .filter(|g| g.pool.is_some())
        .map(|g| format!("/vms/{}", g.vmid));
    roots
        .into_iter()
        .map(str::to_owned)
        .chain(listed)
        .chain(pools)
        .chain(members)
        .collect()
}
