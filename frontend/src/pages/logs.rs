//! The cluster log, or the system log of a node.

use argus_types::logs::LogSource;
use leptos::prelude::*;

use crate::api::logs::logs;
use crate::components::log_lines::LogLines;
use crate::components::more::{More, Reading};
use crate::context::inventory::use_inventory;
use crate::context::paged::paged;
use crate::context::session::use_session;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};

/// The page.
#[component]
pub fn Logs() -> impl IntoView {
    set_title(|| "Logs".to_owned());
    let session = use_session();
    let inventory = use_inventory();
    // Empty: the cluster log. Otherwise the node whose system log is read.
    let node = RwSignal::new(String::new());
    let list = paged(
        move || node.get(),
        move |node: String, cursor| {
            if node.is_empty() {
                logs(session.api, LogSource::Cluster, None, cursor)
            } else {
                logs(session.api, LogSource::Syslog, Some(node), cursor)
            }
        },
        // Two lines of a log may well read the same.
        |_, _| false,
    );
    let nodes = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot.as_ref().map_or_else(Vec::new, |held| {
                held.cluster
                    .nodes
                    .iter()
                    .map(|node| node.name.to_string())
                    .collect()
            })
        })
    });
    view! {
        <div class="page-head">
            <h1>"Logs"</h1>
            <label class="field">
                <span class="visually-hidden">"Which log"</span>
                <select bind:value=node>
                    <option value="">"Cluster log"</option>
                    {dynamic(move || {
                        nodes
                            .get()
                            .into_iter()
                            .map(|name| {
                                let label = format!("System log of {name}");
                                view! { <option value=name>{label}</option> }
                            })
                            .collect_view()
                    })}
                </select>
            </label>
            <button type="button" class="button" on:click=move |_| list.parts.reload.run(())>
                "Read again"
            </button>
        </div>
        <Reading list=list.parts label="Reading the log" />
        {dynamic(move || list.items.get().map(|lines| view! { <LogLines lines=lines /> }))}
        <More list=list.parts label="More lines" />
    }
}
