//! A node's system services and its package lists.

use serde_json::{Value, json};

use super::node::here;
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::state::{Caller, Machine, Node, NodeJob, UNITS, Unit, UnitVerb};

/// GET /nodes/{node}/services
pub fn list(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let node = here(machine, args)?;
    Ok(UNITS
        .iter()
        .map(|unit| described(node, unit))
        .collect::<Value>()
        .into())
}

/// GET /nodes/{node}/services/{service}/state
pub fn state(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let node = here(machine, args)?;
    let name = args.required("service");
    let unit = UNITS
        .iter()
        .find(|unit| unit.name == name)
        .ok_or_else(|| Failure::die(format!("unknown service '{name}'")))?;
    Ok(described(node, unit).into())
}

fn described(node: &Node, unit: &Unit) -> Value {
    let runs = node.units.get(unit.name).copied().unwrap_or(false);
    let (state, active) = if runs {
        ("running", "active")
    } else {
        ("dead", "inactive")
    };
    let enabled = match (unit.installed, unit.clustered && !node.clustered) {
        (false, _) => "not-found",
        (true, true) => "disabled",
        (true, false) => "enabled",
    };
    json!({
        "service": unit.name,
        "name": unit.name,
        "desc": unit.title,
        "state": state,
        "active-state": active,
        "unit-state": enabled,
    })
}

/// POST /nodes/{node}/services/{service}/start
pub fn start(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    forked(machine, caller, args, UnitVerb::Start)
}

/// POST /nodes/{node}/services/{service}/stop
pub fn stop(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    forked(machine, caller, args, UnitVerb::Stop)
}

/// POST /nodes/{node}/services/{service}/restart
pub fn restart(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    forked(machine, caller, args, UnitVerb::Restart)
}

/// POST /nodes/{node}/services/{service}/reload
pub fn reload(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    forked(machine, caller, args, UnitVerb::Reload)
}

/// What cannot be done is found out in the worker.
fn forked(machine: &mut Machine, caller: &Caller, args: &Args, verb: UnitVerb) -> Answered {
    let job = NodeJob::Unit {
        unit: args.required("service").into(),
        verb,
    };
    Ok(json!(machine.fork_on_node(caller, args.node(), job)).into())
}

/// POST /nodes/{node}/apt/update
pub fn refresh_packages(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    Ok(json!(machine.fork_on_node(caller, args.node(), NodeJob::AptUpdate)).into())
}
