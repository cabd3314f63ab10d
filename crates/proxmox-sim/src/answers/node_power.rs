//! Rebooting, shutting down and waking a node, and the part of its configuration that waking needs.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::compact;
use super::node::here;
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::state::{Caller, Machine, NodeCommand};

/// POST /nodes/{node}/status: answers before anything happens, and there is no task.
pub fn command(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let command = match args.required("command") {
        "reboot" => NodeCommand::Reboot,
        _ => NodeCommand::Shutdown,
    };
    machine.command_node(args.node(), command);
    Ok(Value::Null.into())
}

/// POST /nodes/{node}/wakeonlan
pub fn wake(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    machine
        .wake_node(args.node())
        .map(|address| json!(address).into())
        .map_err(|error| Failure::die(error.to_string()))
}

/// GET /nodes/{node}/config
pub fn config(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let node = here(machine, args)?;
    let wanted = args.text("property").unwrap_or("all");
    let address = node.wakeonlan.as_deref();
    let mut digest = hex::encode(Sha256::digest(address.unwrap_or_default()));
    digest.truncate(40);
    let shown = matches!(wanted, "all" | "wakeonlan");
    Ok(compact(json!({
        "digest": digest,
        "wakeonlan": address.filter(|_| shown),
    }))
    .into())
}
