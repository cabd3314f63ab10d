//! What the page asks for, as the API takes it: only the fields that its forms fill in.
//!
//! The catalogue has many more actions than the page spells; writing each of them would be a hundredth of the page.
//! That what is written here is an action is what the tests hold it to.

use argus_types::action::{ActionKind, Target};
use argus_types::guest_config::ConfigChange;
use argus_types::id::{NodeName, ProposalId, SnapshotName};
use argus_types::text::{ParameterText, PlainText};
use serde::Serialize;

/// One action. What its kind does not take is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Wish {
    /// Its kind, as the catalogue calls it.
    pub action: &'static str,
    /// The guest that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// The node that it is about, or that a guest shall move to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeName>,
    /// Seconds that the guest has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<u16>,
    /// A snapshot's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<SnapshotName>,
    /// A snapshot's description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<ParameterText<200>>,
    /// Whether a snapshot keeps the memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_memory: Option<bool>,
    /// Whether a guest that was rolled back starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<bool>,
    /// Settings of a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<ConfigChange>,
}

impl Wish {
    /// An action on a guest; some kinds take more.
    pub fn of_guest(kind: ActionKind, target: Target) -> Self {
        Self {
            action: kind.as_str(),
            target: Some(target),
            ..Self::default()
        }
    }

    /// An action on a node.
    pub fn of_node(kind: ActionKind, node: NodeName) -> Self {
        Self {
            action: kind.as_str(),
            node: Some(node),
            ..Self::default()
        }
    }
}

/// What `POST /api/actions/proposals` takes: words or an action, and perhaps what it comes in place of, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Asking {
    /// The change in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<PlainText<2000>>,
    /// The change as an action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<Wishes>,
    /// The proposal that this one comes in place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<ProposalId>,
    /// Why the change is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
}

/// A draft of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wishes {
    actions: [Wish; 1],
}

impl From<Wish> for Wishes {
    fn from(wish: Wish) -> Self {
        Self { actions: [wish] }
    }
}

#[cfg(test)]
mod tests {
    use argus_types::action::{Action, Draft};
    use argus_types::proposal::ProposalInput;

    use super::*;

    fn target() -> Target {
        serde_json::from_value(serde_json::json!({ "kind": "qemu", "vmid": 101, "node": "pve1" }))
            .unwrap()
    }

    #[test]
    fn what_is_asked_for_is_what_the_contract_says() {
        let wish = Wish {
            name: Some("before".parse().unwrap()),
            description: Some(ParameterText::new("by hand").unwrap()),
            include_memory: Some(true),
            ..Wish::of_guest(ActionKind::Snapshot, target())
        };
        let asking = Asking {
            draft: Some(wish.into()),
            reason: Some(PlainText::new("before the update").unwrap()),
            ..Asking::default()
        };
        let value = serde_json::to_value(asking).unwrap();
        let read: ProposalInput = serde_json::from_value(value).unwrap();
        let action = Action::Snapshot {
            target: target(),
            name: Some("before".parse().unwrap()),
            description: Some(ParameterText::new("by hand").unwrap()),
            include_memory: true,
        };
        let contract = ProposalInput {
            request: None,
            draft: Some(Draft::of(vec![action])),
            supersedes: None,
            reason: Some(PlainText::new("before the update").unwrap()),
        };
        assert_eq!(read, contract);
    }
}
