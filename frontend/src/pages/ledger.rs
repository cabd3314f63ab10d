//! Who did what, newest first, with the chain checked in this browser.

use argus_ledger::Record;
use leptos::prelude::*;

use crate::api::ledger::ledger;
use crate::components::ledger::{ChainCheck, RecordRow};
use crate::components::more::{More, Reading};
use crate::components::skeleton::Empty;
use crate::context::live::use_live;
use crate::context::location::{focus_content, use_location};
use crate::context::paged::paged;
use crate::context::session::use_session;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::routes;

/// The page.
#[component]
pub fn Ledger() -> impl IntoView {
    set_title(|| "Ledger".to_owned());
    let session = use_session();
    let live = use_live();
    let location = use_location();
    let subject = memo(move || location.query("subject"));
    let list = paged(
        move || subject.get(),
        move |subject, cursor| {
            live.changes.track();
            ledger(session.api, subject, cursor)
        },
        |a: &Record, b| a.seq == b.seq,
    );
    let show = Callback::new(move |subject: String| {
        location.go(&routes::ledger_of(&subject));
        // The button that was pressed is gone with the records of before.
        focus_content();
    });
    let none = move || {
        list.items
            .with(|items| items.as_ref().is_some_and(Vec::is_empty))
    };
    view! {
        <h1>"Ledger"</h1>
        {dynamic(move || {
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
        })}
        <ChainCheck
            records=list.items
            whole=Signal::derive(move || subject.with(Option::is_none))
        />
        <Reading list=list.parts label="Reading the ledger" />
        {dynamic(move || {
            none()
                .then(|| {
                    view! {
                        <Empty title="No records.">
                            <p>"Everything that people and Argus do is written down here."</p>
                        </Empty>
                    }
                })
        })}
        <ol class="records" data-testid="records">
            <For
                each=move || list.items.get().unwrap_or_default()
                key=|record| (record.seq, record.hash)
                let:record
            >
                <RecordRow record=record show=show />
            </For>
        </ol>
        <More list=list.parts label="Older records" />
    }
}
