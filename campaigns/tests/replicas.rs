//! The campaigns whose replicas are processes, in small; `cargo xtask campaign NAME` runs each in full.

use std::process::Command;

fn holds(arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_argus-campaigns"))
        .args(arguments)
        .output()
        .expect("the campaigns start");
    let told = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}\n{told}\n{wrong}");
}

#[test]
fn executors_killed_at_every_boundary_do_nothing_twice_and_lose_nothing() {
    holds(&["kills", "--kills", "120", "--round", "120", "--seed", "7"]);
}

#[test]
fn executors_frozen_past_their_leases_change_nothing_when_they_wake() {
    holds(&["zombies", "--zombies", "4", "--seed", "7"]);
}

#[test]
fn a_database_that_goes_away_in_any_phase_of_a_step_makes_nothing_happen_twice() {
    holds(&["database", "--once", "--seed", "7"]);
}

#[test]
fn clocks_that_jump_run_fast_or_differ_steal_no_lease_and_make_nothing_happen_twice() {
    holds(&["clocks", "--quiet", "2", "--kills", "4", "--seed", "7"]);
}

#[test]
fn whatever_dies_at_random_moments_nothing_happens_twice_nothing_is_lost_and_nothing_grows() {
    holds(&[
        "soak",
        "--seconds",
        "40",
        "--every-ms",
        "3000",
        "--seed",
        "7",
    ]);
}
