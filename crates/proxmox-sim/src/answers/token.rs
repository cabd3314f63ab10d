//! Tokens, roles and the access control list.

use serde_json::{Map, Value, json};

use super::check_quorum;
use crate::failure::Failure;
use crate::routes::{Answered, Args, list as parts};
use crate::scenario::Token;
use crate::state::{
    AclChange, AclError, Caller, Machine, NewToken, is_acl_path, missing_token, normal_path,
    rights_over,
};

/// GET /access/users/{userid}/token
pub fn list(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let user = known_user(machine, args)?;
    let tokens = machine.access.tokens_of(user).map(|(name, token)| {
        let mut info = info(token);
        info["tokenid"] = json!(name);
        info
    });
    Ok(Value::Array(tokens.collect()).into())
}

/// GET /access/users/{userid}/token/{tokenid}
pub fn read(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let (user, name) = (known_user(machine, args)?, args.required("tokenid"));
    let found = machine.access.tokens_of(user).find(|(own, _)| *own == name);
    match found {
        Some((_, token)) => Ok(info(token).into()),
        None => Err(Failure::die(missing_token(user, name))),
    }
}

/// POST /access/users/{userid}/token/{tokenid}
pub fn make(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    check_quorum(machine)?;
    let (user, name) = (known_user(machine, args)?, args.required("tokenid"));
    let new = NewToken {
        user,
        name,
        privsep: !args.has("privsep") || args.flag("privsep"),
        expire: args
            .int("expire")
            .and_then(|at| at.try_into().ok())
            .unwrap_or(0),
        comment: args.text("comment").filter(|text| !text.is_empty()),
    };
    let Some(secret) = machine.access.make_token(&new) else {
        return Err(Failure::parameter("tokenid", "Token already exists."));
    };
    machine.touch();
    let made = machine.access.tokens_of(user).find(|(own, _)| *own == name);
    let info = made.map(|(_, token)| info(token));
    Ok(json!({
        "info": info,
        "value": secret,
        "full-tokenid": format!("{user}!{name}"),
    })
    .into())
}

/// DELETE /access/users/{userid}/token/{tokenid}
pub fn remove(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    check_quorum(machine)?;
    let (user, name) = (known_user(machine, args)?, args.required("tokenid"));
    if !machine.access.remove_token(user, name) {
        return Err(Failure::die(missing_token(user, name)));
    }
    machine.touch();
    Ok(Value::Null.into())
}

/// GET /access/acl: what the caller may audit or change.
pub fn acl(machine: &mut Machine, caller: &Caller, _: &Args) -> Answered {
    let audits = machine.allows(caller, "/access", &["Sys.Audit"]);
    let shown =
        machine.access.acl().iter().filter(|entry| {
            audits || machine.allows(caller, &entry.path, &rights_over(&entry.path))
        });
    let entries = shown.map(|entry| {
        let (kind, name) = match entry.who.strip_prefix('@') {
            Some(group) => ("group", group),
            None if entry.who.contains('!') => ("token", entry.who.as_str()),
            None => ("user", entry.who.as_str()),
        };
        json!({
            "path": entry.path, "type": kind, "ugid": name, "roleid": entry.role,
            "propagate": u8::from(entry.propagate),
        })
    });
    Ok(Value::Array(entries.collect()).into())
}

/// PUT /access/acl
pub fn change_acl(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    check_quorum(machine)?;
    let named = |key: &str| parts(args.text(key).unwrap_or_default()).map(str::to_owned);
    let groups = named("groups").map(|group| format!("@{group}"));
    let who: Vec<String> = groups
        .chain(named("users"))
        .chain(named("tokens"))
        .collect();
    if who.is_empty() {
        let why = "either 'users', 'groups' or 'tokens' is required.";
        let errors = ["users", "groups", "tokens"].map(|key| (key.to_owned(), why.to_owned()));
        return Err(Failure::parameters(errors.into()));
    }
    let (given, delete) = (args.required("path"), args.flag("delete"));
    let path = normal_path(given)
        .filter(|path| delete || is_acl_path(path))
        .ok_or_else(|| Failure::parameter("path", format!("invalid ACL path '{given}'")))?;
    let held = machine.privileges(caller, &path);
    let change = AclChange {
        path: &path,
        who,
        roles: parts(args.required("roles")).collect(),
        propagate: !args.has("propagate") || args.flag("propagate"),
        delete,
    };
    match machine.access.change_acl(&change, &held) {
        Ok(()) => {
            machine.touch();
            Ok(Value::Null.into())
        }
        // Out of a locked section, whose own words stand before it.
        Err(AclError::Missing(why)) => Err(Failure::die(format!("ACL update failed: {why}"))),
        Err(AclError::NotTheirs(why)) => Err(Failure::parameter("role", why)),
    }
}

/// GET /access/roles
pub fn roles(machine: &mut Machine, _: &Caller, _: &Args) -> Answered {
    let roles = machine.access.roles().map(|(name, privileges, special)| {
        json!({ "roleid": name, "privs": privileges.join(","), "special": u8::from(special) })
    });
    Ok(Value::Array(roles.collect()).into())
}

/// GET /access/roles/{roleid}
pub fn role(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let name = args.required("roleid");
    let Some((_, privileges, _)) = machine.access.roles().find(|(role, ..)| *role == name) else {
        return Err(Failure::die(format!("role '{name}' does not exist")));
    };
    let held: Map<String, Value> = privileges
        .into_iter()
        .map(|privilege| (privilege.to_owned(), json!(1)))
        .collect();
    Ok(Value::Object(held).into())
}

fn known_user<'a>(machine: &Machine, args: &'a Args) -> Result<&'a str, Failure> {
    let user = args.required("userid");
    match machine.access.groups_of(user) {
        Some(_) => Ok(user),
        None => Err(Failure::die(format!("no such user ('{user}')"))),
    }
}

fn info(token: &Token) -> Value {
    let mut info = json!({ "privsep": u8::from(token.privsep), "expire": token.expire });
    if let Some(comment) = &token.comment {
        info["comment"] = json!(comment);
    }
    info
}
