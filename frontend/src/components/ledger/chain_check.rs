//! Says whether the records on the screen are as they were written.

use argus_ledger::Record;
use leptos::prelude::*;

use super::chain::check;
use crate::components::notice::Notice;
use crate::erased::{dynamic, memo};
use crate::format::words::Tone;

/// The verdict.
#[component]
pub fn ChainCheck(
    /// Newest first.
    records: RwSignal<Option<Vec<Record>>>,
    /// Whether they are an unbroken part, not a selection.
    whole: Signal<bool>,
) -> impl IntoView {
    let verdict = memo(move || {
        records.with(|records| {
            records
                .as_ref()
                .and_then(|records| check(records, whole.get()))
        })
    });
    view! {
        <div role="status" data-testid="chain">
            {dynamic(move || {
                verdict
                    .get()
                    .map(|verdict| {
                        if verdict.holds {
                            view! { <Notice tone=Tone::Good title=verdict.text /> }.into_any()
                        } else {
                            view! {
                                <Notice tone=Tone::Bad title="The ledger is not as it was written">
                                    <p>{verdict.text}</p>
                                    <p>"Change nothing, keep a copy of the database, and tell whoever runs Argus."</p>
                                </Notice>
                            }
                                .into_any()
                        }
                    })
            })}
        </div>
    }
}
