//! The table against what Proxmox documents about itself. The data lies outside the repository, in a folder
//! `shared/pve` beside one of the folders above this crate; where it is not, the test fails and says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Check, Form, Kind, Param, Route, table};

fn reference() -> BTreeMap<(String, String), Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file: PathBuf = here
        .ancestors()
        .map(|dir| dir.join("shared/pve/pve-api.json"))
        .find(|file| file.exists())
        .expect("shared/pve/pve-api.json is in a folder above this crate");
    let text = std::fs::read_to_string(file).unwrap();
    let methods: Vec<Value> = serde_json::from_str(&text).unwrap();
    methods
        .into_iter()
        .map(|m| {
            let name = |key: &str| m[key].as_str().unwrap().to_owned();
            ((name("method"), name("path")), m)
        })
        .collect()
}

fn each(check: impl Fn(&Route, &Value) -> Result<(), String>) {
    let reference = reference();
    let mut wrong = Vec::new();
    for route in table() {
        let name = format!("{} {}", route.method.as_str(), route.path);
        let key = (route.method.as_str().to_owned(), route.path.to_owned());
        match reference.get(&key) {
            None => wrong.push(format!("{name}: there is no such method")),
            Some(documented) => {
                if let Err(why) = check(route, documented) {
                    wrong.push(format!("{name}: {why}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: &T, theirs: &T) -> Result<(), String> {
    if ours == theirs {
        return Ok(());
    }
    Err(format!("{what}: {ours:?} here, {theirs:?} in Proxmox"))
}

#[test]
fn every_route_exists_and_runs_where_proxmox_runs_it() {
    each(|route, documented| {
        let flag = |key: &str| documented[key].as_bool().unwrap();
        same("strict", &true, &flag("strict"))?;
        same("allowtoken", &route.token, &flag("allowtoken"))?;
        same("protected", &route.protected, &flag("protected"))?;
        same("upid", &route.upid, &starts_a_task(documented))?;
        let proxied = documented["proxyto"].as_str() == Some("node");
        same("proxyto", &route.proxied, &proxied)
    });
}

/// Some answer a UPID only now and then, and one answers null whatever it starts.
fn starts_a_task(documented: &Value) -> bool {
    let silent = documented["path"] == "/nodes/{node}/lxc/{vmid}/template";
    silent || documented["upid"] == "maybe" || documented["upid"] == true
}

#[test]
fn every_permission_is_the_documented_one() {
    each(|route, documented| {
        let permissions = &documented["permissions"];
        let theirs = match (&permissions["user"], &permissions["check"]) {
            (Value::String(user), _) if user == "world" => "world".to_owned(),
            (Value::String(user), _) if user == "all" => "user".to_owned(),
            (_, check) => written(check),
        };
        let ours = ours(&route.check);
        same("permission", &ours, &theirs)
    });
}

fn ours(check: &Check) -> String {
    let list = |checks: &[Check], glue: &str| {
        let parts: Vec<String> = checks.iter().map(ours).collect();
        format!("({})", parts.join(glue))
    };
    match check {
        Check::World => "world".to_owned(),
        Check::User => "user".to_owned(),
        Check::Any(path, privileges) => format!("{path} {}", privileges.join("|")),
        Check::Either(paths, privilege) => {
            let parts: Vec<String> = paths.iter().map(|p| format!("{p} {privilege}")).collect();
            format!("({})", parts.join(" or "))
        }
        Check::All(checks) => list(checks, " and "),
        Check::OneOf(checks) => list(checks, " or "),
        Check::OwnUser => "self".to_owned(),
        Check::UsersGroup(privileges) => format!("group of user {}", privileges.join("|")),
        Check::ModifyRights => "modify rights on {path}".to_owned(),
    }
}

/// `["perm", path, [a, b], "any", 1]` or `["or", [..], [..]]` as one line; several without `any` would all be needed.
fn written(check: &Value) -> String {
    if let Some(glue @ ("or" | "and")) = check[0].as_str() {
        let parts: Vec<String> = check.as_array().unwrap()[1..].iter().map(written).collect();
        return format!("({})", parts.join(&format!(" {glue} ")));
    }
    if check[0] == "userid-param" && check[1] == "self" {
        return "self".to_owned();
    }
    if check[0] == "perm-modify" {
        return format!("modify rights on {}", check[1].as_str().unwrap());
    }
    if check[0] == "userid-group" {
        let privileges = check[1].as_array().unwrap().iter();
        let privileges: Vec<&str> = privileges.map(|p| p.as_str().unwrap()).collect();
        return format!("group of user {}", privileges.join("|"));
    }
    let privileges: Vec<&str> = check[2]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p.as_str().unwrap())
        .collect();
    let all_needed = privileges.len() > 1 && check[3] != "any";
    let glue = if all_needed { "&" } else { "|" };
    format!("{} {}", check[1].as_str().unwrap(), privileges.join(glue))
}

#[test]
fn every_parameter_has_the_documented_type_bounds_and_need() {
    each(|route, documented| {
        let theirs = documented["params"].as_object().unwrap();
        for param in &route.params {
            // The data holds no parameter of this name: whatever took the descriptions out of it took these along.
            if param.name == "description" {
                continue;
            }
            let Some(documented) = theirs.get(param.name) else {
                return Err(format!("{} is no parameter", param.name));
            };
            let in_path = route.path.contains(&format!("{{{}}}", param.name));
            compare(param, documented, in_path).map_err(|why| format!("{}: {why}", param.name))?;
        }
        for (name, documented) in theirs {
            let needed = documented.get("optional").is_none();
            if needed && !route.params.iter().any(|p| p.name == name && p.required) {
                return Err(format!("{name} is required"));
            }
        }
        Ok(())
    });
}

/// What is in the path is there, whatever the schema says of it.
fn compare(param: &Param, documented: &Value, in_path: bool) -> Result<(), String> {
    let optional = documented["optional"] == 1 && !in_path;
    same("required", &param.required, &!optional)?;
    let kind = documented["type"].as_str().unwrap_or_default();
    let bound = |name: &str| documented.get(name).and_then(Value::as_f64);
    let choices: Option<Vec<&str>> = documented.get("enum").map(|list| {
        let list = list.as_array().unwrap();
        list.iter().map(|c| c.as_str().unwrap()).collect()
    });
    let precise = |n: Option<i64>| n.map(|n| n.to_string().parse::<f64>().unwrap());
    match param.kind {
        Kind::Flag => same("type", &"boolean", &kind),
        Kind::Int(min, max) => {
            same("type", &"integer", &kind)?;
            same("minimum", &precise(min), &bound("minimum"))?;
            same("maximum", &precise(max), &bound("maximum"))
        }
        Kind::Number(min, max) => {
            same("type", &"number", &kind)?;
            same("minimum", &min, &bound("minimum"))?;
            same("maximum", &max, &bound("maximum"))
        }
        Kind::Slot(ours) => {
            same("type", &"string", &kind)?;
            let theirs: Vec<&str> = documented["enum_ranges"]
                .as_array()
                .map(|list| list.iter().map(|r| r.as_str().unwrap()).collect())
                .unwrap_or_default();
            same("ranges", &ours.to_vec(), &theirs)
        }
        Kind::Choice(ours) => {
            same("type", &"string", &kind)?;
            same("enum", &Some(ours.to_vec()), &choices)
        }
        Kind::Text(max, form) => {
            same("type", &"string", &kind)?;
            same("enum", &None, &choices)?;
            let longest = documented.get("maxLength").and_then(Value::as_u64);
            same("maxLength", &max.map(|m| m as u64), &longest)?;
            let format = documented.get("format").and_then(Value::as_str);
            match checked_format(form) {
                Some(ours) => same("format", &Some(ours), &format),
                None => Ok(()),
            }
        }
    }
}

/// The documented format that a form stands for; free text stands for any.
fn checked_format(form: Form) -> Option<&'static str> {
    match form {
        Form::Free | Form::Upid | Form::Moment | Form::Size | Form::TokenName => None,
        Form::Node => Some("pve-node"),
        Form::ConfigId => Some("pve-configid"),
        Form::ConfigIdList => Some("pve-configid-list"),
        Form::StorageId => Some("pve-storage-id"),
        Form::PoolId => Some("pve-poolid"),
        Form::DnsName => Some("dns-name"),
        Form::TagList => Some("pve-tag-list"),
        Form::HaSid => Some("pve-ha-resource-or-vm-id"),
        Form::JobId => Some("pve-replication-job-id"),
        Form::VmidList => Some("pve-vmid-list"),
        Form::StorageIdList => Some("pve-storage-id-list"),
        Form::UserId => Some("pve-userid"),
        Form::TokenIdList => Some("pve-tokenid-list"),
        Form::RoleId => Some("pve-roleid"),
        Form::RoleIdList => Some("pve-roleid-list"),
    }
}

#[test]
fn the_reference_names_no_parameter_description() {
    let named = reference()
        .values()
        .filter(|m| m["params"].get("description").is_some())
        .count();
    assert_eq!(named, 0, "the exception above has to go");
}

#[test]
fn no_route_is_there_twice() {
    let mut names: Vec<_> = table().iter().map(|r| (r.method, r.path)).collect();
    names.sort_unstable();
    let before = names.len();
    names.dedup();
    assert_eq!(names.len(), before);
}
