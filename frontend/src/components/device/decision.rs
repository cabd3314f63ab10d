//! What the program asks for, and the decision.

use argus_types::account::{ApiTokenInput, DeviceDecision, DeviceRequest};
use argus_types::person::{Permission, TokenMay};
use leptos::ev;
use leptos::prelude::*;

use super::outcome::Verdict;
use crate::api::devices::decide;
use crate::components::failure::Failure;
use crate::components::moment::Age;
use crate::components::token::{TokenDraft, TokenFields};
use crate::context::faults::Faults;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::format::words;

/// The request and both answers to it. Refusing comes first.
#[component]
pub fn Decision(
    /// The code, as it was typed.
    code: String,
    /// What it asks for.
    request: DeviceRequest,
    /// Runs when it is decided.
    decided: Callback<Verdict>,
) -> impl IntoView {
    let session = use_session();
    let may_propose = untrack(|| session.may(Permission::Propose));
    let may = if may_propose {
        request.may
    } else {
        TokenMay::Read
    };
    let draft = TokenDraft::new(&request.name, may);
    let sending = Submission::new();
    let faults = Faults::of(sending);
    let user_code = StoredValue::new(code);
    let send = Callback::new(move |allow: Option<ApiTokenInput>| {
        let verdict = match &allow {
            Some(token) => Verdict::Allowed(token.name.to_string()),
            None => Verdict::Refused,
        };
        let decision = DeviceDecision {
            user_code: user_code.get_value(),
            allow,
        };
        sending.run(
            format!("{decision:?}"),
            move |key| decide(session.api, decision, key),
            move |()| decided.run(verdict),
        );
    });
    let allow = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(token) = faults.take(draft.input("/allow")) {
            send.run(Some(token));
        }
    };
    let pending = sending.pending;
    view! {
        <section class="panel" aria-labelledby="request-title">
            <h2 id="request-title" tabindex="-1">
                {request.name}
                " asks for an API token"
            </h2>
            <dl class="pairs">
                <dt>"Code"</dt>
                <dd class="mono device-code">{user_code.with_value(|code| code.to_uppercase())}</dd>
                <dt>"It asks from"</dt>
                <dd class="mono">{request.address}</dd>
                <dt>"Since"</dt>
                <dd>
                    <Age at=request.created_at />
                </dd>
                <dt>"It wants to"</dt>
                <dd>{words::token_wish(request.may)}</dd>
            </dl>
            <p>
                "Allow it only if you have just started that program yourself and it shows this very code. The name is what it calls itself; anybody can claim any."
            </p>
        </section>
        <form class="panel" novalidate on:submit=allow>
            <h2>"The token it gets"</h2>
            <TokenFields draft=draft faults=faults pointer="/allow" scope_pointer="/allow/scope" />
            <Failure error=sending.error before="Not decided." />
            <div class="actions actions-apart">
                <button
                    type="button"
                    class="button"
                    disabled=move || pending.get()
                    on:click=move |_| send.run(None)
                >
                    "Refuse"
                </button>
                <button type="submit" class="button primary" disabled=move || pending.get()>
                    "Allow"
                </button>
            </div>
        </form>
    }
}
