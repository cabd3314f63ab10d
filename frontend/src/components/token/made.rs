//! A token that was made, with its secret.

use argus_types::account::ApiTokenMade;
use leptos::prelude::*;

use crate::components::moment::Moment;
use crate::components::shown_once::ShownOnce;
use crate::format::words;

/// The token; its secret goes with the screen.
#[component]
pub fn Made(
    /// What was made.
    made: ApiTokenMade,
) -> impl IntoView {
    let token = made.token;
    view! {
        <p>
            <strong>{token.name}</strong>
            ": "
            {words::token_may(token.may)}
            ", "
            {token.scope.to_string()}
            ", until "
            <Moment at=token.expires_at />
            "."
        </p>
        <ShownOnce
            title="The token's secret"
            advice="Argus keeps only a fingerprint of it. Programs send it as Authorization: Bearer, followed by the secret."
            secret=made.secret
        />
    }
}
