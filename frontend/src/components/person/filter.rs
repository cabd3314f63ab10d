//! Which people a search finds. Pure.

use argus_types::account::PersonView;

/// Whether every word of `words` says something about the person: name, role, provider, or whether they are let in.
pub fn matches(person: &PersonView, words: &str) -> bool {
    let text = haystack(person);
    words
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

fn haystack(person: &PersonView) -> String {
    let mut parts = vec![
        person.person.name.to_lowercase(),
        person.person.role.as_str().to_owned(),
        if person.disabled_at.is_some() {
            "disabled"
        } else {
            "enabled"
        }
        .to_owned(),
    ];
    parts.extend(
        person
            .identities
            .iter()
            .map(|detail| detail.identity.provider.to_lowercase()),
    );
    if person.passkeys > 0 {
        parts.push("passkey".to_owned());
    }
    parts.join(" ")
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;

    /// Somebody as the contract has them.
    pub fn somebody(name: &str, role: &str, disabled: bool) -> PersonView {
        serde_json::from_value(json!({
            "person": {
                "id": "00000000-0000-0000-0000-000000000001", "name": name, "role": role
            },
            "scope": {}, "human": null, "role_source": "admin",
            "role_since": "2026-11-22T10:00:00Z", "role_granted_by": null,
            "may_break_glass": false,
            "disabled_at": disabled.then_some("2026-11-22T10:00:00Z"),
            "disabled_reason": disabled.then_some("admin"),
            "passkeys": 1, "sessions": 0, "tokens": 0,
            "identities": [{
                "identity": {
                    "provider": "corp", "subject": "1", "last_sign_in_at": "2026-11-22T10:00:00Z"
                },
                "claims": {}, "mapping": ""
            }],
            "created_at": "2026-11-22T10:00:00Z"
        }))
        .expect("a person as the contract has it")
    }

    #[test]
    fn every_word_must_say_something_about_the_person() {
        let ada = somebody("Ada Lovelace", "admin", false);
        for words in ["", "ada", "LOVE admin", "corp enabled", "passkey"] {
            assert!(matches(&ada, words), "{words}");
        }
        for words in ["otto", "ada viewer", "disabled"] {
            assert!(!matches(&ada, words), "{words}");
        }
        assert!(matches(&somebody("Otto", "operator", true), "disabled"));
    }
}
