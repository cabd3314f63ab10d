//! Durable execution of confirmed plans.
