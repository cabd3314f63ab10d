//! All versions of the policy, with who decided on each.

use argus_types::policy::PolicyVersion;
use leptos::prelude::*;

use crate::components::moment::Moment;
use crate::components::pill::Pill;
use crate::format::words;
use crate::routes;

/// The list, the youngest first.
#[component]
pub fn History(
    /// The versions.
    versions: Vec<PolicyVersion>,
    /// Whether each leads to its own screen.
    linked: bool,
) -> impl IntoView {
    view! {
        <ol class="versions" data-testid="versions">
            {versions.into_iter().map(|version| row(version, linked)).collect_view()}
        </ol>
    }
}

fn row(version: PolicyVersion, linked: bool) -> AnyView {
    let number = version.number;
    let name = format!("Version {number}");
    let by = decided(&version);
    view! {
        <li>
            <span class="version-state">
                <Pill word=words::policy_state(version.state) />
            </span>
            <div>
                <p>
                    {if linked {
                        view! {
                            <a href=routes::policy_version(number) data-row-link="">
                                {name}
                            </a>
                        }
                            .into_any()
                    } else {
                        view! { <strong>{name}</strong> }.into_any()
                    }}
                    ": "
                    {version.reason}
                </p>
                <p class="fine">
                    {by}
                    ", "
                    <Moment at=version.proposed_at />
                    {version.activated_at.map(|at| view! { "; in force from " <Moment at=at /> })}
                    {version.closed_at.map(|at| view! { "; over since " <Moment at=at /> })}
                </p>
                {version.closed_reason.map(|why| view! { <p class="fine">"Because: " {why}</p> })}
            </div>
        </li>
    }
    .into_any()
}

/// Who proposed it, who approved it and who put it into force.
fn decided(version: &PolicyVersion) -> String {
    let mut text = match &version.author {
        Some(author) => format!("Proposed by {}", author.name),
        None => "Put there by the server".to_owned(),
    };
    if !version.approved_by.is_empty() {
        text.push_str(", approved by ");
        text.push_str(&version.approved_by.join(" and "));
    }
    if let Some(by) = &version.activated_by {
        text.push_str(", put into force by ");
        text.push_str(by);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(approved_by: &[&str], activated_by: Option<&str>) -> PolicyVersion {
        let author = activated_by.map(|_| {
            serde_json::json!({
                "id": "00000000-0000-0000-0000-000000000001", "name": "Ada", "role": "admin"
            })
        });
        serde_json::from_value(serde_json::json!({
            "number": 2, "state": "active", "digest": "ab".repeat(32), "author": author,
            "reason": "", "proposed_at": "2026-11-22T10:00:00Z", "activated_at": null,
            "closed_at": null, "closed_reason": null,
            "approved_by": approved_by, "activated_by": activated_by,
        }))
        .unwrap()
    }

    #[test]
    fn everybody_who_had_a_part_in_a_version_is_named() {
        for (version, text) in [
            (version(&[], None), "Put there by the server"),
            (
                version(&["Alan", "Anna"], Some("Otto")),
                "Proposed by Ada, approved by Alan and Anna, put into force by Otto",
            ),
        ] {
            assert_eq!(decided(&version), text);
        }
    }
}
