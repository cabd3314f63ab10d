//! Closures without their own types. Leptos writes a part of itself anew for every closure that it is given, and most
//! of the page's closures differ in nothing but their type: through these they share one part, and the page is a good
//! twentieth smaller.

use leptos::prelude::*;

/// What `view` makes of the signals that it reads, as a part of a view.
pub fn dynamic<V: IntoAny>(mut view: impl FnMut() -> V + Send + 'static) -> AnyView {
    let view: Box<dyn FnMut() -> AnyView + Send> = Box::new(move || view().into_any());
    view.into_any()
}

/// What `value` makes of the signals that it reads; told on only where that is something else.
pub fn memo<T: PartialEq + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    let value: Box<dyn Fn() -> T + Send + Sync> = Box::new(value);
    Memo::new(move |_| value())
}

/// Runs `act` now, and again when a signal that it reads changes.
pub fn effect(act: impl FnMut() + 'static) {
    let mut act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(move |_| act());
}
