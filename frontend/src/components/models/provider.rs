//! One provider: how it is set up, how it does, and a test of its connection.

use argus_types::drafting::{ProviderStatus, ProviderUse};
use leptos::prelude::*;

use super::money::amount;
use super::test::TestConnection;
use crate::components::icon::Glyph;
use crate::components::pill::Pill;
use crate::format::duration::{duration, fine_duration};
use crate::format::words::{Tone, Word};

/// The card.
#[component]
pub fn Provider(
    /// The provider.
    provider: ProviderStatus,
    /// When it is asked, from 1.
    place: usize,
    /// How many there are.
    of: usize,
    /// What prices are in.
    currency: String,
) -> impl IntoView {
    let id = format!("provider-{place}");
    let labelled = id.clone();
    let health = health(&provider);
    let reach = if provider.is_local {
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
    let order = (of > 1).then(|| format!("{place}. "));
    let alone = provider.left_alone_s.map(|seconds| {
        format!(
            "It was silent and is left alone for {}.",
            length(seconds * 1000)
        )
    });
    let prices = format!(
        "{} read, {} written, in {currency} a million tokens",
        provider.price_input, provider.price_output
    );
    let key = if provider.has_key { "set" } else { "none" };
    let trust = if provider.has_ca_file {
        "by authorities of its own"
    } else {
        "by the system's authorities"
    };
    let limits = format!(
        "{} a question, {} tokens an answer, {} tokens in all",
        length(provider.timeout_s * 1000),
        provider.max_output_tokens,
        provider.context_tokens
    );
    view! {
        <section class="panel" aria-labelledby=labelled data-testid="provider">
            <h2 id=id>{order} {provider.name.clone()}</h2>
            <p class="review-pills">
                <Pill word=health />
                <Pill word=reach />
            </p>
            {alone.map(|text| view! { <p class="quiet-line">{text}</p> })}
            <dl class="model-facts">
                {fact("Model", provider.model)}
                {fact("At", provider.base_url)}
                {fact("Speaks", format!("{}, {} schema", provider.format, provider.rendering))}
                {fact("Key", key.to_owned())}
                {fact("Trusted", trust.to_owned())}
                {fact("At most", limits)}
                {fact("Price", prices)}
            </dl>
            <h3>"The last 24 hours"</h3>
            {last_day(&provider.last_day, &currency)}
            <TestConnection name=provider.name last=provider.last_test />
        </section>
    }
}

fn fact(name: &'static str, value: String) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

fn last_day(used: &ProviderUse, currency: &str) -> AnyView {
    if used.asked == 0 {
        return view! { <p class="quiet-line">"It was not asked."</p> }.into_any();
    }
    let answers = format!("{} of {}", used.answered, used.asked);
    let took = |milliseconds: Option<u64>| milliseconds.map_or_else(|| "–".to_owned(), length);
    let latency = format!(
        "{} half of them, {} at 95 of 100",
        took(used.latency_p50_ms),
        took(used.latency_p95_ms)
    );
    let tokens = format!("{} read, {} written", used.tokens_in, used.tokens_out);
    view! {
        <dl class="model-facts">
            {fact("Answered", answers)}
            {fact("Within", latency)}
            {fact("Tokens", tokens)}
            {fact("Cost", amount(used.money, currency))}
            {used.last_failure.clone().map(|why| fact("The last one failed", why))}
        </dl>
    }
    .into_any()
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
fn health(provider: &ProviderStatus) -> Word {
    let used = &provider.last_day;
    let (text, tone, glyph) = if provider.left_alone_s.is_some() {
        ("left alone", Tone::Bad, Glyph::Cross)
    } else if used.last_failure.is_some() {
        ("the last request failed", Tone::Warn, Glyph::Warn)
    } else if used.answered > 0 {
        ("answers", Tone::Good, Glyph::Check)
    } else {
        ("not asked lately", Tone::Quiet, Glyph::Question)
    };
    Word { text, tone, glyph }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider() -> ProviderStatus {
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
        let mut held = provider();
        assert_eq!(health(&held).text, "not asked lately");
        held.last_day.answered = 3;
        assert_eq!(health(&held).tone, Tone::Good);
        held.last_day.last_failure = Some("no connection".to_owned());
        assert_eq!(health(&held).tone, Tone::Warn);
        held.left_alone_s = Some(30);
        assert_eq!(health(&held).tone, Tone::Bad);
    }
}
