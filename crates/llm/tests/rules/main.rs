//! What the built-in rules make of words: tables of requests, and properties that hold for any text.

mod intents;
mod linter;
mod mutations;
mod open;
mod properties;
mod questions;
mod scene;
mod sentences;
