//! Forgeries of the key's name.

use serde_json::json;
use uuid::Uuid;

use super::{Forged, Forger, message, refused, sealed};
use crate::access_token::Reason;

pub(super) fn tokens(forger: &Forger) -> Vec<Forged> {
    let named = |kid: &str| forger.with_header(|header| header["kid"] = kid.into());
    let kid = forger.kid;
    let mut tokens = vec![
        ("kid as a path", named("../../dev/null")),
        ("kid as an absolute path", named("/proc/self/environ")),
        ("kid with an SQL quote", named("' UNION SELECT 'secret' --")),
        ("kid with a NUL", named(&format!("{kid}\0"))),
        ("kid empty", named("")),
        (
            "kid unknown",
            named(&Uuid::from_u128(!kid.as_u128()).to_string()),
        ),
        ("kid in braces", named(&format!("{{{kid}}}"))),
        ("kid without hyphens", named(&kid.simple().to_string())),
        ("kid as a URN", named(&kid.urn().to_string())),
        ("kid with a space", named(&format!(" {kid}"))),
    ];
    if let Some((kid, key)) = forger.retired.first() {
        let header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": kid}).to_string();
        let message = message(&header, &forger.claims.to_string());
        tokens.push((
            "signed by a retired key",
            sealed(&message, &key.signing, jsonwebtoken::Algorithm::EdDSA),
        ));
    }
    refused(Reason::UnknownKey, tokens)
}
