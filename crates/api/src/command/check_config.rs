//! `argus-api config check`.

use std::process::ExitCode;

use argus_api::service::passkeys::RelyingParty;

use super::{ConfigFile, say};

pub fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    say(&format!(
        "The configuration is right: profile {}, listening on {}, cluster {} at {}.",
        config.profile.as_str(),
        config.listen,
        config.cluster,
        config.endpoint.url
    ));
    if let Some(why) = RelyingParty::at(&config.public_origin).why_not() {
        say(&format!("There will be no passkeys: {why}."));
    }
    for provider in &config.providers {
        let provider = provider.provider.config();
        say(&format!(
            "Single sign-on at {}: its redirect URI is {}",
            provider.issuer, provider.redirect_uri
        ));
    }
    for model in &config.drafting.models {
        let settings = &model.settings;
        let (name, id, place) = (
            &settings.name,
            &settings.model,
            settings.base_url.host_str(),
        );
        say(&format!(
            "Language model {name}: {id} at {}, {} a key.",
            place.unwrap_or_default(),
            if settings.key.is_some() {
                "with"
            } else {
                "without"
            }
        ));
    }
    if config.drafting.models.is_empty() {
        say("No language model: the built-in rules draft alone.");
    }
    Ok(ExitCode::SUCCESS)
}
