//! A path that leads nowhere.

use leptos::prelude::*;

use crate::context::title::set_title;
use crate::routes;

/// The page.
#[component]
pub fn NotFound() -> impl IntoView {
    set_title(|| "Not found".to_owned());
    view! {
        <h1>"There is nothing here"</h1>
        <p>"The link may be old or mistyped. " <a href=routes::OVERVIEW>"Go to the overview"</a></p>
    }
}
