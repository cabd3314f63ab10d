//! "What needs me": what waits, runs or went wrong, as far as it is this person's to act on.

mod queue;

use argus_types::person::Permission;
use leptos::prelude::*;

use self::queue::queue;
use super::change_row::ChangeRow;
use super::failure::Failure;
use super::skeleton::Skeleton;
use crate::api::proposals::proposals;
use crate::context::live::use_live;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::erased::{dynamic, memo};

/// Looked at for the strip; the newest come first.
const RECENT: u16 = 50;
/// Shown in the strip.
const SHOWN: usize = 5;

/// The strip.
#[component]
pub fn NeedsMe() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let recent = load(move || {
        live.changes.track();
        proposals(session.api, None, RECENT, None)
    });
    let me = memo(move || session.person().zip(session.role()));
    view! {
        <section class="needs-me" aria-labelledby="needs-title">
            <h2 id="needs-title">
                {dynamic(move || {
                    if session.may(Permission::Propose) { "What needs you" } else { "Going on" }
                })}
            </h2>
            <Failure error=recent.error retry=Callback::new(move |()| recent.reload()) />
            {dynamic(move || {
                recent.is_first().then(|| view! { <Skeleton lines=2 label="Reading the changes" /> })
            })}
            {dynamic(move || {
                recent
                    .data
                    .with(|page| page.as_ref().zip(me.get()).map(|(page, me)| queue(&page.items, me)))
                    .map(|queue| {
                        if queue.rows.is_empty() {
                            return view! {
                                <p class="quiet-line">"Nothing waits, runs or has failed."</p>
                            }
                                .into_any();
                        }
                        let summary = queue.summary();
                        view! {
                            <p class="fine">{summary}</p>
                            <ul class="change-list">
                                {queue
                                    .rows
                                    .into_iter()
                                    .take(SHOWN)
                                    .map(|change| view! { <ChangeRow change=change /> })
                                    .collect_view()}
                            </ul>
                        }
                            .into_any()
                    })
            })}
        </section>
    }
}
