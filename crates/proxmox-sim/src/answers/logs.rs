//! What the nodes have written: the cluster log, syslog and the journal.

use serde_json::{Value, json};

use crate::routes::{Answer, Answered, Args};
use crate::state::{Caller, Entry, Machine, clock_text, syslog_text};

/// GET /cluster/log
pub fn cluster_log(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let all = machine.allows(caller, "/", &["Sys.Syslog"]);
    Ok(machine
        .journal
        .iter()
        .rev()
        .filter(|e| all || e.user == caller.id)
        .take(args.count("max").unwrap_or(50))
        .map(|e| {
            json!({
                "uid": e.uid,
                "id": format!("{}:{}", e.uid, e.node),
                "time": e.at_ms / 1000,
                "node": e.node,
                "user": e.user,
                "tag": e.tag,
                "pri": 6,
                "pid": 1200 + e.uid % 40,
                "msg": e.message,
            })
        })
        .collect::<Value>()
        .into())
}

/// GET /nodes/{node}/syslog
pub fn syslog(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let wide = |text: &str, rest: &str| format!("{text}{}", &rest[text.len().min(rest.len())..]);
    let since = args.text("since").map(|t| wide(t, "0000-00-00 00:00:00"));
    let until = args.text("until").map(|t| wide(t, "0000-00-00 23:59:59"));
    let service = args.text("service");
    let lines: Vec<String> = written(machine, args.node())
        .filter(|e| service.is_none_or(|s| s.trim_end_matches(".service") == e.tag))
        .filter(|e| {
            let at = clock_text(e.at_ms);
            since.as_ref().is_none_or(|s| at >= *s) && until.as_ref().is_none_or(|u| at <= *u)
        })
        .map(line)
        .collect();
    let page = lines
        .iter()
        .enumerate()
        .skip(args.count("start").unwrap_or(0))
        .take(args.count("limit").unwrap_or(50))
        .map(|(at, text)| json!({ "n": at + 1, "t": text }))
        .collect();
    Ok(Answer::Data {
        data: page,
        total: Some(lines.len()),
    })
}

/// GET /nodes/{node}/journal
pub fn journal(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let bound = |name: &str| args.count(name).map(|s| s as u64);
    let (since, until) = (bound("since"), bound("until"));
    let mut lines: Vec<String> = written(machine, args.node())
        .filter(|e| since.is_none_or(|s| e.at_ms / 1000 >= s))
        .filter(|e| until.is_none_or(|u| e.at_ms / 1000 <= u))
        .map(line)
        .collect();
    if let Some(last) = args.count("lastentries") {
        lines.drain(..lines.len().saturating_sub(last));
    }
    // The first and the last entry are cursors.
    let cursor = |at: usize| format!("s={at:08x};i={at:x}");
    let end = lines.len();
    lines.insert(0, cursor(0));
    lines.push(cursor(end));
    Ok(json!(lines).into())
}

fn written<'a>(machine: &'a Machine, node: &'a str) -> impl Iterator<Item = &'a Entry> {
    machine.journal.iter().filter(move |e| e.node == node)
}

fn line(entry: &Entry) -> String {
    format!(
        "{} {} {}[{}]: <{}> {}",
        syslog_text(entry.at_ms),
        entry.node,
        entry.tag,
        1200 + entry.uid % 40,
        entry.user,
        entry.message
    )
}
