//! A round with a language model: scripted stand-ins say what they like, and what comes of it is looked at.

mod answers;
mod counterfactual;
mod prompts;
mod properties;
mod provenance;
mod round;
mod secrets;
mod stand_in;
mod suspects;

#[path = "../rules/scene.rs"]
#[expect(
    dead_code,
    reason = "the cluster of the rules' tests, without their short ways"
)]
mod scene;
