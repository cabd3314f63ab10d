//! One broken glass: who, when and why, and whether somebody else has looked at it.

use argus_types::approval::BrokenGlass;
use leptos::prelude::*;

use super::look::Look;
use crate::components::moment::Moment;
use crate::components::notice::Notice;
use crate::format::words::Tone;
use crate::routes;

/// The card.
pub fn card(glass: BrokenGlass, looked: Callback<()>) -> AnyView {
    let (tone, title) = match &glass.reviewed_by {
        None => (
            Tone::Bad,
            format!("{} broke glass: {}", glass.person.name, glass.title),
        ),
        Some(by) => (
            Tone::Quiet,
            format!(
                "{} broke glass; {} has looked at it",
                glass.person.name, by.name
            ),
        ),
    };
    let is_open = glass.reviewed_by.is_none();
    view! {
        <div data-testid="broken-glass">
            <Notice tone=tone title=title>
                <p>
                    "Started without the approvals that were missing, "
                    <Moment at=glass.at />
                    ": "
                    <q>{glass.reason}</q>
                </p>
                {glass
                    .note
                    .map(|note| {
                        view! {
                            <p>
                                "Found: " <q>{note}</q>
                                {glass.reviewed_at.map(|at| view! { ", " <Moment at=at /> })}
                            </p>
                        }
                    })}
                <p>
                    <a href=routes::change(glass.proposal)>"The plan"</a>
                    " · "
                    <a href=routes::execution(glass.execution)>"How it went"</a>
                </p>
                {is_open
                    .then(|| {
                        view! {
                            <Look proposal=glass.proposal breaker=glass.person looked=looked />
                        }
                    })}
            </Notice>
        </div>
    }
    .into_any()
}
