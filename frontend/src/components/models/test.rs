//! "Test connection": one question to a provider, and what it showed.

use leptos::prelude::*;
use serde_json::Value;

use crate::api::models::test;
use crate::api::part::Part;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::dynamic;
use crate::format::words::Tone;

/// The button, and what the last test showed.
#[component]
pub fn TestConnection(
    /// The provider.
    name: String,
    /// What an earlier test showed: `ProviderTest`.
    last: Option<Value>,
) -> impl IntoView {
    let api = use_api();
    let shown = RwSignal::new(last);
    let testing = Submission::new();
    let run = move |_| {
        let name = name.clone();
        testing.run(
            name.clone(),
            move |key| test(api, name, key),
            move |came| shown.set(Some(came)),
        );
    };
    view! {
        <div class="button-row">
            <button type="button" class="button" disabled=move || testing.pending.get() on:click=run>
                {dynamic(move || if testing.pending.get() { "Asking…" } else { "Test connection" })}
            </button>
            <span class="fine">"Asks one question, which costs a few hundred tokens."</span>
        </div>
        <Failure error=testing.error before="Not tested." />
        <div role="status">{dynamic(move || shown.with(|came| came.as_ref().map(|came| tested(Part(came)))))}</div>
    }
}

fn tested(came: Part<'_>) -> AnyView {
    let took = came
        .maybe("latency_ms")
        .map(|took| format!(", answered after {took} ms"));
    view! {
        <div data-testid="tested">
            <ul class="timeline">{lines(came).into_iter().map(line).collect_view()}</ul>
            <p class="fine">"Tested " {came.moment("at").map(|at| view! { <Moment at=at /> })} {took}</p>
            <p>{came.text("message")}</p>
        </div>
    }
    .into_any()
}

fn line((tone, text): (Tone, &'static str)) -> AnyView {
    let glyph = match tone {
        Tone::Good => Glyph::Check,
        Tone::Bad => Glyph::Cross,
        Tone::Warn => Glyph::Warn,
        _ => Glyph::Question,
    };
    view! {
        <li class=tone.class()>
            <Icon glyph=glyph />
            <p>{text}</p>
        </li>
    }
    .into_any()
}

/// What the test showed, from the first thing on that had to hold.
fn lines(came: Part<'_>) -> [(Tone, &'static str); 4] {
    let verdict = |name, yes, no, unknown| match (came.is(name), came.get(name)) {
        (true, _) => (Tone::Good, yes),
        (false, Some(_)) => (Tone::Bad, no),
        (false, None) => (Tone::Quiet, unknown),
    };
    let schema = match came.text("enforcement").as_str() {
        "enforced" => (Tone::Good, "Its answers keep to the schema"),
        "not_enforced" => (
            Tone::Warn,
            "No schema enforcement: it can be used, and more of its drafts will be refused",
        ),
        "refused" => (Tone::Bad, "It refuses the schema"),
        _ => (Tone::Quiet, "Whether it keeps to a schema is not known"),
    };
    [
        verdict(
            "is_reachable",
            "Something answers there",
            "Nothing answers there",
            "Whether anything answers there is not known",
        ),
        verdict(
            "is_authorised",
            "The key is taken",
            "The key is refused",
            "Whether the key is taken is not known",
        ),
        verdict(
            "has_model",
            "The model is there",
            "The model is not there",
            "Whether the model is there is not known",
        ),
        schema,
    ]
}

#[cfg(test)]
mod tests {
    use argus_types::Timestamp;
    use argus_types::drafting::{ProviderTest, SchemaEnforcement};

    use super::*;

    #[test]
    fn what_a_test_did_not_come_to_is_not_said_to_be_well() {
        let mut held = ProviderTest {
            name: "main".to_owned(),
            at: Timestamp::from_unix(1_795_000_000).unwrap(),
            is_reachable: true,
            is_authorised: Some(false),
            has_model: None,
            enforcement: SchemaEnforcement::Unknown,
            latency_ms: None,
            message: None,
        };
        let tones = |held: &ProviderTest| {
            let value = serde_json::to_value(held).unwrap();
            lines(Part(&value)).map(|(tone, _)| tone)
        };
        assert_eq!(
            tones(&held),
            [Tone::Good, Tone::Bad, Tone::Quiet, Tone::Quiet]
        );
        held.is_authorised = Some(true);
        held.has_model = Some(true);
        for (enforcement, tone) in [
            (SchemaEnforcement::Enforced, Tone::Good),
            (SchemaEnforcement::NotEnforced, Tone::Warn),
            (SchemaEnforcement::Refused, Tone::Bad),
        ] {
            held.enforcement = enforcement;
            assert_eq!(tones(&held), [Tone::Good, Tone::Good, Tone::Good, tone]);
        }
    }
}
