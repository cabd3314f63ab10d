//! Language models: how they are set up, how they do, how good their drafts are.

use argus_types::person::Permission;
use leptos::prelude::*;

use crate::api::models::{providers, scorecard};
use crate::api::part::Part;
use crate::components::failure::Failure;
use crate::components::models::{amount, provider, table};
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::load::load;
use crate::context::session::use_session;
use crate::context::title::set_title;
use crate::erased::dynamic;
use crate::format::count::grouped;
use crate::format::words;

/// The page; for who may not look after models, a sentence.
#[component]
pub fn Models() -> impl IntoView {
    set_title(|| "Language models".to_owned());
    let session = use_session();
    view! {
        <h1>"Language models"</h1>
        {dynamic(move || {
            let role = session.role()?;
            Some(
                if session.may(Permission::ManageModels) {
                    view! { <Shown /> }.into_any()
                } else {
                    view! { <p>{words::refusal(Permission::ManageModels, role)}</p> }.into_any()
                },
            )
        })}
    }
}

#[component]
fn Shown() -> impl IntoView {
    let api = use_session().api;
    let all = load(move || providers(api));
    let card = load(move || scorecard(api));
    view! {
        <Failure error=all.error retry=Callback::new(move |()| all.reload()) />
        {dynamic(move || all.is_first().then(|| view! { <Skeleton lines=6 label="Reading the providers" /> }))}
        {dynamic(move || all.data.with(|all| all.as_ref().map(|all| set_up(Part(all)))))}
        <section class="panel" aria-labelledby="scorecard-title">
            <h2 id="scorecard-title">"How good drafts are"</h2>
            <Failure error=card.error retry=Callback::new(move |()| card.reload()) />
            {dynamic(move || card.is_first().then(|| view! { <Skeleton lines=3 label="Reading the scorecard" /> }))}
            {dynamic(move || card.data.with(|card| card.as_ref().map(|card| table(Part(card)))))}
        </section>
    }
}

/// What there is: `Providers`.
fn set_up(all: Part<'_>) -> AnyView {
    let providers = all.all("providers");
    if providers.is_empty() {
        return view! {
            <Empty title="No language model is set up.">
                <p>
                    "The built-in rules draft alone, and nothing leaves. A model is set up in the server's configuration."
                </p>
            </Empty>
        }
        .into_any();
    }
    let limits = limits(all);
    let currency = all.text("currency");
    let each = providers.into_iter().map(|one| provider(one, &currency));
    view! {
        <p data-testid="limits">{limits}</p>
        <p class="fine">
            "The built-in rules read every request first. Where they do not understand, the providers are asked in this \
             order; they are changed in the server's configuration."
        </p>
        <div class="models">{each.collect_view()}</div>
    }
    .into_any()
}

/// What a person may spend a day, in a sentence.
fn limits(all: Part<'_>) -> String {
    let tokens = all.maybe("tokens_per_day");
    let tokens = tokens.map(|most| format!("{} tokens", grouped(&most)));
    let money = all.number("money_per_day");
    let money = money.map(|most| amount(most, &all.text("currency")));
    let most: Vec<String> = tokens.into_iter().chain(money).collect();
    if most.is_empty() {
        "Nobody has a limit a day.".to_owned()
    } else {
        format!("Each person may spend {} a day.", most.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use argus_types::drafting::Providers;

    use super::*;

    #[test]
    fn the_limits_are_said_with_their_units() {
        let mut all = Providers {
            providers: Vec::new(),
            tokens_per_day: Some(200_000),
            money_per_day: Some(1_500_000),
            currency: "EUR".to_owned(),
        };
        let limits = |all: &Providers| {
            let value = serde_json::to_value(all).unwrap();
            limits(Part(&value))
        };
        assert_eq!(
            limits(&all),
            "Each person may spend 200,000 tokens and 1.50 EUR a day."
        );
        all.money_per_day = None;
        assert_eq!(limits(&all), "Each person may spend 200,000 tokens a day.");
        all.tokens_per_day = None;
        assert_eq!(limits(&all), "Nobody has a limit a day.");
    }
}
