//! `argus-api doctor`.

use std::process::ExitCode;

use argus_api::doctor::{self, State};

use super::{ConfigFile, block_on, say};

pub fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let findings = block_on(async { Ok(doctor::examine(&config).await) })?;
    let mut well = true;
    for finding in &findings {
        let mark = match finding.state {
            State::Well => "ok  ",
            State::LeftOut => "-   ",
            State::Wrong => "FAIL",
        };
        well &= finding.state != State::Wrong;
        say(&format!("{mark} {}", finding.text));
        if let Some(remedy) = &finding.remedy {
            say(&format!("     -> {remedy}"));
        }
    }
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
