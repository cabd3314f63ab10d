//! Every call outside a plan, tried with that plan's token: at what the plan is about, and elsewhere.
//!
//! "Refused" is 403, Proxmox's word for a missing right (pools tell it within a 500); everything else counts as let through, whatever else is in the
//! way. What is let through is held, call by call, to the plan's own and to the table of what Proxmox's rights are too
//! coarse to keep apart ([`super::beyond`]).

use std::collections::BTreeSet;
use std::time::Duration;

use argus_executor::ports::Hypervisor;
use argus_store::journal::Lease;
use argus_types::action::{Action, ActionKind, BackupMode};
use argus_types::execution::ExecutionState;
use argus_types::plan::{Plan, StepTarget};

use super::beyond;
use super::calls::{self, Place, Which};
use crate::catalogue::stage::{Stage, ensure, every};
use crate::lab::{Lab, vm};

/// Long enough for a test that claims and drives nothing.
const LEASE: Duration = Duration::from_mins(5);

#[tokio::test]
async fn a_plans_token_is_refused_every_call_but_the_plans_own_and_what_proxmox_cannot_tell_apart()
{
    every(async |kind| {
        let lab = Lab::with_plan_tokens().await;
        if let ActionKind::Backup | ActionKind::MakeTemplate | ActionKind::Destroy = kind {
            // Something of the guest's own on the storage, so that rights over it show.
            let earlier = lab.run(vec![backup()]).await;
            ensure(earlier.state == ExecutionState::Succeeded, || format!("{earlier:#?}"))?;
        }
        let stage = Stage::set_in(lab, kind).await;
        // Whoever did what came before was killed when it was done.
        let hypervisor = stage.lab.hypervisor();
        hypervisor.sweep().await;
        let id = stage.lab.confirm(vec![stage.action.clone()]).await;
        let plan = stage.lab.plan(id).await;
        let claimed = stage.lab.store.claim_executions("test", LEASE, 1).await;
        let lease: Lease = claimed.map_err(|error| error.to_string())?[0];
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

/// Of the guest that the scenes of these are about.
fn backup() -> Action {
    Action::Backup {
        target: vm(108),
        storage: "nfs-vm".parse().expect("a storage"),
        mode: BackupMode::Snapshot,
        protect: false,
    }
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
    let owners = of("/vms/");
    let owners: Vec<u32> = owners.iter().filter_map(|id| id.parse().ok()).collect();
    let known = owners.iter().find(|id| stage.before.exists(**id));
    let (kind, vmid) = match (&step.target, known) {
        (StepTarget::Guest(guest), _) => (guest.kind.as_str().to_owned(), guest.vmid.get()),
        (_, Some(vmid)) => {
            let kind = stage.before.guest(*vmid, "kind");
            (kind.as_str().expect("a kind").to_owned(), *vmid)
        }
        (_, None) if node == "pve3" => ("qemu".to_owned(), 107),
        (_, None) => ("qemu".to_owned(), 101),
    };
    let storage = of("/storage/").first().cloned();
    let storage = storage.unwrap_or_else(|| "nfs-vm".to_owned());
    let backups = |vmid: u32| stage.before.backups(vmid, &storage);
    let backup = match &step.target {
        StepTarget::Volume(target) => target.volume.to_string(),
        _ => [vmid, 101, 105, 102]
            .into_iter()
            .find_map(|vmid| Some(backups(vmid).first()?["volid"].as_str()?.to_owned()))
            .unwrap_or_else(|| format!("{storage}:backup/none")),
    };
    let new_vmid = owners.into_iter().find(|id| !stage.before.exists(*id));
    Place {
        node,
        kind,
        vmid,
        storage,
        backup,
        pool: of("/pool/").first().cloned().unwrap_or("lab".to_owned()),
        new_vmid: new_vmid.unwrap_or(777),
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
