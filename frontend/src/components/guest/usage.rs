//! A share as a short bar with its number, for table cells.

use leptos::prelude::*;

use crate::erased::dynamic;
use crate::format::bytes::percent;

/// The bar; a dash where nothing is known.
#[component]
pub fn Usage(
    /// 0 to 1.
    #[prop(into)]
    share: Signal<Option<f64>>,
) -> impl IntoView {
    let width = move || {
        let share = share.get().unwrap_or(0.0).clamp(0.0, 1.0);
        format!("{:.1}%", share * 100.0)
    };
    view! {
        <span class="usage">
            <span class="usage-number">
                {dynamic(move || share.get().map_or_else(|| "–".to_owned(), percent))}
            </span>
            <span class="meter-track" aria-hidden="true">
                <span class="meter-bar" style:width=width></span>
            </span>
        </span>
    }
}
