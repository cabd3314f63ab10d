//! Pure decisions: planner, risk, approval rules, execution state machine. No clock, no randomness, no network.
