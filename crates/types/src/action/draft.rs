//! What somebody wishes, and other ways to it.

use serde::{Deserialize, Serialize};

use super::Action;
use crate::text::PlainText;

/// Candidate actions, in the order in which they are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Draft {
    /// One to fifty actions.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 50)))]
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 50))]
    pub actions: Vec<Action>,
    /// Other ways to the same, at most four. People choose one; doing nothing is always among what they choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 4)))]
    #[cfg_attr(feature = "schema", schema(max_items = 4))]
    pub alternatives: Vec<Alternative>,
}

/// Another way to what a draft is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Alternative {
    /// What people call it, such as `shut down instead of moving`; no other one is called so.
    pub label: PlainText<80>,
    /// What speaks for it.
    pub reason: PlainText<300>,
    /// One to fifty actions.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 50)))]
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 50))]
    pub actions: Vec<Action>,
}

/// Most actions one draft may hold, and each of its alternatives.
pub const MAX_ACTIONS: usize = 50;
/// Most alternatives of one draft.
pub const MAX_ALTERNATIVES: usize = 4;

impl Draft {
    /// A draft of one way only.
    pub fn of(actions: Vec<Action>) -> Self {
        Self {
            actions,
            alternatives: Vec::new(),
        }
    }

    /// One of its ways alone: 0 is the draft's own actions, from 1 on its alternatives. `None` where there is none.
    pub fn way(&self, number: u8) -> Option<Self> {
        let actions = match usize::from(number).checked_sub(1) {
            None => &self.actions,
            Some(index) => &self.alternatives.get(index)?.actions,
        };
        Some(Self::of(actions.clone()))
    }

    /// Every action of every way.
    pub fn all_actions(&self) -> impl Iterator<Item = &Action> {
        let others = self.alternatives.iter().flat_map(|way| &way.actions);
        self.actions.iter().chain(others)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn action(vmid: u32) -> serde_json::Value {
        json!({ "action": "guest.start", "target": { "kind": "qemu", "vmid": vmid } })
    }

    #[test]
    fn a_draft_without_alternatives_is_written_as_it_always_was() {
        let text = json!({ "actions": [action(101)] });
        let draft: Draft = serde_json::from_value(text.clone()).unwrap();
        assert!(draft.alternatives.is_empty());
        assert_eq!(serde_json::to_value(&draft).unwrap(), text);
    }

    #[test]
    fn each_way_is_a_draft_of_its_own() {
        let draft: Draft = serde_json::from_value(json!({
            "actions": [action(101)],
            "alternatives": [{ "label": "Other", "reason": "", "actions": [action(102), action(103)] }],
        }))
        .unwrap();
        let lengths = [0, 1, 2].map(|number| draft.way(number).map(|way| way.actions.len()));
        assert_eq!(lengths, [Some(1), Some(2), None]);
        assert!(draft.way(1).unwrap().alternatives.is_empty());
        assert_eq!(draft.all_actions().count(), 3);
    }
}
