//! "Test connection": one question to a provider, and what it showed.

use argus_types::drafting::{ProviderTest, SchemaEnforcement};
use leptos::prelude::*;

use crate::api::models::test;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::dynamic;
use crate::format::duration::fine_duration;
use crate::format::words::Tone;

/// The button, and what the last test showed.
#[component]
pub fn TestConnection(
    /// The provider.
    name: String,
    /// What an earlier test showed.
    last: Option<ProviderTest>,
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
        <div role="status">{dynamic(move || shown.get().map(|came| view! { <Shown came=came /> }))}</div>
    }
}

#[component]
fn Shown(came: ProviderTest) -> impl IntoView {
    let latency = came
        .latency_ms
        .and_then(|took| i64::try_from(took).ok())
        .map(|took| format!(" It took {}.", fine_duration(took)));
    view! {
        <div data-testid="tested">
            <ul class="timeline">{lines(&came).into_iter().map(line).collect_view()}</ul>
            <p class="fine">"Tested " <Moment at=came.at /> "." {latency}</p>
            {came.message.map(|text| view! { <p>{text}</p> })}
        </div>
    }
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
fn lines(came: &ProviderTest) -> Vec<(Tone, &'static str)> {
    let verdict = |holds: Option<bool>, yes, no, unknown| match holds {
        Some(true) => (Tone::Good, yes),
        Some(false) => (Tone::Bad, no),
        None => (Tone::Quiet, unknown),
    };
    let schema = match came.enforcement {
        SchemaEnforcement::Enforced => Tone::Good,
        SchemaEnforcement::NotEnforced => Tone::Warn,
        SchemaEnforcement::Refused => Tone::Bad,
        SchemaEnforcement::Unknown => Tone::Quiet,
    };
    vec![
        verdict(
            Some(came.is_reachable),
            "Something answers there",
            "Nothing answers there",
            "",
        ),
        verdict(
            came.is_authorised,
            "The key is taken",
            "The key is refused",
            "Whether the key is taken is not known",
        ),
        verdict(
            came.has_model,
            "The model is there",
            "The model is not there",
            "Whether the model is there is not known",
        ),
        (
            schema,
            match came.enforcement {
                SchemaEnforcement::Enforced => "Its answers keep to the schema",
                SchemaEnforcement::NotEnforced => {
                    "No schema enforcement: it can be used, and more of its drafts will be refused"
                }
                SchemaEnforcement::Refused => "It refuses the schema",
                SchemaEnforcement::Unknown => "Whether it keeps to a schema is not known",
            },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use argus_types::Timestamp;

    use super::*;

    #[test]
    fn what_a_test_did_not_come_to_is_not_said_to_be_well() {
        let came = ProviderTest {
            name: "main".to_owned(),
            at: Timestamp::from_unix(1_795_000_000).unwrap(),
            is_reachable: true,
            is_authorised: Some(false),
            has_model: None,
            enforcement: SchemaEnforcement::Unknown,
            latency_ms: None,
            message: None,
        };
        let tones: Vec<Tone> = lines(&came).into_iter().map(|(tone, _)| tone).collect();
        assert_eq!(tones, [Tone::Good, Tone::Bad, Tone::Quiet, Tone::Quiet]);
    }
}
