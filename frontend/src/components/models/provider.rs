//! One provider: how it is set up, how it does, and a test of its connection.

use leptos::prelude::*;

use super::money::amount;
use super::test::TestConnection;
use crate::api::part::Part;
use crate::components::icon::Glyph;
use crate::components::pill::Pill;
use crate::format::count::grouped;
use crate::format::duration::{duration, fine_duration};
use crate::format::words::{Tone, Word};

/// The card: `ProviderStatus`.
pub fn provider(provider: Part<'_>, currency: &str) -> AnyView {
    let name = provider.text("name");
    let (label, title) = (name.clone(), name.clone());
    let reach = if provider.is("is_local") {
        Word {
            text: "nothing leaves the LAN",
            tone: Tone::Good,
            glyph: Glyph::Lock,
        }
    } else {
        Word {
            text: "outside of our network",
            tone: Tone::Warn,
            glyph: Glyph::Leave,
        }
    };
    let alone = provider.number("left_alone_s").map(|seconds| {
        let length = length(seconds * 1000);
        view! { <p class="quiet-line">{format!("It was silent and is left alone for {length}.")}</p> }
    });
    view! {
        <section class="panel" aria-label=label data-testid="provider">
            <h2>{title}</h2>
            <p class="review-pills">
                <Pill word=health(provider) />
                <Pill word=reach />
            </p>
            {alone}
            {list(set_up(provider, currency))}
            <h3>"The last 24 hours"</h3>
            {list(last_day(provider, currency))}
            <TestConnection name=name last=provider.get("last_test").map(|test| test.0.clone()) />
        </section>
    }
    .into_any()
}

fn list(facts: Vec<(&'static str, String)>) -> AnyView {
    let facts = facts.into_iter().map(|(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
        .into_any()
    });
    view! { <dl class="model-facts">{facts.collect_view()}</dl> }.into_any()
}

fn set_up(provider: Part<'_>, currency: &str) -> Vec<(&'static str, String)> {
    let text = |name| provider.text(name);
    let number = |name| grouped(&provider.text(name));
    let timeout = provider.number("timeout_s").unwrap_or_default();
    let chosen = |name, yes: &str, no: &str| if provider.is(name) { yes } else { no }.to_owned();
    vec![
        ("Model", text("model")),
        ("At", text("base_url")),
        (
            "Speaks",
            format!("{}, {} schema", text("format"), text("rendering")),
        ),
        ("Key", chosen("has_key", "set", "none")),
        (
            "Trusted",
            chosen(
                "has_ca_file",
                "by authorities of its own",
                "by the system's authorities",
            ),
        ),
        (
            "At most",
            format!(
                "{} a question, {} tokens an answer, {} tokens in all",
                length(timeout * 1000),
                number("max_output_tokens"),
                number("context_tokens")
            ),
        ),
        (
            "Price",
            format!(
                "{} read, {} written, in {currency} a million tokens",
                text("price_input"),
                text("price_output")
            ),
        ),
    ]
}

fn last_day(provider: Part<'_>, currency: &str) -> Vec<(&'static str, String)> {
    let Some(used) = provider
        .get("last_day")
        .filter(|used| used.number("asked") > Some(0))
    else {
        return vec![("Asked", "not at all".to_owned())];
    };
    let took = |name| used.number(name).map_or_else(|| "–".to_owned(), length);
    let mut facts = vec![
        (
            "Answered",
            format!("{} of {}", used.text("answered"), used.text("asked")),
        ),
        (
            "Within",
            format!(
                "{} half of them, {} at 95 of 100",
                took("latency_p50_ms"),
                took("latency_p95_ms")
            ),
        ),
        (
            "Tokens",
            format!(
                "{} read, {} written",
                grouped(&used.text("tokens_in")),
                grouped(&used.text("tokens_out"))
            ),
        ),
        (
            "Cost",
            amount(used.number("money").unwrap_or_default(), currency),
        ),
    ];
    if let Some(why) = used.maybe("last_failure") {
        facts.push(("The last one failed", why));
    }
    facts
}

fn length(milliseconds: u64) -> String {
    let milliseconds = i64::try_from(milliseconds).unwrap_or(i64::MAX);
    if milliseconds < 10_000 {
        fine_duration(milliseconds)
    } else {
        duration(milliseconds)
    }
}

/// How it does, in a word.
fn health(provider: Part<'_>) -> Word {
    let used = provider.get("last_day");
    let failed = used.is_some_and(|used| used.get("last_failure").is_some());
    let answered = used.and_then(|used| used.number("answered"));
    let (text, tone, glyph) = if provider.get("left_alone_s").is_some() {
        ("left alone", Tone::Bad, Glyph::Cross)
    } else if failed {
        ("the last request failed", Tone::Warn, Glyph::Warn)
    } else if answered > Some(0) {
        ("answers", Tone::Good, Glyph::Check)
    } else {
        ("not asked lately", Tone::Quiet, Glyph::Question)
    };
    Word { text, tone, glyph }
}

#[cfg(test)]
mod tests {
    use argus_types::drafting::{ProviderStatus, ProviderUse};

    use super::*;

    fn status() -> ProviderStatus {
        ProviderStatus {
            name: "gpu".to_owned(),
            format: "ollama".to_owned(),
            base_url: "http://gpu.lan:11434".to_owned(),
            model: "m".to_owned(),
            is_local: true,
            has_key: false,
            has_ca_file: false,
            rendering: "rich".to_owned(),
            price_input: "0".to_owned(),
            price_output: "0".to_owned(),
            timeout_s: 600,
            max_output_tokens: 2048,
            context_tokens: 16_384,
            left_alone_s: None,
            last_day: ProviderUse::default(),
            last_test: None,
        }
    }

    #[test]
    fn only_a_provider_that_answers_is_said_to_answer() {
        let health = |held: &ProviderStatus| {
            let value = serde_json::to_value(held).unwrap();
            health(Part(&value))
        };
        let mut held = status();
        assert_eq!(health(&held).text, "not asked lately");
        held.last_day.answered = 3;
        assert_eq!(health(&held).tone, Tone::Good);
        held.last_day.last_failure = Some("no connection".to_owned());
        assert_eq!(health(&held).tone, Tone::Warn);
        held.left_alone_s = Some(30);
        assert_eq!(health(&held).tone, Tone::Bad);
    }

    #[test]
    fn all_that_is_set_up_is_read_as_the_contract_writes_it() {
        let mut held = status();
        let facts = |held: &ProviderStatus,
                     read: fn(Part<'_>, &str) -> Vec<(&'static str, String)>| {
            let value = serde_json::to_value(held).unwrap();
            let facts = read(Part(&value), "EUR").into_iter();
            facts
                .map(|(name, value)| format!("{name}: {value}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            facts(&held, set_up),
            [
                "Model: m",
                "At: http://gpu.lan:11434",
                "Speaks: ollama, rich schema",
                "Key: none",
                "Trusted: by the system's authorities",
                "At most: 10 min 00 s a question, 2,048 tokens an answer, 16,384 tokens in all",
                "Price: 0 read, 0 written, in EUR a million tokens",
            ]
        );
        assert_eq!(facts(&held, last_day), ["Asked: not at all"]);
        held.last_day = ProviderUse {
            asked: 4,
            answered: 3,
            latency_p50_ms: Some(1500),
            latency_p95_ms: None,
            tokens_in: 10_500,
            tokens_out: 20,
            money: 1_500_000,
            last_failure: Some("no connection".to_owned()),
        };
        assert_eq!(
            facts(&held, last_day),
            [
                "Answered: 3 of 4",
                "Within: 1.5 s half of them, – at 95 of 100",
                "Tokens: 10,500 read, 20 written",
                "Cost: 1.50 EUR",
                "The last one failed: no connection",
            ]
        );
    }
}
