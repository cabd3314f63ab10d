//! A program's request for an API token: the code, what it asks for, the decision.

use argus_types::account::DeviceRequest;
use leptos::prelude::*;

use crate::components::certain::focus_soon;
use crate::components::device::{CodeForm, Decision, Outcome, Verdict};
use crate::context::location::{focus_content, use_location};
use crate::context::title::set_title;
use crate::erased::dynamic;

#[derive(Clone, PartialEq)]
enum Stage {
    Code,
    Request(DeviceRequest),
    Decided(Verdict),
}

/// The page.
#[component]
pub fn Device() -> impl IntoView {
    set_title(|| "Allow a program".to_owned());
    let location = use_location();
    let code = RwSignal::new(untrack(|| location.query("code")).unwrap_or_default());
    let stage = RwSignal::new(Stage::Code);
    let found = Callback::new(move |request| {
        stage.set(Stage::Request(request));
        focus_soon("request-title");
    });
    let decided = Callback::new(move |verdict| {
        stage.set(Stage::Decided(verdict));
        focus_content();
    });
    let again = Callback::new(move |()| {
        code.set(String::new());
        stage.set(Stage::Code);
        focus_soon("device-code");
    });
    view! {
        <div class="narrow">
            <h1>"Allow a program"</h1>
            {dynamic(move || match stage.get() {
                Stage::Code => {
                    view! {
                        <p>
                            "Programs such as argusctl show a code and ask for an API token of yours with it."
                        </p>
                        <CodeForm code=code found=found />
                    }
                        .into_any()
                }
                Stage::Request(request) => {
                    view! {
                        <Decision code=code.get_untracked() request=request decided=decided />
                    }
                        .into_any()
                }
                Stage::Decided(verdict) => {
                    view! { <Outcome verdict=verdict again=again /> }.into_any()
                }
            })}
        </div>
    }
}
