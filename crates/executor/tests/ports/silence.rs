//! Nobody answers for a node, for a while.

use std::time::Duration;

use argus_types::event::FailureReason;
use argus_types::execution::ExecutionState;
use tokio::time::Instant;

use crate::world::{World, migrate, snapshot};

#[tokio::test(start_paused = true)]
async fn a_task_is_followed_through_a_silence_and_asked_for_less_and_less() {
    const SILENCE: Duration = Duration::from_secs(100);
    let world = World::new(vec![snapshot()]);
    let proxmox = world.proxmox.clone();
    let silence = async {
        proxmox.sent.notified().await;
        proxmox.script().silent_until = Some(Instant::now() + SILENCE);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = world.run() => {}
        () = silence => {}
    }
    let events = world.events();
    assert_eq!(world.state(), ExecutionState::Succeeded, "{events:#?}");
    assert!(world.began.elapsed() >= SILENCE);
    assert_eq!((world.sends(), world.tasks()), (1, 1));
    let asked = proxmox.script().asked_in_vain;
    assert!((5..25).contains(&asked), "asked {asked} times in vain");
}

#[tokio::test(start_paused = true)]
async fn a_silence_before_a_step_delays_it_and_one_that_stays_ends_it_unsent() {
    for (silence, expected) in [
        (Duration::from_secs(25), ExecutionState::Succeeded),
        (Duration::from_hours(1), ExecutionState::Failed),
    ] {
        let world = World::new(vec![migrate()]);
        world.proxmox.script().silent_until = Some(Instant::now() + silence);
        world.run().await;
        assert_eq!(world.state(), expected, "{:#?}", world.events());
        let step = &world.steps()[0];
        assert_eq!(step.attempt, 1);
        let unread = step.failure == Some(FailureReason::PreCheckUnavailable);
        assert_eq!(unread, expected == ExecutionState::Failed);
        assert_eq!(world.sends(), usize::from(!unread));
    }
}
