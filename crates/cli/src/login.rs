//! `argusctl login`: shows a code, waits for a person's decision in the browser, and keeps the token.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use argus_types::account::{ApiTokenMade, DeviceGrant, DevicePoll, DeviceStart, DeviceState};
use argus_types::paths;
use argus_types::person::TokenMay;
use argus_types::text::PlainText;
use clap::Args;

use crate::credentials::Credentials;
use crate::server::{Refused, Server};

/// Between two tries while the server does not answer.
const PAUSE: Duration = Duration::from_secs(5);

/// Options of `argusctl login`.
#[derive(Args)]
pub struct Options {
    /// The console's address, such as `https://argus.lan`.
    #[arg(long, env = "ARGUS_SERVER", value_name = "URL")]
    pub server: String,
    /// The authority that signed the console's certificate, in PEM; the machine's own ones where absent.
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Ask for a token that may also propose changes.
    #[arg(long)]
    pub propose: bool,
}

/// Gets a token and keeps it in `file`.
pub fn run(options: &Options, file: &Path, say: &mut impl FnMut(&str)) -> anyhow::Result<()> {
    let server = Server::at(&options.server, options.ca_file.as_deref())?;
    let may = if options.propose {
        TokenMay::Propose
    } else {
        TokenMay::Read
    };
    let start = DeviceStart { name: name()?, may };
    let grant: DeviceGrant = server.post(paths::DEVICE, &start)?;
    say(&format!(
        "Open {}?code={} and compare the code: {}",
        grant.verification_uri, grant.user_code, grant.user_code
    ));
    let made = wait(&server, &grant)?;
    let credentials = Credentials {
        server: server.base().to_owned(),
        ca_file: options
            .ca_file
            .as_ref()
            .map(std::path::absolute)
            .transpose()?,
        name: made.token.name,
        may: made.token.may,
        expires_at: made.token.expires_at,
        token: made.secret,
    };
    credentials.write(file)?;
    say(&format!(
        "The token may {} until {}. It is kept in {}.",
        credentials.may.as_str(),
        credentials.expires_at,
        file.display()
    ));
    Ok(())
}

/// Polls until somebody has decided, or the request is void.
fn wait(server: &Server, grant: &DeviceGrant) -> anyhow::Result<ApiTokenMade> {
    let poll = DevicePoll {
        device_code: grant.device_code.clone(),
    };
    let started = Instant::now();
    let ends = Duration::from_secs(grant.expires_in_s.into());
    while started.elapsed() < ends {
        let interval = Duration::from_secs(grant.interval_s.into());
        match server.post(paths::DEVICE_TOKEN, &poll) {
            Ok(DeviceState::Granted { made }) => return Ok(*made),
            Ok(DeviceState::Refused {}) => {
                anyhow::bail!("the request was refused or has expired; no token was made")
            }
            Ok(DeviceState::Pending {}) => sleep(interval),
            // A server that restarts still knows the request.
            Err(Refused::Unreachable { .. }) => sleep(interval.max(PAUSE)),
            Err(refused) => match refused.wait() {
                Some(seconds) => sleep(Duration::from_secs(seconds.into())),
                None => return Err(refused.into()),
            },
        }
    }
    anyhow::bail!("nobody decided in time; argusctl login asks again")
}

/// What the page calls this program.
fn name() -> anyhow::Result<PlainText<60>> {
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let host: String = host
        .trim()
        .chars()
        .filter(char::is_ascii_graphic)
        .take(40)
        .collect();
    let name = if host.is_empty() {
        "argusctl".to_owned()
    } else {
        format!("argusctl on {host}")
    };
    PlainText::new(name).map_err(|error| anyhow::anyhow!("{error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::stand_in::serve;

    fn grant() -> Value {
        json!({
            "device_code": "secret", "user_code": "WDJB-MJHT", "verification_uri": "https://argus.lan/device",
            "interval_s": 0, "expires_in_s": 600,
        })
    }

    fn login(answers: Vec<(u16, Value)>, file: &Path) -> (anyhow::Result<()>, String, Vec<String>) {
        let (server, asked) = serve(answers);
        let options = Options {
            server,
            ca_file: None,
            propose: true,
        };
        let mut said = String::new();
        let done = run(&options, file, &mut |line: &str| said.push_str(line));
        (done, said, asked.join().expect("the server ends"))
    }

    #[test]
    fn the_code_is_shown_the_decision_awaited_and_the_token_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("argus/credentials.toml");
        let early = serde_json::to_value(argus_types::problem::Problem::new(
            argus_types::problem::ProblemCode::TooManyRequests,
            "Wait.",
        ));
        let made = json!({
            "token": {
                "id": "00000000-0000-0000-0000-000000000001", "name": "laptop", "may": "read", "scope": {},
                "created_at": "2026-11-22T00:00:00Z", "expires_at": "2026-12-22T00:00:00Z",
                "last_used_at": null, "revoked_at": null,
            },
            "secret": "argus_secret",
        });
        let (done, said, asked) = login(
            vec![
                (201, grant()),
                (200, json!({ "state": "pending" })),
                (429, early.unwrap()),
                (200, json!({ "state": "granted", "made": made })),
            ],
            &file,
        );
        done.unwrap();
        assert!(
            said.contains("https://argus.lan/device?code=WDJB-MJHT"),
            "{said}"
        );
        assert!(!said.contains("argus_secret"), "{said}");
        assert!(asked[0].contains(r#""may":"propose""#), "{}", asked[0]);
        assert!(
            asked[1].contains(r#""device_code":"secret""#),
            "{}",
            asked[1]
        );
        let kept = Credentials::read(&file).unwrap();
        assert_eq!(kept.token, "argus_secret");
        assert_eq!(kept.may, TokenMay::Read);
    }

    #[test]
    fn a_refusal_keeps_nothing_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials.toml");
        let refused = json!({ "state": "refused" });
        let (done, _, _) = login(vec![(201, grant()), (200, refused)], &file);
        assert!(done.unwrap_err().to_string().contains("was refused"));
        assert!(!file.exists());
    }
}
