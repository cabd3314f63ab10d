//! Proposing another policy.

use leptos::prelude::*;

use crate::api::policy::policy;
use crate::components::failure::Failure;
use crate::components::notice::Notice;
use crate::components::policy::{Editor, obstacle};
use crate::components::skeleton::Skeleton;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::format::words::Tone;
use crate::routes;

/// The page; why it is not there, for everybody else.
#[component]
pub fn PolicyDraft() -> impl IntoView {
    set_title(|| "Change the policy".to_owned());
    let session = use_session();
    let why_not = memo(move || obstacle(session));
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=routes::POLICY>"Policy"</a>
        </nav>
        <h1>"Change the policy"</h1>
        {dynamic(move || match why_not.get() {
            Some(why) => {
                view! {
                    <Notice tone=Tone::Info title="Admins change the policy">
                        <p>{why} " " <a href=routes::ACCOUNT>"What you may do"</a></p>
                    </Notice>
                }
                    .into_any()
            }
            None => view! { <FromActive /> }.into_any(),
        })}
    }
}

/// The editor. It begins with what is in force, read once: nobody's typing is overwritten.
#[component]
fn FromActive() -> impl IntoView {
    let session = use_session();
    let active = load(move || policy(session.api));
    view! {
        <Failure error=active.error retry=Callback::new(move |()| active.reload()) />
        {dynamic(move || active.is_first().then(|| view! { <Skeleton lines=8 label="Reading the policy" /> }))}
        {dynamic(move || active.data.get().map(|policy| view! { <Editor text=policy.text /> }))}
    }
}
