//! The order in which Proxmox checks a call (proxmox.md 3.2): conflict of path and parameters, tokens, permission,
//! the way to the node, parameters, code. So 403 comes before 400, and an unknown node fails only after the permission.

use super::args::{Raw, RawValue};
use super::params::typed;
use super::{Answered, Check, Found};
use crate::failure::Failure;
use crate::state::{Caller, Machine};

/// Checks a call and answers it. `caller` is none only where nobody has to sign in.
pub fn call(machine: &mut Machine, caller: Option<&Caller>, found: &Found, raw: &Raw) -> Answered {
    conflict(found, raw)?;
    let nobody = Caller { id: String::new() };
    let caller = match (caller, found.route.check) {
        (Some(caller), _) => caller,
        (None, Check::World) => &nobody,
        (None, _) => return Err(Failure::unauthenticated("No ticket")),
    };
    if caller.is_token() && !found.route.token {
        return Err(Failure::with(
            403,
            format!(
                "URI '{}' not available with API token, need proper ticket.",
                found.route.path
            ),
        ));
    }
    permitted(machine, caller, found, raw)?;
    reachable(machine, found)?;
    let args = typed(found, raw)?;
    (found.route.handler)(machine, caller, &args)
}

fn conflict(found: &Found, raw: &Raw) -> Result<(), Failure> {
    for (name, text) in &found.path {
        let same = match raw.get(*name) {
            None => true,
            Some(RawValue::Form(given)) => given == text,
            Some(RawValue::Json(value)) => value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
                .eq(text),
            Some(RawValue::Repeated(_)) => false,
        };
        if !same {
            return Err(Failure::parameter(
                name,
                "duplicate parameter (already defined in URI) with conflicting values!",
            ));
        }
    }
    Ok(())
}

fn permitted(machine: &Machine, caller: &Caller, found: &Found, raw: &Raw) -> Result<(), Failure> {
    match found.route.check {
        Check::World | Check::User => Ok(()),
        Check::Any(template, privileges) => {
            let path = filled(template, found, raw);
            let privileges = in_release(machine, privileges);
            if machine.allows(caller, &path, privileges) {
                return Ok(());
            }
            Err(Failure::denied(&path, privileges))
        }
        Check::Either(templates, privilege) => {
            let allowed = templates
                .iter()
                .any(|t| machine.allows(caller, &filled(t, found, raw), &[privilege]));
            if allowed {
                return Ok(());
            }
            Err(Failure::with(403, "Permission check failed"))
        }
    }
}

/// Before 9 one privilege stood for everything about the guest agent.
fn in_release(machine: &Machine, privileges: &'static [&'static str]) -> &'static [&'static str] {
    let of_agent = privileges.iter().any(|p| p.starts_with("VM.GuestAgent."));
    if of_agent && machine.major() < 9 {
        return &["VM.Monitor"];
    }
    privileges
}

/// The path of a permission: names are parameters of the path or of the call, and what is not given is nothing.
fn filled(template: &str, found: &Found, raw: &Raw) -> String {
    let in_path = |name: &str| found.path.iter().find(|(n, _)| *n == name).map(|(_, t)| t);
    let parts: Vec<&str> = template
        .split('/')
        .map(|part| {
            let Some(name) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) else {
                return part;
            };
            let text = in_path(name).map(String::as_str);
            text.or_else(|| given(raw, name)).unwrap_or_default()
        })
        .collect();
    let path = parts.join("/");
    match path.trim_end_matches('/') {
        "" => "/".into(),
        trimmed => trimmed.into(),
    }
}

/// A parameter as it came, if it is a text.
fn given<'a>(raw: &'a Raw, name: &str) -> Option<&'a str> {
    match raw.get(name)? {
        RawValue::Form(text) => Some(text),
        RawValue::Json(value) => value.as_str(),
        RawValue::Repeated(_) => None,
    }
}

fn reachable(machine: &Machine, found: &Found) -> Result<(), Failure> {
    if !found.route.proxied {
        return Ok(());
    }
    let Some(name) = found.node() else {
        return Ok(());
    };
    match machine.node(name) {
        None => Err(Failure::die(format!(
            "hostname lookup '{name}' failed - failed to get address info for: {name}: Name or service not known"
        ))),
        Some(node) if !node.online => Err(Failure::gateway(595, "No route to host")),
        Some(_) => Ok(()),
    }
}
