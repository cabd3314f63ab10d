//! What plans need: the policy in force, and its versions.

use argus_types::policy::PolicyView;
use leptos::prelude::*;

use crate::api::policy::{policy, versions};
use crate::components::copy_button::CopyButton;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::components::notice::Notice;
use crate::components::policy::{Document, History, Rules, Weaknesses, obstacle};
use crate::components::segment::Segment;
use crate::components::skeleton::Skeleton;
use crate::context::live::use_live;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::format::words::Tone;
use crate::routes;

/// The page.
#[component]
pub fn Policy() -> impl IntoView {
    set_title(|| "Policy".to_owned());
    let session = use_session();
    let live = use_live();
    let active = load(move || {
        live.changes.track();
        policy(session.api)
    });
    let all = load(move || {
        live.changes.track();
        versions(session.api)
    });
    let may_change = memo(move || obstacle(session).is_none());
    let shown = memo(move || active.data.get());
    let listed = memo(move || all.data.get());
    let as_document = RwSignal::new(false);
    view! {
        <div class="page-head">
            <h1>"Policy"</h1>
            {dynamic(move || {
                may_change
                    .get()
                    .then(|| {
                        view! {
                            <a class="button primary" href=routes::POLICY_DRAFT>
                                <Icon glyph=Glyph::Speech />
                                "Propose a change"
                            </a>
                        }
                    })
            })}
        </div>
        <Failure error=active.error retry=Callback::new(move |()| active.reload()) />
        {dynamic(move || active.is_first().then(|| view! { <Skeleton lines=8 label="Reading the policy" /> }))}
        {dynamic(move || shown.get().map(|policy| in_force(policy, as_document)))}
        <section class="panel" aria-labelledby="versions-title">
            <h2 id="versions-title">"Versions"</h2>
            <Failure error=all.error retry=Callback::new(move |()| all.reload()) />
            {dynamic(move || all.is_first().then(|| view! { <Skeleton lines=3 label="Reading the versions" /> }))}
            {dynamic(move || {
                let linked = session.reaches_everything();
                listed.get().map(|versions| view! { <History versions=versions linked=linked /> })
            })}
        </section>
    }
}

fn in_force(policy: PolicyView, as_document: RwSignal<bool>) -> AnyView {
    let number = policy.version.number;
    let digest = policy.version.digest;
    let since = policy.version.activated_at;
    let (proposed, weaknesses) = (policy.proposed.clone(), policy.weaknesses.clone());
    view! {
        <p class="policy-facts">
            <strong>"Version " {number} " is in force"</strong>
            {since.map(|at| view! { <span class="fine">" since " <Moment at=at /></span> })}
            " "
            <code title=digest.to_string()>{digest.short()}</code>
            <CopyButton text=digest.to_string() label="Copy the policy's digest" />
        </p>
        {proposed.into_iter().map(waiting).collect_view()}
        <Weaknesses weaknesses=weaknesses />
        <div class="segments">
            <Segment chosen=as_document value=false label="In words" />
            <Segment chosen=as_document value=true label="As TOML" />
        </div>
        {dynamic(move || {
            let policy = policy.clone();
            if as_document.get() {
                view! { <Document number=number text=policy.text /> }.into_any()
            } else {
                view! { <Rules policy=policy /> }.into_any()
            }
        })}
    }
    .into_any()
}

fn waiting(number: u32) -> AnyView {
    view! {
        <Notice tone=Tone::Info title=format!("Version {number} waits for decisions")>
            <p>
                <a href=routes::policy_version(number)>"Read what it would change"</a>
            </p>
        </Notice>
    }
    .into_any()
}
