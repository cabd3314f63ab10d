//! One version of the policy: what it changes, what it would have changed, and who decides on it.

use argus_types::policy::PolicyChange;
use argus_types::problem::ProblemCode;
use leptos::prelude::*;

use crate::api::ApiError;
use crate::api::policy::version;
use crate::components::copy_button::CopyButton;
use crate::components::failure::Failure;
use crate::components::moment::Moment;
use crate::components::pill::Pill;
use crate::components::policy::{Comparison, Decide, Deciding, Document, Standing, Sure};
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::live::use_live;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::format::words;
use crate::routes;

/// The page.
#[component]
pub fn PolicyVersion(
    /// Which.
    number: u32,
) -> impl IntoView {
    set_title(move || format!("Version {number} of the policy"));
    let session = use_session();
    let live = use_live();
    let held = load(move || {
        live.changes.track();
        version(session.api, number)
    });
    // What changes nothing must not take the focus or the place away; the time that is looked back on moves along with
    // the clock, and begins here where it began at first.
    let since = StoredValue::new(None);
    let shown = memo(move || {
        let mut change = held.data.get()?;
        if let Some(replay) = &mut change.replay {
            replay.since = since.get_value().unwrap_or(replay.since);
            since.set_value(Some(replay.since));
        }
        Some(change)
    });
    let decided = Callback::new(move |()| held.reload());
    let deciding = Deciding::new(number, decided);
    let missing = memo(move || {
        let code = held
            .error
            .with(|error| error.as_ref().and_then(ApiError::code));
        code == Some(ProblemCode::NotFound)
    });
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=routes::POLICY>"Policy"</a>
        </nav>
        <h1>"Version " {number} " of the policy"</h1>
        {dynamic(move || {
            if missing.get() {
                view! {
                    <Empty title="There is no such version.">
                        <p>"The link may be mistyped."</p>
                    </Empty>
                }
                    .into_any()
            } else {
                view! { <Failure error=held.error retry=decided /> }.into_any()
            }
        })}
        {dynamic(move || held.is_first().then(|| view! { <Skeleton lines=8 label="Reading the version" /> }))}
        {dynamic(move || shown.get().map(|change| body(change, deciding)))}
        <Sure deciding=deciding />
    }
}

fn body(change: PolicyChange, deciding: Deciding) -> AnyView {
    let whole = change.clone();
    let standing = change.clone();
    let version = change.version;
    let digest = version.digest;
    let by = version
        .author
        .map_or_else(|| "the server".to_owned(), |author| author.name);
    view! {
        <div class="policy-head">
            <p class="review-pills" role="status">
                <Pill word=words::policy_state(version.state) />
            </p>
            <p>
                "Proposed by " {by} ", " <Moment at=version.proposed_at /> ". "
                <code title=digest.to_string()>{digest.short()}</code>
                <CopyButton text=digest.to_string() label="Copy the version's digest" />
            </p>
            <p>
                <strong>"Why: "</strong>
                {version.reason}
            </p>
            {version.closed_reason.map(|why| view! { <p><strong>"Rejected, because: "</strong> {why}</p> })}
        </div>
        <div class="policy-columns">
            <div class="policy-side">
                <Comparison edits=change.edits weaknesses=change.weaknesses replay=change.replay />
            </div>
            <div class="policy-side">
                <Standing change=standing />
                <details class="panel">
                    <summary>"The whole document"</summary>
                    <Document number=version.number text=change.text />
                </details>
            </div>
        </div>
        <Decide change=whole deciding=deciding />
    }
    .into_any()
}
