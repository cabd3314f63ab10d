//! The generated contracts in `schemas/`, and the validators made from them.
//!
//! The types are the source; `argus-api schema --out schemas` writes the files, and continuous integration
//! checks that they are fresh. What is enforced is what is written: both come from [`proposal_schema`].

mod explain;

use std::path::Path;
use std::sync::LazyLock;

use argus_types::action::Draft;
use argus_types::approval::{BreakGlass, BreakGlassReview, ChangesRequest, Decision, Revocation};
use argus_types::emergency::{EmergencyStopInput, EmergencyStopRelease};
use argus_types::event::ExecutionEvent;
use argus_types::proposal::{Cancellation, Confirmation, ProposalInput, SnapshotFirst};
use jsonschema::Validator;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

pub use explain::field_errors;

/// A JSON body with a schema of its own.
pub trait Described {
    /// The validator, compiled once.
    fn validator() -> &'static Validator;
}

macro_rules! described {
    ($($type:ty),*) => {$(
        impl Described for $type {
            fn validator() -> &'static Validator {
                static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| compile::<$type>());
                &VALIDATOR
            }
        }
    )*};
}

described!(
    Draft,
    ProposalInput,
    Confirmation,
    SnapshotFirst,
    Cancellation,
    EmergencyStopInput,
    EmergencyStopRelease,
    Decision,
    Revocation,
    ChangesRequest,
    BreakGlass,
    BreakGlassReview,
    argus_types::schedule::StartLater,
    argus_types::emergency::DrillInput
);
described!(
    argus_types::sign_in::DemoSignIn,
    argus_types::sign_in::LinkSignIn,
    argus_types::alternative::Selection,
    argus_types::resolution::ResolutionInput,
    argus_types::undo::UndoInput
);
described!(
    argus_types::account::ApiTokenInput,
    argus_types::account::DeviceCode,
    argus_types::account::DeviceDecision,
    argus_types::account::DevicePoll,
    argus_types::account::DeviceStart,
    argus_types::account::PasskeyName,
    argus_types::account::StepUpInput,
    argus_types::sign_in::CeremonyAnswer,
    argus_types::sign_in::RecoverySignIn,
    argus_types::sign_in::OidcBegin,
    argus_types::sign_in::OidcFinish,
    argus_types::account::PersonChange,
    argus_types::account::InvitationInput,
    argus_types::policy::PolicyConfirmation,
    argus_types::policy::PolicyInput,
    argus_types::policy::PolicyWithdrawal,
    argus_types::policy_check::PolicyDocument
);

/// The schema of `T` in draft 2020-12.
fn schema_of<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

fn compile<T: JsonSchema>() -> Validator {
    jsonschema::draft202012::new(&schema_of::<T>())
        .expect("a schema that was generated from a type is a schema; a test compiles each")
}

/// What a proposal's draft must look like, whoever wrote it.
pub fn proposal_schema() -> Value {
    titled::<Draft>(
        "https://argus.invalid/schemas/proposal.schema.json",
        "Argus proposal",
    )
}

fn titled<T: JsonSchema>(id: &str, title: &str) -> Value {
    let mut schema = schema_of::<T>();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".to_owned(), id.into());
        object.insert("title".to_owned(), title.into());
    }
    schema
}

/// Every generated contract: file name and content.
pub fn files() -> serde_json::Result<Vec<(&'static str, Value)>> {
    Ok(vec![
        ("proposal.schema.json", proposal_schema()),
        (
            "event.schema.json",
            titled::<ExecutionEvent>(
                "https://argus.invalid/schemas/event.schema.json",
                "Argus execution event",
            ),
        ),
        (
            "config.schema.json",
            titled::<crate::config::FileConfig>(
                "https://argus.invalid/schemas/config.schema.json",
                "Argus configuration file",
            ),
        ),
        (
            "openapi.json",
            serde_json::to_value(crate::openapi::document())?,
        ),
    ])
}

/// Writes every contract into `dir`.
pub fn write(dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    for (name, content) in files()? {
        let mut text = serde_json::to_string_pretty(&content)?;
        text.push('\n');
        std::fs::write(dir.join(name), text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use argus_types::action::ActionKind;

    use super::*;

    #[test]
    fn every_body_schema_compiles() {
        for validator in [
            Draft::validator(),
            ProposalInput::validator(),
            Confirmation::validator(),
            SnapshotFirst::validator(),
            Cancellation::validator(),
            EmergencyStopInput::validator(),
            EmergencyStopRelease::validator(),
            Decision::validator(),
            BreakGlass::validator(),
            BreakGlassReview::validator(),
            argus_types::sign_in::DemoSignIn::validator(),
            argus_types::sign_in::LinkSignIn::validator(),
            argus_types::account::ApiTokenInput::validator(),
            argus_types::account::DeviceCode::validator(),
            argus_types::account::DeviceDecision::validator(),
            argus_types::account::DevicePoll::validator(),
            argus_types::account::DeviceStart::validator(),
            argus_types::account::PasskeyName::validator(),
            argus_types::account::StepUpInput::validator(),
            argus_types::sign_in::CeremonyAnswer::validator(),
            argus_types::sign_in::RecoverySignIn::validator(),
            argus_types::sign_in::OidcBegin::validator(),
            argus_types::sign_in::OidcFinish::validator(),
            argus_types::account::PersonChange::validator(),
            argus_types::account::InvitationInput::validator(),
        ] {
            assert!(!validator.is_valid(&Value::from(1)));
        }
    }

    #[test]
    fn the_proposal_schema_is_closed_everywhere_and_bounds_every_string_and_list() {
        fn walk(at: &str, schema: &Value, open: &mut Vec<String>) {
            if let Some(object) = schema.as_object() {
                let kind = object.get("type").and_then(Value::as_str);
                if kind == Some("object")
                    && object.get("additionalProperties") != Some(&Value::Bool(false))
                {
                    open.push(format!("{at}: additionalProperties"));
                }
                let is_bounded = ["maxLength", "const", "enum"]
                    .iter()
                    .any(|key| object.contains_key(*key));
                if kind == Some("string") && !is_bounded {
                    open.push(format!("{at}: maxLength"));
                }
                if kind == Some("array") && !object.contains_key("maxItems") {
                    open.push(format!("{at}: maxItems"));
                }
                for (key, value) in object {
                    walk(&format!("{at}/{key}"), value, open);
                }
            } else if let Some(array) = schema.as_array() {
                for (index, value) in array.iter().enumerate() {
                    walk(&format!("{at}/{index}"), value, open);
                }
            }
        }
        let mut open = Vec::new();
        walk("", &proposal_schema(), &mut open);
        assert_eq!(open, Vec::<String>::new());
    }

    /// What an action needs beside its target.
    fn parameters(kind: ActionKind) -> Value {
        use serde_json::json;
        match kind {
            ActionKind::Migrate
            | ActionKind::HaMigrate
            | ActionKind::HaRelocate
            | ActionKind::Drain
            | ActionKind::RebootNode
            | ActionKind::ShutdownNode
            | ActionKind::WakeNode
            | ActionKind::RefreshPackages => json!({"node": "pve2"}),
            ActionKind::RestartService | ActionKind::ReloadService => {
                json!({"node": "pve2", "service": "cron"})
            }
            ActionKind::DeleteSnapshot | ActionKind::Rollback => json!({"name": "old"}),
            ActionKind::SetConfig => json!({"set": {"cores": 4}}),
            ActionKind::ResizeDisk => json!({"disk": "scsi0", "size_gib": 64}),
            ActionKind::MoveDisk => json!({"disk": "scsi0", "storage": "nfs"}),
            ActionKind::Backup => json!({"storage": "nfs"}),
            ActionKind::Restore
            | ActionKind::ProtectBackup
            | ActionKind::UnprotectBackup
            | ActionKind::DeleteBackup
            | ActionKind::DeleteVolume => json!({"volume": "nfs:backup/x"}),
            ActionKind::HaAdd | ActionKind::HaSet => json!({"state": "started"}),
            ActionKind::RunReplication => json!({"job": 0}),
            ActionKind::PoolAdd | ActionKind::PoolRemove => json!({"pool": "web"}),
            _ => json!({}),
        }
    }

    #[test]
    fn every_action_of_the_catalogue_passes_its_schema_and_no_other() {
        let target = serde_json::json!({"kind": "qemu", "vmid": 101});
        for kind in ActionKind::ALL {
            let mut action = parameters(kind);
            action["action"] = kind.as_str().into();
            if action.get("volume").is_none() && !kind.as_str().starts_with("node.") {
                action["target"] = target.clone();
            }
            let draft = serde_json::json!({"actions": [action]});
            assert!(Draft::validator().is_valid(&draft), "{draft}");
        }
        let unknown = serde_json::json!({"actions": [{"action": "agent.exec", "target": target}]});
        assert!(!Draft::validator().is_valid(&unknown));
    }
}
