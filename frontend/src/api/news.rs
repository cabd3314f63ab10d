//! One message of `/api/stream`, as far as the page acts on it: one record with its parts optional, see
//! [`super::journal_event`] for why.

use argus_types::Timestamp;
use serde::Deserialize;

/// What changed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct News {
    /// What kind of thing.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The snapshot's entity tag, for news of the inventory.
    #[serde(default)]
    pub etag: String,
    /// When Proxmox answered, for news of the inventory.
    #[serde(default)]
    pub observed_at: Option<Timestamp>,
    /// Whether the snapshot is older than its deadline, for news of the inventory.
    #[serde(default)]
    pub stale: bool,
}

/// The kinds that the page knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "named and described by the contract's `StreamMessage`"
)]
pub enum Kind {
    Resync,
    Inventory,
    Proposal,
    Execution,
    EmergencyStop,
    /// Not for this page.
    #[serde(other)]
    Other,
}

#[cfg(test)]
mod tests {
    use argus_types::execution::ExecutionState;
    use argus_types::proposal::ProposalState;
    use argus_types::stream::StreamMessage;

    use super::*;

    #[test]
    fn each_message_of_the_contract_is_read() {
        let id = "00000000-0000-0000-0000-000000000001";
        let observed_at = Timestamp::from_unix(1_795_000_000).unwrap();
        let messages = [
            (StreamMessage::Resync, Kind::Resync),
            (
                StreamMessage::Inventory {
                    cluster: "lab".parse().unwrap(),
                    etag: "e".to_owned(),
                    observed_at,
                    stale: true,
                },
                Kind::Inventory,
            ),
            (
                StreamMessage::Proposal {
                    id: id.parse().unwrap(),
                    state: ProposalState::InReview,
                },
                Kind::Proposal,
            ),
            (
                StreamMessage::Execution {
                    id: id.parse().unwrap(),
                    proposal: id.parse().unwrap(),
                    state: ExecutionState::Running,
                    last_seq: 1,
                },
                Kind::Execution,
            ),
            (
                StreamMessage::EmergencyStop { engaged: true },
                Kind::EmergencyStop,
            ),
        ];
        for (message, kind) in messages {
            let value = serde_json::to_value(message).unwrap();
            let news: News = serde_json::from_value(value).unwrap();
            assert_eq!(news.kind, kind);
            if kind == Kind::Inventory {
                assert_eq!(
                    (news.etag.as_str(), news.observed_at, news.stale),
                    ("e", Some(observed_at), true)
                );
            }
        }
    }

    #[test]
    fn a_message_of_a_newer_argus_is_read_and_left_alone() {
        let news: News = serde_json::from_str(r#"{"type":"comet","when":3}"#).unwrap();
        assert_eq!(news.kind, Kind::Other);
    }
}
