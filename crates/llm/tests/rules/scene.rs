//! A small cluster, and short ways to write what is expected of it.

use argus_llm::{BuiltIn, DraftAction, Drafted, GuestKind, Question, Scene, SceneGuest};

pub fn scene() -> Scene {
    let guest = |kind, vmid, name: &str, node: &str, tags: &[&str], pool: Option<&str>, running| {
        SceneGuest {
            kind,
            vmid,
            name: name.to_owned(),
            node: node.to_owned(),
            tags: tags.iter().map(ToString::to_string).collect(),
            pool: pool.map(str::to_owned),
            running,
            template: name.starts_with("tmpl"),
        }
    };
    let (vm, ct) = (GuestKind::Qemu, GuestKind::Lxc);
    Scene {
        guests: vec![
            guest(vm, 110, "mail", "pve3", &["prod"], None, false),
            guest(
                vm,
                101,
                "web-01",
                "pve1",
                &["prod", "web"],
                Some("shop"),
                true,
            ),
            guest(vm, 102, "web-02", "pve2", &["web"], Some("shop"), true),
            guest(ct, 103, "db-01", "pve1", &["prod"], Some("shop"), true),
            guest(ct, 104, "cache", "pve2", &[], None, false),
            guest(vm, 105, "twin", "pve1", &[], None, true),
            guest(ct, 106, "twin", "pve2", &[], None, true),
            guest(vm, 900, "tmpl-debian", "pve1", &["prod"], None, false),
        ],
        nodes: ["pve1", "pve2", "pve3"].map(str::to_owned).to_vec(),
        pools: vec!["shop".to_owned(), "lab".to_owned()],
        tags: vec!["prod".to_owned(), "web".to_owned()],
    }
}

pub fn draft(request: &str) -> Drafted {
    BuiltIn.draft_now(request, &scene())
}

/// Actions in a few letters: `snapshot 101 =name +memory`, `migrate 101 >pve2`.
pub fn written(actions: &[DraftAction]) -> String {
    let one = |action: &DraftAction| {
        let vmid = action.target().vmid;
        match action {
            DraftAction::Start { .. } => format!("start {vmid}"),
            DraftAction::Shutdown { .. } => format!("shutdown {vmid}"),
            DraftAction::Stop { .. } => format!("stop {vmid}"),
            DraftAction::Reboot { .. } => format!("reboot {vmid}"),
            DraftAction::Snapshot {
                name,
                include_memory,
                ..
            } => {
                let name = name
                    .as_ref()
                    .map_or_else(String::new, |name| format!(" ={name}"));
                let memory = if *include_memory { " +memory" } else { "" };
                format!("snapshot {vmid}{name}{memory}")
            }
            DraftAction::Migrate { node, .. } => format!("migrate {vmid} >{node}"),
        }
    };
    actions.iter().map(one).collect::<Vec<_>>().join(", ")
}

pub fn question(request: &str) -> Question {
    match draft(request) {
        Drafted::Clarify(mut questions) if questions.len() == 1 => questions.remove(0),
        other => panic!("{request:?} should be asked about, not {other:?}"),
    }
}
