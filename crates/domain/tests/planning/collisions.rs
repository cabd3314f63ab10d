//! What a plan meets, and what it does not.

use argus_domain::collision::{
    BackupJob, Covers, Rival, Surroundings, Task, ends_by, find, locks, refreshed,
};
use argus_domain::facts::Facts;
use argus_types::Timestamp;
use argus_types::collision::{CollidesWith, Collision, Standing};
use argus_types::plan::{Lock, Plan};
use proptest::prelude::*;
use serde_json::json;

use crate::cluster::{cluster, on_node};
use crate::drafts::{feasible_draft, lively};
use crate::fixture::{action, changed, facts, migrate, node, planned, try_plan};

fn now() -> Timestamp {
    Timestamp::from_unix(1_795_000_000).expect("a moment")
}

fn after(seconds: i64) -> Timestamp {
    now().plus_seconds(seconds)
}

fn quiet(facts: &Facts) -> Surroundings {
    Surroundings {
        now: now(),
        inventory: refreshed(facts),
        tasks: vec![],
        jobs: vec![],
        rivals: vec![],
    }
}

fn task(on: &str, kind: &str, id: &str) -> Task {
    Task {
        upid: format!("UPID:{on}:00001000:00002000:6AFD0000:{kind}:{id}:root@pam:"),
        node: node(on),
        kind: kind.to_owned(),
        id: id.to_owned(),
        by: "root@pam".to_owned(),
        started: Some(after(-60)),
    }
}

fn job(in_seconds: i64, covers: Covers) -> BackupJob {
    BackupJob {
        id: "nightly".to_owned(),
        schedule: Some("02:30".to_owned()),
        next_run: after(in_seconds),
        mode: Some("stop".to_owned()),
        node: None,
        covers,
    }
}

/// Shuts 101 down and reboots 103.
fn plan_of_two(facts: &Facts) -> Plan {
    planned(
        json!([action("guest.shutdown", 101), action("guest.reboot", 103)]),
        facts,
    )
    .plan
}

fn with_tasks(tasks: &[Task]) -> Vec<Collision> {
    let facts = facts();
    let around = Surroundings {
        tasks: tasks.to_vec(),
        ..quiet(&facts)
    };
    find(&plan_of_two(&facts), &around)
}

#[test]
fn where_nothing_else_goes_on_nothing_is_met() {
    let facts = facts();
    assert_eq!(find(&plan_of_two(&facts), &quiet(&facts)), []);
}

#[test]
fn a_task_that_works_on_a_guest_blocks_the_steps_on_it() {
    for kind in [
        "qmsnapshot",
        "hamigrate",
        "move_volume",
        "vzdump",
        "something-new",
    ] {
        let met = with_tasks(&[task("pve1", kind, "101")]);
        assert_eq!(met.len(), 1, "{kind}");
        assert!(met[0].blocks, "{kind}");
        assert_eq!(met[0].steps, [1]);
        assert_eq!(met[0].over, ["qemu/101"]);
        assert_eq!(met[0].from, Some(after(-60)));
        assert_eq!(met[0].until, None, "nobody knows when a task ends");
    }
}

#[test]
fn a_task_on_another_guest_or_a_screen_that_somebody_looks_at_is_not_met() {
    let away = [
        task("pve1", "qmsnapshot", "102"),
        task("pve1", "vncproxy", "101"),
        task("pve1", "termproxy", "103"),
        task("pve1", "aptupdate", ""),
        task("pve2", "vzdump", ""),
        task("pve2", "startall", ""),
        task("pve1", "imgdel", "101@nfs"),
    ];
    assert_eq!(with_tasks(&away), []);
}

#[test]
fn a_task_that_may_come_to_a_guest_is_a_warning() {
    for (kind, steps) in [
        ("vzdump", vec![1, 2]),
        ("stopall", vec![1, 2]),
        ("bulk-shutdown", vec![1, 2]),
    ] {
        let met = with_tasks(&[task("pve1", kind, "")]);
        assert_eq!(met.len(), 1, "{kind}");
        assert!(!met[0].blocks, "{kind}");
        assert_eq!(met[0].steps, steps, "{kind}");
    }
}

#[test]
fn whatever_runs_on_a_node_is_in_the_way_of_its_restart_but_not_of_its_services() {
    let facts = cluster();
    let restart = planned(json!([on_node("node.reboot", "pve3")]), &facts).plan;
    let around = |kind: &str, id: &str| Surroundings {
        tasks: vec![task("pve3", kind, id)],
        ..quiet(&facts)
    };
    for (kind, id) in [("aptupdate", ""), ("download", "x.iso"), ("qmclone", "102")] {
        let met = find(&restart, &around(kind, id));
        assert!(met.len() == 1 && met[0].blocks, "{kind}");
    }
    assert_eq!(find(&restart, &around("vncshell", "")), []);
    let mut service = on_node("node.service.restart", "pve3");
    service["service"] = json!("chrony");
    let service = planned(json!([service]), &facts).plan;
    assert_eq!(find(&service, &around("download", "x.iso")), []);
    assert!(find(&service, &around("aptupdate", ""))[0].blocks);
}

#[test]
fn a_guest_lock_names_the_task_that_holds_it() {
    let facts = facts();
    let plan = plan_of_two(&facts);
    let locked = changed(103, |guest| guest.lock = Some("backup".to_owned()));
    let around = |tasks: Vec<Task>| Surroundings {
        tasks,
        ..quiet(&locked)
    };
    let lock_of = |met: &[Collision]| match &met[0].with {
        CollidesWith::GuestLock { lock, task, .. } => (lock.clone(), task.clone()),
        other => panic!("{other:?}"),
    };
    let alone = find(&plan, &around(vec![]));
    assert!(alone.len() == 1 && alone[0].blocks);
    assert_eq!(
        (&alone[0].steps, lock_of(&alone)),
        (&vec![2], ("backup".to_owned(), None))
    );
    let held = task("pve1", "vzdump", "103");
    let met = find(
        &plan,
        &around(vec![task("pve1", "vzsnapshot", "103"), held.clone()]),
    );
    assert_eq!(lock_of(&met).1, Some(held.upid));
    // One backup of many guests on the guest's node can hold it as well; one on another node cannot.
    let many = find(&plan, &around(vec![task("pve1", "vzdump", "")]));
    assert!(lock_of(&many).1.is_some());
    let elsewhere = find(&plan, &around(vec![task("pve2", "vzdump", "")]));
    assert_eq!(lock_of(&elsewhere).1, None);
}

#[test]
fn the_lock_of_a_hibernated_guest_is_no_sign_of_work() {
    let hibernated = changed(101, |guest| guest.lock = Some("suspended".to_owned()));
    assert_eq!(find(&plan_of_two(&facts()), &quiet(&hibernated)), []);
}

fn rival(standing: Standing, locks: impl IntoIterator<Item = Lock>) -> Rival {
    Rival {
        proposal: "01997000-0000-7000-8000-00000000cafe"
            .parse()
            .expect("a UUID"),
        title: Some("Reboot ct-01".to_owned()),
        standing,
        execution: None,
        locks: locks.into_iter().collect(),
        until: Some(after(600)),
    }
}

#[test]
fn another_plan_blocks_when_it_is_carried_out_and_warns_before() {
    let facts = facts();
    let plan = plan_of_two(&facts);
    let shared = planned(json!([action("guest.reboot", 103)]), &facts).plan;
    for (standing, blocks) in [
        (Standing::Waiting, false),
        (Standing::Approved, false),
        (Standing::Executing, true),
        (Standing::NeedsAttention, true),
    ] {
        let around = Surroundings {
            rivals: vec![rival(standing, locks(&shared))],
            ..quiet(&facts)
        };
        let met = find(&plan, &around);
        assert_eq!(met.len(), 1, "{standing:?}");
        assert_eq!(
            (met[0].blocks, &met[0].steps),
            (blocks, &vec![2]),
            "{standing:?}"
        );
        assert_eq!(met[0].until, Some(after(600)));
    }
}

#[test]
fn a_queue_is_waited_in_and_what_was_left_behind_is_not() {
    let facts = facts();
    let storage = Lock::Storage {
        storage: "nfs".parse().expect("a name"),
    };
    let mut plan = plan_of_two(&facts);
    plan.steps[0].locks = vec![storage.clone()];
    for (standing, blocks) in [
        (Standing::Executing, false),
        (Standing::NeedsAttention, true),
    ] {
        let around = Surroundings {
            rivals: vec![rival(standing, [storage.clone()])],
            ..quiet(&facts)
        };
        assert_eq!(find(&plan, &around)[0].blocks, blocks, "{standing:?}");
    }
}

#[test]
fn who_does_not_reach_another_plan_learns_that_there_is_one_and_no_more() {
    let facts = facts();
    let plan = plan_of_two(&facts);
    let hidden = Rival {
        title: None,
        ..rival(Standing::Executing, locks(&plan))
    };
    let around = Surroundings {
        rivals: vec![hidden.clone()],
        ..quiet(&facts)
    };
    let met = find(&plan, &around);
    assert!(matches!(met[0].with, CollidesWith::HiddenProposal { .. }));
    let told = serde_json::to_string(&met).expect("JSON");
    assert!(!told.contains(&hidden.proposal.to_string()), "{told}");
}

#[test]
fn a_plan_never_meets_itself() {
    let facts = facts();
    let plan = plan_of_two(&facts);
    let own = Rival {
        proposal: plan.proposal,
        ..rival(Standing::Executing, locks(&plan))
    };
    let around = Surroundings {
        rivals: vec![own],
        ..quiet(&facts)
    };
    assert_eq!(find(&plan, &around), []);
}

#[test]
fn a_backup_job_is_met_by_the_steps_that_may_be_at_work_when_it_begins() {
    let facts = facts();
    let plan = plan_of_two(&facts);
    let first = i64::from(plan.steps[0].timeout_s);
    let all = first + i64::from(plan.steps[1].timeout_s);
    assert_eq!(ends_by(&plan, now()), after(all));
    let met = |job: BackupJob| {
        let around = Surroundings {
            jobs: vec![job],
            ..quiet(&facts)
        };
        find(&plan, &around)
    };
    let everything = || Covers::AllBut([].into());
    for (in_seconds, steps) in [
        (-30, vec![1, 2]),
        (first, vec![1, 2]),
        (first + 1, vec![2]),
        (all, vec![2]),
    ] {
        let found = met(job(in_seconds, everything()));
        assert_eq!(found.len(), 1, "{in_seconds}");
        assert!(!found[0].blocks);
        assert_eq!(found[0].steps, steps, "{in_seconds}");
        assert_eq!(found[0].from, Some(after(in_seconds)));
    }
    assert_eq!(met(job(all + 1, everything())), []);
    assert_eq!(met(job(0, Covers::AllBut([101, 103].into()))), []);
    assert_eq!(met(job(0, Covers::These([102].into()))), []);
    assert_eq!(met(job(0, Covers::Pool("none".to_owned()))), []);
    assert_eq!(met(job(0, Covers::These([103].into())))[0].steps, [2]);
    let elsewhere = BackupJob {
        node: Some("pve2".to_owned()),
        ..job(0, everything())
    };
    assert_eq!(met(elsewhere), []);
}

#[test]
fn a_migrated_guest_is_met_where_it_is_now() {
    let facts = facts();
    let plan = planned(json!([migrate(101, "pve2")]), &facts).plan;
    let moved = changed(101, |guest| guest.node = node("pve3"));
    let around = |on: &str| Surroundings {
        tasks: vec![task(on, "vzdump", "")],
        ..quiet(&moved)
    };
    assert_eq!(find(&plan, &around("pve1")), []);
    assert_eq!(find(&plan, &around("pve3")).len(), 1);
}

fn any_around() -> impl Strategy<Value = Surroundings> {
    let kinds = prop::sample::select(vec![
        "qmstart",
        "vzdump",
        "stopall",
        "vncproxy",
        "imgdel",
        "aptupdate",
    ]);
    let ids = prop::sample::select(vec!["", "101", "103", "9000", "101@nfs"]);
    let nodes = prop::sample::select(vec!["pve1", "pve2"]);
    let tasks = prop::collection::vec((nodes, kinds, ids), 0..4);
    let jobs = prop::collection::vec((-100_i64..5000, any::<bool>()), 0..3);
    (tasks, jobs).prop_map(|(tasks, jobs)| Surroundings {
        tasks: tasks
            .into_iter()
            .map(|(on, kind, id)| task(on, kind, id))
            .collect(),
        jobs: jobs
            .into_iter()
            .map(|(at, all)| {
                let covers = if all {
                    Covers::AllBut([].into())
                } else {
                    Covers::These([101].into())
                };
                job(at, covers)
            })
            .collect(),
        ..quiet(&lively())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Every collision names steps and leases that the plan has, what blocks comes first, and more going on is never
    /// less met.
    #[test]
    fn collisions_are_about_the_plan_and_more_going_on_is_never_less_met(
        draft in feasible_draft(&lively()),
        around in any_around(),
    ) {
        let facts = lively();
        let Ok(planned) = try_plan(&draft, &facts, false) else {
            return Ok(());
        };
        let plan = planned.plan;
        let found = find(&plan, &around);
        let names: Vec<String> = locks(&plan).iter().map(ToString::to_string).collect();
        for one in &found {
            prop_assert!(!one.steps.is_empty() && !one.over.is_empty());
            prop_assert!(one.steps.iter().all(|number| plan.steps.iter().any(|step| step.number == *number)));
            prop_assert!(one.over.iter().all(|name| names.contains(name)));
        }
        prop_assert!(found.is_sorted_by_key(|one| !one.blocks));
        let fewer = Surroundings { tasks: around.tasks.iter().skip(1).cloned().collect(), ..around.clone() };
        for one in find(&plan, &fewer) {
            let same = |other: &&Collision| match (&one.with, &other.with) {
                // Another task may be found to hold the lock.
                (CollidesWith::GuestLock { guest: a, .. }, CollidesWith::GuestLock { guest: b, .. }) => a == b,
                (a, b) => a == b,
            };
            let there = found.iter().find(same);
            prop_assert!(there.is_some_and(|there| there.blocks >= one.blocks), "{one:?}");
        }
        // Asked twice, answered alike.
        prop_assert_eq!(find(&plan, &around), found);
    }
}
