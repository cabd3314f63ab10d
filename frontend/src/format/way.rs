//! How a session was opened, as people say it.

use argus_types::sign_in::ProviderButton;

/// The way in that a session names.
pub fn way(way: &str, providers: &[ProviderButton]) -> String {
    match way {
        "passkey" => "passkey".to_owned(),
        "recovery" => "recovery code".to_owned(),
        "link" => "one-time link".to_owned(),
        "demo" => "demo".to_owned(),
        other => match other.strip_prefix("oidc/") {
            Some(id) => provider(id, providers),
            None => other.to_owned(),
        },
    }
}

/// A provider's name, or its id where it is configured no more.
pub fn provider(id: &str, providers: &[ProviderButton]) -> String {
    providers
        .iter()
        .find(|provider| provider.id == id)
        .map_or_else(|| id.to_owned(), |provider| provider.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_called_what_people_call_it() {
        let providers = [ProviderButton {
            id: "corp".to_owned(),
            name: "Corporate login".to_owned(),
        }];
        assert_eq!(way("oidc/corp", &providers), "Corporate login");
        assert_eq!(way("oidc/gone", &providers), "gone");
        assert_eq!(way("recovery", &providers), "recovery code");
        assert_eq!(way("something new", &providers), "something new");
    }
}
