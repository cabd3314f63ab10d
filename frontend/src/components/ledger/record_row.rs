//! One record; opens its facts and hashes.

use argus_ledger::Record;
use argus_types::Timestamp;
use leptos::prelude::*;

use crate::components::copy_button::CopyButton;
use crate::components::moment::Moment;

/// The row.
#[component]
pub fn RecordRow(
    /// The record.
    record: Record,
    /// Shows only what is about one subject.
    show: Callback<String>,
) -> impl IntoView {
    // The text is what was hashed; for reading it becomes a moment, if it is one.
    let at: Option<Timestamp> =
        serde_json::from_value(serde_json::Value::String(record.at.clone())).ok();
    let when = match at {
        Some(at) => view! { <Moment at=at /> }.into_any(),
        None => view! { {record.at.clone()} }.into_any(),
    };
    let body = serde_json::to_string_pretty(&record.body)
        .unwrap_or_else(|error| format!("the body has no JSON form: {error}"));
    let subject = record.subject.clone();
    view! {
        <li class="record">
            <details>
                <summary data-row-link="">
                    <span class="record-seq">{record.seq}</span>
                    <span class="record-kind">{record.kind}</span>
                    <span class="record-actor">{record.actor}</span>
                    <span class="record-subject fine">{record.subject}</span>
                    <span class="record-when fine">{when}</span>
                </summary>
                <div class="record-body">
                    <button
                        type="button"
                        class="button small"
                        on:click=move |_| show.run(subject.clone())
                    >
                        "All records about this"
                    </button>
                    <pre tabindex="0">{body}</pre>
                    <dl class="hashes">
                        <dt>"Hash"</dt>
                        <dd>
                            <code>{record.hash.to_string()}</code>
                            <CopyButton text=record.hash.to_string() label="Copy the hash" />
                        </dd>
                        <dt>"Before it"</dt>
                        <dd>
                            <code>{record.prev_hash.to_string()}</code>
                        </dd>
                    </dl>
                </div>
            </details>
        </li>
    }
}
