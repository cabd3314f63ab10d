//! What a finished sign-in proved, read leniently: an odd claim costs its holder a role, never somebody else anything.

use secrecy::SecretString;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{claims::Checked, config::ProviderConfig, shown::shown};

/// More entries than any directory sends; a claim with more is not read at all.
const MOST_GROUPS: usize = 2000;

/// Longest name of a group, in characters.
const LONGEST_GROUP: usize = 256;

/// Longest value that names a person, in characters.
const LONGEST_PERSON: usize = 256;

/// Bound to this one exchange, of no use to anybody who reads them later.
const NOT_KEPT: [&str; 4] = ["nonce", "at_hash", "c_hash", "s_hash"];

/// A person, as far as the provider vouches.
#[derive(Debug, Clone)]
pub struct Proven {
    /// Who vouches. Issuer and subject together are the account.
    pub issuer: String,
    /// Whom for.
    pub subject: String,
    /// A name for people, never empty.
    pub name: String,
    /// Groups.
    pub groups: Groups,
    /// `claim:value` of the claim that names a person across providers.
    pub person: Option<String>,
    /// For display only: anybody may hold any address, so it is never a key.
    pub email: Option<String>,
    /// What the ID token says, for an administrator's eyes.
    pub claims: Map<String, Value>,
    /// When the ID token ends. A session's end is its own affair.
    pub id_token_expires_at: OffsetDateTime,
    /// For asking again without the person, where the provider gave one.
    pub refresh_token: Option<SecretString>,
}

/// What the token says about groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Groups {
    /// Nothing.
    Absent {
        /// The claim that was looked for.
        claim: String,
    },
    /// Something that is no list of names, or one beyond measure.
    Malformed {
        /// The claim.
        claim: String,
    },
    /// These, perhaps none.
    Listed(Vec<String>),
    /// Too many to fit; the provider sent a reference to ask for them instead.
    Overage,
}

impl Proven {
    /// Reads verified claims.
    pub(crate) fn read(
        config: &ProviderConfig,
        checked: Checked,
        mut claims: Map<String, Value>,
        refresh_token: Option<SecretString>,
    ) -> Self {
        for claim in NOT_KEPT {
            claims.remove(claim);
        }
        Self {
            issuer: config.issuer.to_string(),
            name: name(&claims, &config.name_claim, &checked.subject),
            groups: Groups::read(&claims, &config.groups_claim),
            person: config
                .person_claim
                .as_ref()
                .and_then(|claim| person(&claims, claim)),
            email: words(&claims, "email"),
            claims,
            id_token_expires_at: checked.expires_at,
            subject: checked.subject,
            refresh_token,
        }
    }
}

impl Groups {
    fn read(claims: &Map<String, Value>, claim: &str) -> Self {
        match claims.get(claim) {
            None if is_overage(claims, claim) => Self::Overage,
            None | Some(Value::Null) => Self::Absent {
                claim: claim.to_owned(),
            },
            Some(value) => listed(value).map_or_else(
                || Self::Malformed {
                    claim: claim.to_owned(),
                },
                Self::Listed,
            ),
        }
    }
}

/// Exactly as they stand: no trimming and no folding of case, two groups may differ by just that.
fn listed(value: &Value) -> Option<Vec<String>> {
    let entries = value.as_array()?;
    if entries.len() > MOST_GROUPS {
        return None;
    }
    entries
        .iter()
        .map(|entry| {
            let name = entry.as_str()?;
            (name.chars().count() <= LONGEST_GROUP).then(|| name.to_owned())
        })
        .collect()
}

/// A distributed claim (OpenID Connect Core, section 5.6.2), or Entra's short form of it.
fn is_overage(claims: &Map<String, Value>, claim: &str) -> bool {
    let elsewhere = claims
        .get("_claim_names")
        .is_some_and(|names| names.get(claim).is_some());
    elsewhere || claims.get("hasgroups").is_some_and(is_true)
}

fn is_true(value: &Value) -> bool {
    value == &Value::Bool(true) || value == "true"
}

fn person(claims: &Map<String, Value>, claim: &str) -> Option<String> {
    let value = match claims.get(claim)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return None,
    };
    let usable = !value.is_empty()
        && value.chars().count() <= LONGEST_PERSON
        && !value.chars().any(char::is_control);
    usable.then(|| format!("{claim}:{value}"))
}

fn name(claims: &Map<String, Value>, claim: &str, subject: &str) -> String {
    [claim, "name", "preferred_username", "email"]
        .into_iter()
        .find_map(|claim| words(claims, claim))
        .unwrap_or_else(|| shown(subject))
}

fn words(claims: &Map<String, Value>, claim: &str) -> Option<String> {
    let text = shown(claims.get(claim)?.as_str()?);
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).expect("an object")
    }

    fn groups(value: Value) -> Groups {
        Groups::read(&map(value), "groups")
    }

    #[test]
    fn listed_groups_are_taken_exactly_as_they_stand() {
        let names = vec!["Ops".to_owned(), " ops ".to_owned(), "ops".to_owned()];
        assert_eq!(groups(json!({"groups": names})), Groups::Listed(names));
        assert_eq!(groups(json!({"groups": []})), Groups::Listed(vec![]));
    }

    #[test]
    fn three_hundred_groups_are_fine_and_groups_beyond_measure_are_not() {
        let many = |count: usize| json!({"groups": vec!["x"; count]});
        assert!(matches!(groups(many(300)), Groups::Listed(list) if list.len() == 300));
        assert!(matches!(groups(many(2000)), Groups::Listed(_)));
        let malformed = Groups::Malformed {
            claim: "groups".to_owned(),
        };
        assert_eq!(groups(many(2001)), malformed);
        assert_eq!(groups(json!({"groups": ["ä".repeat(257)]})), malformed);
        assert!(matches!(
            groups(json!({"groups": ["ä".repeat(256)]})),
            Groups::Listed(_)
        ));
    }

    #[test]
    fn a_claim_that_is_no_list_of_names_is_malformed() {
        for value in [
            json!("ops"),
            json!(1),
            json!({"0": "ops"}),
            json!(true),
            json!(["ops", 1]),
            json!([["ops"]]),
        ] {
            assert!(
                matches!(groups(json!({"groups": value})), Groups::Malformed { .. }),
                "{value}"
            );
        }
    }

    #[test]
    fn a_missing_claim_is_told_from_a_reference() {
        assert!(matches!(
            groups(json!({"roles": ["ops"]})),
            Groups::Absent { .. }
        ));
        assert!(matches!(
            groups(json!({"_claim_names": {"other": "src1"}})),
            Groups::Absent { .. }
        ));
        for overage in [
            json!({"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://x"}}}),
            json!({"hasgroups": true}),
            json!({"hasgroups": "true"}),
        ] {
            assert_eq!(groups(overage.clone()), Groups::Overage, "{overage}");
        }
    }

    #[test]
    fn a_person_is_named_by_text_or_a_whole_number_only() {
        let of = |value: Value| person(&map(json!({"employee_id": value})), "employee_id");
        assert_eq!(of(json!(" E-17 ")).as_deref(), Some("employee_id:E-17"));
        assert_eq!(of(json!(17)).as_deref(), Some("employee_id:17"));
        for value in [
            json!(""),
            json!("  "),
            json!("a\nb"),
            json!(1.5),
            json!(null),
            json!(true),
            json!(["E-17"]),
            json!("x".repeat(257)),
        ] {
            assert_eq!(of(value.clone()), None, "{value}");
        }
    }

    #[test]
    fn a_name_falls_back_until_there_is_one() {
        let of = |claims: Value| name(&map(claims), "display", "subject-1");
        assert_eq!(of(json!({"display": "Ada", "name": "A. L."})), "Ada");
        assert_eq!(of(json!({"display": " ", "name": "A. L."})), "A. L.");
        assert_eq!(of(json!({"preferred_username": "ada"})), "ada");
        assert_eq!(of(json!({"email": "ada@x"})), "ada@x");
        assert_eq!(of(json!({"name": 7})), "subject-1");
    }
}
