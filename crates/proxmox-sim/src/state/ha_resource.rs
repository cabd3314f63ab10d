//! What is configured for the guests that the HA stack manages, and how it changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Machine;
use super::ha::{HaCommand, Service, sid};
use crate::scenario::{GuestKind, HaRequest, Scenario};

/// What is configured for a resource beside its state; what is not is at its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// A remark.
    pub comment: Option<String>,
    /// Its group, before 9.
    pub group: Option<String>,
    /// How often a failed start is tried again on the same node.
    pub max_restart: Option<u32>,
    /// On how many other nodes it is tried.
    pub max_relocate: Option<u32>,
    /// Whether it goes back to the node it should be on, as of 9.
    pub failback: Option<bool>,
    /// Whether it may be moved for balance, as of 9.
    pub auto_rebalance: Option<bool>,
}

/// Why a resource is not what a call says, in Proxmox's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResourceError {
    /// A number alone, and no guest has it.
    #[error("unable do detect SID from VMID - VM/CT {0} does not exist")]
    NoSuchNumber(u32),
    /// No guest of this kind.
    #[error("resource '{0}' does not exist in cluster")]
    NoSuchGuest(String),
    /// Neither a guest's number nor a resource's name.
    #[error("unable to parse service id '{0}'")]
    NotAName(String),
    /// It is there.
    #[error("create resource failed: resource ID '{0}' already defined")]
    Defined(String),
    /// It is not.
    #[error("no such resource '{0}'")]
    NotDefined(String),
    /// It is not, or is to be left alone.
    #[error("resource '{0}' is not HA managed")]
    NotManaged(String),
    /// It is not there to be deleted.
    #[error("cannot delete service '{0}', not HA managed!")]
    NothingToDelete(String),
    /// It failed.
    #[error("service '{0}' in error state, must be disabled and fixed first")]
    InError(String),
    /// Somebody else was faster.
    #[error("detected modified configuration - file changed by other user? Try again.")]
    Modified,
    /// An option of this name cannot be deleted.
    #[error("no such option '{0}'")]
    NoOption(String),
}

/// The services that a scenario begins with.
pub(super) fn services(scenario: &Scenario) -> BTreeMap<u32, Service> {
    let mut services = BTreeMap::new();
    for guest in &scenario.guest {
        let name = sid(guest.kind, guest.vmid);
        let line = scenario.ha_resource.iter().find(|r| r.sid == name);
        if line.is_none() && !guest.ha {
            continue;
        }
        let mut service = Service::settled(guest.running);
        if let Some(line) = line {
            if let Some(state) = line.state {
                service.request = word(state).into();
            }
            service.resource = Resource {
                comment: line.comment.clone(),
                group: line.group.clone(),
                max_restart: line.max_restart,
                max_relocate: line.max_relocate,
                failback: line.failback,
                auto_rebalance: None,
            };
        }
        if service.request == "ignored" {
            service.state = "ignored".into();
        }
        services.insert(guest.vmid, service);
    }
    services
}

fn word(request: HaRequest) -> &'static str {
    match request {
        HaRequest::Started => "started",
        HaRequest::Stopped => "stopped",
        HaRequest::Disabled => "disabled",
        HaRequest::Ignored => "ignored",
    }
}

impl Machine {
    /// The guest that a call names, as `vm:101` or `101`; it need not be managed.
    pub(crate) fn parse_sid(&self, text: &str) -> Result<(u32, GuestKind), ResourceError> {
        if let Ok(vmid) = text.parse::<u32>() {
            let guest = self.guests.get(&vmid);
            let guest = guest.ok_or(ResourceError::NoSuchNumber(vmid))?;
            return Ok((vmid, guest.kind));
        }
        let unknown = || ResourceError::NotAName(text.into());
        let (kind, number) = text.split_once(':').ok_or_else(unknown)?;
        let vmid = number.parse().map_err(|_| unknown())?;
        match kind {
            "vm" => Ok((vmid, GuestKind::Qemu)),
            "ct" => Ok((vmid, GuestKind::Lxc)),
            _ => Err(unknown()),
        }
    }

    /// A resource, managed or to be left alone.
    pub(crate) fn resource(&self, kind: GuestKind, vmid: u32) -> Option<&Service> {
        let guest = self.guests.get(&vmid)?;
        self.ha.get(&vmid).filter(|_| guest.kind == kind)
    }

    /// Forty hex digits over all resources: they share one file.
    pub(crate) fn resources_digest(&self) -> String {
        let mut hash = Sha256::new();
        for (vmid, service) in &self.ha {
            hash.update(format!(
                "{vmid} {} {:?}\n",
                service.request, service.resource
            ));
        }
        let mut text = hex::encode(hash.finalize());
        text.truncate(40);
        text
    }

    /// Has the HA stack manage a guest; it acts on it when it looks next.
    pub(crate) fn add_resource(
        &mut self,
        kind: GuestKind,
        vmid: u32,
        request: &str,
        resource: Resource,
    ) -> Result<(), ResourceError> {
        let name = sid(kind, vmid);
        if self.guests.get(&vmid).is_none_or(|g| g.kind != kind) {
            return Err(ResourceError::NoSuchGuest(vmid.to_string()));
        }
        if self.ha.contains_key(&vmid) {
            return Err(ResourceError::Defined(name));
        }
        let state = if request == "ignored" {
            request
        } else {
            "queued"
        };
        let service = Service {
            state: state.into(),
            request: request.into(),
            worker: None,
            relocation: None,
            resource,
        };
        self.ha.insert(vmid, service);
        self.plan_ha(vmid, HaCommand::Follow);
        Ok(())
    }

    /// Changes what is asked of a guest, and what is configured for it.
    pub(crate) fn set_resource(
        &mut self,
        vmid: u32,
        request: Option<&str>,
        change: impl FnOnce(&mut Resource),
    ) {
        let Some(service) = self.ha.get_mut(&vmid) else {
            return;
        };
        change(&mut service.resource);
        self.revision += 1;
        let Some(request) = request.filter(|r| *r != service.request) else {
            return;
        };
        let was_ignored = service.request == "ignored";
        service.request = request.into();
        if was_ignored || request == "ignored" {
            self.settle(vmid);
        }
        self.plan_ha(vmid, HaCommand::Follow);
    }

    /// Lets a guest go; `purge` takes it out of the rules too.
    pub(crate) fn remove_resource(&mut self, kind: GuestKind, vmid: u32, purge: bool) {
        self.ha.remove(&vmid);
        self.revision += 1;
        if !purge {
            return;
        }
        let name = sid(kind, vmid);
        for rule in &mut self.ha_rules {
            rule.resources.retain(|s| *s != name);
        }
        // A resource affinity binds two at least, a node affinity one.
        self.ha_rules.retain(|rule| {
            let least = if rule.kind == "resource-affinity" {
                2
            } else {
                1
            };
            rule.resources.len() >= least
        });
    }

    /// Whether a resource may be asked for something: not after a failure, unless to be disabled.
    pub(crate) fn check_resource_state(
        &self,
        kind: GuestKind,
        vmid: u32,
        request: Option<&str>,
    ) -> Result<(), ResourceError> {
        let failed = self
            .resource(kind, vmid)
            .is_some_and(|s| s.state == "error" && s.request != "ignored");
        if failed && request != Some("disabled") {
            return Err(ResourceError::InError(sid(kind, vmid)));
        }
        Ok(())
    }

    /// Queues a move of a managed guest without any task.
    pub(crate) fn queue_move(&mut self, vmid: u32, target: &str, stopped: bool) {
        let target = target.to_owned();
        let command = if stopped {
            HaCommand::Relocate { target }
        } else {
            HaCommand::Migrate { target }
        };
        self.plan_ha(vmid, command);
    }

    /// At the start the stack acts on every resource that asks for something else than there is.
    pub(super) fn follow_requests(&mut self) {
        let differ: Vec<u32> = self
            .ha
            .iter()
            .filter(|(vmid, service)| {
                let running = self.guests.get(*vmid).is_some_and(|g| g.running);
                self.manages(**vmid) && (service.request == "started") != running
            })
            .map(|(vmid, _)| *vmid)
            .collect();
        for vmid in differ {
            self.plan_ha(vmid, HaCommand::Follow);
        }
    }
}
