//! One request that left, and what came back.

use leptos::prelude::*;

use super::marked::{Placeholder, legend, marked};
use super::prose::texts;
use crate::api::part::Part;
use crate::components::copy_button::CopyButton;
use crate::components::moment::Moment;

/// The exchange: `DraftExchange`.
pub fn exchange(exchange: Part<'_>) -> AnyView {
    let title = title(exchange);
    let label = title.clone();
    let (heading, about) = if exchange.is("has_left") {
        (
            "Sent",
            "This digest was in the ledger before the bytes left.",
        )
    } else {
        (
            "To be sent",
            "This digest is in the ledger. The bytes did not leave.",
        )
    };
    let mut bodies = vec![body(heading, about, exchange.get("sent"))];
    if let Some(received) = exchange.get("received") {
        bodies.push(body("Received", "", Some(received)));
    }
    view! {
        <section class="panel" aria-label=label data-testid="exchange">
            <h2>{title}</h2>
            <p class="fine">
                {exchange.moment("at").map(|at| view! { <Moment at=at /> })}
                {facts(exchange)}
            </p>
            {exchange.maybe("failure").map(|why| view! { <p class="field-error">{why}</p> })}
            {bodies}
        </section>
    }
    .into_any()
}

fn title(exchange: Part<'_>) -> String {
    let what = match exchange.text("purpose").as_str() {
        "repair" => "once more, with what was wrong",
        "counterfactual" => "without text of others, to compare",
        _ => "for the draft",
    };
    format!("Request {}: {what}", exchange.text("number"))
}

/// Who was asked and how that went, in a line.
fn facts(exchange: Part<'_>) -> String {
    let mut line = format!(
        ", {} by {}",
        exchange.text("model"),
        exchange.text("provider")
    );
    for (before, name, after) in [
        (", answered after ", "latency_ms", " ms"),
        (", status ", "status", ""),
        (", its id ", "request_id", ""),
    ] {
        if let Some(value) = exchange.maybe(name) {
            line = format!("{line}{before}{value}{after}");
        }
    }
    line
}

fn body(heading: &'static str, about: &'static str, body: Option<Part<'_>>) -> AnyView {
    let Some(body) = body else {
        return ().into_any();
    };
    let placeholders = Placeholder::all(body);
    let text = body.maybe("text");
    let summary = if text.is_some() {
        "The very bytes"
    } else {
        "The very bytes, in base64"
    };
    let whole = text.unwrap_or_else(|| body.text("base64"));
    let prose: Vec<AnyView> = texts(&whole)
        .into_iter()
        .map(|text| {
            let text = marked(&text, &placeholders);
            view! { <pre class="prose" tabindex="0">{text}</pre> }.into_any()
        })
        .collect();
    let opened = prose.is_empty();
    let digest = body.text("sha256");
    view! {
        <h3>{heading}</h3>
        <p class="fine">{about}</p>
        <p class="digest-line">
            <code>{digest.clone()}</code>
            <CopyButton text=digest label="Copy the digest" />
            <span class="fine">{format!("SHA-256 of {} bytes", body.text("bytes"))}</span>
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

#[cfg(test)]
mod tests {
    use argus_types::Timestamp;
    use argus_types::drafting::{Body, DraftExchange, ExchangePurpose};

    use super::*;

    #[test]
    fn an_exchange_is_read_as_the_contract_writes_it() {
        let mut held = DraftExchange {
            number: 2,
            purpose: ExchangePurpose::Repair,
            provider: "main".to_owned(),
            model: "m1".to_owned(),
            at: Timestamp::from_unix(1_795_000_000).unwrap(),
            sent: Body {
                sha256: "ab".to_owned(),
                bytes: 2,
                text: Some("{}".to_owned()),
                base64: None,
                placeholders: Vec::new(),
            },
            has_left: true,
            received: None,
            status: Some(200),
            request_id: None,
            latency_ms: Some(1500),
            failure: None,
        };
        let value = serde_json::to_value(&held).unwrap();
        let part = Part(&value);
        assert_eq!(title(part), "Request 2: once more, with what was wrong");
        assert_eq!(
            facts(part),
            ", m1 by main, answered after 1500 ms, status 200"
        );
        assert!(part.is("has_left") && part.moment("at").is_some());
        assert_eq!(part.get("sent").unwrap().text("text"), "{}");
        held.purpose = ExchangePurpose::Counterfactual;
        let value = serde_json::to_value(&held).unwrap();
        assert!(title(Part(&value)).ends_with("without text of others, to compare"));
    }
}
