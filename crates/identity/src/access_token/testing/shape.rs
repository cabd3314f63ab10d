//! Things that are no JWT, or not the one form of it that is taken.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::json;

use super::{Forged, Forger, refused};
use crate::access_token::{MAX_LENGTH, Reason};

pub(super) fn tokens(forger: &Forger) -> Vec<Forged> {
    let good = forger.good();
    let (message, signature) = good.rsplit_once('.').expect("a token has a signature");
    let (header, claims) = message.split_once('.').expect("a token has a header");
    let long = |length: usize| {
        let text = "x".repeat(length);
        forger.with_claims(|claims| claims["jti"] = text.into())
    };
    let padded = URL_SAFE.encode(format!("{} ", forger.header()));
    let flattened = json!({"protected": header, "payload": claims, "signature": signature});
    [
        refused(
            Reason::Shape,
            vec![
                ("empty", String::new()),
                ("one part", header.to_owned()),
                ("two parts", message.to_owned()),
                ("four parts", format!("{good}.{signature}")),
                (
                    "five parts as in JWE",
                    format!("{header}..{claims}.{signature}.{signature}"),
                ),
                ("trailing dot", format!("{good}.")),
                ("leading dot", format!(".{good}")),
                ("only dots", "...".to_owned()),
                (
                    "header in padded base64",
                    format!("{padded}=.{claims}.{signature}"),
                ),
                ("space before", format!(" {good}")),
                ("Bearer twice", format!("Bearer {good}")),
                ("in quotes", format!("\"{good}\"")),
                (
                    "letters of other alphabets",
                    "токен.жетон.подпись".to_owned(),
                ),
                ("full-width dots", good.replace('.', "．")),
                ("flattened JSON serialisation", flattened.to_string()),
                ("markup", "<script>.</script>.<b>".to_owned()),
            ],
        ),
        refused(
            Reason::Length,
            vec![
                ("ten kilobytes", long(10_000)),
                ("too long", long(MAX_LENGTH)),
            ],
        ),
        refused(Reason::Header, vec![("two dots", "..".to_owned())]),
    ]
    .concat()
}
