//! One request that left, and what came back.

use argus_types::drafting::{Body, DraftExchange, ExchangePurpose};
use leptos::prelude::*;

use super::marked::{legend, marked};
use super::prose::texts;
use crate::components::copy_button::CopyButton;
use crate::components::moment::Moment;
use crate::format::bytes::whole_bytes;
use crate::format::duration::fine_duration;

/// The exchange.
pub fn exchange(exchange: DraftExchange) -> AnyView {
    let id = format!("exchange-{}", exchange.number);
    let labelled = id.clone();
    let what = match exchange.purpose {
        ExchangePurpose::Draft => "for the draft",
        ExchangePurpose::Repair => "once more, with what was wrong",
        ExchangePurpose::Counterfactual => "without text of others, to compare",
    };
    let took = exchange
        .latency_ms
        .and_then(|took| i64::try_from(took).ok())
        .map(|took| format!(", answered after {}", fine_duration(took)));
    let status = exchange
        .status
        .map(|status| format!(" with status {status}"));
    view! {
        <section class="panel" aria-labelledby=labelled data-testid="exchange">
            <h2 id=id>{format!("Request {}: {what}", exchange.number)}</h2>
            <p class="fine">
                {exchange.model} " by " {exchange.provider} ", " <Moment at=exchange.at /> {took} {status}
                {exchange.request_id.map(|id| view! { ", its id " <code>{id}</code> })}
            </p>
            {exchange.failure.map(|why| view! { <p class="field-error">{why}</p> })}
            <h3>{if exchange.has_left { "Sent" } else { "To be sent" }}</h3>
            <p class="fine">
                {if exchange.has_left {
                    "This digest was in the ledger before the bytes left."
                } else {
                    "This digest is in the ledger. The bytes did not leave."
                }}
            </p>
            {body(exchange.sent)}
            {exchange
                .received
                .map(|received| {
                    view! {
                        <h3>"Received"</h3>
                        {body(received)}
                    }
                })}
        </section>
    }
    .into_any()
}

fn body(body: Body) -> AnyView {
    let Body {
        sha256,
        bytes,
        text,
        base64,
        placeholders,
    } = body;
    let is_text = text.is_some();
    let whole = text.or(base64).unwrap_or_default();
    let prose: Vec<AnyView> = texts(&whole)
        .into_iter()
        .map(|text| {
            let text = marked(&text, &placeholders);
            view! { <pre class="prose" tabindex="0">{text}</pre> }.into_any()
        })
        .collect();
    let opened = prose.is_empty();
    let summary = if is_text {
        "The very bytes"
    } else {
        "The very bytes, in base64"
    };
    view! {
        <p class="digest-line">
            <code>{sha256.clone()}</code>
            <CopyButton text=sha256 label="Copy the digest" />
            <span class="fine">{format!("SHA-256 of {}", whole_bytes(bytes))}</span>
        </p>
        {legend(&placeholders)}
        {prose}
        <details class="call" open=opened>
            <summary>{summary}</summary>
            <CopyButton text=whole.clone() label="Copy them" />
            <pre tabindex="0" data-testid="bytes">{marked(&whole, &placeholders)}</pre>
        </details>
    }
    .into_any()
}
