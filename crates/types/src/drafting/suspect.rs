//! Texts of the cluster that a model was told and that read like orders to it. They decide nothing.

use serde::{Deserialize, Serialize};

/// A text of the cluster that reads like an order to a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SuspectText {
    /// What it hangs on: `qemu/101`, `node/pve1`, `storage/pbs`, `pool/shop`.
    pub object: String,
    /// What of it: `name`, `tag`, `disk`, `snapshot`, `backup`, `notes`.
    pub field: String,
    /// Why; never empty.
    pub reasons: Vec<SuspectReason>,
    /// Its beginning as the model was told it, secrets replaced: at most 200 characters.
    pub excerpt: String,
}

/// Why a text reads like an order to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum SuspectReason {
    /// It speaks to a model, or of its rules.
    SpeaksToModel,
    /// It holds tokens by which models tell who speaks.
    TemplateTokens,
    /// It holds characters that nobody sees, or that turn the direction of reading.
    HiddenCharacters,
    /// It names an approval or a confirmation, or says that none is needed.
    NamesApproval,
    /// It orders an action on something of the cluster.
    OrdersAction,
}

impl SuspectReason {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SpeaksToModel,
        Self::TemplateTokens,
        Self::HiddenCharacters,
        Self::NamesApproval,
        Self::OrdersAction,
    ];

    /// The reason of a word on the wire.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Its word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SpeaksToModel => "speaks_to_model",
            Self::TemplateTokens => "template_tokens",
            Self::HiddenCharacters => "hidden_characters",
            Self::NamesApproval => "names_approval",
            Self::OrdersAction => "orders_action",
        }
    }

    /// What the page says.
    pub fn label(self) -> &'static str {
        match self {
            Self::SpeaksToModel => "speaks to a model or of its rules",
            Self::TemplateTokens => "holds tokens that models tell speakers by",
            Self::HiddenCharacters => "holds characters that nobody sees",
            Self::NamesApproval => "names an approval or a confirmation",
            Self::OrdersAction => "orders an action",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_found_by_its_word_on_the_wire() {
        for reason in SuspectReason::ALL {
            let word = serde_json::to_value(reason).unwrap();
            assert_eq!(word, reason.as_str());
            assert_eq!(SuspectReason::named(reason.as_str()), Some(reason));
        }
        assert_eq!(SuspectReason::named("other"), None);
    }
}
