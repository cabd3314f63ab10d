//! Every call outside a plan, tried with that plan's token: at what the plan is about, and elsewhere.
//!
//! "Refused" is 403, Proxmox's word for a missing right; everything else counts as let through, whatever else is in the
//! way. What is let through is held, call by call, to the plan's own and to the table of what Proxmox's rights are too
//! coarse to keep apart ([`super::beyond`]).

use std::collections::BTreeSet;
use std::time::Duration;

use argus_executor::ports::Hypervisor;
use argus_store::journal::Lease;
use argus_types::action::ActionKind;
use argus_types::plan::{Plan, StepTarget};

use super::beyond;
use super::calls::{self, Place, Which};
use crate::catalogue::stage::{Stage, ensure, every};
use crate::lab::Lab;

/// Long enough for a test that claims and drives nothing.
const LEASE: Duration = Duration::from_mins(5);

#[tokio::test]
async fn a_plans_token_is_refused_every_call_but_the_plans_own_and_what_proxmox_cannot_tell_apart()
{
    every(async |kind| {
        let stage = Stage::set_in(Lab::with_plan_tokens().await, kind).await;
        stage.lab.none_left().await;
        let id = stage.lab.confirm(vec![stage.action.clone()]).await;
        let plan = stage.lab.plan(id).await;
        let claimed = stage.lab.store.claim_executions("test", LEASE, 1).await;
        let lease: Lease = claimed.map_err(|error| error.to_string())?[0];
        let hypervisor = stage.lab.hypervisor();
        hypervisor
            .admit(lease, &plan, 60)
            .await
            .map_err(|error| error.to_string())?;
        let token = hypervisor
            .sender(lease, &plan.steps[0])
            .ok_or("no token of its own")?;
        lets_through_its_own(&stage, &plan, &token)?;
        let here = here(&stage, &plan);
        let elsewhere = elsewhere(&stage, &here);
        for (where_, place, allowed) in [
            ("here", &here, beyond::here(kind)),
            ("elsewhere", &elsewhere, beyond::elsewhere(kind)),
        ] {
            let through = let_through(&stage, &token, place);
            let allowed: BTreeSet<Which> = allowed.into_iter().collect();
            ensure(through == allowed, || {
                let words = |set: &BTreeSet<Which>, other: &BTreeSet<Which>| -> Vec<String> {
                    set.difference(other).map(ToString::to_string).collect()
                };
                format!(
                    "{where_} {place:?}: let through and not in the table {:?}, in the table and refused {:?}",
                    words(&through, &allowed),
                    words(&allowed, &through)
                )
            })?;
        }
        hypervisor.dismiss(lease).await;
        ensure(stage.lab.plan_tokens().is_empty(), || "left over".to_owned())
    })
    .await;
}

/// Each step's very request gets past Proxmox's rights.
fn lets_through_its_own(stage: &Stage, plan: &Plan, token: &str) -> Result<(), String> {
    for step in &plan.steps {
        let call = &step.call;
        let parameters: Vec<_> = call.parameters.clone().into_iter().collect();
        let answer = stage
            .lab
            .simulator
            .attempt(token, &call.method, &call.path, &parameters);
        ensure(
            answer.as_ref().map_err(|(status, _)| *status) != Err(403),
            || format!("its own {} {}: {answer:?}", call.method, call.path),
        )?;
    }
    Ok(())
}

fn let_through(stage: &Stage, token: &str, place: &Place) -> BTreeSet<Which> {
    Which::all()
        .filter(|which| {
            let (method, path, parameters) = calls::at(*which, place, token);
            let answer = stage
                .lab
                .simulator
                .attempt(token, method, &path, &parameters);
            !matches!(answer, Err((403, _)))
                && !matches!(&answer, Err((500, why)) if why.starts_with("update pools failed: 403"))
        })
        .collect()
}

/// What the plan is about; where it is about no guest, storage or pool, ones that it reaches.
fn here(stage: &Stage, plan: &Plan) -> Place {
    let step = &plan.steps[0];
    let of = |root: &str| {
        let paths = step
            .privileges
            .iter()
            .filter_map(|p| p.path.strip_prefix(root));
        paths.map(str::to_owned).collect::<Vec<_>>()
    };
    let node = step.target.node().to_string();
    let (kind, vmid) = match &step.target {
        StepTarget::Guest(guest) => (guest.kind.to_string(), guest.vmid.get()),
        _ if node == "pve3" => ("qemu".to_owned(), 107),
        _ => ("qemu".to_owned(), 101),
    };
    let storage = of("/storage/").first().cloned();
    let storage = storage.unwrap_or_else(|| "nfs-vm".to_owned());
    let owners = of("/vms/");
    let owner = owners.iter().filter_map(|text| text.parse().ok());
    let backups = |vmid: u32| stage.before.backups(vmid, &storage);
    let backup = match &step.target {
        StepTarget::Volume(target) => target.volume.to_string(),
        _ => owner
            .clone()
            .chain([vmid, 101, 105, 102])
            .find_map(|vmid: u32| Some(backups(vmid).first()?["volid"].as_str()?.to_owned()))
            .unwrap_or_else(|| format!("{storage}:backup/none")),
    };
    let new_vmid = owner
        .into_iter()
        .find(|id| *id != vmid && !stage.before.exists(*id))
        .unwrap_or(777);
    Place {
        node,
        kind,
        vmid,
        storage,
        backup,
        pool: of("/pool/").first().cloned().unwrap_or("lab".to_owned()),
        new_vmid,
    }
}

/// Another guest on another node, another storage, another pool.
fn elsewhere(stage: &Stage, here: &Place) -> Place {
    let (node, vmid) = if here.vmid == 102 || here.node == "pve2" {
        ("pve1", 103)
    } else {
        ("pve2", 102)
    };
    let (storage, owner) = if here.storage == "pbs" {
        ("nfs-vm", 101)
    } else {
        ("pbs", 102)
    };
    Place {
        node: node.to_owned(),
        kind: "qemu".to_owned(),
        vmid,
        storage: storage.to_owned(),
        backup: stage.before.backup(owner, storage).to_string(),
        pool: if here.pool == "lab" { "prod" } else { "lab" }.to_owned(),
        new_vmid: 888,
    }
}
