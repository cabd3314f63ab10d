//! Tools that read.

use argus_types::cluster::{Cluster, Guest};
use argus_types::execution::Execution;
use argus_types::paths;
use argus_types::person::TokenMay;
use argus_types::proposal::ProposalState;
use serde_json::{Map, Value, json};

use super::arguments::{self, id, limit, number, object, parse, text, word};
use super::reach::Reach;
use super::tool::{Fault, Tool};
use crate::server::Seen;

/// See [`Tool::about`].
pub const CLUSTER: Tool = Tool {
    name: "cluster",
    title: "Cluster overview",
    about: "Nodes, storages and pools of the cluster, how many guests there are, and what Argus cannot read of it.",
    needs: TokenMay::Read,
    takes: || object(&[], &[]),
    call: cluster,
};

/// See [`Tool::about`].
pub const GUESTS: Tool = Tool {
    name: "guests",
    title: "Guests",
    about: "Virtual machines and containers with state, load, node, pool and tags. All filters given must fit.",
    needs: TokenMay::Read,
    takes: || {
        object(
            &[
                ("name", text("A part of the name, in any case.", 100)),
                ("vmid", number("The number.", 100, 999_999_999)),
                ("node", text("The node's name.", 63)),
                (
                    "kind",
                    word("Virtual machine or container.", &["qemu", "lxc"]),
                ),
                (
                    "status",
                    word(
                        "Whether it runs.",
                        &["running", "stopped", "paused", "unknown"],
                    ),
                ),
                ("tag", text("A whole tag.", 128)),
                ("pool", text("The pool's name.", 128)),
                (
                    "skip",
                    number("Guests to leave out at the beginning.", 0, 1_000_000),
                ),
                ("limit", limit()),
            ],
            &[],
        )
    },
    call: guests,
};

/// See [`Tool::about`].
pub const METRICS: Tool = Tool {
    name: "metrics",
    title: "Measurements",
    about: "Processor, memory, disk and network over time: of a node, or of a guest by kind and vmid.",
    needs: TokenMay::Read,
    takes: || {
        object(
            &[
                ("node", text("A node's name.", 63)),
                ("kind", word("A guest's kind.", &["qemu", "lxc"])),
                ("vmid", number("A guest's number.", 100, 999_999_999)),
                (
                    "timeframe",
                    word(
                        "How far back; an hour where absent.",
                        &["hour", "day", "week", "month", "year"],
                    ),
                ),
            ],
            &[],
        )
    },
    call: metrics,
};

/// See [`Tool::about`].
pub const PROPOSALS: Tool = Tool {
    name: "proposals",
    title: "Proposals",
    about: "Proposed changes, the youngest first, with their state, risk and approvals.",
    needs: TokenMay::Read,
    takes: || {
        object(
            &[
                (
                    "state",
                    word(
                        "Only those in this state.",
                        &ProposalState::ALL.map(ProposalState::as_str),
                    ),
                ),
                ("cursor", text("`next_cursor` of the page before.", 200)),
                ("limit", limit()),
            ],
            &[],
        )
    },
    call: proposals,
};

/// See [`Tool::about`].
pub const PROPOSAL: Tool = Tool {
    name: "proposal",
    title: "One proposal",
    about: "A proposal with its plan, step by step, its risk with reasons, what the policy asks for, and its state.",
    needs: TokenMay::Read,
    takes: || object(&[("id", id("The proposal's id."))], &["id"]),
    call: |reach, arguments| {
        let wanted: arguments::OneProposal = parse(arguments)?;
        let mut proposal: Value = reach.read(&paths::action(wanted.id), &[])?.value;
        proposal["address"] = format!("{}/changes/{}", reach.console(), wanted.id).into();
        Ok(proposal)
    },
};

/// See [`Tool::about`].
pub const COLLISIONS: Tool = Tool {
    name: "collisions",
    title: "What a plan would meet",
    about: "Other plans, tasks, locks and backup jobs that a proposal's plan would meet if it started now.",
    needs: TokenMay::Read,
    takes: || object(&[("id", id("The proposal's id."))], &["id"]),
    call: |reach, arguments| {
        let wanted: arguments::OneProposal = parse(arguments)?;
        Ok(reach.read(&paths::collisions(wanted.id), &[])?.value)
    },
};

/// See [`Tool::about`].
pub const EXECUTION: Tool = Tool {
    name: "execution",
    title: "One execution",
    about: "How a confirmed plan is being carried out, or was: each step's state, what was checked before and seen after.",
    needs: TokenMay::Read,
    takes: || {
        object(
            &[(
                "id",
                id("The execution's id, as a confirmed proposal names it."),
            )],
            &["id"],
        )
    },
    call: execution,
};

/// See [`Tool::about`].
pub const LEDGER: Tool = Tool {
    name: "ledger",
    title: "Ledger",
    about: "Records of who did what, the youngest first.",
    needs: TokenMay::Read,
    takes: || {
        object(
            &[
                (
                    "subject",
                    text("Only about this, such as `proposal/` and its id.", 200),
                ),
                ("cursor", text("`next_cursor` of the page before.", 200)),
                ("limit", limit()),
            ],
            &[],
        )
    },
    call: ledger,
};

/// See [`Tool::about`].
pub const POLICY: Tool = Tool {
    name: "policy",
    title: "Policy",
    about: "Which actions are possible at all, and what each kind of plan needs before somebody may confirm it.",
    needs: TokenMay::Read,
    takes: || object(&[], &[]),
    call: |reach, arguments| {
        let arguments::Nothing {} = parse(arguments)?;
        Ok(reach.read(paths::POLICY, &[])?.value)
    },
};

/// See [`Tool::about`].
pub const EMERGENCY_STOP_STATE: Tool = Tool {
    name: "emergency_stop_state",
    title: "State of the emergency stop",
    about: "Whether the emergency stop is set, since when, and what still runs. Setting and releasing it are for people.",
    needs: TokenMay::Read,
    takes: || object(&[], &[]),
    call: |reach, arguments| {
        let arguments::Nothing {} = parse(arguments)?;
        Ok(reach.read(paths::EMERGENCY_STOP, &[])?.value)
    },
};

fn cluster(reach: &Reach, arguments: Map<String, Value>) -> Result<Value, Fault> {
    let arguments::Nothing {} = parse(arguments)?;
    let seen: Seen<Cluster> = reach.read(paths::CLUSTER, &[])?;
    let cluster = seen.value;
    Ok(json!({
        "observed_at": seen.observed_at,
        "stale": seen.stale,
        "id": cluster.id,
        "name": cluster.name,
        "quorate": cluster.quorate,
        "version": cluster.version,
        "guests": cluster.guests.len(),
        "nodes": cluster.nodes,
        "storages": cluster.storages,
        "pools": cluster.pools,
        "gaps": cluster.gaps,
    }))
}

fn guests(reach: &Reach, arguments: Map<String, Value>) -> Result<Value, Fault> {
    let wanted: arguments::Guests = parse(arguments)?;
    let seen: Seen<Cluster> = reach.read(paths::CLUSTER, &[])?;
    let fits = fitting(&wanted);
    let found: Vec<Guest> = seen.value.guests.into_iter().filter(fits).collect();
    let first = wanted.skip as usize;
    let shown = found.iter().skip(first).take(wanted.limit.get() as usize);
    let shown: Vec<&Guest> = shown.collect();
    Ok(json!({
        "observed_at": seen.observed_at,
        "stale": seen.stale,
        "found": found.len(),
        "more": first + shown.len() < found.len(),
        "guests": shown,
    }))
}

/// Whether a guest is one of those that are wanted.
fn fitting(wanted: &arguments::Guests) -> impl Fn(&Guest) -> bool {
    let name = wanted.name.as_deref().map(str::to_lowercase);
    move |guest| {
        let by_name = name.as_ref();
        by_name.is_none_or(|name| guest.name.to_lowercase().contains(name))
            && wanted.vmid.is_none_or(|vmid| guest.vmid == vmid)
            && wanted.node.as_ref().is_none_or(|node| guest.node == *node)
            && wanted.kind.is_none_or(|kind| guest.kind == kind)
            && wanted.status.is_none_or(|status| guest.status == status)
            && wanted
                .tag
                .as_ref()
                .is_none_or(|tag| guest.tags.contains(tag))
            && wanted
                .pool
                .as_ref()
                .is_none_or(|pool| guest.pool.as_ref() == Some(pool))
    }
}

fn metrics(reach: &Reach, arguments: Map<String, Value>) -> Result<Value, Fault> {
    let wanted: arguments::Metrics = parse(arguments)?;
    let mut query = vec![("timeframe", wanted.timeframe.as_str().to_owned())];
    query.extend(wanted.node.map(|node| ("node", node.to_string())));
    query.extend(wanted.kind.map(|kind| ("kind", kind.as_str().to_owned())));
    query.extend(wanted.vmid.map(|vmid| ("vmid", vmid.to_string())));
    Ok(reach.read(paths::METRICS, &query)?.value)
}

fn proposals(reach: &Reach, arguments: Map<String, Value>) -> Result<Value, Fault> {
    let wanted: arguments::Proposals = parse(arguments)?;
    let mut query = vec![("limit", wanted.limit.get().to_string())];
    query.extend(
        wanted
            .state
            .map(|state| ("state", state.as_str().to_owned())),
    );
    query.extend(wanted.cursor.map(|cursor| ("cursor", cursor)));
    Ok(reach.read(paths::ACTIONS, &query)?.value)
}

/// Without the lines that its tasks wrote: these are free text of the cluster and may hold secrets.
fn execution(reach: &Reach, arguments: Map<String, Value>) -> Result<Value, Fault> {
    let wanted: arguments::OneExecution = parse(arguments)?;
    let mut seen: Seen<Execution> = reach.read(&paths::execution(wanted.id), &[])?;
    let mut warnings = 0;
    for step in &mut seen.value.steps {
        warnings += std::mem::take(&mut step.warnings).len();
    }
    Ok(json!({ "execution": seen.value, "lines_that_warn": warnings }))
}

fn ledger(reach: &Reach, arguments: Map<String, Value>) -> Result<Value, Fault> {
    let wanted: arguments::Ledger = parse(arguments)?;
    let mut query = vec![("limit", wanted.limit.get().to_string())];
    query.extend(wanted.subject.map(|subject| ("subject", subject)));
    query.extend(wanted.cursor.map(|cursor| ("cursor", cursor)));
    Ok(reach.read(paths::LEDGER, &query)?.value)
}
