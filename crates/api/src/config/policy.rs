//! The policy that the first start puts into force.

use std::path::Path;

use argus_domain::policy::Policy;

use super::{FileConfig, Mistake, Profile};

/// What Argus brings along: an approval for every change, two for what destroys.
pub const DEFAULT_POLICY: &str = include_str!("../../../../policies/default.toml");
/// What the demo starts with: approvals for high risk and for what destroys.
pub const HOME_LAB_POLICY: &str = include_str!("../../../../policies/home-lab.toml");

/// The document that the file names, or the one that fits the profile.
pub(super) fn first(mistakes: &mut Vec<Mistake>, file: &FileConfig) -> Option<String> {
    let Some(path) = &file.policy.file else {
        let text = match file.profile {
            Profile::Demo => HOME_LAB_POLICY,
            Profile::Production | Profile::Lab => DEFAULT_POLICY,
        };
        return Some(text.to_owned());
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            mistakes.push(Mistake {
                place: "policy.file".to_owned(),
                message: format!("{} cannot be read: {error}", path.display()),
            });
            return None;
        }
    };
    let wrong = document_mistakes(path, &text);
    let is_right = wrong.is_empty();
    mistakes.extend(wrong);
    is_right.then_some(text)
}

/// What is wrong with a policy document, each with its line and column.
pub fn document_mistakes(path: &Path, text: &str) -> Vec<Mistake> {
    let Err(mistakes) = Policy::parse(text) else {
        return Vec::new();
    };
    mistakes
        .0
        .into_iter()
        .map(|mistake| Mistake {
            place: format!("{}:{}:{}", path.display(), mistake.line, mistake.column),
            message: mistake.message,
        })
        .collect()
}
