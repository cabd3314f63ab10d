//! Rights are asked again before each step: whoever stood for a plan and may not any more stops it at that boundary.

use serde_json::json;

use crate::app::{App, eventually, text};
use crate::cast::{ADA, ALAN, OTTO};

/// A migration of a production guest (needs no approval: moved live), then a shutdown of it (needs one).
fn long_plan() -> serde_json::Value {
    json!({ "draft": { "actions": [
        { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 101 }, "node": "pve2" },
        { "action": "guest.shutdown", "target": { "kind": "qemu", "vmid": 101 } },
    ] } })
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_loses_a_right_while_it_runs_stops_it_before_the_next_step() {
    for (who, change, name) in [
        (OTTO, "role = 'viewer'", "Otto"),
        (
            OTTO,
            "disabled_at = now(), disabled_reason = 'admin'",
            "Otto",
        ),
        (OTTO, "scope = '{\"tags\":[\"db\"]}'", "Otto"),
        (ADA, "role = 'operator'", "Ada"),
        (
            ADA,
            "disabled_at = now(), disabled_reason = 'no_role'",
            "Ada",
        ),
    ] {
        let app = App::start().await;
        let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
        let alan = app.sign_in_as(ALAN).await;
        let proposal = otto.propose(long_plan()).await;
        assert_eq!(proposal["approvals_required"], 1);
        assert_eq!(app.approve(&ada, &proposal).await.0, 200);
        let execution = otto.confirm(&proposal).await;
        eventually("the first step runs", async || {
            (app.tasks("qmigrate", 101) == 1).then_some(())
        })
        .await;
        app.change(who, change).await;
        let done = alan.finished(&execution).await;
        assert_eq!(done["state"], "stopped", "{change}: {done:#}");
        assert_eq!(
            done["steps"][0]["state"], "succeeded",
            "followed to its end"
        );
        assert_eq!(done["steps"][1]["state"], "not_started");
        assert_eq!(done["stop"]["by"], "argus");
        let reason = text(&done["stop"]["reason"]);
        assert!(reason.starts_with(name), "{reason}");
        assert_eq!(app.tasks("qmshutdown", 101), 0, "nothing was sent");
        let path = format!(
            "/api/ledger?limit=50&subject=execution/{}",
            text(&execution)
        );
        let records = alan.get(&path).await;
        let kinds: Vec<_> = records["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| text(&record["kind"]).to_owned())
            .collect();
        assert_eq!(
            kinds
                .iter()
                .filter(|kind| *kind == "execution.stop_requested")
                .count(),
            1,
            "{kinds:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_somebody_who_does_not_stand_for_it_changes_nothing() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let proposal = otto.propose(long_plan()).await;
    assert_eq!(app.approve(&ada, &proposal).await.0, 200);
    let execution = otto.confirm(&proposal).await;
    app.change(ALAN, "disabled_at = now(), disabled_reason = 'admin'")
        .await;
    let done = ada.finished(&execution).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
}
