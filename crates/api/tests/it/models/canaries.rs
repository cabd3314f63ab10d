//! Secrets of every kind in what somebody asks and in what the cluster says: none of them is in any byte that leaves.

use argus_proxmox_sim::Scenario;
use argus_types::paths;
use argus_types::person::Role;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};

use super::note;
use super::stand_in::{StandIn, plan, snapshot};
use crate::app::App;

/// Secrets as people write them into a request; the second part is what must not leave.
const WRITTEN: &[(&str, &str)] = &[
    ("password=hunter2-Canary-01", "hunter2-Canary-01"),
    (
        "root@pam!canary=8f14e45f-ceea-467f-9b1a-2f2d3c4b5a69",
        "8f14e45f-ceea-467f-9b1a-2f2d3c4b5a69",
    ),
    (
        "Authorization: Bearer canary.bearer.Zx81Qw72Er63",
        "canary.bearer.Zx81Qw72Er63",
    ),
    ("https://admin:Canary-Pass-9@backup.lan/x", "Canary-Pass-9"),
    (
        "ipmitool -H bmc -U admin -P Canary-Ipmi-77",
        "Canary-Ipmi-77",
    ),
    (
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    ),
];

/// Every form in which a secret may leave.
fn forms(secret: &str) -> Vec<String> {
    let escaped = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    let percent: String = secret.bytes().map(escaped).collect();
    let inside = |text: String| text.trim_matches('"').to_owned();
    let json = inside(serde_json::to_string(secret).expect("JSON"));
    let twice = inside(serde_json::to_string(&json).expect("JSON"));
    vec![
        secret.to_owned(),
        STANDARD.encode(secret).trim_end_matches('=').to_owned(),
        URL_SAFE.encode(secret).trim_end_matches('=').to_owned(),
        percent,
        json,
        twice,
        hex::encode(secret),
    ]
}

fn leaks(bytes: &[u8], secret: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let forms = forms(secret).into_iter();
    forms
        .filter(|form| text.contains(&form.to_lowercase()))
        .collect()
}

#[tokio::test]
async fn no_secret_of_a_request_of_a_guests_notes_or_of_argus_itself_leaves_in_any_form() {
    let provider = StandIn::start([plan(&[snapshot(101, Value::Null)])]).await;
    let own = "0123456789abcdef-0123456789abcdef";
    let mut drafting = provider.drafting(&[own, "key-of-the-stand-in-1234"], 100_000_000);
    drafting.reads_notes = true;
    let app = App::with(Scenario::lab(), 20.0, |config| config.drafting = drafting).await;
    let operator = app.sign_in(Role::Operator).await;
    note(&operator, "front end, password=Canary-Notes-31").await;
    let mut secrets: Vec<&str> = WRITTEN.iter().map(|(_, secret)| *secret).collect();
    secrets.extend([own, "key-of-the-stand-in-1234", "Canary-Notes-31"]);
    for (written, _) in WRITTEN {
        let request = format!("snapshot web-01 because {written}");
        operator
            .post(paths::PROPOSALS, &json!({ "request": request }))
            .await;
    }
    for form in forms(own) {
        let request = format!("snapshot web-01 because of {form}");
        operator
            .post(paths::PROPOSALS, &json!({ "request": request }))
            .await;
    }
    assert!(
        provider.seen().len() >= WRITTEN.len(),
        "{}",
        provider.seen().len()
    );
    let whole = provider.whole();
    // The notes were told, but for their secret.
    assert!(String::from_utf8_lossy(&whole).contains("texts_of_others"));
    for secret in secrets {
        assert_eq!(leaks(&whole, secret), Vec::<String>::new(), "{secret}");
    }
}

#[test]
fn a_leak_would_be_seen_in_each_form() {
    for form in forms("Canary-Pass-9") {
        assert_ne!(
            leaks(format!("x{form}y").as_bytes(), "Canary-Pass-9"),
            Vec::<String>::new()
        );
    }
}
