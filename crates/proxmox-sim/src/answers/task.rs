//! Tasks: lists, status, log, and stopping one.

use serde_json::{Value, json};

use super::compact;
use crate::failure::Failure;
use crate::routes::{Answer, Answered, Args, names_a_task};
use crate::state::{Caller, Exit, Filter, Machine, Task, TaskKey, owns};

/// How many ended tasks of a node the cluster-wide list holds.
const CLUSTER_LIST: usize = 25;

/// GET /nodes/{node}/tasks
pub fn of_node(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let source = args.text("source").unwrap_or("archive");
    let classes = args.required("statusfilter");
    let filter = Filter {
        archive: source != "active",
        active: source != "archive",
        errors: args.flag("errors"),
        kind: args.text("typefilter").map(str::to_owned),
        vmid: args.int("vmid"),
        user: args.text("userfilter").map(str::to_owned),
        since: args.int("since"),
        until: args.int("until"),
        classes: classes
            .split([',', ';', ' '])
            .filter(|c| !c.is_empty())
            .map(str::to_owned)
            .collect(),
    };
    let node = args.node();
    let auditor = machine.allows(caller, &format!("/nodes/{node}"), &["Sys.Audit"]);
    let visible: Vec<&Task> = machine
        .tasks
        .on_node(node, &filter)
        .into_iter()
        .filter(|t| auditor || owns(caller, t))
        .collect();
    let page = visible
        .iter()
        .skip(args.count("start").unwrap_or(0))
        .take(args.count("limit").unwrap_or(50))
        .map(|t| listed(t, Some("RUNNING")))
        .collect();
    Ok(Answer::Data {
        data: page,
        total: Some(visible.len()),
    })
}

/// GET /cluster/tasks
pub fn of_cluster(machine: &mut Machine, caller: &Caller, _: &Args) -> Answered {
    let auditor = machine.allows(caller, "/", &["Sys.Audit"]);
    // Without the right to audit, the list is compared with the plain user: a token finds nothing, not even its own.
    let visible = |t: &&Task| auditor || t.upid.user == caller.id && !caller.is_token();
    let mut tasks: Vec<&Task> = machine.tasks().filter(|t| t.ended.is_none()).collect();
    let ended = Filter {
        archive: true,
        ..Filter::default()
    };
    for node in &machine.nodes {
        tasks.extend(
            machine
                .tasks
                .on_node(&node.name, &ended)
                .into_iter()
                .take(CLUSTER_LIST),
        );
    }
    tasks.sort_by_key(|t| std::cmp::Reverse(t.started_ms));
    Ok(tasks
        .into_iter()
        .filter(visible)
        .map(|t| listed(t, None))
        .collect::<Value>()
        .into())
}

fn listed(task: &Task, while_running: Option<&str>) -> Value {
    let upid = &task.upid;
    let ended = task.ended.as_ref();
    compact(json!({
        "upid": upid.to_string(),
        "node": upid.node,
        "pid": upid.pid,
        "pstart": upid.pstart,
        "starttime": upid.starttime,
        "type": upid.kind,
        "id": upid.id,
        "user": upid.user,
        "endtime": ended.map(|(at, _)| at / 1000),
        "status": ended.map(|(_, exit)| exit.text()).or_else(|| while_running.map(str::to_owned)),
    }))
}

/// A task that the caller may see.
fn visible<'a>(
    machine: &'a Machine,
    caller: &Caller,
    args: &Args,
    privilege: &'static str,
) -> Result<(TaskKey, &'a Task), Failure> {
    let upid = args.required("upid");
    if !names_a_task(upid) {
        return Err(Failure::die(format!(
            "unable to parse worker upid '{upid}'"
        )));
    }
    let found = machine
        .tasks
        .find(upid)
        .filter(|(_, t)| t.upid.node == args.node());
    let path = format!("/nodes/{}", args.node());
    let allowed = machine.allows(caller, &path, &[privilege]);
    match found {
        Some((key, task)) if allowed || owns(caller, task) => Ok((key, task)),
        _ if !allowed => Err(Failure::denied(&path, &[privilege])),
        _ => Err(Failure::die("no such task")),
    }
}

/// GET /nodes/{node}/tasks/{upid}/status
pub fn status(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let (_, task) = visible(machine, caller, args, "Sys.Audit")?;
    let upid = &task.upid;
    let ended = task.ended.as_ref();
    Ok(compact(json!({
        "upid": upid.to_string(),
        "node": upid.node,
        "pid": upid.pid,
        "pstart": upid.pstart,
        "starttime": upid.starttime,
        "type": upid.kind,
        "id": upid.id,
        "user": upid.plain_user(),
        "tokenid": upid.token(),
        "status": if ended.is_some() { "stopped" } else { "running" },
        "exitstatus": ended.map(|(_, exit)| exit.text()),
    }))
    .into())
}

/// GET /nodes/{node}/tasks/{upid}/log
pub fn log(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let (_, task) = visible(machine, caller, args, "Sys.Audit")?;
    let now = machine.now_ms();
    if args.flag("download") {
        return Ok(Answer::Text(
            task.lines(now, 0, usize::MAX).join("\n") + "\n",
        ));
    }
    let start = args.count("start").unwrap_or(0);
    let count = task.line_count(now);
    let limit = match args.count("limit") {
        Some(0) => usize::MAX,
        Some(limit) => limit,
        None => 50,
    };
    let lines = if count == 0 && start == 0 {
        vec!["no content".to_owned()]
    } else {
        task.lines(now, start, limit)
    };
    let page = lines
        .iter()
        .zip(start + 1..)
        .map(|(text, n)| json!({ "n": n, "t": text }))
        .collect();
    Ok(Answer::Data {
        data: page,
        total: Some(count.max(1)),
    })
}

/// DELETE /nodes/{node}/tasks/{upid}
pub fn stop(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let (key, task) = visible(machine, caller, args, "Sys.Modify")?;
    if task.ended.is_none() {
        machine.kill_task(key, Exit::Error("interrupted by signal".into()));
    }
    Ok(Value::Null.into())
}
