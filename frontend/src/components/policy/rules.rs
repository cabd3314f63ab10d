//! A policy in plain words.

use argus_types::policy::{PolicyView, RuleInWords};
use leptos::prelude::*;

use crate::components::notice::Notice;
use crate::format::words::Tone;

/// What a document leaves open that it could close.
#[component]
pub fn Weaknesses(
    /// One sentence each.
    weaknesses: Vec<String>,
) -> impl IntoView {
    if weaknesses.is_empty() {
        return view! {
            <Notice tone=Tone::Good title="No weakness is known">
                <p>"It closes everything that Argus knows a policy can leave open."</p>
            </Notice>
        }
        .into_any();
    }
    view! {
        <div data-testid="weaknesses">
            <Notice tone=Tone::Warn title="What it leaves open">
                <ul>{sentences(weaknesses)}</ul>
            </Notice>
        </div>
    }
    .into_any()
}

/// Everything that the policy says.
#[component]
pub fn Rules(
    /// The policy.
    policy: PolicyView,
) -> impl IntoView {
    let none = policy.rules.is_empty();
    view! {
        <div class="policy-columns">
            <div class="policy-side">
                <section class="panel" aria-labelledby="defaults-title">
                    <h2 id="defaults-title">"What every plan needs"</h2>
                    <ul class="sentences">{sentences(policy.defaults)}</ul>
                </section>
                <section class="panel" aria-labelledby="rules-title" data-testid="rules">
                    <h2 id="rules-title">"Rules"</h2>
                    <p class="fine">"Each adds to what every plan needs; none takes anything back."</p>
                    {none
                        .then(|| {
                            view! { <p>"There is no rule: what every plan needs is all that is asked for."</p> }
                        })}
                    <ol class="rules">{policy.rules.into_iter().map(rule).collect_view()}</ol>
                </section>
            </div>
            <div class="policy-side">
                <section class="panel" aria-labelledby="enabled-title">
                    <h2 id="enabled-title">"What is possible at all"</h2>
                    <p class="fine">"Nothing else runs, whoever asks for it."</p>
                    <ul class="chips">
                        {policy
                            .enabled
                            .into_iter()
                            .map(|action| view! { <li class="chip"><code>{action}</code></li> }.into_any())
                            .collect_view()}
                    </ul>
                </section>
                <section class="panel" aria-labelledby="floor-title">
                    <h2 id="floor-title">"What no policy changes"</h2>
                    <ul class="sentences">{sentences(policy.floor)}</ul>
                </section>
            </div>
        </div>
    }
}

fn rule(rule: RuleInWords) -> AnyView {
    view! {
        <li>
            <h3>{rule.name}</h3>
            <p class="fine">{rule.why}</p>
            <p>
                <span class="fine">"For "</span>
                {rule.about}
                <span class="fine">":"</span>
            </p>
            <ul class="sentences">{sentences(rule.demands)}</ul>
        </li>
    }
    .into_any()
}

/// Sentences as entries of a list.
pub fn sentences(all: Vec<String>) -> Vec<AnyView> {
    all.into_iter()
        .map(|one| view! { <li>{one}</li> }.into_any())
        .collect()
}
