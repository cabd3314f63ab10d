//! Fields of structured data.

use argus_llm::redact::Redactor;
use serde_json::json;

#[test]
fn below_the_name_of_a_secret_nothing_stays_whatever_it_looks_like() {
    let mut redaction = Redactor::new([]).unwrap().begin();
    let redacted = redaction.json(&json!({
        "name": "web-01",
        "cipassword": "sommer",
        "tfa": {"type": "totp", "keys": ["abc", 123_456]},
        "encryption-key": null,
        "nested": [{"PASSWORD": "true"}],
        "vmid": 101,
    }));
    let text = redacted.as_str();
    for secret in ["sommer", "abc", "123456", "\"true\""] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    for harmless in ["web-01", "\"vmid\":101", "\"encryption-key\":null"] {
        assert!(text.contains(harmless), "{harmless}: {text}");
    }
    assert_eq!(redaction.count(), 5);
}

#[test]
fn ids_and_digests_of_the_api_stay() {
    let fields = json!({
        "digest": "b1f0c9a0d4e5f60718293a4b5c6d7e8f90a1b2c3",
        "fingerprint": "AA:BB:CC:DD:EE:FF:00:11",
        "tokenid": "ops",
        "full-tokenid": "argus@pve!ops",
        "upid": "UPID:pve1:0003A1B2:0123ABCD:65F1C2AB:qmstart:101:root@pam:",
        "lock-token": "none",
        "scsi0": "local-lvm:vm-101-disk-0,size=32G",
        "smbios1": "uuid=8f1a7c1e-4a7e-4d0f-9d54-6f6f3a0f8b11",
        "net0": "virtio=BC:24:11:0A:1B:2C,bridge=vmbr0",
        "description": "restart after 18:00",
    });
    let mut redaction = Redactor::new([]).unwrap().begin();
    assert_eq!(redaction.json(&fields).as_str(), fields.to_string());
}

#[test]
fn a_neighbour_tells_what_a_value_is() {
    let mut redaction = Redactor::new([]).unwrap().begin();
    let redacted = redaction.json(&json!([
        {"full-tokenid": "argus@pve!ops", "value": "plain"},
        {"name": "smtp_password", "value": "plain"},
        {"name": "cores", "value": "plain"},
    ]));
    assert_eq!(redacted.as_str().matches("plain").count(), 1);
}

#[test]
fn the_name_of_an_option_is_none_though_it_is_called_key() {
    let pending =
        json!([{"key": "memory", "pending": 4096, "value": 2048}, {"delete": 1, "key": "onboot"}]);
    let mut redaction = Redactor::new([]).unwrap().begin();
    assert_eq!(redaction.json(&pending).as_str(), pending.to_string());
    let subscription = json!({"key": "anything", "status": "active"});
    assert!(!redaction.json(&subscription).as_str().contains("anything"));
}

#[test]
fn a_field_beside_its_name_is_judged_with_it() {
    let mut redaction = Redactor::new([]).unwrap().begin();
    assert_eq!(
        redaction.field("password", "x").as_str(),
        "<<SECRET:password:1>>"
    );
    assert_eq!(
        redaction.field("api_key", "Zx81kk20Lmq7").as_str(),
        "<<SECRET:key:2>>"
    );
    assert_eq!(
        redaction.field("hostname", "Zx81kk20Lmq7").as_str(),
        "Zx81kk20Lmq7"
    );
}

#[test]
fn parts_put_together_hold_no_secret_that_none_of_them_held() {
    let held = argus_llm::redact::Held {
        kind: argus_llm::redact::Kind::Key,
        secret: "first\nsecond",
    };
    let mut redaction = Redactor::new([held]).unwrap().begin();
    let parts = [redaction.text("the first"), redaction.text("second part")];
    assert_eq!(
        redaction.lines(&parts).as_str(),
        "the <<SECRET:key:1>> part"
    );
}
