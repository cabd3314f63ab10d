//! Who did what, newest first, with the chain checked in this browser.

use argus_ledger::Record;
use argus_types::page::Page;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::api::ledger::ledger;
use crate::components::failure::Failure;
use crate::components::ledger::{ChainCheck, RecordRow};
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::live::use_live;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::context::title::set_title;
use crate::routes;

/// The page.
#[component]
pub fn Ledger() -> impl IntoView {
    set_title(|| "Ledger".to_owned());
    let session = use_session();
    let live = use_live();
    let navigate = use_navigate();
    let query = use_query_map();
    let subject = Memo::new(move |_| {
        query.with(|query| query.get("subject").filter(|subject| !subject.is_empty()))
    });
    let newest = load(move || {
        live.changes.track();
        ledger(session.api, subject.get(), None)
    });
    let older = RwSignal::new(Vec::<Record>::new());
    let cursor = RwSignal::new(None::<String>);
    let reading = Submission::new();
    Effect::new(move |_| {
        newest.data.with(|page| {
            older.set(Vec::new());
            cursor.set(page.as_ref().and_then(|page| page.next_cursor.clone()));
        });
    });
    let more = move |_| {
        let from = cursor.get_untracked();
        let subject = subject.get_untracked();
        reading.run(
            format!("{from:?}"),
            move |_| ledger(session.api, subject, from),
            move |page: Page<Record>| {
                older.update(|older| older.extend(page.items));
                cursor.set(page.next_cursor);
            },
        );
    };
    let records = Memo::new(move |_| {
        let mut records = newest
            .data
            .with(|page| page.as_ref().map(|page| page.items.clone()))?;
        older.with(|older| records.extend(older.iter().cloned()));
        Some(records)
    });
    let show = Callback::new(move |subject: String| {
        navigate(
            &routes::ledger_of(&subject),
            NavigateOptions::default(),
        );
    });
    view! {
        <h1>"Ledger"</h1>
        {move || {
            subject
                .get()
                .map(|subject| {
                    view! {
                        <p class="subject-filter">
                            "Records about " <code>{subject}</code> " "
                            <button
                                type="button"
                                class="button small"
                                on:click=move |_| show.run(String::new())
                            >
                                "Show all records"
                            </button>
                        </p>
                    }
                })
        }}
        <ChainCheck records=records whole=Signal::derive(move || subject.with(Option::is_none)) />
        <Failure error=newest.error retry=Callback::new(move |()| newest.reload()) />
        {move || newest.is_first().then(|| view! { <Skeleton lines=8 label="Reading the ledger" /> })}
        {move || {
            records.with(|records| records.as_ref().is_some_and(Vec::is_empty))
                .then(|| {
                    view! {
                        <Empty title="No records.">
                            <p>"Everything that people and Argus do is written down here."</p>
                        </Empty>
                    }
                })
        }}
        <ol class="records" data-testid="records">
            <For
                each=move || records.get().unwrap_or_default()
                key=|record| (record.seq, record.hash)
                let:record
            >
                <RecordRow record=record show=show />
            </For>
        </ol>
        <Failure error=reading.error />
        {move || {
            cursor
                .with(Option::is_some)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button"
                            disabled=move || reading.pending.get()
                            on:click=more
                        >
                            "Older records"
                        </button>
                    }
                })
        }}
    }
}
