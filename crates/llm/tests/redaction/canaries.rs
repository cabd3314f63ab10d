//! Canary secrets through every channel that a prompt is made of: none may be found in what comes out, however it is
//! encoded there.

use argus_llm::redact::{Redaction, Redactor};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::secrets::{HELD, HELD_PARTS, shown};

/// Where untrusted text comes from in Proxmox, as the prompt would have it around `text`.
fn channels(text: &str) -> Vec<Value> {
    vec![
        json!({"vmid": 101, "config": {"description": text, "name": "web-01"}}),
        json!({"snapshots": [{"name": "before", "description": text}]}),
        json!({"tags": ["production", text]}),
        json!({"pool": {"poolid": "shop", "comment": text}}),
        json!({"ha": {"sid": "vm:101", "comment": text}}),
        json!({"backup-job": {"schedule": "sat 02:00", "notes-template": text}}),
        json!({"storage": {"storage": "nas", "options": text}}),
        json!({"task": {"upid": "UPID:pve1:0003A1B2:0123ABCD:65F1C2AB:qmstart:101:root@pam:", "log": [{"n": 1, "t": text}]}}),
        json!({"agent": {"hostname": text, "os": {"pretty-name": text}}}),
        json!({"syslog": format!("Nov 12 03:14:07 pve1 app[12]: {text}")}),
        json!({"iso": format!("local:iso/{text}.iso")}),
        json!({"request": text, text: "as a name"}),
    ]
}

/// Every form in which `secret` could be read out of `text`.
fn traces(text: &str, secret: &str) -> Vec<&'static str> {
    let quoted = Value::from(secret).to_string();
    let mut traces = Vec::new();
    let mut look = |how, form: &str| {
        if form.len() > 5 && text.contains(form) {
            traces.push(how);
        }
    };
    look("plain", secret);
    look("in JSON", &quoted[1..quoted.len() - 1]);
    look(
        "in an address",
        &utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
    );
    for offset in 0..3 {
        let padded: Vec<u8> = [vec![b'x'; offset], secret.as_bytes().to_vec()].concat();
        let own = (offset * 8).div_ceil(6)..padded.len() * 8 / 6;
        look("in base64", &STANDARD_NO_PAD.encode(&padded)[own.clone()]);
        look(
            "in base64 for addresses",
            &URL_SAFE_NO_PAD.encode(&padded)[own],
        );
    }
    traces
}

/// The forms in which a text with the secret may come: as it is, in JSON within JSON, split over lines.
fn written(text: &str) -> Vec<String> {
    let in_json = json!({ "msg": text, "n": 1 }).to_string();
    vec![
        text.to_owned(),
        in_json,
        format!("first line\n  {text}\nlast line"),
        format!("\r\n> {text}\r\n"),
    ]
}

fn outputs(redaction: &mut Redaction, text: &str) -> Vec<String> {
    let mut outputs = vec![
        redaction.text(text).as_str().to_owned(),
        redaction.field("comment", text).as_str().to_owned(),
    ];
    for channel in channels(text) {
        outputs.push(redaction.json(&channel).as_str().to_owned());
        outputs.push(redaction.text(&channel.to_string()).as_str().to_owned());
        let pretty = format!("{channel:#}");
        outputs.push(redaction.text(&pretty).as_str().to_owned());
    }
    outputs
}

#[test]
fn no_secret_of_any_format_comes_through_any_channel() {
    let redactor = Redactor::new([]).unwrap();
    let mut checked = 0;
    for shown in shown() {
        let text = shown.text.replacen("{}", &shown.secret, 1);
        for text in written(&text) {
            for output in outputs(&mut redactor.begin(), &text) {
                assert_eq!(
                    traces(&output, &shown.secret),
                    [""; 0],
                    "{text:?} became {output:?}"
                );
                // Nor a line of it, where it has several.
                for line in shown
                    .secret
                    .lines()
                    .filter(|line| !line.starts_with("-----"))
                {
                    assert!(
                        !output.contains(line),
                        "{line:?} of {text:?} is in {output:?}"
                    );
                }
                checked += 1;
            }
        }
    }
    println!("{checked} outputs were looked through");
    assert!(checked > 3000);
}

/// What a held secret may look like when it arrives.
fn encoded(secret: &str) -> Vec<String> {
    let json = Value::from(secret).to_string();
    let url = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let mut encoded = vec![
        secret.to_owned(),
        secret.to_uppercase().replace('\u{c4}', "\u{e4}"),
        format!("x{secret}y"),
        json[1..json.len() - 1].to_owned(),
        json[1..json.len() - 1].replace('/', "\\/"),
        url.to_lowercase(),
        url.replace("%20", "+"),
        url,
        hex::encode_upper(secret),
    ];
    for before in ["", "u", "us", "user:"] {
        let basic = format!("{before}{secret}:rest");
        encoded.push(STANDARD_NO_PAD.encode(&basic));
        encoded.push(URL_SAFE_NO_PAD.encode(&basic));
        encoded.push(STANDARD_NO_PAD.encode(&basic).replace('/', "\\/"));
    }
    // As mail and `base64` break it.
    let wrapped = STANDARD_NO_PAD.encode(format!(
        "{}{secret}{}",
        "Lorem1Ipsum ".repeat(7),
        "7dolorSit ".repeat(20)
    ));
    encoded.push(
        wrapped
            .as_bytes()
            .chunks(76)
            .map(|line| String::from_utf8_lossy(line) + "\n")
            .collect(),
    );
    encoded
}

#[test]
fn no_secret_that_argus_holds_comes_through_any_channel_in_any_encoding() {
    let redactor = Redactor::new(HELD).unwrap();
    let mut checked = 0;
    let held = HELD.iter().map(|held| held.secret).chain(HELD_PARTS);
    for secret in held {
        for text in encoded(secret).iter().flat_map(|text| written(text)) {
            for output in outputs(&mut redactor.begin(), &text) {
                assert_eq!(
                    traces(&output, secret),
                    [""; 0],
                    "{text:?} became {output:?}"
                );
                assert!(
                    !output.to_lowercase().contains(&secret.to_lowercase()),
                    "{output:?}"
                );
                checked += 1;
            }
        }
    }
    println!("{checked} outputs were looked through");
    assert!(checked > 10_000);
}

#[test]
fn a_secret_that_ordinary_text_would_hold_is_refused_without_being_named() {
    use argus_llm::redact::{Held, Kind, Unfit};
    let of = |secret| {
        Redactor::new([Held {
            kind: Kind::Password,
            secret,
        }])
        .map(|_| ())
    };
    assert_eq!(of("short"), Err(Unfit::TooShort));
    assert_eq!(of("postgres://argus:abc@db/argus"), Err(Unfit::TooShort));
    assert_eq!(of("password"), Err(Unfit::Placeholder));
    assert_eq!(of("<<SECRET"), Err(Unfit::Placeholder));
    assert_eq!(of("long enough"), Ok(()));
}
