//! `argus-api config check`.

use std::process::ExitCode;

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
    for provider in &config.providers {
        let provider = provider.provider.config();
        say(&format!(
            "Single sign-on at {}: its redirect URI is {}",
            provider.issuer, provider.redirect_uri
        ));
    }
    Ok(ExitCode::SUCCESS)
}
