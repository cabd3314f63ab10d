//! `[drafting]` of a console whose language model a test plays.

use serde::Serialize;

/// The section: one provider on this machine, in the form that most local servers speak.
#[derive(Serialize)]
pub(super) struct Section {
    tokens_per_day: u64,
    money_per_day: &'static str,
    reads_notes: bool,
    providers: [Provider; 1],
}

#[derive(Serialize)]
struct Provider {
    name: &'static str,
    format: &'static str,
    base_url: String,
    model: &'static str,
    is_local: bool,
    price_input: &'static str,
    price_output: &'static str,
}

/// A model at `port` of this machine. Nobody needs to listen there before it is asked.
pub(super) fn section(port: u16) -> Section {
    Section {
        tokens_per_day: 5_000_000,
        money_per_day: "20",
        reads_notes: true,
        providers: [Provider {
            name: "gpu",
            format: "openai_chat",
            base_url: format!("http://127.0.0.1:{port}/v1"),
            model: "script-1",
            is_local: true,
            price_input: "0.25",
            price_output: "2.00",
        }],
    }
}
