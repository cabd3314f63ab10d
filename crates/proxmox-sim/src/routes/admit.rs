//! The order in which Proxmox checks a call (proxmox.md 3.2): conflict of path and parameters, tokens, permission,
//! the way to the node, parameters, code. So 403 comes before 400, and an unknown node fails only after the permission.

use super::args::{Raw, RawValue};
use super::params::typed;
use super::{Answered, Check, Found};
use crate::failure::Failure;
use crate::state::{Caller, Machine, normal_path, rights_over};

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
    let asked = Asked {
        machine,
        caller,
        found,
        raw,
    };
    asked.permitted(found.route.check)?;
    reachable(machine, found)?;
    let args = typed(found, raw)?;
    (found.route.handler)(machine, caller, &args)
}

fn conflict(found: &Found, raw: &Raw) -> Result<(), Failure> {
    for (name, text) in &found.path {
        let same = match raw.get(*name) {
            None => true,
            Some(RawValue::Form(given)) => given == text,
            Some(RawValue::Json(value)) => written(value) == *text,
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

/// What a permission is asked about.
struct Asked<'a> {
    machine: &'a Machine,
    caller: &'a Caller,
    found: &'a Found,
    raw: &'a Raw,
}

impl Asked<'_> {
    fn permitted(&self, check: Check) -> Result<(), Failure> {
        let allows = |path: &Option<String>, privileges: &[&str]| {
            path.as_ref()
                .is_some_and(|path| self.machine.allows(self.caller, path, privileges))
        };
        let unexplained = || Failure::with(403, "Permission check failed");
        match check {
            Check::World | Check::User => Ok(()),
            Check::Any(template, privileges) => {
                let privileges = in_release(self.machine, privileges);
                match self.filled(template) {
                    path if allows(&path, privileges) => Ok(()),
                    Some(path) => Err(Failure::denied(&path, privileges)),
                    None => Err(unexplained()),
                }
            }
            Check::Either(templates, privilege) => templates
                .iter()
                .any(|t| allows(&self.filled(t), &[privilege]))
                .then_some(())
                .ok_or_else(unexplained),
            Check::All(checks) => checks.iter().try_for_each(|c| self.permitted(*c)),
            Check::OneOf(checks) => checks
                .iter()
                .any(|c| self.permitted(*c).is_ok())
                .then_some(())
                .ok_or_else(unexplained),
            // A token's name is longer than its user's, so no token ever is "self".
            Check::OwnUser => (self.filled("{userid}").as_ref() == Some(&self.caller.id))
                .then_some(())
                .ok_or_else(unexplained),
            Check::UsersGroup(privileges) => self
                .filled("{userid}")
                .is_some_and(|user| self.manages(&user, privileges))
                .then_some(())
                .ok_or_else(unexplained),
            Check::ModifyRights => self.modifies_rights(),
        }
    }

    /// `userid-group`: on all groups, or on one that the user is in. Of a user who is not there it is never so.
    fn manages(&self, user: &str, privileges: &[&str]) -> bool {
        let Some(groups) = self.machine.access.groups_of(user) else {
            return false;
        };
        let everywhere = std::iter::once("/access/groups".to_owned());
        let own = groups.iter().map(|group| format!("/access/groups/{group}"));
        everywhere
            .chain(own)
            .any(|path| self.machine.allows(self.caller, &path, privileges))
    }

    /// `perm-modify`.
    fn modifies_rights(&self) -> Result<(), Failure> {
        let path = self.filled("{path}").unwrap_or_default();
        let Some(path) = normal_path(&path) else {
            return Err(Failure::with(403, "Permission check failed"));
        };
        let any_of = rights_over(&path);
        if self.machine.allows(self.caller, &path, &any_of) {
            return Ok(());
        }
        Err(Failure::denied(&path, &any_of))
    }

    /// The path with its names filled in, out of the call's own path and then out of its parameters.
    fn filled(&self, template: &str) -> Option<String> {
        let parts = template.split('/').map(|part| {
            let Some(name) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) else {
                return Some(part.to_owned());
            };
            let in_path = self.found.path.iter().find(|(known, _)| *known == name);
            if let Some((_, text)) = in_path {
                return Some(text.clone());
            }
            match self.raw.get(name)? {
                RawValue::Form(text) => Some(text.clone()),
                RawValue::Json(value) => Some(written(value)),
                RawValue::Repeated(_) => None,
            }
        });
        Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
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

fn written(value: &serde_json::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
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
