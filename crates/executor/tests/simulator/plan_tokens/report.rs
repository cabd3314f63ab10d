//! What was seen of all plans' tokens: in figures, and as the list of what their rights are also good for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use argus_types::action::ActionKind;
use argus_types::plan::Plan;

/// How the calls of one plan's token, or of all, went.
#[derive(Debug, Default)]
pub struct Counts {
    pub calls: usize,
    /// 403, or a task that was refused at its start.
    pub refused: usize,
    pub in_task: usize,
    /// Refused for another reason that stands before the missing right, to root as well.
    pub nobody: usize,
    /// The plan's own call.
    pub own: usize,
    /// Let through by the same rights.
    pub same_rights: usize,
}

/// What a token was let through to: call and what it was let through by.
pub type Through = BTreeSet<(String, String)>;

impl Counts {
    pub fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.refused += other.refused;
        self.in_task += other.in_task;
        self.nobody += other.nobody;
        self.own += other.own;
        self.same_rights += other.same_rights;
    }

    /// In one line.
    pub fn in_words(&self) -> String {
        format!(
            "{} calls: {} refused at once, {} refused in their task, {} that nobody could make, {} the plans' own, {} not to \
             be told from them by rights, 0 wrong",
            self.calls, self.refused, self.in_task, self.nobody, self.own, self.same_rights
        )
    }
}

/// The rights of a plan, whatever it is about.
pub fn in_general(plan: &Plan) -> String {
    let rights = plan.steps.iter().flat_map(|step| &step.privileges);
    let words: BTreeSet<String> = rights
        .map(|right| {
            let thing = right.path.split('/').nth(1).unwrap_or_default();
            let place = match thing {
                "vms" => "guest",
                "storage" => "storage",
                "nodes" => "node",
                "pool" => "pool",
                "sdn" => "bridge",
                _ => "/",
            };
            format!("{} on {place}", right.name)
        })
        .collect();
    words.into_iter().collect::<Vec<_>>().join(", ")
}

/// Actions with the same rights are let through to the same.
pub fn table(by_action: &BTreeMap<ActionKind, (String, Through)>) -> String {
    let mut groups: Vec<(Vec<ActionKind>, &String, &Through)> = Vec::new();
    for kind in ActionKind::ALL {
        let (rights, through) = &by_action[&kind];
        let known = groups.iter_mut();
        let mut same = known.filter(|(_, held, calls)| *held == rights && *calls == through);
        match same.next() {
            Some((kinds, ..)) => kinds.push(kind),
            None => groups.push((vec![kind], rights, through)),
        }
    }
    let mut table = String::new();
    for (kinds, rights, through) in groups {
        let kinds: Vec<_> = kinds.iter().map(ToString::to_string).collect();
        writeln!(table, "{}", kinds.join(", ")).expect("a text");
        writeln!(table, "  have {rights}").expect("a text");
        for (call, by) in through {
            writeln!(table, "    {call}\n      by {by}").expect("a text");
        }
    }
    table
}
