//! Broken glass that nobody has looked at, on the overview.

use leptos::prelude::*;

use super::card::card;
use super::of::follow;
use crate::components::failure::Failure;
use crate::erased::{dynamic, memo};

/// A card for each; nothing where there is none.
#[component]
pub fn OpenGlass() -> impl IntoView {
    let all = follow();
    let open = memo(move || {
        all.data.with(|all| {
            let all = all.as_deref().unwrap_or_default().iter();
            all.filter(|glass| glass.reviewed_by.is_none())
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let looked = Callback::new(move |()| all.reload());
    view! {
        <Failure error=all.error retry=looked />
        {dynamic(move || open.get().into_iter().map(|glass| card(glass, looked)).collect_view())}
    }
}
