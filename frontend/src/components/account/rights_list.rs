//! What one may do here, and why not the rest.

use leptos::prelude::*;

use super::rights::{Right, rights};
use crate::components::icon::{Glyph, Icon};
use crate::context::session::{SessionState, use_session};
use crate::erased::{dynamic, memo};

/// The panel.
#[component]
pub fn Rights() -> impl IntoView {
    let session = use_session();
    let held = memo(move || {
        session.state.with(|state| match state {
            SessionState::SignedIn(held) => Some((rights(held), held.scope.to_string())),
            _ => None,
        })
    });
    dynamic(move || {
        held.get().map(|(rights, scope)| {
            view! {
                <section class="panel" aria-labelledby="rights-title" data-testid="rights">
                    <h2 id="rights-title">"What you may do"</h2>
                    <p class="fine">"It reaches: " <strong>{scope}</strong> "."</p>
                    <ul class="rights">{rights.into_iter().map(row).collect_view()}</ul>
                </section>
            }
        })
    })
}

fn row(right: Right) -> AnyView {
    let (class, glyph, word) = match right.why_not {
        None => ("right tone-good", Glyph::Check, "Yes: "),
        Some(_) => ("right tone-quiet", Glyph::Dash, "No: "),
    };
    view! {
        <li class=class>
            <Icon glyph=glyph />
            <span>
                <span class="visually-hidden">{word}</span>
                {right.what}
                {right.why_not.map(|why| view! { <span class="fine why-not">{why}</span> })}
            </span>
        </li>
    }
    .into_any()
}
