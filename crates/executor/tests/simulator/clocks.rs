//! Two replicas whose clocks are wrong and jump. Leases live by the database's clock.

use argus_types::execution::ExecutionState;

use crate::lab::{Lab, SkewedClock, migrate, shutdown, snapshot, vm};

const HOUR: i64 = 3600;

#[tokio::test]
async fn clocks_that_jump_an_hour_while_a_step_runs_steal_no_lease_and_start_no_step_twice() {
    for jump in [HOUR, -HOUR] {
        let lab = Lab::start().await;
        let id = lab
            .confirm(vec![
                migrate(vm(101), "pve3"),
                snapshot(vm(101)),
                shutdown(vm(102)),
            ])
            .await;
        let (driving, waiting) = (SkewedClock::default(), SkewedClock::default());
        let process = lab.process_by("a", &driving);
        lab.until(id, |execution| execution.steps[0].upid.is_some())
            .await;
        // It looks for what nobody drives twenty times a second: between any two of the jumps below.
        let _other = lab.process_by("b", &waiting);
        for (step, error) in [jump, -jump, 0].into_iter().enumerate() {
            lab.until(id, |execution| execution.steps[step].upid.is_some())
                .await;
            driving.set(error);
            waiting.set(-error);
        }
        let execution = lab.ended(id).await;
        assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
        assert!(execution.steps.iter().all(|step| step.attempt == 1));
        assert_eq!(lab.simulator.tasks().len(), 3);
        assert!(lab.was_claimed_once(id).await, "{execution:#?}");

        // The other one was there all the time.
        drop(process);
        let next = lab.confirm(vec![snapshot(vm(102))]).await;
        assert_eq!(lab.ended(next).await.state, ExecutionState::Succeeded);
    }
}
