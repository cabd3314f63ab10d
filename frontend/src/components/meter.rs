//! A bar with its value in words.

use leptos::prelude::*;

use crate::erased::dynamic;
use crate::format::bytes::percent;

/// How full something is.
#[component]
pub fn Meter(
    /// What is measured.
    label: &'static str,
    /// 0 to 1; `None` where it is not known.
    #[prop(into)]
    share: Signal<Option<f64>>,
    /// What stands behind the percentage, such as `12 of 64 GiB`.
    #[prop(into, optional)]
    detail: Signal<String>,
) -> impl IntoView {
    let width = move || {
        let share = share.get().unwrap_or(0.0).clamp(0.0, 1.0);
        format!("{:.1}%", share * 100.0)
    };
    let full = move || share.get().is_some_and(|share| share > 0.9);
    view! {
        <div class="meter" class:meter-full=full>
            <span class="meter-label">{label}</span>
            <span class="meter-value">
                {dynamic(move || share.get().map_or_else(|| "unknown".to_owned(), percent))}
                {dynamic(move || {
                    let detail = detail.get();
                    (!detail.is_empty()).then(|| view! { <span class="fine">" " {detail}</span> })
                })}
            </span>
            <span class="meter-track" aria-hidden="true">
                <span class="meter-bar" style:width=width></span>
            </span>
        </div>
    }
}
